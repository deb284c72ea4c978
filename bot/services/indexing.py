"""The published knowledge of a moment, ready for questions, built apart from the process that talks to residents."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.town import Town
from bot.services import library
from knowledge.entry import Entry
from knowledge.index import Index, build_index, build_shelf, by_language, fingerprint
from knowledge.match import match
from knowledge.pack import pack, unpack
from knowledge.shelf import Shelf

log = logging.getLogger(__name__)

NEWEST_KEPT = 40
"""Shelves that stay in the cache: all languages of a few versions, so that going back to one is instant."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a snapshot is made of, as the database had it at one moment."""

    revision: int
    entries: Sequence[Entry]
    """Published ones."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What residents are answered from. Immutable: a change makes a new one."""

    revision: int
    day: date
    """The local day whose valid entries these are."""
    entries: Mapping[str, Entry]
    """By id; published and valid."""
    index: Index
    town: Town

    def contacts(self, entry: Entry | None) -> list[Entry]:
        """Whom to call about an entry; the town's office where it names nobody, and where there is no entry."""
        named = [self.entries[name] for name in entry.contact if name in self.entries] if entry else []
        office = self.entries.get(self.town.office or "")
        if named or (entry and (entry.phones or entry.address)) or office is None:
            return named
        return [office]


def material(db: Session) -> Material:
    """What there is to make a snapshot of."""
    return Material(library.revision(db), library.published_entries(db), library.town_facts(db))


def snapshot(given: Material, day: date, zone: ZoneInfo, shelves: ShelfCache) -> Snapshot:
    """The snapshot of a day, its shelves taken from the cache where nothing they are made of has changed."""
    current = [entry for entry in given.entries if entry.is_current(day)]
    ready = [shelves.shelf(language, entries) for language, entries in by_language(current).items()]
    shelves.tidy()
    index = build_index(current, ready)
    match(index, "?")  # loads the rules and word lists now, not with the first resident's question
    return Snapshot(given.revision, day, {entry.id: entry for entry in current}, index, _town(given.facts, zone))


def build_apart(language: str, entries: Sequence[Entry]) -> bytes:
    """Build in a process of its own, which gives its memory back and leaves this one free to answer."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as apart:
        return apart.submit(packed_shelf, language, list(entries)).result()


def packed_shelf(language: str, entries: Sequence[Entry]) -> bytes:
    """Build a shelf here and now, and pack it."""
    return pack(build_shelf(language, entries))


@dataclass(slots=True)
class ShelfCache:
    """Shelves: the newest of each language in memory, earlier ones as files of a folder, named by fingerprint."""

    folder: Path
    build: Callable[[str, Sequence[Entry]], bytes] = build_apart
    """Makes a packed shelf; the default takes a process of its own."""
    _held: dict[str, Shelf] = field(default_factory=dict)

    def shelf(self, language: str, entries: Sequence[Entry]) -> Shelf:
        """The shelf of these entries: the one in memory, the one in the folder, or a new one."""
        mark = fingerprint(language, entries)
        held = self._held.get(language)
        shelf = held if held and held.fingerprint == mark else self._load(mark)
        if shelf is None:
            packed = self.build(language, entries)
            self._save(mark, packed)
            shelf = unpack(packed)
        self._held[language] = shelf
        return shelf

    def tidy(self) -> None:
        """Delete shelves that have not been used for long."""
        files = sorted(self.folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[NEWEST_KEPT:]:
            file.unlink(missing_ok=True)

    def _load(self, mark: str) -> Shelf | None:
        file = self.folder / f"{mark}.npz"
        try:
            data = file.read_bytes()
            shelf = unpack(data)
            os.utime(file)
        except FileNotFoundError:
            return None
        except ValueError:
            log.warning("the cached shelf %s is damaged and will be built anew", mark)
            return None
        return shelf

    def _save(self, mark: str, packed: bytes) -> None:
        """Write the file whole or not at all; without a cache the next start is slower, nothing else."""
        draft = self.folder / f"{mark}.{os.getpid()}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(packed)
            draft.replace(self.folder / f"{mark}.npz")
        except OSError as fault:
            log.warning("the search index cannot be cached: %s", fault.strerror)
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def _town(facts: Mapping[str, Any], zone: ZoneInfo) -> Town:
    return Town(
        zone=zone,
        name=facts.get("name", {}),
        area=facts.get("area", {}),
        greeting=facts.get("greeting", {}),
        examples={code: tuple(texts) for code, texts in facts.get("examples", {}).items()},
        office=facts.get("office", {}).get("entry"),
    )
