"""The published knowledge of a moment, ready for questions, built apart from the process that talks to residents."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain import actions
from bot.domain.errors import EnquiryError
from bot.domain.holidays import NORTH_RHINE_WESTPHALIA
from bot.domain.menu import Menu, build_menu
from bot.domain.town import Section, Town
from bot.domain.translations import PATIENCE, withheld, without
from bot.services import library
from knowledge.entry import Entry
from knowledge.index import PROVISIONAL, Index, assemble, build_shelf, by_language, fingerprint, is_provisional
from knowledge.match import match
from knowledge.normalize import fold, words
from knowledge.pack import pack, unpack
from knowledge.shelf import Shelf

log = logging.getLogger(__name__)

NEWEST_KEPT = 40
"""Shelves that stay in the cache: all languages of a few versions, so that going back to one is instant."""


QUARTER = frozenset({"viertel", "quartier", "stadtteil", "ort", "quarter", "neighbourhood", "neighborhood", "area"})
"""How the quarter is called besides its name."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a snapshot is made of, as the database had it at one moment."""

    revision: int
    entries: Sequence[Entry]
    """Published ones."""
    facts: Mapping[str, Any]
    outdated: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    """Of entries with texts older than their German ones: since when, by language."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What residents are answered from. Immutable: a change makes a new one."""

    revision: int
    day: date
    """The local day whose valid entries these are."""
    entries: Mapping[str, Entry]
    """By id; published and valid, as residents get them."""
    index: Index
    town: Town
    marks: Mapping[str, str] = field(default_factory=dict)
    """The short name that a button carries -> the id of the entry."""
    names: frozenset[str] = frozenset()
    """Words of titles, in lower case: they name offices and places, not persons."""
    places: frozenset[str] = frozenset()
    """Words for the quarter itself, folded: "what is on in Westerfilde" asks for no other place."""
    withheld: Mapping[str, Entry] = field(default_factory=dict)
    """By id, as they are written: entries of which residents do not get every text, for it is older than the German."""
    _menus: dict[str, Menu] = field(default_factory=dict, compare=False, repr=False)

    def menu(self, language: str) -> Menu:
        """The menu in a language, made when it is first asked for."""
        if language not in self._menus:
            self._menus[language] = build_menu(self.entries.values(), self.town.sections, language)
        return self._menus[language]

    @property
    def is_provisional(self) -> bool:
        """Whether a shelf of it has not learned its newest entries yet."""
        return any(map(is_provisional, self.index.shelves.values()))

    @property
    def written(self) -> Mapping[str, Entry]:
        """Published and valid entries by id, as they are written: what residents find them by."""
        return {**self.entries, **self.withheld}

    def contacts(self, entry: Entry | None) -> list[Entry]:
        """Whom to call about an entry; the town's office where it names nobody, and where there is no entry."""
        return contacts_of(entry, self.entries, self.town.office)


def contacts_of(entry: Entry | None, entries: Mapping[str, Entry], office_id: str | None) -> list[Entry]:
    """Whom to call about an entry, as far as they are among `entries`; the office where it names nobody."""
    named = [entries[name] for name in entry.contact if name in entries] if entry else []
    office = entries.get(office_id or "")
    if named or (entry and (entry.phones or entry.address)) or office is None:
        return named
    return [office]


def material(db: Session) -> Material:
    """What there is to make a snapshot of."""
    return Material(
        library.revision(db), library.published_entries(db), library.town_facts(db), library.outdated_languages(db)
    )


def snapshot(
    given: Material,
    day: date,
    zone: ZoneInfo,
    shelves: ShelfCache,
    *,
    patience: timedelta = PATIENCE,
    soon: bool = False,
) -> Snapshot:
    """The snapshot of a day: entries that are published, valid and say something.

    Texts that have been older than the German one for longer than `patience` are not in it; 0 takes them all.

    Its shelves are taken from the cache where nothing they are made of has changed.

    `soon` is content with provisional shelves, which take a second or two where full ones take many.
    """
    current = [entry for entry in given.entries if entry.is_current(day) and entry.says_something]
    ready = {
        language: shelves.shelf(language, entries, soon=soon) for language, entries in by_language(current).items()
    }
    shelves.tidy()
    index = assemble(current, ready)
    match(index, "?")  # loads the rules and word lists now, not with the first resident's question
    hidden = _hidden(given, current, day, zone, patience)
    entries = {entry.id: without(entry, hidden.get(entry.id, ())) for entry in current}
    marks = {actions.mark(entry_id): entry_id for entry_id in entries}
    titles = (title for entry in current for title in entry.title.values())
    names = frozenset(word.lower() for title in titles for word in words(title))
    town = town_of(given.facts, zone)
    places = frozenset(fold(word) for area in town.area.values() for word in words(area)) | QUARTER
    as_written = {entry.id: entry for entry in current if entry.id in hidden}
    return Snapshot(given.revision, day, entries, index, town, marks, names, places, as_written)


def _hidden(
    given: Material, current: Sequence[Entry], day: date, zone: ZoneInfo, patience: timedelta
) -> dict[str, tuple[str, ...]]:
    """Which languages of which entries residents do not get on a day."""
    midnight = datetime.combine(day, time(), zone)
    found = {entry.id: withheld(given.outdated.get(entry.id, {}), patience, midnight) for entry in current}
    return {entry_id: codes for entry_id, codes in found.items() if codes}


Builder = Callable[[str, Sequence[Entry], Path | None, Path], None]
"""From a language, its entries and maybe the file of an earlier shelf to a file with their shelf."""


class Workshop:
    """Builds each shelf in a process of its own, which gives its memory back and can be stopped."""

    def __init__(self) -> None:
        self._at_work: set[SpawnProcess] = set()
        self._is_closed = False

    def __call__(self, language: str, entries: Sequence[Entry], earlier: Path | None, file: Path) -> None:
        """Build and wait; raises BuildStopped where the process ended before its work was done."""
        if self._is_closed:
            raise BuildStopped("the workshop is closed")
        work = (language, list(entries), earlier, file)
        process = get_context("spawn").Process(target=_build_gently, args=work, daemon=True)
        process.start()
        self._at_work.add(process)
        process.join()
        self._at_work.discard(process)
        if process.exitcode != 0:
            raise BuildStopped(f"building the search index for {language!r} ended with status {process.exitcode}")

    def close(self) -> None:
        """End what is being built; nobody waits for it any more."""
        self._is_closed = True
        for process in list(self._at_work):
            process.terminate()


class BuildStopped(EnquiryError):
    """A shelf was not built: its process was stopped, or failed and said why on stderr."""


def _build_gently(language: str, entries: Sequence[Entry], earlier: Path | None, file: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the workshop ends this process
    if earlier is None:
        os.nice(10)  # a full build takes both cores for seconds; answering comes first
    build_here(language, entries, earlier, file)


def build_here(language: str, entries: Sequence[Entry], earlier: Path | None, file: Path) -> None:
    """Build a shelf here and now, and write its file whole or not at all."""
    shelf = build_shelf(language, entries, unpack(earlier.read_bytes()) if earlier else None)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    draft.write_bytes(pack(shelf))
    draft.replace(file)


class ShelfCache:
    """Shelves: the newest of each language in memory, earlier ones as files of a folder, named by fingerprint."""

    def __init__(self, folder: Path, build: Builder):
        self._folder = folder
        self._build = build
        self._held: dict[str, Shelf] = {}
        self._learned: dict[str, str] = {}
        """Per language the fingerprint of the newest full shelf."""

    def shelf(self, language: str, entries: Sequence[Entry], *, soon: bool = False) -> Shelf:
        """The shelf of these entries: the one in memory, the one in the folder, or a new one.

        `soon` makes a provisional one where there is an earlier one to make it from.
        """
        mark = fingerprint(language, entries)
        held = self._held.get(language)
        shelf = held if held and held.fingerprint == mark else self._load(mark)
        if shelf is None:
            shelf = self._make(language, entries, mark, soon=soon)
        if is_provisional(shelf):
            self._file(shelf.fingerprint).unlink(missing_ok=True)
        else:
            self._learned[language] = mark
        self._held[language] = shelf
        return shelf

    def _make(self, language: str, entries: Sequence[Entry], mark: str, *, soon: bool) -> Shelf:
        learned = self._file(self._learned.get(language, ""))
        earlier = learned if soon and learned.is_file() else None
        file = self._file(mark + PROVISIONAL if earlier else mark)
        try:
            self._build(language, entries, earlier, file)
            return unpack(file.read_bytes())
        except OSError as fault:
            log.warning("the search index cannot be kept in %s: %s", self._folder, fault.strerror)
        with tempfile.TemporaryDirectory(prefix="lotse-") as passing:
            file = Path(passing) / file.name
            self._build(language, entries, None, file)
            return unpack(file.read_bytes())

    def tidy(self) -> None:
        """Delete shelves that have not been used for long."""
        files = sorted(self._folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[NEWEST_KEPT:]:
            file.unlink(missing_ok=True)

    def _file(self, mark: str) -> Path:
        return self._folder / f"{mark}.npz"

    def _load(self, mark: str) -> Shelf | None:
        try:
            shelf = unpack(self._file(mark).read_bytes())
            os.utime(self._file(mark))
        except FileNotFoundError:
            return None
        except (ValueError, OSError):
            log.warning("the cached shelf %s is damaged and will be built anew", mark)
            return None
        return shelf


def give_back_memory() -> None:
    """Hand what replaced shelves leave behind back to the system.

    The allocator of glibc would keep it: after three changes of the knowledge the process held half as much again.
    """
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def town_of(facts: Mapping[str, Any], zone: ZoneInfo) -> Town:
    """The town as its facts describe it."""
    return Town(
        zone=zone,
        name=facts.get("name", {}),
        area=facts.get("area", {}),
        greeting=facts.get("greeting", {}),
        examples={code: tuple(texts) for code, texts in facts.get("examples", {}).items()},
        office=facts.get("office", {}).get("entry"),
        sections=tuple(
            Section(name, section["name"], frozenset(section["topics"]))
            for name, section in facts.get("sections", {}).items()
        ),
        controller=facts.get("controller", {}),
        holidays=facts.get("holidays", {}).get("region", NORTH_RHINE_WESTPHALIA),
        imprint=facts.get("imprint", {}).get("link", ""),
    )
