"""Messages to residents in a browser, who fetch them: a browser cannot be called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.messages import Reply
from bot.services import conversations
from bot.storage.database import keys_of
from bot.storage.tables import LetterRow

MOST_AT_ONCE = 50

_REPLY = TypeAdapter(Reply)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that waits for its reader."""

    number: int
    """Grows with every letter."""
    reply: Reply


def put(db: Session, conversation_id: int, reply: Reply, now: datetime) -> None:
    """Leave a message for a conversation."""
    sealed = keys_of(db).seal(_REPLY.dump_json(reply).decode())
    db.add(LetterRow(conversation_id=conversation_id, sealed_reply=sealed, at=now))


def put_for(db: Session, channel: str, address: str, reply: Reply, now: datetime) -> int | None:
    """Leave a message for whoever has an address; its number, None for a stranger."""
    conversation = conversations.find(db, channel, address)
    if conversation is None:
        return None
    put(db, conversation.id, reply, now)
    db.flush()
    newest = select(LetterRow.id).where(LetterRow.conversation_id == conversation.id).order_by(LetterRow.id.desc())
    return db.scalar(newest.limit(1))


def take_back(db: Session, channel: str, address: str, numbers: Sequence[int | None]) -> None:
    """Delete letters of a resident, by their numbers."""
    conversation = conversations.find(db, channel, address)
    if conversation:
        theirs = delete(LetterRow).where(LetterRow.conversation_id == conversation.id)
        db.execute(theirs.where(LetterRow.id.in_([number for number in numbers if number is not None])))


def after(db: Session, channel: str, address: str, number: int) -> Sequence[Letter]:
    """The letters of a resident that came after a number, oldest first; none for a stranger."""
    conversation = conversations.find(db, channel, address)
    if conversation is None:
        return []
    rows = db.scalars(
        select(LetterRow)
        .where(LetterRow.conversation_id == conversation.id, LetterRow.id > number)
        .order_by(LetterRow.id)
        .limit(MOST_AT_ONCE)
    )
    return [Letter(row.id, _REPLY.validate_json(keys_of(db).open(row.sealed_reply))) for row in rows]
