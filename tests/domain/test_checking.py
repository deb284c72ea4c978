"""When an entry is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.checking import confirmed, interval, is_due
from knowledge.entry import Entry, OpeningHours

TODAY = date(2026, 8, 31)
PLAIN = Entry("a")
OPEN = Entry("a", opening_hours=OpeningHours(always=True))


def test_opening_hours_are_looked_at_sooner() -> None:
    assert (interval(PLAIN), interval(OPEN)) == (6, 3)


@pytest.mark.parametrize("months", [1, 3, 6, 12, 24])
def test_what_staff_chose_once_stays(months: int) -> None:
    chosen = confirmed(OPEN, TODAY, months)
    assert interval(chosen) == months
    assert confirmed(chosen, date(2027, 1, 31)).checked_on == date(2027, 1, 31)
    assert interval(confirmed(chosen, date(2027, 1, 31))) == months


def test_months_end_where_a_month_is_shorter() -> None:
    assert confirmed(PLAIN, TODAY).next_check_on == date(2027, 2, 28)


@pytest.mark.parametrize(("day", "due"), [(None, False), (date(2026, 9, 1), False), (TODAY, True)])
def test_an_entry_is_due_from_its_day_on(day: date | None, due: bool) -> None:
    assert is_due(replace(PLAIN, next_check_on=day), TODAY) is due
