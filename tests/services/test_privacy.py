"""The notice, the copy of one's data, the end of it, and what ends by itself."""

from __future__ import annotations

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import tidy
from bot.domain.actions import Forget, write_action
from bot.domain.messages import Reply
from bot.domain.retention import Retention
from bot.services import conversations, letters, privacy
from bot.services.dialogue import Policy
from bot.storage.tables import ConversationRow
from bot.texts.privacy import NOTICE_VERSION
from tests.conftest import ADDRESS, Resident, TestTown, labels
from tests.small_quarter import UNKNOWN

PERSONAL = ("conversation", "turn", "question", "letter", "staff_case", "case_message")
"""The tables that hold something of a resident."""

COPIED = {
    "turn": "messages",
    "question": "questions",
    "letter": "waiting_messages",
    "staff_case": "conversations_with_the_team",
    "case_message": "said_with_the_team",
}
"""The name in a copy of what stands in a table."""

FIRE = "Es brennt im Treppenhaus!"


def is_notice(reply: Reply) -> bool:
    return reply.text.startswith("Ich bin ein Programm. Meine Antworten schreibt das Team")


def personal(town: TestTown) -> dict[str, list[dict[str, Any]]]:
    return {name: rows for name, rows in town.rows().items() if name in PERSONAL}


async def leaves_traces(resident: Resident) -> None:
    """Talk in every way that leaves something: ask, rate, ask the team, write to it, get a letter."""
    await resident.sends(UNKNOWN)
    await resident.taps("Ja, das Team fragen")
    await resident.sends("Hund")
    await resident.taps("Hund anmelden")
    await resident.taps("👎 Nicht hilfreich")
    await resident.taps("Es ist veraltet")
    await resident.sends("/team")
    await resident.sends("Die Laterne vor dem Haus ist kaputt")
    await resident.taps("↩ Zurück zum Bot")
    with resident.town.database.writing() as db:
        conversation = conversations.find(db, resident.channel, resident.address)
        assert conversation is not None
        letters.put(db, conversation.id, Reply("Die Laterne leuchtet wieder."), resident.town.now())


# --- The notice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Hund anmelden", "Hund", UNKNOWN, "/start", "/menu", "/help", "", "x" * 9999])
async def test_the_notice_stands_beside_the_first_answer_and_never_again(resident: Resident, text: str) -> None:
    answer, notice = await resident.sends(text)
    assert not is_notice(answer)
    assert is_notice(notice)
    assert labels(notice) == ["Datenschutz", "🌐 Sprache / Language"]
    for more in ("Hund anmelden", UNKNOWN, "/start", "/privacy"):
        assert not any(map(is_notice, await resident.sends(more)))


async def test_the_notice_waits_until_an_emergency_is_over(resident: Resident) -> None:
    assert [reply.decision for reply in await resident.sends(FIRE)] == ["emergency"]
    assert [reply.decision for reply in await resident.sends(FIRE)] == ["emergency"]
    assert is_notice((await resident.sends("Hund anmelden"))[1])
    assert [reply.decision for reply in await resident.sends(FIRE)] == ["emergency"]


async def test_who_asks_for_all_of_it_needs_no_notice(resident: Resident) -> None:
    (reply,) = await resident.sends("/privacy")
    assert (reply.title, labels(reply)[:2]) == ("Datenschutz", ["Meine Daten", "Alles löschen"])
    assert len(await resident.sends("Hund anmelden")) == 1


async def test_a_new_version_of_the_notice_is_shown_once_more(resident: Resident) -> None:
    await resident.sends("Hund anmelden")
    with resident.town.database.writing() as db:
        db.execute(update(ConversationRow).values(notice=NOTICE_VERSION - 1))
    assert [is_notice(reply) for reply in await resident.sends("Hund anmelden")] == [False, True]
    assert len(await resident.sends("Hund anmelden")) == 1


@pytest.mark.parametrize("days", [7, 30])
async def test_the_notice_and_the_long_text_name_the_days_that_the_town_set(resident: Resident, days: int) -> None:
    resident.town.desk.policy = Policy(retention=Retention(texts=timedelta(days=days)))
    _, notice = await resident.sends("Hund anmelden")
    assert f" {days} Tage" in notice.text
    assert f" {days} Tage" in (await resident.writes("/privacy")).text


# --- A copy ----------------------------------------------------------------------------------------------------------


async def copy_of(resident: Resident) -> dict[str, Any]:
    reply = await resident.writes("/mydata")
    assert reply.file is not None
    assert (reply.file.name, reply.file.media_type) == ("meine-daten.json", "application/json")
    content: dict[str, Any] = json.loads(reply.file.content)
    return content


async def test_the_copy_holds_everything_that_is_stored(resident: Resident) -> None:
    await leaves_traces(resident)
    content = await copy_of(resident)
    now = resident.town.now().isoformat()
    head = {name: value for name, value in content.items() if not isinstance(value, list)}
    assert head == {
        "channel": "web",
        "address": ADDRESS,
        "pseudonym": resident.town.database.keys.name("web", ADDRESS),
        "language": "de",
        "first_message": now,
        "last_message": now,
        "privacy_notice": NOTICE_VERSION,
    }
    assert [message["what_the_bot_did"] for message in content["messages"]] == [
        "decline", "ask_team", "ask_back", "give", "take_rating", "take_rating", "team", "take_words",
        "hand_back", "mydata",
    ]  # fmt: skip
    card = {name: value for name, value in content["messages"][3].items() if name not in ("entry_version", "replies")}
    assert card == {
        "number": "message-4", "at": now, "language": "de", "what_the_bot_did": "give", "decision": "answer",
        "entry": "anmelden", "subject": "anmelden", "without_an_answer_in_a_row": 0, "tapped": True, "helped": False,
        "complaint": "outdated",
    }  # fmt: skip
    asked = [(one["text"], "for_the_team_since" in one, one["state"], one.get("entry")) for one in content["questions"]]
    assert asked == [
        (UNKNOWN, True, "open", None),
        ("Hund", False, "confirmed", "anmelden"),
    ]
    said = [(one["side"], one["text"]) for one in content["said_with_the_team"]]
    assert said == [("resident", "Die Laterne vor dem Haus ist kaputt")]
    assert [one["state"] for one in content["conversations_with_the_team"]] == ["closed"]
    assert [letter["reply"]["text"] for letter in content["waiting_messages"]] == ["Die Laterne leuchtet wieder."]


async def test_every_column_of_every_row_of_a_resident_is_in_the_copy(resident: Resident) -> None:
    await leaves_traces(resident)
    rows = personal(resident.town)
    content = await copy_of(resident)
    for table, name in COPIED.items():
        for row, record in zip(rows[table], content[name], strict=False):  # the copy itself is one message more
            kept = [column for column, value in row.items() if column not in privacy.LINKS and value not in (None, [])]
            assert len(record) == len(kept), (table, kept, record)


async def test_copies_do_not_hold_the_copies_before(resident: Resident) -> None:
    sizes_of_copies = [len(json.dumps(await copy_of(resident))) for _ in range(5)]
    grown = [after - before for before, after in itertools.pairwise(sizes_of_copies)]
    assert max(grown) < 2 * min(grown)


async def test_the_copy_is_summed_up_in_words(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    reply = await resident.writes("/mydata")
    assert reply.text.splitlines() == [
        "Das ist alles, was über Sie gespeichert ist:",
        "• zum ersten Mal geschrieben haben Sie am 9. Juni 2026",
        "• Ihre Sprache: Deutsch",
        "• 2 Nachrichten, ohne ihren Text: wann sie kamen und was ich geantwortet habe",
        "• 1 Frage, die ich nicht sicher beantworten konnte, ohne persönliche Angaben",
    ]


async def test_the_copy_names_days_as_the_town_counts_them(resident: Resident) -> None:
    resident.town.now.moment = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert " am 10. Juni 2026" in (await resident.writes("/mydata")).text


async def test_the_copy_holds_nothing_of_anybody_else(quarter: TestTown) -> None:
    one, two = Resident(quarter, "session-of-one"), Resident(quarter, "session-of-two")
    await leaves_traces(one)
    content = await copy_of(two)
    assert [message["what_the_bot_did"] for message in content["messages"]] == ["mydata"]
    assert (content["questions"], content["waiting_messages"]) == ([], [])
    assert one.address not in json.dumps(content)


async def test_a_copy_that_is_kept_for_a_repeat_is_sealed(resident: Resident) -> None:
    await resident.sends("/mydata")
    stored = resident.town.stored()
    assert ADDRESS.encode() not in stored
    assert base64.b64encode(ADDRESS.encode())[:16] not in stored


# --- The end ---------------------------------------------------------------------------------------------------------


async def test_to_be_forgotten_is_asked_once_and_ends_everything(resident: Resident) -> None:
    other = Resident(resident.town, "somebody else", "telegram")
    await leaves_traces(other)
    before = personal(resident.town)
    await leaves_traces(resident)
    asked = await resident.writes("/forget")
    assert labels(asked) == ["Ja, alles löschen", "Nein, behalten", "Menü", "Mensch fragen"]
    (last,) = await resident.sends(action=asked.choices[0].action)
    assert last.text.startswith("Alles über Sie ist gelöscht.")
    assert last.choices == ()
    assert personal(resident.town) == before


async def test_who_thinks_better_of_it_keeps_everything(resident: Resident) -> None:
    await leaves_traces(resident)
    await resident.sends("/forget")
    before = personal(resident.town)
    assert (await resident.taps("Nein, behalten")).text == "Gut, es wurde nichts gelöscht."
    after = personal(resident.town)
    assert after["question"] == before["question"]
    assert len(after["turn"]) == len(before["turn"]) + 1


async def test_forgetting_twice_is_forgetting_once(resident: Resident) -> None:
    asked = await resident.writes("/forget")
    first = await resident.taps("Ja, alles löschen", on=asked)
    assert await resident.taps("Ja, alles löschen", on=asked) == first
    assert not any(personal(resident.town).values())


@pytest.mark.parametrize("is_confirmed", [True, False])
async def test_a_forget_button_of_somebody_unknown_stores_nothing(resident: Resident, is_confirmed: bool) -> None:
    reply = await resident.writes(action=write_action(Forget(1, is_confirmed)))
    assert (reply.text.split(".")[0], reply.choices) == ("Alles über Sie ist gelöscht", ())
    assert not any(personal(resident.town).values())


async def test_a_button_of_somebody_unknown_that_leads_nowhere_stores_nothing(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    team = resident.button("Ja, das Team fragen").action
    await resident.sends("/forget")
    await resident.taps("Ja, alles löschen")
    (reply,) = await resident.sends(action=team)
    assert reply.text.startswith("Diese Auswahl gilt nicht mehr.")
    assert not any(personal(resident.town).values())


async def test_an_old_forget_button_deletes_nothing_that_came_after(resident: Resident) -> None:
    asked = await resident.writes("/forget")
    await resident.taps("Ja, alles löschen", on=asked)
    for _ in range(3):
        await resident.sends("Hund")
        assert (await resident.taps("Ja, alles löschen", on=asked)).text.startswith("Diese Auswahl gilt nicht mehr.")
    assert personal(resident.town)["conversation"]


@pytest.mark.parametrize("text", ["ja", "Ja, alles löschen"])
async def test_who_cannot_tap_types_that_everything_is_to_be_deleted(resident: Resident, text: str) -> None:
    await leaves_traces(resident)
    await resident.sends("/forget")
    assert (await resident.writes(text)).text.startswith("Alles über Sie ist gelöscht.")
    assert not any(personal(resident.town).values())


async def test_nobody_can_have_another_forgotten(resident: Resident) -> None:
    await leaves_traces(resident)
    await resident.sends("/forget")
    action = resident.button("Ja, alles löschen").action
    before = personal(resident.town)
    other = Resident(resident.town, "somebody else")
    await other.sends("Hund anmelden")
    assert (await other.writes(action=action)).text.startswith("Diese Auswahl gilt nicht mehr.")
    for name, rows in personal(resident.town).items():
        assert rows[: len(before[name])] == before[name]


async def test_a_forget_button_works_for_24_hours(resident: Resident) -> None:
    asked = await resident.writes("/forget")
    resident.town.now.moves(hours=24, seconds=1)
    assert (await resident.taps("Ja, alles löschen", on=asked)).text.startswith("Diese Auswahl gilt nicht mehr.")
    assert personal(resident.town)["conversation"]


async def test_who_was_forgotten_begins_anew(resident: Resident) -> None:
    await resident.sends("/language en")
    offer = await resident.writes("Wo ist der Hund?")
    await resident.sends("/forget")
    await resident.taps("Yes, delete everything")
    (_, notice) = await resident.sends("Hund")
    assert is_notice(notice)
    assert all(row["preference"] is None for row in personal(resident.town)["conversation"])
    for choice in offer.choices:
        if choice.action.startswith(("o:", "a:", "r:")):
            assert (await resident.writes(action=choice.action)).text.startswith("Diese Auswahl gilt nicht mehr.")


# --- What ends by itself ---------------------------------------------------------------------------------------------


def sizes(town: TestTown) -> dict[str, int]:
    return {name: len(rows) for name, rows in personal(town).items()}


def left(**sizes: int) -> dict[str, int]:
    """What is there, where nothing else is."""
    return dict.fromkeys(PERSONAL, 0) | sizes


async def test_texts_go_after_the_days_that_the_town_set_and_the_conversation_after_a_year(resident: Resident) -> None:
    town = resident.town
    await leaves_traces(resident)
    whole = sizes(town)
    assert all(whole.values())
    town.now.moves(days=30)
    await tidy(town.desk)
    assert sizes(town) == whole
    town.now.moves(seconds=1)
    await tidy(town.desk)
    assert sizes(town) == left(conversation=1, staff_case=1, case_message=1)
    town.now.moves(days=60)
    await tidy(town.desk)
    assert sizes(town) == left(conversation=1)
    town.now.moves(days=275)
    await tidy(town.desk)
    assert not any(sizes(town).values())


async def test_the_town_can_keep_texts_for_a_shorter_time(resident: Resident) -> None:
    await leaves_traces(resident)
    resident.town.desk.policy = Policy(retention=Retention(texts=timedelta(days=1), letters=timedelta(days=1)))
    resident.town.now.moves(days=1, seconds=1)
    await tidy(resident.town.desk)
    assert sizes(resident.town) == left(conversation=1, staff_case=1, case_message=1)


async def test_who_writes_now_and_then_is_known_for_ever(resident: Resident) -> None:
    for _ in range(5):
        await resident.sends(UNKNOWN)
        resident.town.now.moves(days=364)
        await tidy(resident.town.desk)
    assert sizes(resident.town) == left(conversation=1)
    assert len(await resident.sends("Hund anmelden")) == 1  # the notice was shown


async def test_retention_counts_what_it_deleted(resident: Resident) -> None:
    await leaves_traces(resident)
    count = sum(sizes(resident.town).values())
    resident.town.now.moves(days=400)
    for expected in (count, 0):
        now = resident.town.now()
        assert await resident.town.database.write(privacy.apply_retention, Retention(), now) == expected


async def test_an_old_question_goes_with_its_turn_and_a_new_one_stays(resident: Resident) -> None:
    await resident.sends(UNKNOWN)
    resident.town.now.moves(days=20)
    await resident.sends(f"{UNKNOWN} und Elfen")
    resident.town.now.moves(days=11)
    await tidy(resident.town.desk)
    assert sizes(resident.town) == left(conversation=1, turn=1, question=1)
