"""The hours in which nobody is woken by a notice or a reminder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import InvalidInput

OFF = "off"
_MINUTE = timedelta(minutes=1)
_SHAPE = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a time of day to another on the wall clock of `zone`, usually over midnight; the end is outside."""

    start: time
    end: time
    zone: ZoneInfo

    def contain(self, moment: datetime) -> bool:
        """Whether nothing is sent at an aware moment."""
        clock = moment.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def next_allowed(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which something may be sent, in UTC."""
        return self._nearest(moment, _MINUTE)

    def last_allowed(self, moment: datetime) -> datetime:
        """The last minute up to `moment` at which something may be sent, in UTC."""
        return self._nearest(moment, -_MINUTE)

    def _nearest(self, moment: datetime, step: timedelta) -> datetime:
        # Minute by minute, because a time of day may be left out or come twice in the night of a clock change.
        found = moment.astimezone(UTC)
        if self.contain(found):
            found = found.replace(second=0, microsecond=0)
        while self.contain(found):
            found += step
        return found


def read_quiet_hours(text: str, zone: ZoneInfo) -> QuietHours | None:
    """The hours that a setting like "21:00-08:00" names; None for "off". Raises InvalidInput for anything else."""
    if text.strip().lower() == OFF:
        return None
    found = _SHAPE.fullmatch(text.strip())
    if not found:
        raise InvalidInput("it must be two times of day such as 21:00-08:00, or off")
    numbers = [int(part) for part in found.groups()]
    start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    return None if start == end else QuietHours(start, end, zone)


@dataclass(frozen=True, slots=True)
class Clock:
    """The town's wall clock."""

    zone: ZoneInfo
    quiet: QuietHours | None = None
    """When nobody is woken; None: never."""
