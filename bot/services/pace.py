"""One pace for all processes: whoever sends takes slots here first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.pace import Slots, next_slots
from bot.storage.database import insert
from bot.storage.tables import PaceRow


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a channel's messages go out."""

    channel: str
    per_second: float
    """Over all chats and all processes."""


def take(db: Session, rate: Rate, count: int, now: datetime) -> Slots:
    """Take the next `count` slots of a channel; nobody else gets them."""
    first = {"channel": rate.channel, "free_from": now}
    db.execute(insert(db, PaceRow).values(**first).on_conflict_do_nothing())
    row = db.scalars(select(PaceRow).where(PaceRow.channel == rate.channel).with_for_update()).one()
    slots = next_slots(row.free_from, count, rate.per_second, now)
    row.free_from = slots.until
    return slots


def hold(db: Session, channel: str, wait: timedelta, now: datetime) -> None:
    """Let nobody send for a while, because the channel asked for it."""
    paused = update(PaceRow).where(PaceRow.channel == channel, PaceRow.free_from < now + wait)
    db.execute(paused.values(free_from=now + wait))
