"""What those who are coming to an event are told when it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, or_, select, union
from sqlalchemy.orm import Session

from bot.domain.deliveries import OPEN, DeliveryState, Kind, Skip
from bot.domain.events import Event, EventState, whereabouts
from bot.domain.quiet import QuietHours
from bot.domain.registrations import TAKING_SEATS
from bot.services import outbox, registrations
from bot.services.event_rows import event_of, row_of
from bot.services.outbox import Message
from bot.storage.tables import ConversationRow, DeliveryRow, EventRow, RegistrationRow, ReminderRow, WishRow

AT_ONCE = timedelta(hours=12)
"""What changes so shortly before the start is told in quiet hours too."""


def after_change(db: Session, before: Event, after: Event, quiet: QuietHours | None, now: datetime) -> None:
    """Tell everyone who knows another time or place, and give new seats to whoever waits for one.

    A notice that still waits is put anew, so nobody gets a second one for the same.
    """
    if after.state is not EventState.PUBLISHED:
        return
    if whereabouts(before) != whereabouts(after):
        if before.starts_at != after.starts_at:  # else a reminder stays true: it is worded when it is sent
            _drop_queued(db, after.id, Kind.REMINDER)
        _drop_queued(db, after.id, Kind.MOVED)  # the new one says the same, and knows when it is too late
        keeps_quiet = min(before.starts_at, after.starts_at) - now > AT_ONCE
        outbox.put(db, _moved(after, now, keeps_quiet=keeps_quiet), _knowing_otherwise(after))
        registrations.shorten_offers(db, after, quiet, now)
    registrations.move_up(db, after, quiet, now)


def after_cancelling(db: Session, event: Event, now: datetime) -> None:
    """Take back whatever is on its way about an event, and tell everyone who counts on it that it is cancelled."""
    db.execute(delete(ReminderRow).where(ReminderRow.event_id == event.id))
    outbox.withdraw(db, Skip.NOT_TRUE, DeliveryRow.event_id == event.id, now=now)
    message = _cancelled(event, now, keeps_quiet=event.starts_at - now > AT_ONCE)
    everyone = union(
        select(RegistrationRow.conversation_id).where(RegistrationRow.event_id == event.id),
        select(WishRow.conversation_id).where(WishRow.event_id == event.id),
    ).subquery()
    outbox.put(db, message, select(everyone.c[0]))


def catch_up(db: Session, conversation_id: int, now: datetime) -> None:
    """Tell somebody who could not be reached for a while what became of the meetings to come that they count on.

    They are awake, for they have just written.
    """
    known: dict[int, str] = {}
    for table in (RegistrationRow, WishRow):
        theirs = select(table.event_id, table.told).join(EventRow, EventRow.id == table.event_id)
        theirs = theirs.where(table.conversation_id == conversation_id, EventRow.starts_at > now)
        known |= dict(db.execute(theirs).all())
    for event_id, told in sorted(known.items()):
        event = event_of(row_of(db, event_id))
        them = select(ConversationRow.id).where(ConversationRow.id == conversation_id)
        if event.state is EventState.CANCELLED and not _knows_of_cancelling(db, event_id, conversation_id):
            outbox.put(db, _anew(_cancelled(event, now, keeps_quiet=False)), them)
        if event.state is EventState.PUBLISHED and told != whereabouts(event):
            outbox.put(db, _anew(_moved(event, now, keeps_quiet=False)), them)


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


def _moved(event: Event, now: datetime, *, keeps_quiet: bool) -> Message:
    return Message(
        kind=Kind.MOVED,
        subject=f"event/{event.id}/{event.version}/moved",
        due_at=now,
        not_after=event.starts_at,
        keeps_quiet=keeps_quiet,
        event_id=event.id,
        version=event.version,
    )


def _cancelled(event: Event, now: datetime, *, keeps_quiet: bool) -> Message:
    return Message(
        kind=Kind.CANCELLED,
        subject=f"event/{event.id}/{event.version}/cancelled",
        due_at=now,
        not_after=event.starts_at + AT_ONCE,
        keeps_quiet=keeps_quiet,
        event_id=event.id,
        version=event.version,
    )


def _anew(message: Message) -> Message:
    """The same once more: the outbox knows each message by its subject, also one that was not sent."""
    return replace(message, subject=f"{message.subject}/{int(message.due_at.timestamp())}")


def _knows_of_cancelling(db: Session, event_id: int, conversation_id: int) -> bool:
    """Whether a resident was told that an event is cancelled, or is about to be."""
    said = select(DeliveryRow.id).where(
        DeliveryRow.event_id == event_id,
        DeliveryRow.conversation_id == conversation_id,
        DeliveryRow.kind == Kind.CANCELLED.value,
        DeliveryRow.state.in_([state.value for state in (*OPEN, DeliveryState.SENT, DeliveryState.UNKNOWN)]),
    )
    return db.scalar(said.limit(1)) is not None


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
