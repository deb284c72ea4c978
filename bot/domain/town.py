"""The town (or quarter) this bot speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Town:
    """What staff say about the bot itself; texts are maps from language code to text."""

    zone: ZoneInfo
    name: Mapping[str, str] = field(default_factory=dict)
    """What the bot is called."""
    area: Mapping[str, str] = field(default_factory=dict)
    """Where it helps: the quarter."""
    greeting: Mapping[str, str] = field(default_factory=dict)
    """The first words to a resident."""
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions to start with."""
    office: str | None = None
    """Id of the entry whom residents are sent to when the bot does not know."""

    def today(self, now: datetime) -> date:
        """The local date; `now` is aware."""
        return now.astimezone(self.zone).date()
