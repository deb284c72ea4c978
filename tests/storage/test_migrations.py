"""From an empty database to the tables of this version, and back."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect, select

from bot.services import conversations, library, privacy
from bot.storage import migrations
from bot.storage.base import Table
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.storage.tables import ConversationRow, FactRow
from knowledge.entry import Entry
from tests.conftest import NOON

ROOT = Path(__file__).resolve().parents[2]
OURS = set(Table.metadata.tables) | {"alembic_version"}

MIGRATE = """
import sys
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
database = Database(sys.argv[1], Keys(bytes(32)))
print("ready", flush=True)
sys.stdin.readline()
migrations.migrate(database)
database.close()
"""


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_a_database_goes_up_down_and_up_again(database: Database) -> None:
    assert tables(database) == OURS
    migrations.migrate(database, "base")
    assert tables(database) == {"alembic_version"}
    migrations.migrate(database)
    assert tables(database) == OURS


def test_going_down_leaves_no_index_and_no_sequence_behind(database: Database) -> None:
    migrations.migrate(database, "base")
    found = inspect(database.engine)
    assert found.get_indexes("alembic_version") == []
    if database.engine.dialect.name == "postgresql":
        assert found.get_sequence_names() == []


def test_migrations_make_the_tables_that_the_code_describes(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_again_keeps_what_is_there(database: Database) -> None:
    with database.writing() as db:
        db.add(FactRow(name="probe", value={"number": 1}))
    migrations.migrate(database)
    with database.reading() as db:
        assert db.scalars(select(FactRow.value).where(FactRow.name == "probe")).one() == {"number": 1}


# --- What was there before -------------------------------------------------------------------------------------------

OLD_ROWS: dict[str, list[dict[str, Any]]] = {
    "conversation": [
        {"id": 7, "channel": "web", "pseudonym": "a" * 64, "sealed_address": b"sealed", "language": "de"},
        {"id": 8, "channel": "telegram", "pseudonym": "b" * 64, "sealed_address": b"too", "language": None},
    ],
    "turn": [
        {"id": 1, "conversation_id": 7, "message_key": "k", "decision": "answer", "entry_id": "sofa", "options": []},
        {"id": 2, "conversation_id": 7, "message_key": "l", "decision": "clarify", "options": ["sofa", "kita"]},
        {"id": 3, "conversation_id": 8, "message_key": "k", "decision": None, "options": []},
    ],
    "inbox": [
        {"id": 5, "channel": "telegram", "update_key": "11", "sealed_update": b"sealed", "attempts": 2, "delivered": 1}
    ],
    "town_fact": [{"name": "greeting", "value": {"de": "Moin!"}}],
}
"""What a database of the first version holds."""

ALL_ROWS: dict[str, dict[str, Any]] = {
    "conversation": {"created_at": NOON, "last_seen_at": NOON},
    "turn": {"at": NOON, "language": "de", "entry_id": None, "sealed_replies": None},
    "inbox": {"received_at": NOON, "done_at": None, "unclear": 0},
    "town_fact": {},
}
"""What all rows of a table have in common, in whichever of the older versions."""


def put_old_rows(database: Database) -> None:
    old = MetaData()
    old.reflect(database.engine)
    with database.engine.begin() as connection:
        for name, rows in OLD_ROWS.items():
            table = old.tables[name]
            common = {column: value for column, value in ALL_ROWS[name].items() if column in table.c}
            connection.execute(table.insert(), [common | row for row in rows])


def rows_now(database: Database, name: str) -> list[dict[str, Any]]:
    """The rows of a table, by the columns that it has now."""
    now = MetaData()
    now.reflect(database.engine)
    with database.engine.connect() as connection:
        found = connection.execute(select(now.tables[name]).order_by(*now.tables[name].primary_key)).mappings()
        return [dict(row) for row in found]


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_an_older_database_keeps_what_is_in_it(database: Database, revision: str) -> None:
    migrations.migrate(database, "base")
    migrations.migrate(database, revision)
    put_old_rows(database)
    before = {name: rows_now(database, name) for name in OLD_ROWS}
    migrations.migrate(database)
    assert not migrations.pending(database)
    for name, rows in before.items():
        after = rows_now(database, name)
        assert [row | old for row, old in zip(after, rows, strict=True)] == after


def test_conversations_of_an_older_database_go_on(database: Database) -> None:
    migrations.migrate(database, "base")
    migrations.migrate(database, "0002")
    put_old_rows(database)
    migrations.migrate(database)
    with database.writing() as db:
        one, other = db.scalars(select(ConversationRow).order_by(ConversationRow.id))
        assert (one.notice, one.preference, other.notice) == (0, None, 0)  # so that the notice will be shown
        state = conversations.recall(db, one, None, NOON, is_with_team=False)
        assert state.last is not None
        assert (state.last.number, state.last.entry_ids, state.misses) == (2, ("sofa", "kita"), 0)
        privacy.erase(db, one)
    assert [row["id"] for row in rows_now(database, "turn")] == [3]
    assert [row["id"] for row in rows_now(database, "conversation")] == [8]


def test_going_back_a_version_keeps_conversations(database: Database) -> None:
    migrations.migrate(database, "base")
    migrations.migrate(database, "0002")
    put_old_rows(database)
    before = {name: rows_now(database, name) for name in OLD_ROWS}
    migrations.migrate(database)
    migrations.migrate(database, "0002")
    assert {name: rows_now(database, name) for name in OLD_ROWS} == before


def test_a_database_is_pending_until_it_is_migrated(database: Database) -> None:
    assert not migrations.pending(database)
    migrations.migrate(database, "base")
    assert migrations.pending(database)
    migrations.migrate(database)
    assert not migrations.pending(database)


def test_going_down_from_an_empty_database_changes_nothing(tmp_path: Path, keys: Keys) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}", keys)
    migrations.migrate(database, "base")
    assert tables(database) <= {"alembic_version"}
    database.close()


def migrate_in_processes(url: str, count: int = 3) -> list[str]:
    """Migrate in several processes at once; what each wrote to stderr."""
    command = [sys.executable, "-c", MIGRATE, url]
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=30)[1] for process in processes]


def test_processes_that_start_at_once_migrate_once(database: Database) -> None:
    migrations.migrate(database, "base")
    assert migrate_in_processes(database.engine.url.render_as_string(hide_password=False)) == [""] * 3
    assert tables(database) == OURS


def test_processes_that_start_at_once_make_one_sqlite_file(tmp_path: Path, keys: Keys) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    assert migrate_in_processes(url) == [""] * 3
    database = Database(url, keys)
    assert tables(database) == OURS
    database.close()


def test_an_older_database_knows_which_texts_are_older_than_the_german_ones(database: Database) -> None:
    texts = ({"de": "a", "tr": "x", "en": "y"}, {"de": "b", "tr": "x", "en": "y"}, {"de": "b", "tr": "z", "en": "y"})
    versions = [Entry("amt", text=text) for text in texts]
    for number, entry in enumerate(versions):
        with database.writing() as db:
            library.put(db, entry, "Kim", NOON + timedelta(days=number))
    known = rows_now(database, "entry")[0]["outdated"]
    migrations.migrate(database, "0012")
    migrations.migrate(database)
    assert rows_now(database, "entry")[0]["outdated"] == known == {"en": (NOON + timedelta(days=1)).isoformat()}
