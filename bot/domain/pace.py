"""How fast messages go out: one pace for all processes, because Telegram counts them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

HEADROOM = 0.96
"""The share of the allowed rate that is used: messages do not arrive exactly as evenly as they are sent."""

CATCH_UP = timedelta(milliseconds=20)
"""How late a message may be and the next one still make up for it. With more than the headroom of a second, a second
could hold one message more than the rate allows."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The moments at which some messages may go out."""

    begin: datetime
    """When the first may."""
    until: datetime
    """When the next one after them may."""


def next_slots(free_from: datetime | None, count: int, rate: float, now: datetime) -> Slots:
    """`count` slots at `rate` messages a second; `free_from` is when the first one is free, None if none was taken.

    They are evenly spaced. Time in which nothing was sent is lost but for CATCH_UP, so there is never a burst.
    """
    begin = max(free_from, now - CATCH_UP) if free_from else now
    return Slots(begin, begin + timedelta(seconds=count / (rate * HEADROOM)))
