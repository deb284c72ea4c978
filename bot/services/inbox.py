"""Messages are written down before their channel hears that they arrived: none is lost, none handled twice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage.database import keys_of
from bot.storage.keys import KeyFault
from bot.storage.tables import InboxRow

log = logging.getLogger(__name__)

KEEP_DONE = timedelta(days=2)
"""How long a done message's number is remembered; Telegram repeats unconfirmed updates for a day at most.

Source: Bot API, "Getting updates"."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is not done."""

    key: str
    content: str
    """The update as it came."""
    attempts: int
    """How often work on it began before."""


def store(db: Session, channel: str, key: str, content: str, now: datetime) -> bool:
    """Write a message down; False if it was here before."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"channel": channel, "update_key": key, "sealed_update": keys_of(db).seal(content), "received_at": now}
    written = insert(InboxRow).values(**row).on_conflict_do_nothing().returning(InboxRow.id)
    return db.scalar(written) is not None


def waiting(db: Session, channel: str) -> list[Waiting]:
    """The messages of a channel that are not done, in the order in which they came."""
    rows = db.scalars(
        select(InboxRow).where(InboxRow.channel == channel, InboxRow.done_at.is_(None)).order_by(InboxRow.id)
    )
    keys = keys_of(db)
    found: list[Waiting] = []
    for row in rows:
        try:
            found.append(Waiting(row.update_key, keys.open(row.sealed_update or b""), row.attempts))
        except KeyFault:
            # Sealed with a key that is gone: nobody can answer it any more, and it must not keep others waiting.
            log.exception("message %s cannot be read and is set aside", row.update_key)
    return found


def begin(db: Session, channel: str, key: str) -> int | None:
    """Note that work on a message begins; how many of its replies are out already, None if it is done."""
    row = _find(db, channel, key)
    if row is None or row.done_at is not None:
        return None
    row.attempts += 1
    return row.delivered


def delivered(db: Session, channel: str, key: str, count: int) -> None:
    """Note that the first `count` replies to a message went out."""
    if row := _find(db, channel, key):
        row.delivered = count


def done(db: Session, channel: str, key: str, now: datetime) -> None:
    """The message is answered: its text goes, its number stays for a while so that a repeat is recognised."""
    db.execute(
        update(InboxRow)
        .where(InboxRow.channel == channel, InboxRow.update_key == key)
        .values(sealed_update=None, done_at=now)
    )


def forget_done(db: Session, now: datetime) -> int:
    """Delete what was done long ago; returns how many."""
    old = delete(InboxRow).where(InboxRow.done_at < now - KEEP_DONE).returning(InboxRow.id)
    return len(db.scalars(old).all())


def _find(db: Session, channel: str, key: str) -> InboxRow | None:
    return db.scalar(select(InboxRow).where(InboxRow.channel == channel, InboxRow.update_key == key))
