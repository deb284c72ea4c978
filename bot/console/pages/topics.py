"""What residents can subscribe to: the list, its order, and the names in every language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.console import texts
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.domain.errors import InvalidInput, Overtaken, Refused
from bot.domain.staff import Right
from bot.services import topics
from bot.services.topics import LONGEST_ID, Topic

PATH = "/console/topics"
ONE = PATH + "/{topic}"

TopicId = Annotated[str, Path(max_length=LONGEST_ID)]

LONGEST_NAME = 60
"""Characters of a topic's name: it stands on a button."""


class TopicForm(Form):
    """A topic's names; they stand in fields for each language."""

    known: str | None = Field(default=None, max_length=20_000)
    """The names as they were when the form was shown."""


def router(console: Console) -> APIRouter:
    """The pages of topics."""
    routes = APIRouter()
    _add_list(routes, console)
    _add_names(routes, console)
    return routes


def _add_list(routes: APIRouter, console: Console) -> None:
    reader, planner = Depends(console.allowed(Right.READ)), Depends(console.allowed(Right.PLAN))

    @routes.get(PATH)
    async def listed(visit: Visit = reader) -> Response:
        return await _list(visit, Filled())

    @routes.post(PATH)
    async def create(request: Request, visit: Visit = planner) -> Response:
        filled = await fill(request, TopicForm, visit.tr)
        try:
            names = _names(filled)
            mark = ("topic", "create", lambda topic: str(topic.id))
            await visit.change(mark, topics.create, names)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr, {"name": "name-de", "id": "name-de"})
            return await _list(visit, filled)
        except Refused as fault:
            filled.faults["name-de"] = visit.tr(fault.reason, **fault.values)
            return await _list(visit, filled)
        return visit.to(PATH, visit.tr("Residents can subscribe to it now."))

    @routes.post(ONE + "/{way}")
    async def move(topic: TopicId, way: Literal["up", "down"], visit: Visit = planner) -> Response:
        await visit.change(("topic", "move", topic, {"way": way}), topics.move, topic, -1 if way == "up" else 1)
        return visit.to(PATH, visit.tr("The order is changed."))


def _add_names(routes: APIRouter, console: Console) -> None:
    planner = Depends(console.allowed(Right.PLAN))

    @routes.get(ONE)
    async def edit(topic: TopicId, visit: Visit = planner) -> Response:
        found = await visit.read(topics.find, topic)
        return _names_page(visit, found, shown({"known": _written(found.name), **texts.spread("name", found.name)}))

    @routes.post(ONE)
    async def rename(topic: TopicId, request: Request, visit: Visit = planner) -> Response:
        found = await visit.read(topics.find, topic)
        filled = await fill(request, TopicForm, visit.tr)
        try:
            names = _names(filled)
            known = _read(filled.value("known"))
            await visit.change(("topic", "rename", topic), topics.rename, topic, names, known)
        except Overtaken as fault:
            filled.faults[""] = visit.tr(fault.reason)
            typed = dict(filled.typed) | {"known": [_written(found.name)]}
            return _names_page(visit, found, Filled(typed, faults=filled.faults), theirs=found.name)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr, {"name": "name-de"})
            return _names_page(visit, found, filled)
        return visit.to(PATH, visit.tr("Saved."))


async def _list(visit: Visit, filled: Filled[TopicForm]) -> Response:
    known, counts = await visit.read(_look)
    return visit.page(
        "topics/list.html",
        422 if filled.faults else 200,
        topics=known,
        subscribers=counts,
        form=filled,
        languages=texts.languages(visit),
        theirs={},
    )


def _look(db: Session) -> tuple[list[Topic], dict[str, int]]:
    return topics.all_topics(db), topics.subscribers(db)


def _names_page(
    visit: Visit, topic: Topic, filled: Filled[TopicForm], theirs: Mapping[str, str] | None = None
) -> Response:
    status = 422 if filled.faults else 200
    languages = texts.languages(visit)
    return visit.page("topics/edit.html", status, topic=topic, form=filled, languages=languages, theirs=theirs or {})


def _names(filled: Filled[TopicForm]) -> dict[str, str]:
    """The names that were typed; raises InvalidInput."""
    names = texts.gathered(filled, "name")
    if "de" not in names:
        raise InvalidInput("A topic needs a German name.", field="name")
    for code, name in names.items():
        if len(name) > LONGEST_NAME:
            raise InvalidInput("At most {most} characters fit.", field=f"name-{code}", most=LONGEST_NAME)
    return names


def _written(names: Mapping[str, str]) -> str:
    return json.dumps(dict(names), sort_keys=True, ensure_ascii=False)


def _read(text: str) -> dict[str, str]:
    """The names in the hidden field; none where a browser made something else of it."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
