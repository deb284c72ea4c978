"""Transactions on both kinds of database, and what stays behind of deleted text."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, select, text
from sqlalchemy.orm import Session

from bot.services import inbox, library
from bot.storage.database import Database, keys_of
from bot.storage.keys import Keys
from bot.storage.tables import EntryRow, FactRow, InboxRow, WordingRow
from knowledge.entry import Entry
from tests.conftest import ToldTime

MARKER = "Zwergpinguin-Geheimnis"


class Trouble(Exception):
    """What a test's own deed raises."""


def put(db: Session, name: str, number: int = 0) -> None:
    db.add(FactRow(name=name, value={"number": number}))


def facts(database: Database) -> list[str]:
    with database.reading() as db:
        return list(db.scalars(select(FactRow.name)))


# --- Transactions ----------------------------------------------------------------------------------------------------


def test_a_written_row_is_read_back(database: Database) -> None:
    with database.writing() as db:
        db.execute(text("INSERT INTO town_fact (name, value) VALUES ('probe', '{}')"))
    with database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM town_fact")).scalar_one() == 1


async def test_a_deed_gives_back_what_it_returns_and_is_kept(database: Database) -> None:
    def deed(db: Session, name: str, *, number: int) -> str:
        put(db, name, number)
        return name.upper()

    assert await database.write(deed, "probe", number=7) == "PROBE"
    assert await database.read(lambda db: db.get(FactRow, "probe").value) == {"number": 7}


async def test_a_failing_deed_leaves_nothing_behind(database: Database) -> None:
    def deed(db: Session) -> None:
        put(db, "first")
        db.flush()
        put(db, "second")
        raise Trouble

    with pytest.raises(Trouble):
        await database.write(deed)
    assert facts(database) == []


async def test_after_a_failing_deed_the_next_one_works(database: Database) -> None:
    def deed(db: Session) -> None:
        raise Trouble

    for _ in range(40):  # more than the pool has connections
        with pytest.raises(Trouble):
            await database.write(deed)
    await database.write(put, "probe")
    assert facts(database) == ["probe"]


async def test_what_is_written_in_a_reading_transaction_is_not_kept(database: Database) -> None:
    def deed(db: Session) -> None:
        put(db, "probe")
        db.flush()

    await database.read(deed)
    assert facts(database) == []


def test_twenty_threads_counting_in_one_row_lose_nothing(database: Database) -> None:
    with database.writing() as db:
        put(db, "counter")
    start = threading.Barrier(20)

    def count() -> None:
        start.wait()
        for _ in range(5):
            with database.writing() as db:
                # Read, then write: with a plain BEGIN, SQLite would refuse or lose some. PostgreSQL locks the row.
                row = db.get(FactRow, "counter", with_for_update=True)
                row.value = {"number": row.value["number"] + 1}

    with ThreadPoolExecutor(20) as threads:
        for counting in [threads.submit(count) for _ in range(20)]:
            counting.result()
    with database.reading() as db:
        assert db.get(FactRow, "counter").value == {"number": 100}


def test_a_write_on_sqlite_holds_the_lock_from_its_beginning(sqlite_database: Database) -> None:
    other = sqlite3.connect(sqlite_database.engine.url.database, timeout=0, isolation_level=None)
    with sqlite_database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_reading_does_not_wait_for_a_write(database: Database) -> None:
    with database.writing() as db:
        put(db, "probe")
        db.flush()
        assert facts(database) == []
    assert facts(database) == ["probe"]


def test_every_connection_to_sqlite_is_prepared(sqlite_database: Database) -> None:
    def settings(db: Session) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: db.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}

    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with sqlite_database.reading() as one, sqlite_database.reading() as two, sqlite_database.writing() as three:
        assert [settings(db) for db in (one, two, three)] == [expected] * 3


def test_deleting_an_entry_by_hand_deletes_its_wordings(database: Database, now: ToldTime) -> None:
    entry = Entry("one", title={"de": "Titel"}, phrasings={"de": ("Frage",)})
    with database.writing() as db:
        library.import_entries(db, [entry], now())
    with database.writing() as db:
        db.execute(delete(EntryRow))
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WordingRow)) == 0


def test_a_session_knows_the_keys_of_its_database(database: Database, keys: Keys) -> None:
    with database.reading() as db:
        assert keys_of(db) is keys


def test_a_closed_database_can_be_opened_again(database: Database) -> None:
    with database.writing() as db:
        put(db, "probe")
    database.close()
    assert facts(database) == ["probe"]


def test_the_folder_of_a_new_database_is_made(tmp_path: Path, keys: Keys) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'lotse.sqlite3'}", keys)
    with database.reading() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_faults_never_show_the_values_of_a_statement(database: Database, now: ToldTime) -> None:
    row = {"channel": "web", "update_key": "1", "sealed_update": MARKER.encode(), "received_at": now()}
    with pytest.raises(Exception, match="inbox") as fault, database.writing() as db:
        db.add_all([InboxRow(**row), InboxRow(**row)])
    assert MARKER not in str(fault.value)


# --- Deleted text is really gone -------------------------------------------------------------------------------------


def places_of(marker: str, database: Database) -> set[str]:
    """The files of a SQLite database that hold a text."""
    file = Path(database.engine.url.database)
    found = {each.name for each in file.parent.glob(f"{file.name}*") if marker.encode() in each.read_bytes()}
    assert file.exists()
    return found


def write_plain_inbox(database: Database, words: str, now: ToldTime) -> None:
    """A message as it would be if it were not sealed, so that it can be looked for."""
    with database.writing() as db:
        row = InboxRow(channel="web", update_key="1", sealed_update=words.encode(), received_at=now())
        db.add(row)


def write_wording(database: Database, words: str, now: ToldTime) -> None:
    with database.writing() as db:
        library.import_entries(db, [Entry("one", title={"de": "Titel"}, text={"de": words})], now())


def answer_message(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        inbox.done(db, "web", "1", now())


def delete_message(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        db.execute(delete(InboxRow))


def delete_entry(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        db.execute(delete(EntryRow))


WAYS = [
    pytest.param(write_plain_inbox, answer_message, id="message answered"),
    pytest.param(write_plain_inbox, delete_message, id="message deleted"),
    pytest.param(write_wording, delete_entry, id="entry deleted"),
]
SIZES = [pytest.param(1, id="short"), pytest.param(2_000, id="over many pages")]


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("times", SIZES)
@pytest.mark.parametrize(("write", "remove"), WAYS)
def test_deleted_text_is_gone_from_every_file_after_a_scrub(
    sqlite_database: Database, now: ToldTime, write, remove, times: int, is_closed: bool
) -> None:
    write(sqlite_database, f"{MARKER} " * times, now)
    remove(sqlite_database, now)
    assert sqlite_database.scrub()
    if is_closed:
        sqlite_database.close()
    assert places_of(MARKER, sqlite_database) == set()


@pytest.mark.parametrize("times", SIZES)
@pytest.mark.parametrize(("write", "remove"), WAYS)
def test_text_that_reached_the_main_file_is_gone_too(
    sqlite_database: Database, now: ToldTime, write, remove, times: int
) -> None:
    write(sqlite_database, f"{MARKER} " * times, now)
    assert sqlite_database.scrub()
    assert places_of(MARKER, sqlite_database) == {"lotse.sqlite3"}
    remove(sqlite_database, now)
    assert sqlite_database.scrub()
    assert places_of(MARKER, sqlite_database) == set()


@pytest.mark.parametrize(("write", "remove"), WAYS)
def test_without_a_scrub_deleted_text_would_stay(sqlite_database: Database, now: ToldTime, write, remove) -> None:
    write(sqlite_database, MARKER, now)
    remove(sqlite_database, now)
    assert places_of(MARKER, sqlite_database) == {"lotse.sqlite3-wal"}


def test_a_scrub_during_a_reading_says_that_it_is_not_finished(sqlite_database: Database, now: ToldTime) -> None:
    sqlite_database.close()  # new connections shall not wait half a minute for the reader
    event.listen(sqlite_database.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 20").close())
    write_plain_inbox(sqlite_database, MARKER, now)
    with sqlite_database.reading() as db:
        db.scalar(select(func.count()).select_from(InboxRow))
        delete_message(sqlite_database, now)
        assert not sqlite_database.scrub()
        assert places_of(MARKER, sqlite_database)
    assert sqlite_database.scrub()
    assert places_of(MARKER, sqlite_database) == set()


def test_a_scrub_keeps_what_is_not_deleted(database: Database) -> None:
    with database.writing() as db:
        put(db, "probe")
    assert database.scrub()
    assert facts(database) == ["probe"]
