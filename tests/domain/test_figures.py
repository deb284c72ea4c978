"""What may be shown of small groups, and over which time figures go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.figures import (
    SMALLEST_GROUP,
    Figure,
    Period,
    Scale,
    in_steps,
    largest,
    median_wait,
    read_period,
    scale_of,
    suppress,
)

LANGUAGES = ("ar", "bg", "de", "en", "fr")

PARTS = st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 14), max_size=5)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def sums_to(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many parts of at least one make a total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(1, total - parts + 2):
        yield from ((first, *rest) for rest in sums_to(total - first, parts - 1))


@given(PARTS)
def test_what_is_shown_is_true_and_never_of_few(parts: dict[str, int]) -> None:
    shown = suppress(parts)
    assert shown.keys() == parts.keys()
    assert all(count in (None, parts[name]) for name, count in shown.items())
    assert all(count is None or count == 0 or count >= SMALLEST_GROUP for count in shown.values())


@given(PARTS)
def test_nobody_reckons_a_hidden_number_from_the_sum(parts: dict[str, int]) -> None:
    shown = suppress(parts)
    hidden = [name for name, count in shown.items() if count is None]
    seen = [count for count in shown.values() if count]
    assume(hidden and seen)  # where nothing is shown, the sum alone may tell: that of the town always is
    total = sum(parts.values()) - sum(seen)
    # Whoever knows the rule knows that the smallest are hidden, and that they are not nothing.
    possible = [numbers for numbers in sums_to(total, len(hidden)) if max(numbers) <= min(seen)]
    assert total >= SMALLEST_GROUP
    assert all(len(set(numbers)) > 1 for numbers in zip(*possible, strict=True))


@given(PARTS)
def test_no_more_is_hidden_than_is_needed(parts: dict[str, int]) -> None:
    hidden = [parts[name] for name, count in suppress(parts).items() if count is None]
    if not any(0 < count < SMALLEST_GROUP for count in parts.values()):
        assert hidden == []
    assert len([count for count in hidden if count >= SMALLEST_GROUP]) <= 1


def test_the_next_smallest_is_hidden_where_only_one_is_small() -> None:
    assert suppress({"de": 40, "tr": 9, "ar": 3, "pl": 0}) == {"de": 40, "tr": None, "ar": None, "pl": 0}
    assert suppress({"de": 40, "tr": 9, "ar": 3, "pl": 2}) == {"de": 40, "tr": 9, "ar": None, "pl": None}
    assert suppress({"de": 40, "tr": 9, "ar": 1, "pl": 1}) == {"de": 40, "tr": None, "ar": None, "pl": None}
    assert suppress({"de": 40, "tr": 5}) == {"de": 40, "tr": 5}
    assert suppress({"ar": 3}) == {"ar": None}
    assert suppress({}) == {}


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
