"""A person has the conversation: the same story in Telegram and in the web chat."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import Delivery, Lane
from bot.services import case_views, handover
from bot.services.handover import Author
from bot.services.notices import Rules
from bot.telegram.outlet import Outlet
from bot.webchat.sender import WebSender
from tests.conftest import BERLIN, TestTown
from tests.fakes.bot_api import BotApi
from tests.journeys.doors import DOORS, Door, TelegramDoor, WebDoor, turn_of, whole_replies
from tests.small_quarter import furnish

ANSWER = "Wir schauen heute noch nach."
BACK = "↩ Zurück zum Bot"


async def brings(town: TestTown, door: Door) -> list[str]:
    """Deliver what the office wrote; the texts that came to the resident by it."""
    if isinstance(door, WebDoor):
        await Delivery(town.desk, Lane("web", WebSender(town.desk)), Rules(BERLIN), town.now).deliver_due(
            asyncio.Event()
        )
        return [letter.reply.plain() for letter in await town.desk.letters(door.session or "", 0)]
    assert isinstance(door, TelegramDoor)
    account = door.resident.account
    assert isinstance(account, BotApi)
    outlet, before = Outlet(account.token, account.url), len(door.resident.heard)
    await delivers(town, Lane("telegram", outlet.sender))
    await outlet.close()
    turns = [turn_of(messages) for messages in whole_replies(door.resident.heard[before:])]
    return ["\n\n".join(filter(None, [turn.title, turn.text])) for turn in turns]


async def delivers(town: TestTown, lane: Lane) -> None:
    await Delivery(town.desk, lane, Rules(BERLIN), town.now).deliver_due(asyncio.Event())


@pytest.mark.parametrize("name", DOORS)
async def test_a_person_answers_while_the_bot_is_silent(town: TestTown, name: str) -> None:
    await furnish(town)
    async with DOORS[name](town) as door:
        opened = (await door.writes("/team"))[0]
        assert (opened.title, opened.labels) == ("Ein Mensch", (BACK,))
        assert await door.writes("Hund anmelden") == []
        assert "112" in (await door.writes("Es brennt im Keller!"))[0].title
        (case,) = await town.database.read(case_views.open_ones)
        await town.database.write(handover.reply, case.number, Author("Anna"), ANSWER, town.now())
        assert await brings(town, door) == [f"Das Team schreibt\n\n{ANSWER}"]
        assert await door.writes("Danke!") == []
        back = await door.taps(BACK)
        assert back[0].text == "Jetzt antworte wieder ich, der Bot. Was Sie geschrieben haben, hat das Team weiterhin."
        assert (await door.writes("Hund anmelden"))[0].title == "Hund anmelden"
    said = (await town.database.read(case_views.view, case.number)).said
    assert [each.text for each in said] == ["Hund anmelden", "Es brennt im Keller!", ANSWER, "Danke!"]
