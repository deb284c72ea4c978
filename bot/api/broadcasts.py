"""Notices to many as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from bot.api.access import Act, Allowed, Doing
from bot.api.fields import NUMBER, Number, Page, Text, Texts, page
from bot.api.problems import RESPONSES, STAFF
from bot.desk import Desk, StaffRoom
from bot.domain import broadcasts as domain
from bot.domain.attachments import LARGEST
from bot.domain.broadcasts import Audience, BroadcastState, Missing
from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.events import on_the_clock
from bot.domain.staff import Right, may
from bot.services import amendments, attachments, audiences, broadcasts, notices, reports
from bot.services.audiences import Plan
from bot.services.notices import Rules
from bot.services.tokens import Caller

MOST = 50
UPLOAD = "/attachment"
"""How the address ends where a file is brought."""


class NewBroadcast(BaseModel):
    """A notice to be sent: at once, at `send_at`, or kept as a draft."""

    texts: Texts
    topics: list[Annotated[Text, Field(max_length=40)]] = Field(
        default=[], max_length=50, description="who subscribed to one of these; none: to anything"
    )
    languages: list[Annotated[Text, Field(max_length=10)]] = Field(default=[], max_length=20, description="none: any")
    event_id: Annotated[int, NUMBER] | None = Field(
        default=None, description="what it is about; without topics it goes to those registered for it"
    )
    without_event_id: Annotated[int, NUMBER] | None = Field(default=None, description="not those registered for this")
    send_at: datetime | None = Field(default=None, description="without an offset it is local")
    not_after: datetime | None = Field(default=None, description="when it is too late; the start of its event")
    missing: Missing = Field(default=Missing.FALL_BACK, description="what those get whose language the texts lack")
    urgent: bool = Field(default=False, description="quiet hours and the cap do not hold")
    draft: bool = False
    may_repeat: bool = Field(default=False, description="send although some got the same text within a day")


class Change(BaseModel):
    """Fields of a draft to change; those that are left out stay."""

    texts: Texts = {}
    topics: list[Annotated[Text, Field(max_length=40)]] = Field(default=[], max_length=50)
    languages: list[Annotated[Text, Field(max_length=10)]] = Field(default=[], max_length=20)
    event_id: Annotated[int, NUMBER] | None = None
    without_event_id: Annotated[int, NUMBER] | None = None
    send_at: datetime | None = None
    not_after: datetime | None = None
    missing: Missing = Missing.FALL_BACK
    urgent: bool = False


class Approval(BaseModel):
    """What is meant by approving."""

    may_repeat: bool = Field(default=False, description="send although some got the same text within a day")


class Correction(BaseModel):
    """Texts that take the place of what was delivered."""

    texts: Texts


class Broadcast(BaseModel):
    """A notice and what became of it."""

    id: int
    state: BroadcastState
    texts: dict[str, str]
    topics: list[str]
    languages: list[str]
    event_id: int | None
    without_event_id: int | None
    send_at: datetime | None
    not_after: datetime | None
    missing: Missing
    urgent: bool
    version: int
    started_at: datetime | None
    finished_at: datetime | None
    reason: str
    audience: int = Field(description="how many it goes to; frozen at the start")
    counts: dict[str, int] = Field(description="state of delivery -> how many; they sum to the audience")


class Shown(BaseModel):
    """How many languages were shown."""

    shown: int


class Report(BaseModel):
    """What became of a notice, in numbers."""

    states: dict[str, int] = Field(description="state of delivery -> how many; they sum to the audience")
    languages: dict[str, dict[str, int]] = Field(description="the same by language")
    stops: int = Field(description="how many ended all notices with the button below it")
    stop_rate: float | None = Field(description="their share of those it reached")


class Preview(BaseModel):
    """Whom a notice would go to now, and how it looks."""

    audience: int
    reachable: int
    languages: dict[str, int]
    held_back: dict[str, int] = Field(description="why the others would not get it -> how many")
    missing: list[str] = Field(description="languages of the audience that have no text")
    repeats: bool
    texts: dict[str, str]


def router(desk: Desk, staff: StaffRoom) -> APIRouter:
    """The broadcast calls over a desk; `staff` is whom a notice is shown to before it is sent."""
    routes = APIRouter(prefix="/api/v1/broadcasts", tags=["broadcasts"], responses=STAFF)
    _add_reading(routes, desk)
    _add_writing(routes, desk)
    _add_attaching(routes, desk)
    _add_trial(routes, desk, staff)
    _add_sending(routes, desk)
    _add_amending(routes, desk)
    return routes


def _add_reading(routes: APIRouter, desk: Desk) -> None:
    """The calls that show notices."""
    reading = [Depends(Allowed(desk, Right.READ))]

    @routes.get("", dependencies=reading)
    async def listed(cursor: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Page[Broadcast]:
        """All broadcasts by their numbers."""
        found = await desk.database.read(_listed, cursor)
        return page(found, found[-1].id if found else None, MOST)

    @routes.get("/{number}", dependencies=reading)
    async def one(number: Number) -> Broadcast:
        """One broadcast with its counts."""
        return await desk.database.read(shown, number)

    @routes.get("/{number}/report", dependencies=reading)
    async def report(number: Number) -> Report:
        """What became of it, by state and language; it outlives what is stored of residents."""
        found = await desk.database.read(reports.report, number)
        return Report(
            states=dict(found.states),
            languages={code: dict(counted) for code, counted in found.languages.items()},
            stops=found.stops,
            stop_rate=found.stop_rate,
        )

    @routes.get("/{number}/report.{ending}", dependencies=reading, response_class=Response)
    async def report_file(number: Number, ending: Literal["csv", "xlsx"]) -> Response:
        """The same for a spreadsheet."""
        make, media_type = reports.FILES[ending]
        content = make(await desk.database.read(reports.report, number))
        named = {"Content-Disposition": f'attachment; filename="broadcast-{number}.{ending}"'}
        return Response(content, media_type=media_type, headers=named)

    @routes.post("/preview", responses=RESPONSES, dependencies=reading)
    async def preview(new: NewBroadcast) -> Preview:
        """Whom it would go to, and how each language looks; nothing is written down."""
        return await desk.database.read(_preview, _plan(desk, new), desk)


def _add_writing(routes: APIRouter, desk: Desk) -> None:
    """The calls that make and change drafts."""
    creating, changing = (Depends(Doing(desk, Right.SEND, "broadcast", deed)) for deed in ("create", "change"))

    @routes.post("", status_code=201, responses=RESPONSES)
    async def create(new: NewBroadcast, act: Act = creating) -> Broadcast:
        """Write a notice and, unless it is a draft, send it: a program's call needs no confirmation."""
        _check_urgent(act.caller, is_urgent=new.urgent)
        return await act.noting(draft=new.draft).write(_create, _plan(desk, new), new, desk.now())

    @routes.patch("/{number}", responses=RESPONSES)
    async def change(number: Number, change: Change, act: Act = changing) -> Broadcast:
        """Change a draft; one that waits for its start becomes a draft again."""
        _check_urgent(act.caller, is_urgent=change.urgent)
        return await act.noting(fields=sorted(change.model_fields_set)).write(_change, number, change, desk)


def _add_attaching(routes: APIRouter, desk: Desk) -> None:
    """The calls that put a file beside a draft."""
    attaching, detaching = (Depends(Doing(desk, Right.SEND, "broadcast", deed)) for deed in ("attach", "detach"))

    @routes.post("/{number}" + UPLOAD, responses=RESPONSES)
    async def attach(
        number: Number,
        file: Annotated[UploadFile, File(description="PNG, JPEG or PDF, up to 5 MB")],
        alt: Annotated[str, Form(max_length=20_000, description="JSON: language -> what it shows")],
        act: Act = attaching,
    ) -> Broadcast:
        """Put a picture or leaflet beside a draft, with words for those who cannot see it."""
        try:
            words = _WORDS.validate_json(alt)
        except ValidationError as fault:
            raise InvalidInput("it takes a JSON object: language -> what the file shows", field="alt") from fault
        content = await file.read(LARGEST + 1)
        return await act.write(_after, attachments.attach, number, file.filename or "", content, words)

    @routes.delete("/{number}" + UPLOAD)
    async def detach(number: Number, act: Act = detaching) -> Broadcast:
        """Take it away again."""
        return await act.write(_after, attachments.detach, number)


_WORDS: TypeAdapter[dict[str, str]] = TypeAdapter(Texts)


def _add_trial(routes: APIRouter, desk: Desk, staff: StaffRoom) -> None:
    """The call that shows a notice to staff."""
    testing = Depends(Doing(desk, Right.SEND, "broadcast", "test"))

    @routes.post("/{number}/test")
    async def test(number: Number, act: Act = testing) -> Shown:
        """Show it to the staff group, in each of its languages and marked TEST; nobody else gets it."""
        replies = await desk.database.read(notices.trials, number, Rules(desk.clock.zone), desk.now())
        await staff.show(replies)
        await act.note()
        return Shown(shown=len(replies))


def _add_sending(routes: APIRouter, desk: Desk) -> None:
    """The calls that begin, stop and go on."""
    approving, cancelling, resuming = (
        Depends(Doing(desk, Right.SEND, "broadcast", deed)) for deed in ("approve", "cancel", "resume")
    )

    @routes.post("/{number}/approve", responses=RESPONSES)
    async def approve(number: Number, how: Approval | None = None, act: Act = approving) -> Broadcast:
        """Send a draft, at its time."""
        found = await desk.database.read(broadcasts.find, number)
        _check_urgent(act.caller, is_urgent=found.is_urgent)
        may_repeat = how.may_repeat if how else False
        return await act.write(_after, broadcasts.approve, number, desk.now(), may_repeat=may_repeat)

    @routes.post("/{number}/cancel")
    async def cancel(number: Number, act: Act = cancelling) -> Broadcast:
        """Stop it: whoever was not written to yet never will be."""
        return await act.write(_after, broadcasts.cancel, number, desk.now())

    @routes.post("/{number}/resume")
    async def resume(number: Number, act: Act = resuming) -> Broadcast:
        """Go on with one that was paused, or begin it where it was paused at its start."""
        return await act.write(_after, broadcasts.go_on, number, desk.now())


def _add_amending(routes: APIRouter, desk: Desk) -> None:
    """The calls that change what was delivered."""
    correcting, withdrawing = (Depends(Doing(desk, Right.SEND, "broadcast", deed)) for deed in ("correct", "withdraw"))

    @routes.post("/{number}/correct", responses=RESPONSES)
    async def correct(number: Number, correction: Correction, act: Act = correcting) -> Broadcast:
        """Put other texts in the place of what was delivered."""
        return await act.write(_after, amendments.correct, number, correction.texts, desk.now())

    @routes.post("/{number}/withdraw")
    async def withdraw(number: Number, act: Act = withdrawing) -> Broadcast:
        """Take back what was delivered, or say that it does not hold."""
        return await act.write(_after, amendments.withdraw, number, desk.now())


def _check_urgent(caller: Caller, *, is_urgent: bool) -> None:
    if is_urgent and not may(caller.role, Right.URGENT):
        raise NotAllowed(f"a token of the role {caller.role} may not send past quiet hours and the cap")


def _change(db: Session, number: int, change: Change, desk: Desk) -> Broadcast:
    plan = broadcasts.plan_of(broadcasts.row_of(db, number))
    given = _plan(desk, change)
    named = {_PLANNED.get(name, name) for name in change.model_fields_set}
    rule = replace(plan.audience, **{name: getattr(given.audience, name) for name in named & _RULE})
    own = {name: getattr(given, name) for name in named - _RULE}
    broadcasts.edit(db, number, replace(plan, audience=rule, **own), desk.now())
    return shown(db, number)


_PLANNED = {"urgent": "is_urgent"}
_RULE = {each.name for each in fields(Audience)}


def _plan(desk: Desk, new: NewBroadcast | Change) -> Plan:
    zone = desk.clock.zone
    return Plan(
        texts=new.texts,
        audience=Audience(
            tuple(dict.fromkeys(new.topics)), tuple(dict.fromkeys(new.languages)), new.event_id, new.without_event_id
        ),
        missing=new.missing,
        send_at=on_the_clock(new.send_at, zone, "send_at") if new.send_at else None,
        not_after=on_the_clock(new.not_after, zone, "not_after") if new.not_after else None,
        is_urgent=new.urgent,
    )


def _create(db: Session, plan: Plan, new: NewBroadcast, now: datetime) -> Broadcast:
    is_draft = new.draft
    made = broadcasts.create(db, plan, now) if is_draft else broadcasts.send(db, plan, now, may_repeat=new.may_repeat)
    return shown(db, made.id)


def _after(db: Session, deed: Callable[..., object], number: int, *args: Any, **how: Any) -> Broadcast:
    """A broadcast as it is after a deed."""
    deed(db, number, *args, **how)
    return shown(db, number)


def _listed(db: Session, cursor: int) -> list[Broadcast]:
    return [shown(db, one.id) for one in broadcasts.listed(db, cursor, MOST)]


def shown(db: Session, number: int) -> Broadcast:
    """A broadcast as a program sees it; raises NotFound."""
    one: domain.Broadcast = broadcasts.find(db, number)
    values: dict[str, Any] = {
        "id": one.id,
        "state": one.state,
        "texts": dict(one.texts),
        "topics": list(one.audience.topics),
        "languages": list(one.audience.languages),
        "event_id": one.audience.event_id,
        "without_event_id": one.audience.without_event_id,
        "send_at": one.send_at,
        "not_after": one.not_after,
        "missing": one.missing,
        "urgent": one.is_urgent,
        "version": one.version,
        "started_at": one.started_at,
        "finished_at": one.finished_at,
        "reason": one.reason,
        "counts": one.reached,
    }
    size = sum(one.reached.values()) if one.reached else audiences.size(db, one.audience)
    return Broadcast(**values, audience=size)


def _preview(db: Session, plan: Plan, desk: Desk) -> Preview:
    now, cap = desk.now(), desk.policy.notice_cap
    broadcasts.check(db, plan, now)
    seen = audiences.preview(db, plan, now, cap)
    replies = notices.preview(db, plan, Rules(desk.clock.zone, cap), now)
    return Preview(
        audience=seen.audience,
        reachable=seen.reachable,
        languages=seen.languages,
        held_back=seen.held_back,
        missing=list(seen.missing),
        repeats=seen.repeats,
        texts={language: reply.plain() for language, reply in replies.items()},
    )
