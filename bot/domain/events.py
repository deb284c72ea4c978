"""Events and participation meetings: what is on, when and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.domain.errors import InvalidInput
from bot.domain.leads import Lead
from knowledge.entry import DEFAULT_LANGUAGE, LocalText

DEFAULT_LEADS = (Lead(days=1), Lead(elapsed=timedelta(hours=2)))
"""When those who are coming are reminded, unless the event says otherwise."""

USUAL_LENGTH = timedelta(hours=2)
"""How long an event lasts whose end nobody knows: so long it counts as running."""

MOST_SEATS = 20
"""Seats of one registration; whoever brings more people speaks to the team."""

YEARS = range(2000, 2101)
"""In which events can be: calendars and clocks know their time zones for these."""

NOWHERE = "cancelled"
"""What is noted of when and where a cancelled event is."""

LONGEST_WHEREABOUTS = 300
"""Characters of what is noted of when and where an event is."""


class EventState(StrEnum):
    """Who may see an event."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Help(StrEnum):
    """What is offered so that everyone can take part; a resident says at registration what they need of it."""

    INTERPRETER = "interpreter"
    CHILD_CARE = "child_care"
    STEP_FREE = "step_free"


@dataclass(frozen=True, slots=True)
class Event:
    """One event on one day."""

    id: int
    title: LocalText
    starts_at: datetime
    """In UTC."""
    ends_at: datetime | None = None
    """In UTC; None where nobody knows."""
    state: EventState = EventState.PUBLISHED
    version: int = 1
    """Grows with every change that residents or calendars should know of."""
    description: LocalText | None = None
    place: LocalText | None = None
    address: str | None = None
    participation: bool = False
    """Whether residents have a say there, and sign up."""
    capacity: int | None = None
    """Seats there are; None: any number."""
    topics: tuple[str, ...] = ()
    help: tuple[Help, ...] = ()
    leads: tuple[Lead, ...] = DEFAULT_LEADS
    entry_id: str | None = None
    """The entry that describes it at length."""
    series: str | None = None
    """Names the events that one rule made."""

    def has_begun(self, now: datetime) -> bool:
        """Whether nobody can sign up any more."""
        return now >= self.starts_at

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended, or must have."""
        return now >= (self.ends_at or self.starts_at + USUAL_LENGTH)

    def takes_registrations(self, now: datetime) -> bool:
        """Whether residents can sign up now."""
        is_on = self.state is EventState.PUBLISHED and not self.has_begun(now)
        return is_on and (self.participation or self.capacity is not None)


def on_the_clock(local: datetime, zone: ZoneInfo, field: str) -> datetime:
    """The moment, in UTC, at which the wall clock of `zone` shows a time; an aware time is that moment anyway.

    Of a time that comes twice in autumn it is the first. Raises InvalidInput, naming `field`, for one that the change
    to summer time leaves out, and for the first and the last year of the calendar, where reckoning would leave it.
    """
    if local.year in (MINYEAR, MAXYEAR):
        raise InvalidInput("{year} is no year in which an event can be", field=field, year=local.year)
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        reason = "{time} does not exist: the clocks are put forward then"
        raise InvalidInput(reason, field=field, time=f"{local:%Y-%m-%d %H:%M}")
    return moment


def comes_twice(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall clock shows a time twice, because it is put back then; `on_the_clock` means the first."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.astimezone(UTC) < second.astimezone(UTC)


def bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments, in UTC, at which the first of some days begins and the last has ended."""
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def whereabouts(event: Event) -> str:
    """When and where an event is, as one text: compared with what a resident was told, it says whether that changed."""
    if event.state is EventState.CANCELLED:
        return NOWHERE
    place = event.place or {}
    named = place.get(DEFAULT_LANGUAGE) or next(iter(place.values()), "")
    told = f"{event.starts_at.isoformat()}|{named}|{event.address or ''}"
    if len(told) <= LONGEST_WHEREABOUTS:
        return told
    digest = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]  # the end may be all that differs
    return f"{told[: LONGEST_WHEREABOUTS - len(digest)]}{digest}"


def start_told(told: str) -> datetime:
    """The start that a text of `whereabouts` names."""
    return datetime.fromisoformat(told.partition("|")[0])
