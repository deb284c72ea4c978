"""What residents are told about their data."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.actions import Forget, OpenMenu, RunCommand, read_action
from bot.domain.messages import Fact, Reply
from bot.domain.retention import Retention
from bot.domain.town import Town
from bot.texts import privacy
from bot.texts.catalog import languages, offered
from knowledge.commands import Command
from tests.conftest import BERLIN
from tests.texts.replies import OFFICE, RETENTION, TOWN

LANGUAGES = pytest.mark.parametrize("language", offered())
MOST_WORDS = 22
"""Of a sentence that is easy to read."""


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]


def actions(reply: Reply) -> list[object]:
    return [read_action(choice.action) for choice in reply.choices]


def told(town: Town = TOWN, channel: str = "web", language: str = "de") -> Reply:
    return privacy.privacy(town, [OFFICE], RETENTION, channel, language)


# --- Beside the first answer -----------------------------------------------------------------------------------------


def test_the_notice_is_three_sentences_in_english_and_at_most_five_short_ones_in_german() -> None:
    assert len(sentences(privacy.notice(RETENTION, "en").text)) == 3
    german = sentences(privacy.notice(RETENTION, "de").text)
    assert len(german) <= 5
    assert all(len(sentence.split()) <= MOST_WORDS for sentence in german)


@LANGUAGES
@pytest.mark.parametrize("days", [7, 30, 365])
def test_the_notice_names_the_days_of_the_retention(language: str, days: int) -> None:
    retention = Retention(texts=timedelta(days=days))
    assert re.findall(r"\d+", privacy.notice(retention, language).text) == [str(days)]
    assert str(days) in privacy.privacy(TOWN, [], retention, "web", language).text


@LANGUAGES
def test_the_notice_leads_to_more_and_to_other_languages(language: str) -> None:
    assert actions(privacy.notice(RETENTION, language)) == [RunCommand(Command.PRIVACY), RunCommand(Command.LANGUAGE)]


def test_the_notice_says_what_matters() -> None:
    text = privacy.notice(RETENTION, "de").text
    assert text.startswith("Ich bin ein Programm.")
    for word in ("Namen", "Nummer", "nichts Vertrauliches"):
        assert word in text


# --- All of it -------------------------------------------------------------------------------------------------------


def test_the_whole_notice_answers_what_the_law_asks() -> None:
    text = told().text
    for beginning in ("Verantwortlich: Beispielverein e. V.", "Was ich speichere:", "Wofür:", "Wie lange:"):
        assert beginning in text
    for beginning in ("Wer es sieht:", "Ihre Rechte:"):
        assert beginning in text
    assert "LDI NRW" in text


def test_without_a_name_the_people_named_below_know_who_is_responsible() -> None:
    reply = told(Town(BERLIN))
    assert reply.text.startswith("Wer verantwortlich ist, sagt Ihnen das Team")
    assert Fact("Quartiersbüro", "0231 000000", "tel:+49231000000") in reply.facts


@LANGUAGES
def test_only_on_telegram_it_is_said_who_else_can_read(language: str) -> None:
    assert "Telegram" in told(channel="telegram", language=language).text
    assert "Telegram" not in told(channel="web", language=language).text


@LANGUAGES
def test_the_notice_leads_to_the_own_data_and_their_end(language: str) -> None:
    found = actions(told(language=language))
    assert RunCommand(Command.MYDATA) in found
    assert RunCommand(Command.FORGET) in found


def test_every_paragraph_is_short() -> None:
    for paragraph in told(channel="telegram").text.split("\n\n"):
        assert all(len(sentence.split()) <= MOST_WORDS for sentence in sentences(paragraph)), paragraph


# --- A copy, and the end ---------------------------------------------------------------------------------------------


def test_a_copy_comes_as_a_file_with_a_summary() -> None:
    held = {"messages": 12, "questions": 1, "said_with_the_team": 0}
    lines = privacy.summary(held, "Türkisch", "9. Juni 2026", "de")
    reply = privacy.my_data(b'{"messages": []}', lines, "de")
    assert reply.text.split("\n") == [
        "Das ist alles, was über Sie gespeichert ist:",
        "• zum ersten Mal geschrieben haben Sie am 9. Juni 2026",
        "• Ihre Sprache: Türkisch",
        "• 12 Nachrichten, ohne ihren Text: wann sie kamen und was ich geantwortet habe",
        "• 1 Frage, die ich nicht sicher beantworten konnte, ohne persönliche Angaben",
    ]
    assert reply.file
    assert (reply.file.name, reply.file.media_type, reply.file.content) == (
        "meine-daten.json",
        "application/json",
        b'{"messages": []}',
    )
    assert RunCommand(Command.FORGET) in actions(reply)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 21, 100])
@pytest.mark.parametrize("language", languages())
def test_counts_are_told_in_every_language(language: str, count: int) -> None:
    held = {"messages": count, "questions": count, "said_with_the_team": count}
    lines = privacy.summary(held, "Deutsch", "9. Juni 2026", language)
    assert all(str(count) in line for line in lines[2:])
    assert all("{" not in line for line in lines)


def test_forgetting_is_asked_once_and_either_answer_is_one_tap() -> None:
    first, second, *ways_on = actions(privacy.ask_forget(7, "de"))
    assert (first, second) == (Forget(7, is_confirmed=True), Forget(7, is_confirmed=False))
    assert ways_on == [OpenMenu(), RunCommand(Command.TEAM)]


@LANGUAGES
def test_the_first_button_confirms_and_the_last_reply_has_none(language: str) -> None:
    first = read_action(privacy.ask_forget(7, language).choices[0].action)
    assert first == Forget(7, is_confirmed=True)
    last = privacy.forgotten(language)
    assert (last.choices, last.facts, last.file) == ((), (), None)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("word", [privacy.forgotten, privacy.kept, privacy.nothing_stored])
def test_the_short_ones_have_words_in_every_language(language: str, word: Callable[[str], Reply]) -> None:
    assert word(language).text
    assert word(language).language == language
    assert language == "en" or word(language).text != word("en").text
