"""When it is Monday morning in the town."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.digest import monday_of
from tests.conftest import BERLIN

SUMMER, WINTER = date(2026, 6, 8), date(2026, 1, 5)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 6, 8, 4, 59, tzinfo=UTC), None),
        (datetime(2026, 6, 8, 5, 0, tzinfo=UTC), SUMMER),
        (datetime(2026, 6, 8, 9, 59, tzinfo=UTC), SUMMER),
        (datetime(2026, 6, 8, 10, 0, tzinfo=UTC), None),
        (datetime(2026, 1, 5, 5, 59, tzinfo=UTC), None),
        (datetime(2026, 1, 5, 6, 0, tzinfo=UTC), WINTER),
        (datetime(2026, 6, 7, 5, 0, tzinfo=UTC), None),
        (datetime(2026, 6, 9, 5, 0, tzinfo=UTC), None),
    ],
)
def test_a_monday_morning_is_from_seven_to_noon_on_the_towns_clock(moment: datetime, monday: date | None) -> None:
    assert monday_of(moment, BERLIN) == monday
