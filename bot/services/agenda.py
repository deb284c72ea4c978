"""What the moment brings by itself: reminders, scheduled broadcasts, offers that run out, what dead processes left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.quiet import Clock
from bot.services import breaker, broadcasts, outbox, recurring, registrations, reminders


def is_anything_due(db: Session, now: datetime) -> bool:
    """Whether there is something to do: a few looks into indexes, however much lies in the tables."""
    return (
        reminders.is_any_due(db, now)
        or recurring.is_any_due(db, now)
        or broadcasts.is_any_due(db, now)
        or outbox.is_any_left_behind(db, now)
        or bool(registrations.with_old_offers(db, now))
    )


def do_what_is_due(db: Session, clock: Clock, now: datetime) -> None:
    """Do it; whatever another process does meanwhile is not done twice."""
    breaker.after_deliveries(db, outbox.recover(db, now), (), now)
    reminders.queue_due(db, clock.quiet, now)
    recurring.put_due(db, clock, now)
    broadcasts.start_due(db, now)
    broadcasts.finish(db, now)
    registrations.expire_offers(db, registrations.with_old_offers(db, now), clock.quiet, now)
