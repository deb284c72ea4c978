"""How many deliveries of a broadcast are in which state; what is counted outlives the rows of residents."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from bot.domain.deliveries import OPEN, DeliveryState, Kind
from bot.storage.tables import BroadcastRow, DeliveryRow


def counts(db: Session, row: BroadcastRow) -> dict[str, int]:
    """State -> number of residents; they sum to the audience. Empty before the start."""
    if row.started_at is None:
        return {}
    # One statement sees one moment: whoever is forgotten goes from the rows to what is settled.
    settled = select(BroadcastRow.settled).where(BroadcastRow.id == row.id)
    by_state = select(DeliveryRow.state, func.count(), settled.scalar_subquery()).where(
        DeliveryRow.broadcast_id == row.id, DeliveryRow.kind == Kind.BROADCAST.value
    )
    found = db.execute(by_state.group_by(DeliveryRow.state)).all()
    kept = (found[0][2] if found else db.scalar(settled)) or {}
    totals = {state.value: int(kept.get(state.value, 0)) for state in DeliveryState}
    for state, count, _ in found:
        totals[state] += count
    return totals


def settle(db: Session, *conditions: ColumnElement[bool]) -> int:
    """Delete the deliveries that fulfil conditions and keep their counts, so that these sum to the audience for ever.

    Returns how many went.
    """
    theirs = select(DeliveryRow.broadcast_id).where(DeliveryRow.broadcast_id.is_not(None), *conditions)
    numbers = db.scalars(theirs.distinct().order_by(DeliveryRow.broadcast_id)).all()
    locked = select(BroadcastRow).where(BroadcastRow.id.in_(numbers)).order_by(BroadcastRow.id).with_for_update()
    rows = {row.id: row for row in db.scalars(locked.execution_options(populate_existing=True))}
    gone = delete(DeliveryRow).where(*conditions)
    found = db.execute(gone.returning(DeliveryRow.broadcast_id, DeliveryRow.kind, DeliveryRow.state)).all()
    for number, kind, state in found:
        if number in rows and kind == Kind.BROADCAST.value:
            kept, name = rows[number].settled, DeliveryState.CANCELLED.value if state in OPEN else state
            rows[number].settled = kept | {name: kept.get(name, 0) + 1}
    db.flush()
    return len(found)
