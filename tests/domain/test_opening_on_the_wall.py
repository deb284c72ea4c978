"""Open or closed, against the plainest possible reading of the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.holidays import public_holiday
from bot.domain.opening import Closed, Open, status
from knowledge.entry import PUBLIC_HOLIDAY, WEEKDAYS, OpenException, OpeningHours, OpenTime
from tests.conftest import BERLIN
from tests.domain.opening_cases import INSTANT, MINUTE, OFFICE, at, closed_on, open_on, weekly
from tests.knowledge.strategies import DAYS, TIMES


def days_rules(hours: OpeningHours, day: date) -> Iterator[tuple[str, str]]:
    special = [one for one in hours.exceptions if one.first <= day <= one.last]
    if special:
        fewest = min((one.last - one.first).days for one in special)
        yield from ((e.start, e.end) for e in special if (e.last - e.first).days == fewest and e.start and e.end)
    elif hours.always:
        yield "00:00", "24:00"
    else:
        today = PUBLIC_HOLIDAY if public_holiday(day) else WEEKDAYS[day.weekday()]
        yield from ((span.start, span.end) for span in hours.weekly if today in span.days)


def on_the_wall(day: date, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)


def is_open_on_the_wall(hours: OpeningHours, moment: datetime) -> bool:
    wall = moment.astimezone(BERLIN).replace(tzinfo=None)
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        for start, end in days_rules(hours, day):
            opens, closes = on_the_wall(day, start), on_the_wall(day, end)
            if opens <= wall < (closes if closes > opens else closes + timedelta(days=1)):
                return True
    return False


AROUND = (at("2026-03-27"), at("2026-05-29"), at("2026-10-22"), at("2026-12-22"))
"""Weeks with a change of the clock or with holidays."""


@st.composite
def exceptions(draw: st.DrawFn) -> OpenException:
    start, end = draw(st.tuples(TIMES, TIMES | st.just("24:00")) | st.just((None, None)))
    first = draw(st.sampled_from(AROUND)).date() + timedelta(days=draw(st.integers(0, 8)))
    return OpenException(first, first + timedelta(days=draw(st.integers(0, 3))), start, end)


HOURS = st.builds(
    OpeningHours,
    weekly=st.lists(st.builds(OpenTime, DAYS, TIMES, TIMES | st.just("24:00")), max_size=4).map(tuple),
    exceptions=st.lists(exceptions(), max_size=3).map(tuple),
    always=st.sampled_from((False, False, False, True)),
)
MOMENTS = st.builds(
    lambda start, minutes: start + minutes * MINUTE, st.sampled_from(AROUND), st.integers(0, 8 * 24 * 60)
)


@settings(max_examples=300, deadline=None)
@given(HOURS, MOMENTS)
def test_it_is_open_when_the_clock_on_the_wall_says_so(hours: OpeningHours, now: datetime) -> None:
    assume(not now.astimezone(BERLIN).fold)  # the second of two hours, where the clock on the wall cannot tell
    assert isinstance(status(hours, now, BERLIN), Open) == is_open_on_the_wall(hours, now)


def change(state: Open | Closed | None) -> datetime | None:
    match state:
        case Open(told) | Closed(told):
            return told
        case None:
            return None


@settings(max_examples=60, deadline=None)
@given(HOURS, MOMENTS)
def test_the_change_comes_when_it_is_foretold_and_not_before(hours: OpeningHours, now: datetime) -> None:
    state = status(hours, now, BERLIN)
    told = change(state)
    assume(told)
    for minute in range(0, 2 * 24 * 60, 13):
        if told is None or (moment := now + minute * MINUTE) >= told:
            break
        later = status(hours, moment, BERLIN)
        assert isinstance(later, Open) == isinstance(state, Open)
        assert later is None or change(later) == told


@settings(max_examples=300, deadline=None)
@given(HOURS, MOMENTS)
@example(weekly(("sun", "02:10", "02:50")), datetime(2026, 10, 25, 0, 20, tzinfo=UTC))
def test_at_the_foretold_moment_it_is_the_other_way_round(hours: OpeningHours, now: datetime) -> None:
    match status(hours, now, BERLIN):
        case Open(until) if until:
            assert now < until
            assert status(hours, until - INSTANT, BERLIN) == Open(until)
            assert not isinstance(status(hours, until, BERLIN), Open)
        case Closed(opens) if opens:
            assert now < opens
            assert not isinstance(status(hours, opens - INSTANT, BERLIN), Open)
            assert isinstance(status(hours, opens, BERLIN), Open)
        case Closed(_, holiday):
            assert holiday is None or public_holiday(now.astimezone(BERLIN).date())
        case state:
            assert state in (None, Open(None))


@pytest.mark.parametrize("start", ["2026-03-25 00:00", "2026-06-01 00:00"])
def test_a_whole_week_minute_by_minute(start: str) -> None:
    hours = OpeningHours(
        (
            *OFFICE.weekly,
            OpenTime(("fri", "sat"), "20:30", "03:07"),
            OpenTime(("sun", PUBLIC_HOLIDAY), "10:00", "24:00"),
            OpenTime(("sun",), "02:15", "04:45"),
        ),
        (closed_on("2026-06-02"), open_on("2026-06-05", "07:01", "07:02")),
    )
    week = [at(start) + minute * MINUTE for minute in range(7 * 24 * 60)]
    assert [now for now in week if isinstance(status(hours, now, BERLIN), Open)] == [
        now for now in week if is_open_on_the_wall(hours, now)
    ]
