"""A conversation with a person, from the resident's side and from the office's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.cases import CaseState
from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.domain.messages import Media, Reply
from bot.domain.staff import Role
from bot.services import audit, case_calls, handover, questions, staff
from bot.services.handover import Author, Page
from bot.storage.tables import TurnRow
from tests.conftest import Resident, TestTown, labels
from tests.small_quarter import UNKNOWN

BACK = "↩ Zurück zum Bot"
WORDS = "Die Laterne vor dem Haus ist kaputt"
FIRE = "Es brennt im Keller!"


def cases(town: TestTown) -> list[dict[str, Any]]:
    return town.rows()["staff_case"]


def said(town: TestTown) -> list[tuple[str, str]]:
    """Who said what in conversations with a person."""
    return [(row["side"], town.database.keys.open(row["sealed_text"])) for row in town.rows()["case_message"]]


def heard_by_a_person(town: TestTown) -> list[str]:
    return [text for side, text in said(town) if side == "resident"]


def deliveries(town: TestTown) -> list[tuple[str, str, bool]]:
    return [(row["kind"], row["state"], row["keeps_quiet"]) for row in town.rows()["delivery"]]


def member(db: Session, town: TestTown, name: str) -> Author:
    added, _ = staff.add(db, name, Role.EDITOR, "de", town.now())
    return Author(added.name, added.id)


@pytest.fixture
async def asking(resident: Resident) -> Resident:
    """Somebody who asked for a person."""
    await resident.sends("/team")
    return resident


def the_case(resident: Resident) -> int:
    number: int = cases(resident.town)[-1]["id"]
    return number


# --- The resident ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["/team", "Ich möchte lieber mit einem Menschen sprechen", "insan", "button"])
async def test_who_asks_for_a_person_gets_one(resident: Resident, way: str) -> None:
    await resident.sends("/menu")
    reply = await (resident.taps("Mensch fragen") if way == "button" else resident.writes(way))
    assert reply.decision == "handover"
    assert [(row["state"], row["waiting_since"]) for row in cases(resident.town)] == [("waiting", resident.town.now())]


@pytest.mark.parametrize("text", [WORDS, "Hund anmelden", "ja", "Menü", "Deutsch", "🙂", "Regnet es morgen?"])
async def test_what_is_written_then_goes_to_that_person_as_it_is_and_the_bot_is_silent(
    asking: Resident, text: str
) -> None:
    assert await asking.sends(text) == []
    assert said(asking.town) == [("resident", text)]
    assert asking.town.rows()["question"] == []


async def test_a_person_reads_names_and_numbers_and_nobody_else_does(asking: Resident) -> None:
    text = "Ich heiße Ottokarine Niemandsland, 0231 5550199"
    await asking.sends(text)
    assert heard_by_a_person(asking.town) == [text]
    assert b"niemandsland" not in asking.town.stored().lower()
    assert b"5550199" not in asking.town.stored()


async def test_words_behind_the_command_are_the_first(resident: Resident) -> None:
    await resident.sends(f"/team {WORDS}")
    assert heard_by_a_person(resident.town) == [WORDS]


async def test_to_ask_again_says_that_it_is_open(asking: Resident) -> None:
    reply = await asking.writes("/team und noch etwas")
    assert reply.text.startswith("Sie sprechen schon mit dem Team.")
    assert (len(cases(asking.town)), heard_by_a_person(asking.town)) == (1, ["und noch etwas"])


async def test_an_emergency_comes_first_and_is_told_to_the_person_too(asking: Resident) -> None:
    reply = await asking.writes(FIRE)
    assert reply.decision == "emergency"
    assert "Ihre Nachricht gebe ich auch an das Team weiter." in reply.text
    assert heard_by_a_person(asking.town) == [FIRE]


@pytest.mark.parametrize("text", ["/stop", "stop", "/privacy", "/mydata", "/language", "/language tr", "/forget"])
async def test_what_only_the_bot_can_do_it_does_meanwhile(asking: Resident, text: str) -> None:
    assert await asking.sends(text)
    assert heard_by_a_person(asking.town) == []
    assert await asking.sends(WORDS) == []


@pytest.mark.parametrize("text", ["/events", "/help", "/unheard"])
async def test_other_commands_are_told_that_a_person_has_the_conversation(asking: Resident, text: str) -> None:
    assert (await asking.writes(text)).decision == "handover"
    assert await asking.sends(WORDS) == []


@pytest.mark.parametrize("media", [Media.PICTURE, Media.VOICE, Media.LOCATION])
async def test_what_cannot_be_passed_on_is_not_passed_over(asking: Resident, media: Media) -> None:
    assert await asking.sends(media=media)
    assert heard_by_a_person(asking.town) == []


@pytest.mark.parametrize("way", [BACK, "/start", "/menu", "Menü"])
async def test_the_way_back_to_the_bot(resident: Resident, way: str) -> None:
    await resident.sends("Hund anmelden")
    await resident.sends("/team")
    await resident.sends(WORDS)
    is_command = way.startswith("/")
    reply = await (resident.writes(way) if is_command else resident.taps(way, on=tapped(resident, way)))
    assert reply.text.startswith("Jetzt antworte wieder ich, der Bot. Was Sie geschrieben haben")
    assert cases(resident.town)[0]["state"] == "closed"
    assert (await resident.writes("Hund anmelden")).entry_id == "anmelden"
    assert (await resident.taps(BACK)).text == "Jetzt antworte wieder ich, der Bot."  # it was so already


def tapped(resident: Resident, label: str) -> Reply:
    return next(reply for reply in reversed(resident.heard) if label in labels(reply))


async def test_who_said_nothing_leaves_nothing_behind(asking: Resident) -> None:
    assert (await asking.taps(BACK)).text == "Jetzt antworte wieder ich, der Bot."


async def test_the_last_question_can_be_given_to_the_person(resident: Resident) -> None:
    give = "Meine letzte Frage an das Team geben"
    await resident.sends(UNKNOWN)
    await resident.sends("/menu")
    assert labels(await resident.writes("/team")) == [give, BACK]
    reply = await resident.taps(give)
    assert (reply.title, labels(reply)) == ("Ich habe es weitergegeben.", [BACK])
    assert heard_by_a_person(resident.town) == [UNKNOWN]
    assert [row["wanted_at"] for row in resident.town.rows()["question"]] == [None]  # one conversation, one owner


async def test_an_old_question_is_not_taken_for_the_last_one(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    resident.town.now.moves(minutes=1)
    await resident.sends("/menu")
    resident.town.now.moves(minutes=10)
    assert labels(await resident.writes("/team")) == [BACK]


async def test_to_ask_the_team_one_question_does_not_silence_the_bot(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    await resident.taps("Ja, das Team fragen")
    assert cases(resident.town) == []
    assert (await resident.writes("Hund anmelden")).entry_id == "anmelden"


@pytest.mark.parametrize("minutes", [0, 20])
async def test_a_repeated_message_opens_one_case_and_is_kept_once(resident: Resident, minutes: int) -> None:
    for key, text in (("a", "/team"), ("b", WORDS)):
        await resident.sends(text, key=key)
    resident.town.now.moves(minutes=minutes)
    with resident.town.database.writing() as db:
        db.execute(update(TurnRow).where(TurnRow.at < resident.town.now()).values(sealed_replies=None))
    for key, text in (("a", "/team"), ("b", WORDS)):
        await resident.sends(text, key=key)
    assert (len(cases(resident.town)), heard_by_a_person(resident.town)) == (1, [WORDS])


async def test_edited_words_are_told_as_well(asking: Resident) -> None:
    await asking.sends(WORDS)
    assert await asking.sends(f"{WORDS}!!", edits=asking.key) == []
    assert heard_by_a_person(asking.town) == [WORDS, f"{WORDS}!!"]


async def test_the_bot_can_be_had_back_and_a_person_again(asking: Resident) -> None:
    await asking.taps(BACK)
    await asking.sends("/team")
    await asking.sends(WORDS)
    assert [row["state"] for row in cases(asking.town)] == ["closed", "waiting"]
    assert [row["case_id"] for row in asking.town.rows()["case_message"]] == [the_case(asking)]


# --- The office ------------------------------------------------------------------------------------------------------


async def test_a_reply_takes_the_conversation_and_leaves_by_the_outbox_whatever_the_hour(asking: Resident) -> None:
    town = asking.town
    await asking.sends(WORDS)
    with town.database.writing() as db:
        anna = member(db, town, "Anna")
        number = handover.reply(db, the_case(asking), anna, " Wir schauen nach. ", town.now())
        assert handover.delivery_of(db, number) is DeliveryState.QUEUED
    (case,) = cases(town)
    assert (case["state"], case["staff_id"], case["waiting_since"]) == ("taken", anna.member_id, None)
    assert said(town) == [("resident", WORDS), ("staff", "Wir schauen nach.")]
    assert deliveries(town) == [(Kind.REPLY.value, "queued", False)]


async def test_words_after_a_reply_wait_anew(asking: Resident) -> None:
    town = asking.town
    with town.database.writing() as db:
        handover.reply(db, the_case(asking), member(db, town, "Anna"), "Guten Tag!", town.now())
    town.now.moves(hours=1)
    await asking.sends(WORDS)
    assert cases(town)[0]["waiting_since"] == town.now()
    first = town.now()
    town.now.moves(hours=1)
    await asking.sends("Hallo?")
    assert cases(town)[0]["waiting_since"] == first


async def test_words_that_came_while_somebody_wrote_wait_anew(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    await asking.sends(WORDS)
    seen = town.rows()["case_message"][-1]["id"]
    town.now.moves(minutes=1)
    await asking.sends("Es riecht nach Gas?")
    came_at = town.now()
    town.now.moves(minutes=1)
    with town.database.writing() as db:
        handover.reply(db, number, member(db, town, "Anna"), "Wir schauen nach.", town.now(), page=Page(seen))
    (case,) = cases(town)
    assert (case["waiting_since"], case["told_at"], deliveries(town)[0][0]) == (came_at, None, Kind.REPLY.value)


async def test_what_came_while_somebody_ended_it_keeps_it_open(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    await asking.sends(WORDS)
    with town.database.writing() as db:
        with pytest.raises(Refused):
            handover.close(db, number, town.now(), Page(0))
        handover.close(db, number, town.now(), Page(town.rows()["case_message"][-1]["id"]))
    assert cases(town)[0]["state"] == "closed"


async def test_the_group_answers_what_it_was_shown(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    await asking.sends(WORDS)
    with town.database.writing() as db:
        case_calls.shown(db, town.rows()["case_message"][-1]["id"], "70")
    town.now.moves(minutes=1)
    await asking.sends("Halt, noch etwas")
    with town.database.writing() as db:
        handover.reply_from_group(db, number, "Wir schauen nach.", "71", town.now())
    assert cases(town)[0]["waiting_since"] == town.now()


async def test_what_a_colleague_has_is_not_answered_past_them(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    with town.database.writing() as db:
        anna, bert = member(db, town, "Anna"), member(db, town, "Bert")
        handover.take(db, number, anna, None, town.now())
        for deed in (
            lambda: handover.reply(db, number, bert, "Guten Tag!", town.now()),
            lambda: handover.take(db, number, bert, None, town.now()),
        ):
            with pytest.raises(Refused) as fault:
                deed()
            assert fault.value.values == {"name": "Anna"}
        handover.take(db, number, bert, anna.member_id, town.now())
        handover.reply(db, number, bert, "Guten Tag!", town.now())
    assert cases(town)[0]["staff_id"] == bert.member_id


async def test_a_conversation_can_be_left_to_the_others(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    with town.database.writing() as db:
        anna = member(db, town, "Anna")
        handover.take(db, number, anna, None, town.now())
        handover.release(db, number)
        with pytest.raises(Refused):
            handover.release(db, number)
    (case,) = cases(town)
    assert (case["state"], case["staff_id"], case["taken_at"]) == ("waiting", None, None)


@pytest.mark.parametrize("text", ["", "   ", "x" * 3501])
async def test_a_reply_that_cannot_be_sent_changes_nothing(asking: Resident, text: str) -> None:
    with asking.town.database.writing() as db, pytest.raises(InvalidInput):
        handover.reply(db, the_case(asking), member(db, asking.town, "Anna"), text, asking.town.now())
    assert (cases(asking.town)[0]["state"], deliveries(asking.town)) == ("waiting", [])


async def test_a_note_goes_nowhere(asking: Resident) -> None:
    town = asking.town
    with town.database.writing() as db:
        handover.note(db, the_case(asking), Author("Anna", None), "Kennt die Familie schon.", town.now())
    assert (said(town), deliveries(town)) == ([("note", "Kennt die Familie schon.")], [])
    assert cases(town)[0]["state"] == "waiting"


async def test_the_office_hands_back_with_one_sentence(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    await asking.sends(WORDS)
    with town.database.writing() as db:
        handover.close(db, number, town.now())
        with pytest.raises(Refused):
            handover.close(db, number, town.now())
    assert deliveries(town) == [(Kind.CASE_CLOSED.value, "queued", False)]
    assert (await asking.writes("Hund anmelden")).entry_id == "anmelden"


async def test_who_went_back_to_the_bot_can_still_be_answered(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    await asking.sends(WORDS)
    await asking.taps(BACK)
    with town.database.writing() as db:
        handover.reply(db, number, member(db, town, "Anna"), "Wir schauen nach.", town.now())
    (case,) = cases(town)
    assert (case["state"], case["waiting_since"]) == ("closed", None)
    assert deliveries(town) == [(Kind.REPLY.value, "queued", False)]


async def test_a_week_in_which_nobody_writes_ends_it(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    town.now.moves(days=5)
    await asking.sends(WORDS)
    town.now.moves(days=7, seconds=-1)
    with town.database.writing() as db:
        handover.note(db, number, Author("Anna", None), "Noch nichts.", town.now())
        assert handover.close_idle(db, town.now()) == []
    town.now.moves(seconds=1)
    with town.database.writing() as db:
        assert handover.close_idle(db, town.now()) == [number]
        assert handover.close_idle(db, town.now()) == []
    assert deliveries(town) == [(Kind.CASE_IDLE.value, "queued", True)]
    assert cases(town)[0]["state"] == CaseState.CLOSED.value


async def test_what_the_group_says_twice_is_one_reply_and_stands_in_the_trail(asking: Resident) -> None:
    town, number = asking.town, the_case(asking)
    with town.database.writing() as db:
        first = handover.reply_from_group(db, number, "Guten Tag!", "77", town.now())
        assert handover.reply_from_group(db, number, "Guten Tag!", "77", town.now()) == first
        (line,) = audit.listed(db, audit.Search(area="case"))
    assert (line.actor, line.way, line.deed, line.subject) == ("Telegram", "group", "reply", str(number))
    assert len(deliveries(town)) == 1
    assert cases(town)[0]["state"] == "waiting"  # nobody with an account has it


async def test_a_case_that_is_gone(asking: Resident) -> None:
    with asking.town.database.writing() as db:
        for deed in (handover.release, handover.row_of):
            with pytest.raises(NotFound):
                deed(db, 999)
        assert handover.delivery_of(db, 999) is None
        assert questions.text_of(db, 999) == ""


async def test_who_is_forgotten_is_forgotten_here_too(asking: Resident) -> None:
    town = asking.town
    await asking.sends(WORDS)
    with town.database.writing() as db:
        handover.reply(db, the_case(asking), member(db, town, "Anna"), "Guten Tag!", town.now())
    await asking.sends("/forget")
    await asking.taps("Ja, alles löschen")
    assert (cases(town), said(town), deliveries(town)) == ([], [], [])
