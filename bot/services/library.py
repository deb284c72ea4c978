"""Entries in the database: find, put, change, archive, import and export, and what residents may see of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, selectinload

from bot.domain.errors import InvalidInput, NotFound, Overtaken, Refused
from bot.domain.translations import outdated, withheld, without
from bot.services import versions
from bot.services.audit import OPERATOR
from bot.storage.database import Lock, in_parts, lock
from bot.storage.tables import EntryDraftRow, EntryRow, FactRow, PhraseRow, WordingRow
from knowledge.entry import DEFAULT_LANGUAGE, Entry, FaultyFile, State
from knowledge.record import LOCAL_PHRASES, LOCAL_TEXTS, read_record, write_record

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted; what is empty does not matter."""

    kind: str = ""
    state: State | None = None


def find(db: Session, entry_id: str) -> Entry:
    """An entry, whatever its state; raises NotFound."""
    return _entry(_found(db, entry_id))


def put(db: Session, entry: Entry, author: str, now: datetime) -> bool:
    """Add an entry, or replace the one with its id; whether that is a change."""
    imported = import_entries(db, [entry], now, author)
    return not imported.unchanged


def change(db: Session, entry_id: str, changes: Mapping[str, Any], author: str, now: datetime) -> Entry:
    """Replace some fields of an entry, given as in its record; None clears one. Returns what came of it.

    Of fields by language, those languages change that are named; a plain text stands for the language `lang`.
    Raises NotFound, InvalidInput with the field at fault.
    """
    _one_at_a_time(db)
    record = _changed(write_record(find(db, entry_id)), changes)
    if record["id"] != entry_id:
        raise InvalidInput("The id of an entry stays as it is.", field="id")
    entry = checked(record)
    put(db, entry, author, now)
    return entry


def checked(record: Mapping[str, Any]) -> Entry:
    """The entry that a record describes; raises InvalidInput with the first field at fault."""
    try:
        return read_record(record)
    except FaultyFile as faulty:
        fault = faulty.faults[0]
        raise InvalidInput(fault.reason, field=fault.field) from faulty


def archive(db: Session, entry_id: str, author: str, now: datetime) -> None:
    """Take an entry from the residents, but keep it; raises NotFound."""
    change(db, entry_id, {"state": State.ARCHIVED.value}, author, now)


def bring_back(db: Session, entry_id: str, author: str, now: datetime) -> Entry:
    """Take an entry out of the archive, to where it was before; returns it.

    Raises NotFound, and Refused for one that is not archived.
    """
    _one_at_a_time(db)
    entry = find(db, entry_id)
    if entry.state is not State.ARCHIVED:
        raise Refused("This entry is not archived.")
    before = (version.entry.state for version in versions.history(db, entry_id))
    state = next((state for state in before if state is not State.ARCHIVED), State.DRAFT)
    return change(db, entry_id, {"state": state.value}, author, now)


def remove(db: Session, entry_id: str) -> None:
    """Delete an entry with its versions and its draft, for ever; raises NotFound. `archive` only hides it."""
    _one_at_a_time(db)
    db.delete(_found(db, entry_id))
    db.execute(delete(EntryDraftRow).where(EntryDraftRow.entry_id == entry_id))
    _raise_revision(db)


def listed(db: Session, after: str | None, limit: int, wanted: Wanted = Wanted()) -> list[Entry]:
    """The entries that are wanted, by id; those behind the one with the id `after`."""
    rows = _whole_entries().order_by(EntryRow.id).limit(limit)
    rows = rows.where(EntryRow.id > after) if after is not None else rows
    rows = rows.where(EntryRow.kind == wanted.kind) if wanted.kind else rows
    rows = rows.where(EntryRow.state == wanted.state.value) if wanted.state else rows
    return [_entry(row) for row in db.scalars(rows)]


def import_entries(
    db: Session,
    entries: Iterable[Entry],
    now: datetime,
    author: str = OPERATOR.name,
    *,
    compared_with: int | None = None,
) -> Imported:
    """Add new entries and replace those with a known id; others stay as they are. Each change is a new version.

    `compared_with` is the revision that they were compared with; raises Overtaken where it is another one by now.
    """
    _one_at_a_time(db)
    if compared_with is not None and revision(db) != compared_with:
        raise Overtaken("Somebody changed entries meanwhile. Please look at the list again.")
    given = [(entry, version_of(entry)) for entry in entries]
    known = _known(db, [entry.id for entry, _ in given])
    changes = [(entry, mark) for entry, mark in given if entry.id not in known or known[entry.id].content_hash != mark]
    numbers = versions.newest_numbers(db, known)
    for entry, mark in changes:
        if row := known.get(entry.id):
            since = outdated(_entry(row), entry, read_outdated(row.outdated), now)
            row.outdated = {code: moment.isoformat() for code, moment in since.items()} or None
            _clear(db, row, numbers)
            _fill(row, entry, mark, now)
        else:
            db.add(_fill(EntryRow(id=entry.id, created_at=now), entry, mark, now))
    db.flush()  # versions refer to their entries
    for entry, mark in changes:
        versions.keep(db, entry, mark, author, now, after=numbers.get(entry.id, 0))
    if changes:
        _raise_revision(db)
    added = tuple(entry.id for entry, _ in changes if entry.id not in known)
    changed = tuple(entry.id for entry, _ in changes if entry.id in known)
    return Imported(added, changed, len(given) - len(changes))


def _known(db: Session, entry_ids: Sequence[str]) -> dict[str, EntryRow]:
    return {
        row.id: row for ids in in_parts(entry_ids) for row in db.scalars(_whole_entries().where(EntryRow.id.in_(ids)))
    }


def _clear(db: Session, row: EntryRow, numbers: MutableMapping[str, int]) -> None:
    """Make room for what an entry says now; it has a version of what it said before."""
    if row.id not in numbers:  # stored before versions were kept
        versions.keep(db, _entry(row), row.content_hash, versions.UNKNOWN_AUTHOR, row.updated_at, after=0)
        numbers[row.id] = 1
    row.wordings.clear()
    row.phrases.clear()
    db.flush()  # the old phrases must be gone before new ones take their places


def all_entries(db: Session) -> list[Entry]:
    """Every entry, whatever its state, sorted by id."""
    return [_entry(row) for row in db.scalars(_whole_entries().order_by(EntryRow.id))]


def outdated_languages(db: Session) -> dict[str, dict[str, datetime]]:
    """Of each entry with texts older than its German one: since when, by language."""
    rows = select(EntryRow.id, EntryRow.outdated).where(EntryRow.state == State.PUBLISHED.value)
    return {entry_id: read_outdated(found) for entry_id, found in db.execute(rows) if found}


def as_shown(db: Session, entry: Entry, patience: timedelta, now: datetime) -> Entry:
    """An entry that is stored, without texts that have been older than the German one for longer than `patience`."""
    known = read_outdated(_found(db, entry.id).outdated)
    return without(entry, withheld(known, patience, now))


def read_outdated(stored: Mapping[str, str] | None) -> dict[str, datetime]:
    """Language -> since when, as an entry's row has it."""
    return {code: datetime.fromisoformat(moment) for code, moment in (stored or {}).items()}


def published_entries(db: Session) -> list[Entry]:
    """The entries residents may see, sorted by id; whether they are valid today is the caller's business."""
    published = _whole_entries().where(EntryRow.state == State.PUBLISHED.value).order_by(EntryRow.id)
    return [_entry(row) for row in db.scalars(published)]


def _found(db: Session, entry_id: str) -> EntryRow:
    row = db.scalar(_whole_entries().where(EntryRow.id == entry_id))
    if row is None:
        raise NotFound("entry", entry_id)
    return row


def _changed(record: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A record with some fields replaced; of fields by language, some languages."""
    given = dict(changes)
    language = str(given.pop("lang", None) or DEFAULT_LANGUAGE)
    for name in (*LOCAL_TEXTS, *LOCAL_PHRASES):
        value = given.get(name)
        if value is not None:
            by_language = value if isinstance(value, Mapping) else {language: value}
            given[name] = dict(record.get(name, {})) | dict(by_language)
    return record | given


def entry_ids(db: Session) -> list[str]:
    """The ids of every entry."""
    return list(db.scalars(select(EntryRow.id)))


def is_empty(db: Session) -> bool:
    """Whether no entry was ever put in."""
    return not db.scalar(select(func.count()).select_from(EntryRow))


def revision(db: Session) -> int:
    """A number that grows with every change of the knowledge or the town's facts, in whichever process it is made."""
    row = db.get(FactRow, REVISION, populate_existing=True)
    return int(row.value["number"]) if row else 0


def town_facts(db: Session) -> dict[str, Any]:
    """What the town says of itself, by name: see content/town.yaml."""
    return {row.name: row.value for row in db.scalars(select(FactRow)) if row.name != REVISION}


def put_town_facts(db: Session, facts: Mapping[str, Any]) -> None:
    """Set what the town says of itself; facts that are not named stay."""
    for name, value in facts.items():
        db.merge(FactRow(name=name, value=value))
    _raise_revision(db)


def _one_at_a_time(db: Session) -> None:
    """Wait until nobody else changes entries: else two would write the same version, or hide one's change."""
    lock(db, Lock.REVISION)


def _whole_entries() -> Select[EntryRow]:
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
