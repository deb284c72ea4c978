"""Whether a place is open at a moment, and when that changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.holidays import public_holiday
from knowledge.entry import PUBLIC_HOLIDAY, WEEKDAYS, LocalText, OpenException, OpeningHours

DAYS_AHEAD = 60
"""How far the next change is looked for."""

MINUTES_OF_A_DAY = 24 * 60

Holidays = Callable[[date], LocalText | None]
"""The name per language of the public holiday on a day; None on any other day."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open at this moment."""

    until: datetime | None
    """The first moment at which it is closed, in UTC; None: not within DAYS_AHEAD."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed at this moment."""

    opens: datetime | None
    """The first moment at which it is open again, in UTC; None: not within DAYS_AHEAD."""
    holiday: LocalText | None = None
    """The name per language of today's public holiday, if it is what keeps the place closed."""


def status(
    hours: OpeningHours, now: datetime, zone: ZoneInfo, holidays: Holidays = public_holiday
) -> Open | Closed | None:
    """Whether it is open at `now`, on the wall clock of `zone`; None where the data do not tell.

    A span holds from the minute it starts to the minute before it ends, and belongs to the day it starts on, also
    where it runs past midnight. Of the exceptions for a day, those for the fewest days count, and they win over the
    week. On a public holiday only the spans for holidays apply.
    """
    today = now.astimezone(zone).date()
    run = next((run for run in _runs(hours, today, zone, holidays) if run[1] > now), None)
    if run and run[0] <= now:
        horizon = _moment(today, (DAYS_AHEAD + 1) * MINUTES_OF_A_DAY, zone)
        return Open(run[1] if run[1] < horizon else None)
    if not (hours.weekly or hours.always or _exceptions(hours, today)):
        return None
    return Closed(run[0] if run else None, _closing_holiday(hours, today, holidays))


def _runs(hours: OpeningHours, today: date, zone: ZoneInfo, holidays: Holidays) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it is open without a break, in order, from yesterday on."""
    run: tuple[datetime, datetime] | None = None
    for ahead in range(-1, DAYS_AHEAD + 1):
        for start, end in _spans(hours, today + timedelta(days=ahead), zone, holidays):
            if run is None or start > run[1]:
                if run:
                    yield run
                run = start, end
            else:
                run = run[0], max(run[1], end)
    if run:
        yield run


def _spans(hours: OpeningHours, day: date, zone: ZoneInfo, holidays: Holidays) -> Iterator[tuple[datetime, datetime]]:
    """The spans that start on a day, earliest first."""
    for start, end in sorted(_minutes(hours, day, holidays)):
        # One that ends when it starts lasts a whole day: as a span of no time it would say nothing.
        opens, closes = _moment(day, start, zone), _moment(day, end if end > start else end + MINUTES_OF_A_DAY, zone)
        if opens < closes:  # not so for one within the hour that the clock skips
            yield opens, closes


def _minutes(hours: OpeningHours, day: date, holidays: Holidays) -> list[tuple[int, int]]:
    """Start and end of a day's spans, in minutes from midnight on the wall clock."""
    if special := _exceptions(hours, day):
        return [(_minute(one.start), _minute(one.end)) for one in special if one.start and one.end]
    if hours.always:
        return [(0, MINUTES_OF_A_DAY)]
    name = PUBLIC_HOLIDAY if holidays(day) else WEEKDAYS[day.weekday()]
    return [(_minute(span.start), _minute(span.end)) for span in hours.weekly if name in span.days]


def _exceptions(hours: OpeningHours, day: date) -> list[OpenException]:
    """What holds on a day in place of the week: of several, those that were said of the fewest days."""
    found = [one for one in hours.exceptions if one.first <= day <= one.last]
    shortest = min((one.last - one.first for one in found), default=None)
    return [one for one in found if one.last - one.first == shortest]


def _closing_holiday(hours: OpeningHours, day: date, holidays: Holidays) -> LocalText | None:
    if hours.always or _exceptions(hours, day):
        return None
    open_on = {name for span in hours.weekly for name in span.days}
    return holidays(day) if WEEKDAYS[day.weekday()] in open_on and PUBLIC_HOLIDAY not in open_on else None


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When the wall clock shows a time, in UTC: the first of two such moments, and the jump itself where there is none.

    Source for the first of two: RFC 5545, 3.3.5. For a time that the clock skips it names a moment after the jump;
    then places that open and close within the skipped hour would not keep their order.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    around = [before + timedelta(minutes=more) for more in range((moment - before) // timedelta(minutes=1) + 1)]
    return around[bisect_left(around, wall, key=lambda each: each.astimezone(zone).replace(tzinfo=None))]


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment in a town: it decides what is open."""

    moment: datetime
    """Aware."""
    zone: ZoneInfo
    region: str
    """Whose public holidays are kept, as `public_holiday` takes it."""

    def state_of(self, hours: OpeningHours) -> Open | Closed | None:
        """`status` of opening hours at this moment."""
        return status(hours, self.moment, self.zone, partial(public_holiday, region=self.region))


def time_open(hours: OpeningHours, since: datetime, now: LocalTime) -> timedelta:
    """How long a place has been open from a moment until now, as far as it lies at most DAYS_AHEAD back."""
    holidays = partial(public_holiday, region=now.region)
    runs = _runs(hours, since.astimezone(now.zone).date(), now.zone, holidays)
    spans = (min(end, now.moment) - max(start, since) for start, end in runs)
    return sum((span for span in spans if span > timedelta()), timedelta())
