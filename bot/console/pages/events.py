"""Events: the month, the list, and one event with who is coming and what is sent about it."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from babel.dates import format_date
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.console import texts
from bot.console.addresses import Number
from bot.console.page import Console, Visit
from bot.console.pages import event_changes, event_forms
from bot.console.pages.event_views import ONE, PATH, common, link
from bot.domain.events import USUAL_LENGTH, YEARS, Event, EventState, bounds
from bot.domain.staff import Right
from bot.services import announcing, events, programme, registrations, reminders, topics
from bot.services.announcing import Announced
from bot.services.programme import Outcome, Search, Seats, When
from bot.services.registrations import Attendance
from bot.services.reminders import Planned
from bot.services.topics import Topic
from bot.texts.catalog import offered
from bot.texts.events import Reader, Standing
from bot.texts.events import event as card
from bot.texts.poster import poster_code

MOST_PEOPLE = 200
"""Registrations of one page."""

MOST_PAGES = 10_000

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's table."""

    date: date
    is_other: bool
    """Whether it belongs to the month before or after."""
    is_today: bool
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a page tells of an event."""

    event: Event
    seats: Attendance
    reminders: list[Planned]
    notices: list[Announced]
    outcome: Outcome
    topics: list[Topic]
    series: list[Event]


def router(console: Console) -> APIRouter:
    """The pages that show events, and those that change them."""
    routes = APIRouter()
    _add_lists(routes, console)
    event_forms.add(routes, console)
    _add_one(routes, console)
    event_changes.add(routes, console)
    return routes


def _add_lists(routes: APIRouter, console: Console) -> None:
    """The month and the list."""
    reader = Depends(console.allowed(Right.READ))

    @routes.get(PATH)
    async def month(visit: Visit = reader, month: str = "") -> Response:
        today = visit.now.astimezone(visit.zone).date()
        first = _month(month) or today.replace(day=1)
        days = list(Calendar().itermonthdates(first.year, first.month))
        found = await visit.read(programme.month, *bounds(days[0], days[-1], visit.zone))
        weeks = _weeks(visit, days, first, today, found)
        before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
        has_any = any(not day.is_other and day.events for week in weeks for day in week)
        return visit.page(
            "events/month.html",
            **common(visit),
            month_name=lambda day: format_date(day, "MMMM y", locale=visit.language),
            weekday=lambda day: format_date(day, "EEEEEE", locale=visit.language),
            first=first,
            weeks=weeks,
            before=before,
            after=after,
            has_any=has_any,
        )

    @routes.get(PATH + "/list")
    async def listed(
        visit: Visit = reader,
        when: str = "",
        state: str = "",
        topic: str = "",
        participation: str = "",
        lacks: str = "",
        outcome: str = "",
        page: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0,
    ) -> Response:
        wanted = Search(
            when=_one_of(When, when) or When.COMING,
            state=_one_of(EventState, state),
            topic=topic,
            is_participation={"yes": True, "no": False}.get(participation),
            lacks=lacks if lacks in offered() else "",
            has_no_outcome=outcome == "missing",
        )
        found, has_more, seats, known = await visit.read(_list, wanted, visit.now, page)
        filters = {"when": when, "state": state, "topic": topic, "participation": participation}
        filters |= {"lacks": lacks, "outcome": outcome}
        older = urlencode(filters | {"page": page + 1}) if has_more else ""
        return visit.page(
            "events/list.html",
            **common(visit),
            found=found,
            seats=seats,
            no_seats=Seats(),
            topics=known,
            languages=texts.languages(visit),
            filters=filters,
            older=older,
            is_first=page == 0,
        )


def _add_one(routes: APIRouter, console: Console) -> None:
    """One event, who is coming, and its poster."""
    reader = Depends(console.allowed(Right.READ))

    @routes.get(ONE)
    async def show(number: Number, visit: Visit = reader) -> Response:
        whole = await visit.read(_whole, number)
        event = whole.event
        standing = Standing(seats_left=None if event.capacity is None else max(event.capacity - whole.seats.seats, 0))
        readers = {code: Reader(code, visit.zone, visit.now) for code in _written(event)}
        cards = {code: card(event, standing, reader) for code, reader in readers.items()}
        names = texts.names(visit)
        return visit.page(
            "events/one.html", **common(visit), whole=whole, cards=cards, names=names, link=link(visit, number)
        )

    @routes.get(ONE + "/people")
    async def people(
        number: Number, visit: Visit = reader, page: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0
    ) -> Response:
        event = await visit.read(events.find, number)
        everyone = await visit.read(registrations.listed, number)
        begin = page * MOST_PEOPLE
        return visit.page(
            "events/people.html",
            **common(visit),
            event=event,
            people=everyone[begin : begin + MOST_PEOPLE],
            begin=begin,
            seats=await visit.read(registrations.attendance, number),
            older=f"page={page + 1}" if len(everyone) > begin + MOST_PEOPLE else "",
        )

    @routes.get(ONE + "/poster")
    async def poster(number: Number, visit: Visit = reader) -> Response:
        event = await visit.read(events.find, number)
        return visit.page("events/poster.html", **common(visit), event=event, link=link(visit, number))

    @routes.get(ONE + "/qr.svg")
    async def code(number: Number, visit: Visit = reader) -> Response:
        await visit.read(events.find, number)
        return Response(poster_code(link(visit, number)), media_type="image/svg+xml")


def _written(event: Event) -> list[str]:
    """The languages in which an event has a word."""
    known = {*event.title, *(event.description or {}), *(event.place or {})}
    return [code for code in offered() if code in known]


def _weeks(visit: Visit, days: list[date], first: date, today: date, found: list[Event]) -> list[list[Day]]:
    by_day: dict[date, list[Event]] = {}
    for event in found:
        start = event.starts_at.astimezone(visit.zone).date()
        last = ((event.ends_at or event.starts_at + USUAL_LENGTH) - timedelta(minutes=1)).astimezone(visit.zone).date()
        for day in days:
            if start <= day <= last and (day == start or event.ends_at):
                by_day.setdefault(day, []).append(event)
    made = [Day(day, day.month != first.month, day == today, by_day.get(day, [])) for day in days]
    return [made[begin : begin + 7] for begin in range(0, len(made), 7)]


def _list(
    db: Session, wanted: Search, now: datetime, page: int
) -> tuple[list[Event], bool, dict[int, Seats], list[Topic]]:
    found, has_more = programme.search(db, wanted, now, page)
    return found, has_more, programme.seats(db, [event.id for event in found]), topics.all_topics(db)


def _whole(db: Session, number: int) -> Whole:
    event = events.find(db, number)
    return Whole(
        event=event,
        seats=registrations.attendance(db, number),
        reminders=reminders.listed(db, event),
        notices=announcing.announced(db, number),
        outcome=programme.outcome(db, number),
        topics=[topic for topic in topics.all_topics(db) if topic.id in event.topics],
        series=programme.of_series(db, event),
    )


def _month(text: str) -> date | None:
    """The first day of the month that an address names."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _one_of(kind: type[Choice], text: str) -> Choice | None:
    """What a filter names; none where it names nothing that there is."""
    return kind(text) if text in list(kind) else None
