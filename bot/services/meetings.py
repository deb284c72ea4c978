"""What those who are coming to an event are told when it changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, or_, select, union
from sqlalchemy.orm import Session

from bot.domain.deliveries import DeliveryState, Kind, Skip
from bot.domain.events import Event, EventState, whereabouts
from bot.domain.quiet import QuietHours
from bot.domain.registrations import TAKING_SEATS
from bot.services import outbox, registrations
from bot.services.outbox import Message
from bot.storage.tables import DeliveryRow, RegistrationRow, ReminderRow, WishRow

AT_ONCE = timedelta(hours=12)
"""What changes so shortly before the start is told in quiet hours too."""


def after_change(db: Session, before: Event, after: Event, quiet: QuietHours | None, now: datetime) -> None:
    """Tell everyone who knows another time or place, and give new seats to whoever waits for one.

    A notice that still waits is put anew, so nobody gets a second one for the same.
    """
    if after.state is not EventState.PUBLISHED:
        return
    if whereabouts(before) != whereabouts(after):
        _drop_queued(db, after.id, Kind.REMINDER)
        _drop_queued(db, after.id, Kind.MOVED)  # the new one says the same, and knows when it is too late
        message = Message(
            kind=Kind.MOVED,
            subject=f"event/{after.id}/{after.version}/moved",
            due_at=now,
            not_after=after.starts_at,
            keeps_quiet=min(before.starts_at, after.starts_at) - now > AT_ONCE,
            event_id=after.id,
            version=after.version,
        )
        outbox.put(db, message, _knowing_otherwise(after))
        registrations.shorten_offers(db, after, quiet, now)
    registrations.move_up(db, after, quiet, now)


def after_cancelling(db: Session, event: Event, now: datetime) -> None:
    """Take back whatever is on its way about an event, and tell everyone who counts on it that it is cancelled."""
    db.execute(delete(ReminderRow).where(ReminderRow.event_id == event.id))
    outbox.withdraw(db, Skip.NOT_TRUE, DeliveryRow.event_id == event.id, now=now)
    message = Message(
        kind=Kind.CANCELLED,
        subject=f"event/{event.id}/{event.version}/cancelled",
        due_at=now,
        not_after=event.starts_at + AT_ONCE,
        keeps_quiet=event.starts_at - now > AT_ONCE,
        event_id=event.id,
        version=event.version,
    )
    everyone = union(
        select(RegistrationRow.conversation_id).where(RegistrationRow.event_id == event.id),
        select(WishRow.conversation_id).where(WishRow.event_id == event.id),
    ).subquery()
    outbox.put(db, message, select(everyone.c[0]))


def tell_summary(db: Session, event: Event, now: datetime) -> int:
    """Tell those who had seats what came of an event; returns how many."""
    message = Message(
        kind=Kind.SUMMARY,
        subject=f"event/{event.id}/summary",
        due_at=now,
        not_after=now + timedelta(days=7),
        event_id=event.id,
        version=event.version,
    )
    taking = [state.value for state in TAKING_SEATS]
    who = select(RegistrationRow.conversation_id).where(RegistrationRow.event_id == event.id)
    return outbox.put(db, message, who.where(RegistrationRow.state.in_(taking)))


def _knowing_otherwise(event: Event) -> Select[int]:
    """Those who know another time or place, or are being told one at this moment; what they know then decides."""
    parts = [
        select(table.conversation_id).where(
            table.event_id == event.id,
            or_(
                table.told != whereabouts(event),
                exists().where(
                    DeliveryRow.conversation_id == table.conversation_id,
                    DeliveryRow.event_id == event.id,
                    DeliveryRow.state == DeliveryState.SENDING.value,
                ),
            ),
        )
        for table in (RegistrationRow, WishRow)
    ]
    everyone = union(*parts).subquery()
    return select(everyone.c[0])


def _drop_queued(db: Session, event_id: int, kind: Kind) -> None:
    """Delete what waits, key and all: if the event is moved back, it may be said after all."""
    db.execute(
        delete(DeliveryRow).where(
            DeliveryRow.event_id == event_id,
            DeliveryRow.kind == kind.value,
            DeliveryRow.state == DeliveryState.QUEUED.value,
        )
    )
