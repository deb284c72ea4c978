"""Notices that come again: written down, approved once, sent as broadcasts of their own, stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.domain.broadcasts import Audience, Broadcast, BroadcastState, Missing
from bot.domain.broadcasts import step as broadcasts_step
from bot.domain.errors import InvalidInput, NotFound, Overtaken, Refused
from bot.domain.events import Event
from bot.domain.messages import Reply
from bot.domain.quiet import Clock
from bot.domain.recurring import LeftOut, Recurring, RecurringState, Rhythm, Sending, last_day, sending, step
from bot.domain.series import Every
from bot.services import approving, audiences, broadcasts, notices
from bot.services.audiences import Plan, Preview
from bot.services.event_rows import event_of
from bot.services.notices import Rules
from bot.storage.tables import BroadcastRow, EventRow, RecurringRow

FORETOLD = 6
"""Sendings that staff see beforehand."""

MOST_SENDINGS = 50
"""Those that went out, on the page of a recurring notice."""

_MOMENT = timedelta(microseconds=1)

_UNFINISHED = (BroadcastState.SCHEDULED, BroadcastState.SENDING, BroadcastState.PAUSED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A recurring notice as its sender writes it down."""

    texts: Mapping[str, str]
    rhythm: Rhythm
    audience: Audience = field(default_factory=Audience)
    missing: Missing = Missing.FALL_BACK


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of a recurring notice."""

    coming: Sequence[Sending]
    """The next times, were it approved."""
    preview: Preview
    """Whom the next sending would go to now."""
    replies: Mapping[str, Reply]
    """Language -> as its readers get it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A recurring notice as somebody looks at it."""

    notice: Recurring
    foreseen: Foreseen
    sent: Sequence[Broadcast]
    """What became of its sendings, the newest first."""


def create(db: Session, draft: Draft, clock: Clock, now: datetime) -> Recurring:
    """Write a draft down. Raises InvalidInput, naming the field, where something cannot be right."""
    check(db, draft, clock.zone, now)
    row = RecurringRow(state=RecurringState.DRAFT.value, version=1, created_at=now)
    _fill(row, draft)
    db.add(row)
    db.flush()
    return of_row(row)


def edit(
    db: Session, number: int, draft: Draft, clock: Clock, now: datetime, *, version: int | None = None
) -> Recurring:
    """Write it anew; one that runs becomes a draft again, so that it is looked at again.

    `version` is the one that was changed. Raises NotFound, Overtaken where it has another by now, Refused at its end.
    """
    row = row_of(db, number)
    _check_version(row, version)
    check(db, draft, clock.zone, now)
    if row.state != RecurringState.DRAFT.value:
        row.state = step(RecurringState(row.state), RecurringState.DRAFT).value
    row.version, row.next_at, row.approved_at = row.version + 1, None, None
    _fill(row, draft)
    db.flush()
    return of_row(row)


def check(db: Session, draft: Draft, zone: ZoneInfo, now: datetime) -> None:
    """Raise InvalidInput, naming the field, where something of a draft cannot be right."""
    draft.rhythm.check()
    dates = _dates(db, draft.audience.event_id)
    if draft.rhythm.until is None and not dates:
        raise InvalidInput("say until when: a day, or an event with whose last date it ends", field="until")
    broadcasts.check(db, _plan(draft, None), now)
    if next(_moments(draft.rhythm, dates, zone, now), None) is None:
        raise InvalidInput("it would never be sent: no time of it is left", field="until" if not dates else "first")


def approve(
    db: Session, number: int, version: int | None, typed: int | None, cap: int, clock: Clock, now: datetime
) -> Recurring:
    """Approve all of its sendings at once, as they were looked at.

    Raises what `check` raises; Refused where it is no draft, or lacks a text that its sender wanted for everyone;
    Overtaken for another version; InvalidInput (count) where many would get it and their number was not typed.
    """
    row = row_of(db, number)
    _check_version(row, version)
    state = step(RecurringState(row.state), RecurringState.RUNNING)
    draft = draft_of(row)
    check(db, draft, clock.zone, now)
    seen = _foresee(db, draft, row.id, Rules(clock.zone, cap), now).preview
    approving.check_typed(seen.reachable, typed)
    if seen.missing and draft.missing is Missing.BLOCK:
        raise Refused("there is no text in {languages}", languages=", ".join(seen.missing))
    row.state, row.approved_at = state.value, now
    row.next_at = next(_moments(draft.rhythm, _dates(db, row.event_id), clock.zone, now))
    db.flush()
    return of_row(row)


def stop(db: Session, number: int, now: datetime) -> Recurring:
    """Send nothing of it any more; a sending that is under way stops too. A second time changes nothing."""
    row = row_of(db, number)
    if row.state == RecurringState.STOPPED.value:
        return of_row(row)
    row.state, row.next_at = step(RecurringState(row.state), RecurringState.STOPPED).value, None
    open_ones = [state.value for state in _UNFINISHED]
    mine = select(BroadcastRow.id).where(BroadcastRow.recurring_id == row.id, BroadcastRow.state.in_(open_ones))
    for sent in db.scalars(mine).all():
        broadcasts.cancel(db, sent, now)
    db.flush()
    return of_row(row)


def skip(db: Session, number: int, day: date, clock: Clock, now: datetime, *, is_skipped: bool = True) -> Recurring:
    """Send nothing on one day, or after all; what was approved stays approved. Raises Refused once it has ended."""
    row = row_of(db, number)
    if not of_row(row).is_open:
        raise Refused("it has ended")
    days = {date.fromisoformat(each) for each in row.skip}
    days = days | {day} if is_skipped else days - {day}
    row.skip, row.version = sorted(each.isoformat() for each in days), row.version + 1
    if row.next_at is not None:  # what has just fallen due is not forgotten
        _go_to_next(db, row, clock.zone, min(now, row.next_at - _MOMENT))
    db.flush()
    return of_row(row)


def find(db: Session, number: int) -> Recurring:
    """A recurring notice; raises NotFound."""
    return of_row(row_of(db, number, is_changed=False))


def listed(db: Session, after: int = 0, limit: int = 50) -> list[Recurring]:
    """All of them by their numbers, from the one after a number on."""
    rows = select(RecurringRow).where(RecurringRow.id > after).order_by(RecurringRow.id).limit(limit)
    return [of_row(row) for row in db.scalars(rows)]


def look(db: Session, number: int, rules: Rules, now: datetime) -> Seen:
    """When it goes out next, to whom, and what became of it so far; raises NotFound."""
    row = row_of(db, number, is_changed=False)
    rows = select(BroadcastRow).where(BroadcastRow.recurring_id == row.id).order_by(BroadcastRow.id.desc())
    sent = [broadcasts.find(db, each.id) for each in db.scalars(rows.limit(MOST_SENDINGS)).all()]
    return Seen(of_row(row), _foresee(db, draft_of(row), row.id, rules, now), sent)


def imagine(db: Session, draft: Draft, rules: Rules, now: datetime) -> Foreseen:
    """The same of what is being written; raises InvalidInput where something of it cannot be right."""
    check(db, draft, rules.zone, now)
    return _foresee(db, draft, None, rules, now)


def coming(db: Session, draft: Draft, zone: ZoneInfo, now: datetime, most: int = FORETOLD) -> list[Sending]:
    """The next times at which it falls due, or would if it were approved."""
    dates = _dates(db, draft.audience.event_id)
    moments = islice(_moments(draft.rhythm, dates, zone, now), most)
    return [sending(draft.rhythm, at, dates, zone) for at in moments]


def _foresee(db: Session, draft: Draft, number: int | None, rules: Rules, now: datetime) -> Foreseen:
    found = coming(db, draft, rules.zone, now)
    plan = _plan(draft, next((each.event for each in found if each.event), None), number)
    return Foreseen(found, audiences.preview(db, plan, now, rules.cap), notices.preview(db, plan, rules, now))


def is_any_due(db: Session, now: datetime) -> bool:
    """Whether the time of a recurring notice has come: one look into an index."""
    return db.scalar(_due(now).limit(1)) is not None


def put_due(db: Session, clock: Clock, now: datetime) -> None:
    """Plan a broadcast for each time that has come, which then goes the way of every other.

    What fell due while the program was off is sent if it is still of use. The next time is noted in the same
    transaction, so neither a restart nor another process sends it twice.
    """
    for row in db.scalars(_due(now).with_for_update(skip_locked=True)).all():
        while row.next_at is not None and row.next_at <= now:
            _put(db, row, row.next_at, clock, now)
            _go_to_next(db, row, clock.zone, row.next_at)
    db.flush()


def row_of(db: Session, number: int, *, is_changed: bool = True) -> RecurringRow:
    """The row of a recurring notice, locked where it `is_changed`; raises NotFound."""
    row = db.get(RecurringRow, number, with_for_update=is_changed, populate_existing=is_changed)
    if row is None:
        raise NotFound("recurring notice", number)
    return row


def of_row(row: RecurringRow) -> Recurring:
    """The recurring notice of a row."""
    draft = draft_of(row)
    return Recurring(
        id=row.id,
        state=RecurringState(row.state),
        texts=draft.texts,
        audience=draft.audience,
        rhythm=draft.rhythm,
        missing=draft.missing,
        version=row.version,
        next_at=row.next_at,
    )


def draft_of(row: RecurringRow) -> Draft:
    """What the sender wrote down."""
    rhythm = Rhythm(
        datetime.fromisoformat(row.local_first),
        Every(row.every),
        row.interval,
        row.until,
        frozenset(date.fromisoformat(day) for day in row.skip),
    )
    rule = Audience(tuple(row.topics), tuple(row.languages), row.event_id)
    return Draft(row.texts, rhythm, rule, Missing(row.missing))


def _due(now: datetime) -> Select[RecurringRow]:
    running = RecurringRow.state == RecurringState.RUNNING.value
    return select(RecurringRow).where(running, RecurringRow.next_at <= now).order_by(RecurringRow.next_at)


def _put(db: Session, row: RecurringRow, at: datetime, clock: Clock, now: datetime) -> None:
    """The broadcast of one time; where nothing is sent it says why, so that every time has its report."""
    due = sending(draft_of(row).rhythm, at, _dates(db, row.event_id), clock.zone)
    plan = replace(_plan(draft_of(row), due.event, row.id), send_at=at, not_after=due.until)
    why = due.left_out or _reason_to_leave_out(db, plan, clock, now)
    made = broadcasts.write_down(db, plan, now)
    if why:
        broadcasts.leave_out(made, why.value, now)
    else:
        approved = broadcasts_step(BroadcastState(made.state), BroadcastState.APPROVED)
        made.state, made.approved_at = broadcasts_step(approved, BroadcastState.SCHEDULED).value, row.approved_at


def _reason_to_leave_out(db: Session, plan: Plan, clock: Clock, now: datetime) -> LeftOut | None:
    allowed = clock.quiet.next_allowed(now) if clock.quiet else now
    if plan.not_after and allowed >= plan.not_after:
        return LeftOut.TOO_LATE
    seen = audiences.preview(db, plan, now)
    if not seen.audience:
        return LeftOut.NOBODY
    return LeftOut.REPEATED if seen.repeats else None


def _go_to_next(db: Session, row: RecurringRow, zone: ZoneInfo, after: datetime) -> None:
    row.next_at = next(_moments(draft_of(row).rhythm, _dates(db, row.event_id), zone, after), None)
    if row.next_at is None:
        row.state = step(RecurringState(row.state), RecurringState.ENDED).value


def _moments(rhythm: Rhythm, dates: Sequence[Event], zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The times at which it falls due after a moment; they end with the last date of its event."""
    last = last_day(dates, zone)
    if last is None and (dates or rhythm.until is None):
        return iter(())
    return rhythm.after(after, zone, last)


def _dates(db: Session, event_id: int | None) -> list[Event]:
    """All dates of the event that a notice is about, in order; none where it is about none."""
    row = db.get(EventRow, event_id) if event_id is not None else None
    if row is None or row.series is None:
        return [event_of(row)] if row else []
    rows = select(EventRow).where(EventRow.series == row.series).order_by(EventRow.starts_at)
    return [event_of(each) for each in db.scalars(rows)]


def _plan(draft: Draft, about: Event | None, number: int | None = None) -> Plan:
    """One sending of it; where it is about no date yet, it stands for all of them."""
    rule = replace(draft.audience, event_id=about.id) if about else draft.audience
    return Plan(draft.texts, rule, draft.missing, recurring_id=number)


def _fill(row: RecurringRow, draft: Draft) -> None:
    rule, rhythm = draft.audience, draft.rhythm
    row.texts, row.missing = dict(draft.texts), draft.missing.value
    row.topics, row.languages, row.event_id = list(rule.topics), list(rule.languages), rule.event_id
    row.local_first = rhythm.first.replace(microsecond=0).isoformat()
    row.every, row.interval = rhythm.every.value, rhythm.interval
    row.until, row.skip = rhythm.until, sorted(day.isoformat() for day in rhythm.skip)


def _check_version(row: RecurringRow, version: int | None) -> None:
    if version not in {None, row.version}:
        raise Overtaken("Somebody else has changed this notice meanwhile.")
