"""The bot on Telegram: its handlers in order of precedence, and its life from start to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    MessageHandler,
    TypeHandler,
    Updater,
    filters,
)
from telegram.request import HTTPXRequest

from bot.desk import Desk
from bot.domain.errors import InvalidInput
from bot.telegram.handlers import Handlers
from bot.telegram.inbox_queue import InboxQueue
from bot.telegram.sender import TelegramSender

log = logging.getLogger(__name__)

ALLOWED_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
AT_ONCE = 4096
"""Updates worked on at the same time, most of them waiting for an earlier one of their chat."""

SEND_SECONDS = 25.0
"""How long an answer of the Bot API is waited for; its long poll lasts POLL_SECONDS more."""
POLL_SECONDS = 20
FIRST_TRY_SECONDS = 5.0
"""How long the start waits for Telegram's word on the token."""

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, WATCH_SECONDS = 1.0, 60.0, 2.0

TelegramApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]


class InOrder(BaseUpdateProcessor):
    """Updates of one chat one after the other, those of different chats at once."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the handlers of an update when it is its chat's turn."""
        chat = update.effective_chat if isinstance(update, Update) else None
        lock = self._locks.setdefault(chat.id, asyncio.Lock()) if chat else asyncio.Lock()
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def build_application(desk: Desk, token: str, api_url: str, stopping: asyncio.Event) -> TelegramApplication:
    """The application with all its handlers, not started."""
    queue = InboxQueue(desk)
    request = HTTPXRequest(connection_pool_size=64, read_timeout=SEND_SECONDS, write_timeout=SEND_SECONDS)
    polling = HTTPXRequest(connection_pool_size=2, read_timeout=SEND_SECONDS)
    base = f"{api_url}/bot"
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(base)
        .request(request)
        .get_updates_request(polling)
        .update_queue(queue)
        .concurrent_updates(InOrder())
        .build()
    )
    handlers = Handlers(desk, TelegramSender(application.bot), stopping)
    private = filters.ChatType.PRIVATE
    application.add_handlers(
        [
            CallbackQueryHandler(handlers.on_button),
            MessageHandler(private & (filters.TEXT | filters.CAPTION), handlers.on_text),
            # An edited one has no words either: a live location moves every few seconds.
            MessageHandler(private & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL, handlers.on_anything_else),
            TypeHandler(Update, handlers.on_nothing_for_us),
        ]
    )
    return application


@contextlib.asynccontextmanager
async def running(desk: Desk, token: str, api_url: str) -> AsyncIterator[None]:
    """Poll and answer while the block runs; at its end, finish what is being answered and stop.

    Raises InvalidInput where Telegram does not know the token at the start. Whatever goes wrong later, the door is
    opened again until it stays open, while everything else runs.
    """
    stopping = asyncio.Event()
    await _check_token(token, api_url)
    life = asyncio.create_task(_stay_alive(desk, token, api_url, stopping), name="telegram")
    try:
        yield
    finally:
        stopping.set()
        await life


async def _check_token(token: str, api_url: str) -> None:
    request = HTTPXRequest(connect_timeout=FIRST_TRY_SECONDS, read_timeout=FIRST_TRY_SECONDS)
    bot = Bot(token, base_url=f"{api_url}/bot", request=request)
    try:
        await bot.get_me()
    except InvalidToken as fault:
        raise InvalidInput("Telegram does not accept this token", field="LOTSE_TELEGRAM_TOKEN") from fault
    except TelegramError as fault:
        log.warning("Telegram cannot be reached yet: %s", type(fault).__name__)
    finally:
        await request.shutdown()


async def _stay_alive(desk: Desk, token: str, api_url: str, stopping: asyncio.Event) -> None:
    """Open the door, and open it again after a growing wait whenever it closes by itself."""
    wait = FIRST_WAIT_SECONDS
    while not stopping.is_set():
        opened = asyncio.get_running_loop().time()
        try:
            await _live(build_application(desk, token, api_url, stopping), stopping)
        except Exception as fault:
            log.warning("the Telegram door closed (%s); next try in %.0f s", type(fault).__name__, wait)
        if asyncio.get_running_loop().time() - opened > LONGEST_WAIT_SECONDS:
            wait = FIRST_WAIT_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), wait)
        wait = min(LONGEST_WAIT_SECONDS, wait * 2)


async def _live(application: TelegramApplication, stopping: asyncio.Event) -> None:
    """Poll and answer until the process stops, or polling ends by itself; raises what ended it."""
    try:
        await application.initialize()
        await application.start()
        queue, updater = application.update_queue, application.updater
        if isinstance(queue, InboxQueue) and (left := await queue.take_up(application.bot)):
            log.info("%d messages of an earlier run are answered now", left)
        if updater is None:
            raise RuntimeError("an application without an updater cannot poll")
        # A task, because it waits for Telegram as long as it takes, and the process may be asked to stop meanwhile.
        polling = asyncio.create_task(_poll(updater))
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait([polling, asked], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        polling.cancel()
        await asyncio.wait([polling])
        if not stopping.is_set():
            polling.result()
    finally:
        await _close(application)


async def _poll(updater: Updater) -> None:
    """Fetch messages for ever; ends where the library gives up, as it does after a refused token."""
    refused = asyncio.Event()

    def on_error(fault: TelegramError) -> None:
        _on_polling_error(fault)
        if isinstance(fault, InvalidToken):
            refused.set()

    await updater.start_polling(
        timeout=POLL_SECONDS, bootstrap_retries=-1, allowed_updates=ALLOWED_UPDATES, error_callback=on_error
    )
    while updater.running and not refused.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(refused.wait(), WATCH_SECONDS)
    raise NetworkError("polling ended")


async def _close(application: TelegramApplication) -> None:
    """Stop whatever of the application runs; a part that cannot be stopped keeps no other from stopping."""
    updater = application.updater
    steps = [
        (updater is not None and updater.running, lambda: updater.stop() if updater else None),
        (application.running, application.stop),
        (True, application.shutdown),
        (True, application.bot.request.shutdown),
    ]
    for is_due, step in steps:
        try:
            if is_due and (deed := step()) is not None:
                await deed
        except TelegramError as fault:
            log.info("while stopping the Telegram door: %s", type(fault).__name__)


def _on_polling_error(fault: TelegramError) -> None:
    if isinstance(fault, Conflict):
        log.error("another process fetches this bot's messages; stop one of the two")
    else:
        log.warning("fetching messages failed: %s", type(fault).__name__)
