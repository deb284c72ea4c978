"""Entries in the database: import, export, and what residents may see of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.services import library, starter, versions
from bot.services.library import Imported, Wanted
from bot.storage.database import Database
from bot.storage.tables import EntryRow, EntryVersionRow
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


# --- One entry ------------------------------------------------------------------------------------------------------


def written(database: Database, entry_id: str) -> list[tuple[int, str, Entry]]:
    with database.reading() as db:
        return [(one.number, one.author, one.entry) for one in versions.history(db, entry_id)]


def test_an_entry_is_found_by_its_id_and_missed_by_any_other(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN, RICH)
    with database.reading() as db:
        assert library.find(db, "rich") == RICH
        with pytest.raises(NotFound, match="other"):
            library.find(db, "other")


def test_putting_tells_whether_anything_changed(database: Database, now: ToldTime) -> None:
    archived = replace(PLAIN, state=State.ARCHIVED)
    with database.writing() as db:
        assert [library.put(db, entry, "Kim", now()) for entry in (PLAIN, PLAIN, archived)] == [True, False, True]
    assert exported(database) == [archived]


def test_a_change_keeps_what_it_does_not_name(database: Database, now: ToldTime) -> None:
    put(database, now, RICH)
    changes = {"title": {"tr": "Yeni", "de-easy": None}, "text": "Neu", "mail": None, "topics": ["c"]}
    with database.writing() as db:
        changed = library.change(db, "rich", changes, "Kim", now())
    wanted = replace(
        RICH, title={"tr": "Yeni", "de": "Titel"}, text={"de": "Neu", "ar": "مرحبا"}, mail=None, topics=("c",)
    )
    assert changed == wanted
    assert exported(database) == [wanted]


def test_a_plain_text_of_a_change_is_in_the_language_it_names(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)
    with database.writing() as db:
        changed = library.change(db, "plain", {"title": "Belediye", "lang": "tr"}, "Kim", now())
    assert changed.title == {"de": "Rathaus", "tr": "Belediye"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "other"}, "id"),
        ({"link": "example.org"}, "link"),
        ({"state": "gone"}, "state"),
        ({"title": ["a"]}, "title.de"),
    ],
)
def test_a_change_that_cannot_be_right_names_its_field(
    database: Database, now: ToldTime, changes: dict[str, Any], field: str
) -> None:
    put(database, now, PLAIN)
    with database.writing() as db, pytest.raises(InvalidInput) as refused:
        library.change(db, "plain", changes, "Kim", now())
    assert refused.value.field == field
    assert exported(database) == [PLAIN]


def test_what_is_archived_is_hidden_and_can_be_brought_back(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)
    seen = []
    for deed in (library.archive, library.bring_back):
        with database.writing() as db:
            deed(db, "plain", "Kim", now())
            seen.append([entry.id for entry in library.published_entries(db)])
    assert seen == [[], ["plain"]]


def test_only_what_is_archived_is_brought_back_and_to_where_it_was(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN, Entry("draft", state=State.DRAFT), Entry("old", state=State.ARCHIVED))
    with database.writing() as db:
        library.archive(db, "draft", "Kim", now())
        assert library.bring_back(db, "draft", "Kim", now()).state is State.DRAFT
        assert library.bring_back(db, "old", "Kim", now()).state is State.DRAFT
        with pytest.raises(Refused):
            library.bring_back(db, "draft", "Kim", now())
        with pytest.raises(Refused):
            library.bring_back(db, "plain", "Kim", now())


def test_entries_are_listed_by_id_in_parts(database: Database, now: ToldTime) -> None:
    put(database, now, *(Entry(f"e{number}") for number in range(5)))
    with database.reading() as db:
        parts = [[entry.id for entry in library.listed(db, after, 2)] for after in (None, "e1", "e3")]
    assert parts == [["e0", "e1"], ["e2", "e3"], ["e4"]]


def test_only_entries_that_are_wanted_are_listed(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN, RICH, Entry("draft", state=State.DRAFT))
    for wanted, ids in (
        (Wanted(state=State.DRAFT), ["draft"]),
        (Wanted(kind="topic"), ["draft", "plain"]),
        (Wanted(kind="topic", state=State.PUBLISHED), ["plain"]),
    ):
        with database.reading() as db:
            assert [entry.id for entry in library.listed(db, None, 10, wanted)] == ids


# --- Versions -------------------------------------------------------------------------------------------------------


def test_each_change_is_a_version_with_its_author(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)
    put(database, now, PLAIN)  # no change
    with database.writing() as db:
        library.archive(db, "plain", "Kim", now())
    assert written(database, "plain") == [
        (2, "Kim", replace(PLAIN, state=State.ARCHIVED)),
        (1, "lotse", PLAIN),
    ]


def test_what_was_stored_before_versions_were_kept_becomes_the_first(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)
    with database.writing() as db:
        db.execute(delete(EntryVersionRow))
    now.moves(hours=1)
    with database.writing() as db:
        library.put(db, replace(PLAIN, kind="offer"), "Kim", now())
        first = versions.find(db, "plain", 1)
    assert (first.entry, first.author, first.at) == (PLAIN, versions.UNKNOWN_AUTHOR, now() - timedelta(hours=1))
    assert [number for number, _, _ in written(database, "plain")] == [2, 1]


def test_what_a_resident_was_shown_leads_to_its_version(database: Database, now: ToldTime) -> None:
    put(database, now, PLAIN)
    put(database, now, replace(PLAIN, kind="offer"))
    with database.reading() as db:
        shown = versions.with_hash(db, "plain", library.version_of(PLAIN))
        assert shown and shown.number == 1
        assert versions.with_hash(db, "plain", "unknown") is None
        with pytest.raises(NotFound):
            versions.find(db, "plain", 3)
