"""What all pages of events use: their addresses, and how an event is named on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.console.forms import Filled
from bot.console.page import Visit
from bot.domain.events import Event
from bot.services import rehearsal
from bot.services.notices import Rules
from bot.texts.events import place_of, title_of

PATH = "/console/events"
ONE = PATH + "/{number}"

STEPS = ("confirmed", "back", "show")
"""What buttons say that lead from one page of a deed to the next."""


def kept_of(filled: Filled[Any]) -> list[tuple[str, str]]:
    """The fields of a form as a page of confirmation hands them on."""
    return [(name, value) for name, values in unconfirmed(filled).typed.items() for value in values]


def unconfirmed(filled: Filled[Any]) -> Filled[Any]:
    """A form as it was before somebody looked at what it would do."""
    typed = {name: values for name, values in filled.typed.items() if name not in STEPS}
    return Filled(typed, filled.form, filled.faults)


async def foretell(visit: Visit, deed: Callable[[Session], object]) -> rehearsal.Foretold:
    """What a deed would tell residents; nothing is changed."""
    return await visit.desk.database.write(rehearsal.rehearse, deed, Rules(visit.zone), visit.now)


def common(visit: Visit) -> dict[str, Any]:
    """What the templates of events use."""
    title: Callable[[Event], str] = lambda event: title_of(event, visit.language)  # noqa: E731
    place: Callable[[Event], str] = lambda event: place_of(event, visit.language)  # noqa: E731
    return {"title": title, "place": place, "when": _when(visit), "local": _local(visit), "now": visit.now}


def _when(visit: Visit) -> Callable[[Event], str]:
    """When an event is: "Di., 9. Juni 2026, 18:00 – 20:00"."""

    def said(event: Event) -> str:
        begin = visit.moment(event.starts_at)
        if event.ends_at is None:
            return begin
        start, end = event.starts_at.astimezone(visit.zone), event.ends_at.astimezone(visit.zone)
        return f"{begin} – {end:%H:%M}" if start.date() == end.date() else f"{begin} – {visit.moment(end)}"

    return said


def _local(visit: Visit) -> Callable[[datetime], datetime]:
    return lambda moment: moment.astimezone(visit.zone)


def link(visit: Visit, number: int) -> str:
    """What opens an event in the chat, as posters have it."""
    return f"{visit.desk.policy.address.rstrip('/')}/?start=e_{number}"
