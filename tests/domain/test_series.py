"""The days on which an event comes again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.events import on_the_clock
from bot.domain.series import MOST, Every, Repeat, occurrences
from tests.conftest import BERLIN
from tests.domain.opening_cases import at

TUESDAY = datetime.fromisoformat("2026-01-06T10:00")
STARTS = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2030-12-31")).map(
    lambda moment: moment.replace(microsecond=0)
)


def days(first: str, every: Every, until: str, interval: int = 1, skip: tuple[str, ...] = ()) -> list[str]:
    """The days of a rule whose first event is at ten; all are."""
    repeat = Repeat(every, date.fromisoformat(until), interval, [date.fromisoformat(day) for day in skip])
    found = occurrences(datetime.fromisoformat(f"{first}T10:00"), repeat)
    assert {f"{moment:%H:%M:%S.%f}" for moment in found} == {"10:00:00.000000"}
    return [f"{moment:%Y-%m-%d}" for moment in found]


@pytest.mark.parametrize(
    ("first", "every", "until", "interval", "expected"),
    [
        ("2026-06-09", Every.DAY, "2026-06-12", 1, ["2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"]),
        ("2026-06-09", Every.DAY, "2026-06-14", 3, ["2026-06-09", "2026-06-12"]),
        ("2026-06-09", Every.WEEK, "2026-06-23", 1, ["2026-06-09", "2026-06-16", "2026-06-23"]),
        ("2026-06-09", Every.WEEK, "2026-07-06", 2, ["2026-06-09", "2026-06-23"]),
        ("2026-12-22", Every.WEEK, "2027-01-06", 1, ["2026-12-22", "2026-12-29", "2027-01-05"]),
        ("2026-06-09", Every.MONTH, "2026-09-08", 1, ["2026-06-09", "2026-07-14", "2026-08-11", "2026-09-08"]),
        ("2026-06-09", Every.MONTH, "2026-12-31", 3, ["2026-06-09", "2026-09-08", "2026-12-08"]),
        ("2026-06-01", Every.MONTH, "2026-08-31", 1, ["2026-06-01", "2026-07-06", "2026-08-03"]),
        ("2026-06-30", Every.MONTH, "2026-12-31", 1, ["2026-06-30", "2026-09-29", "2026-12-29"]),
        ("2026-06-09", Every.WEEK, "2026-06-09", 1, ["2026-06-09"]),
        ("2028-02-29", Every.DAY, "2028-03-01", 1, ["2028-02-29", "2028-03-01"]),
    ],
    ids=[
        *("daily", "each third day", "weekly", "each second week", "over new year", "each second Tuesday"),
        *("once a quarter", "each first Monday", "each fifth Tuesday there is", "once", "leap day"),
    ],
)
def test_an_event_comes_again(first: str, every: Every, until: str, interval: int, expected: list[str]) -> None:
    assert days(first, every, until, interval) == expected


def test_skipped_days_are_left_out_and_the_others_stay() -> None:
    found = days("2026-06-09", Every.WEEK, "2026-07-07", skip=("2026-06-16", "2026-06-30", "2026-07-01"))
    assert found == ["2026-06-09", "2026-06-23", "2026-07-07"]


def test_the_first_day_can_be_skipped_too() -> None:
    assert days("2026-06-09", Every.MONTH, "2026-07-31", skip=("2026-06-09",)) == ["2026-07-14"]


@pytest.mark.parametrize(
    ("first", "every", "until"),
    [
        ("2026-01-06", Every.WEEK, "2026-12-31"),
        ("2026-01-06", Every.MONTH, "2030-12-31"),
        ("2026-03-20", Every.DAY, "2026-10-05"),
        ("2026-04-20", Every.DAY, "2026-11-01"),
    ],
)
def test_it_stays_at_ten_on_the_wall_when_the_clocks_change(first: str, every: Every, until: str) -> None:
    found = occurrences(datetime.fromisoformat(f"{first}T10:00"), Repeat(every, date.fromisoformat(until)))
    moments = [on_the_clock(day, BERLIN, "starts_at") for day in found]
    assert {f"{moment.astimezone(BERLIN):%H:%M}" for moment in moments} == {"10:00"}
    assert {moment.hour for moment in moments} == {8, 9}


def test_a_weekly_event_on_the_days_of_the_clock_changes() -> None:
    first = datetime.fromisoformat("2026-03-22T10:00")
    moments = {
        on_the_clock(day, BERLIN, "starts_at") for day in occurrences(first, Repeat(Every.WEEK, date(2026, 11, 1)))
    }
    expected = {at(f"{day} 10:00") for day in ("2026-03-22", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01")}
    assert expected <= moments
    assert len(moments) == 33


@pytest.mark.parametrize(
    ("until", "skip"),
    [("2026-01-05", []), ("1990-01-01", []), ("2026-01-06", [TUESDAY.date()]), ("2026-01-12", [TUESDAY.date()])],
)
def test_a_rule_without_any_event_is_refused(until: str, skip: list[date]) -> None:
    with pytest.raises(InvalidInput, match="no event falls before this day") as refused:
        occurrences(TUESDAY, Repeat(Every.WEEK, date.fromisoformat(until), skip=skip))
    assert refused.value.field == "repeat.until"


@pytest.mark.parametrize("every", Every)
@pytest.mark.parametrize("interval", [0, -1, -52])
def test_a_rule_that_does_not_go_on_is_refused(every: Every, interval: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        occurrences(TUESDAY, Repeat(every, date.max, interval, skip=[TUESDAY.date()]))
    assert refused.value.field == "repeat.interval"


def test_so_many_events_and_no_more() -> None:
    last = TUESDAY.date() + timedelta(days=MOST - 1)
    assert len(occurrences(TUESDAY, Repeat(Every.DAY, last))) == MOST
    with pytest.raises(InvalidInput, match=f"more than {MOST} events") as refused:
        occurrences(TUESDAY, Repeat(Every.DAY, last + timedelta(days=1)))
    assert refused.value.field == "repeat.until"
    assert len(occurrences(TUESDAY, Repeat(Every.DAY, last + timedelta(days=1), skip=[date(2026, 2, 1)]))) == MOST


@pytest.mark.parametrize("every", Every)
def test_a_rule_for_ever_is_refused_and_not_reckoned_for_ever(every: Every) -> None:
    with pytest.raises(InvalidInput, match="more than"):
        occurrences(TUESDAY, Repeat(every, date.max))


@pytest.mark.parametrize("every", Every)
def test_a_pause_beyond_the_calendar_leaves_the_first(every: Every) -> None:
    assert occurrences(TUESDAY, Repeat(every, date.max, 10**6 * 4)) == [TUESDAY]


@given(
    STARTS, st.sampled_from(Every), st.integers(1, 5), st.integers(0, 150), st.sets(st.integers(0, 150), max_size=20)
)
def test_a_rule_gives_every_day_it_names_and_no_other(
    first: datetime, every: Every, interval: int, length: int, skipped: set[int]
) -> None:
    begin = first.date()
    skip = {begin + timedelta(days=number) for number in skipped}
    expected = [
        first + timedelta(days=number)
        for number in range(length + 1)
        if falls(begin, begin + timedelta(days=number), every, interval) and begin + timedelta(days=number) not in skip
    ]
    repeat = Repeat(every, begin + timedelta(days=length), interval, skip)
    if expected:
        assert occurrences(first, repeat) == expected
    else:
        with pytest.raises(InvalidInput):
            occurrences(first, repeat)


def falls(first: date, day: date, every: Every, interval: int) -> bool:
    """Whether a rule names a day, reckoned another way."""
    passed = (day - first).days
    if every is Every.MONTH:
        months = 12 * (day.year - first.year) + day.month - first.month
        is_same = (day.weekday(), (day.day - 1) // 7) == (first.weekday(), (first.day - 1) // 7)
        return is_same and months % interval == 0
    return passed % (interval * (7 if every is Every.WEEK else 1)) == 0
