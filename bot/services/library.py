"""Entries in the database: import, export, and what residents may see of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.storage.database import Lock, lock
from bot.storage.tables import EntryRow, FactRow, PhraseRow, WordingRow
from knowledge.entry import Entry, State
from knowledge.record import read_record, write_record

PHRASING, KEYWORD = "phrasing", "keyword"
REVISION = "revision"

_SEPARATE = ("id", "kind", "state", "title", "text", "phrasings", "keywords")
"""Fields of a record that have columns or tables of their own."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed."""

    added: tuple[str, ...]
    """Ids of the entries."""
    changed: tuple[str, ...]
    unchanged: int


def import_entries(db: Session, entries: Iterable[Entry], now: datetime) -> Imported:
    """Add new entries and replace those with a known id; others stay as they are."""
    added: list[str] = []
    changed: list[str] = []
    unchanged = 0
    known = {row.id: row for row in db.scalars(_whole_entries())}
    for entry in entries:
        mark = version_of(entry)
        row = known.get(entry.id)
        if row is None:
            db.add(_fill(EntryRow(id=entry.id, created_at=now), entry, mark, now))
            added.append(entry.id)
        elif row.content_hash != mark:
            row.wordings.clear()
            row.phrases.clear()
            db.flush()  # the old phrases must be gone before new ones take their places
            _fill(row, entry, mark, now)
            changed.append(entry.id)
        else:
            unchanged += 1
    if added or changed:
        _raise_revision(db)
    return Imported(tuple(added), tuple(changed), unchanged)


def all_entries(db: Session) -> list[Entry]:
    """Every entry, whatever its state, sorted by id."""
    return [_entry(row) for row in db.scalars(_whole_entries().order_by(EntryRow.id))]


def published_entries(db: Session) -> list[Entry]:
    """The entries residents may see, sorted by id; whether they are valid today is the caller's business."""
    published = _whole_entries().where(EntryRow.state == State.PUBLISHED.value).order_by(EntryRow.id)
    return [_entry(row) for row in db.scalars(published)]


def entry_ids(db: Session) -> list[str]:
    """The ids of every entry."""
    return list(db.scalars(select(EntryRow.id)))


def is_empty(db: Session) -> bool:
    """Whether no entry was ever put in."""
    return not db.scalar(select(func.count()).select_from(EntryRow))


def revision(db: Session) -> int:
    """A number that grows with every change of the knowledge or the town's facts, in whichever process it is made."""
    row = db.get(FactRow, REVISION)
    return int(row.value["number"]) if row else 0


def town_facts(db: Session) -> dict[str, Any]:
    """What the town says of itself, by name: see content/town.yaml."""
    return {row.name: row.value for row in db.scalars(select(FactRow)) if row.name != REVISION}


def put_town_facts(db: Session, facts: Mapping[str, Any]) -> None:
    """Set what the town says of itself; facts that are not named stay."""
    for name, value in facts.items():
        db.merge(FactRow(name=name, value=value))
    _raise_revision(db)


def _whole_entries() -> Any:
    return select(EntryRow).options(selectinload(EntryRow.wordings), selectinload(EntryRow.phrases))


def _raise_revision(db: Session) -> None:
    # Two processes that read the same number would hide one of their changes from all others.
    lock(db, Lock.REVISION)
    row = db.get(FactRow, REVISION, populate_existing=True)
    if row is None:
        db.add(FactRow(name=REVISION, value={"number": 1}))
    else:
        row.value = {"number": int(row.value["number"]) + 1}


def _fill(row: EntryRow, entry: Entry, mark: str, now: datetime) -> EntryRow:
    record = write_record(entry)
    row.kind, row.state, row.content_hash, row.updated_at = entry.kind, entry.state.value, mark, now
    row.fields = {name: value for name, value in record.items() if name not in _SEPARATE}
    row.wordings = [
        WordingRow(language=language, title=entry.title.get(language), text=entry.text.get(language))
        for language in dict.fromkeys([*entry.title, *entry.text])
    ]
    row.phrases = [
        PhraseRow(language=language, role=role, position=position, text=text)
        for role, phrases in ((PHRASING, entry.phrasings), (KEYWORD, entry.keywords))
        for language, texts in phrases.items()
        for position, text in enumerate(texts)
    ]
    return row


def _entry(row: EntryRow) -> Entry:
    record = dict(row.fields) | {"id": row.id, "kind": row.kind, "state": row.state}
    record["title"] = {wording.language: wording.title for wording in row.wordings if wording.title}
    record["text"] = {wording.language: wording.text for wording in row.wordings if wording.text}
    record["phrasings"] = _by_language(phrase for phrase in row.phrases if phrase.role == PHRASING)
    record["keywords"] = _by_language(phrase for phrase in row.phrases if phrase.role == KEYWORD)
    return read_record(record)


def _by_language(phrases: Iterable[PhraseRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        found.setdefault(phrase.language, []).append(phrase.text)
    return found


def version_of(entry: Entry) -> str:
    """The hash of all that an entry says; tells its versions apart."""
    content: Sequence[Any] = [write_record(entry), entry.state.value]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
