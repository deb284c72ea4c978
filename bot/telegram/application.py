"""The bot on Telegram: its handlers in order of precedence, and its life from start to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    MessageHandler,
    TypeHandler,
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
            MessageHandler(private & filters.TEXT, handlers.on_text),
            MessageHandler(private & ~filters.StatusUpdate.ALL, handlers.on_anything_else),
            TypeHandler(Update, handlers.on_nothing_for_us),
        ]
    )
    return application


@contextlib.asynccontextmanager
async def running(desk: Desk, token: str, api_url: str) -> AsyncIterator[None]:
    """Poll and answer while the block runs; at its end, finish what is being answered and stop.

    Raises InvalidInput where Telegram does not know the token. Where Telegram is out of reach, it is tried again until
    it is, while everything else runs.
    """
    stopping = asyncio.Event()
    application = build_application(desk, token, api_url, stopping)
    try:
        await application.initialize()
    except InvalidToken as fault:
        await application.bot.request.shutdown()
        raise InvalidInput("Telegram does not accept this token", field="LOTSE_TELEGRAM_TOKEN") from fault
    except TelegramError as fault:
        log.warning("Telegram cannot be reached yet: %s", type(fault).__name__)
    life = asyncio.create_task(_live(application, stopping), name="telegram")
    try:
        yield
    finally:
        stopping.set()
        await life


async def _live(application: TelegramApplication, stopping: asyncio.Event) -> None:
    wait = 1.0
    while not stopping.is_set():
        try:
            await application.initialize()
            break
        except TelegramError as fault:
            log.warning("Telegram cannot be reached, next try in %.0f s: %s", wait, type(fault).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), wait)
            wait = min(60.0, wait * 2)
    if stopping.is_set():
        await application.bot.request.shutdown()
        await application.shutdown()
        return
    await application.start()
    queue, updater = application.update_queue, application.updater
    if isinstance(queue, InboxQueue) and (left := await queue.take_up(application.bot)):
        log.info("%d messages of an earlier run are answered now", left)
    if updater is None:
        raise RuntimeError("an application without an updater cannot poll")
    # A task, because it waits for Telegram as long as it takes, and the process may be asked to stop meanwhile.
    polling = asyncio.create_task(
        updater.start_polling(
            timeout=POLL_SECONDS,
            bootstrap_retries=-1,
            allowed_updates=ALLOWED_UPDATES,
            error_callback=_on_polling_error,
        )
    )
    await stopping.wait()
    polling.cancel()
    await asyncio.wait([polling])
    if updater.running:
        await updater.stop()
    await application.stop()
    await application.shutdown()


def _on_polling_error(fault: TelegramError) -> None:
    if isinstance(fault, Conflict):
        log.error("another process fetches this bot's messages; stop one of the two")
    else:
        log.warning("fetching messages failed: %s", type(fault).__name__)
