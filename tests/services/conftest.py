"""A town on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.conftest import TestTown, ToldTime


@pytest.fixture
async def any_town(database: Database, tmp_path: Path, now: ToldTime) -> TestTown:
    """Like `town`, on SQLite and on PostgreSQL."""
    return TestTown(database, tmp_path, now)
