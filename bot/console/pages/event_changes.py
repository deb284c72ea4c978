"""What is done with an event that is written: publish, cancel, announce, note what came of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from bot.console import texts
from bot.console.addresses import Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.console.pages.event_views import ONE, PATH, common, foretell, kept_of, unconfirmed
from bot.domain.errors import InvalidInput
from bot.domain.events import EventState
from bot.domain.staff import Right
from bot.services import announcing, events, programme, rehearsal


class Cancellation(Form):
    """That an event, or the rest of its series, is cancelled as it was looked at."""

    version: int
    whole: bool = False


class OutcomeForm(Form):
    """How many came, and what came of it; its texts stand in fields for each language."""

    attendance: int | None = Field(default=None, ge=0, le=100_000)


def add(routes: APIRouter, console: Console) -> None:
    """The pages of these deeds."""
    _add_publishing(routes, console)
    _add_cancelling(routes, console)
    _add_outcome(routes, console)


def _add_publishing(routes: APIRouter, console: Console) -> None:
    planner, sender = Depends(console.allowed(Right.PLAN)), Depends(console.allowed(Right.SEND))

    @routes.post(ONE + "/publish")
    async def publish(number: Number, visit: Visit = planner) -> Response:
        changes = {"state": EventState.PUBLISHED}
        await visit.change(
            ("event", "publish", str(number)), events.change, number, changes, visit.desk.clock, visit.now
        )
        return visit.to(f"{PATH}/{number}", visit.tr("Residents can see this event now."))

    @routes.post(ONE + "/announce")
    async def announce(number: Number, visit: Visit = sender) -> Response:
        mark = ("event", "announce", str(number))
        made = await visit.change(mark, announcing.announce, number, visit.zone, visit.now)
        said = visit.tr("This is a draft with the event's words. Nothing is sent yet.")
        return visit.to(f"/console/broadcasts/{made.id}/edit", said)


def _add_cancelling(routes: APIRouter, console: Console) -> None:
    planner = Depends(console.allowed(Right.PLAN))

    @routes.get(ONE + "/cancel")
    async def ask(number: Number, visit: Visit = planner, whole: bool = False) -> Response:
        event = await visit.read(events.find, number)
        foretold = await foretell(visit, lambda db: events.cancel(db, number, visit.now, whole_series=whole))
        series = [one for one in await visit.read(programme.of_series, event) if one.state is EventState.PUBLISHED]
        kept = [("version", str(event.version)), *([("whole", "on")] if whole else [])]
        return visit.page(
            "events/confirm.html",
            **common(visit),
            event=event,
            foretold=foretold,
            names=texts.names(visit),
            kept=kept,
            series=series,
            whole=whole,
            deed="cancel",
        )

    @routes.post(ONE + "/cancel")
    async def cancel(number: Number, request: Request, visit: Visit = planner) -> Response:
        filled = await fill(request, Cancellation, visit.tr)
        if filled.form is None:
            return visit.to(f"{PATH}/{number}/cancel")
        form, mark = filled.form, ("event", "cancel", str(number))
        done = await visit.change(mark, events.cancel, number, visit.now, whole_series=form.whole, version=form.version)
        said = visit.tr("The event is cancelled. Everyone who counts on it is told.")
        if len(done) > 1:
            said = visit.tr("{count} events are cancelled. Everyone who counts on them is told.", count=len(done))
        return visit.to(f"{PATH}/{number}", said)


def _add_outcome(routes: APIRouter, console: Console) -> None:
    planner = Depends(console.allowed(Right.PLAN))

    @routes.get(ONE + "/outcome")
    async def show(number: Number, visit: Visit = planner) -> Response:
        known = await visit.read(programme.outcome, number)
        values: dict[str, object] = {"attendance": known.attendance, **texts.spread("summary", known.summary)}
        return await _outcome(visit, number, shown(values))

    @routes.post(ONE + "/outcome")
    async def note(number: Number, request: Request, visit: Visit = planner) -> Response:
        filled = await fill(request, OutcomeForm, visit.tr)
        if filled.form is None or filled.value("back"):
            return await _outcome(visit, number, unconfirmed(filled))
        given = (number, filled.form.attendance, texts.gathered(filled, "summary"), visit.now)
        try:
            if not filled.value("confirmed"):
                foretold = await foretell(visit, lambda db: events.note_outcome(db, *given))
                if foretold.told:
                    return await _ask_outcome(visit, number, filled, foretold)
            told = await visit.change(("event", "outcome", str(number)), events.note_outcome, *given)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr)
            return await _outcome(visit, number, filled)
        said = visit.tr("Saved. {count} people are told.", count=told) if told else visit.tr("Saved.")
        return visit.to(f"{PATH}/{number}", said)


async def _outcome(visit: Visit, number: int, filled: Filled[Any]) -> Response:
    event = await visit.read(events.find, number)
    known = await visit.read(programme.outcome, number)
    return visit.page(
        "events/outcome.html",
        422 if filled.faults else 200,
        **common(visit),
        event=event,
        known=known,
        form=filled,
        languages=texts.languages(visit),
    )


async def _ask_outcome(visit: Visit, number: int, filled: Filled[Any], foretold: rehearsal.Foretold) -> Response:
    kept = [*kept_of(filled), ("confirmed", "on")]
    return visit.page(
        "events/confirm.html",
        **common(visit),
        event=await visit.read(events.find, number),
        foretold=foretold,
        names=texts.names(visit),
        kept=kept,
        deed="outcome",
    )
