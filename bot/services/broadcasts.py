"""Notices to many: drafted, approved, scheduled, sent, stopped, corrected, reported."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.attachments import check_alternative
from bot.domain.broadcasts import Audience, Broadcast, BroadcastState, Missing, check_texts, has_changed, step
from bot.domain.deliveries import OPEN, DeliveryState, Kind
from bot.domain.errors import InvalidInput, NotFound, Overtaken, Refused
from bot.domain.events import EventState
from bot.services import outbox, tallies, topics
from bot.services.audiences import Plan, Preview, audience, preview, text_hash
from bot.services.outbox import Message
from bot.storage.tables import AttachmentRow, BroadcastRow, DeliveryRow, EventRow
from bot.texts.catalog import offered

OVERDUE = timedelta(minutes=5)
"""A send that is so late is reported."""

EVENT_CANCELLED = "its event was cancelled"
NOBODY_REACHED = "nobody could be written to"


def check(db: Session, plan: Plan, now: datetime) -> None:
    """Raise InvalidInput, naming the field, where something of a plan cannot be right."""
    if plan.not_after and plan.not_after <= max(now, plan.send_at or now):
        raise InvalidInput("it would be too late before it is sent", field="not_after")
    check_texts(plan.texts, offered(), has_event=plan.audience.event_id is not None)
    topics.check_known(db, plan.audience.topics, "topics")
    if unknown := [code for code in plan.audience.languages if code not in offered()]:
        raise InvalidInput("{names}: nobody is written to in that", field="languages", names=", ".join(unknown))
    for name, number in (("event_id", plan.audience.event_id), ("without_event_id", plan.audience.without_event_id)):
        event = db.get(EventRow, number) if number is not None else None
        if number is not None and event is None:
            raise InvalidInput("there is no event {number}", field=name, number=number)
        if event and event.state == EventState.DRAFT.value:
            reason = "event {number} is a draft, which residents cannot see"
            raise InvalidInput(reason, field=name, number=number)


def create(db: Session, plan: Plan, now: datetime) -> Broadcast:
    """Write a draft down. Raises InvalidInput, naming the field, where something cannot be right."""
    check(db, plan, now)
    return find(db, write_down(db, plan, now).id)


def write_down(db: Session, plan: Plan, now: datetime) -> BroadcastRow:
    """The row of a new draft, whose plan is known to be right."""
    row = BroadcastRow(state=BroadcastState.DRAFT.value, version=1, created_at=now, reason="", settled={})
    row.is_withdrawn, row.settled_languages, row.stops = False, {}, 0
    row.recurring_id = plan.recurring_id
    _fill(row, plan)
    db.add(row)
    db.flush()
    return row


def edit(db: Session, broadcast_id: int, plan: Plan, now: datetime, *, version: int | None = None) -> Broadcast:
    """Write a draft anew; one that waits for its start becomes a draft again, so that it is looked at again.

    `version` is the one that was changed. Raises Refused where it has begun, Overtaken where it has another one by now.
    """
    row = row_of(db, broadcast_id)
    check_version(row, version)
    check(db, plan, now)
    if row.started_at:
        raise Refused("it has begun; only what was delivered of it can be corrected")
    if row.state != BroadcastState.DRAFT.value:
        row.state, row.approved_at = step(BroadcastState(row.state), BroadcastState.DRAFT).value, None
        row.reason = ""
    row.version += 1
    _fill(row, plan)
    db.flush()
    return find(db, row.id)


def check_version(row: BroadcastRow, version: int | None) -> None:
    """Raise Overtaken where a broadcast has another version than the one that somebody looked at, if that is given."""
    if version not in {None, row.version}:
        raise Overtaken("Somebody else has changed this notice meanwhile.")


def approve(db: Session, broadcast_id: int, now: datetime, *, may_repeat: bool = False) -> Broadcast:
    """Approve a draft and send it when its time has come, now if it names none.

    Raises Refused where it is no draft, would reach nobody, lacks a text that its sender wanted for everyone, or says
    again what was said within a day and that is not meant; InvalidInput where it would be too late.
    """
    row = row_of(db, broadcast_id)
    state = step(BroadcastState(row.state), BroadcastState.APPROVED)
    plan = plan_of(row)
    check(db, plan, now)
    if attachment := db.get(AttachmentRow, row.id):
        check_alternative(attachment.alternative, row.texts)
    seen = preview(db, plan, now)
    if not seen.audience:
        raise Refused("nobody would get it: no resident subscribed to this")
    _check_lacking(row, seen)
    if seen.repeats and not may_repeat:
        raise Refused("some of them got the same text within the last 24 hours; say so if that is meant")
    row.approved_at, row.approved_size = now, seen.audience
    is_later = row.send_at is not None and row.send_at > now
    row.state = state.value
    row.state = step(state, BroadcastState.SCHEDULED if is_later else BroadcastState.SENDING).value
    if not is_later:
        _start(db, row, now)
    db.flush()
    return find(db, row.id)


def send(db: Session, plan: Plan, now: datetime, *, may_repeat: bool = False) -> Broadcast:
    """Write a notice down and approve it; raises what these two raise."""
    return approve(db, create(db, plan, now).id, now, may_repeat=may_repeat)


def is_any_due(db: Session, now: datetime) -> bool:
    """Whether a broadcast is to begin, or has nothing left to send."""
    scheduled = and_(BroadcastRow.state == BroadcastState.SCHEDULED.value, BroadcastRow.send_at <= now)
    return db.scalar(select(BroadcastRow.id).where(or_(scheduled, _is_done())).limit(1)) is not None


def start_due(db: Session, now: datetime) -> list[int]:
    """Begin what is scheduled for now; returns the numbers of these broadcasts.

    What is not as it was approved is paused instead: many more or fewer would get it, or a text is missing. What is
    about an event that was cancelled meanwhile is cancelled with it.
    """
    due = select(BroadcastRow).where(BroadcastRow.state == BroadcastState.SCHEDULED.value, BroadcastRow.send_at <= now)
    rows = db.scalars(due.with_for_update(skip_locked=True)).all()
    begun: list[int] = []
    for row in rows:
        if _is_off(db, row):
            leave_out(row, EVENT_CANCELLED, now)
            continue
        row.reason = _reason_to_wait(db, row, now)
        then = BroadcastState.PAUSED if row.reason else BroadcastState.SENDING
        row.state = step(BroadcastState.SCHEDULED, then).value
        if not row.reason:
            _start(db, row, now)
            begun.append(row.id)
    return begun


def leave_out(row: BroadcastRow, reason: str, now: datetime) -> None:
    """End what is planned without sending it."""
    row.state = step(BroadcastState(row.state), BroadcastState.CANCELLED).value
    row.reason, row.finished_at = reason, now


def _is_off(db: Session, row: BroadcastRow) -> bool:
    """Whether the event that a broadcast is about was cancelled meanwhile."""
    event = db.get(EventRow, row.event_id) if row.event_id is not None else None
    return event is not None and event.state == EventState.CANCELLED.value


def _reason_to_wait(db: Session, row: BroadcastRow, now: datetime) -> str:
    """Why what was approved earlier should not begin before a person has looked at it again; empty: it may."""
    seen = preview(db, plan_of(row), now)
    if row.approved_size is not None and has_changed(row.approved_size, seen.audience):
        return f"it was approved for {row.approved_size} residents and would go to {seen.audience} now"
    lacking = _lacking(row, seen)
    return f"there is no text in {', '.join(lacking)}" if lacking else ""


def _check_lacking(row: BroadcastRow, seen: Preview) -> None:
    if lacking := _lacking(row, seen):
        raise Refused("there is no text in {languages}", languages=", ".join(lacking))


def _lacking(row: BroadcastRow, seen: Preview) -> tuple[str, ...]:
    """The languages in which a text is missing that the sender wanted for everyone."""
    return seen.missing if row.missing == Missing.BLOCK.value else ()


def cancel(db: Session, broadcast_id: int, now: datetime) -> Broadcast:
    """Stop a broadcast: whoever was not written to yet never will be. Raises Refused where it has ended.

    One that is cancelled already stays so.
    """
    row = row_of(db, broadcast_id)
    if row.state == BroadcastState.CANCELLED.value:
        return find(db, row.id)
    row.state = step(BroadcastState(row.state), BroadcastState.CANCELLED).value
    row.finished_at = now
    queued = update(DeliveryRow).where(
        DeliveryRow.broadcast_id == row.id, DeliveryRow.state == DeliveryState.QUEUED.value
    )
    db.execute(queued.values(state=DeliveryState.CANCELLED.value, finished_at=now))
    db.flush()
    return find(db, row.id)


def go_on(db: Session, broadcast_id: int, now: datetime) -> Broadcast:
    """Go on with a broadcast that was paused, or begin it; what failed is tried again. Raises Refused else."""
    row = row_of(db, broadcast_id)
    then = step(BroadcastState(row.state), BroadcastState.SENDING)
    if row.started_at is None:
        _check_lacking(row, preview(db, plan_of(row), now))
        _start(db, row, now)
    if row.not_after and row.not_after <= now:
        raise Refused("it would be too late before it is sent")
    row.state, row.reason, row.alerted_at = then.value, "", None
    again = update(DeliveryRow).where(
        DeliveryRow.broadcast_id == row.id,
        DeliveryRow.kind == Kind.BROADCAST.value,
        DeliveryRow.state.in_((DeliveryState.FAILED.value, DeliveryState.QUEUED.value)),
    )
    queued = {"state": DeliveryState.QUEUED.value, "due_at": now, "reason": "", "finished_at": None}
    until = row.not_after or now + outbox.TOO_LATE
    db.execute(again.values(**queued, not_after=until))
    db.flush()
    return find(db, row.id)


def find(db: Session, broadcast_id: int) -> Broadcast:
    """A broadcast with its counts; raises NotFound."""
    row = db.get(BroadcastRow, broadcast_id)
    if row is None:
        raise NotFound("broadcast", broadcast_id)
    return of_row(row, tallies.counts(db, row))


def of_row(row: BroadcastRow, reached: dict[str, int]) -> Broadcast:
    """The broadcast of a row, with how many deliveries are in which state."""
    return Broadcast(
        id=row.id,
        state=BroadcastState(row.state),
        texts=row.texts,
        audience=plan_of(row).audience,
        missing=Missing(row.missing),
        version=row.version,
        send_at=row.send_at,
        not_after=row.not_after,
        is_urgent=row.is_urgent,
        started_at=row.started_at,
        finished_at=row.finished_at,
        reason=row.reason,
        approved_size=row.approved_size,
        reached=reached,
        recurring_id=row.recurring_id,
    )


def listed(db: Session, after: int = 0, limit: int = 50) -> list[Broadcast]:
    """All broadcasts by their numbers, from the one after a number on."""
    numbers = select(BroadcastRow.id).where(BroadcastRow.id > after).order_by(BroadcastRow.id).limit(limit)
    return [find(db, number) for number in db.scalars(numbers).all()]


def stuck(db: Session, now: datetime) -> list[Broadcast]:
    """Broadcasts that wait for a person whom nobody has told: paused, or minutes late to begin."""
    late = and_(BroadcastRow.state == BroadcastState.SCHEDULED.value, BroadcastRow.send_at < now - OVERDUE)
    held = BroadcastRow.state == BroadcastState.PAUSED.value
    numbers = select(BroadcastRow.id).where(or_(late, held), BroadcastRow.alerted_at.is_(None))
    return [find(db, number) for number in db.scalars(numbers.order_by(BroadcastRow.id)).all()]


def note_alert(db: Session, broadcast_id: int, now: datetime) -> None:
    """Note that staff were told that a broadcast waits for them."""
    row_of(db, broadcast_id).alerted_at = now


def finish(db: Session, now: datetime) -> list[int]:
    """End the broadcasts of which nothing is left to send; returns their numbers."""
    rows = db.scalars(select(BroadcastRow).where(_is_done()).with_for_update(skip_locked=True)).all()
    for row in rows:
        counts = tallies.counts(db, row)
        reached = counts[DeliveryState.SENT.value] + counts[DeliveryState.UNKNOWN.value]
        if not reached and _is_off(db, row):
            leave_out(row, EVENT_CANCELLED, now)
            continue
        ended = BroadcastState.SENT if reached else BroadcastState.FAILED
        row.state, row.finished_at = step(BroadcastState.SENDING, ended).value, now
        if not reached:
            row.reason = NOBODY_REACHED
    return [row.id for row in rows]


def _is_done() -> ColumnElement[bool]:
    """Whether a broadcast is being sent and nothing of it is left."""
    waiting = exists().where(
        DeliveryRow.broadcast_id == BroadcastRow.id,
        DeliveryRow.state.in_([state.value for state in OPEN]),
        DeliveryRow.kind == Kind.BROADCAST.value,
    )
    return and_(BroadcastRow.state == BroadcastState.SENDING.value, ~waiting)


def planned(db: Session, broadcast_id: int) -> Plan:
    """What the sender wrote down; raises NotFound."""
    row = db.get(BroadcastRow, broadcast_id)
    if row is None:
        raise NotFound("broadcast", broadcast_id)
    return plan_of(row)


def plan_of(row: BroadcastRow) -> Plan:
    """What the sender wrote down."""
    rule = Audience(tuple(row.topics), tuple(row.languages), row.event_id, row.without_event_id)
    return Plan(row.texts, rule, Missing(row.missing), row.send_at, row.not_after, row.is_urgent, row.recurring_id)


def _start(db: Session, row: BroadcastRow, now: datetime) -> None:
    """Freeze the audience: one delivery for each of them."""
    row.started_at = now
    message = Message(
        kind=Kind.BROADCAST,
        subject=f"broadcast/{row.id}",
        due_at=now,
        not_after=row.not_after,
        keeps_quiet=not row.is_urgent,
        event_id=row.event_id,
        broadcast_id=row.id,
        version=row.version,
    )
    outbox.put(db, message, audience(plan_of(row).audience))


def _fill(row: BroadcastRow, plan: Plan) -> None:
    rule = plan.audience
    row.texts, row.text_hash = dict(plan.texts), text_hash(plan.texts)
    row.topics, row.languages = list(rule.topics), list(rule.languages)
    row.event_id, row.without_event_id = rule.event_id, rule.without_event_id
    row.missing, row.is_urgent = plan.missing.value, plan.is_urgent
    row.send_at, row.not_after = plan.send_at, plan.not_after


def row_of(db: Session, broadcast_id: int) -> BroadcastRow:
    """The row of a broadcast, locked; raises NotFound."""
    row = db.get(BroadcastRow, broadcast_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("broadcast", broadcast_id)
    return row
