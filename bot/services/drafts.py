"""Working drafts: changed or new entries that residents do not see yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.changes import merged, overlaps
from bot.domain.errors import NotFound, Overtaken
from bot.services import library, versions
from bot.storage.database import Lock, lock
from bot.storage.tables import EntryDraftRow, EntryRow
from knowledge.entry import DEFAULT_LANGUAGE, Entry
from knowledge.normalize import fold
from knowledge.record import read_record, write_record

LONGEST_ID = 60


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


def begin(db: Session, entry: Entry, once: str, author: str, now: datetime) -> Draft:
    """Begin a new entry under an id made of its German title; `once` names the form that it comes from.

    A form that comes twice, as a double click sends it, begins one entry.
    """
    lock(db, Lock.REVISION)
    if known := begun(db, once):
        return known
    taken = {*library.entry_ids(db), *(draft.entry.id for draft in listed(db))}
    named = replace(entry, id=new_id(entry.title[DEFAULT_LANGUAGE], taken))
    return save(db, named, 0, None, author, now, once)


def new_id(title: str, taken: Collection[str]) -> str:
    """An id made of a title: "Büro der Ämter" -> "buro-der-amter"."""
    name = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:LONGEST_ID].strip("-") or "eintrag"
    number = 1
    chosen = name
    while chosen in taken or chosen == "new":
        number += 1
        chosen = f"{name}-{number}"
    return chosen


def begun(db: Session, once: str) -> Draft | None:
    """The draft of a new entry that a form began, if it did."""
    row = db.scalar(select(EntryDraftRow).where(EntryDraftRow.begun_by == once)) if once else None
    return _draft(row) if row else None


def save(
    db: Session, entry: Entry, edition: int, base_hash: str | None, author: str, now: datetime, once: str | None = None
) -> Draft:
    """Save what somebody wrote; `edition` is the one that they began from, 0 where there was no draft.

    `base_hash` is the version of the published entry that a new draft begins from; `once` is that of `begin`.
    The same save a second time, as a double click sends it, changes nothing. Raises Overtaken where somebody else
    saved, published or threw away the draft meanwhile.
    """
    lock(db, Lock.REVISION)
    row = db.get(EntryDraftRow, entry.id, populate_existing=True)
    if row and (row.edition, row.author, row.record) == (edition + 1, author, write_record(entry)):
        return _draft(row)
    if (row.edition if row else 0) != edition:
        raise Overtaken("Somebody else has saved this entry meanwhile.")
    if row is None:
        row = EntryDraftRow(entry_id=entry.id, base_hash=base_hash, in_review=False, begun_by=once or None)
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
    """The entry as it is stored now, where it is not the one that the draft began from."""
    mark = db.scalar(select(EntryRow.content_hash).where(EntryRow.id == draft.entry.id))
    return library.find(db, draft.entry.id) if mark is not None and mark != draft.base_hash else None


def brought_up(db: Session, draft: Draft) -> Entry | None:
    """What a draft says together with what was published meanwhile; None where both changed the same part."""
    theirs, base = published_meanwhile(db, draft), _base(db, draft.entry.id, draft.base_hash)
    if theirs is None:
        return draft.entry
    if base and theirs.state is not base.state:
        return None  # publishing would undo it
    records = _record(base), write_record(theirs), write_record(draft.entry)
    return None if overlaps(*records) else read_record(merged(*records))


def take_over(db: Session, entry_id: str, edition: int, author: str, now: datetime) -> Draft:
    """Bring what was published meanwhile into a draft; where both changed the same part, the draft's stays.

    Raises NotFound, Overtaken.
    """
    row = _row(db, entry_id, edition)
    published = library.find(db, entry_id)
    row.record = merged(_record(_base(db, entry_id, row.base_hash)), write_record(published), row.record)
    row.base_hash, row.edition, row.author, row.at = library.version_of(published), edition + 1, author, now
    return _draft(row)


def publishable(db: Session, entry_id: str, edition: int) -> Entry:
    """What is about to be published: the draft, and whatever else was changed of the entry meanwhile.

    Raises NotFound, and Overtaken where the draft changed meanwhile, or the entry in what the draft changes too.
    """
    entry = brought_up(db, _draft(_row(db, entry_id, edition)))
    if entry is None:
        raise Overtaken("The entry has been changed since this draft was begun. Please take that over first.")
    return entry


def _row(db: Session, entry_id: str, edition: int) -> EntryDraftRow:
    lock(db, Lock.REVISION)
    row = db.get(EntryDraftRow, entry_id, populate_existing=True)
    if row is None:
        raise NotFound("draft", entry_id)
    if row.edition != edition:
        raise Overtaken("Somebody else has saved this entry meanwhile.")
    return row


def _base(db: Session, entry_id: str, base_hash: str | None) -> Entry | None:
    """What a draft began from; None for a new one."""
    base = versions.with_hash(db, entry_id, base_hash) if base_hash else None
    return base.entry if base else None


def _record(entry: Entry | None) -> Mapping[str, Any]:
    return write_record(entry) if entry else {}


def _draft(row: EntryDraftRow) -> Draft:
    return Draft(read_record(row.record), row.base_hash, row.edition, row.in_review, row.author, row.at)
