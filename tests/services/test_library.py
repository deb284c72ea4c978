"""Entries in the database: import, export, and what residents may see of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.services import library, starter
from bot.services.library import Imported
from bot.storage.database import Database
from bot.storage.tables import EntryRow
from knowledge.entry import Entry, OpenException, OpeningHours, OpenTime, Phone, State
from tests.conftest import ToldTime

PLAIN = Entry("plain", title={"de": "Rathaus"})
RICH = Entry(
    "rich",
    kind="Bürgergarten",  # kinds that this version does not know are kept
    state=State.PUBLISHED,
    title={"tr": "Başlık", "de": "Titel", "de-easy": "Leicht"},
    text={"de": "Erste Zeile\n\n- Punkt 😀", "ar": "مرحبا"},
    phrasings={"de": ("zuletzt", "Anfang", "mitten"), "tr": ("bir", "iki")},
    keywords={"de": ("Wort", "Anderes")},
    address="Westerfilder Straße 54",
    phones=(Phone("0231 1"), Phone("0231 2", {"de": "Zentrale"})),
    mail="a@example.org",
    link="https://example.org/?a=1&b=2",
    opening_hours=OpeningHours(
        weekly=(OpenTime(("mon", "tue"), "08:00", "12:00"), OpenTime(("holiday",), "20:00", "24:00")),
        exceptions=(
            OpenException(date(2026, 12, 24), date(2026, 12, 26), note={"de": "Weihnachten"}),
            OpenException(date(2026, 12, 31), date(2026, 12, 31), "08:00", "10:00"),
        ),
        by_appointment=True,
        note={"de": "klingeln"},
        as_of="2024",
    ),
    when={"de": "jeden Mai"},
    cost={"de": "frei"},
    audience={"de": "alle"},
    accessibility={"de": "Rampe"},
    languages=("de", "tr"),
    contact=("plain",),
    call_first=True,
    topics=("a", "b"),
    related=("plain",),
    valid_from=date(2020, 1, 1),
    valid_to=date(2030, 12, 31),
    source="Aushang",
    as_of="2025-03",
    checked_on=date(2026, 1, 1),
    next_check_on=date(2027, 1, 1),
    extra={"colour": "rot", "parts": [1, {"a": None}]},
)


def put(database: Database, now: ToldTime, *entries: Entry) -> Imported:
    with database.writing() as db:
        return library.import_entries(db, entries, now())


def exported(database: Database) -> list[Entry]:
    with database.reading() as db:
        return library.all_entries(db)


def revision(database: Database) -> int:
    with database.reading() as db:
        return library.revision(db)


def test_an_import_tells_new_changed_and_unchanged_entries_apart(database: Database, now: ToldTime) -> None:
    other = Entry("other", title={"de": "Anderes"})
    assert put(database, now, PLAIN, other) == Imported(("plain", "other"), (), 0)
    changed = replace(PLAIN, title={"de": "Bürgerbüro"})
    assert put(database, now, Entry("new"), changed, other) == Imported(("new",), ("plain",), 1)


def test_entries_that_an_import_does_not_name_stay(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN, RICH)
    put(database, now, Entry("new"))
    assert exported(database) == [Entry("new"), PLAIN, RICH]


def test_what_is_exported_equals_what_was_imported(database: Database, now: ToldTime) -> None:
    put(database, now, RICH, PLAIN)
    assert exported(database) == [PLAIN, RICH]


def test_the_starter_knowledge_survives_a_round_trip(database: Database, now: ToldTime) -> None:
    entries = starter.starter_entries()
    put(database, now, *entries)
    assert exported(database) == sorted(entries, key=lambda entry: entry.id)


def test_importing_the_own_export_changes_nothing(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN, RICH)
    before = revision(database)
    assert put(database, now, *exported(database)) == Imported((), (), 2)
    assert revision(database) == before


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"de": "Anders"}},
        {"title": {}},
        {"text": {"de": "Anders"}},
        {"phrasings": {"de": ("Anfang", "zuletzt", "mitten"), "tr": ("bir", "iki")}},
        {"phrasings": {}},
        {"keywords": {"tr": ("Wort", "Anderes")}},
        {"state": State.DRAFT},
        {"kind": "offer"},
        {"phones": ()},
        {"opening_hours": None},
        {"valid_to": None},
        {"extra": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_an_entry_is_taken_over_whole(database: Database, now: ToldTime, change: dict[str, Any]) -> None:
    put(database, now, RICH)
    changed = replace(RICH, **change)
    assert put(database, now, changed).changed == ("rich",)
    assert exported(database) == [changed]


def test_the_revision_rises_only_with_a_change(database: Database, now: ToldTime) -> None:
    numbers = [revision(database)]
    for entries in ([PLAIN], [PLAIN], [], [replace(PLAIN, state=State.ARCHIVED)], [RICH, PLAIN]):
        put(database, now, *entries)
        numbers.append(revision(database))
    assert numbers == [0, 1, 1, 1, 2, 3]


def test_an_import_that_fails_half_way_leaves_everything_as_it_was(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)

    def faulty() -> Iterator[Entry]:
        yield RICH
        yield replace(PLAIN, title={"de": "Anders"})
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"), database.writing() as db:
        library.import_entries(db, faulty(), now())
    assert exported(database) == [PLAIN]
    assert revision(database) == 1


def test_a_dry_run_changes_nothing(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        assert library.import_entries(db, [PLAIN], now()).added == ("plain",)
        db.rollback()
    assert exported(database) == []
    assert revision(database) == 0


def test_residents_see_published_entries_only(database: Database, now: ToldTime) -> None:
    entries = [Entry(state.value, state=state) for state in State]
    put(database, now, *entries)
    with database.reading() as db:
        assert [entry.id for entry in library.published_entries(db)] == ["published"]
    assert {entry.state for entry in exported(database)} == set(State)


def test_an_entry_remembers_when_it_came_and_when_it_changed(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)
    first = now()
    now.moves(hours=1)
    put(database, now, PLAIN)  # no change, so no new time
    with database.reading() as db:
        assert db.execute(select(EntryRow.created_at, EntryRow.updated_at)).one() == (first, first)
    put(database, now, replace(PLAIN, title={"de": "Anders"}))
    with database.reading() as db:
        assert db.execute(select(EntryRow.created_at, EntryRow.updated_at)).one() == (first, now())


def test_facts_that_are_not_named_stay_and_each_change_raises_the_revision(database: Database) -> None:
    for facts in ({"name": {"de": "Lotse"}, "area": {"de": "Quartier"}}, {"name": {"de": "Bote"}}):
        with database.writing() as db:
            library.put_town_facts(db, facts)
    with database.reading() as db:
        assert library.town_facts(db) == {"name": {"de": "Bote"}, "area": {"de": "Quartier"}}
    assert revision(database) == 2


def test_a_database_is_empty_until_something_is_imported(database: Database, now: ToldTime) -> None:
    with database.reading() as db:
        assert library.is_empty(db)
    put(database, now, Entry("draft", state=State.DRAFT))
    with database.reading() as db:
        assert not library.is_empty(db)


def test_imports_at_the_same_time_each_raise_the_revision(database: Database, now: ToldTime) -> None:
    # Otherwise another process would not notice the second one until something else changes.
    put(database, now, PLAIN)
    start = threading.Barrier(6)

    def change(number: int) -> None:
        start.wait()
        put(database, now, Entry(f"entry-{number}"))

    with ThreadPoolExecutor(6) as threads:
        for changing in [threads.submit(change, number) for number in range(6)]:
            changing.result()
    assert revision(database) == 7
