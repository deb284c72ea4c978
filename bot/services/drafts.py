"""Working drafts: changed or new entries that residents do not see yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.changes import merged
from bot.domain.errors import NotFound, Overtaken
from bot.services import library, versions
from bot.storage.database import Lock, lock
from bot.storage.tables import EntryDraftRow, EntryRow
from knowledge.entry import Entry
from knowledge.record import read_record, write_record


@dataclass(frozen=True, slots=True)
class Draft:
    """A changed or new entry that residents do not see."""

    entry: Entry
    base_hash: str | None
    """The version of the published entry that it began from; None for a new one."""
    edition: int
    """Grows with each save."""
    in_review: bool
    author: str
    """Who saved it last."""
    at: datetime


def find(db: Session, entry_id: str) -> Draft | None:
    """The draft of an entry, if there is one."""
    row = db.get(EntryDraftRow, entry_id)
    return _draft(row) if row else None


def listed(db: Session) -> list[Draft]:
    """Every draft, by id."""
    return [_draft(row) for row in db.scalars(select(EntryDraftRow).order_by(EntryDraftRow.entry_id))]


def save(db: Session, entry: Entry, edition: int, base_hash: str | None, author: str, now: datetime) -> Draft:
    """Save what somebody wrote; `edition` is the one that they began from, 0 where there was no draft.

    `base_hash` is the version of the published entry that a new draft begins from.
    Raises Overtaken where somebody else saved, published or threw away the draft meanwhile.
    """
    lock(db, Lock.REVISION)
    row = db.get(EntryDraftRow, entry.id)
    if (row.edition if row else 0) != edition:
        raise Overtaken("Somebody else has saved this entry meanwhile.")
    if row is None:
        row = EntryDraftRow(entry_id=entry.id, base_hash=base_hash, in_review=False)
        db.add(row)
    row.record, row.edition, row.author, row.at = write_record(entry), edition + 1, author, now
    return _draft(row)


def discard(db: Session, entry_id: str, edition: int) -> None:
    """Throw a draft away; raises NotFound, Overtaken."""
    db.delete(_row(db, entry_id, edition))


def hand_in(db: Session, entry_id: str, edition: int, *, in_review: bool = True) -> None:
    """Ask a colleague to look at a draft, or take that back; raises NotFound, Overtaken."""
    _row(db, entry_id, edition).in_review = in_review


def published_meanwhile(db: Session, draft: Draft) -> Entry | None:
    """The entry as residents see it now, where it is not the one that the draft began from."""
    mark = db.scalar(select(EntryRow.content_hash).where(EntryRow.id == draft.entry.id))
    return library.find(db, draft.entry.id) if mark is not None and mark != draft.base_hash else None


def take_over(db: Session, entry_id: str, edition: int, author: str, now: datetime) -> Draft:
    """Bring what was published meanwhile into a draft; where both changed the same part, the draft's stays.

    Raises NotFound, Overtaken.
    """
    row = _row(db, entry_id, edition)
    published = library.find(db, entry_id)
    base = versions.with_hash(db, entry_id, row.base_hash) if row.base_hash else None
    row.record = merged(_record(base.entry if base else None), _record(published), row.record)
    row.base_hash, row.edition, row.author, row.at = library.version_of(published), edition + 1, author, now
    return _draft(row)


def publishable(db: Session, entry_id: str, edition: int) -> Draft:
    """The draft that is about to be published.

    Raises NotFound, and Overtaken where it or the published entry changed meanwhile.
    """
    draft = _draft(_row(db, entry_id, edition))
    if published_meanwhile(db, draft):
        raise Overtaken("The entry has been changed since this draft was begun. Please take that over first.")
    return draft


def _row(db: Session, entry_id: str, edition: int) -> EntryDraftRow:
    lock(db, Lock.REVISION)
    row = db.get(EntryDraftRow, entry_id, populate_existing=True)
    if row is None:
        raise NotFound("draft", entry_id)
    if row.edition != edition:
        raise Overtaken("Somebody else has saved this entry meanwhile.")
    return row


def _record(entry: Entry | None) -> Mapping[str, Any]:
    return write_record(entry) if entry else {}


def _draft(row: EntryDraftRow) -> Draft:
    return Draft(read_record(row.record), row.base_hash, row.edition, row.in_review, row.author, row.at)
