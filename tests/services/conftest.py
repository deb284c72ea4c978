"""A town on each kind of database, and somebody who talks to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.services.indexing import build_here
from bot.storage.database import Database
from knowledge.entry import Entry
from tests.conftest import Resident, TestTown, ToldTime
from tests.small_quarter import furnish


class CountingBuild:
    """Builds shelves, and remembers for which languages."""

    def __init__(self) -> None:
        self.built: list[str] = []

    def __call__(self, language: str, entries: Sequence[Entry], earlier: Path | None, file: Path) -> None:
        self.built.append(language)
        build_here(language, entries, earlier, file)


@pytest.fixture(scope="session")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what was learned of the same entries is found again by the next test."""
    return tmp_path_factory.mktemp("shelves")


@pytest.fixture
async def any_town(database: Database, shelves: Path, now: ToldTime) -> TestTown:
    """Like `town`, on SQLite and on PostgreSQL."""
    return TestTown(database, shelves, now)


@pytest.fixture
async def quarter(any_town: TestTown) -> TestTown:
    """A town that knows two things about dogs, two places and what it does not do."""
    return await furnish(any_town)


@pytest.fixture
async def resident(quarter: TestTown) -> Resident:
    """Somebody who talks to the quarter for the first time."""
    return Resident(quarter)
