"""The one way out for messages nobody is waiting for: put, claim, record.

A row says what is to be told to whom; it is worded when it is claimed, so it is always today's truth. Whoever claims a
row has it until the lease ends or their process does. What was in flight then is sent once more; after a second unclear
end it is `unknown`, because twice is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.deliveries import DeliveryState, Kind, Priority, Skip
from bot.domain.messages import Outcome, Result
from bot.domain.retry import MOST_UNCLEAR, Again, after_attempt
from bot.services import leases
from bot.storage.base import Moment, Table
from bot.storage.database import insert
from bot.storage.tables import BroadcastRow, ConversationRow, DeliveryRow

LEASE = timedelta(minutes=2)
"""When whoever claimed a row must have recorded its outcome: the longest send takes half a minute."""

APART = timedelta(seconds=1)
"""Between two messages to one chat. Source: Telegram, "My bot is hitting limits, how do I avoid this?"."""

TOO_LATE = timedelta(days=3)
"""When a message is too late that names no end of its own."""


UNCLEAR_WAIT = timedelta(seconds=20)
"""Before a message whose end is unclear is sent once more: what hindered it should be over by then."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to put into the outbox; to whom is told by a query."""

    kind: Kind
    subject: str
    """The first part of the key: what is said, without whom it is said to."""
    due_at: datetime
    not_after: datetime | None = None
    keeps_quiet: bool = True
    event_id: int | None = None
    lead: str | None = None
    broadcast_id: int | None = None
    lesson_id: int | None = None
    version: int = 1

    @property
    def priority(self) -> Priority:
        """What concerns somebody's own meeting goes first."""
        bulk = (Kind.BROADCAST, Kind.CORRECTION, Kind.WITHDRAWAL)
        return Priority.BULK if self.kind in bulk else Priority.SOON


def put(db: Session, message: Message, recipients: Select[int]) -> int:
    """Address a message to the conversations of a query, in one statement; returns to how many that had it not yet.

    `recipients` selects numbers of conversations.
    """
    number = ConversationRow.id
    values: dict[str, Any] = {
        "key": literal(message.subject + "/") + func.cast(number, DeliveryRow.key.type),
        "conversation_id": number,
        "channel": ConversationRow.channel,
        "language": func.coalesce(ConversationRow.preference, ConversationRow.language),
        "kind": literal(message.kind.value),
        "priority": literal(message.priority.value),
        "state": literal(DeliveryState.QUEUED.value),
        "reason": literal(""),
        "due_at": literal(message.due_at, DeliveryRow.due_at.type),
        "not_after": literal(message.not_after or message.due_at + TOO_LATE, DeliveryRow.not_after.type),
        "keeps_quiet": literal(message.keeps_quiet),
        "event_id": literal(message.event_id, DeliveryRow.event_id.type),
        "lead": literal(message.lead, DeliveryRow.lead.type),
        "broadcast_id": literal(message.broadcast_id, DeliveryRow.broadcast_id.type),
        "lesson_id": literal(message.lesson_id, DeliveryRow.lesson_id.type),
        "version": literal(message.version),
        "attempts": literal(0),
        "unclear": literal(0),
    }
    chosen = select(*values.values()).where(number.in_(recipients)).order_by(number)
    written = insert(db, DeliveryRow).from_select(list(values), chosen).on_conflict_do_nothing()
    return len(db.scalars(written.returning(DeliveryRow.id)).all())


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process is sending now."""

    row: DeliveryRow
    conversation: ConversationRow
    broadcast: BroadcastRow | None = None
    """What it is a part of, where it is one of many."""


def claim(db: Session, channel: str, count: int, holder: str, now: datetime, *, is_quiet: bool) -> list[Claimed]:
    """Take up to `count` messages of a channel that are due, what matters most first; at most one for each chat.

    `holder` is what `leases.new_holder` gave this process; `is_quiet` leaves out what quiet hours hold back.
    """
    found: dict[int, tuple[DeliveryRow, ConversationRow]] = {}
    for priority in Priority:
        due = _due(channel, priority, now, is_quiet=is_quiet).limit(count - len(found))
        for row, conversation in db.execute(due.with_for_update(of=DeliveryRow, skip_locked=True)):
            if conversation.id in found:
                row.due_at = now + APART
                continue
            row.state, row.holder, row.lease_until = DeliveryState.SENDING.value, holder, now + LEASE
            row.attempts += 1
            found[conversation.id] = row, conversation
        if len(found) >= count:
            break
    db.flush()
    broadcasts = _broadcasts_of(db, [row for row, _ in found.values()])
    return [Claimed(row, conversation, broadcasts.get(row.broadcast_id)) for row, conversation in found.values()]


def _broadcasts_of(db: Session, rows: Sequence[DeliveryRow]) -> dict[int | None, BroadcastRow]:
    numbers = {row.broadcast_id for row in rows if row.broadcast_id is not None}
    if not numbers:
        return {}
    return {row.id: row for row in db.scalars(select(BroadcastRow).where(BroadcastRow.id.in_(numbers)))}


def is_anything_due(db: Session, channel: str, now: datetime, *, is_quiet: bool) -> bool:
    """Whether there is something to claim: one look into an index for each priority."""
    looks = (db.execute(_due(channel, each, now, is_quiet=is_quiet).limit(1)).first() for each in Priority)
    return any(look is not None for look in looks)


def _due(channel: str, priority: Priority, now: datetime, *, is_quiet: bool) -> Select[DeliveryRow, ConversationRow]:
    return _due_query(is_quiet).params(channel=channel, priority=priority.value, now=now)


@cache
def _due_query(is_quiet: bool) -> Select[DeliveryRow, ConversationRow]:
    """Made once: to build it costs more than to run it."""
    other = aliased(DeliveryRow)
    on_its_way = exists().where(
        other.conversation_id == DeliveryRow.conversation_id, other.state == DeliveryState.SENDING.value
    )
    due = (
        select(DeliveryRow, ConversationRow)
        .join(ConversationRow, ConversationRow.id == DeliveryRow.conversation_id)
        .where(DeliveryRow.channel == bindparam("channel"), DeliveryRow.state == DeliveryState.QUEUED.value)
        .where(DeliveryRow.priority == bindparam("priority"), DeliveryRow.due_at <= bindparam("now", type_=Moment()))
        .where(~on_its_way)  # one after the other to one chat, whoever sends them
    )
    if is_quiet:
        due = due.where(DeliveryRow.keeps_quiet.is_(False))
    return due.order_by(DeliveryRow.due_at, DeliveryRow.id)


def skip(row: DeliveryRow, reason: Skip, now: datetime) -> None:
    """Do not send a message any more."""
    _finish(row, DeliveryState.SKIPPED, reason.value, now)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that is over."""

    delivery_id: int
    outcome: Outcome
    message_ids: Sequence[int | None] = ()


def record(db: Session, attempts: Sequence[Ended], now: datetime) -> dict[int, DeliveryRow]:
    """Note what became of attempts; the messages by their numbers, without those whose resident was forgotten.

    A message that was not accepted goes back; one whose end is unclear is sent once more.
    """
    numbers = [each.delivery_id for each in attempts]
    found = select(DeliveryRow).where(DeliveryRow.id.in_(numbers)).execution_options(populate_existing=True)
    rows = {row.id: row for row in db.scalars(found)}
    for each in attempts:
        if row := rows.get(each.delivery_id):
            _note(row, each, now)
    db.flush()
    _space_out(db, [row.conversation_id for row in rows.values() if row.state == DeliveryState.SENT.value], now)
    return rows


def record_arrivals(
    db: Session, arrived: Mapping[int, Sequence[int | None]], chats: Sequence[int], now: datetime
) -> None:
    """Note what arrived, the usual case, in one statement for all: the channel's numbers by those of the messages.

    `chats` are the numbers of the conversations they went to.
    """
    if not arrived:
        return
    values = [{"number": number, "ids": list(ids), "at": now} for number, ids in arrived.items()]
    db.connection().execute(_ARRIVED, values)
    _space_out(db, chats, now)


_DELIVERIES = Table.metadata.tables[DeliveryRow.__tablename__]
_ARRIVED = (
    update(_DELIVERIES)
    .where(_DELIVERIES.c.id == bindparam("number"))
    .values(
        state=DeliveryState.SENT.value,
        reason="",
        message_ids=bindparam("ids"),
        finished_at=bindparam("at"),
        holder=None,
        lease_until=None,
    )
)


def _note(row: DeliveryRow, ended: Ended, now: datetime) -> None:
    outcome = ended.outcome
    row.unclear += outcome.result in (Result.UNCLEAR, Result.BROKEN)
    verdict = after_attempt(outcome, row.attempts, row.unclear)
    if outcome.result is Result.DELIVERED:
        row.message_ids = list(ended.message_ids)
        _finish(row, DeliveryState.SENT, "", now)
    elif outcome.result is not Result.LATER and row.unclear > MOST_UNCLEAR:
        _finish(row, DeliveryState.UNKNOWN, outcome.reason, now)
    elif isinstance(verdict, Again):
        row.attempts -= bool(outcome.wait)  # too fast is no fault of the message
        wait = max(verdict.wait, UNCLEAR_WAIT) if row.unclear else verdict.wait
        row.state, row.due_at, row.reason = DeliveryState.QUEUED.value, now + wait, outcome.reason[:100]
        row.holder = row.lease_until = None
    else:
        _finish(row, DeliveryState.FAILED, outcome.reason, now)


def give_back(db: Session, numbers: Sequence[int], now: datetime) -> Sequence[DeliveryRow]:
    """Put messages back that were claimed and not sent; returns them."""
    sending = DeliveryRow.state == DeliveryState.SENDING.value
    rows = db.scalars(select(DeliveryRow).where(DeliveryRow.id.in_(numbers), sending)).all()
    for row in rows:
        row.state, row.holder, row.lease_until = DeliveryState.QUEUED.value, None, None
        row.due_at, row.attempts = now, row.attempts - 1
    db.flush()
    return rows


def is_any_left_behind(db: Session, now: datetime) -> bool:
    """Whether a dead process was sending something."""
    return db.scalar(_left_behind(db, now).limit(1)) is not None


def recover(db: Session, now: datetime) -> Sequence[DeliveryRow]:
    """Take back what dead processes were sending; returns these messages.

    Nobody knows what became of them: each is sent once more, but not a third time.
    """
    rows = db.scalars(_left_behind(db, now).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.unclear += 1
        if row.unclear > MOST_UNCLEAR:
            _finish(row, DeliveryState.UNKNOWN, "the process ended twice", now)
        else:
            row.state, row.holder, row.lease_until = DeliveryState.QUEUED.value, None, None
    db.flush()
    return rows


def _left_behind(db: Session, now: datetime) -> Select[DeliveryRow]:
    sending = DeliveryRow.state == DeliveryState.SENDING.value
    holders = db.scalars(select(DeliveryRow.holder).where(sending).distinct())
    gone = [holder for holder in holders if holder and leases.is_gone(holder)]
    return select(DeliveryRow).where(sending, or_(DeliveryRow.holder.in_(gone), DeliveryRow.lease_until < now))


def withdraw(db: Session, reason: Skip, *conditions: Any, now: datetime) -> int:
    """Skip what is queued and fulfils conditions on DeliveryRow; returns how many messages that were."""
    queued = update(DeliveryRow).where(DeliveryRow.state == DeliveryState.QUEUED.value, and_(*conditions))
    skipped = queued.values(state=DeliveryState.SKIPPED.value, reason=reason.value, finished_at=now)
    return len(db.scalars(skipped.returning(DeliveryRow.id)).all())


def _finish(row: DeliveryRow, state: DeliveryState, reason: str, now: datetime) -> None:
    row.state, row.reason, row.finished_at = state.value, reason[:100], now
    row.holder = row.lease_until = None


def _space_out(db: Session, conversation_ids: Sequence[int], now: datetime) -> None:
    """Whatever else waits for some chats waits a moment longer."""
    next_ones = update(DeliveryRow).where(
        DeliveryRow.conversation_id.in_(conversation_ids),
        DeliveryRow.state == DeliveryState.QUEUED.value,
        DeliveryRow.due_at < now + APART,
    )
    if conversation_ids:
        db.execute(next_ones.values(due_at=now + APART).execution_options(synchronize_session=False))
