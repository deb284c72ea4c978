"""Groups are left politely; who blocked the bot is left alone."""

from __future__ import annotations

from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import Group
from tests.telegram.conftest import ScriptedDesk


def new_group(telegram: BotApi) -> Group:
    """A group that the bot was not in before."""
    group = telegram.group(-100)
    group.standing = "left"
    return group


async def test_a_group_is_told_why_in_two_languages_and_left(door, desk: ScriptedDesk, telegram: BotApi) -> None:
    group = new_group(telegram)
    group.adds_bot()
    await telegram.until(lambda: group.standing == "left", 10)
    assert [heard.text.count("\n\n") for heard in group.heard] == [1]
    assert "Please write to me directly." in group.heard[0].text
    assert desk.heard == []
    group.adds_bot()
    await telegram.until(lambda: group.standing == "left", 10)
    assert len(group.heard) == 2


async def test_a_group_where_the_bot_may_not_write_is_left_too(door, telegram: BotApi) -> None:
    group = new_group(telegram)
    telegram.fails(
        "sendMessage", 403, chat=-100, description="Forbidden: need administrator rights in the channel chat"
    )
    group.adds_bot()
    assert await telegram.until(lambda: group.standing == "left", 10)
    assert group.heard == []


async def test_leaving_is_tried_again_until_it_succeeds(door, telegram: BotApi) -> None:
    group = new_group(telegram)
    telegram.fails("leaveChat", 502, times=1)
    group.adds_bot()
    assert await telegram.until(lambda: group.standing == "left", 10)
    assert len(group.heard) == 1


async def test_messages_in_groups_are_not_answered(door, desk: ScriptedDesk, telegram: BotApi) -> None:
    group = telegram.group(-100)
    said = group.member(7).writes("/start@bot")
    await telegram.until(lambda: said.is_confirmed, 10)
    await telegram.resident(8).writes("Hallo")
    assert group.heard == []
    assert [heard.address for heard in desk.heard] == ["8"]


async def test_to_be_thrown_out_or_blocked_says_nothing(door, desk: ScriptedDesk, telegram: BotApi) -> None:
    group, resident = telegram.group(-100), telegram.resident(7)
    group.removes_bot()
    resident.blocks()
    resident.unblocks()
    await resident.writes("Hallo")
    assert [heard.text for heard in resident.heard] == ["Zu „Hallo“."]
    assert group.heard == []
    assert telegram.calls("leaveChat") == []
