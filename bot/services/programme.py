"""Events as staff look for them: a month at a time, or a list of those that fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from bot.domain.events import Event, EventState
from bot.domain.quiet import Clock
from bot.domain.registrations import TAKING_SEATS, RegistrationState
from bot.domain.series import Repeat
from bot.services import events
from bot.services.event_rows import event_of, row_of
from bot.services.events import Draft
from bot.storage.tables import EventRow, RegistrationRow
from knowledge.entry import LocalText

LISTED = 25
"""Events of one page."""

MOST_OF_A_MONTH = 500

JUST_NOW = timedelta(minutes=10)
"""Within this time the same event once more is a button that was pressed twice."""


class When(StrEnum):
    """Which events, by time."""

    COMING = "coming"
    PAST = "past"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Search:
    """Which events are wanted; what is empty does not matter."""

    when: When = When.COMING
    state: EventState | None = None
    topic: str = ""
    is_participation: bool | None = None
    lacks: str = ""
    """A language in which the event has no title."""
    has_no_outcome: bool = False
    """Meetings that are over, and nobody noted how many came."""


@dataclass(frozen=True, slots=True)
class Seats:
    """How full an event is."""

    taken: int = 0
    waiting: int = 0
    """Registrations on the waiting list."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is noted of an event that is over."""

    attendance: int | None
    summary: LocalText
    sent_at: datetime | None
    """When those who were there were told the summary."""
    opened: int
    """How often its link or QR code was followed."""


def month(db: Session, begin: datetime, end: datetime) -> list[Event]:
    """All events that begin between two moments, in order."""
    rows = select(EventRow).where(EventRow.starts_at >= begin, EventRow.starts_at < end)
    return [event_of(row) for row in db.scalars(rows.order_by(EventRow.starts_at, EventRow.id).limit(MOST_OF_A_MONTH))]


def search(db: Session, wanted: Search, now: datetime, page: int = 0) -> tuple[list[Event], bool]:
    """The events that fit, a page of them, and whether there are more; those to come first, else the latest first."""
    rows = _filtered(wanted, now)
    order = EventRow.starts_at.asc() if wanted.when is When.COMING else EventRow.starts_at.desc()
    found = db.scalars(rows.order_by(order, EventRow.id).offset(page * LISTED).limit(LISTED + 1)).all()
    return [event_of(row) for row in found[:LISTED]], len(found) > LISTED


def seats(db: Session, event_ids: Collection[int]) -> dict[int, Seats]:
    """How full some events are; those for which nobody signed up are not in it."""
    counted = (
        select(RegistrationRow.event_id, RegistrationRow.state, func.sum(RegistrationRow.seats), func.count())
        .where(RegistrationRow.event_id.in_(event_ids))
        .group_by(RegistrationRow.event_id, RegistrationRow.state)
    )
    found: dict[int, Seats] = {}
    for event_id, state, taken, count in db.execute(counted):
        mine = found.get(event_id, Seats())
        is_waiting = state == RegistrationState.WAITING.value
        added = 0 if RegistrationState(state) not in TAKING_SEATS else int(taken)
        found[event_id] = Seats(mine.taken + added, mine.waiting + (count if is_waiting else 0))
    return found


def outcome(db: Session, event_id: int) -> Outcome:
    """What is noted of an event; raises NotFound."""
    row = row_of(db, event_id)
    return Outcome(row.attendance, row.summary, row.summary_sent_at, row.opened)


def of_series(db: Session, event: Event) -> list[Event]:
    """The events of a series from this one on, in order; itself where it belongs to none."""
    if not event.series:
        return [event]
    rows = select(EventRow).where(EventRow.series == event.series, EventRow.starts_at >= event.starts_at)
    return [event_of(row) for row in db.scalars(rows.order_by(EventRow.starts_at))]


def create_once(db: Session, draft: Draft, clock: Clock, now: datetime, repeat: Repeat | None = None) -> list[Event]:
    """Write down new events as `events.create` does, unless they were just a moment ago; raises what that raises."""
    made = _just_made(db, draft, now)
    return of_series(db, made) if made else events.create(db, draft, clock, now, repeat)


def _just_made(db: Session, draft: Draft, now: datetime) -> Event | None:
    """The same event where it was written down a moment ago: then a button was pressed twice."""
    meant = draft.starts_at.replace(tzinfo=None).isoformat()
    made = select(EventRow).where(EventRow.local_start == meant, EventRow.created_at > now - JUST_NOW)
    rows = db.scalars(made.order_by(EventRow.id))
    return next((event_of(row) for row in rows if row.title == dict(draft.title)), None)


def _filtered(wanted: Search, now: datetime) -> Select[EventRow]:
    rows = select(EventRow)
    if wanted.when is When.COMING:
        rows = rows.where(EventRow.ends_at > now)
    elif wanted.when is When.PAST:
        rows = rows.where(EventRow.ends_at <= now)
    if wanted.state:
        rows = rows.where(EventRow.state == wanted.state.value)
    if wanted.topic:
        rows = rows.where(cast(EventRow.topics, Text).contains(f'"{wanted.topic}"', autoescape=True))
    if wanted.is_participation is not None:
        rows = rows.where(EventRow.participation == wanted.is_participation)
    if wanted.lacks:
        rows = rows.where(~cast(EventRow.title, Text).contains(f'"{wanted.lacks}":', autoescape=True))
    if wanted.has_no_outcome:
        held = (EventRow.participation, EventRow.ends_at <= now, EventRow.attendance.is_(None))
        rows = rows.where(EventRow.state == EventState.PUBLISHED.value, *held)
    return rows
