"""Bring a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.storage.database import Database, Lock, lock

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database up (or down) to a revision, as one transaction, one process at a time."""
    with database.engine.connect().execution_options(lotse_write=True) as connection:
        _keep_references(connection, are_kept=False)
        _migrate(database, connection, revision)
        _keep_references(connection, are_kept=True)


def _migrate(database: Database, connection: Connection, revision: str) -> None:
    with connection.begin():
        lock(connection, Lock.MIGRATE)
        configuration = _configuration(connection)
        now = MigrationContext.configure(connection).get_current_revision()
        if revision == "base" or (now and _is_older(revision, now)):
            command.downgrade(configuration, revision)
        else:
            command.upgrade(configuration, revision)


def _keep_references(connection: Connection, *, are_kept: bool) -> None:
    """Switch the foreign keys of SQLite, where changing a table means dropping it and making it anew.

    With them on, dropping a table would delete whatever refers to its rows. They cannot be switched in a transaction.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(f"PRAGMA foreign_keys = {'ON' if are_kept else 'OFF'}")


def pending(database: Database) -> bool:
    """Whether the database lacks a migration."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != _scripts().get_current_head()


def _is_older(revision: str, now: str) -> bool:
    if revision == "head":
        return False
    below = {script.revision for script in _scripts().iterate_revisions(now, "base")}
    return revision in below and revision != now


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    configuration.attributes["connection"] = connection
    return configuration
