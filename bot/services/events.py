"""Events in the database: written, moved, cancelled, found."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, Overtaken, Refused
from bot.domain.events import DEFAULT_LEADS, USUAL_LENGTH, YEARS, Event, EventState, Help, on_the_clock
from bot.domain.leads import Lead
from bot.domain.quiet import Clock
from bot.domain.series import Repeat, occurrences
from bot.services import meetings, reminders, topics
from bot.services.event_rows import event_of, row_of
from bot.storage.tables import EventRow

MOST_LISTED = 100

INTO_THE_NIGHT = timedelta(hours=6)
"""After midnight: what ends until then is not listed for that day, unless it begins on it."""

ASK_AFTER = timedelta(days=3)
"""When the office is asked how many came to a meeting, if nobody has noted it."""

ASK_UNTIL = timedelta(days=30)
"""How long that still makes sense; of older meetings nobody knows any more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as staff write it down."""

    title: Mapping[str, str]
    starts_at: datetime
    """Without an offset it is what the town's wall clock shows."""
    ends_at: datetime | None = None
    description: Mapping[str, str] | None = None
    place: Mapping[str, str] | None = None
    address: str | None = None
    participation: bool = False
    capacity: int | None = None
    topics: tuple[str, ...] = ()
    help: tuple[Help, ...] = ()
    leads: tuple[Lead, ...] = DEFAULT_LEADS
    entry_id: str | None = None
    state: EventState = EventState.PUBLISHED


def create(db: Session, draft: Draft, clock: Clock, now: datetime, repeat: Repeat | None = None) -> list[Event]:
    """Write down a new event, or all events of a rule; in the order of their days.

    Raises InvalidInput, naming the field, where something cannot be right.
    """
    _check(db, draft)
    if draft.state is EventState.CANCELLED:
        raise InvalidInput("a new event is a draft or published", field="state")
    if repeat is None:
        return [_add(db, draft, None, clock, now)]
    first = _local(draft.starts_at, clock.zone)
    length = _local(draft.ends_at, clock.zone) - first if draft.ends_at else None
    series = secrets.token_hex(8)
    days = [
        replace(draft, starts_at=day, ends_at=None if length is None else day + length)
        for day in occurrences(first, repeat)
    ]
    return [_add(db, day, series, clock, now) for day in days]


def change(
    db: Session,
    event_id: int,
    changes: Mapping[str, Any],
    clock: Clock,
    now: datetime,
    *,
    version: int | None = None,
    whole_series: bool = False,
) -> Event:
    """Change fields of an event, named as those of a Draft; everyone who knows another time or place is told.

    With another start alone it lasts as long as before. `version` is the one that the changes were made to. With
    `whole_series` the later events of its series change in the same way, and move as far on the wall clock; whoever
    counts on several of them gets one message.

    Raises NotFound, InvalidInput where a value cannot be right, Refused where the event cannot be changed any more,
    Overtaken where it has another version by now.
    """
    row = row_of(db, event_id, is_changed=True)
    _check_version(row, version)
    others = _later(db, row) if whole_series else []
    before = _draft_of(row)
    done = [_change(db, row, changes, clock, now)]
    for other in others:
        if other.state != EventState.CANCELLED.value:
            done.append(_change(db, other, _likewise(before, _draft_of(row), other, clock.zone), clock, now))
    meetings.after_change(db, [pair for pair in done if pair[0] != pair[1]], clock.quiet, now)
    return event_of(row)


def _change(db: Session, row: EventRow, changes: Mapping[str, Any], clock: Clock, now: datetime) -> tuple[Event, Event]:
    """Change one event without telling anybody; what it was and what it is."""
    before = event_of(row)
    if before.state is EventState.CANCELLED:
        raise Refused("the event is cancelled and stays as it is; write a new one")
    if before.is_over(now):
        raise Refused("the event is over")
    draft = replace(_draft_of(row), **changes)
    if draft.state is EventState.CANCELLED:
        raise Refused("an event is cancelled by a call of its own, which tells everyone")
    if before.state is EventState.PUBLISHED and draft.state is EventState.DRAFT:
        raise Refused("the event is published; cancel it, so that everyone who knows of it is told")
    _check(db, draft)
    if before.ends_at and "starts_at" in changes and "ends_at" not in changes:
        draft = replace(draft, ends_at=_end_as_long(before.starts_at, before.ends_at, draft.starts_at, clock.zone))
    _fill(row, draft, clock.zone)
    after = event_of(row)
    if after.starts_at != before.starts_at and after.starts_at <= now:
        raise InvalidInput("an event cannot be moved into the past", field="starts_at")
    if after != before:
        row.version, row.changed_at = row.version + 1, now
        db.flush()
        reminders.replan(db, event_of(row), clock, now)
    return before, event_of(row)


def cancel(
    db: Session, event_id: int, now: datetime, *, whole_series: bool = False, version: int | None = None
) -> list[Event]:
    """Cancel an event, or those of its series from it on; everyone who is coming is told once.

    An event that is cancelled already stays so; `version` is the one that was looked at.
    Raises NotFound, Refused where the event is over, Overtaken where it has another version by now.
    """
    row = row_of(db, event_id, is_changed=True)
    _check_version(row, version)
    if event_of(row).is_over(now) and row.state != EventState.CANCELLED.value:
        raise Refused("the event is over")
    if row.state == EventState.DRAFT.value:
        raise Refused("it is a draft, of which nobody knows; there is nothing to cancel")
    rows = [row, *(_later(db, row) if whole_series else [])]
    off = [each for each in rows if each.state == EventState.PUBLISHED.value]
    for each in off:
        each.state, each.version, each.changed_at = EventState.CANCELLED.value, each.version + 1, now
    db.flush()
    meetings.after_cancelling(db, [event_of(each) for each in off], now)
    return [event_of(each) for each in rows if each.state != EventState.DRAFT.value]


def _later(db: Session, row: EventRow) -> Sequence[EventRow]:
    """The later events of a series, in order, locked."""
    later = select(EventRow).where(EventRow.series == row.series, EventRow.starts_at > row.starts_at)
    return db.scalars(later.order_by(EventRow.starts_at, EventRow.id).with_for_update()).all() if row.series else []


def _likewise(before: Draft, after: Draft, other: EventRow, zone: ZoneInfo) -> dict[str, Any]:
    """What changed of an event, for another one of its series: moved as far, lasting as long where that changed."""
    changed = {each.name for each in fields(Draft) if getattr(after, each.name) != getattr(before, each.name)}
    changes = {name: getattr(after, name) for name in changed - {"starts_at", "ends_at"}}
    start = _local(event_of(other).starts_at, zone) + (_local(after.starts_at, zone) - _local(before.starts_at, zone))
    if "starts_at" in changed:
        changes["starts_at"] = start
    if _length(before, zone) != (length := _length(after, zone)):
        changes["ends_at"] = start + length if length else None
    return changes


def _length(draft: Draft, zone: ZoneInfo) -> timedelta | None:
    """How long an event lasts on the wall clock; None where nobody knows."""
    return _local(draft.ends_at, zone) - _local(draft.starts_at, zone) if draft.ends_at else None


def find(db: Session, event_id: int) -> Event:
    """An event, whatever its state; raises NotFound."""
    return event_of(row_of(db, event_id))


def published(db: Session, event_id: int, *, is_locked: bool = False) -> Event | None:
    """An event that residents may see; cancelled ones are shown as such. None where there is none.

    `is_locked` keeps it as it is until the end of the transaction.
    """
    row = db.get(EventRow, event_id, with_for_update=is_locked, populate_existing=is_locked)
    return event_of(row) if row and row.state != EventState.DRAFT.value else None


def upcoming(db: Session, now: datetime, begin: datetime | None = None, end: datetime | None = None) -> list[Event]:
    """Published events that are not over, earliest first; those that fall between `begin` and `end`, if given."""
    wanted = select(EventRow).where(EventRow.state == EventState.PUBLISHED.value, EventRow.ends_at > now)
    if begin:  # what runs past midnight belongs to the day before, what lasts for days to each of them
        wanted = wanted.where(or_(EventRow.starts_at >= begin, EventRow.ends_at > begin + INTO_THE_NIGHT))
    if end:
        wanted = wanted.where(EventRow.starts_at < end)
    rows = db.scalars(wanted.order_by(EventRow.starts_at, EventRow.id).limit(MOST_LISTED))
    return [event_of(row) for row in rows]


def listed(db: Session, after: int = 0, limit: int = MOST_LISTED) -> list[Event]:
    """All events by their numbers, from the one after a number on."""
    rows = db.scalars(select(EventRow).where(EventRow.id > after).order_by(EventRow.id).limit(limit))
    return [event_of(row) for row in rows]


def for_calendars(db: Session, now: datetime, *, past: timedelta = timedelta(days=30)) -> list[Event]:
    """What a public calendar shows: published and cancelled events, those of the last weeks too."""
    shown = (EventState.PUBLISHED.value, EventState.CANCELLED.value)
    rows = select(EventRow).where(EventRow.state.in_(shown), EventRow.ends_at > now - past)
    return [event_of(row) for row in db.scalars(rows.order_by(EventRow.starts_at, EventRow.id))]


def note_outcome(db: Session, event_id: int, attendance: int | None, summary: Mapping[str, str], now: datetime) -> int:
    """Note how many came, and tell those who were registered what came of it, once; returns how many are told.

    Raises NotFound, Refused before the event has begun and where it did not take place, InvalidInput for a number below
    zero.
    """
    row = row_of(db, event_id, is_changed=True)
    event = event_of(row)
    if event.state is not EventState.PUBLISHED:
        raise Refused("the event is {state}: it did not take place", state=event.state.value)
    if not event.has_begun(now):
        raise Refused("the event has not begun")
    if attendance is not None and attendance < 0:
        raise InvalidInput("it cannot be less than 0", field="attendance")
    row.attendance = attendance if attendance is not None else row.attendance
    row.summary = dict(summary) or row.summary
    if not row.summary or row.summary_sent_at:
        return 0
    row.summary_sent_at = now
    db.flush()
    return meetings.tell_summary(db, event, now)


def without_outcome(db: Session, now: datetime) -> list[Event]:
    """Participation meetings that are over and of which nobody noted how many came, the latest first."""
    rows = db.scalars(_without_outcome(now).order_by(EventRow.ends_at.desc(), EventRow.id).limit(MOST_LISTED))
    return [event_of(row) for row in rows]


def to_ask_about(db: Session, now: datetime) -> list[Event]:
    """Those of them about which the office is to be asked now; `note_question` says that it was."""
    rows = _without_outcome(now - ASK_AFTER).where(EventRow.nudged_at.is_(None), EventRow.ends_at > now - ASK_UNTIL)
    return [event_of(row) for row in db.scalars(rows.order_by(EventRow.ends_at, EventRow.id).limit(MOST_LISTED))]


def note_question(db: Session, event_id: int, now: datetime) -> None:
    """Note that the office was asked what came of an event, which is done once."""
    row_of(db, event_id, is_changed=True).nudged_at = now


def count_opening(db: Session, event_id: int) -> None:
    """Count that a link to an event was followed; not by whom."""
    row = db.get(EventRow, event_id)
    if row:
        row.opened += 1


def _add(db: Session, draft: Draft, series: str | None, clock: Clock, now: datetime) -> Event:
    row = EventRow(version=1, series=series, created_at=now, changed_at=now, opened=0, summary={})
    _fill(row, draft, clock.zone)
    if row.ends_at <= now:
        raise InvalidInput("the event would be over already", field="starts_at")
    db.add(row)
    db.flush()
    reminders.replan(db, event_of(row), clock, now)
    return event_of(row)


def _check_version(row: EventRow, version: int | None) -> None:
    if version not in {None, row.version}:
        raise Overtaken("Somebody else has changed this event meanwhile.")


def _check(db: Session, draft: Draft) -> None:
    if not any(text.strip() for text in draft.title.values()):
        raise InvalidInput("an event needs a title", field="title")
    if draft.capacity is not None and draft.capacity < 1:
        raise InvalidInput("it must be at least 1; leave it out where everyone has room", field="capacity")
    topics.check_known(db, draft.topics, "topics")
    for name, moment in (("starts_at", draft.starts_at), ("ends_at", draft.ends_at)):
        if moment and moment.year not in YEARS:
            raise InvalidInput("{year} is no year that can be planned", field=name, year=moment.year)


def _fill(row: EventRow, draft: Draft, zone: ZoneInfo) -> None:
    start = on_the_clock(draft.starts_at, zone, "starts_at").replace(microsecond=0)
    end = on_the_clock(draft.ends_at, zone, "ends_at").replace(microsecond=0) if draft.ends_at else None
    if end and end <= start:
        raise InvalidInput("the end must come after the start", field="ends_at")
    row.state = draft.state.value
    row.title, row.description, row.place = dict(draft.title), dict(draft.description or {}), dict(draft.place or {})
    row.address, row.entry_id = draft.address, draft.entry_id
    row.zone = zone.key
    row.starts_at, row.ends_at = start, end or start + USUAL_LENGTH
    row.local_start = _local(start, zone).isoformat()
    row.local_end = _local(end, zone).isoformat() if end else None
    row.participation, row.capacity = draft.participation, draft.capacity
    row.topics, row.help = list(draft.topics), [each.value for each in draft.help]
    row.leads = list(dict.fromkeys(map(str, draft.leads)))


def _without_outcome(now: datetime) -> Select[EventRow]:
    held = select(EventRow).where(EventRow.state == EventState.PUBLISHED.value, EventRow.participation)
    return held.where(EventRow.ends_at <= now, EventRow.attendance.is_(None))


def _end_as_long(start: datetime, end: datetime, new_start: datetime, zone: ZoneInfo) -> datetime:
    """The end after a new start, as long after it on the wall clock as it was."""
    return _local(new_start, zone) + (_local(end, zone) - _local(start, zone))


def _draft_of(row: EventRow) -> Draft:
    event = event_of(row)
    return Draft(
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        description=event.description,
        place=event.place,
        address=event.address,
        participation=event.participation,
        capacity=event.capacity,
        topics=event.topics,
        help=event.help,
        leads=event.leads,
        entry_id=event.entry_id,
        state=event.state,
    )


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) if moment.tzinfo else moment
