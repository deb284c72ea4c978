"""One pace for all processes: whoever sends takes slots here first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.pace import Slots, Window, next_slots
from bot.storage.database import insert
from bot.storage.tables import PaceRow


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a channel's messages go out; one object for all that send in this process."""

    channel: str
    per_second: float
    """Over all chats and all processes."""
    window: Window = field(default_factory=Window, compare=False, repr=False)
    """What this process sent within the last second."""

    def wait(self, now: datetime) -> timedelta:
        """How long the next message must wait even though its slot has come; zero or less: it may leave."""
        return self.window.wait(max(1, int(self.per_second)), now)


def free_from(db: Session, rate: Rate, now: datetime) -> datetime:
    """When the next slot of a channel begins, for who takes none yet."""
    known = db.scalar(select(PaceRow.free_from).where(PaceRow.channel == rate.channel))
    return next_slots(known, 0, rate.per_second, now).begin


def take(db: Session, rate: Rate, count: int, now: datetime) -> Slots:
    """Take the next `count` slots of a channel; nobody else gets them."""
    known = select(PaceRow).where(PaceRow.channel == rate.channel).with_for_update()
    row = db.scalars(known).one_or_none()
    if row is None:
        first = {"channel": rate.channel, "free_from": now}
        db.execute(insert(db, PaceRow).values(**first).on_conflict_do_nothing())
        row = db.scalars(known).one()
    slots = next_slots(row.free_from, count, rate.per_second, now)
    row.free_from = slots.until
    return slots


def hold(db: Session, channel: str, wait: timedelta, now: datetime) -> None:
    """Let nobody send for a while, because the channel asked for it."""
    paused = update(PaceRow).where(PaceRow.channel == channel, PaceRow.free_from < now + wait)
    db.execute(paused.values(free_from=now + wait))
