"""Over which time figures go, and how the waiting for a person is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.figures import (
    Figure,
    Period,
    Scale,
    in_steps,
    largest,
    median_wait,
    read_period,
    scale_of,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_how_long_people_waited_is_told_of_several_alone() -> None:
    assert median_wait({"10": 2, "30": 1, "200": 2}) == 30
    assert median_wait({"10": 4}) is None
    assert median_wait({}) is None


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        (" 2026 ", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_named_as_people_name_it(name: str, first: date, last: date) -> None:
    assert read_period(name) == Period(first, last)


@pytest.mark.parametrize("name", ["", "2026-Q5", "2026-13", "26", "0000", "2026-10-01", "Q4"])
def test_what_names_no_period_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_period(name)
    assert refused.value.field == "period"


def test_residents_are_counted_for_whole_periods_alone() -> None:
    assert read_period("2026-11").reached is Figure.REACHED_MONTH
    assert read_period("2026-Q4").reached is Figure.REACHED_QUARTER
    assert read_period("2026").reached is Figure.REACHED_YEAR
    assert Period(date(2026, 11, 1), date(2026, 11, 29)).reached is None


@given(DAYS, st.integers(0, 800))
def test_the_steps_of_a_chart_hold_every_day_once(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))
    numbers = {first + timedelta(days=day): {"questions": day + 1} for day in range(-3, days + 4)}
    steps = in_steps(numbers, period)
    inside = [count["questions"] for day, count in numbers.items() if first <= day <= period.last]
    assert sum(step["questions"] for step in steps.values()) == sum(inside)
    assert next(iter(steps)) == first
    assert list(steps) == sorted(steps)
    assert len(steps) <= 40


def test_a_step_without_numbers_is_there_too() -> None:
    steps = in_steps({date(2026, 6, 3): {"questions": 4}}, Period(date(2026, 6, 1), date(2026, 6, 5)))
    assert [step.get("questions", 0) for step in steps.values()] == [0, 0, 4, 0, 0]
    assert scale_of(read_period("2026-06")) is Scale.DAY
    assert scale_of(read_period("2026-Q2")) is Scale.WEEK
    assert scale_of(read_period("2026")) is Scale.MONTH


def test_the_largest_parts_come_first() -> None:
    assert largest({"a": 7, "b": None, "c": 30, "d": 0, "e": 7}, 3) == [("c", 30), ("a", 7), ("e", 7)]
