"""Stops a broadcast of which too much fails: then something is wrong with more than single residents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from bot.domain.broadcasts import BATCH, BroadcastState, is_failing, step
from bot.domain.deliveries import DeliveryState, Kind
from bot.storage.tables import BroadcastRow, ConversationRow, DeliveryRow

_FAILURES = (DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)
"""What did not arrive, as far as we know."""

_ENDED = (DeliveryState.SENT.value, *_FAILURES)

_FOR_EVER = timedelta(days=3650)
"""How far the deliveries of a paused broadcast are put off."""


def after_deliveries(
    db: Session, deliveries: Collection[DeliveryRow], arrived: Collection[int], now: datetime
) -> list[tuple[int, str]]:
    """Pause broadcasts where outcomes show that too many fail; hold back what comes back to one that rests.

    `arrived` are the numbers of broadcasts of which messages arrived besides these deliveries. Returns which are
    paused, with the reason, for the log and the staff.
    """
    paused: list[tuple[int, str]] = []
    theirs = [each for each in deliveries if each.kind == Kind.BROADCAST.value]
    for number in {*arrived, *(each.broadcast_id for each in theirs)}:
        row = db.get(BroadcastRow, number)
        mine = [each for each in theirs if each.broadcast_id == number]
        if row is None:
            continue
        for each in mine:
            if each.state == DeliveryState.QUEUED.value:
                _hold(each, BroadcastState(row.state), now)
        is_telling = any(each.state in _FAILURES for each in mine) or _is_beginning(db, row)
        if row.state == BroadcastState.SENDING.value and is_telling and (reason := _pause(db, row, now)):
            paused.append((row.id, reason))
    return paused


def is_paused(db: Session, broadcast_id: int | None) -> bool:
    """Whether a broadcast waits for a person, because something is wrong with more than single residents."""
    row = db.get(BroadcastRow, broadcast_id) if broadcast_id is not None else None
    return row is not None and row.state == BroadcastState.PAUSED.value


def _is_beginning(db: Session, row: BroadcastRow) -> bool:
    """Whether the first batch has just ended: of failures among it nobody has judged yet."""
    ended = select(DeliveryRow.id).where(DeliveryRow.broadcast_id == row.id, DeliveryRow.state.in_(_ENDED))
    return BATCH <= len(db.scalars(ended.limit(2 * BATCH)).all()) < 2 * BATCH


def _hold(delivery: DeliveryRow, state: BroadcastState, now: datetime) -> None:
    """What was under way when its broadcast was paused or cancelled, and did not arrive, waits or ends with it."""
    if state is BroadcastState.PAUSED:
        delivery.due_at = now + _FOR_EVER
    elif state is BroadcastState.CANCELLED:
        delivery.state, delivery.finished_at = DeliveryState.CANCELLED.value, now


def _pause(db: Session, row: BroadcastRow, now: datetime) -> str | None:
    """Pause where too many of the newest deliveries failed; nobody counts as unreachable for it."""
    # What fails again after somebody said that it shall go on tells nothing new.
    is_new = DeliveryRow.attempts - DeliveryRow.unclear <= 1
    newest = (
        select(and_(DeliveryRow.state.in_(_FAILURES), is_new))
        .where(DeliveryRow.broadcast_id == row.id, DeliveryRow.state.in_(_ENDED))
        .order_by(DeliveryRow.finished_at.desc(), DeliveryRow.id.desc())
        .limit(2 * BATCH)
    )
    ends = db.scalars(newest).all()
    # Up to a batch of them came in together: what failed among those before must not slip through.
    batches = (ends[place : place + BATCH] for place in range(max(1, len(ends) - BATCH + 1)))
    batch = next((each for each in batches if is_failing(sum(each), len(each))), None)
    if batch is None:
        return None
    row.state = step(BroadcastState.SENDING, BroadcastState.PAUSED).value
    row.reason = f"{sum(batch)} of the last {len(batch)} messages could not be delivered"
    failed = select(DeliveryRow.conversation_id).where(
        DeliveryRow.broadcast_id == row.id, DeliveryRow.state == DeliveryState.FAILED.value
    )
    lost = update(ConversationRow).where(
        ConversationRow.id.in_(failed), ConversationRow.unreachable_at >= row.started_at
    )
    db.execute(lost.values(unreachable_at=None))
    waiting = update(DeliveryRow).where(
        DeliveryRow.broadcast_id == row.id, DeliveryRow.state == DeliveryState.QUEUED.value
    )
    # Held back by a moment that never comes, until somebody says that it shall go on.
    db.execute(waiting.values(due_at=now + _FOR_EVER))
    return row.reason
