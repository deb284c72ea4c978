"""The bot on Telegram, as residents meet it: the real library against the fake server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.telegram import application
from tests.conftest import TestTown
from tests.fakes.bot_api import BotApi

SOFA = "Mein altes Sofa muss weg"
PLACE = "Wo finde ich einen Kitaplatz?"


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
    async with application.running(knowing.desk, telegram.token, telegram.url):
        yield knowing
