"""When notices that come again are sent, and what each of them is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput, Refused
from bot.domain.events import Event, EventState
from bot.domain.recurring import LeftOut, RecurringState, Rhythm, Sending, last_day, sending, step
from bot.domain.series import Every
from tests.conftest import BERLIN
from tests.domain.opening_cases import at

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def moments(rhythm: Rhythm, count: int, last: date | None = None, after: datetime = LONG_AGO) -> list[str]:
    """The next times on the wall clock."""
    return [f"{moment.astimezone(BERLIN):%d.%m. %H:%M}" for moment in islice(rhythm.after(after, BERLIN, last), count)]


STARTS = st.datetimes(local("2026-01-01"), local("2030-12-31")).map(lambda each: each.replace(second=0, microsecond=0))


@given(STARTS)
def test_the_time_of_day_stays_the_same_over_both_changes_of_the_clock(first: datetime) -> None:
    for place, moment in enumerate(islice(Rhythm(first).after(LONG_AGO, BERLIN), 60)):
        meant = first + timedelta(weeks=place)
        shown = moment.astimezone(BERLIN).replace(tzinfo=None)
        # On one night a year the clock leaves out the hour after two.
        assert shown == meant or (meant.hour, shown - meant) == (2, timedelta(hours=1))


def test_ten_stays_ten_in_march_and_in_october() -> None:
    weekly = Rhythm(local("2026-03-26T10:00"))
    assert moments(weekly, 2) == ["26.03. 10:00", "02.04. 10:00"]
    assert moments(weekly, 2, after=at("2026-10-20T00:00")) == ["22.10. 10:00", "29.10. 10:00"]


def test_skipped_days_are_left_out_and_the_last_day_is_the_earlier_of_both() -> None:
    rhythm = Rhythm(local("2026-06-11T10:00"), until=date(2026, 7, 9), skip=frozenset({date(2026, 6, 18)}))
    assert moments(rhythm, 9) == ["11.06. 10:00", "25.06. 10:00", "02.07. 10:00", "09.07. 10:00"]
    assert moments(rhythm, 9, last=date(2026, 6, 30)) == ["11.06. 10:00", "25.06. 10:00"]


@pytest.mark.parametrize(
    ("rhythm", "field"),
    [
        (Rhythm(local("2026-06-11T10:00"), interval=0), "interval"),
        (Rhythm(local("2026-06-11T10:00"), until=date(2026, 6, 10)), "until"),
        (Rhythm(datetime(2026, 6, 11, 10, tzinfo=UTC)), "first"),
    ],
)
def test_a_rule_that_cannot_be_right_names_the_field(rhythm: Rhythm, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rhythm.check()
    assert refused.value.field == field


def cafe(*days: str, cancelled: Sequence[str] = ()) -> list[Event]:
    """A café at three on some days."""
    states = {day: EventState.CANCELLED if day in cancelled else EventState.PUBLISHED for day in days}
    return [Event(place, {"de": "Café"}, at(f"{day}T15:00"), state=states[day]) for place, day in enumerate(days, 1)]


THURSDAYS = Rhythm(local("2026-06-11T10:00"))
TEN = at("2026-06-11T10:00")


def due(dates: Sequence[Event], rhythm: Rhythm = THURSDAYS) -> Sending:
    return sending(rhythm, TEN, dates, BERLIN)


def test_a_sending_is_about_the_date_before_the_next_sending() -> None:
    found = due(cafe("2026-06-04", "2026-06-11", "2026-06-18"))
    assert found.event
    assert (found.event.id, found.until, found.left_out) == (2, at("2026-06-11T15:00"), None)


def test_where_today_is_cancelled_next_week_is_not_announced_instead() -> None:
    found = due(cafe("2026-06-11", "2026-06-25", cancelled=["2026-06-11"]))
    assert (found.event, found.left_out) == (None, LeftOut.CANCELLED)


def test_without_a_date_before_the_next_sending_there_is_nothing_to_say() -> None:
    assert due(cafe("2026-06-04", "2026-06-25")).left_out is LeftOut.NO_DATE


def test_a_single_event_is_announced_each_week_until_it_begins() -> None:
    found = due(cafe("2026-07-25"))
    assert found.event
    assert found.until == at("2026-06-18T10:00")  # then comes the next one


def test_what_is_about_no_event_is_of_use_until_midnight() -> None:
    assert due([]).until == at("2026-06-12T00:00")
    assert due([], Rhythm(THURSDAYS.first, Every.DAY)).until == at("2026-06-12T00:00")


def test_the_last_day_is_that_of_the_last_date_that_takes_place() -> None:
    dates = cafe("2026-06-11", "2026-06-18", "2026-06-25", cancelled=["2026-06-25"])
    assert last_day(dates, BERLIN) == date(2026, 6, 18)
    assert last_day(cafe("2026-06-11", cancelled=["2026-06-11"]), BERLIN) is None


ALLOWED = {
    (RecurringState.DRAFT, RecurringState.RUNNING),
    (RecurringState.DRAFT, RecurringState.STOPPED),
    (RecurringState.RUNNING, RecurringState.DRAFT),
    (RecurringState.RUNNING, RecurringState.STOPPED),
    (RecurringState.RUNNING, RecurringState.ENDED),
}


@pytest.mark.parametrize("before", RecurringState)
@pytest.mark.parametrize("then", RecurringState)
def test_only_what_can_follow_follows(before: RecurringState, then: RecurringState) -> None:
    if (before, then) in ALLOWED:
        assert step(before, then) is then
    else:
        with pytest.raises(Refused):
            step(before, then)
