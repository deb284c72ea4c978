"""What happens when Telegram, or the way to it, misbehaves."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.errors import InvalidInput
from bot.telegram.door import Door, State
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import ScriptedDesk, all_is_done, comes_to, door_to


@pytest.mark.parametrize(
    ("fault", "settings"),
    [(429, {"retry_after": 1}), ("drop_before", {}), (500, {}), (502, {})],
)
async def test_an_answer_that_was_not_accepted_is_sent_again(
    door: Door, telegram: BotApi, fault: int | str, settings: dict[str, float]
) -> None:
    telegram.fails("sendMessage", fault, times=1, **settings)
    heard = await telegram.resident(7).writes("Hallo")
    assert heard.text == "Zu „Hallo“."


async def test_an_answer_whose_end_is_unclear_is_repeated_once_at_most(door: Door, telegram: BotApi) -> None:
    telegram.fails("sendMessage", "drop_after", times=None)
    resident = telegram.resident(7)
    resident.writes("Hallo")
    await resident.hears(2)
    telegram.recovers()
    await resident.writes("Noch da?")
    assert [heard.text for heard in resident.heard] == ["Zu „Hallo“.", "Zu „Hallo“.", "Zu „Noch da?“."]


async def test_who_blocked_the_bot_is_not_written_to_again_and_again(door: Door, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", 403, chat=7, times=1)
    resident.writes("Hallo")
    await telegram.resident(8).writes("Hallo")
    heard = await resident.writes("Noch da?")
    assert heard.text == "Zu „Noch da?“."
    assert len(telegram.calls("sendMessage", chat=7)) == 2


async def test_questions_wait_while_telegram_is_down(door: Door, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    await resident.writes("Hallo")
    assert door.state is State.POLLING
    with telegram.down():
        await comes_to(door, State.OUT_OF_REACH)
    said = resident.writes("Noch da?")
    assert (await said).text == "Zu „Noch da?“."
    assert door.state is State.POLLING


async def test_what_cannot_be_written_down_is_fetched_again(
    door: Door, desk: ScriptedDesk, telegram: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.resident(7).writes("Hallo")
    await all_is_done(desk)
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    said = telegram.resident(7).writes("Noch da?")
    async with asyncio.timeout(10):
        while "will be fetched again" not in caplog.text:
            await asyncio.sleep(0.01)
    assert not said.is_confirmed
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    assert (await said).text == "Zu „Noch da?“."


async def test_a_wrong_token_is_one_plain_sentence(desk: ScriptedDesk, telegram: BotApi) -> None:
    with pytest.raises(InvalidInput, match="LOTSE_TELEGRAM_TOKEN: Telegram does not accept this token"):
        async with Door(desk, "123456:wrong", telegram.url).open():
            pass
    telegram.complaints.clear()  # the server's own word for it


async def test_a_start_while_telegram_is_out_of_reach_succeeds_later(desk: ScriptedDesk, telegram: BotApi) -> None:
    telegram.goes_down()
    async with door_to(telegram, desk).open():
        telegram.comes_back()
        telegram.resident(7).writes("Hallo")
        await telegram.resident(7).hears(1, seconds=20)


async def test_stopping_while_telegram_is_down_does_not_hang(desk: ScriptedDesk, telegram: BotApi) -> None:
    telegram.goes_down()
    async with door_to(telegram, desk).open():
        assert telegram.calls("getMe") == []
    telegram.comes_back()


async def test_an_update_that_was_fetched_twice_is_answered_once(desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    # The first confirmation never arrives, so Telegram hands the update out again.
    async with door_to(telegram, desk).open():
        await resident.writes("Hallo")
        telegram.fails("getUpdates", "drop_before", times=3)
    async with door_to(telegram, desk).open():
        await resident.writes("Noch da?")
    assert [heard.text for heard in resident.heard] == ["Zu „Hallo“.", "Zu „Noch da?“."]


async def test_what_was_written_down_but_not_answered_is_answered_after_a_restart(
    desk: ScriptedDesk, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", 429, times=None, retry_after=60)
    async with door_to(telegram, desk).open():
        said = resident.writes("Hallo")
        await telegram.until(lambda: said.is_confirmed and bool(telegram.calls("sendMessage")), 10)
    telegram.recovers()
    async with door_to(telegram, desk).open():
        await resident.hears(1)
    assert len(resident.heard) == 1


async def test_a_slow_chat_holds_up_nobody_else(door: Door, telegram: BotApi) -> None:
    telegram.fails("sendMessage", "hang", chat=7, times=1, seconds=10)
    telegram.resident(7).writes("Hallo")
    await telegram.until(lambda: bool(telegram.calls("sendMessage", chat=7)), 10)
    heard = await telegram.resident(8).writes("Hallo")
    assert heard.text == "Zu „Hallo“."
    assert telegram.calls("sendMessage", chat=7)[0].outcome == "under way"
    telegram.recovers()


async def test_one_residents_messages_are_answered_in_order(door: Door, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    for number in range(8):
        resident.writes(str(number))
    assert [heard.text for heard in await resident.hears(8)] == [f"Zu „{number}“." for number in range(8)]
