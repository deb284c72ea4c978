"""Notices that come again as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from bot.api.access import Act, Allowed, Doing
from bot.api.fields import NUMBER, Number, Page, Text, Texts, page
from bot.api.problems import RESPONSES, STAFF
from bot.desk import Desk
from bot.domain import recurring as domain
from bot.domain.broadcasts import Audience, BroadcastState, Missing
from bot.domain.recurring import LeftOut, RecurringState, Rhythm
from bot.domain.series import Every
from bot.domain.staff import Right
from bot.services import recurring
from bot.services.approving import TYPED_ABOVE
from bot.services.notices import Rules
from bot.services.recurring import Draft

MOST = 50


class NewRecurring(BaseModel):
    """A notice that comes again, always at the same time of the town's clock."""

    texts: Texts
    first: datetime = Field(description="the first time, local, without an offset")
    every: Every = Every.WEEK
    interval: int = Field(default=1, ge=1, le=52)
    until: date | None = Field(default=None, description="the last day; null: that of the last date of its event")
    skip: list[date] = Field(default=[], max_length=200, description="days on which nothing is sent")
    topics: list[Annotated[Text, Field(max_length=40)]] = Field(default=[], max_length=50)
    languages: list[Annotated[Text, Field(max_length=10)]] = Field(default=[], max_length=20, description="none: any")
    event_id: Annotated[int, NUMBER] | None = Field(
        default=None, description="one date of the event it is about: each sending is about the date that comes next"
    )
    missing: Missing = Missing.FALL_BACK


class RecurringApproval(BaseModel):
    """What is meant by approving."""

    count: int | None = Field(default=None, description=f"how many get it, above {TYPED_ABOVE}")


class SkippedDay(BaseModel):
    """A day on which nothing is sent."""

    day: date
    again: bool = Field(default=False, description="it is sent after all")


class Sending(BaseModel):
    """One time at which it falls due."""

    at: datetime
    event_id: int | None = Field(description="the date that it is about")
    left_out: LeftOut | None = Field(description="why nothing is sent")


class Sent(BaseModel):
    """The broadcast of one time."""

    id: int
    at: datetime | None
    state: BroadcastState
    reason: str


class Recurring(NewRecurring):
    """A notice that comes again, as it is."""

    id: int
    state: RecurringState
    version: int
    next_at: datetime | None
    coming: list[Sending]
    sent: list[Sent] = Field(description="the newest first; each is a broadcast with its own report")


def router(desk: Desk) -> APIRouter:
    """The calls over a desk."""
    routes = APIRouter(prefix="/api/v1/recurring", tags=["recurring"], responses=STAFF)
    _add_reading(routes, desk)
    _add_writing(routes, desk)
    _add_deeds(routes, desk)
    return routes


def _add_reading(routes: APIRouter, desk: Desk) -> None:
    reading = [Depends(Allowed(desk, Right.READ))]

    @routes.get("", dependencies=reading)
    async def listed(cursor: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Page[Recurring]:
        """All recurring notices by their numbers."""
        found = await desk.database.read(_listed, cursor, desk)
        return page(found, found[-1].id if found else None, MOST)

    @routes.get("/{number}", dependencies=reading)
    async def one(number: Number) -> Recurring:
        """One of them, with its next times and what became of the last ones."""
        return await desk.database.read(_shown, number, desk)


def _add_writing(routes: APIRouter, desk: Desk) -> None:
    creating, changing = (Depends(Doing(desk, Right.SEND, "recurring", deed)) for deed in ("create", "change"))

    @routes.post("", status_code=201, responses=RESPONSES)
    async def create(new: NewRecurring, act: Act = creating) -> Recurring:
        """Write a draft; nothing is sent before it is approved."""
        return await act.write(_create, _draft(new), desk)

    @routes.put("/{number}", responses=RESPONSES)
    async def change(number: Number, new: NewRecurring, act: Act = changing) -> Recurring:
        """Write it anew; one that goes out already rests until it is approved again."""
        given = (_draft(new), desk.clock, desk.now())
        await act.write(recurring.edit, number, *given)
        return await desk.database.read(_shown, number, desk)


def _add_deeds(routes: APIRouter, desk: Desk) -> None:
    approving, skipping, stopping = (
        Depends(Doing(desk, Right.SEND, "recurring", deed)) for deed in ("approve", "skip", "stop")
    )

    @routes.post("/{number}/approve", responses=RESPONSES)
    async def approve(number: Number, how: RecurringApproval | None = None, act: Act = approving) -> Recurring:
        """Approve all of its sendings at once."""
        typed, cap = how.count if how else None, desk.policy.notice_cap
        await act.write(recurring.approve, number, None, typed, cap, desk.clock, desk.now())
        return await desk.database.read(_shown, number, desk)

    @routes.post("/{number}/skip", responses=RESPONSES)
    async def skip(number: Number, how: SkippedDay, act: Act = skipping) -> Recurring:
        """Send nothing on one day; what was approved stays approved."""
        given = (number, how.day, desk.clock, desk.now())
        await act.noting(day=how.day.isoformat()).write(recurring.skip, *given, is_skipped=not how.again)
        return await desk.database.read(_shown, number, desk)

    @routes.post("/{number}/stop")
    async def stop(number: Number, act: Act = stopping) -> Recurring:
        """Send nothing of it any more; what is under way stops too."""
        await act.write(recurring.stop, number, desk.now())
        return await desk.database.read(_shown, number, desk)


def _draft(new: NewRecurring) -> Draft:
    rhythm = Rhythm(new.first, new.every, new.interval, new.until, frozenset(new.skip))
    audience = Audience(tuple(dict.fromkeys(new.topics)), tuple(dict.fromkeys(new.languages)), new.event_id)
    return Draft(new.texts, rhythm, audience, new.missing)


def _create(db: Session, draft: Draft, desk: Desk) -> Recurring:
    return _shown(db, recurring.create(db, draft, desk.clock, desk.now()).id, desk)


def _listed(db: Session, cursor: int, desk: Desk) -> list[Recurring]:
    return [_shown(db, one.id, desk) for one in recurring.listed(db, cursor, MOST)]


def _shown(db: Session, number: int, desk: Desk) -> Recurring:
    """A recurring notice as a program sees it; raises NotFound."""
    seen = recurring.look(db, number, Rules(desk.clock.zone, desk.policy.notice_cap), desk.now())
    one, rhythm = seen.notice, seen.notice.rhythm
    return Recurring(
        id=one.id,
        state=one.state,
        version=one.version,
        texts=dict(one.texts),
        first=rhythm.first,
        every=rhythm.every,
        interval=rhythm.interval,
        until=rhythm.until,
        skip=sorted(rhythm.skip),
        topics=list(one.audience.topics),
        languages=list(one.audience.languages),
        event_id=one.audience.event_id,
        missing=one.missing,
        next_at=one.next_at,
        coming=[_sending(each) for each in seen.foreseen.coming] if one.is_open else [],
        sent=[Sent(id=each.id, at=each.send_at, state=each.state, reason=each.reason) for each in seen.sent],
    )


def _sending(one: domain.Sending) -> Sending:
    return Sending(at=one.at, event_id=one.event.id if one.event else None, left_out=one.left_out)
