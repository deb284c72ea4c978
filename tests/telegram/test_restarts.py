"""What a process leaves behind when it stops or dies, and what the next one makes of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.messages import Incoming, Reply
from bot.services import inbox
from bot.services.inbox import Work
from bot.storage.tables import InboxRow
from tests.conftest import ToldTime
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import ScriptedDesk, all_is_done, door_to

LONG = "\n\n".join(f"Absatz {number}. " + "Wort " * 700 for number in range(3))
LIMIT_SECONDS = 15
"""Much less than the 25 seconds for which an answer of the Bot API is waited for."""


def broken(incoming: Incoming) -> list[Reply]:
    if incoming.text == "Gift":
        raise ArithmeticError("broken")
    return [Reply("heil")]


async def test_a_message_that_breaks_the_bot_is_set_aside_after_five_attempts(
    desk: ScriptedDesk, telegram: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    desk.says = broken
    resident = telegram.resident(7)
    resident.writes("Gift")
    resident.writes("Danach")
    for attempt in range(1, 5):
        async with door_to(telegram, desk).open():
            await telegram.until(lambda: telegram.pending == 0, 10)
            async with asyncio.timeout(10):
                while len(desk.heard) < attempt:
                    await asyncio.sleep(0.01)
        assert resident.heard == []
    async with door_to(telegram, desk).open():
        await resident.hears(2)
        await all_is_done(desk)
    assert [incoming.text for incoming in desk.heard] == ["Gift"] * 5 + ["Danach"]
    assert [heard.text for heard in resident.heard][1] == "heil"
    assert "is set aside: work on it broke off 5 times" in caplog.text
    assert "Gift" not in caplog.text


async def test_an_error_is_got_over_without_a_restart(desk: ScriptedDesk, telegram: BotApi) -> None:
    desk.says = lambda _: [Reply("ja")] if len(desk.heard) > 1 else broken(Incoming("", "", "", text="Gift"))
    async with door_to(telegram, desk).open():
        assert (await telegram.resident(7).writes("Hallo")).text == "ja"


async def test_waiting_for_telegram_over_many_starts_gives_no_message_up(desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", 429, times=None, retry_after=60)
    resident.writes("Hallo")
    for start in range(1, 8):
        async with door_to(telegram, desk).open():
            await telegram.until(lambda start=start: len(telegram.calls("sendMessage")) == start, 10)
    telegram.recovers()
    async with door_to(telegram, desk).open():
        await resident.hears(1)
        await all_is_done(desk)
    assert [heard.text for heard in resident.heard] == ["Zu „Hallo“."]


async def test_a_long_answer_goes_on_where_it_broke_off(desk: ScriptedDesk, telegram: BotApi, now: ToldTime) -> None:
    desk.says = lambda _: [Reply(LONG)]
    resident = telegram.resident(7)
    resident.writes("Hallo")
    telegram.limits(seconds_per_chat=60)
    for part in range(3):
        async with door_to(telegram, desk).open():
            await resident.hears(1)
            await telegram.until(lambda part=part: len(telegram.calls("sendMessage")) == 2 * part + 2, 1)
        now.moves(seconds=60)
    assert [heard.text[:8] for heard in resident.heard] == ["Absatz 0", "Absatz 1", "Absatz 2"]


async def test_a_hung_call_holds_up_no_end_and_is_repeated_once_at_most(desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", "hang", times=1, seconds=60)
    async with asyncio.timeout(LIMIT_SECONDS):
        async with door_to(telegram, desk).open():
            resident.writes("Hallo")
            resident.writes("Noch da?")
            await telegram.until(lambda: bool(telegram.calls("sendMessage")), 10)
            await telegram.until(lambda: telegram.pending == 0, 10)
    assert desk.heard[1:] == []
    telegram.fails("sendMessage", "drop_after", times=1)
    async with door_to(telegram, desk).open():
        await resident.hears(2)
        await all_is_done(desk)
    assert [heard.text for heard in resident.heard] == ["Zu „Hallo“.", "Zu „Noch da?“."]


async def test_a_hung_poll_holds_up_no_end(desk: ScriptedDesk, telegram: BotApi) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        async with door_to(telegram, desk).open():
            await telegram.resident(7).writes("Hallo")
            telegram.fails("getUpdates", "hang", times=None, seconds=60)


async def test_a_start_that_hangs_holds_up_no_end(desk: ScriptedDesk, telegram: BotApi) -> None:
    telegram.fails("getMe", "hang", times=None, seconds=60)
    async with asyncio.timeout(LIMIT_SECONDS):
        async with door_to(telegram, desk).open():
            assert await telegram.until(lambda: len(telegram.calls("getMe")) == 2, 10)


async def test_what_two_processes_died_over_is_not_sent_a_third_time(
    desk: ScriptedDesk, telegram: BotApi, now: ToldTime, caplog: pytest.LogCaptureFixture
) -> None:
    resident = telegram.resident(7)
    said = resident.writes("Hallo")
    async with door_to(telegram, desk).open():
        await said
    key = str(said.update_id)
    with desk.database.writing() as db:
        db.query(InboxRow).delete()
        inbox.store(db, "telegram", key, _update(key), now())
        assert inbox.begin(db, "telegram", key) == Work(1, 0, ())
        inbox.progress(db, "telegram", key, [], 2)
    async with door_to(telegram, desk).open():
        await all_is_done(desk)
    assert len(resident.heard) == 1
    assert "and not again" in caplog.text


def _update(key: str) -> str:
    chat = '{"id": 7, "type": "private", "first_name": "A"}'
    return f'{{"update_id": {key}, "message": {{"message_id": 1, "date": 1, "chat": {chat}, "text": "Hallo"}}}}'


async def test_what_cannot_be_read_keeps_nobody_waiting(
    desk: ScriptedDesk, telegram: BotApi, now: ToldTime, caplog: pytest.LogCaptureFixture
) -> None:
    with desk.database.writing() as db:
        inbox.store(db, "telegram", "1", "[]", now())
        inbox.store(db, "telegram", "2", "Unsinn", now())
        db.add(InboxRow(channel="telegram", update_key="3", sealed_update=b"another key", received_at=now()))
    async with door_to(telegram, desk).open():
        assert (await telegram.resident(7).writes("Hallo")).text == "Zu „Hallo“."
        await telegram.resident(7).writes("Noch da?")
        async with asyncio.timeout(10):
            while await desk.database.read(inbox.undone, "telegram") != ["3"]:  # the key of it may be put back
                await asyncio.sleep(0.01)
    assert caplog.text.count("message 3 cannot be read") == 1


async def test_a_tap_that_cannot_be_confirmed_is_answered(desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    async with door_to(telegram, desk).open():
        heard = await resident.writes("Hallo")
        button = {"inline_keyboard": [[{"text": "Ja", "callback_data": "ja"}]]}
        resident.messages[heard.message_id]["reply_markup"] = button
        telegram.fails("answerCallbackQuery", "drop_before")
        assert (await resident.taps("Ja")).text == "Zu „ja“."
