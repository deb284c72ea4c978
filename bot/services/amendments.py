"""What was delivered and is not right: corrected, or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.broadcasts import Broadcast, BroadcastState, check_texts
from bot.domain.deliveries import DeliveryState, Kind, Skip
from bot.domain.errors import Refused
from bot.services import outbox
from bot.services.audiences import text_hash
from bot.services.broadcasts import find, row_of
from bot.services.outbox import Message
from bot.storage.tables import BroadcastRow, DeliveryRow
from bot.texts.catalog import offered

MAY_HAVE_ARRIVED = tuple(state.value for state in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN))


def correct(db: Session, broadcast_id: int, texts: Mapping[str, str], now: datetime) -> Broadcast:
    """Put other texts in the place of what was delivered, with a line that says so. Raises Refused before the end."""
    row = _ended(db, broadcast_id)
    check_texts(texts, offered(), has_event=row.event_id is not None)
    row.texts, row.text_hash = dict(texts), text_hash(texts)
    return _change_delivered(db, row, Kind.CORRECTION, now)


def withdraw(db: Session, broadcast_id: int, now: datetime) -> Broadcast:
    """Take back what was delivered; where that cannot be done any more, a line says that it does not hold.

    Raises Refused before the end.
    """
    row = _ended(db, broadcast_id)
    row.is_withdrawn = True
    return _change_delivered(db, row, Kind.WITHDRAWAL, now)


def _ended(db: Session, broadcast_id: int) -> BroadcastRow:
    row = row_of(db, broadcast_id)
    if row.state not in (BroadcastState.SENT.value, BroadcastState.CANCELLED.value) or row.started_at is None:
        raise Refused("only what was sent can be corrected or withdrawn")
    if row.is_withdrawn:
        raise Refused("it is withdrawn")
    return row


def _change_delivered(db: Session, row: BroadcastRow, kind: Kind, now: datetime) -> Broadcast:
    row.version, row.corrected_at = row.version + 1, now
    # An earlier change that is still on its way is overtaken by this one.
    outbox.withdraw(
        db, Skip.NOT_TRUE, DeliveryRow.broadcast_id == row.id, DeliveryRow.kind != Kind.BROADCAST.value, now=now
    )
    message = Message(
        kind=kind,
        subject=f"broadcast/{row.id}/{row.version}",
        due_at=now,
        not_after=None,
        keeps_quiet=kind is Kind.CORRECTION and not row.is_urgent,
        broadcast_id=row.id,
        version=row.version,
    )
    # What is under way may arrive yet; whether it did is asked when the change is worded.
    delivered = select(DeliveryRow.conversation_id).where(
        DeliveryRow.broadcast_id == row.id,
        DeliveryRow.kind == Kind.BROADCAST.value,
        DeliveryRow.state.in_(MAY_HAVE_ARRIVED),
    )
    outbox.put(db, message, delivered)
    return find(db, row.id)
