"""Opening hours in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.opening import Closed, Open, status
from bot.services.starter import starter_entries
from bot.texts.hours import clock, open_state, opening_hours
from knowledge.entry import OpenException, OpeningHours, OpenTime
from tests.conftest import BERLIN

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
        (OpeningHours((TUESDAY,), note={"de": "klingeln"}), "Dienstag 10 bis 14 Uhr. Klingeln"),
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
            "Dienstag 10 bis 14 Uhr, auch nach Vereinbarung (Stand 2024). Klingeln. "
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


@pytest.mark.parametrize(
    ("note", "language", "words"),
    [
        ("nur mit Termin", "de", "nach Vereinbarung. Nur mit Termin"),
        ("Öffnet später", "de", "nach Vereinbarung. Öffnet später"),
        ("überall", "de", "nach Vereinbarung. Überall"),
        ("e-mail genügt.", "de", "nach Vereinbarung. E-mail genügt"),
        ("bitte. danke.", "de", "nach Vereinbarung. Bitte. danke"),
        ("www.example.org", "de", "nach Vereinbarung. www.example.org"),
        ("z.B. abends", "de", "nach Vereinbarung. z.B. abends"),
        ("3 Klingeln", "de", "nach Vereinbarung. 3 Klingeln"),
        ("(nachts)", "de", "nach Vereinbarung. (nachts)"),
        ("ilk katta", "tr", "nach Vereinbarung. İlk katta"),
        ("по записи", "ru", "nach Vereinbarung. По записи"),
        ("بموعد", "ar", "nach Vereinbarung. بموعد"),
        ("შეთანხმებით", "ka", "nach Vereinbarung. შეთანხმებით"),
    ],
)
def test_a_note_begins_as_a_sentence_does(note: str, language: str, words: str) -> None:
    assert opening_hours(OpeningHours(by_appointment=True, note={language: note}), "de") == words


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)


ALL_SAINTS = {"de": "Allerheiligen", "en": "All Saints' Day"}


@pytest.mark.parametrize(
    ("state", "german", "english"),
    [
        (Open(None), "Jetzt geöffnet", "Open now"),
        (Open(at("2026-11-19 18:00")), "Jetzt geöffnet, bis 18 Uhr", "Open now, until 6:00 PM"),
        (Open(at("2026-11-20 00:00")), "Jetzt geöffnet, bis 24 Uhr", "Open now, until 12:00 AM"),
        (
            Open(at("2026-11-20 02:30")),
            "Jetzt geöffnet, bis morgen um 2:30 Uhr",
            "Open now, until 2:30 AM tomorrow",
        ),
        (
            Open(at("2026-11-23 00:00")),
            "Jetzt geöffnet, bis Sonntag, 22. November, um 24 Uhr",
            "Open now, until Sunday, November 22, at 12:00 AM",
        ),
        (Closed(None), "Jetzt geschlossen", "Closed now"),
        (
            Closed(at("2026-11-19 14:00")),
            "Jetzt geschlossen. Öffnet heute um 14 Uhr",
            "Closed now. Opens today at 2:00 PM",
        ),
        (
            Closed(at("2026-11-20 00:00")),
            "Jetzt geschlossen. Öffnet morgen um 0 Uhr",
            "Closed now. Opens tomorrow at 12:00 AM",
        ),
        (
            Closed(at("2026-11-20 09:05")),
            "Jetzt geschlossen. Öffnet morgen um 9:05 Uhr",
            "Closed now. Opens tomorrow at 9:05 AM",
        ),
        (
            Closed(at("2026-11-21 09:00")),
            "Jetzt geschlossen. Öffnet am Samstag, 21. November, um 9 Uhr",
            "Closed now. Opens on Saturday, November 21, at 9:00 AM",
        ),
        (
            Closed(at("2027-01-04 09:00")),
            "Jetzt geschlossen. Öffnet am Montag, 4. Januar, um 9 Uhr",
            "Closed now. Opens on Monday, January 4, at 9:00 AM",
        ),
        (
            Closed(at("2026-11-20 09:00"), ALL_SAINTS),
            "Jetzt geschlossen. Heute ist Feiertag (Allerheiligen). Öffnet morgen um 9 Uhr",
            "Closed now. Today is a public holiday (All Saints' Day). Opens tomorrow at 9:00 AM",
        ),
        (
            Closed(None, ALL_SAINTS),
            "Jetzt geschlossen. Heute ist Feiertag (Allerheiligen)",
            "Closed now. Today is a public holiday (All Saints' Day)",
        ),
    ],
)
def test_the_state_on_a_thursday_evening(state: Open | Closed, german: str, english: str) -> None:
    now = at("2026-11-19 13:00")
    assert open_state(state, now, BERLIN, "de") == german
    assert open_state(state, now, BERLIN, "en").replace("\u202f", " ") == english


def test_today_is_the_day_on_the_towns_clock() -> None:
    late = at("2026-06-09 00:30")  # still Monday in UTC
    assert open_state(Closed(at("2026-06-09 09:00")), late, BERLIN, "de") == "Jetzt geschlossen. Öffnet heute um 9 Uhr"


OFFICE, HOTLINE, YOUTH = "anlaufstelle-quartiersbuero", "anlaufstelle-115", "anlaufstelle-kess"


@pytest.mark.parametrize(
    ("entry_id", "now", "german", "english"),
    [
        (OFFICE, "2026-06-09 12:00", "Jetzt geöffnet, bis 14 Uhr", "Open now, until 2:00 PM"),
        (
            OFFICE,
            "2026-06-09 14:00",
            "Jetzt geschlossen. Öffnet morgen um 14 Uhr",
            "Closed now. Opens tomorrow at 2:00 PM",
        ),
        (
            OFFICE,
            "2026-11-18 18:00",
            "Jetzt geschlossen. Öffnet am Dienstag, 24. November, um 10 Uhr",
            "Closed now. Opens on Tuesday, November 24, at 10:00 AM",
        ),
        (
            HOTLINE,
            "2026-06-04 10:00",
            "Jetzt geschlossen. Heute ist Feiertag (Fronleichnam). Öffnet morgen um 8 Uhr",
            "Closed now. Today is a public holiday (Corpus Christi). Opens tomorrow at 8:00 AM",
        ),
        (
            HOTLINE,
            "2026-12-24 18:00",
            "Jetzt geschlossen. Öffnet am Montag, 28. Dezember, um 8 Uhr",
            "Closed now. Opens on Monday, December 28, at 8:00 AM",
        ),
        (YOUTH, "2026-10-24 20:59", "Jetzt geöffnet, bis 21 Uhr", "Open now, until 9:00 PM"),
        (
            YOUTH,
            "2026-10-24 21:00",
            "Jetzt geschlossen. Öffnet am Dienstag, 27. Oktober, um 15 Uhr",
            "Closed now. Opens on Tuesday, October 27, at 3:00 PM",
        ),
        ("anlaufstelle-hilfetelefon", "2026-03-29 02:30", "Jetzt geöffnet", "Open now"),
        (
            "anlaufstelle-tafel-nette",
            "2026-06-10 09:29",
            "Jetzt geschlossen. Öffnet heute um 9:30 Uhr",
            "Closed now. Opens today at 9:30 AM",
        ),
    ],
)
def test_the_starter_knowledge_at_several_moments(entry_id: str, now: str, german: str, english: str) -> None:
    hours = next(entry.opening_hours for entry in starter_entries() if entry.id == entry_id)
    assert hours
    state = status(hours, at(now), BERLIN)
    assert state
    assert open_state(state, at(now), BERLIN, "de") == german
    assert open_state(state, at(now), BERLIN, "en").replace("\u202f", " ") == english


@pytest.mark.parametrize("entry_id", ["anlaufstelle-116117", "anlaufstelle-wohngeldstelle"])
def test_of_hours_told_only_in_words_no_state_is_claimed(entry_id: str) -> None:
    hours = next(entry.opening_hours for entry in starter_entries() if entry.id == entry_id)
    assert hours
    assert status(hours, at("2026-06-09 12:00"), BERLIN) is None
