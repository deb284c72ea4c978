"""How many deliveries of a broadcast are in which state; what is counted outlives the rows of residents."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import OPEN, DeliveryState, Kind
from bot.storage.tables import BroadcastRow, DeliveryRow
from bot.texts.catalog import nearest


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
    told = (DeliveryRow.broadcast_id, DeliveryRow.kind, DeliveryRow.state, DeliveryRow.language)
    found = db.execute(gone.returning(*told)).all()
    for number, kind, state, language in found:
        if number in rows and kind == Kind.BROADCAST.value:
            _settle_one(rows[number], DeliveryState.CANCELLED.value if state in OPEN else state, nearest(language))
    db.flush()
    return len(found)


def _settle_one(row: BroadcastRow, state: str, language: str) -> None:
    mine = row.settled_languages.get(language, {})
    row.settled = row.settled | {state: row.settled.get(state, 0) + 1}
    row.settled_languages = row.settled_languages | {language: mine | {state: mine.get(state, 0) + 1}}


def by_language(db: Session, row: BroadcastRow) -> dict[str, dict[str, int]]:
    """Language that residents were written to in -> state -> number of them."""
    totals: dict[str, dict[str, int]] = {code: dict(counted) for code, counted in row.settled_languages.items()}
    found = select(DeliveryRow.language, DeliveryRow.state, func.count()).where(
        DeliveryRow.broadcast_id == row.id, DeliveryRow.kind == Kind.BROADCAST.value
    )
    for language, state, count in db.execute(found.group_by(DeliveryRow.language, DeliveryRow.state)):
        mine = totals.setdefault(nearest(language), {})
        mine[state] = mine.get(state, 0) + count
    return totals


def count_stop(db: Session, broadcast_id: int, conversation_id: int) -> None:
    """Count that a resident ended all notices below a broadcast that they got; not who it was."""
    theirs = exists().where(
        DeliveryRow.broadcast_id == broadcast_id,
        DeliveryRow.conversation_id == conversation_id,
        DeliveryRow.state.in_((DeliveryState.SENT.value, DeliveryState.UNKNOWN.value)),
    )
    one = update(BroadcastRow).where(BroadcastRow.id == broadcast_id, theirs)
    db.execute(one.values(stops=BroadcastRow.stops + 1))
