"""The town (or quarter) this bot speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.holidays import NORTH_RHINE_WESTPHALIA


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the menu."""

    id: str
    name: Mapping[str, str]
    topics: frozenset[str]
    """Entries with one of these topics stand in it."""


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
    holidays: str = NORTH_RHINE_WESTPHALIA
    """Whose public holidays offices keep: a code of ISO 3166, as `public_holiday` takes it."""
    office: str | None = None
    """Id of the entry whom residents are sent to when the bot does not know."""
    sections: tuple[Section, ...] = ()
    """The parts of the menu, in their order."""
    controller: Mapping[str, str] = field(default_factory=dict)
    """Who is responsible for what is stored, as the privacy notice names them. Source: GDPR, article 13."""
    imprint: str = ""
    """Where the publisher of the web chat is named: a web address."""

    def today(self, now: datetime) -> date:
        """The local date; `now` is aware."""
        return now.astimezone(self.zone).date()
