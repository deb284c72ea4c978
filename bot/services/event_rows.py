"""From the row of an event to the event, for all services that need one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.events import Event, EventState, Help
from bot.domain.leads import read_lead
from bot.storage.tables import EventRow


def row_of(db: Session, event_id: int, *, is_changed: bool = False) -> EventRow:
    """The row of an event, locked and read anew where it `is_changed`; raises NotFound."""
    row = db.get(EventRow, event_id, with_for_update=is_changed, populate_existing=is_changed)
    if row is None:
        raise NotFound("event", event_id)
    return row


def locked(db: Session, event_id: int) -> Event:
    """An event as it is when it is our turn: one process at a time gives away its seats, moves it or plans reminders.

    Raises NotFound.
    """
    return event_of(row_of(db, event_id, is_changed=True))


def event_of(row: EventRow) -> Event:
    """The event of a row."""
    return Event(
        id=row.id,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at if row.local_end else None,
        state=EventState(row.state),
        version=row.version,
        description=row.description or None,
        place=row.place or None,
        address=row.address,
        participation=row.participation,
        capacity=row.capacity,
        topics=tuple(row.topics),
        help=tuple(map(Help, row.help)),
        leads=tuple(map(read_lead, row.leads)),
        entry_id=row.entry_id,
        series=row.series,
    )
