"""Notices that come again, such as each Thursday at ten: when they are sent, what about, until when that is of use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.broadcasts import Audience, Missing
from bot.domain.errors import InvalidInput, Refused
from bot.domain.events import YEARS, Event, EventState
from bot.domain.series import Every, Repeat, following
from knowledge.entry import LocalText


class RecurringState(StrEnum):
    """How far a recurring notice has come."""

    DRAFT = "draft"
    RUNNING = "running"
    """Approved once; each of its sendings goes out by itself."""
    STOPPED = "stopped"
    ENDED = "ended"
    """Its last day is over."""


class LeftOut(StrEnum):
    """Why nothing is sent at a time of the rule; English sentences, worded by the console."""

    TOO_LATE = "the program was off at its time, and later it was of no use any more"
    CANCELLED = "the date of the event is cancelled"
    NO_DATE = "there is no date of the event before the next sending"
    REPEATED = "some of them had got the same text within the last 24 hours"
    NOBODY = "nobody would have got it"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a notice is sent again and again: always at the same time of the wall clock."""

    first: datetime
    """The first time, local."""
    every: Every = Every.WEEK
    interval: int = 1
    """Each time, each second time and so on."""
    until: date | None = None
    """The last day; None: that of the last date of its event."""
    skip: frozenset[date] = frozenset()
    """Days on which nothing is sent."""

    def check(self) -> None:
        """Raise InvalidInput, naming the field, where something cannot be right."""
        if self.first.tzinfo is not None:
            raise InvalidInput("it is a time of the wall clock, without an offset", field="first")
        for name, day in (("first", self.first), ("until", self.until)):
            if day and day.year not in YEARS:
                raise InvalidInput("{year} is no year that can be planned", field=name, year=day.year)
        if self.interval < 1:
            raise InvalidInput("it must be at least 1", field="interval")
        if self.until and self.until < self.first.date():
            raise InvalidInput("the last day comes before the first", field="until")

    def after(self, moment: datetime, zone: ZoneInfo, last: date | None = None) -> Iterator[datetime]:
        """The moments after one, in UTC, up to the last day of the rule and `last`."""
        until = min(day for day in (self.until, last, date.max) if day)
        times = following(self.first, Repeat(self.every, until, self.interval, self.skip))
        moments = (on_the_wall(local, zone) for local in times)
        return (each for each in moments if each > moment)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A notice that comes again."""

    id: int
    state: RecurringState
    texts: LocalText
    audience: Audience
    """Its event stands for the whole series of that event: each sending is about the next date of it."""
    rhythm: Rhythm
    missing: Missing = Missing.FALL_BACK
    version: int = 1
    """Grows with every change."""
    next_at: datetime | None = None
    """When it is sent next; None where that is never, or not before it is approved."""

    @property
    def is_open(self) -> bool:
        """Whether anything of it may still be sent."""
        return bool(_NEXT[self.state])


@dataclass(frozen=True, slots=True)
class Sending:
    """One time at which a notice falls due."""

    at: datetime
    event: Event | None
    """The date that it is about."""
    until: datetime
    """When it is of no use any more."""
    left_out: LeftOut | None = None
    """Why nothing is sent."""


_NEXT: dict[RecurringState, frozenset[RecurringState]] = {
    RecurringState.DRAFT: frozenset({RecurringState.RUNNING, RecurringState.STOPPED}),
    RecurringState.RUNNING: frozenset({RecurringState.DRAFT, RecurringState.STOPPED, RecurringState.ENDED}),
    RecurringState.STOPPED: frozenset(),
    RecurringState.ENDED: frozenset(),
}


def step(now: RecurringState, then: RecurringState) -> RecurringState:
    """`then`, where it can follow; raises Refused where it cannot."""
    if then not in _NEXT[now]:
        raise Refused("a recurring notice that is {now} cannot become {then}", now=now.value, then=then.value)
    return then


def on_the_wall(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the wall clock shows a time; one that it leaves out in spring is an hour later, of
    one that comes twice in autumn it is the first."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def last_day(dates: Sequence[Event], zone: ZoneInfo) -> date | None:
    """The day of the last date that takes place; None without any."""
    return max((one.starts_at.astimezone(zone).date() for one in dates if _takes_place(one)), default=None)


def sending(rhythm: Rhythm, at: datetime, dates: Sequence[Event], zone: ZoneInfo) -> Sending:
    """What falls due at a moment; `dates` are those of the event it is about, in order, none where it is about none.

    A single event is announced until it begins. Of a series it is the date that comes before the next sending: whoever
    reads "today" each Thursday must not be told of next week because today's is cancelled.
    """
    next_at = next(endless(rhythm).after(at, zone), None)
    if not dates:
        local = at.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone).astimezone(UTC)
        return Sending(at, None, min(midnight, next_at) if next_at else midnight)
    coming = [one for one in dates if one.starts_at > at]
    if len(dates) > 1 and next_at:
        coming = [one for one in coming if one.starts_at <= next_at]
    event = next(filter(_takes_place, coming), None)
    if event is None:
        why = LeftOut.CANCELLED if any(map(_is_cancelled, coming)) else LeftOut.NO_DATE
        return Sending(at, None, at, why)
    return Sending(at, event, min(event.starts_at, next_at) if next_at else event.starts_at)


def endless(rhythm: Rhythm) -> Rhythm:
    """The rule without an end and without skipped days: what would come next if it went on."""
    return Rhythm(rhythm.first, rhythm.every, rhythm.interval)


def _takes_place(one: Event) -> bool:
    return one.state is EventState.PUBLISHED


def _is_cancelled(one: Event) -> bool:
    return one.state is EventState.CANCELLED
