"""Which events belong to which days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.quiet import Clock
from bot.services import events
from bot.services.events import Draft
from bot.storage.database import Database
from tests.conftest import BERLIN

MONDAY = datetime(2026, 6, 14, 22, tzinfo=UTC)
"""Midnight on the town's clock."""


@pytest.mark.parametrize(
    ("start", "hours", "is_listed"),
    [
        (timedelta(minutes=-2), 2, False),
        (timedelta(), 2, True),
        (timedelta(hours=-6), 30, True),
        (timedelta(hours=23), 2, True),
        (timedelta(hours=24), 2, False),
    ],
)
def test_what_runs_past_midnight_belongs_to_the_day_on_which_it_began(
    database: Database, start: timedelta, hours: int, is_listed: bool
) -> None:
    now = MONDAY - timedelta(days=2)
    begin = MONDAY + start
    draft = Draft(title={"de": "Fest"}, starts_at=begin, ends_at=begin + timedelta(hours=hours))
    with database.writing() as db:
        events.create(db, draft, Clock(BERLIN, None), now)
    with database.reading() as db:
        found = events.upcoming(db, now, MONDAY, MONDAY + timedelta(days=1))
    assert bool(found) is is_listed
