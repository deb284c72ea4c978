"""Notices that come again: the list, the form, and one of them with what goes out next and what went out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.console import texts
from bot.console.addresses import Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.console.pages.broadcast_composer import AudienceForm, To, audience_fields, audience_of, blame_notice, composer
from bot.console.pages.broadcast_views import PATH as NOTICES
from bot.console.pages.broadcast_views import rules
from bot.console.pages.event_days import skipped
from bot.domain.broadcasts import LONGEST_TEXT, Missing
from bot.domain.errors import InvalidInput, Overtaken, Refused
from bot.domain.events import Event
from bot.domain.recurring import Rhythm
from bot.domain.series import Every
from bot.domain.staff import Right
from bot.services import events, recurring, topics
from bot.services.approving import TYPED_ABOVE
from bot.services.recurring import Draft, Seen
from bot.services.topics import Topic
from bot.texts.events import title_of

PATH = NOTICES + "/recurring"
ONE = PATH + "/{number}"
LISTED = 50

_FIELDS = {"first": "day"}
"""What services call a field -> what the page calls it."""


class RecurringForm(AudienceForm):
    """A recurring notice as staff write it; its texts stand in fields for each language."""

    day: date
    time: time
    every: Every = Every.WEEK
    interval: int = Field(default=1, ge=1, le=52)
    until: date | None = None
    skip: str | None = Field(default=None, max_length=3000)
    missing: Missing = Missing.FALL_BACK
    version: int | None = None


class Approval(Form):
    """What somebody says who approves all of its sendings."""

    version: int
    count: int | None = None


class Skipping(Form):
    """A day on which nothing is sent, or is sent after all."""

    day: date
    again: bool = False


def add(routes: APIRouter, console: Console) -> None:
    """The pages of recurring notices."""
    _add_lists(routes, console)
    _add_new(routes, console)
    _add_one(routes, console)
    _add_edit(routes, console)
    _add_deeds(routes, console)


def _add_lists(routes: APIRouter, console: Console) -> None:
    reader = Depends(console.allowed(Right.READ))

    @routes.get(PATH)
    async def listed(visit: Visit = reader, after: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Response:
        found = await visit.read(recurring.listed, after, LISTED + 1)
        older = f"after={found[LISTED - 1].id}" if len(found) > LISTED else ""
        return visit.page("recurring/list.html", found=found[:LISTED], older=older, is_first=not after)


def _add_new(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.get(PATH + "/new")
    async def new(visit: Visit = sender, event: int | None = Query(default=None, ge=1, le=2**31 - 1)) -> Response:
        values = {"to": To.ALL, "missing": Missing.FALL_BACK, "every": Every.WEEK, "interval": 1, "event_id": event}
        return await _form(visit, shown(values))

    @routes.post(PATH + "/new")
    async def create(request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, RecurringForm, visit.tr)
        draft = await _draft(visit, filled)
        if draft is None:
            return await _form(visit, filled)
        try:
            mark = ("recurring", "create", lambda made: str(made.id))
            made = await visit.change(mark, recurring.create, draft, visit.desk.clock, visit.now)
        except InvalidInput as fault:
            blame_notice(visit, filled, fault, _FIELDS)
            return await _form(visit, filled)
        return visit.to(f"{PATH}/{made.id}", visit.tr("The draft is saved. Nothing is sent yet."))

    @routes.post(PATH + "/live")
    async def live(request: Request, visit: Visit = sender) -> Response:
        """The part of the form that counts, and shows the days and the text, while somebody writes."""
        filled = await fill(request, RecurringForm, visit.tr)
        return visit.page("recurring/_seen.html", **await _imagined(visit, filled))


def _add_one(routes: APIRouter, console: Console) -> None:
    reader = Depends(console.allowed(Right.READ))

    @routes.get(ONE)
    async def show(number: Number, visit: Visit = reader) -> Response:
        return await _one(visit, number, Filled())


def _add_edit(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.get(ONE + "/edit")
    async def edit(number: Number, visit: Visit = sender) -> Response:
        return await _form(visit, shown(await visit.read(_stored, number)), number)

    @routes.post(ONE + "/edit")
    async def change(number: Number, request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, RecurringForm, visit.tr)
        draft = await _draft(visit, filled)
        if draft is None or filled.form is None:
            return await _form(visit, filled, number)
        given, version = (number, draft, visit.desk.clock, visit.now), filled.form.version
        try:
            await visit.change(("recurring", "change", str(number)), recurring.edit, *given, version=version)
        except Overtaken as fault:
            return await _overtaken(visit, filled, number, visit.tr(fault.reason))
        except InvalidInput as fault:
            blame_notice(visit, filled, fault, _FIELDS)
            return await _form(visit, filled, number)
        return visit.to(f"{PATH}/{number}", visit.tr("The draft is saved. Nothing is sent yet."))


def _add_deeds(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.post(ONE + "/approve")
    async def approve(number: Number, request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, Approval, visit.tr)
        if filled.form is None:
            return await _one(visit, number, filled)
        given = (number, filled.form.version, filled.form.count, visit.desk.policy.notice_cap, visit.desk.clock)
        try:
            await visit.change(("recurring", "approve", str(number)), recurring.approve, *given, visit.now)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr)
            return await _one(visit, number, filled)
        except Refused as fault:
            filled.faults[""] = visit.tr(fault.reason, **fault.values)
            return await _one(visit, number, filled)
        return visit.to(f"{PATH}/{number}", visit.tr("Approved. From now on it goes out by itself."))

    @routes.post(ONE + "/stop")
    async def stop(number: Number, visit: Visit = sender) -> Response:
        await visit.change(("recurring", "stop", str(number)), recurring.stop, number, visit.now)
        return visit.to(f"{PATH}/{number}", visit.tr("Stopped. Nothing of it is sent any more."))

    @routes.post(ONE + "/skip")
    async def skip(number: Number, request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, Skipping, visit.tr)
        if filled.form is None:
            return await _one(visit, number, filled)
        day, is_skipped = filled.form.day, not filled.form.again
        given = (number, day, visit.desk.clock, visit.now)
        await visit.change(("recurring", "skip", str(number)), recurring.skip, *given, is_skipped=is_skipped)
        said = "Nothing is sent on {day}." if is_skipped else "On {day} it is sent after all."
        return visit.to(f"{PATH}/{number}", visit.tr(said, day=visit.day(day)))


async def _one(visit: Visit, number: int, filled: Filled[Any]) -> Response:
    """The page of one, with the form of its approval as it was filled in."""
    seen, known, event = await visit.read(_look, number, visit)
    return visit.page(
        "recurring/one.html",
        422 if filled.faults else 200,
        seen=seen,
        notice=seen.notice,
        foreseen=seen.foreseen,
        topics={topic.id: topic for topic in known},
        event=event,
        title=lambda one: title_of(one, visit.language),
        form=filled,
        names=texts.names(visit),
        typed_above=TYPED_ABOVE,
    )


def _look(db: Session, number: int, visit: Visit) -> tuple[Seen, list[Topic], Event | None]:
    seen = recurring.look(db, number, rules(visit), visit.now)
    about = seen.notice.audience.event_id
    return seen, topics.all_topics(db), events.find(db, about) if about else None


async def _form(
    visit: Visit, filled: Filled[RecurringForm], number: int | None = None, others: Mapping[str, str] | None = None
) -> Response:
    """The form; `others` is what somebody else saved meanwhile, by the field in which it differs."""
    seen = await _imagined(visit, filled)
    return await composer(visit, "recurring/form.html", filled, seen, number, others, "event_id")


async def _overtaken(visit: Visit, filled: Filled[RecurringForm], number: int, said: str) -> Response:
    """The form with what was typed, and beside it what somebody else saved meanwhile."""
    theirs = shown(await visit.read(_stored, number))
    again = Filled(dict(filled.typed) | {"version": list(theirs.values("version"))}, filled.form, {"": said})
    return await _form(visit, again, number, texts.differing(filled, theirs))


async def _draft(visit: Visit, filled: Filled[RecurringForm]) -> Draft | None:
    """What a form means; None where something is wrong, which then stands beside its field."""
    if filled.form is None:
        return None
    try:
        return _meaning(filled, filled.form, await visit.read(topics.all_topics))
    except InvalidInput as fault:
        blame_notice(visit, filled, fault, _FIELDS)
        return None


def _meaning(filled: Filled[RecurringForm], form: RecurringForm, known: list[Topic]) -> Draft:
    """The draft that a form means; raises InvalidInput."""
    first = datetime.combine(form.day, form.time)
    rhythm = Rhythm(first, form.every, form.interval, form.until, skipped(form.skip or ""))
    return Draft(texts.gathered(filled, "text"), rhythm, audience_of(form, known), form.missing)


async def _imagined(visit: Visit, filled: Filled[RecurringForm]) -> dict[str, Any]:
    """When a form that may be half written would go out, to whom, and how it would look."""
    written = texts.gathered(filled, "text")
    values: dict[str, Any] = {"names": texts.names(visit), "longest": LONGEST_TEXT, "reason": "", "coming": []}
    values |= {"lengths": {code: len(text) for code, text in written.items()}, "preview": None, "replies": {}}
    values |= {"title": lambda one: title_of(one, visit.language)}
    if filled.form is None or not written:
        return values
    try:
        draft = _meaning(filled, filled.form, await visit.read(topics.all_topics))
        seen = await visit.read(recurring.imagine, draft, rules(visit), visit.now)
    except InvalidInput as fault:
        return values | {"reason": visit.tr(fault.reason, **fault.values)}
    return values | {"preview": seen.preview, "replies": seen.replies, "coming": seen.coming}


def _stored(db: Session, number: int) -> dict[str, object]:
    """A recurring notice as the fields of the form; raises NotFound."""
    found = recurring.find(db, number)
    rhythm = found.rhythm
    values: dict[str, object] = {
        **audience_fields(db, found.audience),
        "day": rhythm.first.date(),
        "time": f"{rhythm.first:%H:%M}",
        "every": rhythm.every,
        "interval": rhythm.interval,
        "until": rhythm.until,
        "skip": ", ".join(f"{day:%d.%m.%Y}" for day in sorted(rhythm.skip)),
        "missing": found.missing,
        "version": found.version,
    }
    return values | texts.spread("text", found.texts)
