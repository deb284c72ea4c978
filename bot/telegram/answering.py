"""From replies to the chat: message after message, counted in the inbox so that another process can go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.domain.messages import Outcome, Result
from bot.domain.retry import MOST_UNCLEAR, Again, after_attempt
from bot.services import inbox, pace
from bot.services.inbox import Work
from bot.services.pace import Rate
from bot.telegram.incoming import CHANNEL
from bot.telegram.patience import happens
from bot.telegram.render import Part
from bot.telegram.sender import Attempt, TelegramSender

log = logging.getLogger(__name__)

MessageIds = tuple[int | None, ...]
"""The numbers of messages in a chat, in order; None for one that did not arrive, or of which nobody knows."""


@dataclass(frozen=True, slots=True)
class Errand:
    """An update whose replies are on their way."""

    key: str
    address: str
    work: Work
    """How far it had come before."""


class Answering:
    """Brings messages to chats, each as often as it takes, until the door closes."""

    def __init__(self, desk: Desk, sender: TelegramSender, closing: asyncio.Event, rate: Rate | None = None):
        """`rate` is the pace that answers share with everything else that is sent; None for none."""
        self._rate = rate
        self._desk = desk
        self._sender = sender
        self._closing = closing

    async def send(self, errand: Errand, parts: Sequence[Part], old: MessageIds = ()) -> MessageIds | None:
        """Send what is not out yet; the numbers of all messages, None where the door closes meanwhile.

        The messages take the places of `old` ones as far as those can be changed; what is too much of these goes.
        """
        ids, unclear = list(errand.work.sent_ids), errand.work.unclear
        for part in parts[len(ids) :]:
            place = old[len(ids)] if len(ids) < len(old) and [*old[: len(ids)]] == ids else None
            attempt = await self._deliver(errand, part, place, ids, unclear)
            if attempt is None:
                return None
            ids.append(attempt.message_id)
            unclear = 0
            if attempt.outcome.result is Result.BLOCKED:
                break
        for message_id in old:
            if message_id is not None and message_id not in ids:
                await self._remove(errand, message_id)
        return tuple(ids)

    async def insist(self, key: str, deed: Callable[[], Awaitable[Outcome]]) -> Outcome | None:
        """Do what may be done twice, until Telegram has decided about it; None where the door closes meanwhile."""
        attempts = unclear = 0
        while not self._closing.is_set():
            outcome = await deed()
            attempts, unclear = attempts + 1, unclear + (outcome.result is Result.UNCLEAR)
            verdict = after_attempt(outcome, attempts, unclear)
            if not isinstance(verdict, Again):
                return outcome
            log.warning("update %s: %s (%s)", key, outcome.result, outcome.reason)
            await happens(self._closing, verdict.wait.total_seconds())
        return None

    async def _deliver(
        self, errand: Errand, part: Part, place: int | None, ids: list[int | None], unclear: int
    ) -> Attempt | None:
        """Send one message, as often as it takes, but not again once its end was unclear twice."""
        attempts = 0
        while not self._closing.is_set():
            if unclear > MOST_UNCLEAR:
                log.warning(
                    "update %s: a reply was sent %d times without an answer, and not again", errand.key, unclear
                )
                return Attempt(Outcome(Result.UNCLEAR), place)
            # Noted before it is sent: if the process dies meanwhile, nobody knows whether it arrived.
            await self._begin(errand, ids, unclear + 1)
            attempt = await self._try(errand, part, place)
            if attempt.outcome.wait:
                await self._hold(attempt.outcome.wait)
            attempts, unclear = attempts + 1, unclear + (attempt.outcome.result is Result.UNCLEAR)
            verdict = after_attempt(attempt.outcome, attempts, unclear)
            if attempt.outcome.result is not Result.DELIVERED:
                log.warning("update %s: reply %s (%s)", errand.key, attempt.outcome.result, attempt.outcome.reason)
            if not isinstance(verdict, Again):
                # Where nothing new arrived, what stood there counts: it must not be taken away.
                return Attempt(attempt.outcome, attempt.message_id or place)
            await self._note(errand, ids, unclear)
            await happens(self._closing, verdict.wait.total_seconds())
        return None

    async def _try(self, errand: Errand, part: Part, place: int | None) -> Attempt:
        if place is not None:
            attempt = await self._sender.replace_part(errand.address, place, part)
            if attempt.outcome.result is not Result.IMPOSSIBLE:
                return attempt
        return await self._sender.send_part(errand.address, part)

    async def _remove(self, errand: Errand, message_id: int) -> None:
        outcome = await self.insist(errand.key, lambda: self._sender.remove_part(errand.address, message_id))
        if outcome and outcome.result is not Result.DELIVERED:
            log.info("update %s: an older reply stays (%s)", errand.key, outcome.reason)

    async def _begin(self, errand: Errand, ids: list[int | None], unclear: int) -> None:
        """Note that a message is about to be sent, and wait for its slot."""
        if self._rate is None:
            await self._note(errand, ids, unclear)
            return
        wait = await self._desk.database.write(_note_and_take, errand.key, list(ids), unclear, self._rate)
        if wait > 0:
            await happens(self._closing, wait)

    async def _hold(self, wait: timedelta) -> None:
        """Let nobody send while Telegram wants it so."""
        if self._rate:
            await self._desk.database.write(pace.hold, self._rate.channel, wait, datetime.now(UTC))

    async def _note(self, errand: Errand, ids: list[int | None], unclear: int) -> None:
        await self._desk.database.write(inbox.progress, CHANNEL, errand.key, ids, unclear)


def _note_and_take(db: Session, key: str, ids: list[int | None], unclear: int, rate: Rate) -> float:
    """Note how far an errand is and take the slot for its next message; seconds until that, in one transaction.

    The pace goes by the clock of the machine, because sending takes its own time whatever time it is told to be.
    """
    inbox.progress(db, CHANNEL, key, ids, unclear)
    now = datetime.now(UTC)
    return (pace.take(db, rate, 1, now).begin - now).total_seconds()
