"""From an empty database to the tables of this version, and back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.storage.tables import FactRow, Table

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
        assert db.get(FactRow, "probe").value == {"number": 1}


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
        assert process.stdout.readline() == "ready\n"
    for process in processes:
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
