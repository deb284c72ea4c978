"""Telegram brings its updates itself: the address it calls, and what it shows to be let in.

The route only writes an update down, so it may run in another process than the one that answers; both must share the
database and the data folder's key, from which the secret comes.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.storage.keys import Keys

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"

ALLOWED_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
CONNECTIONS = 10
"""How many updates Telegram may bring at once; each is only written down."""

LOOK_SECONDS = 300.0
"""How often it is made sure that Telegram still knows the address: another program with this token may take it away."""
AGAIN_SECONDS = 10.0

HIGHEST_UPDATE = 2**63
"""Update numbers are smaller. Source: Bot API, Update (a 64-bit integer is enough)."""


def secret_of(keys: Keys, token: str) -> str:
    """What Telegram shows with each update, 64 hexadecimal digits. Source: Bot API, setWebhook (secret_token)."""
    return keys.name("telegram-webhook", token)


def router(secret: str, take_in: Callable[[Update], Awaitable[None]]) -> APIRouter:
    """The route that Telegram calls; `take_in` writes an update down, and the answer waits for it.

    403 for whoever does not show the secret, 400 for what is no update, 503 where it could not be written down:
    Telegram then brings it again.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.post(PATH)
    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            return Response(status_code=403)
        update = _read(await request.body())
        if update is None:
            return Response(status_code=400)
        try:
            await take_in(update)
        except Exception:
            log.exception("update %s could not be written down and will be brought again", update.update_id)
            return Response(status_code=503)
        return Response(status_code=200)

    return routes


def _read(body: bytes) -> Update | None:
    try:
        content: Any = json.loads(body)
        number = content["update_id"]
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < HIGHEST_UPDATE:
            return None
        return Update.de_json(content, None)
    except Exception as fault:  # whatever the library makes of what is no update
        log.info("what came to the webhook is no update: %s", type(fault).__name__)
        return None


async def register(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to bring updates; raises TelegramError where it does not take the address."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=CONNECTIONS)


async def stay_known(bot: Bot, url: str, secret: str, *, is_known: bool) -> None:
    """Tell Telegram the address, unless it is known, and again whenever it has been forgotten; never ends."""
    told = None
    while True:
        try:
            info = await bot.get_webhook_info()
            if not is_known or info.url != url:
                log.info("Telegram is told the address of the webhook")
                await register(bot, url, secret)
            elif info.last_error_date and info.last_error_date != told:
                told = info.last_error_date
                log.warning("Telegram could not bring an update: %s", info.last_error_message)
            is_known = True
            await asyncio.sleep(LOOK_SECONDS)
        except TelegramError as fault:
            log.warning("the webhook cannot be looked after: %s", type(fault).__name__)
            await asyncio.sleep(AGAIN_SECONDS)
