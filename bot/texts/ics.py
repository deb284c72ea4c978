"""Events as files that calendars read. Source: RFC 5545."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, vText
from icalendar import Event as CalendarEvent

from bot.domain.events import USUAL_LENGTH, Event, EventState
from bot.domain.languages import choose
from bot.texts.events import place_of, title_of

PRODUCT = "-//Quartierslotse//Quartierslotse//DE"
REFRESH = "PT6H"
"""How often calendars should look for changes."""


def calendar(events: Sequence[Event], name: str, host: str, zone: ZoneInfo, language: str, changed: datetime) -> bytes:
    """A calendar of events with their time zone; cancelled ones stand there as such.

    `host` makes each event's UID the only one in the world; `changed` is the moment of the file.
    """
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    file.add("refresh-interval", vText(REFRESH), parameters={"VALUE": "DURATION"})
    for event in events:
        file.add_component(_component(event, host, zone, language, changed))
    years = [event.starts_at.year for event in events] or [changed.year]
    # Only the changes of the clock that matter: some readers stumble over a line with those of a century.
    file.add_missing_timezones(first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + 2, 1, 1))
    content: bytes = file.to_ical()
    return content


def _component(event: Event, host: str, zone: ZoneInfo, language: str, changed: datetime) -> CalendarEvent:
    component = CalendarEvent()
    component.add("uid", f"event-{event.id}@{host}")
    component.add("sequence", event.version - 1)
    component.add("dtstamp", changed)
    component.add("dtstart", event.starts_at.astimezone(zone))
    component.add("dtend", (event.ends_at or event.starts_at + USUAL_LENGTH).astimezone(zone))
    component.add("summary", title_of(event, language))
    if place := place_of(event, language):
        component.add("location", place)
    if description := choose(event.description or {}, language):
        component.add("description", description[0])
    component.add("status", "CANCELLED" if event.state is EventState.CANCELLED else "CONFIRMED")
    return component
