"""Writing an event down and changing it: the form, the days of a rule, and who is told before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from bot.console import texts
from bot.console.addresses import Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.console.pages.event_days import clock_words, days_of, skipped, told_days
from bot.console.pages.event_views import ONE, PATH, STEPS, common, foretell, kept_of, unconfirmed
from bot.domain.errors import InvalidInput, Overtaken
from bot.domain.events import DEFAULT_LEADS, Event, EventState, Help, on_the_clock
from bot.domain.leads import read_lead
from bot.domain.series import Every, Repeat
from bot.domain.staff import Right
from bot.services import events, programme, rehearsal, topics
from bot.services.events import Draft
from knowledge.entry import EVENT

TEXTS = ("title", "description", "place")
LEADS = ("P7D", "P3D", "P1D", "MORNING", "PT2H", "PT1H")
"""What staff choose from; an event that has others keeps them."""

NONE = "none"
FIRST_START = time(18)

_FIELDS = {
    "starts_at": "start",
    "ends_at": "end",
    "title": "title-de",
    "repeat.until": "until",
    "repeat.interval": "interval",
}
"""What services call a field -> what the page calls it."""


class Scope(StrEnum):
    """What of a series is changed."""

    ONE = "one"
    LATER = "later"
    """This date and all later ones."""


class EventForm(Form):
    """An event as staff write it down; its texts stand in fields for each language."""

    day: date
    start: time
    end: time | None = None
    last_day: date | None = None
    address: str | None = Field(default=None, max_length=300)
    participation: bool = False
    capacity: int | None = Field(default=None, ge=1, le=100_000)
    help: list[Help] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    leads: list[str] = Field(default_factory=list)
    entry_id: str | None = Field(default=None, max_length=200)
    state: EventState = EventState.PUBLISHED
    every: str = NONE
    interval: int = Field(default=1, ge=1, le=52)
    until: date | None = None
    skip: str | None = Field(default=None, max_length=3000)
    scope: Scope = Scope.ONE
    version: int | None = None


def add(routes: APIRouter, console: Console) -> None:
    """The pages with the form."""
    _add_new(routes, console)
    _add_edit(routes, console)


def _add_new(routes: APIRouter, console: Console) -> None:
    planner = Depends(console.allowed(Right.PLAN))

    @routes.get(PATH + "/new")
    async def new(visit: Visit = planner, copy: int = Query(default=0, ge=0, le=2**62), day: str = "") -> Response:
        values = _stored(visit, await visit.read(events.find, copy)) if copy else _empty(day)
        values |= {"state": EventState.PUBLISHED, "version": None} | ({"day": None, "last_day": None} if copy else {})
        return await _form(visit, shown(values))

    @routes.post(PATH + "/new")
    async def create(request: Request, visit: Visit = planner) -> Response:
        filled = await fill(request, EventForm, visit.tr)
        plan = _checked(visit, filled)
        if plan is None or filled.value("show"):
            return await _form(visit, filled)
        draft, repeat = plan
        try:
            mark = ("event", "create", lambda made: str(made[0].id))
            made = await visit.change(mark, programme.create_once, draft, visit.desk.clock, visit.now, repeat)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr, _FIELDS)
            return await _form(visit, filled)
        said = visit.tr("Saved.") if len(made) == 1 else visit.tr("{count} events are saved.", count=len(made))
        return visit.to(f"{PATH}/{made[0].id}", " ".join([said, *clock_words(visit, days_of(visit, draft, repeat))]))

    @routes.post(PATH + "/days")
    async def days(request: Request, visit: Visit = planner) -> Response:
        """The part of the form that tells which days a rule makes, while somebody types."""
        filled = await fill(request, EventForm, visit.tr)
        plan = _plan(visit, filled)
        return visit.page("events/_days.html", **told_days(visit, plan), form=filled)


def _add_edit(routes: APIRouter, console: Console) -> None:
    planner = Depends(console.allowed(Right.PLAN))

    @routes.get(ONE + "/edit")
    async def edit(number: Number, visit: Visit = planner) -> Response:
        event = await visit.read(events.find, number)
        return await _form(visit, shown(_stored(visit, event)), event)

    @routes.post(ONE + "/edit")
    async def change(number: Number, request: Request, visit: Visit = planner) -> Response:
        event = await visit.read(events.find, number)
        filled = await fill(request, EventForm, visit.tr)
        plan = _checked(visit, filled)
        if plan is None or filled.value("back"):
            return await _form(visit, unconfirmed(filled), event)
        form = filled.form or EventForm.model_construct()
        how: dict[str, Any] = {"version": form.version, "whole_series": form.scope is Scope.LATER}
        given = (number, _changes(event, plan[0], visit), visit.desk.clock, visit.now)
        try:
            if not filled.value("confirmed"):
                foretold = await foretell(visit, lambda db: events.change(db, *given, **how))
                if foretold.told:
                    return _confirmation(visit, event, filled, foretold)
            await visit.change(("event", "change", str(number)), events.change, *given, **how)
        except Overtaken as fault:
            return await _overtaken(visit, filled, event, visit.tr(fault.reason))
        except InvalidInput as fault:
            blame(filled, fault, visit.tr, _FIELDS)
            return await _form(visit, filled, event)
        words = clock_words(visit, days_of(visit, plan[0], None))
        return visit.to(f"{PATH}/{number}", " ".join([visit.tr("Saved."), *words]))


async def _form(
    visit: Visit, filled: Filled[EventForm], event: Event | None = None, others: Mapping[str, str] | None = None
) -> Response:
    """The form; `others` is what somebody else saved meanwhile, by the field in which it differs."""
    known = await visit.read(topics.all_topics)
    entries = sorted(
        (
            (entry.id, entry.title.get("de") or entry.id)
            for entry in visit.desk.snapshot.entries.values()
            if entry.kind == EVENT
        ),
        key=lambda pair: pair[1].casefold(),
    )
    leads = list(dict.fromkeys([*LEADS, *filled.values("leads")]))
    later = await visit.read(programme.of_series, event) if event else []
    return visit.page(
        "events/form.html",
        422 if filled.faults else 200,
        **common(visit),
        **told_days(visit, _plan(visit, filled)),
        form=filled,
        event=event,
        later=len(later) - 1,
        others=others or {},
        topics=known,
        entries=entries,
        leads=leads,
        languages=texts.languages(visit),
    )


async def _overtaken(visit: Visit, filled: Filled[EventForm], event: Event, said: str) -> Response:
    """The form with what was typed, what somebody else saved meanwhile beside it, and their version to save over."""
    theirs = shown(_stored(visit, event))
    names = {*filled.typed, *theirs.typed} - {"version", *STEPS, "every", "interval"}
    others = {name: ", ".join(theirs.values(name)) for name in names if _differs(filled, theirs, name)}
    typed = dict(unconfirmed(filled).typed) | {"version": [str(event.version)]}
    again = Filled[EventForm](typed, form=filled.form, faults={"": said})
    return await _form(visit, again, event, others)


def _differs(mine: Filled[Any], theirs: Filled[Any], name: str) -> bool:
    return [value.strip() for value in mine.values(name) if value.strip()] != list(theirs.values(name))


def _confirmation(visit: Visit, event: Event, filled: Filled[EventForm], foretold: rehearsal.Foretold) -> Response:
    kept = [*kept_of(filled), ("confirmed", "on")]
    return visit.page(
        "events/confirm.html",
        **common(visit),
        event=event,
        foretold=foretold,
        names=texts.names(visit),
        kept=kept,
        deed="change",
    )


def _checked(visit: Visit, filled: Filled[EventForm]) -> tuple[Draft, Repeat | None] | None:
    """What a form means; None where something is wrong, which then stands beside its field."""
    if filled.form is None:
        return None
    try:
        draft, repeat = _meaning(filled, filled.form)
        for moment in days_of(visit, draft, repeat).missing:
            on_the_clock(moment, visit.zone, "starts_at")
    except InvalidInput as fault:
        blame(filled, fault, visit.tr, _FIELDS)
        return None
    return draft, repeat


def _plan(visit: Visit, filled: Filled[EventForm]) -> tuple[Draft, Repeat | None] | None:
    """What a form means that may be half typed; None where it means nothing yet."""
    form = filled.form
    if form is None:
        return None
    try:
        return _meaning(filled, form)
    except InvalidInput:
        return None


def _meaning(filled: Filled[EventForm], form: EventForm) -> tuple[Draft, Repeat | None]:
    """The draft and the rule that a form means; raises InvalidInput."""
    written = {name: texts.gathered(filled, name) for name in TEXTS}
    draft = Draft(
        **written,
        starts_at=datetime.combine(form.day, form.start),
        ends_at=datetime.combine(form.last_day or form.day, form.end) if form.end else None,
        address=form.address,
        participation=form.participation,
        capacity=form.capacity,
        topics=tuple(dict.fromkeys(form.topics)),
        help=tuple(dict.fromkeys(form.help)),
        leads=tuple(read_lead(lead) for lead in dict.fromkeys(form.leads)),
        entry_id=form.entry_id,
        state=form.state,
    )
    if form.every == NONE:
        return draft, None
    if form.every not in list(Every):
        raise InvalidInput("Please choose one of these.", field="every")
    if form.until is None:
        raise InvalidInput("Until when does it come again?", field="until")
    return draft, Repeat(Every(form.every), form.until, form.interval, skipped(form.skip or ""))


def _changes(event: Event, draft: Draft, visit: Visit) -> dict[str, Any]:
    """The fields of a draft that differ from an event; times as the wall clock shows them."""
    values = {name: getattr(draft, name) for name in (field.name for field in fields(draft))}
    start = event.starts_at.astimezone(visit.zone).replace(tzinfo=None)
    if draft.starts_at == start:
        values["starts_at"] = event.starts_at  # the second of two that look the same stays the second
    return values


def _stored(visit: Visit, event: Event) -> dict[str, object]:
    """An event as the fields of the form."""
    start = event.starts_at.astimezone(visit.zone)
    end = event.ends_at.astimezone(visit.zone) if event.ends_at else None
    values: dict[str, object] = {
        "day": start.date(),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}" if end else None,
        "last_day": end.date() if end and end.date() != start.date() else None,
        "address": event.address,
        "participation": event.participation,
        "capacity": event.capacity,
        "help": [each.value for each in event.help],
        "topics": event.topics,
        "leads": [str(lead) for lead in event.leads],
        "entry_id": event.entry_id,
        "state": event.state,
        "every": NONE,
        "scope": Scope.ONE,
        "version": event.version,
    }
    for name in TEXTS:
        values |= texts.spread(name, getattr(event, name))
    return values


def _empty(day: str) -> dict[str, object]:
    """A new event: two reminders, in the evening."""
    leads = [str(lead) for lead in DEFAULT_LEADS]
    return {"day": day, "start": f"{FIRST_START:%H:%M}", "leads": leads, "every": NONE, "interval": 1}
