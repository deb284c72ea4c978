"""Who is coming to a meeting: seats, needs, and the waiting list. No names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import DeliveryState, Kind, Skip
from bot.domain.errors import Refused
from bot.domain.events import MOST_SEATS, Event, EventState, Help, whereabouts
from bot.domain.quiet import QuietHours
from bot.domain.registrations import (
    TAKING_SEATS,
    Asking,
    Refusal,
    Registration,
    RegistrationState,
    Terms,
    fits,
    last_answer,
    next_offers,
    terms_of,
)
from bot.services import outbox, reminders
from bot.services.event_rows import locked
from bot.services.outbox import Message
from bot.storage.tables import DeliveryRow, EventRow, RegistrationRow

AT_ONCE = 100
"""Offers that one transaction takes back."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is coming, in numbers."""

    registrations: int
    seats: int
    waiting: int
    """Registrations on the waiting list."""
    needs: dict[str, int]
    """What of the help offered is needed -> by how many registrations."""


def register(
    db: Session, event: Event, conversation_id: int, seats: int, quiet: QuietHours | None, now: datetime
) -> Registration:
    """Sign a resident up for a number of seats, or change that number; without room they wait.

    Doing so twice changes nothing. Raises Refused: Refusal.OVER, NO_SIGN_UP or TOO_MANY_SEATS.
    """
    event = locked(db, event.id)
    if event.state is not EventState.PUBLISHED or event.has_begun(now):
        raise Refused(Refusal.OVER)
    if not event.takes_registrations(now):
        raise Refused(Refusal.NO_SIGN_UP)
    row = _find(db, event.id, conversation_id)
    own = row.seats if row and row.state in TAKING_SEATS else 0  # theirs, also where the capacity was lowered since
    if not 1 <= seats <= max(own, min(MOST_SEATS, event.capacity or MOST_SEATS)):
        raise Refused(Refusal.TOO_MANY_SEATS)
    if row is None:
        row = RegistrationRow(event_id=event.id, conversation_id=conversation_id, needs=[], at=now)
        row.state, row.told = RegistrationState.WAITING.value, whereabouts(event)
    if seats <= own or fits(event, _taken(db, event.id) - own, seats):
        row.state, row.offer_until = RegistrationState.CONFIRMED.value, None
    elif own:
        raise Refused(Refusal.TOO_MANY_SEATS)
    row.seats = seats
    db.add(row)
    db.flush()
    move_up(db, event, quiet, now)
    return _registration(db, row)


def need(db: Session, event: Event, conversation_id: int, wanted: Help) -> Registration | None:
    """Note that a resident needs one of the kinds of help offered, or does not after all; None if not signed up."""
    row = _find(db, event.id, conversation_id)
    if row is None:
        return None
    if wanted in event.help:
        row.needs = [each for each in row.needs if each != wanted.value] + [wanted.value] * (
            wanted.value not in row.needs
        )
    return _registration(db, row)


def unregister(db: Session, event: Event, conversation_id: int, quiet: QuietHours | None, now: datetime) -> bool:
    """Take a registration back, and the resident's own reminders; the next of the waiting list is offered the seats.

    False if there was no registration.
    """
    event = locked(db, event.id)
    reminders.forget_wishes(db, event.id, conversation_id)
    mine = (DeliveryRow.event_id == event.id, DeliveryRow.conversation_id == conversation_id)
    outbox.withdraw(db, Skip.NOT_TRUE, *mine, DeliveryRow.broadcast_id.is_(None), now=now)
    row = _find(db, event.id, conversation_id)
    if row is None:
        return False
    db.delete(row)
    db.flush()
    move_up(db, event, quiet, now)
    return True


def leave_all(db: Session, conversation_id: int) -> list[int]:
    """Delete everything a resident is signed up for; returns the events, which may have seats for others now."""
    mine = select(RegistrationRow.event_id).where(RegistrationRow.conversation_id == conversation_id)
    event_ids = list(db.scalars(mine.order_by(RegistrationRow.event_id)))
    for event_id in event_ids:
        locked(db, event_id)
    db.execute(delete(RegistrationRow).where(RegistrationRow.conversation_id == conversation_id))
    return event_ids


def accept(db: Session, event: Event, conversation_id: int, now: datetime) -> Registration:
    """Take the seats that were offered.

    Raises Refused: Refusal.OVER, or NO_OFFER where none are kept any more.
    """
    event = locked(db, event.id)
    if event.state is not EventState.PUBLISHED or event.has_begun(now):
        raise Refused(Refusal.OVER)
    row = _find(db, event.id, conversation_id)
    if row is None or row.state == RegistrationState.WAITING.value or (row.offer_until and row.offer_until <= now):
        raise Refused(Refusal.NO_OFFER)
    row.state, row.offer_until = RegistrationState.CONFIRMED.value, None
    db.flush()
    return _registration(db, row)


def of(db: Session, event_id: int, conversation_id: int) -> Registration | None:
    """A resident's registration."""
    row = _find(db, event_id, conversation_id)
    return _registration(db, row) if row else None


def of_resident(db: Session, conversation_id: int, now: datetime) -> list[Registration]:
    """All of a resident's registrations for events that are not over."""
    mine = (
        select(RegistrationRow)
        .join(EventRow, EventRow.id == RegistrationRow.event_id)
        .where(RegistrationRow.conversation_id == conversation_id, EventRow.ends_at > now)
        .where(EventRow.state == EventState.PUBLISHED.value)
    )
    return [_registration(db, row) for row in db.scalars(mine.order_by(EventRow.starts_at))]


def listed(db: Session, event_id: int) -> list[Registration]:
    """Everyone who is coming or waits, in the order in which they signed up."""
    rows = select(RegistrationRow).where(RegistrationRow.event_id == event_id).order_by(RegistrationRow.id)
    place = 0
    found: list[Registration] = []
    for row in db.scalars(rows):
        is_waiting = row.state == RegistrationState.WAITING.value
        place += is_waiting
        found.append(_value(row, place if is_waiting else None))
    return found


def attendance(db: Session, event_id: int) -> Attendance:
    """Who is coming, in numbers."""
    columns = (RegistrationRow.state, RegistrationRow.seats, RegistrationRow.needs)
    everyone = db.execute(select(*columns).where(RegistrationRow.event_id == event_id)).all()
    taking = {state.value for state in TAKING_SEATS}
    coming = [(seats, needs) for state, seats, needs in everyone if state in taking]
    needs = {each.value: sum(each.value in wanted for _, wanted in coming) for each in Help}
    return Attendance(
        registrations=len(coming),
        seats=sum(seats for seats, _ in coming),
        waiting=sum(state == RegistrationState.WAITING.value for state, _, _ in everyone),
        needs={name: count for name, count in needs.items() if count},
    )


def move_up(db: Session, event: Event, quiet: QuietHours | None, now: datetime) -> int:
    """Offer free seats to the waiting list; returns to how many residents."""
    if event.capacity is None or event.state is not EventState.PUBLISHED:
        return 0
    waiting = select(RegistrationRow).where(
        RegistrationRow.event_id == event.id, RegistrationRow.state == RegistrationState.WAITING.value
    )
    rows = {row.id: row for row in db.scalars(waiting.order_by(RegistrationRow.id))}
    asking = [Asking(row.id, row.seats) for row in rows.values()]
    offered, terms = next_offers(event, _taken(db, event.id), asking, quiet, now)
    if terms is None:
        return 0
    for number in offered:
        row = rows[number]
        row.state, row.offer_until = RegistrationState.OFFERED.value, terms.until
        _tell_offer(db, event, row, terms, now)
    db.flush()
    return len(offered)


def shorten_offers(db: Session, event: Event, quiet: QuietHours | None, now: datetime) -> None:
    """Let offers end in time for a meeting that now begins earlier; what waits for the morning may not wait then."""
    latest, terms = last_answer(event), terms_of(event, quiet, now)
    offers = update(RegistrationRow).where(RegistrationRow.event_id == event.id, RegistrationRow.offer_until > latest)
    db.execute(offers.values(offer_until=latest))
    untold = update(DeliveryRow).where(
        DeliveryRow.event_id == event.id,
        DeliveryRow.kind == Kind.OFFER.value,
        DeliveryRow.state == DeliveryState.QUEUED.value,
        DeliveryRow.not_after > latest,
    )
    db.execute(untold.values(not_after=latest, keeps_quiet=terms is not None and terms.keeps_quiet))


def expire_offers(db: Session, event_ids: Collection[int], quiet: QuietHours | None, now: datetime) -> int:
    """Take back offers nobody answered, and make them to the next; returns how many were taken back.

    `event_ids` are those that `with_old_offers` names.
    """
    count = 0
    for event_id in event_ids:
        event = locked(db, event_id)
        for row in db.scalars(_old_offers(now).where(RegistrationRow.event_id == event.id)).all():
            db.delete(row)
            count += 1
        db.flush()
        move_up(db, event, quiet, now)
    return count


def with_old_offers(db: Session, now: datetime) -> list[int]:
    """The events of which an offer has run out."""
    oldest = _old_offers(now).order_by(RegistrationRow.offer_until).limit(AT_ONCE)
    return list(dict.fromkeys(row.event_id for row in db.scalars(oldest)))


def _old_offers(now: datetime):  # type: ignore[no-untyped-def]
    return select(RegistrationRow).where(
        RegistrationRow.state == RegistrationState.OFFERED.value, RegistrationRow.offer_until <= now
    )


def _tell_offer(db: Session, event: Event, row: RegistrationRow, terms: Terms, now: datetime) -> None:
    message = Message(
        kind=Kind.OFFER,
        subject=f"event/{event.id}/offer/{row.id}/{int(now.timestamp())}",
        due_at=now,
        not_after=terms.until,
        keeps_quiet=terms.keeps_quiet,
        event_id=event.id,
        version=event.version,
    )
    outbox.put(db, message, select(RegistrationRow.conversation_id).where(RegistrationRow.id == row.id))


def _find(db: Session, event_id: int, conversation_id: int) -> RegistrationRow | None:
    mine = select(RegistrationRow).where(
        RegistrationRow.event_id == event_id, RegistrationRow.conversation_id == conversation_id
    )
    return db.scalar(mine.execution_options(populate_existing=True))


def _taken(db: Session, event_id: int) -> int:
    taking = [state.value for state in TAKING_SEATS]
    seats = select(func.coalesce(func.sum(RegistrationRow.seats), 0))
    seats = seats.where(RegistrationRow.event_id == event_id, RegistrationRow.state.in_(taking))
    return int(db.scalar(seats) or 0)


def _registration(db: Session, row: RegistrationRow) -> Registration:
    if row.state != RegistrationState.WAITING.value:
        return _value(row, None)
    ahead = select(func.count()).where(
        RegistrationRow.event_id == row.event_id, RegistrationRow.state == row.state, RegistrationRow.id <= row.id
    )
    return _value(row, db.scalar(ahead))


def _value(row: RegistrationRow, place: int | None) -> Registration:
    return Registration(
        event_id=row.event_id,
        state=RegistrationState(row.state),
        seats=row.seats,
        needs=tuple(map(Help, row.needs)),
        offer_until=row.offer_until,
        place=place,
    )
