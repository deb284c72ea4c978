"""What those who are coming to an event are told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, delete, exists, func, literal, or_, select, tuple_, union
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


Change = tuple[Event, Event]
"""An event before and after it changed."""


def after_change(db: Session, changes: Sequence[Change], quiet: QuietHours | None, now: datetime) -> None:
    """Tell everyone who knows another time or place, and give new seats to whoever waits for one.

    A notice that still waits is put anew, so nobody gets a second one for the same.
    """
    shown = [(before, after) for before, after in changes if after.state is EventState.PUBLISHED]
    moved = [(before, after) for before, after in shown if whereabouts(before) != whereabouts(after)]
    for before, after in moved:
        if before.starts_at != after.starts_at:  # else a reminder stays true: it is worded when it is sent
            _drop_queued(db, after.id, Kind.REMINDER)
        _drop_queued(db, after.id, Kind.MOVED)  # the new one says the same, and knows when it is too late
    _tell(db, [(after, _moved(after, now, keeps_quiet=_may_wait(now, before, after))) for before, after in moved], now)
    for _, after in moved:
        registrations.shorten_offers(db, after, quiet, now)
    for _, after in shown:
        registrations.move_up(db, after, quiet, now)


def after_cancelling(db: Session, cancelled: Sequence[Event], now: datetime) -> None:
    """Take back whatever is on its way about events, and tell everyone who counts on them that they are cancelled."""
    for event in cancelled:
        db.execute(delete(ReminderRow).where(ReminderRow.event_id == event.id))
        mine = (DeliveryRow.event_id == event.id, DeliveryRow.kind != Kind.SERIES.value)  # that tells of others too
        outbox.withdraw(db, Skip.NOT_TRUE, *mine, now=now)
    _tell(db, [(event, _cancelled(event, now, keeps_quiet=_may_wait(now, event))) for event in cancelled], now)


def _may_wait(now: datetime, *events: Event) -> bool:
    """Whether quiet hours hold back what is told of events."""
    return min(event.starts_at for event in events) - now > AT_ONCE


def _tell(db: Session, news: Sequence[tuple[Event, Message]], now: datetime) -> None:
    """Put out a message for each event, to those who know otherwise; whoever several concern gets one of them all."""
    if len(news) > 1:
        concerned = _knowing_otherwise([event for event, _ in news])
        who = select(concerned.c.conversation_id).group_by(concerned.c.conversation_id)
        outbox.put(db, _of_series(news, now), who.having(func.count() > 1))
    for event, message in news:
        concerned = _knowing_otherwise([event])
        who = select(concerned.c.conversation_id)
        outbox.put(db, message, who.where(~_is_told_with_others(concerned, news)) if len(news) > 1 else who)


def _of_series(news: Sequence[tuple[Event, Message]], now: datetime) -> Message:
    """The one message for those whom several of the others concern."""
    messages = [message for _, message in news]
    return Message(
        kind=Kind.SERIES,
        subject=_series_subject(news),
        due_at=now,
        not_after=max(message.not_after or now for message in messages),
        keeps_quiet=all(message.keeps_quiet for message in messages),
        event_id=news[0][0].id,
        version=news[0][0].version,
    )


def _series_subject(news: Sequence[tuple[Event, Message]]) -> str:
    """Each deed gives its first event a new version, so this names the deed."""
    first = news[0][0]
    return f"event/{first.id}/{first.version}/series"


def _is_told_with_others(concerned: Subquery, news: Sequence[tuple[Event, Message]]) -> ColumnElement[bool]:
    key = literal(f"{_series_subject(news)}/") + func.cast(concerned.c.conversation_id, DeliveryRow.key.type)
    return exists().where(DeliveryRow.key == key)


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
        if told == whereabouts(event):
            continue
        if event.state is EventState.CANCELLED and not _knows_of_cancelling(db, event_id, conversation_id):
            outbox.put(db, _anew(_cancelled(event, now, keeps_quiet=False)), them)
        if event.state is EventState.PUBLISHED:
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


def _knowing_otherwise(events: Sequence[Event]) -> Subquery:
    """Who knows something else of which event, or is being told it at this moment; what they know then decides."""
    true = [(event.id, whereabouts(event)) for event in events]
    parts = [
        select(table.conversation_id, table.event_id).where(
            table.event_id.in_([event.id for event in events]),
            or_(
                tuple_(table.event_id, table.told).not_in(true),
                exists().where(
                    DeliveryRow.conversation_id == table.conversation_id,
                    or_(DeliveryRow.event_id == table.event_id, DeliveryRow.kind == Kind.SERIES.value),
                    DeliveryRow.state == DeliveryState.SENDING.value,
                ),
            ),
        )
        for table in (RegistrationRow, WishRow)
    ]
    return union(*parts).subquery()


def _drop_queued(db: Session, event_id: int, kind: Kind) -> None:
    """Delete what waits, key and all: if the event is moved back, it may be said after all."""
    db.execute(
        delete(DeliveryRow).where(
            DeliveryRow.event_id == event_id,
            DeliveryRow.kind == kind.value,
            DeliveryRow.state == DeliveryState.QUEUED.value,
        )
    )
