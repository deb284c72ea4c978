"""The composer: languages side by side, whom it goes to, when; and what it would look like while somebody writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.console import texts
from bot.console.addresses import Number
from bot.console.forms import Filled, fill, shown
from bot.console.page import Console, Visit
from bot.console.pages.broadcast_composer import AudienceForm, To, audience_fields, audience_of, blame_notice, composer
from bot.console.pages.broadcast_views import ONE, PATH, may_send, rules
from bot.domain.broadcasts import LONGEST_TEXT, Missing
from bot.domain.errors import InvalidInput, Overtaken
from bot.domain.events import on_the_clock
from bot.domain.staff import Right
from bot.services import approving, broadcasts, topics
from bot.services.audiences import Plan
from bot.services.topics import Topic

_FIELDS = {"send_at": "send_day", "not_after": "after_day", "without_event_id": "without"}
"""What services call a field -> what the page calls it."""


class NoticeForm(AudienceForm):
    """A notice as staff write it; its texts stand in fields for each language."""

    without: int | None = Field(default=None, ge=1, le=2**31 - 1)
    missing: Missing = Missing.FALL_BACK
    later: bool = False
    send_day: date | None = None
    send_time: time | None = None
    after_day: date | None = None
    after_time: time | None = None
    urgent: bool = False
    version: int | None = None


def add(routes: APIRouter, console: Console) -> None:
    """The pages with the composer."""
    _add_new(routes, console)
    _add_edit(routes, console)


def _add_new(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.get(PATH + "/new")
    async def new(visit: Visit = sender, copy: int = Query(default=0, ge=0, le=2**62)) -> Response:
        values: dict[str, object] = {"to": To.ALL, "missing": Missing.FALL_BACK}
        if copy:
            values = await visit.read(_stored, copy, visit) | {"version": None, "later": False}
        return await _form(visit, shown(values))

    @routes.post(PATH + "/new")
    async def create(request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, NoticeForm, visit.tr)
        plan = await _plan(visit, filled)
        if plan is None:
            return await _form(visit, filled)
        try:
            mark = ("broadcast", "create", lambda made: str(made.id))
            made = await visit.change(mark, broadcasts.create, plan, visit.now)
        except InvalidInput as fault:
            blame_notice(visit, filled, fault, _FIELDS)
            return await _form(visit, filled)
        return visit.to(f"{PATH}/{made.id}", visit.tr("The draft is saved. Nothing is sent yet."))

    @routes.post(PATH + "/live")
    async def live(request: Request, visit: Visit = sender) -> Response:
        """The part of the composer that counts and shows what is being written."""
        filled = await fill(request, NoticeForm, visit.tr)
        return visit.page("broadcasts/_seen.html", **await _imagined(visit, filled))


def _add_edit(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.get(ONE + "/edit")
    async def edit(number: Number, visit: Visit = sender) -> Response:
        return await _form(visit, shown(await visit.read(_stored, number, visit)), number)

    @routes.post(ONE + "/edit")
    async def change(number: Number, request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, NoticeForm, visit.tr)
        plan = await _plan(visit, filled)
        if plan is None or filled.form is None:
            return await _form(visit, filled, number)
        may_send(visit, (await visit.read(broadcasts.find, number)).is_urgent)
        try:
            mark = ("broadcast", "change", str(number))
            await visit.change(mark, broadcasts.edit, number, plan, visit.now, version=filled.form.version)
        except Overtaken as fault:
            return await _overtaken(visit, filled, number, visit.tr(fault.reason))
        except InvalidInput as fault:
            blame_notice(visit, filled, fault, _FIELDS)
            return await _form(visit, filled, number)
        return visit.to(f"{PATH}/{number}", visit.tr("The draft is saved. Nothing is sent yet."))


async def _form(
    visit: Visit, filled: Filled[NoticeForm], number: int | None = None, others: Mapping[str, str] | None = None
) -> Response:
    """The composer; `others` is what somebody else saved meanwhile, by the field in which it differs."""
    seen = await _imagined(visit, filled)
    return await composer(visit, "broadcasts/form.html", filled, seen, number, others, "event_id", "without")


async def _overtaken(visit: Visit, filled: Filled[NoticeForm], number: int, said: str) -> Response:
    """The form with what was typed, and beside it what somebody else saved meanwhile."""
    theirs = shown(await visit.read(_stored, number, visit))
    typed = dict(filled.typed) | {"version": list(theirs.values("version"))}
    return await _form(visit, Filled(typed, filled.form, {"": said}), number, texts.differing(filled, theirs))


async def _plan(visit: Visit, filled: Filled[NoticeForm]) -> Plan | None:
    """What a form means; None where something is wrong, which then stands beside its field."""
    if filled.form is None:
        return None
    may_send(visit, filled.form.urgent)
    try:
        return _meaning(visit, filled, filled.form, await visit.read(topics.all_topics))
    except InvalidInput as fault:
        blame_notice(visit, filled, fault, _FIELDS)
        return None


def _meaning(visit: Visit, filled: Filled[NoticeForm], form: NoticeForm, known: list[Topic]) -> Plan:
    """The plan that a form means; raises InvalidInput."""
    return Plan(
        texts=texts.gathered(filled, "text"),
        audience=replace(audience_of(form, known), without_event_id=form.without),
        missing=form.missing,
        send_at=_moment(visit, form.send_day, form.send_time, "send_day") if form.later else None,
        not_after=_moment(visit, form.after_day, form.after_time, "after_day") if form.after_day else None,
        is_urgent=form.urgent,
    )


def _moment(visit: Visit, day: date | None, at: time | None, field: str) -> datetime:
    """A moment on the wall clock; raises InvalidInput where a part is missing or the clock leaves it out."""
    if day is None or at is None:
        raise InvalidInput("Please write a day and a time.", field=field)
    return on_the_clock(datetime.combine(day, at), visit.zone, field)


async def _imagined(visit: Visit, filled: Filled[NoticeForm]) -> dict[str, Any]:
    """Whom a form that may be half written would reach now, and how it would look."""
    values: dict[str, Any] = {"names": texts.names(visit), "longest": LONGEST_TEXT, "reason": ""}
    written = texts.gathered(filled, "text")
    values |= {"lengths": {code: len(text) for code, text in written.items()}, "preview": None, "replies": {}}
    if filled.form is None or not written:
        return values
    try:
        plan = _meaning(visit, filled, filled.form, await visit.read(topics.all_topics))
        preview, replies = await visit.read(approving.imagine, plan, rules(visit), visit.now)
    except InvalidInput as fault:
        return values | {"reason": visit.tr(fault.reason, **fault.values)}
    return values | {"preview": preview, "replies": replies}


def _stored(db: Session, number: int, visit: Visit) -> dict[str, object]:
    """A notice as the fields of the form; raises NotFound."""
    found = broadcasts.find(db, number)
    rule = found.audience
    values: dict[str, object] = {
        **audience_fields(db, rule),
        "without": rule.without_event_id,
        "missing": found.missing,
        "later": found.send_at is not None,
        "urgent": found.is_urgent,
        "version": found.version,
    }
    for name, moment in (("send", found.send_at), ("after", found.not_after)):
        if moment:
            local = moment.astimezone(visit.zone)
            values |= {f"{name}_day": local.date(), f"{name}_time": f"{local:%H:%M}"}
    return values | texts.spread("text", found.texts)
