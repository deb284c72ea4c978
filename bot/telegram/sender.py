"""The way out to Telegram: one attempt, one outcome."""

from __future__ import annotations

import datetime as dt
import logging

import httpx
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.domain.messages import Outcome, Reply, Result
from bot.telegram.render import Part, render

log = logging.getLogger(__name__)

# Nothing was sent yet when one of these happened.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class TelegramSender:
    """Sends to chats of one bot."""

    def __init__(self, bot: Bot):
        self._bot = bot

    async def send(self, address: str, reply: Reply) -> Outcome:
        """Try once to send a reply; stops at the first of its messages that does not go out."""
        for part in render(reply):
            outcome = await self.send_part(address, part)
            if outcome.result is not Result.DELIVERED:
                return outcome
        return Outcome(Result.DELIVERED)

    async def send_part(self, address: str, part: Part) -> Outcome:
        """Try once to send one message to a chat."""
        try:
            await self._bot.send_message(
                chat_id=int(address),
                text=part.html,
                parse_mode=ParseMode.HTML,
                reply_markup=part.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as fault:
            return outcome_of(fault)
        return Outcome(Result.DELIVERED)


def outcome_of(fault: TelegramError) -> Outcome:
    """What an error of the library means for the message that was to be sent."""
    reason = type(fault).__name__
    if isinstance(fault, RetryAfter):
        wait = fault.retry_after
        return Outcome(Result.LATER, wait if isinstance(wait, dt.timedelta) else dt.timedelta(seconds=wait), reason)
    if isinstance(fault, Forbidden):
        return Outcome(Result.BLOCKED, reason=reason)
    if isinstance(fault, InvalidToken):
        return Outcome(Result.LATER, reason=reason)
    if isinstance(fault, BadRequest):
        gone = "chat not found" in fault.message.lower()
        return Outcome(Result.BLOCKED if gone else Result.IMPOSSIBLE, reason=f"{reason}: {fault.message}")
    if isinstance(fault, NetworkError):
        # Without a cause it is an answer, a 502 for example: then the message was not accepted.
        is_broken_off = isinstance(fault.__cause__, httpx.HTTPError) and not isinstance(
            fault.__cause__, _BEFORE_SENDING
        )
        return Outcome(Result.UNCLEAR if is_broken_off else Result.LATER, reason=reason)
    return Outcome(Result.IMPOSSIBLE, reason=reason)
