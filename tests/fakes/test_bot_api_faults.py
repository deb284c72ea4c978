"""Scripted faults, rate limits, and a Telegram that is down: what reaches the bot, and what was done all the same."""

import asyncio
import socket
import threading
from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.fakes.bot_api import BotApi
from tests.fakes.conftest import PlainClient


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, BadRequest, "Chat not found"),
        (403, Forbidden, "bot was blocked by the user"),
        (500, NetworkError, "Internal Server Error"),
        (502, NetworkError, "Bad Gateway"),
    ],
)
async def test_scripted_status(telegram: BotApi, bot: Bot, status: int, error: type[Exception], words: str) -> None:
    resident = telegram.resident(7)
    fault = telegram.fails("sendMessage", status, times=2)
    for _ in range(2):
        with pytest.raises(error, match=words):
            await bot.send_message(7, "x")
    await bot.send_message(7, "y")
    assert [record.text for record in resident.heard] == ["y"]
    assert fault.used == 2
    assert [call.status for call in telegram.calls("sendMessage")] == [status, status, 200]
    assert telegram.complaints == []


async def test_scripted_retry_after(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    telegram.resident(7)
    telegram.fails("sendMessage", 429, retry_after=3, times=2)
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(7, "x")
    assert raised.value.retry_after == timedelta(seconds=3)
    assert post("sendMessage", chat_id=7, text="x").json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert telegram.complaints == []


async def test_fault_of_one_chat_until_cleared(telegram: BotApi, bot: Bot) -> None:
    for number in (7, 8):
        telegram.resident(number)
    telegram.fails("sendMessage", 403, chat=7, times=None, description="Forbidden: user is deactivated")
    for _ in range(3):
        with pytest.raises(Forbidden, match="user is deactivated"):
            await bot.send_message(7, "x")
    await bot.send_message(8, "x")
    telegram.recovers(chat=8)
    with pytest.raises(Forbidden):
        await bot.send_message(7, "x")
    telegram.recovers("sendMessage")
    await bot.send_message(7, "x")


async def test_fault_of_every_method_spares_the_long_poll(telegram: BotApi, bot: Bot) -> None:
    telegram.resident(7)
    telegram.fails("*", 502, times=None)
    with pytest.raises(NetworkError):
        await bot.send_chat_action(7, "typing")
    assert await bot.get_updates() == ()
    telegram.fails("getUpdates", 502)
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_faults_happen_in_the_order_of_the_script(telegram: BotApi, bot: Bot) -> None:
    telegram.resident(7)
    telegram.fails("sendMessage", 500)
    telegram.fails("sendMessage", 403)
    for error in (NetworkError, Forbidden):
        with pytest.raises(error):
            await bot.send_message(7, "x")
    await bot.send_message(7, "x")


async def test_dropped_before_nothing_was_heard(telegram: BotApi, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", "drop_before")
    with pytest.raises(NetworkError):
        await bot.send_message(7, "x")
    assert resident.heard == []
    call = telegram.calls("sendMessage", chat=7)[0]
    assert (call.outcome, call.status, call.is_accepted) == ("dropped before", None, False)
    await bot.send_message(7, "x")
    assert [record.name for record in caplog.records if record.name.startswith("aiohttp")] == []


async def test_dropped_after_it_was_heard(telegram: BotApi, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", "drop_after")
    with pytest.raises(NetworkError):
        await bot.send_message(7, "x")
    assert resident.last_heard == "x"
    call = telegram.calls("sendMessage")[0]
    assert (call.outcome, call.status, call.is_accepted) == ("dropped after", None, True)
    assert [record.name for record in caplog.records if record.name.startswith("aiohttp")] == []


async def test_hanging_call_is_done_late_or_never(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", "hang", seconds=0.1)
    waiting = asyncio.create_task(bot.send_message(7, "late"))
    await telegram.until(lambda: bool(telegram.calls("sendMessage")), 5)
    assert resident.heard == []
    assert (await waiting).text == "late"
    telegram.fails("sendMessage", "hang", seconds=30)
    with pytest.raises(TimedOut):
        await bot.send_message(7, "never", read_timeout=0.05)
    assert await telegram.until(lambda: telegram.calls("sendMessage")[-1].outcome == "the caller left", 5)
    assert resident.last_heard == "late"


async def test_slow_answer_comes_after_the_deed(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", "slow", seconds=30)
    with pytest.raises(TimedOut):
        await bot.send_message(7, "done", read_timeout=0.05)
    assert resident.last_heard == "done"
    assert telegram.calls("sendMessage")[0].is_accepted
    telegram.fails("sendMessage", "slow", seconds=0.05)
    assert (await bot.send_message(7, "again")).text == "again"


async def test_slow_chat_holds_up_nobody_else(telegram: BotApi, bot: Bot) -> None:
    for number in (7, 8):
        telegram.resident(number)
    telegram.fails("sendMessage", "hang", chat=7, seconds=0.2)
    slow = asyncio.create_task(bot.send_message(7, "x"))
    await bot.send_message(8, "x")
    assert not slow.done()
    await slow


# Limits


async def test_overall_limit(telegram: BotApi, bot: Bot) -> None:
    now = [1_700_000_000.0]
    telegram.clock = lambda: now[0]
    for number in range(5):
        telegram.resident(number + 1)
    telegram.limits(overall_per_second=3)
    for number in range(3):
        await bot.send_message(number + 1, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(4, "x")
    now[0] += 1
    await bot.send_message(4, "x")
    assert telegram.resident(4).heard[0].at == now[0]
    assert telegram.calls("sendMessage", chat=4)[0].outcome == "Too Many Requests: retry after 1"
    assert telegram.complaints == []


async def test_limit_of_one_chat(telegram: BotApi, bot: Bot) -> None:
    now = [1_700_000_000.0]
    telegram.clock = lambda: now[0]
    for number in (7, 8):
        telegram.resident(number)
    telegram.limits(seconds_per_chat=1)
    await bot.send_message(7, "x")
    with pytest.raises(RetryAfter):
        await bot.send_document(7, b"x")
    await bot.send_message(8, "x")
    await bot.edit_message_text("y", 7, 1)
    now[0] += 1
    await bot.send_message(7, "x")
    telegram.limits()
    await bot.send_message(7, "x")
    assert len(telegram.resident(7).heard) == 4


# Down


async def test_down_and_back_on_the_same_port(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    url = telegram.url
    await bot.send_message(7, "before")
    said = resident.writes("hallo")
    with telegram.down():
        with pytest.raises(NetworkError):
            await bot.send_message(7, "meanwhile")
        with socket.socket() as refused:
            assert refused.connect_ex(("127.0.0.1", telegram.port)) != 0
        resident.writes("noch da?")
    assert telegram.url == url
    await bot.send_message(7, "after")
    assert [record.text for record in resident.heard] == ["before", "after"]
    updates = await bot.get_updates()
    assert updates[0].update_id == said.update_id
    assert [update.message.text for update in updates] == ["hallo", "noch da?"]
    assert telegram.complaints == []


def test_going_down_ends_a_waiting_poll(telegram: BotApi, post: PlainClient) -> None:
    broken: list[Exception] = []

    def poll() -> None:
        try:
            post("getUpdates", timeout=30)
        except httpx.TransportError as error:
            broken.append(error)

    thread = threading.Thread(target=poll)
    thread.start()
    with telegram.changed:
        assert telegram.changed.wait_for(lambda: telegram.updates.poll == 1, 5)
    telegram.goes_down()
    thread.join(5)
    assert len(broken) == 1
    telegram.comes_back()
    assert post("getMe").is_success


def test_chosen_port_and_nothing_left_behind() -> None:
    with BotApi() as first:
        port = first.port
    with BotApi(port) as second:
        assert second.port == port
        assert httpx.get(f"{second.url}/bot{second.token}/getMe").is_success
    assert [thread.name for thread in threading.enumerate() if thread.name == "fake-bot-api"] == []


def test_taken_port_is_an_error_at_once(telegram: BotApi) -> None:
    with pytest.raises(OSError, match="in use"), BotApi(telegram.port):
        pass
