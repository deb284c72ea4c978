"""The knowledge this program comes with."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from bot.services import library, starter
from bot.storage.database import Database
from knowledge.entry import DECLINE, Entry, State
from tests.conftest import NOON, ToldTime


def load(database: Database, now: ToldTime) -> int:
    with database.writing() as db:
        return starter.load_if_empty(db, now())


def test_the_starter_knowledge_is_loaded_once(database: Database, now: ToldTime) -> None:
    count = load(database, now)
    assert count == len(starter.starter_entries()) > 0
    assert load(database, now) == 0
    with database.reading() as db:
        assert len(library.all_entries(db)) == count
        assert library.town_facts(db) == starter.starter_facts()


def test_nothing_is_loaded_beside_entries_of_the_town(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        library.import_entries(db, [Entry("own", state=State.DRAFT)], now())
    assert load(database, now) == 0
    with database.reading() as db:
        assert [entry.id for entry in library.all_entries(db)] == ["own"]
        assert library.town_facts(db) == {}


def test_processes_that_start_at_once_load_it_once(database: Database, now: ToldTime) -> None:
    start = threading.Barrier(2)

    def begin() -> int:
        start.wait()
        return load(database, now)

    with ThreadPoolExecutor(2) as threads:
        counts = [loading.result() for loading in [threads.submit(begin) for _ in range(2)]]
    assert sorted(counts) == [0, len(starter.starter_entries())]


def test_the_towns_facts_name_entries_that_exist() -> None:
    entries = {entry.id: entry for entry in starter.starter_entries()}
    office = entries[starter.starter_facts()["office"]["entry"]]
    assert office.is_current(NOON.astimezone(ZoneInfo("Europe/Berlin")).date())
    assert office.phones or office.address


def test_every_named_contact_exists() -> None:
    entries = starter.starter_entries()
    known = {entry.id for entry in entries}
    assert {name for entry in entries for name in (*entry.contact, *entry.related)} <= known


def test_every_topic_of_the_menu_is_that_of_an_entry() -> None:
    used = {topic for entry in starter.starter_entries() for topic in entry.topics if entry.kind != DECLINE}
    named = [topic for section in starter.starter_facts()["sections"].values() for topic in section["topics"]]
    assert set(named) <= used
    assert len(named) == len(set(named))


def test_every_entry_has_a_part_of_the_menu_to_stand_in() -> None:
    named = {topic for section in starter.starter_facts()["sections"].values() for topic in section["topics"]}
    shown = [entry for entry in starter.starter_entries() if entry.kind != DECLINE]
    assert [entry.id for entry in shown if named.isdisjoint(entry.topics)] == []
