"""Who a message came from, under a pseudonym, and what the conversation remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.dialogue import BUTTONS_LAST, MEMORY, State, Turn
from bot.domain.messages import Incoming
from bot.domain.moves import Complaint
from bot.services import questions
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, TurnRow
from knowledge.commands import Command

MINUTE = timedelta(minutes=1)

TURNED_DOWN, TOO_MANY, LISTENING, SILENT = "give_up", "too_many", "listen", "stay_silent"
"""Moves that the next one depends on, as a turn names them."""


def find(db: Session, channel: str, address: str) -> ConversationRow | None:
    """The conversation with an address, if there is one."""
    pseudonym = keys_of(db).name(channel, address)
    return db.scalar(
        select(ConversationRow).where(ConversationRow.channel == channel, ConversationRow.pseudonym == pseudonym)
    )


def start(db: Session, incoming: Incoming, now: datetime) -> ConversationRow:
    """A new conversation."""
    keys = keys_of(db)
    row = ConversationRow(
        channel=incoming.channel,
        pseudonym=keys.name(incoming.channel, incoming.address),
        sealed_address=keys.seal(incoming.address),
        notice=0,
        created_at=now,
        last_seen_at=now,
    )
    db.add(row)
    db.flush()
    return row


def turn_of(db: Session, conversation: ConversationRow, key: str) -> TurnRow | None:
    """The turn that answered the message with a key."""
    return db.scalar(select(TurnRow).where(TurnRow.conversation_id == conversation.id, TurnRow.message_key == key))


def versions(db: Session, conversation: ConversationRow, key: str, but: TurnRow) -> Sequence[int]:
    """The numbers of the turns of a message, as it first was and as it was edited, except one."""
    same = or_(TurnRow.message_key == key, TurnRow.edits == key)
    theirs = select(TurnRow.id).where(TurnRow.conversation_id == conversation.id, same, TurnRow.id != but.id)
    return db.scalars(theirs.order_by(TurnRow.id)).all()


def recall(db: Session, conversation: ConversationRow, before: TurnRow | None, now: datetime) -> State:
    """What the conversation remembers; `before` leaves out a turn that is answered anew, and later ones."""
    # Messages that got no reply count, but it is still about what was said before them.
    said = select(TurnRow).where(TurnRow.conversation_id == conversation.id, TurnRow.move != SILENT)
    newest = said.order_by(TurnRow.id.desc()).limit(1)
    recent = select(func.count()).where(TurnRow.conversation_id == conversation.id, TurnRow.at > now - MINUTE)
    if before:
        newest, recent = newest.where(TurnRow.id < before.id), recent.where(TurnRow.id != before.id)
    last = db.scalar(newest)
    count = db.scalar(recent) or 0
    if last is None:
        return State(recent=count)
    is_fresh = now - last.at <= MEMORY
    return State(
        last=earlier(db, last),
        card=last.card,
        is_writing=last.move == LISTENING and now - last.at <= BUTTONS_LAST,
        misses=last.misses if is_fresh else 0,
        turned_down=last.options if is_fresh and last.move == TURNED_DOWN else (),
        last_command=Command(last.move) if last.move in list(Command) else None,
        recent=count,
        was_told_to_wait=last.move == TOO_MANY,
    )


def earlier(db: Session, row: TurnRow) -> Turn:
    """A turn as the next one can refer to it."""
    offered: Sequence[str] = () if row.move == TURNED_DOWN else row.options
    return Turn(row.id, row.at, tuple(offered), row.entry_id, questions.is_kept(db, row.id))


def rate(db: Session, turn_id: int, helped: bool | None, complaint: Complaint | None) -> None:
    """Note what the resident said of the card of a turn; a new rating replaces an earlier one."""
    values = {"complaint": complaint.value} if complaint else {"helped": helped, "complaint": None}
    db.execute(update(TurnRow).where(TurnRow.id == turn_id).values(**values))
