"""Which questions are kept, in what form, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.dialogue import LONGEST_MESSAGE
from bot.services import questions
from tests.conftest import Resident, TestTown
from tests.small_quarter import UNKNOWN

PHONE, MAIL, NAME = "0171 3920099", "otto.karine@example.org", "Ottokarine Niemandsland"


def kept(town: TestTown) -> list[dict[str, Any]]:
    """The questions, with their texts readable."""
    return [row | {"text": town.database.keys.open(row["sealed_text"])} for row in town.rows()["question"]]


async def ask_back(resident: Resident) -> None:
    assert (await resident.writes("Hund")).decision == "clarify"


# --- What is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Hund", UNKNOWN], ids=["asked back", "unknown"])
async def test_a_question_without_a_sure_answer_is_kept(resident: Resident, text: str) -> None:
    await resident.sends(text)
    (question,) = kept(resident.town)
    assert (question["text"], question["language"], question["state"]) == (text, "de", "open")
    assert (question["at"], question["wanted_at"], question["entry_id"]) == (resident.town.now(), None, None)


@pytest.mark.parametrize(
    "text",
    ["Hund anmelden", "Regnet es morgen?", "Es brennt!", "/start", "/fliegen", "Menü", "ja danke", "", "x" * 9999],
    ids=["answer", "not for this", "emergency", "command", "no command", "word", "politeness", "nothing", "too long"],
)
async def test_nothing_else_is_kept(resident: Resident, text: str) -> None:
    if text == "ja danke":
        await resident.sends("Hund anmelden")
    await resident.sends(text)
    expected = [] if text != "ja danke" else [text]
    assert [question["text"] for question in kept(resident.town)] == expected


async def test_a_question_is_kept_without_what_tells_of_a_person(resident: Resident) -> None:
    await resident.sends(f"Ich heiße {NAME}, {PHONE}, {MAIL}, was weiß die Quantenphysik über Gartenzwerge?")
    (question,) = kept(resident.town)
    assert not [word for word in (PHONE, "3920099", MAIL, *NAME.split()) if word in question["text"]]
    assert "Gartenzwerge" in question["text"]


async def test_a_question_is_sealed(resident: Resident) -> None:
    for text in (UNKNOWN, "Hund Gartenzwerge"):
        await resident.sends(text)
    assert len(kept(resident.town)) == 2
    assert b"gartenzwerge" not in resident.town.stored().lower()


async def test_nothing_of_any_message_is_readable_in_the_database(resident: Resident) -> None:
    word = "Zwergpinguin"
    for text in (f"{word} Hund anmelden", f"Hund {word}", word, f"/start {word}", word * (LONGEST_MESSAGE // 5)):
        await resident.sends(text)
    await resident.sends(action=word)
    assert word.lower().encode() not in resident.town.stored().lower()


# --- What becomes of it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "place"])
async def test_a_chosen_option_confirms_the_entry(resident: Resident, way: str) -> None:
    await ask_back(resident)
    if way == "button":
        await resident.taps("Hund anmelden")
    else:
        await resident.sends("das zweite")
    (question,) = kept(resident.town)
    assert (question["state"], question["entry_id"]) == ("confirmed", "anmelden")


async def test_an_entry_found_through_the_menu_confirms_nothing(resident: Resident) -> None:
    await ask_back(resident)
    await resident.sends("/menu")
    await resident.taps("Tiere")
    await resident.taps("Hund anmelden", on=resident.heard[-1])
    assert kept(resident.town)[0]["state"] == "open"


@pytest.mark.parametrize("way", ["button", "word"])
async def test_the_team_is_given_a_question_on_demand(resident: Resident, way: str) -> None:
    await resident.sends(UNKNOWN)
    resident.town.now.moves(minutes=1)
    if way == "button":
        reply = await resident.taps("Ja, das Team fragen")
    else:
        reply = await resident.writes("ja bitte")
    assert (reply.title, reply.decision) == ("Ich habe es weitergegeben.", "handover")
    assert [question["wanted_at"] for question in kept(resident.town)] == [resident.town.now()]


async def test_giving_it_to_the_team_twice_changes_nothing(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    first = await resident.taps("Ja, das Team fragen")
    before = kept(resident.town)
    resident.town.now.moves(minutes=1)
    assert (await resident.taps("Ja, das Team fragen")).title == first.title
    assert kept(resident.town) == before


async def test_a_question_whose_options_were_not_meant_can_be_given_to_the_team(resident: Resident) -> None:
    await ask_back(resident)
    await resident.taps("Nichts davon")
    await resident.taps("Ja, das Team fragen")
    (question,) = kept(resident.town)
    assert question["text"] == "Hund"
    assert question["wanted_at"] is not None


async def test_the_same_after_tapping_none_of_these_twice(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    await resident.taps("Nichts davon", on=offer)
    again = await resident.taps("Nichts davon", on=offer)
    reply = await resident.taps("Ja, das Team fragen", on=again)
    assert reply.decision == "handover"
    assert [question["wanted_at"] is not None for question in kept(resident.town)] == [True]


# --- The deeds themselves --------------------------------------------------------------------------------------------


async def test_turns_without_a_question_are_left_alone(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    before = resident.town.rows()["question"]
    with resident.town.database.writing() as db:
        questions.confirm(db, 999, "anmelden")
        questions.pass_on(db, 999, resident.town.now())
        questions.move(db, 999, 1000)
        questions.drop(db, 999)
        assert not questions.is_kept(db, 999)
        assert questions.text_of(db, 999) == ""
    assert resident.town.rows()["question"] == before


async def test_a_moved_question_belongs_to_the_later_turn_alone(resident: Resident) -> None:
    await ask_back(resident)
    await resident.sends("/menu")
    first, second = (row["id"] for row in resident.town.rows()["turn"])
    with resident.town.database.writing() as db:
        questions.move(db, first, second)
    with resident.town.database.reading() as db:
        assert (questions.is_kept(db, first), questions.is_kept(db, second)) == (False, True)
