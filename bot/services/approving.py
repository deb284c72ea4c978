"""What staff look at before a broadcast goes out, and the approval of exactly that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.errors import InvalidInput, Refused
from bot.domain.messages import Attachment, Reply
from bot.services import attachments, audiences, broadcasts, notices, tallies
from bot.services.audiences import Plan, Preview
from bot.services.notices import Rules
from bot.storage.tables import BroadcastRow
from knowledge.entry import DEFAULT_LANGUAGE

TYPED_ABOVE = 100
"""Of so many residents a person types the number, so that it is meant."""

LISTED = 25
"""Broadcasts of one page."""

SHOWN = "web"
"""The channel that shows an attachment by its address, as the console does."""

RUNNING = (BroadcastState.SENDING, BroadcastState.PAUSED)


@dataclass(frozen=True, slots=True)
class Line:
    """A broadcast in the list."""

    broadcast: Broadcast
    created_at: datetime
    is_overdue: bool
    is_withdrawn: bool


def approve(
    db: Session,
    broadcast_id: int,
    version: int,
    typed: int | None,
    cap: int,
    now: datetime,
    *,
    may_repeat: bool = False,
) -> Broadcast:
    """Approve a draft as it was looked at: its version, and the number of those who would get it.

    Raises what `broadcasts.approve` raises; Overtaken for another version; InvalidInput (count) where above TYPED_ABOVE
    the number was not typed, or is another by now.
    """
    row = broadcasts.row_of(db, broadcast_id)
    broadcasts.check_version(row, version)
    reachable = audiences.preview(db, broadcasts.plan_of(row), now, cap).reachable
    if not reachable:
        raise Refused("nobody would get it now")
    check_typed(reachable, typed)
    return broadcasts.approve(db, broadcast_id, now, may_repeat=may_repeat)


def check_typed(reachable: int, typed: int | None) -> None:
    """Raise InvalidInput (count) where so many would get something that their number is to be typed, and was not."""
    if reachable > TYPED_ABOVE and typed != reachable:
        raise InvalidInput("Please type {count}: so many residents get it.", field="count", count=reachable)


def newest(db: Session, state: BroadcastState | None, before: int | None, now: datetime) -> tuple[list[Line], bool]:
    """Broadcasts, newest first: a page of those before a number, and whether there are more.

    Only what is being sent is counted: of the others the list tells how many it was approved for.
    """
    rows = select(BroadcastRow).order_by(BroadcastRow.id.desc()).limit(LISTED + 1)
    rows = rows.where(BroadcastRow.state == state.value) if state else rows
    rows = rows.where(BroadcastRow.id < before) if before is not None else rows
    found = db.scalars(rows).all()
    return [_line(db, row, now) for row in found[:LISTED]], len(found) > LISTED


def _line(db: Session, row: BroadcastRow, now: datetime) -> Line:
    is_running = BroadcastState(row.state) in RUNNING
    broadcast = broadcasts.of_row(row, tallies.counts(db, row) if is_running else {})
    is_late = row.send_at is not None and row.send_at < now - broadcasts.OVERDUE
    return Line(broadcast, row.created_at, row.state == BroadcastState.SCHEDULED.value and is_late, row.is_withdrawn)


@dataclass(frozen=True, slots=True)
class Seen:
    """A broadcast as somebody looks at it before it goes out."""

    broadcast: Broadcast
    preview: Preview
    replies: Mapping[str, Reply]
    """Language -> as its readers get it."""
    attachment: Attachment | None


def look(db: Session, broadcast_id: int, rules: Rules, now: datetime) -> Seen:
    """Whom a broadcast would go to now, and how it looks; raises NotFound."""
    plan = broadcasts.planned(db, broadcast_id)
    return Seen(
        broadcasts.find(db, broadcast_id),
        audiences.preview(db, plan, now, rules.cap),
        notices.preview(db, plan, rules, now),
        attachments.of(db, broadcast_id, DEFAULT_LANGUAGE, SHOWN),
    )


def imagine(db: Session, plan: Plan, rules: Rules, now: datetime) -> tuple[Preview, Mapping[str, Reply]]:
    """The same of what is being written; raises InvalidInput where something of it cannot be right."""
    broadcasts.check(db, plan, now)
    return audiences.preview(db, plan, now, rules.cap), notices.preview(db, plan, rules, now)
