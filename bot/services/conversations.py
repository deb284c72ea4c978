"""Who a message came from, under a pseudonym, and what the conversation remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.dialogue import MEMORY, MINUTE, State, Turn
from bot.domain.messages import Incoming
from bot.domain.moves import Complaint, GiveUp, StaySilent, TooMany, move_name
from bot.services import questions
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, TurnRow
from knowledge.commands import Command

TURNED_DOWN, TOO_MANY, SILENT = map(move_name, (GiveUp, TooMany, StaySilent))
"""Moves that the next one depends on, as a turn names them."""

NOT_HEARD = (TOO_MANY, SILENT)
"""What a turn names that was one of too many."""


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


def versions(db: Session, conversation: ConversationRow, key: str, but: TurnRow) -> Sequence[TurnRow]:
    """The turns of a message, as it first was and as it was edited, except one."""
    same = or_(TurnRow.message_key == key, TurnRow.edits == key)
    theirs = select(TurnRow).where(TurnRow.conversation_id == conversation.id, same, TurnRow.id != but.id)
    return db.scalars(theirs.order_by(TurnRow.id)).all()


def recall(
    db: Session, conversation: ConversationRow, before: TurnRow | None, now: datetime, *, is_with_team: bool
) -> State:
    """What the conversation remembers; `before` leaves out a turn that is answered anew, and later ones.

    `is_with_team` is whether a person has it.
    """
    # Messages that got no reply say nothing: it is still about what was said before them.
    said = select(TurnRow).where(TurnRow.conversation_id == conversation.id, TurnRow.move != SILENT)
    said = said.where(TurnRow.id < before.id) if before else said
    last = db.scalar(said.order_by(TurnRow.id.desc()).limit(1))
    count = _recent(db, conversation, before, now)
    if last is None:
        return State(recent=count, is_with_team=is_with_team)
    is_fresh = now - last.at <= MEMORY
    return State(
        last=earlier(db, last),
        card=last.card,
        is_with_team=is_with_team,
        misses=last.misses if is_fresh else 0,
        turned_down=last.options if is_fresh and last.move == TURNED_DOWN else (),
        last_command=Command(last.move) if last.move in list(Command) else None,
        recent=count,
        was_told_to_wait=last.move == TOO_MANY,
    )


def _recent(db: Session, conversation: ConversationRow, but: TurnRow | None, now: datetime) -> int:
    """How many messages of the last minute were answered; those that were too many are not counted against anybody."""
    answered = TurnRow.move.not_in(NOT_HEARD)
    recent = select(func.count()).where(TurnRow.conversation_id == conversation.id, TurnRow.at > now - MINUTE, answered)
    return db.scalar(recent.where(TurnRow.id != but.id) if but else recent) or 0


def earlier(db: Session, row: TurnRow) -> Turn:
    """A turn as the next one can refer to it."""
    offered: Sequence[str] = () if row.move == TURNED_DOWN else row.options
    is_kept = questions.holder(db, row) is not None
    return Turn(row.id, row.at, tuple(offered), row.entry_id, is_kept, row.move == Command.FORGET)


def rate(db: Session, turn_id: int, helped: bool | None, complaint: Complaint | None) -> None:
    """Note what the resident said of the card of a turn; a new rating replaces an earlier one."""
    values = {"complaint": complaint.value} if complaint else {"helped": helped, "complaint": None}
    db.execute(update(TurnRow).where(TurnRow.id == turn_id).values(**values))
