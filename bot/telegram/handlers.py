"""From an update to the desk, and from its replies to the chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import CallbackQuery, Message, Update
from telegram.error import TelegramError

from bot.desk import Desk
from bot.domain.deliveries import OPEN, DeliveryState
from bot.domain.errors import InvalidInput
from bot.domain.messages import Reply
from bot.services import case_calls, handover, inbox
from bot.services.inbox import Answered, Original, Work
from bot.services.pace import Rate
from bot.telegram import incoming as updates
from bot.telegram.answering import Answering, Errand, MessageIds
from bot.telegram.incoming import CHANNEL, GroupReply
from bot.telegram.patience import happens
from bot.telegram.render import render
from bot.telegram.sender import TelegramSender
from bot.texts import group, profile, wording
from bot.texts.catalog import nearest

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""How often work on one update may fail, by an error or a death of the process, before it is set aside."""

LONGEST_PAUSE_SECONDS = 60.0
CONFIRM_SECONDS = 5.0
"""How long the confirmation of a tap may take before the answer goes first."""

ALBUMS_KEPT = 256

LOOK_SECONDS, LOOKS = 0.5, 20
"""How often, and how many times, it is looked whether a reply of the staff group has arrived."""


class Handlers:
    """One method per kind of update."""

    def __init__(
        self, desk: Desk, sender: TelegramSender, closing: asyncio.Event, rate: Rate | None = None, group: str = ""
    ):
        """`group` is the number of the staff's own group; empty where there is none."""
        self._desk = desk
        self._group = group
        self._sender = sender
        self._closing = closing
        self._answering = Answering(desk, sender, closing, rate)
        self._albums: dict[tuple[int, str], int] = {}

    async def on_message(self, update: Update, _: object) -> None:
        """A message or an edited one; from a group, or about the chat itself, nobody waits for an answer."""
        if self._closing.is_set():
            return
        if updates.read_group_reply(update, self._group):
            await self._work(update, self._pass_on)
        elif updates.read(update) is None or self._is_more_of_an_album(update):
            await self._done(update)
        else:
            await self._work(update, self._answer)

    async def on_button(self, update: Update, _: object) -> None:
        """A tapped button."""
        if self._closing.is_set():
            return
        if update.callback_query:
            await _confirm(update.callback_query)
        if updates.read(update) is None:
            await self._done(update)
        else:
            await self._work(update, self._answer)

    async def on_membership(self, update: Update, _: object) -> None:
        """The bot's own place in a chat changed: groups and channels are left, but for that of the staff.

        Who blocked it hears nothing anyway.
        """
        chat = update.effective_chat
        if updates.is_taken_in(update) and chat and str(chat.id) != self._group:
            await self._work(update, self._leave)
        else:
            await self._done(update)

    def _is_more_of_an_album(self, update: Update) -> bool:
        """Whether another picture of its album, each of which is an update, gets the one reply to all.

        Words below a picture are always read.
        """
        album = updates.album_of(update.message) if update.message else None
        if album is None:
            return False
        if len(self._albums) > ALBUMS_KEPT:
            del self._albums[next(iter(self._albums))]
        return self._albums.setdefault(album, update.update_id) != update.update_id

    async def _work(self, update: Update, deed: Callable[[Update, Work], Awaitable[None]]) -> None:
        """Do the work of an update, again where something breaks; later updates of the chat wait."""
        key, failures = str(update.update_id), 0
        while not self._closing.is_set():
            attempts = 0
            try:
                work = await self._desk.database.write(inbox.begin, CHANNEL, key)
                if work is None:
                    return
                attempts = work.attempts
                await (self._set_aside if attempts > MOST_ATTEMPTS else deed)(update, work)
            except Exception:
                failures += 1
                log.exception("update %s could not be answered (attempt %d)", key, attempts or failures)
                if attempts < MOST_ATTEMPTS:
                    await happens(self._closing, min(LONGEST_PAUSE_SECONDS, 2.0**failures))
            else:
                return

    async def _answer(self, update: Update, work: Work) -> None:
        """Answer what a resident said; an edited message gets its answer in the place of the first one."""
        incoming, message = updates.read(update), update.edited_message or update.message
        if incoming is None:
            return
        original = await self._original(update.edited_message, incoming.text) if update.edited_message else None
        if original and original.has_same_text:
            await self._done(update)
            return
        replies = await self._desk.receive(replace(incoming, edits=original.key if original else None))
        first, *more = [render(reply) for reply in replies] or [[]]
        old = original.sent_ids if original and _is_in_time(update.edited_message) else ()
        parts = [*first, *(part for reply in more for part in reply)]
        sent = await self._answering.send(Errand(incoming.key, incoming.address, work), parts, old) if parts else old
        if sent is not None:
            # An edit changes the answer itself, not what was said beside it, such as the privacy notice.
            await self._finish(update, message, incoming.text, sent[: len(first)] if parts else sent, original)
            await self._desk.scrub()

    async def _original(self, message: Message, text: str) -> Original | None:
        return await self._desk.database.read(inbox.original, CHANNEL, updates.name_of(message), text)

    async def _finish(
        self, update: Update, message: Message | None, text: str, sent: MessageIds, original: Original | None
    ) -> None:
        if message is None:
            await self._done(update)  # a tap cannot be edited
            return
        answered = Answered(updates.name_of(message), text, sent)
        first = original.key if original else None
        key, now = str(update.update_id), self._desk.now()
        await self._desk.database.write(inbox.answered, CHANNEL, key, answered, first, now)

    async def _leave(self, update: Update, work: Work) -> None:
        """Say why, and leave a group or channel."""
        chat, key = update.effective_chat, str(update.update_id)
        if chat is None:
            return
        parts = render(Reply(profile.not_for_groups()))
        sent = await self._answering.send(Errand(key, str(chat.id), work), parts)
        if sent is not None and await self._answering.insist(key, lambda: self._sender.leave(str(chat.id))):
            await self._done(update)

    async def _pass_on(self, update: Update, work: Work) -> None:
        """Give a resident what somebody of the staff answers in their group, and say there what became of it."""
        answer = updates.read_group_reply(update, self._group)
        case_id = await self._desk.database.read(case_calls.case_of, answer.to) if answer else None
        if answer is None or case_id is None:
            await self._done(update)  # they talk among themselves
            return
        parts = render(Reply(await self._reply_from_group(case_id, answer)))
        if await self._answering.send(Errand(str(update.update_id), self._group, work), parts) is not None:
            await self._done(update)

    async def _reply_from_group(self, case_id: int, answer: GroupReply) -> str:
        """Send it; what the group is told of that."""
        if not answer.text:
            return group.refused(group.ONLY_TEXT)
        now = self._desk.now()
        try:
            message_id = await self._desk.database.write(
                handover.reply_from_group, case_id, answer.text, answer.number, now
            )
        except InvalidInput:
            return group.refused(group.TOO_LONG)
        return await self._outcome(case_id, message_id)

    async def _outcome(self, case_id: int, message_id: int) -> str:
        """What became of a reply, as far as it shows soon."""
        for _ in range(LOOKS):
            state = await self._desk.database.read(handover.delivery_of, message_id)
            if state is DeliveryState.SENT:
                return group.delivered()
            if state is not None and state not in OPEN:
                return group.not_delivered(f"{self._desk.policy.address.rstrip('/')}/console/cases/{case_id}")
            await happens(self._closing, LOOK_SECONDS)
        return group.under_way()

    async def _set_aside(self, update: Update, work: Work) -> None:
        """Give an update up that cannot be answered, and say so, once."""
        log.error("update %s is set aside: work on it broke off %d times", update.update_id, work.attempts - 1)
        await self._done(update)
        if incoming := updates.read(update):
            await self._sender.send(incoming.address, wording.out_of_order(nearest(incoming.language)))

    async def _done(self, update: Update) -> None:
        await self._desk.database.write(inbox.done, CHANNEL, str(update.update_id), self._desk.now())


async def _confirm(query: CallbackQuery) -> None:
    """End the waiting sign on a button."""
    try:
        await query.answer(read_timeout=CONFIRM_SECONDS, write_timeout=CONFIRM_SECONDS, connect_timeout=CONFIRM_SECONDS)
    except TelegramError as fault:
        log.info("a tap could not be confirmed: %s", type(fault).__name__)


def _is_in_time(message: Message | None) -> bool:
    """Whether an edit still changes the answer, and does not get one of its own."""
    after = updates.edited_after(message) if message else None
    return after is not None and after <= inbox.KEEP_SENT
