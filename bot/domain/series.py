"""Events that come again: the days on which they fall."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as nth_weekday

from bot.domain.errors import InvalidInput

MOST = 200
"""Events that one rule makes: a weekly one for almost four years."""


class Every(StrEnum):
    """After what an event comes again."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    """On the same weekday in the same week of the month: each second Tuesday."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule by which an event comes again."""

    every: Every
    until: date
    """The last day on which it may fall."""
    interval: int = 1
    """Each time, each second time and so on."""
    skip: Collection[date] = ()
    """Days on which it does not take place."""


_FREQUENCIES: dict[Every, Literal[1, 2, 3]] = {Every.DAY: DAILY, Every.WEEK: WEEKLY, Every.MONTH: MONTHLY}


def occurrences(first: datetime, repeat: Repeat) -> list[datetime]:
    """The local times of all events of a rule, `first` included unless it is skipped: all at the same time of day.

    Raises InvalidInput where that is none, or more than MOST.
    """
    if repeat.interval < 1:
        raise InvalidInput("it must be at least 1", field="repeat.interval")
    if repeat.until < first.date():
        raise InvalidInput("no event falls before this day", field="repeat.until")
    found: list[datetime] = []
    for moment in following(first, repeat):
        found.append(moment)
        if len(found) > MOST:
            raise InvalidInput("that makes more than {most} events", field="repeat.until", most=MOST)
    if not found:
        raise InvalidInput("no event falls before this day", field="repeat.until")
    return found


def following(first: datetime, repeat: Repeat) -> Iterator[datetime]:
    """The local times of a rule one after the other, however many they are; those on skipped days are left out."""
    same_week = nth_weekday(first.weekday(), (first.day - 1) // 7 + 1) if repeat.every is Every.MONTH else None
    until = datetime.combine(repeat.until, time.max)
    rule = rrule(_FREQUENCIES[repeat.every], dtstart=first, interval=repeat.interval, until=until, byweekday=same_week)
    return (moment for moment in rule if moment.date() not in repeat.skip)
