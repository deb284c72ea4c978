"""The audit trail: who did what, when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.console import trail_words
from bot.console.addresses import Before
from bot.console.dates import day_of
from bot.console.page import Console, Visit
from bot.domain.events import YEARS
from bot.domain.staff import Right
from bot.services import audit
from bot.services.audit import LISTED, Recorded, Search


def router(console: Console) -> APIRouter:
    """One page, with filters."""
    routes = APIRouter()
    reader = Depends(console.allowed(Right.AUDIT))

    @routes.get("/console/trail")
    async def show(
        visit: Visit = reader,
        actor: str = "",
        area: str = "",
        subject: str = "",
        first: str = "",
        last: str = "",
        before: Before = None,
    ) -> Response:
        begin, end = _day(first), _day(last)
        wanted = Search(actor, area, subject.strip(), _midnight(visit, begin), _midnight(visit, end, days=1))
        lines, actors, areas = await visit.read(_look, wanted, before)
        filters = {"actor": actor, "area": area, "subject": subject, "first": first, "last": last}
        older = urlencode(filters | {"before": lines[-1].number}) if len(lines) == LISTED else ""
        return visit.page(
            "trail/list.html",
            lines=lines,
            actors=actors,
            areas=sorted(((name, trail_words.area(visit.tr, name)) for name in areas), key=lambda pair: pair[1]),
            deed=lambda line: trail_words.deed(visit.tr, line),
            details=lambda line: trail_words.details(visit, line.details),
            filters=filters,
            older=older,
            is_first=not before,
        )

    return routes


def _look(db: Session, wanted: Search, before: int | None) -> tuple[list[Recorded], list[str], list[str]]:
    return audit.listed(db, wanted, before), audit.actors(db), audit.areas(db)


def _day(text: str) -> date | None:
    """The day in a filter; none where it is empty or no day, which filters nothing."""
    try:
        return day_of(text)
    except ValueError:
        return None


def _midnight(visit: Visit, day: date | None, days: int = 0) -> datetime | None:
    if day is None or day.year not in YEARS:  # at the ends of the calendar there are no moments around a day
        return None
    return datetime.combine(day + timedelta(days=days), time(), visit.zone).astimezone(UTC)
