"""What the town knows: entries with their wording per language, and golden questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

LocalText = Mapping[str, str]
"""Text per language code, for example {"de": "kostenlos", "tr": "ücretsiz"}."""

LocalPhrases = Mapping[str, tuple[str, ...]]
"""Several texts per language code, in the order in which staff wrote them."""

DEFAULT_LANGUAGE = "de"

OFFER, CONTACT_POINT, EVENT, TOPIC, DECLINE = "offer", "contact_point", "event", "topic", "decline"
KNOWN_KINDS = (OFFER, CONTACT_POINT, EVENT, TOPIC, DECLINE)
"""Other kinds are kept as they are; `decline` describes what the bot is not for."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PUBLIC_HOLIDAY = "holiday"


def base_language(code: str) -> str:
    """The language without its variant: "de" for "de" and "de-easy", "en" for "en-GB"."""
    return code.partition("-")[0]


class State(StrEnum):
    """Where an entry stands; residents see published ones only."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that residents can call."""

    number: str
    """As people write it: "0231 93144018"."""
    label: LocalText = field(default_factory=dict)
    """What this number is for, where an entry has several."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the earth. Source: WGS 84."""

    latitude: float
    """Degrees north of the equator, from -90 to 90."""
    longitude: float
    """Degrees east of Greenwich, from -180 to 180."""


@dataclass(frozen=True, slots=True)
class OpenTime:
    """One span of a week; a span that ends before it starts runs past midnight."""

    days: tuple[str, ...]
    """Any of WEEKDAYS and PUBLIC_HOLIDAY."""
    start: str
    """Local wall-clock time, HH:MM."""
    end: str
    """Local wall-clock time, HH:MM; 24:00 is the end of the day."""


@dataclass(frozen=True, slots=True)
class OpenException:
    """Days that differ from the week."""

    first: date
    last: date
    start: str | None = None
    """HH:MM; closed all day where there is no start."""
    end: str | None = None
    note: LocalText = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a place is open, as data."""

    weekly: tuple[OpenTime, ...] = ()
    exceptions: tuple[OpenException, ...] = ()
    by_appointment: bool = False
    """Open at other times too, if one asks beforehand."""
    always: bool = False
    """Round the clock, every day."""
    note: LocalText = field(default_factory=dict)
    as_of: str | None = None
    """The year the times were known from, where they may have changed since."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the town knows, with everything residents and the matcher need of it.

    Fields that residents read are maps from language code to text.
    """

    id: str
    """Public and lasting: links, files and the API name an entry by it."""
    kind: str = TOPIC
    state: State = State.PUBLISHED
    title: LocalText = field(default_factory=dict)
    text: LocalText = field(default_factory=dict)
    """The answer, without what the typed fields below say."""
    phrasings: LocalPhrases = field(default_factory=dict)
    """Questions as residents ask them."""
    keywords: LocalPhrases = field(default_factory=dict)
    """Other names, abbreviations, search words."""
    address: str | None = None
    position: Position | None = None
    """Where the address is on a map."""
    phones: tuple[Phone, ...] = ()
    mail: str | None = None
    link: str | None = None
    opening_hours: OpeningHours | None = None
    when: LocalText = field(default_factory=dict)
    """The rhythm of an event or a course in words ("every year in May")."""
    cost: LocalText = field(default_factory=dict)
    audience: LocalText = field(default_factory=dict)
    accessibility: LocalText = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    """Codes of the languages spoken there."""
    contact: tuple[str, ...] = ()
    """Ids of the entries to call or visit about this one."""
    call_first: bool = False
    """The facts may be out of date: residents are asked to call before they go."""
    topics: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    """Ids of entries that residents may want next."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The last day on which the entry is of use."""
    source: str | None = None
    as_of: str | None = None
    """The year (or date) of the source."""
    checked_on: date | None = None
    """When staff last confirmed it; None: never."""
    next_check_on: date | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a file that this version has no name for, kept for the export."""

    def languages_written(self) -> tuple[str, ...]:
        """The languages in which this entry has a title, a text or a phrasing, in the order of the file."""
        found: dict[str, None] = {}
        for part in (self.title, self.text, self.phrasings, self.keywords):
            found.update(dict.fromkeys(part))
        return tuple(found)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to show to a resident."""
        return bool(self.text or self.phones or self.address or self.mail or self.link)

    def is_current(self, today: date) -> bool:
        """Whether it is published and `today` lies within its validity."""
        return (
            self.state is State.PUBLISHED
            and (self.valid_from is None or self.valid_from <= today)
            and (self.valid_to is None or today <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question whose right answer is known, to measure matching with."""

    text: str
    expect: str | None
    """Id of the entry that answers it; None: no entry does, and declining is right."""
    lang: str | None = None
    """Language of the message; None: the engine finds out."""
    also: tuple[str, ...] = ()
    """Further entries that are as right."""
    line: int = 0
    """Where it stands in its file, from 1."""

    @property
    def accepted(self) -> frozenset[str]:
        """Every entry that counts as right; empty where declining is."""
        return frozenset() if self.expect is None else frozenset((self.expect, *self.also))


class EntryError(Exception):
    """A file of entries or questions that cannot be read; says where and why."""

    def __init__(self, reason: str, *, line: int | None = None, field: str | None = None, entry: str | None = None):
        self.reason = reason
        self.line = line
        """Line or row of the file, from 1."""
        self.field = field
        self.entry = entry
        """The entry's id, where it is known."""
        place = [f"line {line}" if line else "", f"entry {entry}" if entry else "", f"field {field}" if field else ""]
        super().__init__(": ".join([", ".join(filter(None, place)), reason]) if any(place) else reason)


class FaultyFile(Exception):
    """A file with mistakes: all of them, so that a person can mend them in one go."""

    def __init__(self, faults: Sequence[EntryError]):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))
