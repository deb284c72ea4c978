"""The public calendar: all events, and one event, as files that calendars read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Query, Response

from bot.api.fields import Number
from bot.desk import Desk
from bot.domain.events import Event
from bot.domain.languages import choose
from bot.services import events
from bot.services.participation import DEFAULT_HOST
from bot.texts.catalog import nearest
from bot.texts.ics import calendar

MEDIA_TYPE = "text/calendar; charset=utf-8"
Language = Annotated[str, Query(max_length=35, description="which language the texts are in, where they have it")]


def router(desk: Desk) -> APIRouter:
    """The calendar's addresses over a desk; open to everyone, like a notice board."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/calendar.ics")
    async def everything(lang: Language = "de") -> Response:
        """Events that are on, and those of the last weeks."""
        found = await desk.database.read(events.for_calendars, desk.now())
        return Response(file_of(desk, found, nearest(lang)), media_type=MEDIA_TYPE)

    @routes.get("/calendar/{number}.ics")
    async def one(number: Number, lang: Language = "de") -> Response:
        """One event."""
        event = await desk.database.read(events.published, number)
        if event is None:
            raise HTTPException(404)
        return Response(file_of(desk, [event], nearest(lang)), media_type=MEDIA_TYPE)

    return routes


def file_of(desk: Desk, found: Sequence[Event], language: str) -> bytes:
    """Events as a calendar file."""
    town = desk.snapshot.town
    name = choose(town.name, language)
    host = urlsplit(desk.policy.address).hostname or DEFAULT_HOST
    return calendar(found, name[0] if name else "Quartierslotse", host, town.zone, language, desk.now())
