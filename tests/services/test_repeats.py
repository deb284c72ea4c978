"""Messages that come again, come changed, come too fast or come late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.dialogue import STALE
from bot.domain.retention import Retention
from bot.services import dialogue
from bot.services.dialogue import Policy
from knowledge.entry import Entry
from tests.conftest import Resident, TestTown
from tests.small_quarter import UNKNOWN

# --- Repeats ---------------------------------------------------------------------------------------------------------

GIVEN = {
    "a question": {"text": "Hund anmelden"},
    "an unclear question": {"text": "Hund"},
    "an unknown question": {"text": UNKNOWN},
    "a command": {"text": "/start"},
    "a copy of the data": {"text": "/mydata"},
    "an old button": {"action": "o:99:0"},
}


@pytest.mark.parametrize("kind", GIVEN)
async def test_a_repeated_message_gets_the_same_replies_and_changes_nothing(resident: Resident, kind: str) -> None:
    first = await resident.sends(**GIVEN[kind], key="the-one")
    before = resident.town.rows()
    resident.town.now.moves(minutes=1)
    assert await resident.sends(**GIVEN[kind], key="the-one") == first
    assert resident.town.rows() == before


async def test_a_repeat_gets_the_old_answer_when_the_knowledge_changed_meanwhile(resident: Resident) -> None:
    first = await resident.sends("Hund anmelden", key="the-one")
    await resident.town.learns(Entry("anmelden", title={"de": "Hund anmelden"}, text={"de": "Im Internet."}))
    assert await resident.sends("Hund anmelden", key="the-one") == first


async def test_a_message_that_got_no_reply_gets_none_when_it_is_repeated(resident: Resident) -> None:
    resident.town.desk.policy = Policy(rate=1)
    for _ in range(2):
        await resident.sends("Hund")
    assert await resident.sends("Hund", key="the-one") == []
    resident.town.now.moves(minutes=2)
    assert await resident.sends("Hund", key="the-one") == []


async def test_the_same_key_of_another_resident_is_another_message(quarter: TestTown) -> None:
    one, two = Resident(quarter, "one"), Resident(quarter, "two")
    assert (await one.writes("Hund anmelden", key="5")).entry_id == "anmelden"
    assert (await two.writes("Hund abmelden", key="5")).entry_id == "abmelden"


async def forget_replies(town: TestTown) -> int:
    return await town.database.write(dialogue.forget_replies, Retention(), town.now())


async def test_replies_are_kept_for_a_quarter_of_an_hour(resident: Resident) -> None:
    await resident.sends("Hund")
    resident.town.now.moves(minutes=15)
    assert await forget_replies(resident.town) == 0
    resident.town.now.moves(seconds=1)
    assert await forget_replies(resident.town) == 1
    assert [row["sealed_replies"] for row in resident.town.rows()["turn"]] == [None]


@pytest.mark.parametrize("text", ["Hund", "Hund anmelden", UNKNOWN])
async def test_replies_that_are_forgotten_are_made_anew_in_the_same_turn(resident: Resident, text: str) -> None:
    first = await resident.writes(text, key="the-one")
    resident.town.now.moves(minutes=16)
    await forget_replies(resident.town)
    assert await resident.writes(text, key="the-one") == first
    assert len(resident.town.rows()["turn"]) == 1
    assert len(resident.town.rows()["question"]) == (0 if first.decision == "answer" else 1)


async def test_replies_made_anew_know_what_is_known_now(resident: Resident) -> None:
    await resident.sends("Hund anmelden", key="the-one")
    resident.town.now.moves(minutes=16)
    await forget_replies(resident.town)
    await resident.town.learns(Entry("anmelden", title={"de": "Hund anmelden"}, text={"de": "Im Internet."}))
    assert (await resident.writes("Hund anmelden", key="the-one")).text == "Im Internet."


# --- Edits -----------------------------------------------------------------------------------------------------------


def kept(town: TestTown) -> list[str]:
    return [town.database.keys.open(row["sealed_text"]) for row in town.rows()["question"]]


async def test_an_edited_question_is_answered_and_leaves_no_question_behind(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    reply = await resident.writes("Hund anmelden", edits=resident.key)
    assert reply.entry_id == "anmelden"
    assert kept(resident.town) == []


async def test_an_edited_question_that_stays_unknown_leaves_only_the_newer_one(resident: Resident) -> None:
    first = await resident.writes(UNKNOWN)
    again = await resident.writes(f"{UNKNOWN} und Elfen", edits=resident.key)
    assert again.text == first.text  # it is no second miss
    assert kept(resident.town) == [f"{UNKNOWN} und Elfen"]


async def test_an_edited_question_that_the_team_was_given_stays_with_the_team(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    asked = resident.key
    await resident.taps("Ja, das Team fragen")
    await resident.writes(f"{UNKNOWN} und Elfen", edits=asked)
    assert kept(resident.town) == [f"{UNKNOWN} und Elfen"]
    assert [row["wanted_at"] is not None for row in resident.town.rows()["question"]] == [True]


async def test_the_edit_of_an_unknown_message_is_a_new_message(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    await resident.writes("Hund", edits="never seen")
    assert kept(resident.town) == [UNKNOWN, "Hund"]


async def test_nobody_can_edit_what_another_resident_wrote(quarter: TestTown) -> None:
    one, two = Resident(quarter, "one"), Resident(quarter, "two")
    await one.sends(UNKNOWN)
    await two.sends("Hund anmelden", edits=one.key)
    assert kept(quarter) == [UNKNOWN]


# --- Too many --------------------------------------------------------------------------------------------------------


async def test_too_many_messages_are_told_so_once_and_then_not_answered(resident: Resident) -> None:
    resident.channel = "telegram"  # the web doors say it in their own way
    resident.town.desk.policy = Policy(rate=3)
    counts = [len(await resident.sends("Hund anmelden")) for _ in range(3)]
    assert counts == [2, 1, 1]  # the first with the privacy notice
    (told,) = await resident.sends("Hund anmelden")
    assert told.text.startswith("Das waren viele Nachrichten auf einmal.")
    assert [await resident.sends("Hund anmelden") for _ in range(5)] == [[]] * 5


async def test_after_a_minute_of_silence_messages_are_answered_again(resident: Resident) -> None:
    resident.town.desk.policy = Policy(rate=2)
    for _ in range(5):
        await resident.sends("Hund anmelden")
    resident.town.now.moves(minutes=1, seconds=1)
    assert (await resident.writes("Hund anmelden")).entry_id == "anmelden"


async def test_the_limit_holds_for_each_resident_alone(quarter: TestTown) -> None:
    quarter.desk.policy = Policy(rate=1)
    for address in ("one", "two", "three"):
        assert (await Resident(quarter, address).writes("Hund anmelden")).entry_id == "anmelden"


async def test_without_a_limit_every_message_is_answered(resident: Resident) -> None:
    assert all([await resident.sends("Hund anmelden") for _ in range(50)])


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("Es brennt im Treppenhaus!", "Gehen Sie aus dem Haus"),
        ("/stop", "Sie bekommen von mir keine Nachrichten und Erinnerungen mehr."),
        ("/forget", "Soll ich alles löschen"),
    ],
)
async def test_the_limit_never_swallows_what_cannot_wait(resident: Resident, text: str, beginning: str) -> None:
    resident.town.desk.policy = Policy(rate=1)
    for _ in range(4):
        await resident.sends("Hund anmelden")
    assert (await resident.writes(text)).text.startswith(beginning)


async def test_the_limit_lets_a_resident_confirm_to_be_forgotten(resident: Resident) -> None:
    resident.town.desk.policy = Policy(rate=1)
    for text in ("Hund anmelden", "Hund anmelden", "/forget"):
        await resident.sends(text)
    assert (await resident.taps("Ja, alles löschen")).text.startswith("Alles über Sie ist gelöscht.")
    assert resident.town.rows()["conversation"] == []


# --- Late ------------------------------------------------------------------------------------------------------------

SORRY = "Entschuldigung, dass ich erst jetzt antworte."


async def test_an_answer_after_hours_begins_with_an_apology(resident: Resident) -> None:
    sent = resident.town.now() - STALE - timedelta(seconds=1)
    first, *rest = await resident.sends("Hund anmelden", sent_at=sent)
    assert first.text.startswith(SORRY)
    assert first.text.endswith("Im Amt.")
    assert not any(SORRY in reply.text for reply in rest)


@pytest.mark.parametrize("age", [timedelta(0), STALE], ids=["at once", "within six hours"])
async def test_an_answer_in_time_does_not_apologise(resident: Resident, age: timedelta) -> None:
    reply = await resident.writes("Hund anmelden", sent_at=resident.town.now() - age)
    assert SORRY not in reply.text


async def test_a_command_repeated_during_an_outage_is_answered_once(resident: Resident) -> None:
    sent = resident.town.now() - timedelta(hours=1)
    counts = [len(await resident.sends("/menu", sent_at=sent)) for _ in range(11)]
    assert [bool(count) for count in counts] == [True, *[False] * 10]


async def test_a_command_repeated_by_somebody_who_waits_is_answered_each_time(resident: Resident) -> None:
    for _ in range(3):
        assert (await resident.writes("/menu", sent_at=resident.town.now() - timedelta(seconds=5))).title == "Menü"


async def test_different_messages_of_an_outage_are_all_answered(resident: Resident) -> None:
    sent = resident.town.now() - timedelta(hours=1)
    for text in ("/menu", "Hund anmelden", "/menu", "/help"):
        assert await resident.sends(text, sent_at=sent)
