"""Whether a message asks what is on, and when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.dates import Span, asks_for_events

WEDNESDAY = date(2026, 4, 29)
PLACES = frozenset({"westerfilde", "bodelschwingh", "viertel", "quartier", "quarter"})
TODAY, TOMORROW = Span(WEDNESDAY, WEDNESDAY), Span(date(2026, 4, 30), date(2026, 4, 30))
TUESDAY = Span(date(2026, 5, 5), date(2026, 5, 5))
SATURDAY = Span(date(2026, 5, 2), date(2026, 5, 2))
WEEKEND = Span(date(2026, 5, 2), date(2026, 5, 3))
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))

WITHOUT_A_DAY = [
    "Was ist los?",
    "was ist hier los",
    "Was geht?",
    "Was steht an?",
    "Was läuft so?",
    "Veranstaltungen",
    "veranstalltungen",
    "Veranstaltungen im Viertel",
    "Welche Veranstaltungen gibt es in Westerfilde?",
    "Wann ist die nächste Veranstaltung?",
    "Zeig mir alle Termine",
    "Termine",
    "Events",
    "Gibt es was?",
    "Was kann man hier machen?",
    "Hallo, ist was los in Bodelschwingh?",
    "What's on?",
    "What’s on?",
    "whats on",
    "Anything happening?",
    "Is there anything happening in the quarter?",
    "upcoming events",
    "things to do",
]

WITH_DAYS = [
    ("Was ist am Wochenende los?", WEEKEND),
    ("was is am wochende los", WEEKEND),
    ("Wochenende was los?", WEEKEND),
    ("Was geht heute Abend?", TODAY),
    ("heute noch was los im Viertel?", TODAY),
    ("Was kann man morgen machen?", TOMORROW),
    ("Was soll ich morgen machen?", TOMORROW),
    ("Guten Tag, was ist morgen los?", TOMORROW),
    ("Guten Morgen, was ist heute los?", TODAY),
    ("Was ist am Dienstag?", TUESDAY),
    ("Was ist in Westerfilde am Samstag los", SATURDAY),
    ("Gibt es am 5.5. Veranstaltungen?", TUESDAY),
    ("Termine im Mai", MAY),
    ("Veranstaltungen Mai", MAY),
    ("events may", MAY),
    ("What's on this weekend?", WEEKEND),
    ("anything happening tomorrow night?", TOMORROW),
    ("What can we do on Saturday?", SATURDAY),
    ("is there anything to do on tuesday", TUESDAY),
    ("Was ist Samstag und Sonntag los?", WEEKEND),
]

DAYS_ALONE = [
    ("am Dienstag?", TUESDAY),
    ("und am Dienstag?", TUESDAY),
    ("morgen", TOMORROW),
    ("Morgen?", TOMORROW),
    ("heute", TODAY),
    ("am Wochenende", WEEKEND),
    ("Wie sieht es am Wochenende aus?", WEEKEND),
    ("5.5.", TUESDAY),
    ("what about tomorrow?", TOMORROW),
    ("tomorrow", TOMORROW),
]

ABOUT_SOMETHING_ELSE = [
    "",
    "?!",
    "Was kostet die Kita am Dienstag?",
    "Wann hat das Rathaus am Dienstag offen?",
    "Habt ihr am Dienstag auf?",
    "Was hat am Samstag auf?",
    "Ich brauche morgen einen Termin",
    "Termin",
    "Was soll ich machen?",
    "Was ist das?",
    "Was ist los mit der Heizung?",
    "Morgen!",
    "Guten Morgen!",
    "guten morgen",
    "morgens",
    "Schönes Wochenende",
    "Bis morgen!",
    "Bis Dienstag",
    "jeden Dienstag",
    "Was war letztes Wochenende los?",
    "Veranstaltungen am 31.2.",
    "Was ist heute für Wetter?",
    "Was gibt es am Dienstag für Kinder?",
    "Westerfilde",
    "im Viertel",
    "the first",
    "What do you have on me?",
    "can I do it on Tuesday?",
    "What does it cost on Tuesday?",
    "so",
    "do",
    "3",
    "Sperrmüll morgen",
    "was ist " * 10 + "los",
]


@pytest.mark.parametrize("text", WITHOUT_A_DAY)
def test_a_question_without_a_day_asks_for_all_that_is_to_come(text: str) -> None:
    asked = asks_for_events(text, WEDNESDAY, PLACES)
    assert asked == Span(WEDNESDAY, date.max)
    assert asked.is_open


@pytest.mark.parametrize(("text", "span"), [*WITH_DAYS, *DAYS_ALONE])
def test_a_question_with_days_or_days_alone_ask_for_these(text: str, span: Span) -> None:
    assert asks_for_events(text, WEDNESDAY, PLACES) == span
    assert not span.is_open


@pytest.mark.parametrize("text", ABOUT_SOMETHING_ELSE)
def test_a_message_about_something_else_does_not_ask(text: str) -> None:
    assert asks_for_events(text, WEDNESDAY, PLACES) is None


def test_a_place_is_known_only_where_it_is_given() -> None:
    assert asks_for_events("Was ist in Mengede los?", WEDNESDAY, PLACES) is None
    assert asks_for_events("Was ist in Mengede los?", WEDNESDAY, {"mengede"})


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([*WITHOUT_A_DAY, *(text for text, _ in WITH_DAYS)]),
    st.sampled_from(["", " ", "!", "?", "…", "\n"]),
    st.booleans(),
)
def test_case_punctuation_and_spaces_change_nothing(text: str, end: str, is_loud: bool) -> None:
    bare = text.rstrip("?!")
    changed = f" {(bare.upper() if is_loud else bare.lower()).replace(' ', '   ')}{end}"
    assert asks_for_events(changed, WEDNESDAY, PLACES) == asks_for_events(text, WEDNESDAY, PLACES)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*WITHOUT_A_DAY, *(text for text, _ in WITH_DAYS)]), st.integers(0, 10))
def test_one_word_about_something_else_makes_it_another_question(text: str, place: int) -> None:
    spoken = text.split()
    spoken.insert(min(place, len(spoken)), "Kindergeld")
    assert asks_for_events(" ".join(spoken), WEDNESDAY, PLACES) is None
