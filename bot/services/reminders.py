"""Reminders of meetings: planned as a few rows for each meeting, addressed when their moment comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select, union
from sqlalchemy.orm import Session

from bot.domain.deliveries import OPEN, DeliveryState, Kind
from bot.domain.errors import Refused
from bot.domain.events import Event, EventState, whereabouts
from bot.domain.leads import Lead, read_lead
from bot.domain.quiet import Clock, QuietHours
from bot.domain.registrations import Refusal, RegistrationState
from bot.domain.reminders import plan, settle
from bot.services import outbox
from bot.services.event_rows import locked
from bot.services.outbox import Message
from bot.storage.tables import DeliveryRow, RegistrationRow, ReminderRow, WishRow

AT_ONCE = 50
"""Reminders that one transaction addresses."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder of a meeting, as staff look at it."""

    lead: str
    due_at: datetime
    state: str
    """planned, sending, sent or skipped."""
    recipients: int
    """How many it goes or went to, without those who were skipped; before that, how many it would go to now."""


def replan(db: Session, event: Event, clock: Clock, now: datetime) -> None:
    """Make the reminders of an event anew, after it or the wishes for it changed.

    What is planned for the same start and still wanted stays as it is, put off by quiet hours or addressed already.
    """
    wished = db.scalars(select(WishRow.lead).where(WishRow.event_id == event.id).distinct()).all()
    wanted = {False: event.leads, True: tuple(map(read_lead, wished))} if event.state is EventState.PUBLISHED else {}
    there: set[tuple[str, bool]] = set()
    for row in db.scalars(select(ReminderRow).where(ReminderRow.event_id == event.id)).all():
        is_wanted = row.queued_at is not None or read_lead(row.lead) in wanted.get(row.is_wished, ())
        if wanted and row.starts_at == event.starts_at and is_wanted:
            there.add((row.lead, row.is_wished))
        else:
            db.delete(row)
    db.flush()
    for is_wished, leads in wanted.items():
        for lead, due in plan(event.starts_at, leads, clock.zone, clock.quiet, now).items():
            if (str(lead), is_wished) not in there:
                new = ReminderRow(event_id=event.id, lead=str(lead), is_wished=is_wished, starts_at=event.starts_at)
                new.due_at, new.is_early = due.at, due.is_early
                db.add(new)
    db.flush()


def wish(db: Session, event: Event, conversation_id: int, lead: Lead, clock: Clock, now: datetime) -> None:
    """Remind a resident by a lead of their own; a second time changes nothing.

    Raises Refused (Refusal.OVER, Refusal.REMINDER_TOO_LATE) where nothing would come of it.
    """
    event = locked(db, event.id)
    if event.state is not EventState.PUBLISHED or event.has_begun(now):
        raise Refused(Refusal.OVER)
    if lead not in plan(event.starts_at, [lead], clock.zone, clock.quiet, now):
        raise Refused(Refusal.REMINDER_TOO_LATE)
    if lead not in wishes(db, event.id, conversation_id):
        row = WishRow(event_id=event.id, conversation_id=conversation_id, lead=str(lead), at=now)
        row.told = whereabouts(event)
        db.add(row)
        db.flush()
        replan(db, event, clock, now)


def forget_wishes(db: Session, event_id: int, conversation_id: int) -> None:
    """Take a resident's own reminders of an event back."""
    db.execute(delete(WishRow).where(WishRow.event_id == event_id, WishRow.conversation_id == conversation_id))


def wishes(db: Session, event_id: int, conversation_id: int) -> list[Lead]:
    """A resident's own leads for an event."""
    mine = select(WishRow.lead).where(WishRow.event_id == event_id, WishRow.conversation_id == conversation_id)
    return [read_lead(lead) for lead in db.scalars(mine.order_by(WishRow.id))]


def is_any_due(db: Session, now: datetime) -> bool:
    """Whether the moment of a reminder has come."""
    waiting = select(ReminderRow.id).where(ReminderRow.queued_at.is_(None), ReminderRow.due_at <= now)
    return db.scalar(waiting.limit(1)) is not None


def queue_due(db: Session, quiet: QuietHours | None, now: datetime) -> int:
    """Address the reminders whose moment has come to whoever is coming now; returns to how many residents.

    A second time, or in another process, this changes nothing: the outbox knows each reminder of each resident.
    """
    waiting = select(ReminderRow).where(ReminderRow.queued_at.is_(None), ReminderRow.due_at <= now)
    rows = db.scalars(waiting.order_by(ReminderRow.due_at).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    return sum(_queue(db, row, quiet, now) for row in rows)


def listed(db: Session, event: Event) -> list[Planned]:
    """The reminders of an event, for all who are coming and those residents wished, in the order they go out."""
    rows = db.scalars(select(ReminderRow).where(ReminderRow.event_id == event.id).order_by(ReminderRow.due_at)).all()
    found: dict[str, list[ReminderRow]] = {}
    for row in rows:
        found.setdefault(row.lead, []).append(row)
    return [_planned(db, event, same) for same in found.values()]


def coming(event_id: int) -> Select[int]:
    """The conversations that have seats at an event."""
    return select(RegistrationRow.conversation_id).where(
        RegistrationRow.event_id == event_id, RegistrationRow.state == RegistrationState.CONFIRMED.value
    )


def _queue(db: Session, row: ReminderRow, quiet: QuietHours | None, now: datetime) -> int:
    due = settle(row.due_at, row.starts_at, quiet, now)
    if due and due.at > now:
        row.due_at = due.at  # the program was off at its moment, and now it is quiet
        return 0
    row.queued_at = now
    if due is None:
        return 0
    message = Message(
        kind=Kind.REMINDER,
        subject=_subject(row),
        due_at=now,
        not_after=row.starts_at,
        keeps_quiet=not row.is_early,
        event_id=row.event_id,
        lead=row.lead,
    )
    return outbox.put(db, message, _recipients(row))


def _recipients(row: ReminderRow) -> Select[int]:
    """Who is to be reminded: whoever signed up, or wished for it, before it fell due."""
    if row.is_wished:
        wished = select(WishRow.conversation_id).where(WishRow.event_id == row.event_id, WishRow.lead == row.lead)
        return wished.where(WishRow.at <= row.due_at)
    return coming(row.event_id).where(RegistrationRow.at <= row.due_at)


def _planned(db: Session, event: Event, same: Sequence[ReminderRow]) -> Planned:
    """The reminder of a lead, which may stand there twice: for all, and for those who wished it."""
    first = same[0]
    addressed = select(DeliveryRow.state, func.count()).where(
        DeliveryRow.event_id == event.id, DeliveryRow.key.startswith(_subject(first) + "/", autoescape=True)
    )
    counts = dict(db.execute(addressed.group_by(DeliveryRow.state)).all())
    if first.queued_at is None:
        who = union(*(_recipients(row) for row in same)).subquery()
        return Planned(first.lead, first.due_at, "planned", db.scalar(select(func.count()).select_from(who)) or 0)
    is_open = any(counts.get(state.value) for state in OPEN)
    state = "sending" if is_open else "sent" if counts.get(DeliveryState.SENT.value) else "skipped"
    recipients = sum(counts.values()) - counts.get(DeliveryState.SKIPPED.value, 0)
    return Planned(first.lead, first.due_at, state, recipients)


def _subject(row: ReminderRow) -> str:
    """What the outbox knows the reminder by; one of an earlier start is another."""
    return f"event/{row.event_id}/{int(row.starts_at.timestamp())}/reminder/{row.lead}"
