"""The card for somebody in danger."""

from __future__ import annotations

import pytest

from bot.domain.actions import OpenEntry, OpenMenu, RunCommand, mark, read_action
from bot.texts.catalog import languages, offered
from bot.texts.emergency import emergency
from knowledge.commands import Command
from knowledge.emergency import Emergency
from tests.knowledge.strategies import LANGUAGES
from tests.texts.replies import OFFICE, SOFA

CODES = sorted({*offered(), *LANGUAGES, "xx"})
"""Also languages without a catalog: numbers need no translation."""

FIRST = {
    Emergency.FIRE: "112",
    Emergency.POISON: "112",
    Emergency.MEDICAL: "112",
    Emergency.VIOLENCE: "110",
    Emergency.CRIME: "110",
    Emergency.CHILD: "110",
    Emergency.SUICIDE: "0800 1110111",
}
"""Whom to call before anybody else."""

LINKS = {
    "112": "tel:112",
    "110": "tel:110",
    "116117": "tel:116117",
    "0800 1110111": "tel:+498001110111",
}
"""The numbers that stand on every card. Source: features.md, R25."""

KINDS = pytest.mark.parametrize("kind", Emergency)


def test_every_kind_has_a_number_to_call_first() -> None:
    assert set(FIRST) == set(Emergency)


@KINDS
@pytest.mark.parametrize("language", CODES)
def test_the_numbers_stand_on_every_card_in_every_language(kind: Emergency, language: str) -> None:
    links = {fact.value: fact.link for fact in emergency(kind, None, [], language).facts}
    assert {number: links.get(number) for number in LINKS} == LINKS


@KINDS
@pytest.mark.parametrize("language", CODES)
def test_the_right_number_comes_first_and_is_the_title(kind: Emergency, language: str) -> None:
    reply = emergency(kind, None, [], language)
    assert reply.facts[0].value == FIRST[kind]
    assert reply.title
    assert FIRST[kind] in reply.title
    assert all(fact.link and fact.link.startswith("tel:") for fact in reply.facts)


@pytest.mark.parametrize(
    ("kind", "number", "link"),
    [
        (Emergency.POISON, "0228 19240", "tel:+4922819240"),
        (Emergency.VIOLENCE, "116016", "tel:116016"),
        (Emergency.CHILD, "116111", "tel:116111"),
        (Emergency.SUICIDE, "116111", "tel:116111"),
    ],
)
def test_some_need_a_help_line_of_their_own(kind: Emergency, number: str, link: str) -> None:
    assert (number, link) in [(fact.value, fact.link) for fact in emergency(kind, None, [], "de").facts]


@KINDS
@pytest.mark.parametrize("language", languages())
def test_each_kind_has_words_of_its_own(kind: Emergency, language: str) -> None:
    texts = {each: emergency(each, None, [], language).text for each in Emergency}
    assert [each for each, text in texts.items() if text == texts[kind]] == [kind]
    assert language == "en" or texts[kind] != emergency(kind, None, [], "en").text


@KINDS
def test_the_words_are_few(kind: Emergency) -> None:
    assert len(emergency(kind, None, [], "de").text) <= 160


def test_the_card_in_german_says_that_a_program_writes() -> None:
    reply = emergency(Emergency.FIRE, "notruf", [], "de")
    assert reply.title == "Rufen Sie jetzt an: 112"
    assert reply.text == (
        "Gehen Sie aus dem Haus und machen Sie die Türen hinter sich zu. Warnen Sie die anderen.\n\n"
        "Ich bin ein Programm und kann keine Hilfe rufen."
    )
    assert (reply.decision, reply.entry_id, reply.language) == ("emergency", "notruf", "de")


@KINDS
def test_a_person_and_help_afterwards_are_one_tap_away(kind: Emergency) -> None:
    reply = emergency(kind, None, [SOFA, OFFICE], "de")
    assert [read_action(choice.action) for choice in reply.choices] == [
        OpenEntry(mark("sofa")),
        OpenEntry(mark("buero")),
        OpenMenu(),
        RunCommand(Command.TEAM),
    ]


@KINDS
def test_the_town_cannot_take_the_card_away(kind: Emergency) -> None:
    """It is the same with and without an entry of the town's own."""
    with_entry, without = emergency(kind, "notruf", [], "de"), emergency(kind, None, [], "de")
    assert (with_entry.text, with_entry.facts) == (without.text, without.facts)
