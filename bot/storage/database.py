"""The database: one engine, reads and writes as functions of a session, from threads or from async code."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import IntEnum
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.base import Table
from bot.storage.keys import Keys

Given = ParamSpec("Given")
Result = TypeVar("Result")
Key = TypeVar("Key")

BUSY_SECONDS = 30
"""How long a write waits for another process's write on SQLite."""


class Database:
    """Where everything durable is.

    `read` and `write` run a function `deed(db, ...)` in a thread and in one transaction; nothing that waits for a
    network belongs into one. A write begins IMMEDIATE on SQLite: with a plain BEGIN a third of contended writes failed.
    """

    def __init__(self, url: str, keys: Keys):
        self.keys = keys
        self.engine = _engine(url)
        # SQLite's own waiting looks ever more seldom: a writer that comes back at once would keep all others out.
        is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer: AbstractContextManager[object] = threading.Lock() if is_sqlite else nullcontext()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={"keys": keys})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose transaction ends without changing anything."""
        with self._sessions() as db:
            yield db
            db.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or not at all."""
        with self._writer, self._sessions() as db:
            db.connection(execution_options={"lotse_write": True})
            yield db
            db.commit()

    async def read(
        self, deed: Callable[Concatenate[Session, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """What `deed` returns, run in a thread in a reading transaction."""
        return await asyncio.to_thread(self._run, self.reading, lambda db: deed(db, *args, **kwargs))

    async def write(
        self, deed: Callable[Concatenate[Session, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """What `deed` returns, run in a thread in a writing transaction."""
        return await asyncio.to_thread(self._run, self.writing, lambda db: deed(db, *args, **kwargs))

    @staticmethod
    def _run(transaction: Callable[[], AbstractContextManager[Session]], deed: Callable[[Session], Result]) -> Result:
        with transaction() as db:
            return deed(db)

    def scrub(self) -> bool:
        """Let nothing deleted stay behind in the files; whether all of it could be done now.

        SQLite keeps old pages in the write-ahead log until it is emptied, even with secure_delete; that must wait for
        readers. On PostgreSQL what is deleted was sealed, and autovacuum takes the rows.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        return not busy

    def close(self) -> None:
        """Give every connection back; the database can be opened again."""
        self.engine.dispose()


class Lock(IntEnum):
    """What one process at a time may do; the numbers are PostgreSQL's advisory locks."""

    MIGRATE = 7_103_411
    STARTER = 7_103_412
    REVISION = 7_103_413
    GROUPING = 7_103_414
    STAFF = 7_103_415


def lock(db: Session | Connection, what: Lock) -> None:
    """Wait until no other process is at it; ends with the transaction. On SQLite every write is alone anyway."""
    connection = db.connection() if isinstance(db, Session) else db
    if connection.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": what.value})


def insert(db: Session, table: type[Table]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT as the database at hand speaks it, which may go on with `on_conflict_do_...`."""
    return (postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert)(table)


def in_parts(keys: Sequence[Key], size: int = 500) -> Iterator[Sequence[Key]]:
    """Keys in parts that fit into one statement: SQLite takes some ten thousand values, not more."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def keys_of(db: Session) -> Keys:
    """The keys of the database that a session belongs to."""
    keys: Keys = db.info["keys"]
    return keys


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}, pool_size=10, max_overflow=20
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself. Source: SQLAlchemy, "Serializable isolation / Savepoints".
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        "synchronous = FULL",  # an acknowledged update must survive a power cut
        "foreign_keys = ON",
        "secure_delete = ON",  # deleted text is overwritten in the file
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch the write-ahead log on; SQLite's own timeout does not hold for this."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("lotse_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
