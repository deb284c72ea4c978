"""The days that people name, and whether they ask what is on, in the languages besides German and English.

What is said is in dates_said, a file for each language: `said` names days, `asks` what is on, `no_day` looks like a day
and is none, and `elsewhere` are questions about offers, greetings and farewells.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from babel.dates import format_date, format_skeleton
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.dates import DatesHeard, Span, asks_for_events, hear_dates, languages_asking, read_period
from knowledge.normalize import words

WEDNESDAY = date(2026, 4, 29)
PLACES = frozenset({"westerfilde", "bodelschwingh"})
ZONE = ZoneInfo("Europe/Berlin")
FILES = sorted(resources.files("tests.knowledge").joinpath("dates_said").iterdir(), key=lambda file: file.name)
SAID: dict[str, dict[str, Any]] = {
    file.name.removesuffix(".yaml"): yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 (makes strings and nothing else)
    for file in FILES
}


def understood(key: str) -> list[tuple[str, str]]:
    """What is said in all languages, and the days it means."""
    return [pair for said in SAID.values() for pair in said[key].items()]


def other(key: str) -> list[str]:
    """What is said in all languages and means no days."""
    return [text for said in SAID.values() for text in said[key]]


def days(text: str) -> Span:
    """ "2026-05-02", "2026-05-02 2026-05-03", or "open": all days to come."""
    if text == "open":
        return Span(WEDNESDAY, date.max)
    found = [date.fromisoformat(day) for day in text.split()]
    return Span(found[0], found[-1])


@pytest.mark.parametrize(("text", "expected"), understood("said"))
def test_days_are_understood_alone_and_in_a_sentence(text: str, expected: str) -> None:
    assert read_period(text, WEDNESDAY) == days(expected)
    assert hear_dates(text, WEDNESDAY) == DatesHeard(days(expected), 0, len(list(words(text))))


@pytest.mark.parametrize(("text", "expected"), understood("asks"))
def test_what_is_on_is_asked_in_everyday_words(text: str, expected: str) -> None:
    assert asks_for_events(text, WEDNESDAY, PLACES) == days(expected)
    assert asks_for_events(text.upper(), WEDNESDAY, PLACES) == days(expected)


@pytest.mark.parametrize("text", other("no_day"))
def test_what_looks_like_a_day_and_is_none(text: str) -> None:
    assert hear_dates(text, WEDNESDAY) is None


@pytest.mark.parametrize("text", other("elsewhere"))
def test_a_message_about_something_else_does_not_ask(text: str) -> None:
    assert asks_for_events(text, WEDNESDAY, PLACES) is None


@pytest.mark.parametrize("language", SAID)
def test_a_language_is_known_by_its_own_words(language: str) -> None:
    asked = [text for text in SAID[language]["asks"] if languages_asking(text, WEDNESDAY, PLACES)]
    assert asked
    assert [text for text in asked if language not in languages_asking(text, WEDNESDAY, PLACES)] == []


# --- The clock -------------------------------------------------------------------------------------------------------

RELATIVE = {
    "de": ("heute", "morgen", "am Wochenende", "nächste Woche"),
    "en": ("today", "tomorrow", "this weekend", "next week"),
    "tr": ("bugün", "yarın", "bu hafta sonu", "gelecek hafta"),
    "ar": ("اليوم", "غداً", "نهاية الأسبوع", "الأسبوع القادم"),
    "ru": ("сегодня", "завтра", "на выходных", "на следующей неделе"),
    "uk": ("сьогодні", "завтра", "на вихідних", "наступного тижня"),
    "pl": ("dzisiaj", "jutro", "w weekend", "w przyszłym tygodniu"),
    "ro": ("astăzi", "mâine", "în weekend", "săptămâna viitoare"),
    "bg": ("днес", "утре", "през уикенда", "следващата седмица"),
    "fr": ("aujourd'hui", "demain", "ce week-end", "la semaine prochaine"),
}

MOMENTS = [
    datetime(2026, 5, 3, 23, 30, tzinfo=ZONE),
    datetime(2026, 3, 28, 23, 30, tzinfo=ZONE),
    datetime(2026, 3, 29, 3, 30, tzinfo=ZONE),
    datetime(2026, 10, 24, 23, 30, tzinfo=ZONE),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZONE),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZONE),
    datetime(2026, 12, 31, 23, 30, tzinfo=ZONE),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize("language", RELATIVE)
def test_late_on_sunday_and_when_clocks_change_a_day_is_a_day(language: str, moment: datetime) -> None:
    today = moment.date()
    monday = today - today.weekday() * timedelta(days=1)
    sunday = monday + timedelta(days=6)
    assert [read_period(text, today) for text in RELATIVE[language]] == [
        Span(today, today),
        Span(today + timedelta(days=1), today + timedelta(days=1)),
        Span(max(today, sunday - timedelta(days=1)), sunday),
        Span(monday + timedelta(days=7), sunday + timedelta(days=7)),
    ]


# --- Every day of a year ---------------------------------------------------------------------------------------------


def written(day: date, language: str) -> str:
    """A day as this program and others write it, in a form that changes from day to day."""
    forms = (
        lambda: format_date(day, "full", locale=language),
        lambda: format_date(day, "long", locale=language),
        lambda: format_skeleton("MMMEd", day, locale=language),
        lambda: format_skeleton("MMMMEEEEd", day, locale=language),
        lambda: format_skeleton("MMMMd", day, locale=language),
    )
    return forms[day.toordinal() % len(forms)]()


@pytest.mark.parametrize("language", RELATIVE)
def test_every_day_of_a_year_is_read_as_it_is_written(language: str) -> None:
    year = [WEDNESDAY + timedelta(days=ahead) for ahead in range(365)]
    assert [text for day in year if read_period(text := written(day, language), WEDNESDAY) != Span(day, day)] == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([text for text, _ in understood("said")]), st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_nothing_lies_in_the_past_unless_its_year_was_said(text: str, today: date) -> None:
    span = read_period(text, today)
    assert span is not None and span.first <= span.last
    assert span.first >= today or "202" in text or "٢٠٢" in text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([text for text, _ in understood("asks")]), st.integers(0, 8))
def test_one_word_about_something_else_makes_it_another_question(text: str, place: int) -> None:
    spoken = text.split()
    spoken.insert(min(place, len(spoken)), "Kindergeld")
    assert asks_for_events(" ".join(spoken), WEDNESDAY, PLACES) is None
