"""The door to Telegram: who works on the messages, how they come in, and what of it is going well.

Updates reach the inbox in one of two ways. *Polling*, the process on duty fetches them and puts them there. By
*webhook*, Telegram brings them to the HTTP server (bot/telegram/webhook.py), in whichever process that runs; the route
writes an update down before it says so to Telegram. Either way the process on duty works on what is in the inbox: it
looks there every second, and at once where the update came to itself. Since one process is on duty at a time
(bot/telegram/duty.py), nothing is worked on twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from telegram import Bot, Update
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.desk import Desk
from bot.domain.errors import InvalidInput
from bot.services.pace import Rate
from bot.telegram import application as library
from bot.telegram import webhook
from bot.telegram.application import TelegramApplication
from bot.telegram.duty import RENEW_SECONDS, Duty
from bot.telegram.inbox_queue import InboxQueue, write_down
from bot.telegram.introduction import introduce
from bot.telegram.patience import happens
from bot.telegram.reach import Reach, WatchedRequest

log = logging.getLogger(__name__)

FIRST_TRY_SECONDS = 5.0
"""How long the start waits for each of Telegram's first answers."""
LAST_SECONDS = 5.0
"""How long a message that is on its way when the process is asked to stop may take."""
LOOK_SECONDS = 1.0
"""How often the inbox is looked into for what other processes put there."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0


class State(StrEnum):
    """How a process stands with Telegram, as `/readyz` reports it."""

    OFF = "off"
    POLLING = "polling"
    WEBHOOK = "webhook"
    WAITING = "waiting for another process"
    OUT_OF_REACH = "out of reach"


class Door:
    """Telegram for one process; `open` runs it where this process has that role."""

    def __init__(
        self,
        desk: Desk,
        token: str,
        api_url: str,
        public_url: str = "",
        renew_seconds: float = RENEW_SECONDS,
        rate: Rate | None = None,
        group: str = "",
    ):
        """Take the bot's token and the base of the Bot API; with a `public_url`, Telegram brings updates there.

        `rate` is the pace that answers share with everything else that is sent; None for none. `group` is the number
        of the staff's own group: replies there answer residents.
        """
        self._rate = rate
        self._group = group
        self._desk = desk
        self._token = token
        self._api_url = api_url
        self._webhook_url = public_url and public_url.rstrip("/") + webhook.PATH
        self._secret = webhook.secret_of(desk.database.keys, token)
        self._duty = Duty(desk, "telegram", renew_seconds)
        self._reach = Reach()
        self._news = asyncio.Event()
        self._is_open = self._is_known = self._is_introduced = False

    @property
    def state(self) -> State:
        """How this process stands with Telegram now."""
        way = State.WEBHOOK if self._webhook_url else State.POLLING
        if not self._is_open:
            return way if self._webhook_url else State.OFF
        if self._duty.is_waiting:
            return State.WAITING
        return way if self._reach.is_there else State.OUT_OF_REACH

    @property
    def routes(self) -> APIRouter | None:
        """The route of the webhook, for the HTTP server of this process; None where updates are fetched."""
        return webhook.router(self._secret, self._take_in) if self._webhook_url else None

    async def _take_in(self, update: Update) -> None:
        await write_down(self._desk, update)
        self._news.set()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Answer while the block runs; at its end, finish what is being answered and stop.

        Raises InvalidInput where Telegram refuses the token or the webhook's address at the start. Whatever goes wrong
        later, the door is opened again until it stays open, while everything else runs.
        """
        stopping = asyncio.Event()
        await self._knock()
        self._is_open = True
        life = asyncio.create_task(self._serve(stopping), name="telegram")
        try:
            yield
        finally:
            stopping.set()
            await life
            self._is_open = False

    async def _knock(self) -> None:
        """Try token and address, so that a wrong one stops the start; Telegram being away does not."""
        request = WatchedRequest(self._reach, connect_timeout=FIRST_TRY_SECONDS, read_timeout=FIRST_TRY_SECONDS)
        bot = Bot(self._token, base_url=f"{self._api_url}/bot", request=request)
        try:
            await bot.get_me()
            if self._webhook_url:
                await webhook.register(bot, self._webhook_url, self._secret)
                self._is_known = True
        except InvalidToken as fault:
            raise InvalidInput("Telegram does not accept this token", field="LOTSE_TELEGRAM_TOKEN") from fault
        except BadRequest as fault:
            reason = f"Telegram does not accept this address for its webhook: {fault.message}"
            raise InvalidInput(reason, field="LOTSE_PUBLIC_URL") from fault
        except TelegramError as fault:
            log.warning("Telegram cannot be reached yet: %s", type(fault).__name__)
        finally:
            await request.shutdown()

    async def _serve(self, stopping: asyncio.Event) -> None:
        """Work whenever it is this process's turn, again after a growing wait when that ends by itself."""
        wait = FIRST_WAIT_SECONDS
        while await self._duty.begin(stopping):
            began = asyncio.get_running_loop().time()
            try:
                await self._live(stopping)
            except TelegramError as fault:
                log.warning("the Telegram door closed (%s); next try in %.0f s", type(fault).__name__, wait)
            except Exception:
                log.exception("the Telegram door broke; next try in %.0f s", wait)
            finally:
                await self._duty.end()
            if asyncio.get_running_loop().time() - began > LONGEST_WAIT_SECONDS:
                wait = FIRST_WAIT_SECONDS
            await happens(stopping, wait)
            wait = min(LONGEST_WAIT_SECONDS, wait * 2)

    async def _live(self, stopping: asyncio.Event) -> None:
        """Take in and answer until the process stops or loses its duty; raises what else ended it."""
        closing = asyncio.Event()
        application = library.build_application(
            self._desk, self._token, self._api_url, self._reach, closing, self._rate, self._group
        )
        try:
            await _until_one_ends(stopping.wait(), self._duty.keep(), self._work(application))
        finally:
            closing.set()
            # Otherwise another process has taken over, and is answering the same messages already.
            await library.close(application, LAST_SECONDS if stopping.is_set() else 0)

    async def _work(self, application: TelegramApplication) -> None:
        """Go on where an earlier process ended, then take in and answer for ever; raises what ended it."""
        await application.initialize()
        await application.start()
        if left := await _queue_of(application).take_up(application.bot):
            log.info("%d messages of an earlier run are answered now", left)
        introducing = asyncio.create_task(self._introduce(application.bot))
        try:
            await _until_one_ends(self._fetch(application), self._look(application))
        finally:
            introducing.cancel()

    async def _fetch(self, application: TelegramApplication) -> None:
        """Let updates come in, for ever; raises what ended it."""
        if self._webhook_url:
            await webhook.stay_known(application.bot, self._webhook_url, self._secret, is_known=self._is_known)
        elif application.updater:
            await library.poll(application.updater)

    async def _introduce(self, bot: Bot) -> None:
        if not self._is_introduced and self._desk.is_ready:
            self._is_introduced = True
            await introduce(bot, self._desk.snapshot.town)

    async def _look(self, application: TelegramApplication) -> None:
        """Take up what comes into the inbox by other ways, for ever."""
        while True:
            await happens(self._news, LOOK_SECONDS)
            self._news.clear()
            try:
                await _queue_of(application).take_up(application.bot)
            except Exception as fault:
                log.warning("the inbox cannot be read: %s", type(fault).__name__)


def _queue_of(application: TelegramApplication) -> InboxQueue:
    queue = application.update_queue
    if not isinstance(queue, InboxQueue):
        raise TypeError("an application whose updates are not written down")
    return queue


async def _until_one_ends(*deeds: Coroutine[Any, Any, object]) -> None:
    """Run all until the first ends, and end the others; raises what ended it."""
    tasks = [asyncio.create_task(deed) for deed in deeds]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()
