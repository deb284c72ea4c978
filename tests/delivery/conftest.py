"""An office over the fake Bot API, whose clock is told too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.conftest import ToldTime
from tests.delivery.office import Office
from tests.fakes.bot_api import BotApi


@pytest.fixture
def telegram(now: ToldTime) -> Iterator[BotApi]:
    """Telegram's side; nothing that is sent by itself may be what the real server would refuse."""
    with BotApi(clock=lambda: now().timestamp()) as running:
        yield running
        assert running.complaints == []


@pytest.fixture
async def office(database: Database, telegram: BotApi, tmp_path: Path, now: ToldTime) -> AsyncIterator[Office]:
    """An office whose residents use Telegram; it is Tuesday, 9 June 2026, 12:00."""
    running = Office(database, telegram, tmp_path, now)
    yield running
    await running.outlet.close()
