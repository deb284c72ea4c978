"""The conversation: what a resident says, what they hear, and what is written down of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.domain.dialogue import LONGEST_MESSAGE, choice_action
from bot.domain.messages import Incoming, Reply
from bot.services import dialogue, library
from bot.storage.tables import ConversationRow, Table, TurnRow
from knowledge.entry import Entry, Phone, State
from tests.conftest import TestTown

ADDRESS = "chat-4711-0815"

REGISTER = Entry(
    "anmelden", title={"de": "Hund anmelden"}, text={"de": "Im Amt."}, phrasings={"de": ("Hund anmelden",)}
)
CANCEL = Entry(
    "abmelden", title={"de": "Hund abmelden"}, text={"de": "Per Post."}, phrasings={"de": ("Hund abmelden",)}
)
OFFICE = Entry("buero", kind="contact_point", title={"de": "Quartiersbüro"}, phones=(Phone("0231 93144018"),))
NO_WEATHER = Entry(
    "wetter",
    kind="decline",
    title={"de": "Wetter"},
    text={"de": "Das Wetter kenne ich nicht."},
    phrasings={"de": ("Wie wird das Wetter?", "Regnet es morgen?", "Wetterbericht")},
)


@pytest.fixture
async def asked_town(any_town: TestTown) -> TestTown:
    """A town that knows two things about dogs, its office and what it does not do."""
    await any_town.database.write(library.put_town_facts, {"office": {"entry": "buero"}})
    await any_town.learns(REGISTER, CANCEL, OFFICE, NO_WEATHER)
    return any_town


_numbers = iter(range(1_000_000))


async def hears(
    town: TestTown,
    text: str = "",
    *,
    action: str = "",
    address: str = ADDRESS,
    key: str | None = None,
    channel: str = "web",
) -> Reply:
    """The one reply to a message."""
    (reply,) = await town.desk.receive(
        Incoming(channel, address, key or f"message-{next(_numbers)}", text=text, action=action)
    )
    return reply


async def options(town: TestTown) -> dict[str, str]:
    """The actions of the buttons to a question that fits two entries, by label."""
    reply = await hears(town, "Hund")
    assert reply.decision == "clarify"
    return {choice.label: choice.action for choice in reply.choices}


def contents(town: TestTown) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with town.database.reading() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key))]
            for table in Table.metadata.sorted_tables
        }


def everything_stored(town: TestTown) -> bytes:
    """All that anybody who holds the database could read."""
    stored = repr(contents(town)).encode()
    if town.database.engine.dialect.name == "sqlite":
        file = Path(town.database.engine.url.database)
        stored += b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return stored


# --- Questions -------------------------------------------------------------------------------------------------------


async def test_a_question_with_a_typing_error_is_answered(any_town: TestTown) -> None:
    entry = await any_town.knows("Wann hat das Rathaus geöffnet?", answer="Montag bis Freitag, 8 bis 12 Uhr.")
    reply = await hears(any_town, "wann hat das rathaus geofnet")
    assert (reply.text, reply.decision, reply.entry_id) == ("Montag bis Freitag, 8 bis 12 Uhr.", "answer", entry)


async def test_a_question_that_fits_two_entries_is_asked_back(asked_town: TestTown) -> None:
    buttons = await options(asked_town)
    assert set(buttons) == {"Hund anmelden", "Hund abmelden", "Nichts davon"}
    assert list(buttons)[-1] == "Nichts davon"


async def test_a_question_that_nobody_wrote_down_is_declined_with_the_office(asked_town: TestTown) -> None:
    reply = await hears(asked_town, "Quantenphysik der Gartenzwerge")
    assert (reply.decision, reply.entry_id) == ("decline", None)
    assert [(fact.label, fact.link) for fact in reply.facts] == [("Quartiersbüro", "tel:+4923193144018")]


async def test_what_the_bot_is_not_for_is_declined_in_the_towns_words(asked_town: TestTown) -> None:
    reply = await hears(asked_town, "Regnet es morgen?")
    assert (reply.decision, reply.text) == ("decline", "Das Wetter kenne ich nicht.")


async def test_without_any_knowledge_every_question_is_declined(any_town: TestTown) -> None:
    await any_town.desk.refresh()
    assert (await hears(any_town, "Hund anmelden")).decision == "decline"


@pytest.mark.parametrize("text", ["/start", "/help", " /start t_5 "])
async def test_a_stranger_is_greeted_in_the_towns_words(any_town: TestTown, text: str) -> None:
    await any_town.database.write(library.put_town_facts, {"greeting": {"de": "Moin!"}})
    await any_town.desk.refresh()
    assert await hears(any_town, text) == Reply("Moin!")


@pytest.mark.parametrize("text", ["", "  \n\t "])
async def test_a_message_without_words_is_answered_kindly(any_town: TestTown, text: str) -> None:
    await any_town.desk.refresh()
    assert (await hears(any_town, text)).text == "Ich kann nur Text lesen. Bitte schreiben Sie Ihre Frage."


async def test_a_message_that_is_too_long_is_answered_kindly(asked_town: TestTown) -> None:
    assert (await hears(asked_town, "x" * (LONGEST_MESSAGE + 1))).text.startswith("Das ist zu viel Text")
    assert not (await hears(asked_town, "x " * (LONGEST_MESSAGE // 2))).text.startswith("Das ist zu viel Text")


# --- Buttons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("label", "entry_id"), [("Hund anmelden", "anmelden"), ("Hund abmelden", "abmelden")])
async def test_a_chosen_option_is_answered(asked_town: TestTown, label: str, entry_id: str) -> None:
    reply = await hears(asked_town, action=(await options(asked_town))[label])
    assert (reply.decision, reply.entry_id) == ("answer", entry_id)


async def test_a_choice_can_be_made_again_and_changed(asked_town: TestTown) -> None:
    buttons = await options(asked_town)
    labels = ["Hund anmelden", "Hund abmelden", "Hund anmelden"]
    heard = [(await hears(asked_town, action=buttons[label])).entry_id for label in labels]
    assert heard == ["anmelden", "abmelden", "anmelden"]


async def test_none_of_these_names_people_instead_of_asking_again(asked_town: TestTown) -> None:
    reply = await hears(asked_town, action=(await options(asked_town))["Nichts davon"])
    assert reply.text.startswith("Schade. Bitte fragen Sie noch einmal mit anderen Worten.")
    assert reply.decision == "decline"
    assert reply.choices == ()
    assert [fact.label for fact in reply.facts] == ["Quartiersbüro"]


async def test_a_button_works_for_24_hours(asked_town: TestTown) -> None:
    action = (await options(asked_town))["Hund anmelden"]
    asked_town.now.moves(hours=24)
    assert (await hears(asked_town, action=action)).entry_id == "anmelden"
    asked_town.now.moves(seconds=1)
    assert is_old(await hears(asked_town, action=action))


def is_old(reply: Reply) -> bool:
    return reply == Reply("Diese Auswahl gilt nicht mehr. Bitte stellen Sie Ihre Frage noch einmal.")


@pytest.mark.parametrize(("address", "channel"), [("somebody else", "web"), (ADDRESS, "telegram")])
async def test_another_residents_button_does_nothing(asked_town: TestTown, address: str, channel: str) -> None:
    action = (await options(asked_town))["Hund anmelden"]
    assert is_old(await hears(asked_town, action=action, address=address, channel=channel))
    await hears(asked_town, "Regnet es morgen?", address=address, channel=channel)
    assert is_old(await hears(asked_town, action=action, address=address, channel=channel))


@pytest.mark.parametrize(
    "action", ["o:999999999999999999:0", "o:0:-", "o:-1:0", "o:1:99", "x", "\0", "'; DROP TABLE turn; --", "😀" * 50]
)
async def test_unknown_payloads_are_answered_kindly(asked_town: TestTown, action: str) -> None:
    assert is_old(await hears(asked_town, action=action))


async def test_a_place_that_was_not_offered_is_answered_kindly(asked_town: TestTown) -> None:
    turn = int((await options(asked_town))["Nichts davon"].split(":")[1])
    assert is_old(await hears(asked_town, action=choice_action(turn, 7)))


async def test_a_button_of_a_turn_that_offered_nothing_is_old(asked_town: TestTown) -> None:
    await hears(asked_town, "Hund anmelden")
    with asked_town.database.reading() as db:
        turn = db.scalar(select(func.max(TurnRow.id)))
    assert is_old(await hears(asked_town, action=choice_action(turn, 0)))


async def test_an_option_that_was_withdrawn_meanwhile_is_not_given(asked_town: TestTown) -> None:
    action = (await options(asked_town))["Hund anmelden"]
    await asked_town.learns(Entry("anmelden", state=State.ARCHIVED, title={"de": "Hund anmelden"}))
    assert is_old(await hears(asked_town, action=action))


# --- Repeats ---------------------------------------------------------------------------------------------------------


async def test_a_repeated_message_gets_the_same_replies_and_writes_nothing(asked_town: TestTown) -> None:
    action = (await options(asked_town))["Hund anmelden"]
    for given in ({"text": "Hund"}, {"action": action}, {"text": "Quantenphysik"}, {"text": "/start"}):
        first = await hears(asked_town, **given, key=f"the-one-{given}")
        before = contents(asked_town)
        asked_town.now.moves(minutes=1)
        assert await hears(asked_town, **given, key=f"the-one-{given}") == first
        assert contents(asked_town) == before


async def test_a_repeat_gets_the_old_answer_when_the_knowledge_changed_meanwhile(asked_town: TestTown) -> None:
    first = await hears(asked_town, "Hund anmelden", key="the-one")
    await asked_town.learns(Entry("anmelden", title={"de": "Hund anmelden"}, text={"de": "Im Internet."}))
    assert await hears(asked_town, "Hund anmelden", key="the-one") == first


async def test_the_same_key_of_another_resident_is_another_message(asked_town: TestTown) -> None:
    assert (await hears(asked_town, "Hund anmelden", key="5", address="one")).entry_id == "anmelden"
    assert (await hears(asked_town, "Hund abmelden", key="5", address="two")).entry_id == "abmelden"


async def test_replies_are_kept_for_a_quarter_of_an_hour_then_made_anew(asked_town: TestTown) -> None:
    first = await hears(asked_town, "Hund", key="the-one")
    asked_town.now.moves(minutes=15)
    assert await asked_town.database.write(dialogue.forget_replies, asked_town.now()) == 0
    asked_town.now.moves(seconds=1)
    assert await asked_town.database.write(dialogue.forget_replies, asked_town.now()) == 1
    with asked_town.database.reading() as db:
        assert db.scalars(select(TurnRow.sealed_replies)).all() == [None]
    assert await hears(asked_town, "Hund", key="the-one") == first
    with asked_town.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(TurnRow)) == 1


async def test_replies_made_anew_know_what_is_known_now(asked_town: TestTown) -> None:
    await hears(asked_town, "Hund anmelden", key="the-one")
    asked_town.now.moves(minutes=16)
    await asked_town.database.write(dialogue.forget_replies, asked_town.now())
    await asked_town.learns(Entry("anmelden", title={"de": "Hund anmelden"}, text={"de": "Im Internet."}))
    assert (await hears(asked_town, "Hund anmelden", key="the-one")).text == "Im Internet."


# --- What is stored --------------------------------------------------------------------------------------------------


async def test_nothing_of_a_message_is_anywhere_in_the_database(asked_town: TestTown) -> None:
    texts = (
        "Zwergpinguin Hund anmelden",
        "Hund Zwergpinguin",
        "Zwergpinguin",
        "/start Zwergpinguin",
        "Zwergpinguin" * 999,
    )
    for text in texts:
        await hears(asked_town, text)
    await hears(asked_town, action="Zwergpinguin")
    assert b"zwergpinguin" not in everything_stored(asked_town).lower()


async def test_what_was_answered_is_sealed(asked_town: TestTown) -> None:
    reply = await hears(asked_town, "Hund")
    assert reply.text == "Meinen Sie eines davon?"
    assert reply.text.encode() not in everything_stored(asked_town)


async def test_a_conversation_is_kept_under_a_pseudonym(asked_town: TestTown) -> None:
    await hears(asked_town, "Hund")
    keys = asked_town.database.keys
    with asked_town.database.reading() as db:
        pseudonym, sealed = db.execute(select(ConversationRow.pseudonym, ConversationRow.sealed_address)).one()
    assert pseudonym == keys.name("web", ADDRESS)
    assert keys.open(sealed) == ADDRESS
    assert ADDRESS.encode() not in everything_stored(asked_town)


async def test_a_resident_has_one_conversation_on_a_channel(asked_town: TestTown) -> None:
    start = asked_town.now()
    for channel, address in [("web", "1"), ("telegram", "1"), ("web", "2"), ("web", "1")]:
        await hears(asked_town, "Hund", channel=channel, address=address)
        asked_town.now.moves(minutes=1)
    with asked_town.database.reading() as db:
        columns = (ConversationRow.channel, ConversationRow.created_at, ConversationRow.last_seen_at)
        rows = db.execute(select(*columns).order_by(ConversationRow.id)).all()
    assert [row.channel for row in rows] == ["web", "telegram", "web"]
    assert rows[0].created_at == start
    assert rows[0].last_seen_at == start + timedelta(minutes=3)


async def test_a_turn_tells_what_was_decided(asked_town: TestTown) -> None:
    await hears(asked_town, "Hund anmelden")
    await options(asked_town)
    await hears(asked_town, "Quantenphysik")
    await hears(asked_town, "/start")
    with asked_town.database.reading() as db:
        columns = (TurnRow.decision, TurnRow.entry_id, TurnRow.options, TurnRow.at)
        rows = db.execute(select(*columns).order_by(TurnRow.id)).all()
    assert [(row.decision, row.entry_id) for row in rows] == [
        ("answer", "anmelden"),
        ("clarify", None),
        ("decline", None),
        (None, None),
    ]
    assert [sorted(row.options) for row in rows] == [[], ["abmelden", "anmelden"], [], []]
    assert {row.at for row in rows} == {asked_town.now()}


async def test_somebody_is_known_after_the_first_message(asked_town: TestTown) -> None:
    async def is_known(channel: str, address: str) -> bool:
        return await asked_town.database.read(dialogue.knows, channel, address)

    assert not await is_known("web", ADDRESS)
    await hears(asked_town, "Hund")
    assert await is_known("web", ADDRESS)
    assert not await is_known("telegram", ADDRESS)
