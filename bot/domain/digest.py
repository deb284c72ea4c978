"""When staff who want it are told by mail what waits in the week that begins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, NOON = time(7), time(12)
"""On the town's clock. Whoever hears nothing until noon looks for themselves."""

AHEAD = timedelta(days=7)
"""Which events are told of."""


def monday_of(now: datetime, zone: ZoneInfo) -> date | None:
    """The Monday whose morning it is; None at any other time."""
    local = now.astimezone(zone)
    is_morning = local.weekday() == 0 and MORNING <= local.time() < NOON
    return local.date() if is_morning else None
