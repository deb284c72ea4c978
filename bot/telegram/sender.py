"""The way out to Telegram: one attempt, one outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from telegram import Bot, InputFile, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.domain.messages import Outcome, Reply, Result, Sent
from bot.services.pace import Rate
from bot.telegram.render import Part, render
from bot.telegram.spacing import spaced

_DELIVERED = Outcome(Result.DELIVERED)
_PLAIN = LinkPreviewOptions(is_disabled=True)

# Nothing was sent yet when one of these happened.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one message."""

    outcome: Outcome
    message_id: int | None = None
    """Its number in the chat, where it arrived."""
    file_id: str = ""
    """By what Telegram knows its attachment, where that was uploaded."""


class TelegramSender:
    """Sends to chats of one bot."""

    def __init__(self, bot: Bot, rate: Rate | None = None):
        """`rate` is the pace of everything that this process sends; None for none."""
        self._bot = bot
        self._rate = rate

    async def send(self, address: str, reply: Reply) -> Sent:
        """Try once to send a reply; stops at the first of its messages that does not go out."""
        ids: list[int | None] = []
        file_id = ""
        for part in render(reply):
            attempt = await self.send_part(address, part)
            if attempt.outcome.result is not Result.DELIVERED:
                return Sent(_rest_of(attempt.outcome, is_begun=bool(ids)), tuple(ids), file_id)
            ids.append(attempt.message_id)
            file_id = file_id or attempt.file_id
        return Sent(_DELIVERED, tuple(ids), file_id)

    async def replace(self, address: str, message_ids: Sequence[int | None], reply: Reply) -> Sent:
        """Try once to put a reply in the place of messages; as a new message, where they cannot be changed."""
        old = [number for number in message_ids if number is not None]
        parts = render(reply)
        if len(old) == len(parts) == 1:
            attempt = await self.replace_part(address, old[0], parts[0])
            if attempt.outcome.result is not Result.IMPOSSIBLE:
                return Sent(attempt.outcome, tuple(old))
        return await self.send(address, reply)

    async def remove(self, address: str, message_ids: Sequence[int | None], instead: Reply) -> Sent:
        """Try once to take messages back; a message that is too old for that gets another text."""
        outcomes = {number: await self.remove_part(address, number) for number in message_ids if number is not None}
        blocking = [each for each in outcomes.values() if each.result not in (Result.DELIVERED, Result.IMPOSSIBLE)]
        if blocking:
            return Sent(blocking[0])
        left = [number for number, outcome in outcomes.items() if outcome.result is Result.IMPOSSIBLE]
        if outcomes and not left:
            return Sent(_DELIVERED)
        return await self._stand_in(address, left, instead)

    async def _stand_in(self, address: str, message_ids: Sequence[int], instead: Reply) -> Sent:
        """Put a reply in the place of each message that can be changed; as a new one, where none can."""
        changed: list[int] = []
        for number in message_ids:
            sent = await self.replace_part(address, number, render(instead)[0])
            if sent.outcome.result is Result.DELIVERED:
                changed.append(number)
            elif sent.outcome.result is not Result.IMPOSSIBLE:
                return Sent(sent.outcome)
        return Sent(_DELIVERED, tuple(changed)) if changed else await self.send(address, instead)

    async def send_part(self, address: str, part: Part) -> Attempt:
        """Try once to send one message to a chat."""
        async with spaced(self._rate):
            try:
                message = await self._way_of(part)(address, part)
            except TelegramError as fault:
                return Attempt(outcome_of(fault))
        is_new = part.attachment is not None and not part.attachment.telegram_id
        return Attempt(_DELIVERED, message.message_id, _file_id(message) if is_new else "")

    def _way_of(self, part: Part) -> Callable[[str, Part], Awaitable[Message]]:
        if part.attachment:
            return self._send_attachment
        return self._send_file if part.file else self._send_text

    async def replace_part(self, address: str, message_id: int, part: Part) -> Attempt:
        """Try once to put a text in the place of a message; IMPOSSIBLE where that message cannot be changed."""
        if part.file:
            return Attempt(Outcome(Result.IMPOSSIBLE, reason="a file does not take the place of a text"))
        try:
            await self._edit(int(address), message_id, part)
        except BadRequest as fault:
            if "not modified" not in fault.message.lower():
                return Attempt(outcome_of(fault))
        except TelegramError as fault:
            return Attempt(outcome_of(fault))
        return Attempt(_DELIVERED, message_id)

    async def remove_part(self, address: str, message_id: int) -> Outcome:
        """Try once to take a message of ours out of a chat."""
        return await self._do(self._bot.delete_message(int(address), message_id))

    async def leave(self, address: str) -> Outcome:
        """Try once to leave a group or channel."""
        return await self._do(self._bot.leave_chat(int(address)))

    async def _edit(self, chat_id: int, message_id: int, part: Part) -> None:
        if part.attachment:
            await self._bot.edit_message_caption(
                chat_id, message_id, caption=part.html, parse_mode=ParseMode.HTML, reply_markup=part.keyboard
            )
            return
        await self._bot.edit_message_text(
            chat_id=chat_id,
            message_id=message_id,
            text=part.html,
            parse_mode=ParseMode.HTML,
            reply_markup=part.keyboard,
            link_preview_options=_PLAIN,
        )

    async def _send_attachment(self, address: str, part: Part) -> Message:
        """Upload it where Telegram does not have it yet; from then on name it."""
        attachment = part.attachment
        if attachment is None:
            raise ValueError("a part without an attachment")
        media = attachment.telegram_id or InputFile(attachment.content, filename=attachment.name)
        how: dict[str, Any] = {"caption": part.html, "parse_mode": ParseMode.HTML, "reply_markup": part.keyboard}
        if attachment.is_picture:
            return await self._bot.send_photo(int(address), media, **how)
        return await self._bot.send_document(int(address), media, **how)

    async def _send_text(self, address: str, part: Part) -> Message:
        return await self._bot.send_message(
            chat_id=int(address),
            text=part.html,
            parse_mode=ParseMode.HTML,
            reply_markup=part.keyboard,
            link_preview_options=_PLAIN,
        )

    async def _send_file(self, address: str, part: Part) -> Message:
        file = part.file
        if file is None:
            raise ValueError("a part without a file")
        document = InputFile(file.content, filename=file.name)
        return await self._bot.send_document(int(address), document, reply_markup=part.keyboard)

    async def _do(self, deed: Awaitable[bool]) -> Outcome:
        try:
            await deed
        except TelegramError as fault:
            return outcome_of(fault)
        return _DELIVERED


def _file_id(message: Message) -> str:
    """By what Telegram knows what was uploaded; of a picture its largest size."""
    if message.photo:
        return message.photo[-1].file_id
    return message.document.file_id if message.document else ""


def _rest_of(outcome: Outcome, *, is_begun: bool) -> Outcome:
    """The outcome of a reply that went out in part, if at all: to send it again repeats what arrived."""
    if is_begun and outcome.result is Result.LATER:
        return Outcome(Result.UNCLEAR, outcome.wait, f"only a part went out: {outcome.reason}")
    return outcome


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
        # Without a cause it is an answer, a 502 for example.
        if not isinstance(fault.__cause__, httpx.HTTPError):
            return Outcome(Result.BROKEN, reason=reason)
        before = isinstance(fault.__cause__, _BEFORE_SENDING)
        return Outcome(Result.LATER if before else Result.UNCLEAR, reason=reason)
    return Outcome(Result.IMPOSSIBLE, reason=reason)
