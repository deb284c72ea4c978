"""The bot on Telegram, as residents meet it: the real library against the fake server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.domain.messages import Incoming, Reply
from bot.services import inbox
from bot.services.indexing import ShelfCache, build_here
from bot.storage.database import Database
from bot.telegram.door import Door, State
from tests.conftest import BERLIN, TestTown, ToldTime
from tests.fakes.bot_api import BotApi

SOFA = "Mein altes Sofa muss weg"
PLACE = "Wo finde ich einen Kitaplatz?"


@pytest.fixture
def telegram(now: ToldTime) -> Iterator[BotApi]:
    """Telegram's side, in told time; whatever a test does, the bot must never send what the real one would refuse."""
    with BotApi(clock=lambda: now().timestamp()) as running:
        yield running
        assert running.complaints == []


@pytest.fixture
async def knowing(town: TestTown) -> TestTown:
    """A town that knows a few things."""
    await town.knows(SOFA, "Sperrmüll abholen lassen", answer="Rufen Sie die EDG an.", entry_id="sofa")
    await town.knows(PLACE, "Kita anmelden", answer="Im Kita-Portal.", entry_id="kita")
    await town.knows("Wo kann ich Fahrrad fahren lernen?", "Radkurs", answer="Beim Radkurs.", entry_id="rad")
    return town


@pytest.fixture
async def bot(knowing: TestTown, telegram: BotApi) -> AsyncIterator[TestTown]:
    """The town's bot, running."""
    async with door_to(telegram, knowing.desk).open():
        yield knowing


class ScriptedDesk(Desk):
    """A desk that says what a test tells it to, so that only the door is under test."""

    def __init__(self, database: Database, folder: Path, now: ToldTime):
        super().__init__(database, BERLIN, ShelfCache(folder / "cache", build=build_here), now)
        self.heard: list[Incoming] = []
        """What came in, in order."""
        self.says: Callable[[Incoming], list[Reply]] = lambda incoming: [Reply(f"Zu „{_gist(incoming)}“.")]
        """What is replied; it may raise, too."""

    async def receive(self, incoming: Incoming) -> list[Reply]:
        """The scripted replies."""
        self.heard.append(incoming)
        return self.says(incoming)


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path, now: ToldTime) -> ScriptedDesk:
    """Repeats what it hears until it is told otherwise."""
    return ScriptedDesk(sqlite_database, tmp_path, now)


@pytest.fixture
async def door(desk: ScriptedDesk, telegram: BotApi) -> AsyncIterator[Door]:
    """The door to the scripted desk, open."""
    door = door_to(telegram, desk)
    async with door.open():
        yield door


def door_to(telegram: BotApi, desk: Desk, public_url: str = "") -> Door:
    """A door of its own, as another process would have it; not open yet."""
    return Door(desk, telegram.token, telegram.url, public_url)


async def comes_to(door: Door, state: State) -> None:
    """Wait until a door stands so."""
    async with asyncio.timeout(20):
        while door.state is not state:
            await asyncio.sleep(0.01)


async def all_is_done(desk: Desk) -> None:
    """Wait until nothing waits in the inbox."""
    async with asyncio.timeout(20):
        while await desk.database.read(inbox.undone, "telegram"):
            await asyncio.sleep(0.01)


def _gist(incoming: Incoming) -> str:
    return incoming.text or incoming.action or str(incoming.media)
