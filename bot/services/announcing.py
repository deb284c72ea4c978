"""An event becomes a notice in one step, and is known to have been announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.broadcasts import Audience, Broadcast, BroadcastState
from bot.domain.errors import Refused
from bot.domain.events import Event, EventState
from bot.services import broadcasts, events, topics
from bot.services.audiences import Plan
from bot.storage.tables import BroadcastRow
from bot.texts.catalog import offered
from bot.texts.event_notices import announcement
from bot.texts.events import Reader


@dataclass(frozen=True, slots=True)
class Announced:
    """A notice about an event."""

    id: int
    state: BroadcastState
    at: datetime | None
    """When it began, or is to; None for a draft without a time."""


def announce(db: Session, event_id: int, zone: ZoneInfo, now: datetime) -> Broadcast:
    """Write a draft about an event in all its languages, for those who subscribed to its topics.

    An event without topics is for those who subscribed to anything. Raises NotFound, Refused where there is nothing to
    announce any more, InvalidInput for one that residents cannot see.
    """
    event = events.find(db, event_id)
    if event.state is EventState.CANCELLED or event.has_begun(now):
        raise Refused("the event is cancelled, or has begun")
    texts = {code: announcement(event, Reader(code, zone, now)) for code in _languages(event)}
    wanted = event.topics or tuple(topic.id for topic in topics.all_topics(db))
    return broadcasts.create(db, Plan(texts, Audience(wanted, event_id=event.id)), now)


def announced(db: Session, event_id: int) -> list[Announced]:
    """The notices about an event, oldest first."""
    rows = db.scalars(select(BroadcastRow).where(BroadcastRow.event_id == event_id).order_by(BroadcastRow.id))
    return [Announced(row.id, BroadcastState(row.state), row.started_at or row.send_at) for row in rows]


def _languages(event: Event) -> list[str]:
    """Those that residents are answered in and the event has a word in."""
    written = {*event.title, *(event.description or {}), *(event.place or {})}
    return [code for code in offered() if code in written]
