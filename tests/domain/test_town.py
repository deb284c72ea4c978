"""Local dates of the town."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.town import Town
from tests.conftest import BERLIN


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 6, 9, 21, 59, tzinfo=UTC), date(2026, 6, 9)),
        (datetime(2026, 6, 9, 22, 0, tzinfo=UTC), date(2026, 6, 10)),
        (datetime(2026, 1, 9, 22, 59, tzinfo=UTC), date(2026, 1, 9)),
        (datetime(2026, 1, 9, 23, 0, tzinfo=UTC), date(2026, 1, 10)),
    ],
)
def test_a_day_begins_at_midnight_on_the_towns_clock(now: datetime, today: date) -> None:
    assert Town(BERLIN).today(now) == today
