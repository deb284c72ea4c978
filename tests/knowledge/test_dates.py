"""The days that people name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.dates import DatesHeard, Span, asks_for_events, hear_dates, read_period
from knowledge.normalize import words

WEDNESDAY = date(2026, 4, 29)
SUNDAY = date(2026, 5, 3)
MONDAY = date(2026, 5, 4)
FRIDAY, SATURDAY = date(2026, 5, 1), date(2026, 5, 2)
LAST_OF_YEAR = date(2026, 12, 31)
LEAP_DAY = date(2028, 2, 29)
CLOCKS_FORWARD, CLOCKS_BACK = date(2026, 3, 29), date(2026, 10, 25)


def days(text: str) -> Span:
    """ "2026-05-02" or "2026-05-02 2026-05-03"."""
    found = [date.fromisoformat(day) for day in text.split()]
    return Span(found[0], found[-1])


SAID_ON_WEDNESDAY = {
    "heute": "2026-04-29",
    "heut": "2026-04-29",
    "heute Abend": "2026-04-29",
    "heute morgen": "2026-04-29",
    "morgen": "2026-04-30",
    "morgen früh": "2026-04-30",
    "übermorgen": "2026-05-01",
    "uebermorgen": "2026-05-01",
    "wochenende": "2026-05-02 2026-05-03",
    "am Wochenende": "2026-05-02 2026-05-03",
    "am WE": "2026-05-02 2026-05-03",
    "dieses Wochenende": "2026-05-02 2026-05-03",
    "kommendes Wochenende": "2026-05-02 2026-05-03",
    "nächstes Wochenende": "2026-05-09 2026-05-10",
    "übernächstes Wochenende": "2026-05-16 2026-05-17",
    "diese Woche": "2026-04-29 2026-05-03",
    "nächste Woche": "2026-05-04 2026-05-10",
    "in der kommenden Woche": "2026-05-04 2026-05-10",
    "übernächste Woche": "2026-05-11 2026-05-17",
    "in 3 Tagen": "2026-05-02",
    "in zwei Wochen": "2026-05-11 2026-05-17",
    "heute in einer Woche": "2026-05-06",
    "in den nächsten drei Tagen": "2026-04-29 2026-05-02",
    "die nächsten Tage": "2026-04-29 2026-05-06",
    "Mittwoch": "2026-04-29",
    "am Dienstag": "2026-05-05",
    "diesen Samstag": "2026-05-02",
    "Sonnabend": "2026-05-02",
    "Samstagabend": "2026-05-02",
    "am Di": "2026-05-05",
    "kommenden Donnerstag": "2026-04-30",
    "nächsten Donnerstag": "2026-05-07",
    "nächsten Freitag": "2026-05-01",
    "Dienstag in einer Woche": "2026-05-12",
    "Donnerstag nächster Woche": "2026-05-07",
    "nächste Woche am Donnerstag": "2026-05-07",
    "diesen Monat": "2026-04-29 2026-04-30",
    "nächsten Monat": "2026-05-01 2026-05-31",
    "im Mai": "2026-05-01 2026-05-31",
    "im April": "2026-04-29 2026-04-30",
    "im März": "2027-03-01 2027-03-31",
    "im Maerz 2028": "2028-03-01 2028-03-31",
    "Mai 2025": "2025-05-01 2025-05-31",
    "in einem Monat": "2026-05-01 2026-05-31",
    "ab Freitag": "2026-05-01 9999-12-31",
    "ab 3.5.": "2026-05-03 9999-12-31",
    "am 3. Mai": "2026-05-03",
    "3. Mai 2027": "2027-05-03",
    "am dritten Mai": "2026-05-03",
    "am Sonntag, den 3. Mai": "2026-05-03",
    "So. 3.5.": "2026-05-03",
    "3.5.": "2026-05-03",
    "3. 5. 2026": "2026-05-03",
    "03.05.2026": "2026-05-03",
    "03.05.26": "2026-05-03",
    "am 3.5": "2026-05-03",
    "2026-05-03": "2026-05-03",
    "28.4.": "2027-04-28",
    "28.4.2026": "2026-04-28",
    "am 15.": "2026-05-15",
    "vom 3. bis 5. Mai": "2026-05-03 2026-05-05",
    "3.-5. Mai": "2026-05-03 2026-05-05",
    "3.-5.5.": "2026-05-03 2026-05-05",
    "3.5.-5.5.2026": "2026-05-03 2026-05-05",
    "vom 28. April bis 2. Mai": "2026-04-29 2026-05-02",
    "28.12. bis 2.1.": "2026-12-28 2027-01-02",
    "Freitag bis Sonntag": "2026-05-01 2026-05-03",
    "bis Sonntag": "2026-04-29 2026-05-03",
    "Samstag und Sonntag": "2026-05-02 2026-05-03",
    "today": "2026-04-29",
    "tonight": "2026-04-29",
    "tomorrow": "2026-04-30",
    "the day after tomorrow": "2026-05-01",
    "this weekend": "2026-05-02 2026-05-03",
    "next weekend": "2026-05-09 2026-05-10",
    "this week": "2026-04-29 2026-05-03",
    "next week": "2026-05-04 2026-05-10",
    "on Tuesday": "2026-05-05",
    "next Tuesday": "2026-05-05",
    "on Sat": "2026-05-02",
    "Tuesday next week": "2026-05-05",
    "in three days": "2026-05-02",
    "in two weeks": "2026-05-11 2026-05-17",
    "next month": "2026-05-01 2026-05-31",
    "in May": "2026-05-01 2026-05-31",
    "on May 3rd": "2026-05-03",
    "May 3, 2027": "2027-05-03",
    "3 May": "2026-05-03",
    "the 3rd of May": "2026-05-03",
    "from Friday to Sunday": "2026-05-01 2026-05-03",
    "from next week": "2026-05-04 9999-12-31",
    "from 3 to 5 May": "2026-05-03 2026-05-05",
    "on 5/3": "2027-03-05",
    "05/03/2027": "2027-03-05",
}


@pytest.mark.parametrize(("text", "expected"), SAID_ON_WEDNESDAY.items())
def test_days_are_understood_alone_and_in_a_sentence(text: str, expected: str) -> None:
    assert read_period(text, WEDNESDAY) == days(expected)
    heard = hear_dates(text, WEDNESDAY)
    assert heard == DatesHeard(days(expected), 0, len(list(words(text))))
    assert asks_for_events(f"Veranstaltungen {text}", WEDNESDAY) or asks_for_events(f"Events {text}", WEDNESDAY)


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (SUNDAY, "am Wochenende", "2026-05-03"),
        (SUNDAY, "nächstes Wochenende", "2026-05-09 2026-05-10"),
        (SUNDAY, "kommendes Wochenende", "2026-05-09 2026-05-10"),
        (SUNDAY, "diese Woche", "2026-05-03"),
        (SUNDAY, "nächste Woche", "2026-05-04 2026-05-10"),
        (SUNDAY, "week", "2026-05-03 2026-05-09"),
        (SUNDAY, "nächsten Dienstag", "2026-05-05"),
        (SUNDAY, "Sonntag", "2026-05-03"),
        (SUNDAY, "kommenden Sonntag", "2026-05-10"),
        (SUNDAY, "am 3. Mai", "2026-05-03"),
        (SATURDAY, "am Wochenende", "2026-05-02 2026-05-03"),
        (SATURDAY, "Freitag bis Sonntag", "2026-05-02 2026-05-03"),
        (SUNDAY, "Samstag und Sonntag", "2026-05-03"),
        (FRIDAY, "am Wochenende", "2026-05-02 2026-05-03"),
        (MONDAY, "nächsten Dienstag", "2026-05-12"),
        (MONDAY, "Dienstag", "2026-05-05"),
        (MONDAY, "kommenden Dienstag", "2026-05-05"),
        (MONDAY, "diese Woche", "2026-05-04 2026-05-10"),
        (MONDAY, "vom 3. bis 5. Mai", "2026-05-04 2026-05-05"),
        (MONDAY, "3.5.", "2027-05-03"),
        (LAST_OF_YEAR, "morgen", "2027-01-01"),
        (LAST_OF_YEAR, "diese Woche", "2026-12-31 2027-01-03"),
        (LAST_OF_YEAR, "nächsten Monat", "2027-01-01 2027-01-31"),
        (LAST_OF_YEAR, "1.1.", "2027-01-01"),
        (LAST_OF_YEAR, "31.12.", "2026-12-31"),
        (LEAP_DAY, "29.2.", "2028-02-29"),
        (LEAP_DAY, "morgen", "2028-03-01"),
        (LEAP_DAY, "im Februar", "2028-02-29"),
        (date(2028, 3, 1), "29. Februar", "2032-02-29"),
        (date(2096, 3, 1), "29.2.", "2104-02-29"),
        (CLOCKS_FORWARD, "morgen", "2026-03-30"),
        (CLOCKS_FORWARD, "heute in einer Woche", "2026-04-05"),
        (CLOCKS_BACK, "morgen", "2026-10-26"),
        (CLOCKS_BACK - timedelta(days=1), "am Wochenende", "2026-10-24 2026-10-25"),
    ],
)
def test_what_a_day_is_depends_on_today(today: date, text: str, expected: str) -> None:
    assert read_period(text, today) == days(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo", "2026-05-04"),
        ("3.5", "2026-05-03"),
        ("5/3", "2027-03-05"),
        ("Mai", "2026-05-01 2026-05-31"),
        ("Woche", "2026-04-29 2026-05-05"),
        ("week", "2026-04-29 2026-05-05"),
        ("weekend", "2026-05-02 2026-05-03"),
        ("month", "2026-04-29 2026-04-30"),
        ("15.", "2026-05-15"),
    ],
)
def test_after_a_command_a_short_form_is_enough(text: str, expected: str) -> None:
    assert read_period(text, WEDNESDAY) == days(expected)
    assert hear_dates(f"Ja {text} gut", WEDNESDAY) is None or text == "weekend"


@pytest.mark.parametrize(
    "text", ["", "?", "Sperrmüll", "3", "Samstag Sperrmüll", "morgen oder nie", "31.2.", "gestern"]
)
def test_a_command_with_anything_else_names_no_period(text: str) -> None:
    assert read_period(text, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("am wochende", SATURDAY),
        ("wochenennde", SATURDAY),
        ("wochenede", SATURDAY),
        ("dinstag", date(2026, 5, 5)),
        ("Deinstag", date(2026, 5, 5)),
        ("donerstag", date(2026, 4, 30)),
        ("samtag", SATURDAY),
        ("sontag", SUNDAY),
        ("mitwoch", WEDNESDAY),
        ("übermogen", FRIDAY),
        ("3. Dezembr", date(2026, 12, 3)),
        ("tommorow", date(2026, 4, 30)),
        ("wensday", WEDNESDAY),
        ("thrusday", date(2026, 4, 30)),
        ("saterday", SATURDAY),
        ("weekand", SATURDAY),
    ],
)
def test_slips_of_the_pen_are_forgiven(text: str, day: date) -> None:
    heard = hear_dates(text, WEDNESDAY)
    assert heard is not None and heard.span.first == day


@pytest.mark.parametrize(
    "text",
    [
        "Dienst am Menschen",
        "die Montage der Küche",
        "montags geschlossen",
        "jeden Dienstag",
        "letzten Freitag",
        "letzte Woche",
        "letztes Wochenende",
        "am ersten Montag im Monat",
        "every Tuesday",
        "on Sundays",
        "last weekend",
        "guten Morgen",
        "Guten Morgen zusammen",
        "good morning",
        "morgens um acht",
        "am Morgen",
        "Schönes Wochenende!",
        "mehr Sorgen als borgen",
        "Leute in der Woche",
        "so do it",
        "so oder so",
        "mi casa",
        "may I come?",
        "May 3 people come?",
        "march to the town hall",
        "the sun sat down",
        "kostet 3.50 Euro",
        "3.5 Euro am Tag",
        "am 3.5 kg abgeben",
        "€3.5.",
        "5.4. €",
        "um 10.30 Uhr",
        "um 10.12 Uhr",
        "am Bus 10.12. Uhr",
        "0231 50 11 12",
        "0231/501112",
        "0231-50-11",
        "+49.231.5.11.",
        "Version 3.5.",
        "v3.11.26",
        "Nr. 3.5.",
        "192.168.1.12",
        "Westerfilder Straße 3",
        "24/7",
        "1/2 Stunde",
        "30.2.2026",
        "am 31. Februar",
        "2026-13-01",
        "31.11.",
    ],
)
def test_what_looks_like_a_day_and_is_none(text: str) -> None:
    assert hear_dates(text, WEDNESDAY) is None


def test_the_words_that_say_it_are_told_apart_from_the_rest() -> None:
    text = "Hat das Bürgerbüro am Dienstag, den 5. Mai, offen?"
    heard = hear_dates(text, WEDNESDAY)
    assert heard is not None
    assert list(words(text))[heard.start : heard.end] == ["am", "dienstag", "den", "5", "mai"]


# --- Properties ------------------------------------------------------------------------------------------------------

PHRASES = st.sampled_from(sorted(SAID_ON_WEDNESDAY))
TODAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))
SCRAPS = st.lists(
    st.sampled_from([*SAID_ON_WEDNESDAY, "bis", "und", "was", "los", "3", "3.", ".", "-", "/", "nächsten", "31", "in"]),
    max_size=8,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | SCRAPS, st.dates())
@example("morgen übermorgen in 60 wochen", date.max)
@example("letzten 45th 0. Mai 00.00.00", date.min)
@example("Freitag bis Sonntag 3. bis 5. Mai", date.min)
@example("5.5.2026's 3.5.'s", MONDAY)
def test_any_text_on_any_day_is_read_without_an_error(text: str, today: date) -> None:
    read_period(text, today)
    asks_for_events(text, today, {"viertel"})
    heard = hear_dates(text, today)
    assert heard is None or 0 <= heard.start < heard.end <= len(list(words(text)))


@settings(max_examples=200, deadline=None)
@given(SCRAPS, TODAYS)
@example("Freitag bis Sonntag 3. Mai 2027", date(2028, 1, 1))
@example("bis 3. Mai 2027", date(2028, 1, 1))
def test_nothing_lies_in_the_past_unless_its_year_was_said(text: str, today: date) -> None:
    heard = hear_dates(text, today)
    if heard is not None:
        assert heard.span.first <= heard.span.last
        assert heard.span.first >= today or "20" in text or ".26" in text


@settings(max_examples=200, deadline=None)
@given(PHRASES, TODAYS, st.sampled_from(["", " ", "?", " …", "?!", "\n"]), st.booleans())
def test_case_punctuation_and_spaces_change_nothing(text: str, today: date, end: str, is_loud: bool) -> None:
    changed = f"  {(text.upper() if is_loud else text.lower()).replace(' ', '  ')}{end}"
    assert read_period(changed, today) == read_period(text, today)
    assert hear_dates(changed, today) == hear_dates(text, today)
    assert asks_for_events(changed, today) == asks_for_events(text, today)


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), TODAYS)
def test_a_full_date_means_itself_on_every_day(day: date, today: date) -> None:
    for text in (day.isoformat(), f"{day.day}.{day.month}.{day.year}", f"{day:%d}/{day:%m}/{day.year}"):
        assert read_period(text, today) == Span(day, day)


@settings(max_examples=200, deadline=None)
@given(TODAYS, st.integers(0, 360))
def test_a_date_without_a_year_is_the_next_one(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert read_period(f"am {day.day}.{day.month}.", today) == Span(day, day)


@settings(max_examples=200, deadline=None)
@given(TODAYS, st.sampled_from(["Montag", "Dienstag", "Freitag", "Sonntag"]))
def test_next_is_never_today_or_tomorrow_and_never_far(today: date, weekday: str) -> None:
    bare, coming, following = (read_period(f"{word}{weekday}", today) for word in ("", "kommenden ", "nächsten "))
    assert bare and coming and following
    assert today <= bare.first <= coming.first <= following.first
    assert timedelta(days=2) <= following.first - today <= timedelta(days=8)
