"""Updates on their way to the bot: offsets, long polls and their conflicts, and the webhook."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.fakes.bot_api import BotApi
from tests.fakes.conftest import PlainClient

# getUpdates


async def test_offset_confirms_everything_below(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    said = [resident.writes(text) for text in ("a", "b", "c", "d")]
    first = said[0].update_id
    assert first is not None
    assert (telegram.pending, telegram.confirmed) == (4, 0)
    assert len(await bot.get_updates(limit=2)) == 2
    assert telegram.pending == 4
    assert [update.update_id for update in await bot.get_updates(offset=first + 2)] == [first + 2, first + 3]
    assert (telegram.pending, telegram.confirmed) == (2, first + 1)
    assert [thing.is_confirmed for thing in said] == [True, True, False, False]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == [first + 3]
    assert (telegram.pending, telegram.confirmed) == (1, first + 2)
    assert len(await bot.get_updates(offset=-5)) == 1
    assert await bot.get_updates(offset=first + 99) == ()
    assert (telegram.pending, telegram.confirmed) == (0, first + 3)


async def test_long_poll_ends_with_the_first_update(telegram: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    assert await telegram.until(lambda: telegram.updates.poll == 1, 5)
    assert not waiting.done()
    telegram.resident(7).writes("x")
    assert len(await waiting) == 1


async def test_allowed_updates(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    resident = telegram.resident(7)
    early = resident.writes("eins")
    assert len(await bot.get_updates(allowed_updates=["callback_query"])) == 1
    assert early.update_id is not None
    assert resident.writes("zwei").update_id is None
    assert telegram.updates.withheld[0][0] == "message"
    assert "not wanted by the bot:\n    message" in resident.story()
    assert len(await bot.get_updates()) == 1
    assert resident.writes("noch immer nicht").update_id is None
    await bot.get_updates(allowed_updates=[])
    assert resident.writes("drei").update_id is not None
    post("getUpdates", allowed_updates=["messages"])
    assert telegram.complaints == ["getUpdates: there are no updates of kind messages"]


async def test_second_poll_ends_the_first(telegram: BotApi, bot: Bot) -> None:
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        assert await telegram.until(lambda: telegram.updates.poll == 1, 5)
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
            await first
        telegram.resident(7).writes("x")
        assert len(await second) == 1
    assert len(telegram.complaints) == 1
    assert "terminated by other" in telegram.complaints[0]


async def test_poll_of_a_dead_bot_is_nobodys_fault(telegram: BotApi, bot: Bot) -> None:
    code = f"import urllib.request as r; r.urlopen('{telegram.url}/bot{telegram.token}/getUpdates?timeout=30')"
    killed = subprocess.Popen([sys.executable, "-c", code])
    assert await telegram.until(lambda: telegram.updates.poll == 1, 10)
    killed.kill()
    killed.wait()
    telegram.resident(7).writes("x")
    assert len(await bot.get_updates(timeout=5)) == 1
    assert telegram.complaints == []
    assert telegram.pending == 1


# Webhook


class Receiver:
    """A web server that takes what the webhook brings."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.secrets: list[str | None] = []
        self.texts: list[str] = []

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.texts.append((await request.json())["message"]["text"])
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def receiver(telegram: BotApi) -> AsyncIterator[tuple[Receiver, str]]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield receiver, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_webhook(telegram: BotApi, bot: Bot, receiver: tuple[Receiver, str]) -> None:
    taken, url = receiver
    resident = telegram.resident(7)
    telegram.webhook_pause_seconds = 0.01
    taken.statuses = [500, 302]
    resident.writes("eins")
    await bot.set_webhook(url, secret_token="geheim_1")
    last = resident.writes("zwei")
    assert await telegram.until(lambda: telegram.pending == 0, 5)
    assert taken.texts == ["eins", "eins", "eins", "zwei"]
    assert set(taken.secrets) == {"geheim_1"}
    assert telegram.confirmed == last.update_id
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (url, 0)
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"
    assert telegram.webhook.failures == 2
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    resident.writes("drei")
    assert [update.message.text for update in await bot.get_updates()] == ["drei"]


async def test_webhook_that_is_not_there(telegram: BotApi, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/")
    telegram.resident(7).writes("x")
    assert await telegram.until(lambda: telegram.webhook.failures >= 2, 5)
    assert "Connection failed" in str((await bot.get_webhook_info()).last_error_message)
    assert telegram.pending == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert (telegram.pending, telegram.confirmed) == (0, 0)


async def test_refused_webhooks(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    with pytest.raises(BadRequest, match="an https url must be provided"):
        await bot.set_webhook("http://bochum.de/hook")
    fault = post.fault("setWebhook", url="https://bochum.de/hook", secret_token="mit blank")
    assert fault == "Bad Request: secret token contains unallowed characters"
    assert not telegram.webhook.url


async def test_setting_a_webhook_ends_a_waiting_poll(telegram: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    assert await telegram.until(lambda: telegram.updates.poll == 1, 5)
    await bot.set_webhook("https://bochum.de/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await waiting
