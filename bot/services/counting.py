"""The numbers of one day, counted from the rows of that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.domain.cases import USUAL_HOURS
from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.events import EventState, bounds
from bot.domain.figures import NOTHING_NEAR, REACHED, WHOLE, Figure, month_of, quarter_of, year_of
from bot.domain.holidays import NORTH_RHINE_WESTPHALIA
from bot.domain.opening import LocalTime, time_open
from bot.domain.registrations import RegistrationState
from bot.services import library, tallies
from bot.services.indexing import town_of
from bot.services.questions import QuestionState
from bot.storage.database import in_parts
from bot.storage.tables import (
    BroadcastRow,
    CaseRow,
    ConversationRow,
    DeliveryRow,
    EntryRow,
    EventRow,
    QuestionGroupRow,
    QuestionRow,
    RegistrationRow,
    SubscriptionRow,
    TurnRow,
    WordingRow,
)
from knowledge.entry import DEFAULT_LANGUAGE, OpeningHours, State

Cells = dict[tuple[Figure, str], int]
"""Figure and part -> number."""

OUTCOMES = {
    "answer": Figure.ANSWERED,
    "clarify": Figure.ASKED_BACK,
    "decline": Figure.DECLINED,
    "emergency": Figure.EMERGENCY,
    "handover": Figure.HANDOVER,
}
"""Decision of a turn (contract: POST /api/v1/chat) -> what it counts as."""

EDITS_TAKE = timedelta(days=2)
"""How long a message can be written anew. Source: Telegram, 48 hours."""

HAD_NO_NEED = (QuestionState.CONFIRMED, QuestionState.IGNORED)
"""States of questions that tell of nothing that is missing."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where the days are counted, and when somebody is there to answer."""

    zone: ZoneInfo
    hours: OpeningHours = USUAL_HOURS
    region: str = NORTH_RHINE_WESTPHALIA
    """Whose public holidays it keeps."""


def office_of(db: Session, zone: ZoneInfo) -> Office:
    """The office that the town names, with its opening hours as far as they are known."""
    town = town_of(library.town_facts(db), zone)
    entry = library.find(db, town.office) if town.office and db.get(EntryRow, town.office) else None
    hours = entry.opening_hours if entry else None
    return Office(zone, hours if hours and (hours.weekly or hours.always) else USUAL_HOURS, town.holidays)


def of_day(db: Session, day: date, office: Office) -> Cells:
    """What happened on a day: it can be counted as long as its rows are there."""
    begin, end = bounds(day, day, office.zone)
    cells = _conversation(db, begin, end)
    _add(cells, _unmet(db, begin, end))
    _add(cells, _residents(db, begin, end))
    _add(cells, _handover(db, begin, end, office))
    _add(cells, _meetings(db, begin, end))
    for figure, span in zip(REACHED, (month_of, quarter_of, year_of), strict=True):
        period = span(day)
        if period.last == day:
            _add(cells, reached(db, figure, *bounds(period.first, period.last, office.zone)))
    return cells


def of_evening(db: Session, today: date) -> Cells:
    """How it is at this moment of `today`, which nobody can tell later."""
    published = EntryRow.state == State.PUBLISHED.value
    checks = db.scalars(select(EntryRow.fields["next_check_on"].as_string()).where(published)).all()
    cells: Cells = {
        (Figure.ENTRIES, WHOLE): len(checks),
        (Figure.OVERDUE, WHOLE): sum(1 for check in checks if check and date.fromisoformat(check) <= today),
        (Figure.SUBSCRIBERS, WHOLE): _count(db, SubscriptionRow.conversation_id.distinct()),
    }
    topics = select(SubscriptionRow.topic_id, func.count()).group_by(SubscriptionRow.topic_id)
    _add(cells, _cells(Figure.SUBSCRIBERS, db.execute(topics)))
    texts = select(WordingRow.language, func.count()).join(EntryRow, EntryRow.id == WordingRow.entry_id)
    texts = texts.where(published, WordingRow.text.is_not(None)).group_by(WordingRow.language)
    return cells | _cells(Figure.TEXTS, db.execute(texts))


def of_late(db: Session, begin: datetime, end: datetime, zone: ZoneInfo) -> dict[date, Cells]:
    """By day, what is known of it only later: how far notices came that began then, how many were at its events."""
    days: dict[date, Cells] = {}
    started = select(BroadcastRow).where(BroadcastRow.started_at >= begin, BroadcastRow.started_at < end)
    for row in db.scalars(started):
        if row.started_at:
            days.setdefault(row.started_at.astimezone(zone).date(), {}).update(_notice(db, row))
    held = select(EventRow).where(EventRow.starts_at >= begin, EventRow.starts_at < end, EventRow.ends_at <= end)
    rows = db.scalars(held.where(EventRow.state == EventState.PUBLISHED.value)).all()
    seats = _seats(db, [row.id for row in rows])
    for event in rows:
        cells = days.setdefault(event.starts_at.astimezone(zone).date(), {})
        part = str(event.id)
        cells[Figure.HELD, part], cells[Figure.SEATS, part] = 1, seats.get(event.id, 0)
        if event.attendance is not None:
            cells[Figure.ATTENDANCE, part] = event.attendance
    return days


def reached(db: Session, figure: Figure, begin: datetime, end: datetime) -> Cells:
    """The residents who wrote between two moments, the second of which has hardly passed."""
    spoken = func.coalesce(ConversationRow.language, DEFAULT_LANGUAGE)
    wrote = select(spoken, func.count()).where(ConversationRow.last_seen_at >= begin, ConversationRow.created_at < end)
    return _with_whole(figure, db.execute(wrote.group_by(spoken)))


def _conversation(db: Session, begin: datetime, end: datetime) -> Cells:
    """What was asked and answered."""
    cells: Cells = {}
    is_edited = TurnRow.id.in_(_edited(begin, end))
    asked = select(TurnRow.decision, TurnRow.language, func.count()).where(
        _within(TurnRow.at, begin, end), TurnRow.decision.in_(OUTCOMES), ~TurnRow.tapped, ~is_edited
    )
    for decision, language, count in db.execute(asked.group_by(TurnRow.decision, TurnRow.language)):
        for figure in (Figure.QUESTIONS, OUTCOMES[str(decision)]):
            _add(cells, {(figure, language): count, (figure, WHOLE): count})
    given = select(TurnRow.entry_id, func.count()).where(
        _within(TurnRow.at, begin, end), TurnRow.entry_id.is_not(None), ~is_edited
    )
    entries = _cells(Figure.GIVEN, db.execute(given.group_by(TurnRow.entry_id)))
    _add(cells, entries | _by_field(db, Figure.FIELD, entries))
    rated = select(TurnRow.helped, func.count()).where(_within(TurnRow.at, begin, end), TurnRow.helped.is_not(None))
    for helped, count in db.execute(rated.group_by(TurnRow.helped)):
        cells[Figure.HELPED if helped else Figure.NOT_HELPED, WHOLE] = count
    return cells


def _edited(begin: datetime, end: datetime) -> Select[int]:
    """Turns whose messages were written anew later: a message is counted as it was in the end."""
    later, first = aliased(TurnRow), aliased(TurnRow)
    same = or_(first.message_key == later.edits, first.edits == later.edits)
    earlier = and_(first.conversation_id == later.conversation_id, first.id < later.id, same)
    changed = and_(_within(later.at, begin, end + EDITS_TAKE), later.edits.is_not(None))
    return select(first.id).select_from(later).join(first, earlier).where(changed)


def _unmet(db: Session, begin: datetime, end: datetime) -> Cells:
    """Questions that nothing answered, by what comes nearest: of the words nothing is kept."""
    nearest = func.coalesce(QuestionGroupRow.guess, NOTHING_NEAR)
    asked = select(nearest, func.count()).select_from(QuestionRow)
    asked = asked.outerjoin(QuestionGroupRow, QuestionGroupRow.id == QuestionRow.group_id)
    missing = QuestionRow.state.not_in([state.value for state in HAD_NO_NEED])
    found = db.execute(asked.where(_within(QuestionRow.at, begin, end), missing).group_by(nearest))
    cells = _with_whole(Figure.UNMET, found)
    return cells | _by_field(db, Figure.UNMET_FIELD, cells)


def _by_field(db: Session, figure: Figure, entries: Cells) -> Cells:
    """Numbers of entries summed up by the topics that these have."""
    numbers = {part: count for (_, part), count in entries.items() if part}
    cells: Cells = {}
    for part in in_parts(list(numbers)):
        for entry_id, fields in db.execute(select(EntryRow.id, EntryRow.fields).where(EntryRow.id.in_(part))):
            for topic in fields.get("topics", ()):
                _add(cells, {(figure, topic): numbers[entry_id]})
    return cells


def _residents(db: Session, begin: datetime, end: datetime) -> Cells:
    newest = select(func.max(TurnRow.id)).where(_within(TurnRow.at, begin, end)).group_by(TurnRow.conversation_id)
    wrote = select(TurnRow.language, func.count()).where(TurnRow.id.in_(newest)).group_by(TurnRow.language)
    spoken = func.coalesce(ConversationRow.language, DEFAULT_LANGUAGE)
    # Who came on a day was seen on it or later: that is in an index.
    came = select(spoken, func.count()).where(
        ConversationRow.last_seen_at >= begin, _within(ConversationRow.created_at, begin, end)
    )
    new = _with_whole(Figure.NEW, db.execute(came.group_by(spoken)))
    return _with_whole(Figure.ACTIVE, db.execute(wrote)) | new


def _handover(db: Session, begin: datetime, end: datetime, office: Office) -> Cells:
    opened = _count(db, CaseRow.id, _within(CaseRow.opened_at, begin, end))
    cells: Cells = {(Figure.CASES, WHOLE): opened} if opened else {}
    answered = select(CaseRow.opened_at, CaseRow.answered_at).where(_within(CaseRow.answered_at, begin, end))
    for since, until in ((since, until) for since, until in db.execute(answered) if until):
        waited = time_open(office.hours, since, LocalTime(until, office.zone, office.region))
        minutes = str(round(waited.total_seconds() / 60))
        _add(cells, {(Figure.CASES_ANSWERED, WHOLE): 1, (Figure.WAITED, minutes): 1})
    return cells


def _meetings(db: Session, begin: datetime, end: datetime) -> Cells:
    told = select(DeliveryRow.event_id, DeliveryRow.version).where(
        DeliveryRow.kind == Kind.MOVED.value, _within(DeliveryRow.due_at, begin, end)
    )
    cancelled = (EventRow.state == EventState.CANCELLED.value, _within(EventRow.changed_at, begin, end))
    arrived = (
        _within(DeliveryRow.finished_at, begin, end),
        DeliveryRow.kind == Kind.REMINDER.value,
        DeliveryRow.state == DeliveryState.SENT.value,
    )
    counts = {
        Figure.SIGN_UPS: _count(db, RegistrationRow.id, _within(RegistrationRow.at, begin, end)),
        Figure.MOVED: len(db.execute(told.distinct()).all()),
        Figure.CANCELLED: _count(db, EventRow.id, *cancelled),
        Figure.REMINDERS: _count(db, DeliveryRow.id, *arrived),
    }
    return {(figure, WHOLE): count for figure, count in counts.items() if count}


def _notice(db: Session, row: BroadcastRow) -> Cells:
    counted, part = tallies.counts(db, row), str(row.id)
    return {
        (Figure.RECIPIENTS, part): sum(counted.values()),
        (Figure.ARRIVED, part): counted[DeliveryState.SENT.value],
        (Figure.STOPS, part): row.stops,
    }


def _seats(db: Session, events: Sequence[int]) -> dict[int, int]:
    """Event -> confirmed seats, as long as it is known who signed up."""
    found: dict[int, int] = {}
    for part in in_parts(events):
        seats = select(RegistrationRow.event_id, func.sum(RegistrationRow.seats)).where(
            RegistrationRow.event_id.in_(part), RegistrationRow.state == RegistrationState.CONFIRMED.value
        )
        found |= {event: int(count) for event, count in db.execute(seats.group_by(RegistrationRow.event_id))}
    return found


def _within(column: InstrumentedAttribute[Any], begin: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(column >= begin, column < end)


def _count(db: Session, what: Any, *conditions: ColumnElement[bool]) -> int:
    counted: Select[int] = select(func.count(what)).where(*conditions)
    return db.scalar(counted) or 0


def _cells(figure: Figure, found: Iterable[Any]) -> Cells:
    return {(figure, part): count for part, count in found}


def _with_whole(figure: Figure, found: Iterable[Any]) -> Cells:
    """Parts and their sum; nothing where there are none."""
    cells = _cells(figure, found)
    return cells | {(figure, WHOLE): sum(cells.values())} if cells else {}


def _add(cells: Cells, more: Cells) -> None:
    for key, count in more.items():
        cells[key] = cells.get(key, 0) + count
