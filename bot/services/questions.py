"""Questions that no entry answered for sure: kept masked and sealed, so that staff can learn from them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.masking import mask
from bot.domain.moves import GiveUp, move_name
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, QuestionGroupRow, QuestionRow, TurnRow

_TAKES_ON = move_name(GiveUp)


class QuestionState(StrEnum):
    """What became of a question, and of all that say the same."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    """The resident chose the entry that answers it."""
    LINKED = "linked"
    """An entry knows this wording now."""
    ANSWERED = "answered"
    """The team has answered whoever wanted to know."""
    OUT_OF_SCOPE = "out_of_scope"
    """It is nothing that this bot is for."""
    IGNORED = "ignored"
    """Nothing needs to be done about it."""


def keep(db: Session, turn: TurnRow, text: str, known: Collection[str], now: datetime) -> None:
    """Keep the question of a turn, without personal details.

    `known` are words of the town, in lower case, that name no persons. A question that is kept already, because its
    message was repeated, stays as it is.
    """
    if is_kept(db, turn.id):
        return
    sealed = keys_of(db).seal(mask(text, known))
    db.add(
        QuestionRow(
            turn_id=turn.id,
            language=turn.language,
            sealed_text=sealed,
            at=now,
            state=QuestionState.OPEN.value,
        )
    )


def holder(db: Session, turn: TurnRow) -> int | None:
    """The turn that has the question of `turn` now: itself, or a "none of these" that took it on."""
    if is_kept(db, turn.id):
        return turn.id
    later = select(TurnRow).where(TurnRow.conversation_id == turn.conversation_id, TurnRow.id > turn.id)
    for other in db.scalars(later.where(TurnRow.move == _TAKES_ON).order_by(TurnRow.id)) if turn.options else ():
        if other.options == turn.options and is_kept(db, other.id):
            return other.id
    return None


def newest(db: Session, conversation: ConversationRow, since: datetime) -> int | None:
    """The turn of the newest question since a moment; None where the team was asked it already."""
    theirs = select(QuestionRow).join(TurnRow, TurnRow.id == QuestionRow.turn_id)
    theirs = theirs.where(TurnRow.conversation_id == conversation.id, TurnRow.at >= since)
    found = db.scalar(theirs.order_by(TurnRow.id.desc()).limit(1))
    return found.turn_id if found and found.wanted_at is None else None


def confirm(db: Session, turn_id: int, entry_id: str) -> None:
    """Note which entry the resident chose for the question of a turn."""
    if row := _row(db, turn_id):
        _leave_group(db, row)
        row.state, row.entry_id = QuestionState.CONFIRMED.value, entry_id
        db.flush()


def pass_on(db: Session, turn_id: int, now: datetime) -> None:
    """Ask the team to answer the question of a turn; a second time changes nothing.

    A question that the team has done with is open again then, for somebody waits for an answer.
    """
    row = _row(db, turn_id)
    if row is None or row.wanted_at:
        return
    row.wanted_at = now
    group = _group(db, row)
    if group and group.state == QuestionState.OPEN.value:
        group.wanted += 1
    elif group:
        row.state, row.group_id = QuestionState.OPEN.value, None
    db.flush()


def move(db: Session, from_turn_id: int, to_turn_id: int) -> None:
    """The question of a turn belongs to a later one, which goes on with it."""
    db.execute(update(QuestionRow).where(QuestionRow.turn_id == from_turn_id).values(turn_id=to_turn_id))


def is_kept(db: Session, turn_id: int) -> bool:
    """Whether the question of a turn is kept."""
    return db.scalar(select(QuestionRow.id).where(QuestionRow.turn_id == turn_id)) is not None


def wanted_at(db: Session, turn_id: int) -> datetime | None:
    """When the team was asked the question of a turn, if it was."""
    return db.scalar(select(QuestionRow.wanted_at).where(QuestionRow.turn_id == turn_id))


def text_of(db: Session, turn_id: int) -> str:
    """The question of a turn, without personal details; empty where none is kept."""
    sealed = db.scalar(select(QuestionRow.sealed_text).where(QuestionRow.turn_id == turn_id))
    return keys_of(db).open(sealed) if sealed else ""


def drop(db: Session, turn_id: int) -> None:
    """Forget the question of a turn."""
    if row := _row(db, turn_id):
        _leave_group(db, row)
        db.delete(row)
        db.flush()


def _row(db: Session, turn_id: int) -> QuestionRow | None:
    """The question of a turn, which nobody else changes until the transaction ends."""
    row = select(QuestionRow).where(QuestionRow.turn_id == turn_id).with_for_update()
    return db.scalar(row.execution_options(populate_existing=True))


def _group(db: Session, row: QuestionRow) -> QuestionGroupRow | None:
    number = row.group_id
    return db.get(QuestionGroupRow, number, with_for_update=True, populate_existing=True) if number else None


def _leave_group(db: Session, row: QuestionRow) -> None:
    """Nobody needs to look at a question any more; at its group neither, where it was the only one."""
    group, row.group_id = _group(db, row), None
    if group and group.state == QuestionState.OPEN.value:
        group.count -= 1
        group.wanted -= row.wanted_at is not None
        if group.count == 0:
            db.delete(group)
