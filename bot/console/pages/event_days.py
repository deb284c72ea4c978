"""The days on which an event of the form falls, and what the clock does on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.console.dates import day_of
from bot.console.page import Visit
from bot.domain.errors import InvalidInput
from bot.domain.events import comes_twice, on_the_clock
from bot.domain.series import Repeat, occurrences
from bot.services.events import Draft


@dataclass(frozen=True, slots=True)
class Days:
    """What a form's date and rule make."""

    days: list[datetime]
    """Local times."""
    missing: list[datetime]
    """Those that the clock leaves out."""
    twice: list[datetime]
    """Those that the clock shows twice."""


def skipped(text: str) -> frozenset[date]:
    """The days in a text: "2026-12-24" or "24.12.2026", between them whatever else."""
    found: set[date] = set()
    for word in re.split(r"[\s,;]+", text.strip()):
        if word:
            try:
                found.add(day_of(word))
            except ValueError:
                reason = "{word} is no day such as 24.12.2026."
                raise InvalidInput(reason, field="skip", word=word) from None
    return frozenset(found)


def days_of(visit: Visit, draft: Draft, repeat: Repeat | None) -> Days:
    """The days of an event; raises InvalidInput for a rule that cannot be right."""
    days = occurrences(draft.starts_at, repeat) if repeat else [draft.starts_at]
    missing = [day for day in days if not _exists(day, visit)]
    return Days(days, missing, [day for day in days if day not in missing and comes_twice(day, visit.zone)])


def _exists(day: datetime, visit: Visit) -> bool:
    try:
        on_the_clock(day, visit.zone, "starts_at")
    except InvalidInput:
        return False
    return True


def told_days(visit: Visit, plan: tuple[Draft, Repeat | None] | None) -> dict[str, Any]:
    """What the form tells of its days: which they are, and what is odd about them."""
    if plan is None:
        return {"days": None, "days_fault": ""}
    try:
        return {"days": days_of(visit, *plan), "days_fault": ""}
    except InvalidInput as fault:
        return {"days": None, "days_fault": visit.tr(fault.reason, **fault.values)}


def clock_words(visit: Visit, days: Days) -> list[str]:
    """What is to be said of times that come twice."""
    return [
        visit.tr(
            "On {day} this time comes twice, because the clock is put back. The first is meant.",
            day=visit.day(day.date()),
        )
        for day in days.twice
    ]
