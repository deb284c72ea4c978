"""What Telegram shows of the bot before anybody has written."""

from __future__ import annotations

import pytest

from bot.domain.town import Town
from bot.texts import profile
from bot.texts.catalog import languages
from knowledge.commands import Command
from tests.conftest import BERLIN, TestTown
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import SOFA, door_to

CODES = ["", *(code for code in languages() if len(code) == 2)]


ARGUED = {"subscribe", "unsubscribe", "pause", "register", "unregister", "remind"}
"""Commands that want to be told more; residents find them as buttons below events and topics."""


async def is_introduced(telegram: BotApi) -> None:
    assert await telegram.until(lambda: len(telegram.descriptions) == 2 * len(CODES), 10)


async def test_commands_and_descriptions_are_set_in_every_language(bot: TestTown, telegram: BotApi) -> None:
    await is_introduced(telegram)
    for code in CODES:
        described = {each["command"]: each["description"] for each in telegram.menus["default", code]}
        assert described == dict(profile.commands(code or "de"))
        assert telegram.descriptions["description", code] == profile.profile(bot.desk.snapshot.town, code or "de")[0]
    assert set(described) == {command.value for command in Command} - ARGUED
    assert telegram.calls("setMyName") == []


@pytest.mark.parametrize("method", ["setMyCommands", "setMyDescription", "setMyShortDescription"])
async def test_no_fault_of_it_keeps_anybody_waiting(knowing: TestTown, telegram: BotApi, method: str) -> None:
    telegram.fails(method, "hang", times=None, seconds=60)
    async with door_to(telegram, knowing.desk).open():
        assert "EDG" in (await telegram.resident(7).writes(SOFA)).text
        assert await telegram.until(lambda: bool(telegram.calls(method)), 10)


async def test_it_goes_on_after_a_fault_but_not_when_telegram_asks_to_wait(knowing: TestTown, telegram: BotApi) -> None:
    telegram.fails("setMyCommands", 502, times=1)
    telegram.fails("setMyDescription", 429, times=1, retry_after=300)
    async with door_to(telegram, knowing.desk).open():
        assert await telegram.until(lambda: bool(telegram.calls("setMyDescription")), 10)
        await telegram.resident(7).writes(SOFA)
    assert len(telegram.calls("setMyCommands")) == 2
    assert telegram.calls("setMyShortDescription") == []


async def test_after_an_outage_it_does_not_introduce_itself_again(bot: TestTown, telegram: BotApi) -> None:
    await is_introduced(telegram)
    count = len(telegram.calls("setMyCommands"))
    with telegram.down():
        said = telegram.resident(7).writes(SOFA)
    await said
    assert len(telegram.calls("setMyCommands")) == count


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("area", ["Westerfilde & Bodelschwingh", "", "x" * 600])
def test_texts_have_the_lengths_that_telegram_takes(language: str, area: str) -> None:
    town = Town(BERLIN, area={"de": area} if area else {}, controller={"de": "Musterstadt\nMusterstraße 1"})
    description, short = profile.profile(town, language)
    assert 0 < len(description) <= 512
    assert 0 < len(short) <= 120
    assert all(0 < len(words) <= 60 for _, words in profile.commands(language))
    assert all(text.strip() for text in profile.not_for_groups().split("\n\n"))


def test_the_quarter_and_who_is_responsible_are_named() -> None:
    town = Town(BERLIN, area={"de": "Westerfilde"}, controller={"de": "Musterstadt\nMusterstraße 1"})
    description, short = profile.profile(town, "de")
    assert "Westerfilde" in short
    assert "Westerfilde" in description
    assert description.endswith("Musterstadt Musterstraße 1")
