"""kill -9 at every step of claim, send and record; all of it, with more workers, is bench/crash_matrix.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.delivery.crash import SECRET, Nursery, crash, nursery
from tests.delivery.worker import AFTER_CLAIM, BEFORE_RECORD, POINTS
from tests.fakes.bot_api import BotApi


@pytest.fixture(scope="module")
def workers() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


@pytest.fixture
def machine_telegram() -> Iterator[BotApi]:
    """Telegram's side, on the clock of the machine, as the workers are."""
    with BotApi() as running:
        yield running
        assert running.complaints == []


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(SECRET.encode())


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_step_leaves_nobody_out(
    database: Database, machine_telegram: BotApi, workers: Nursery, point: str
) -> None:
    found = crash(database, machine_telegram, workers, point, workers=1, residents=12, after=3)
    assert found.is_right, found
    # What had not left the house yet is not repeated, what nobody wrote down is.
    assert found.repeated > 0 if point == BEFORE_RECORD else found.repeated <= found.in_flight


@pytest.mark.parametrize("point", [AFTER_CLAIM, BEFORE_RECORD])
def test_others_take_over_what_one_of_three_workers_left(
    database: Database, machine_telegram: BotApi, workers: Nursery, point: str
) -> None:
    found = crash(database, machine_telegram, workers, point, workers=3, residents=60)
    assert found.is_right, found
