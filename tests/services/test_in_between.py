"""Questions that go to the team, whatever comes in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.dialogue import LONGEST_MESSAGE
from bot.services.dialogue import Policy
from tests.conftest import Resident, TestTown
from tests.small_quarter import UNKNOWN


def for_the_team(town: TestTown) -> list[str]:
    return [town.database.keys.open(row["sealed_text"]) for row in town.rows()["question"] if row["wanted_at"]]


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


async def test_an_option_can_still_be_chosen_after_none_of_these(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    await resident.taps("Nichts davon", on=offer)
    await resident.taps("Hund anmelden", on=offer)
    assert [(row["state"], row["entry_id"]) for row in resident.town.rows()["question"]] == [("confirmed", "anmelden")]


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
    await resident.sends("/menu")
    resident.town.now.moves(days=20)
    assert await resident.sends("/menu", sent_at=resident.town.now() - timedelta(seconds=90))
