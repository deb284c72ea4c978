"""From an update to the desk, and from its replies to the chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import Update
from telegram.error import TelegramError

from bot.desk import Desk
from bot.domain.messages import Incoming, Reply, Result
from bot.domain.retry import Again, after_attempt
from bot.services import inbox
from bot.telegram.inbox_queue import CHANNEL
from bot.telegram.render import Part, render
from bot.telegram.sender import TelegramSender
from bot.texts import wording
from bot.texts.catalog import nearest

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""How often work on one update may begin before it is set aside."""


class Handlers:
    """One method per kind of update."""

    def __init__(self, desk: Desk, sender: TelegramSender, stopping: asyncio.Event):
        self._desk = desk
        self._sender = sender
        self._stopping = stopping

    async def on_text(self, update: Update, _: object) -> None:
        """A message with text, maybe below a picture; an edited one counts as new."""
        message = update.effective_message
        await self._work(update, text=(message.text or message.caption or "") if message else "")

    async def on_button(self, update: Update, _: object) -> None:
        """A tapped button."""
        query = update.callback_query
        if query is None:
            return
        try:
            await query.answer()  # ends the waiting sign on the button
        except TelegramError as fault:
            log.info("a tap could not be confirmed: %s", type(fault).__name__)
        await self._work(update, action=query.data or "?")

    async def on_anything_else(self, update: Update, _: object) -> None:
        """Something without words: a picture, a sticker, a voice message."""
        await self._work(update)

    async def on_nothing_for_us(self, update: Update, _: object) -> None:
        """News about the chat itself, or from a group: nobody is waiting for an answer."""
        await self._done(update)

    async def _work(self, update: Update, *, text: str = "", action: str = "") -> None:
        """Answer an update, and try again where something breaks; later updates of the chat wait."""
        chat, user = update.effective_chat, update.effective_user
        if chat is None:
            await self._done(update)
            return
        incoming = Incoming(
            channel=CHANNEL,
            address=str(chat.id),
            key=str(update.update_id),
            text=text,
            action=action,
            language=user.language_code if user else None,
        )
        attempts = 0
        while not self._stopping.is_set():
            attempts += 1
            try:
                await self._answer(incoming)
            except Exception:
                log.exception("update %s could not be answered (attempt %d)", incoming.key, attempts)
                if attempts >= MOST_ATTEMPTS:
                    await self._apologise(incoming)
                    return
                await self._pause(float(2**attempts))
            else:
                return

    async def _answer(self, incoming: Incoming) -> None:
        out = await self._desk.database.write(inbox.begin, CHANNEL, incoming.key)
        if out is None:
            return
        replies = await self._desk.receive(incoming)
        await self._send(incoming, replies, out)

    async def _send(self, incoming: Incoming, replies: Sequence[Reply], out: int) -> None:
        """Send what is not out yet, and note each message that is."""
        parts = [part for reply in replies for part in render(reply)]
        for place, part in enumerate(parts[out:], out + 1):
            if not await self._deliver(incoming, part):
                return
            if place < len(parts):
                await self._desk.database.write(inbox.delivered, CHANNEL, incoming.key, place)
        await self._desk.database.write(inbox.done, CHANNEL, incoming.key, self._desk.now())

    async def _deliver(self, incoming: Incoming, part: Part) -> bool:
        """Send one message, as often as it takes; False where the process stops meanwhile."""
        attempts = unclear = 0
        while not self._stopping.is_set():
            outcome = await self._sender.send_part(incoming.address, part)
            attempts += 1
            unclear += outcome.result is Result.UNCLEAR
            if outcome.result is not Result.DELIVERED:
                log.warning("update %s: reply %s (%s)", incoming.key, outcome.result, outcome.reason)
            verdict = after_attempt(outcome, attempts, unclear)
            if not isinstance(verdict, Again):
                return True
            await self._pause(verdict.wait.total_seconds())
        return False

    async def _apologise(self, incoming: Incoming) -> None:
        """Set an update aside that cannot be answered, and say so."""
        await self._sender.send(incoming.address, wording.out_of_order(nearest(incoming.language)))
        await self._desk.database.write(inbox.done, CHANNEL, incoming.key, self._desk.now())

    async def _done(self, update: Update) -> None:
        await self._desk.database.write(inbox.done, CHANNEL, str(update.update_id), self._desk.now())

    async def _pause(self, seconds: float) -> None:
        """Wait, unless the process stops."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
