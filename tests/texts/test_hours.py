"""Opening hours in words."""

from __future__ import annotations

from datetime import date

import pytest

from bot.texts.hours import clock, opening_hours
from knowledge.entry import OpenException, OpeningHours, OpenTime

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
TUESDAY = OpenTime(("tue",), "10:00", "14:00")
CHRISTMAS = OpenException(date(2026, 12, 24), date(2026, 12, 26), note={"de": "Weihnachten"})


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (OpeningHours(), ""),
        (OpeningHours((TUESDAY,)), "Dienstag 10 bis 14 Uhr"),
        (OpeningHours((OpenTime(WORKDAYS, "08:00", "12:30"),)), "Montag bis Freitag 8 bis 12:30 Uhr"),
        (OpeningHours((OpenTime(WORKDAYS[::-1], "08:00", "12:30"),)), "Montag bis Freitag 8 bis 12:30 Uhr"),
        (OpeningHours((OpenTime(("mon", "tue"), "08:05", "12:00"),)), "Montag und Dienstag 8:05 bis 12 Uhr"),
        (OpeningHours((OpenTime(("mon", "wed", "fri"), "08:00", "9:00"),)), "Montag, Mittwoch und Freitag 8 bis 9 Uhr"),
        (
            OpeningHours((OpenTime(("sat", "sun", "mon"), "00:00", "24:00"),)),
            "Montag, Samstag und Sonntag 0 bis 24 Uhr",
        ),
        (OpeningHours((OpenTime(("sun", "holiday"), "20:00", "02:00"),)), "Sonntag und Feiertage 20 bis 2 Uhr"),
        (OpeningHours((OpenTime(("holiday",), "20:00", "22:00"),)), "Feiertage 20 bis 22 Uhr"),
        (
            OpeningHours((OpenTime(("fri", "sat", "sun", "holiday"), "11:00", "17:00"),)),
            "Freitag bis Sonntag und Feiertage 11 bis 17 Uhr",
        ),
        (
            OpeningHours((TUESDAY, OpenTime(("wed",), "14:00", "18:00"))),
            "Dienstag 10 bis 14 Uhr; Mittwoch 14 bis 18 Uhr",
        ),
        (OpeningHours(always=True), "Rund um die Uhr"),
        (OpeningHours((TUESDAY,), always=True), "Rund um die Uhr"),
        (OpeningHours(by_appointment=True), "nach Vereinbarung"),
        (OpeningHours((TUESDAY,), by_appointment=True), "Dienstag 10 bis 14 Uhr, auch nach Vereinbarung"),
        (OpeningHours((TUESDAY,), as_of="2024"), "Dienstag 10 bis 14 Uhr (Stand 2024)"),
        (OpeningHours(as_of="2024"), "(Stand 2024)"),
        (OpeningHours((TUESDAY,), note={"de": "klingeln"}), "Dienstag 10 bis 14 Uhr. klingeln"),
        (OpeningHours(note={"de": "bitte anrufen"}), "bitte anrufen"),
        (
            OpeningHours((TUESDAY,), (CHRISTMAS,), note={"de": "Bitte klingeln."}),
            "Dienstag 10 bis 14 Uhr. Bitte klingeln. "
            "Donnerstag, 24. Dezember 2026 bis Samstag, 26. Dezember 2026: geschlossen (Weihnachten)",
        ),
        (
            OpeningHours((TUESDAY,), (OpenException(date(2026, 12, 25), date(2026, 12, 25)),)),
            "Dienstag 10 bis 14 Uhr. Freitag, 25. Dezember 2026: geschlossen",
        ),
        (
            OpeningHours((TUESDAY,), (OpenException(date(2026, 12, 31), date(2026, 12, 31), "08:00", "10:30"),)),
            "Dienstag 10 bis 14 Uhr. Donnerstag, 31. Dezember 2026: 8 bis 10:30 Uhr",
        ),
        (
            OpeningHours((TUESDAY,), (CHRISTMAS,), True, False, {"de": "klingeln"}, "2024"),
            "Dienstag 10 bis 14 Uhr, auch nach Vereinbarung (Stand 2024). klingeln. "
            "Donnerstag, 24. Dezember 2026 bis Samstag, 26. Dezember 2026: geschlossen (Weihnachten)",
        ),
    ],
)
def test_opening_hours_in_german(hours: OpeningHours, words: str) -> None:
    assert opening_hours(hours, "de") == words


def test_easy_german_has_german_hours() -> None:
    assert opening_hours(OpeningHours((TUESDAY,)), "de-easy").startswith("Dienstag 10")


def test_opening_hours_in_english() -> None:
    words = opening_hours(OpeningHours((OpenTime(WORKDAYS, "08:00", "12:30"),), (CHRISTMAS,), True), "en")
    assert words.replace("\u202f", " ") == (
        "Monday to Friday 8:00 AM to 12:30 PM, also by appointment. "
        "Thursday, December 24, 2026 to Saturday, December 26, 2026: closed (Weihnachten)"
    )


@pytest.mark.parametrize(("value", "words"), [("00:00", "0"), ("08:00", "8"), ("08:05", "8:05"), ("24:00", "24")])
def test_a_time_of_day_in_german(value: str, words: str) -> None:
    assert clock(value, "de") == words
