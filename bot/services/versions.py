"""Entries as they once were: each stored change is a version, which never changes afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.storage.database import in_parts
from bot.storage.tables import EntryVersionRow
from knowledge.entry import Entry
from knowledge.record import read_record, write_record

UNKNOWN_AUTHOR = ""
"""Of what was stored before versions were kept."""


@dataclass(frozen=True, slots=True)
class Version:
    """An entry as it was stored once."""

    number: int
    """From 1, for each entry."""
    entry: Entry
    content_hash: str
    author: str
    at: datetime


def keep(db: Session, entry: Entry, content_hash: str, author: str, at: datetime, after: int) -> None:
    """Write down an entry as it is stored now; `after` is the number of its newest version, 0 where there is none."""
    db.add(
        EntryVersionRow(
            entry_id=entry.id,
            number=after + 1,
            content_hash=content_hash,
            record=write_record(entry),
            author=author,
            at=at,
        )
    )


def newest_numbers(db: Session, entry_ids: Iterable[str]) -> dict[str, int]:
    """The number of the newest version of each entry that has one."""
    newest = select(EntryVersionRow.entry_id, func.max(EntryVersionRow.number)).group_by(EntryVersionRow.entry_id)
    found = (db.execute(newest.where(EntryVersionRow.entry_id.in_(ids))) for ids in in_parts(list(entry_ids)))
    return {entry_id: number for rows in found for entry_id, number in rows}


def history(db: Session, entry_id: str, before: int | None = None, limit: int | None = None) -> list[Version]:
    """The versions of an entry, newest first; those before a number, at most so many."""
    rows = select(EntryVersionRow).where(EntryVersionRow.entry_id == entry_id)
    rows = rows.where(EntryVersionRow.number < before) if before is not None else rows
    return [_version(row) for row in db.scalars(rows.order_by(EntryVersionRow.number.desc()).limit(limit))]


def find(db: Session, entry_id: str, number: int) -> Version:
    """One version; raises NotFound."""
    row = db.scalar(
        select(EntryVersionRow).where(EntryVersionRow.entry_id == entry_id, EntryVersionRow.number == number)
    )
    if row is None:
        raise NotFound("version", f"{entry_id}/{number}")
    return _version(row)


def with_hash(db: Session, entry_id: str, content_hash: str) -> Version | None:
    """The newest version with a content hash: what a resident was shown, or what a draft began from."""
    row = db.scalar(
        select(EntryVersionRow)
        .where(EntryVersionRow.entry_id == entry_id, EntryVersionRow.content_hash == content_hash)
        .order_by(EntryVersionRow.number.desc())
        .limit(1)
    )
    return _version(row) if row else None


def _version(row: EntryVersionRow) -> Version:
    return Version(row.number, read_record(row.record), row.content_hash, row.author, row.at)
