"""Words to the team, and questions that go to it, whatever comes in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.dialogue import LONGEST_MESSAGE
from bot.domain.messages import Media
from bot.services.dialogue import Policy
from tests.conftest import Resident, TestTown, labels
from tests.small_quarter import UNKNOWN

WORDS = "Die Laterne vor dem Haus ist kaputt"


def for_the_team(town: TestTown) -> list[str]:
    return [town.database.keys.open(row["sealed_text"]) for row in town.rows()["question"] if row["wanted_at"]]


async def is_about_to_write(resident: Resident) -> None:
    await resident.sends("/team")
    await resident.taps("Dem Team schreiben")


# --- While words to the team are waited for --------------------------------------------------------------------------


async def test_an_emergency_told_to_the_team_is_warned_of_and_reaches_the_team(resident: Resident) -> None:
    await is_about_to_write(resident)
    reply = await resident.writes("Es brennt im Keller!")
    assert reply.decision == "emergency"
    assert "Ihre Nachricht gebe ich auch an das Team weiter." in reply.text
    assert for_the_team(resident.town) == ["Es brennt im Keller!"]
    assert "Team" not in (await resident.writes("Es brennt im Keller!")).text  # it was one message


@pytest.mark.parametrize(
    "between",
    [
        {"media": Media.STICKER},
        {"text": "  "},
        {"action": "o:1:0"},
        {"text": "x" * (LONGEST_MESSAGE + 1)},
        {"text": "Hund anmelden", "edits": "message-1"},
    ],
    ids=["a sticker", "nothing", "an old button", "too much", "an edit of an older message"],
)
async def test_what_comes_in_between_does_not_end_the_writing(resident: Resident, between: dict[str, str]) -> None:
    await resident.sends(UNKNOWN)
    await is_about_to_write(resident)
    await resident.sends(**between)
    assert (await resident.writes(WORDS)).title == "Ich habe es weitergegeben."
    assert for_the_team(resident.town) == [WORDS]
    assert (await resident.writes("Hund anmelden")).entry_id == "anmelden"


async def test_words_that_were_too_many_are_still_for_the_team_a_minute_later(resident: Resident) -> None:
    await is_about_to_write(resident)
    resident.town.desk.policy = Policy(rate=1)
    await resident.sends(WORDS)
    assert for_the_team(resident.town) == []
    resident.town.now.moves(minutes=1, seconds=1)
    await resident.sends(WORDS)
    assert for_the_team(resident.town) == [WORDS]


async def test_who_cancels_writes_to_the_bot_again_and_hears_of_news(resident: Resident) -> None:
    await is_about_to_write(resident)
    assert (await resident.writes("abbrechen")).title == "Menü"
    assert (await resident.writes("Hund anmelden")).entry_id == "anmelden"


# --- What the team was promised --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Hund anmelden", "Es brennt!", "Regnet es morgen?"])
async def test_an_edit_takes_nothing_back_that_the_team_was_given(resident: Resident, text: str) -> None:
    await resident.sends(UNKNOWN)
    asked = resident.key
    await resident.taps("Ja, das Team fragen")
    await resident.sends(text, edits=asked)
    assert for_the_team(resident.town) == [text]


@pytest.mark.parametrize("text", ["", "/menu", "x" * (LONGEST_MESSAGE + 1)])
async def test_an_edit_without_a_question_leaves_the_team_the_old_one(resident: Resident, text: str) -> None:
    await resident.sends(UNKNOWN)
    asked = resident.key
    await resident.taps("Ja, das Team fragen")
    await resident.sends(text, edits=asked)
    assert for_the_team(resident.town) == [UNKNOWN]


async def test_words_to_the_team_are_edited_a_day_later(resident: Resident) -> None:
    await is_about_to_write(resident)
    await resident.sends(WORDS)
    resident.town.now.moves(hours=25)
    reply = await resident.writes(f"{WORDS}!!", edits=resident.key)
    assert (reply.decision, for_the_team(resident.town)) == ("handover", [f"{WORDS}!!"])


async def test_an_option_can_still_be_chosen_after_none_of_these(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    await resident.taps("Nichts davon", on=offer)
    await resident.taps("Hund anmelden", on=offer)
    assert [(row["state"], row["entry_id"]) for row in resident.town.rows()["question"]] == [("confirmed", "anmelden")]


async def test_a_question_is_given_to_the_team_by_a_button_from_before_none_of_these(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    page = await resident.writes("/team")
    await resident.taps("Nichts davon", on=offer)
    assert (await resident.taps("Meine letzte Frage an das Team geben", on=page)).decision == "handover"
    assert for_the_team(resident.town) == ["Hund"]


async def test_the_last_question_can_be_given_to_the_team_a_few_steps_later(resident: Resident) -> None:
    give = "Meine letzte Frage an das Team geben"
    await resident.sends(UNKNOWN)
    await resident.sends("/menu")
    assert labels(await resident.writes("/team"))[0] == give
    await resident.taps(give)
    assert for_the_team(resident.town) == [UNKNOWN]
    assert give not in labels(await resident.writes("/team"))  # it is given


async def test_an_old_question_is_not_taken_for_the_last_one(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    resident.town.now.moves(minutes=1)
    await resident.sends("/menu")
    resident.town.now.moves(minutes=10)
    assert labels(await resident.writes("/team")) == ["Dem Team schreiben", "Menü"]


# --- What is limited -------------------------------------------------------------------------------------------------


async def test_whoever_goes_on_writing_is_answered_as_often_as_the_limit_allows(resident: Resident) -> None:
    resident.town.desk.policy = Policy(rate=5)
    answered = 0
    for _ in range(40):
        replies = await resident.sends("Hund anmelden")
        answered += any(reply.entry_id for reply in replies)
        resident.town.now.moves(seconds=6)
    assert answered >= 4 * 5


async def test_everything_written_during_an_outage_is_answered(resident: Resident) -> None:
    resident.town.desk.policy = Policy(rate=3)
    begun = resident.town.now() - timedelta(hours=2)
    for minutes in range(0, 100, 10):
        sent_at = begun + timedelta(minutes=minutes)
        assert (await resident.writes("Hund anmelden", sent_at=sent_at)).entry_id == "anmelden"


async def test_a_command_of_last_month_does_not_swallow_the_same_one_of_today(resident: Resident) -> None:
    await resident.sends("/team")
    resident.town.now.moves(days=20)
    assert await resident.sends("/team", sent_at=resident.town.now() - timedelta(seconds=90))
