"""Events and participation meetings as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from bot.api.access import Act, Allowed, Doing
from bot.api.broadcasts import Broadcast, shown
from bot.api.fields import NUMBER, Number, Page, Text, Texts, page
from bot.api.problems import RESPONSES, STAFF
from bot.desk import Desk
from bot.domain import events as domain
from bot.domain.broadcasts import BroadcastState
from bot.domain.events import EventState, Help
from bot.domain.leads import Lead, read_lead
from bot.domain.registrations import Registration
from bot.domain.series import Every, Repeat
from bot.domain.staff import Right
from bot.services import announcing, events, registrations, reminders
from bot.services.events import Draft
from bot.texts.poster import poster_code

MOST = events.MOST_LISTED


class Repetition(BaseModel):
    """A rule by which the event comes again, at the same time of day."""

    every: Every
    until: date = Field(description="the last day on which it may fall")
    interval: int = Field(default=1, ge=1, le=52)
    skip: list[date] = Field(default=[], max_length=200)


class EventFields(BaseModel):
    """What can be said of an event."""

    description: Texts | None = None
    place: Texts | None = None
    address: Annotated[Text, Field(max_length=300)] | None = None
    ends_at: datetime | None = None
    participation: bool = Field(default=False, description="residents have a say there, and sign up")
    capacity: Annotated[int, NUMBER] | None = Field(default=None, description="seats; null: any number")
    topics: list[Annotated[Text, Field(max_length=40)]] = Field(default=[], max_length=50)
    help: list[Help] = []
    reminders: list[Annotated[Text, Field(max_length=20)]] = Field(
        default=[str(lead) for lead in domain.DEFAULT_LEADS],
        max_length=20,
        description="ISO 8601 durations before the start: P1D, PT2H; or MORNING: in the morning of the day",
    )
    entry_id: Annotated[Text, Field(max_length=200)] | None = None
    state: EventState = Field(default=EventState.PUBLISHED, description="draft or published")


class NewEvent(EventFields):
    """An event to be written down; times without an offset are local."""

    title: Texts
    starts_at: datetime
    repeat: Repetition | None = Field(default=None, description="makes one event a time; the first is returned")


class EventChange(EventFields):
    """Fields to change; those that are left out stay."""

    title: Texts | None = None
    starts_at: datetime | None = None
    whole_series: bool = Field(default=False, description="the later events of its series too, moved as far")


class Event(BaseModel):
    """An event as it is."""

    id: int
    state: EventState
    version: int
    title: dict[str, str]
    description: dict[str, str]
    place: dict[str, str]
    address: str | None
    starts_at: datetime = Field(description="with the offset of the local clock at that time")
    ends_at: datetime | None
    participation: bool
    capacity: int | None
    topics: list[str]
    help: list[Help]
    reminders: list[str]
    entry_id: str | None
    series: str | None


class Announcement(BaseModel):
    """A notice about an event."""

    id: int
    state: BroadcastState
    at: datetime | None = Field(description="when it began, or is to")


class EventWithNotices(Event):
    """An event, and what was sent about it."""

    announced: list[Announcement]


class Registered(BaseModel):
    """Somebody who is coming or waits; no name is known."""

    state: str = Field(description="confirmed, waiting, or offered: seats are kept until they answer")
    seats: int
    needs: list[Help]
    place: int | None = Field(description="on the waiting list, from 1")


class Registrations(Page[Registered]):
    """Who is coming."""

    capacity: int | None
    seats: int = Field(description="taken")
    waiting: int = Field(description="registrations on the waiting list")


class Reminder(BaseModel):
    """What will be sent when."""

    lead: str
    due_at: datetime
    state: str = Field(description="planned, sending, sent or skipped")
    recipients: int


class Cancellation(BaseModel):
    """How an event is cancelled."""

    whole_series: bool = Field(default=False, description="the later events of its series too")


class Aftermath(BaseModel):
    """What came of an event."""

    attendance: Annotated[int, Field(ge=0, le=100_000)] | None = None
    summary: Texts = {}


class Told(BaseModel):
    """How many residents are told."""

    told: int


def router(desk: Desk) -> APIRouter:
    """The event calls over a desk."""
    routes = APIRouter(prefix="/api/v1/events", tags=["events"], responses=STAFF)
    _add_reading(routes, desk)
    _add_planning(routes, desk)
    _add_attendance(routes, desk)
    _add_announcing(routes, desk)
    return routes


def _add_reading(routes: APIRouter, desk: Desk) -> None:
    """The calls that show events."""
    reading = [Depends(Allowed(desk, Right.READ))]

    @routes.get("", dependencies=reading)
    async def listed(cursor: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Page[Event]:
        """All events by their numbers, past and cancelled ones too."""
        found = await desk.database.read(events.listed, cursor, MOST)
        return page([_event(desk, one) for one in found], found[-1].id if found else None, MOST)

    @routes.get("/{number}", dependencies=reading)
    async def one(number: Number) -> EventWithNotices:
        """One event, and the notices about it."""
        event = _event(desk, await desk.database.read(events.find, number))
        found = await desk.database.read(announcing.announced, number)
        notices = [Announcement(id=one.id, state=one.state, at=one.at and _local(desk, one.at)) for one in found]
        return EventWithNotices(**event.model_dump(), announced=notices)


def _add_planning(routes: APIRouter, desk: Desk) -> None:
    """The calls that make and change events."""
    creating, changing, cancelling, closing = (
        Depends(Doing(desk, Right.PLAN, "event", deed)) for deed in ("create", "change", "cancel", "outcome")
    )

    @routes.post("", status_code=201, responses=RESPONSES)
    async def create(new: NewEvent, act: Act = creating) -> Event:
        """A new event; published, unless it says draft."""
        repeat = Repeat(**new.repeat.model_dump()) if new.repeat else None
        draft = Draft(**_values(new, exclude={"repeat"}))
        return await act.write(_create, draft, repeat, desk)

    @routes.patch("/{number}", responses=RESPONSES)
    async def change(number: Number, changes: EventChange, act: Act = changing) -> Event:
        """Change or move an event; everyone registered is told of another time or place, once."""
        values = _values(changes, exclude_unset=True, exclude={"whole_series"})
        noted = act.noting(fields=sorted(changes.model_fields_set))
        given = (number, values, desk.clock, desk.now())
        return _event(desk, await noted.write(events.change, *given, whole_series=changes.whole_series))

    @routes.post("/{number}/cancel", responses=RESPONSES)
    async def cancel(number: Number, how: Cancellation | None = None, act: Act = cancelling) -> Event:
        """Cancel an event; everyone registered is told, once."""
        whole = how.whole_series if how else False
        noted = act.noting(whole_series=whole)
        cancelled = await noted.write(events.cancel, number, desk.now(), whole_series=whole)
        return _event(desk, cancelled[0])

    @routes.post("/{number}/outcome", responses=RESPONSES)
    async def outcome(number: Number, after: Aftermath, act: Act = closing) -> Told:
        """How many came, and what came of it; those who were registered are told the summary, once."""
        args = (number, after.attendance, after.summary)
        return Told(told=await act.write(events.note_outcome, *args, desk.now()))


def _add_announcing(routes: APIRouter, desk: Desk) -> None:
    """The call that makes a notice of an event."""
    drafting = Depends(Doing(desk, Right.SEND, "event", "announce"))

    @routes.post("/{number}/broadcast", status_code=201)
    async def announce(number: Number, act: Act = drafting) -> Broadcast:
        """A draft about the event in all its languages, to be looked at and approved like any other."""
        made = await act.write(announcing.announce, number, desk.clock.zone, desk.now())
        return await desk.database.read(shown, made.id)


def _create(db: Session, draft: Draft, repeat: Repeat | None, desk: Desk) -> Event:
    return _event(desk, events.create(db, draft, desk.clock, desk.now(), repeat)[0])


def _add_attendance(routes: APIRouter, desk: Desk) -> None:
    """The calls about who is coming, and what they are sent."""
    reading = [Depends(Allowed(desk, Right.READ))]

    @routes.get("/{number}/registrations", dependencies=reading)
    async def registered(number: Number) -> Registrations:
        """Who is coming, in the order in which they signed up."""
        event = await desk.database.read(events.find, number)
        everyone = await desk.database.read(registrations.listed, number)
        totals = await desk.database.read(registrations.attendance, number)
        items = [_registered(one) for one in everyone]
        return Registrations(items=items, capacity=event.capacity, seats=totals.seats, waiting=totals.waiting)

    @routes.get("/{number}/reminders", dependencies=reading)
    async def planned(number: Number) -> Page[Reminder]:
        """What is sent when, earliest first."""
        event = await desk.database.read(events.find, number)
        found = await desk.database.read(reminders.listed, event)
        return Page[Reminder](
            items=[
                Reminder(lead=one.lead, due_at=_local(desk, one.due_at), state=one.state, recipients=one.recipients)
                for one in found
            ]
        )

    @routes.get("/{number}/qr.svg", dependencies=reading, response_class=Response)
    async def code(number: Number) -> Response:
        """A QR code for posters: its link opens the event in the chat."""
        await desk.database.read(events.find, number)
        return Response(poster_code(f"{desk.policy.address}/?start=e_{number}"), media_type="image/svg+xml")


def _values(fields: EventFields, **how: Any) -> dict[str, Any]:
    """The fields by the names of a Draft; raises InvalidInput for a reminder that is no duration."""
    given = {name: getattr(fields, name) for name in fields.model_dump(**how)}
    if "reminders" in given:
        leads: tuple[Lead, ...] = tuple(map(read_lead, given.pop("reminders")))
        given["leads"] = leads
    for name in ("topics", "help"):
        if name in given:
            given[name] = tuple(dict.fromkeys(given[name]))
    return {name: value for name, value in given.items() if value is not None or name not in _NEVER_EMPTY}


_NEVER_EMPTY = ("title", "starts_at", "state")


def _event(desk: Desk, one: domain.Event) -> Event:
    return Event(
        id=one.id,
        state=one.state,
        version=one.version,
        title=dict(one.title),
        description=dict(one.description or {}),
        place=dict(one.place or {}),
        address=one.address,
        starts_at=_local(desk, one.starts_at),
        ends_at=_local(desk, one.ends_at) if one.ends_at else None,
        participation=one.participation,
        capacity=one.capacity,
        topics=list(one.topics),
        help=list(one.help),
        reminders=[str(lead) for lead in one.leads],
        entry_id=one.entry_id,
        series=one.series,
    )


def _registered(one: Registration) -> Registered:
    return Registered(state=one.state.value, seats=one.seats, needs=list(one.needs), place=one.place)


def _local(desk: Desk, moment: datetime) -> datetime:
    return moment.astimezone(desk.clock.zone)
