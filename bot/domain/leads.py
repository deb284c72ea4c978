"""How long before a meeting a reminder is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import InvalidInput

MORNING = "MORNING"
"""How the lead "on the morning of the event" is written; ISO 8601 has no word for it."""

LONGEST = timedelta(days=366)

_DURATION = re.compile(r"P(?=[\dT])(?:(\d{1,2})W)?(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lead:
    """A span before the start: days count on the wall clock, hours and minutes are elapsed time."""

    days: int = 0
    elapsed: timedelta = timedelta()
    in_the_morning: bool = False
    """On the day itself, when the quiet hours are over; then the other two are zero."""

    def __str__(self) -> str:
        """As an ISO 8601 duration, weeks as days: "P1D", "PT2H", "P1DT30M"; or MORNING."""
        if self.in_the_morning:
            return MORNING
        hours, minutes = divmod(int(self.elapsed.total_seconds()) // 60, 60)
        time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        days = f"{self.days}D" if self.days else ""
        return f"P{days}T{time}" if time else f"P{days or '0D'}"


def read_lead(text: str) -> Lead:
    """The lead that `text` writes: an ISO 8601 duration of weeks, days, hours and minutes, or MORNING.

    Raises InvalidInput for anything else, and for more than a year. Source: ISO 8601-1, 5.5.2 (durations).
    """
    written = text.strip().upper()
    if written == MORNING:
        return Lead(in_the_morning=True)
    found = _DURATION.fullmatch(written)
    if not found:
        raise InvalidInput("{text!r} is no duration before the start, for example P1D or PT2H", text=text)
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    lead = Lead(7 * weeks + days, timedelta(hours=hours, minutes=minutes))
    if timedelta(days=lead.days) + lead.elapsed > LONGEST:
        raise InvalidInput("{text!r} is more than a year before the start", text=text)
    return lead
