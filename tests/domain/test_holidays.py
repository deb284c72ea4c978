"""The public holidays of a region."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.holidays import public_holiday
from bot.domain.town import Town
from tests.conftest import BERLIN

NORTH_RHINE_WESTPHALIA_2026 = {
    date(2026, 1, 1): "Neujahr",
    date(2026, 4, 3): "Karfreitag",
    date(2026, 4, 6): "Ostermontag",
    date(2026, 5, 1): "Erster Mai",
    date(2026, 5, 14): "Christi Himmelfahrt",
    date(2026, 5, 25): "Pfingstmontag",
    date(2026, 6, 4): "Fronleichnam",
    date(2026, 10, 3): "Tag der Deutschen Einheit",
    date(2026, 11, 1): "Allerheiligen",
    date(2026, 12, 25): "Erster Weihnachtstag",
    date(2026, 12, 26): "Zweiter Weihnachtstag",
}


def test_north_rhine_westphalia_has_eleven_holidays_and_no_other() -> None:
    year = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    assert {day: names["de"] for day in year if (names := public_holiday(day))} == NORTH_RHINE_WESTPHALIA_2026


@pytest.mark.parametrize("day", [date(2024, 5, 30), date(2025, 6, 19), date(2027, 5, 27), date(2030, 6, 20)])
def test_corpus_christi_moves_with_easter(day: date) -> None:
    assert (public_holiday(day) or {})["de"] == "Fronleichnam"


def test_a_holiday_has_names_in_several_languages() -> None:
    names = public_holiday(date(2026, 11, 1)) or {}
    assert (names["de"], names["en"]) == ("Allerheiligen", "All Saints' Day")


def test_two_holidays_may_fall_on_one_day() -> None:
    assert (public_holiday(date(2008, 5, 1)) or {})["de"] == "Christi Himmelfahrt, Erster Mai"


@pytest.mark.parametrize(
    ("region", "is_holiday"), [("DE-NW", True), ("DE-BY", True), ("DE-BE", False), ("DE", False), ("AT", True)]
)
def test_each_region_has_its_own(region: str, is_holiday: bool) -> None:
    assert bool(public_holiday(date(2026, 6, 4), region)) is is_holiday


@pytest.mark.parametrize("region", ["DE-XX", "XX", "", "de-nw", "NW"])
def test_an_unknown_region_is_refused(region: str) -> None:
    with pytest.raises(InvalidInput, match="region") as fault:
        public_holiday(date(2026, 6, 4), region)
    assert fault.value.field == "holidays"


def test_a_town_lies_in_north_rhine_westphalia_unless_told() -> None:
    assert public_holiday(date(2026, 6, 4), Town(BERLIN).holidays)
    assert not public_holiday(date(2026, 6, 4), Town(BERLIN, holidays="DE-HH").holidays)
