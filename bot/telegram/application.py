"""The library's application: every handler in one list, in order of precedence, and its life from start to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    ChatMemberHandler,
    TypeHandler,
    Updater,
)

from bot.desk import Desk
from bot.services.pace import Rate
from bot.telegram.handlers import Handlers
from bot.telegram.inbox_queue import InboxQueue
from bot.telegram.patience import happens
from bot.telegram.reach import Reach, WatchedRequest
from bot.telegram.sender import TelegramSender
from bot.telegram.webhook import ALLOWED_UPDATES

log = logging.getLogger(__name__)

AT_ONCE = 4096
"""Updates worked on at the same time, most of them waiting for an earlier one of their chat."""

SEND_SECONDS = 25.0
"""How long an answer of the Bot API is waited for; its long poll lasts POLL_SECONDS more."""
POLL_SECONDS = 20
WATCH_SECONDS = 2.0
CONFIRM_SECONDS = 5.0
"""How long the last confirmation of what was fetched may take; without it these updates come again, and are known."""

TelegramApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]


class InOrder(BaseUpdateProcessor):
    """Updates of one chat one after the other, those of different chats at once."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._working: set[asyncio.Task[Any] | None] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the handlers of an update when it is its chat's turn."""
        chat = update.effective_chat if isinstance(update, Update) else None
        lock = self._locks.setdefault(chat.id, asyncio.Lock()) if chat else asyncio.Lock()
        async with lock:
            task = asyncio.current_task()
            self._working.add(task)
            try:
                await coroutine
            finally:
                self._working.discard(task)

    def break_off(self) -> None:
        """End whatever is being worked on; what was not done stays in the inbox."""
        if self._working:
            log.info("%d answers are broken off, to be given after the next start", len(self._working))
        for task in filter(None, self._working):
            task.cancel()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def build_application(
    desk: Desk,
    token: str,
    api_url: str,
    reach: Reach,
    closing: asyncio.Event,
    rate: Rate | None = None,
    group: str = "",
) -> TelegramApplication:
    """The application with all its handlers, not started; they begin nothing new once it is `closing`.

    `rate` is the pace of what they send; None for none. `group` is the number of the staff's own group, if any.
    """
    request = WatchedRequest(reach, connection_pool_size=64, read_timeout=SEND_SECONDS, write_timeout=SEND_SECONDS)
    polling = WatchedRequest(reach, connection_pool_size=2, read_timeout=SEND_SECONDS)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .request(request)
        .get_updates_request(polling)
        .update_queue(InboxQueue(desk))
        .concurrent_updates(InOrder())
        .build()
    )
    handlers = Handlers(desk, TelegramSender(application.bot, rate), closing, rate, group)
    application.add_handlers(
        [
            ChatMemberHandler(handlers.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
            CallbackQueryHandler(handlers.on_button),
            TypeHandler(Update, handlers.on_message),
        ]
    )
    return application


async def poll(updater: Updater) -> None:
    """Fetch messages for ever, after taking away a webhook that was left behind; raises where that has no prospect.

    So it is after a refused token, and where somebody has set a webhook meanwhile: then it is to be begun anew.
    """
    refused = asyncio.Event()

    def on_error(fault: TelegramError) -> None:
        _on_polling_error(fault)
        if isinstance(fault, InvalidToken) or (isinstance(fault, Conflict) and "webhook" in fault.message.lower()):
            refused.set()

    await updater.start_polling(
        timeout=POLL_SECONDS, bootstrap_retries=-1, allowed_updates=ALLOWED_UPDATES, error_callback=on_error
    )
    while updater.running:
        if await happens(refused, WATCH_SECONDS):
            break
    raise NetworkError("polling ended")


async def close(application: TelegramApplication, seconds: float) -> None:
    """Stop whatever of the application runs; a part that cannot be stopped keeps no other from stopping.

    What is being worked on may take `seconds` longer, then it is broken off.
    """
    processor, updater = application.update_processor, application.updater
    end = processor.break_off if isinstance(processor, InOrder) else lambda: None
    breaking_off = asyncio.get_running_loop().call_later(seconds, end)
    steps: list[tuple[bool, Callable[[], Awaitable[Any]]]] = [
        (application.running, application.stop),
        (True, application.shutdown),
        (True, application.bot.request.shutdown),
    ]
    if updater and updater.running:
        steps.insert(0, (True, lambda: asyncio.wait_for(updater.stop(), CONFIRM_SECONDS)))
    for is_due, step in steps:
        try:
            if is_due:
                await step()
        except (TelegramError, TimeoutError) as fault:
            log.info("while stopping the Telegram door: %s", type(fault).__name__)
    breaking_off.cancel()


def _on_polling_error(fault: TelegramError) -> None:
    if isinstance(fault, Conflict):
        log.error("another program takes this bot's messages; stop one of the two")
    else:
        log.warning("fetching messages failed: %s", type(fault).__name__)
