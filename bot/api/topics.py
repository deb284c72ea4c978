"""Topics that residents can subscribe to, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from bot.api.access import Act, Allowed, Doing
from bot.api.fields import Page, Text, Texts
from bot.api.problems import RESPONSES, STAFF
from bot.desk import Desk
from bot.domain.errors import InvalidInput
from bot.domain.staff import Right
from bot.services import topics


class NewTopic(BaseModel):
    """A topic to be made."""

    name: Texts | None = Field(default=None, description="what residents read, by language")
    title: Texts | None = Field(default=None, description="the same as name")
    id: Annotated[Text, Field(max_length=topics.LONGEST_ID)] | None = Field(
        default=None, description="letters a-z, digits, hyphens; made of the name where it is missing"
    )


class Topic(BaseModel):
    """Something residents can subscribe to."""

    id: str
    name: dict[str, str]


def router(desk: Desk) -> APIRouter:
    """The topic calls over a desk."""
    routes = APIRouter(prefix="/api/v1/topics", tags=["topics"], responses=STAFF)
    creating = Depends(Doing(desk, Right.PLAN, "topic", "create"))

    @routes.get("", dependencies=[Depends(Allowed(desk, Right.READ))])
    async def listed() -> Page[Topic]:
        """Every topic, in the order in which residents see them."""
        found = await desk.database.read(topics.all_topics)
        return Page[Topic](items=[_topic(topic) for topic in found])

    @routes.post("", status_code=201, responses=RESPONSES)
    async def create(new: NewTopic, act: Act = creating) -> Topic:
        """A new topic, at the end of the list."""
        name = new.name or new.title
        if not name:
            raise InvalidInput("a topic needs a name", field="name")
        return _topic(await act.write(topics.create, name, new.id))

    return routes


def _topic(topic: topics.Topic) -> Topic:
    return Topic(id=topic.id, name=dict(topic.name))
