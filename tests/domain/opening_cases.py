"""Opening hours and moments, short to write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from knowledge.entry import WEEKDAYS, OpenException, OpeningHours, OpenTime
from tests.conftest import BERLIN

WORKDAYS = WEEKDAYS[:5]
OFFICE = OpeningHours((OpenTime(WORKDAYS, "08:00", "12:00"), OpenTime(("thu",), "14:00", "18:00")))
MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)


def at(local: str, fold: int = 0) -> datetime:
    """A moment by the clock of Berlin, in UTC."""
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def weekly(*spans: tuple[str, str, str]) -> OpeningHours:
    """Spans given as "mon tue", "08:00", "12:00"."""
    return OpeningHours(tuple(OpenTime(tuple(days.split()), start, end) for days, start, end in spans))


def closed_on(first: str, last: str | None = None) -> OpenException:
    return OpenException(date.fromisoformat(first), date.fromisoformat(last or first))


def open_on(day: str, start: str, end: str) -> OpenException:
    return OpenException(date.fromisoformat(day), date.fromisoformat(day), start, end)
