"""What refers to an entry, and which other entries are like it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from bot.services.catalogue import digits
from bot.storage.tables import BroadcastRow, EntryRow, EventRow, WordingRow
from knowledge.entry import DEFAULT_LANGUAGE, Entry, State
from knowledge.normalize import fold

ALIKE = 80
"""Per cent of likeness from which two titles may mean the same."""


@dataclass(frozen=True, slots=True)
class Link:
    """Something that refers to an entry."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Links:
    """All that refers to one entry."""

    contact: tuple[Link, ...]
    """Entries that name it as the place to call or visit."""
    related: tuple[Link, ...]
    """Entries that name it as what residents may want next."""
    events: tuple[Link, ...]
    broadcasts: tuple[Link, ...]
    """Notices about those events."""

    def __bool__(self) -> bool:
        return bool(self.contact or self.related or self.events or self.broadcasts)


def to(db: Session, entry_id: str) -> Links:
    """What refers to an entry."""
    # The fields stand in the database as JSON text; what only looks like the id is sorted out below.
    mentions = cast(EntryRow.fields, Text).contains(json.dumps(entry_id), autoescape=True)
    rows = db.execute(select(EntryRow.id, EntryRow.fields).where(mentions).order_by(EntryRow.id)).all()
    titles = german_titles(db, [name for name, _ in rows])
    events = db.execute(
        select(EventRow.id, EventRow.title).where(EventRow.entry_id == entry_id).order_by(EventRow.id.desc())
    ).all()
    notices = select(BroadcastRow.id, BroadcastRow.texts).where(BroadcastRow.event_id.in_([row.id for row in events]))

    def named(field: str) -> tuple[Link, ...]:
        return tuple(Link(name, titles.get(name) or name) for name, fields in rows if entry_id in fields.get(field, ()))

    return Links(
        named("contact"),
        named("related"),
        tuple(Link(str(row.id), _german(row.title)) for row in events),
        tuple(Link(str(row.id), _german(row.texts)) for row in db.execute(notices.order_by(BroadcastRow.id.desc()))),
    )


@dataclass(frozen=True, slots=True)
class Twin:
    """An entry that may be the same as another."""

    id: str
    title: str
    same: tuple[str, ...]
    """What is alike: title, phone, address."""


def twins(db: Session, entry: Entry, limit: int = 5) -> list[Twin]:
    """Entries, archived ones too, that may be the same as this one, most alike first."""
    fields = EntryRow.fields
    rows = select(EntryRow.id, WordingRow.title, fields["phone"], fields["address"]).outerjoin(
        WordingRow, (WordingRow.entry_id == EntryRow.id) & (WordingRow.language == DEFAULT_LANGUAGE)
    )
    title = fold(entry.title.get(DEFAULT_LANGUAGE, ""))
    numbers = {digits(phone.number) for phone in entry.phones} - {""}
    address = fold(entry.address or "")
    found: list[Twin] = []
    for name, other_title, phones, other_address in db.execute(rows.where(EntryRow.id != entry.id)):
        alike = {
            "title": bool(title) and _alike(title, fold(other_title or "")),
            "phone": bool(numbers & set(_numbers(phones))),
            "address": bool(address) and address == fold(other_address or ""),
        }
        if same := tuple(part for part, is_alike in alike.items() if is_alike):
            found.append(Twin(name, other_title or name, same))
    return sorted(found, key=lambda twin: ("title" not in twin.same, -len(twin.same), twin.id))[:limit]


def _alike(title: str, other: str) -> bool:
    """Whether two titles may mean the same: similar words, or all words of one stand in the other."""
    one, two = set(title.split()), set(other.split())
    is_within = bool(other) and (one <= two or two <= one)
    return is_within or fuzz.token_sort_ratio(title, other) >= ALIKE


def german_titles(db: Session, entry_ids: Iterable[str]) -> dict[str, str]:
    """The German title of each entry that has one."""
    rows = select(WordingRow.entry_id, WordingRow.title).where(
        WordingRow.entry_id.in_(list(entry_ids)), WordingRow.language == DEFAULT_LANGUAGE
    )
    return {name: title for name, title in db.execute(rows) if title}


def missing(db: Session, entry_ids: Iterable[str]) -> list[str]:
    """Those of some ids that no entry has which is not archived."""
    wanted = list(dict.fromkeys(entry_ids))
    rows = select(EntryRow.id).where(EntryRow.id.in_(wanted), EntryRow.state != State.ARCHIVED.value)
    known = set(db.scalars(rows))
    return [name for name in wanted if name not in known]


def _numbers(phones: Any) -> list[str]:
    if isinstance(phones, str):
        return [digits(phones)]
    return [digits(phone["number"]) for phone in phones or ()]


def _german(texts: dict[str, str]) -> str:
    return texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), "")
