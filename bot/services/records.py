"""Entries as other programs bring them: as records, and only in the place of what the program has read."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import chain, count
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, Refused
from bot.domain.ids import id_of
from bot.services import library
from bot.storage.database import Lock, lock
from knowledge.entry import DEFAULT_LANGUAGE, Entry

LONGEST_MADE_ID = 60
"""Characters of an id that is made of a title."""


class Outdated(Refused):
    """Somebody else changed the entry meanwhile."""


def create(db: Session, record: Mapping[str, Any], author: str, now: datetime) -> Entry:
    """A new entry; a missing id is made of its title.

    Raises InvalidInput with the field at fault, Refused where there is an entry with this id.
    """
    lock(db, Lock.REVISION)
    known = set(library.entry_ids(db))
    if record.get("id") in (None, ""):
        record = {**record, "id": _id_of(record, known)}
    entry = _checked(record)
    if entry.id in known:
        raise Refused("There is an entry {name} already.", name=entry.id)
    library.put(db, entry, author, now)
    return entry


def change(
    db: Session, entry_id: str, changes: Mapping[str, Any], read: Collection[str] | None, author: str, now: datetime
) -> Entry:
    """Replace some fields, as `library.change` does; `read` are the versions that the program knows, None: any.

    Raises NotFound, Outdated, InvalidInput with the field at fault.
    """
    _expect(db, entry_id, read)
    _refuse_strange_numbers(changes)
    return _with_title(library.change(db, entry_id, changes, author, now))


def remove(db: Session, entry_id: str, read: Collection[str] | None) -> None:
    """Delete an entry for ever; raises NotFound, Outdated."""
    _expect(db, entry_id, read)
    library.remove(db, entry_id)


def _expect(db: Session, entry_id: str, read: Collection[str] | None) -> None:
    lock(db, Lock.REVISION)
    if read is not None and library.version_of(library.find(db, entry_id)) not in read:
        raise Outdated("Somebody changed the entry meanwhile. Read it again, then change it.")


def _checked(record: Mapping[str, Any]) -> Entry:
    _refuse_strange_numbers(record)
    return _with_title(library.checked(record))


def _with_title(entry: Entry) -> Entry:
    if not entry.title:
        raise InvalidInput("An entry needs a title.", field="title")
    return entry


def _refuse_strange_numbers(record: Mapping[str, Any]) -> None:
    """JSON as Python reads it knows numbers that JSON as others read it does not."""
    for name, value in record.items():
        if not _is_plain(value):
            raise InvalidInput("It is not a number that JSON knows.", field=ascii(name).strip("'"))


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return not isinstance(value, float) or math.isfinite(value)


def _id_of(record: Mapping[str, Any], taken: Collection[str]) -> str:
    """An id that nobody has, made of the German title or else the first."""
    title = record.get("title")
    texts = title if isinstance(title, Mapping) else {DEFAULT_LANGUAGE: title}
    given = str(texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), "") or "")
    word = id_of(given, LONGEST_MADE_ID) or "entry"
    return next(each for each in chain([word], (f"{word}-{number}" for number in count(2))) if each not in taken)
