"""What holds however a conversation goes: everything is answered, nothing is a dead end, all can be forgotten."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.actions import BackToBot, OpenMenu, RunCommand, write_action
from bot.domain.messages import Media, Reply
from bot.services import conversations, handover
from bot.storage.database import Database
from bot.storage.keys import Keys
from knowledge.commands import Command
from tests.conftest import Resident, TestTown, ToldTime
from tests.small_quarter import UNKNOWN, furnish

MENU, PERSON, BACK = (write_action(action) for action in (OpenMenu(), RunCommand(Command.TEAM), BackToBot()))

TEXTS = [
    "Hund", "Hund anmelden", UNKNOWN, "Wo kann ich Bücher leihen?", "Regnet es morgen?", "Es brennt!", "ja", "nein",
    "nichts davon", "das erste", "3", "noch mal", "und wann offen?", "was kostet das", "Menü", "/start", "/team",
    "/team Hallo", "/language en", "/language", "/privacy", "/mydata", "/stop", "/forget", "/nonsense", "",
    "x" * 5000, "🙂", "\0",
]  # fmt: skip

NUMBER = st.integers(0, 40)
FORGED = st.one_of(
    st.builds("{}:{}:{}".format, st.sampled_from("orf"), NUMBER, st.sampled_from("0139-+yn")),
    st.builds("a:{}".format, NUMBER),
    st.builds("{}:{}".format, st.sampled_from("emlc"), st.text(max_size=20)),
    st.text(max_size=20),
)
STEP = st.one_of(
    st.tuples(st.just("writes"), st.sampled_from(TEXTS)),
    st.tuples(st.just("edits"), st.sampled_from(TEXTS)),
    st.tuples(st.just("taps"), st.integers(0, 30)),
    st.tuples(st.just("forges"), FORGED),
    st.tuples(st.just("shows"), st.sampled_from(Media)),
    st.tuples(st.just("waits"), st.sampled_from([1, 11, 60 * 25])),
)

_addresses = (f"somebody-{number}" for number in count())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys: Keys) -> Iterator[TestTown]:
    """One quarter for all examples; each of them is another resident."""
    folder = tmp_path_factory.mktemp("town")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, folder)}", keys)
    yield asyncio.run(furnish(TestTown(database, folder, ToldTime())))
    database.close()


async def does(resident: Resident, deed: str, what: str | int | Media) -> list[Reply] | None:
    """All replies to one step; None where nobody expects any."""
    shown = [choice.action for reply in resident.heard[-3:] for choice in reply.choices]
    match deed, what:
        case "waits", int(minutes):
            resident.town.now.moves(minutes=minutes)
            return None
        case "taps", int(place):
            return await resident.sends(action=shown[place % len(shown)]) if shown else None
        case "forges", str(action):
            return await resident.sends(action=action) if action else None
        case "edits", str(text):
            return await resident.sends(text, edits=resident.key)
        case "shows", Media() as media:
            return await resident.sends(media=media)
        case _:
            return await resident.sends(str(what))


def leads_on(replies: list[Reply]) -> bool:
    actions = {choice.action for reply in replies for choice in reply.choices}
    is_forget_question = any(action.startswith("f:") for action in actions)
    return is_forget_question or BACK in actions or (PERSON in actions and (MENU in actions or _is_menu(actions)))


def is_with_team(resident: Resident) -> bool:
    with resident.town.database.reading() as db:
        conversation = conversations.find(db, resident.channel, resident.address)
        return conversation is not None and handover.open_case(db, conversation.id) is not None


def _is_menu(actions: set[str]) -> bool:
    return any(action.startswith("m:") for action in actions)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, max_size=12))
def test_everything_is_answered_leads_on_and_can_be_forgotten(
    town: TestTown, steps: list[tuple[str, str | int]]
) -> None:
    before = town.rows()
    resident = Resident(town, next(_addresses))

    async def talk() -> None:
        for deed, what in steps:
            replies = await does(resident, deed, what)
            if replies is None:
                continue
            assert replies or is_with_team(resident)
            assert all(reply.plain().strip() for reply in replies)
            is_forgotten = town.rows()["conversation"] == before["conversation"]
            assert not replies or is_forgotten or leads_on(replies)
            if not is_forgotten:
                assert await resident.sends("whatever it was", key=resident.key) == replies
        asked = (await resident.sends("/forget"))[0]
        await resident.sends(action=asked.choices[0].action)

    asyncio.run(talk())
    assert town.rows() == before
