"""Notices to many: the list, one of them with its progress and report, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console.addresses import Before, Number
from bot.console.forms import Filled, Form, blame, fill
from bot.console.page import Console, Visit
from bot.console.pages import broadcast_changes, broadcast_forms, recurring
from bot.console.pages.broadcast_views import ONE, PATH, may_send, one_page
from bot.domain.broadcasts import BroadcastState
from bot.domain.errors import InvalidInput, Overtaken, Refused
from bot.domain.staff import Right
from bot.services import approving, broadcasts, notices, reports
from bot.services.approving import RUNNING
from bot.services.notices import Rules


class Approval(Form):
    """What somebody says who sends a notice to many."""

    version: int
    """The one that was looked at."""
    count: int | None = None
    """How many get it, typed where they are many."""
    again: bool = False
    """That the same text is meant to go out once more."""


def router(console: Console) -> APIRouter:
    """The pages of notices."""
    routes = APIRouter()
    _add_list(routes, console)
    recurring.add(routes, console)  # before what takes the last part of an address for a number
    broadcast_forms.add(routes, console)
    _add_one(routes, console)
    _add_sending(routes, console)
    broadcast_changes.add(routes, console)
    return routes


def _add_list(routes: APIRouter, console: Console) -> None:
    reader = Depends(console.allowed(Right.READ))

    @routes.get(PATH)
    async def listed(visit: Visit = reader, state: str = "", before: Before = None) -> Response:
        wanted = BroadcastState(state) if state in list(BroadcastState) else None
        lines, has_more = await visit.read(approving.newest, wanted, before, visit.now)
        filters = f"state={wanted or ''}&" if wanted else ""
        return visit.page(
            "broadcasts/list.html",
            lines=lines,
            state=wanted or "",
            states=list(BroadcastState),
            older=f"{filters}before={lines[-1].broadcast.id}" if has_more else "",
            is_first=before is None,
        )


def _add_one(routes: APIRouter, console: Console) -> None:
    reader = Depends(console.allowed(Right.READ))

    @routes.get(ONE)
    async def show(number: Number, visit: Visit = reader) -> Response:
        return await one_page(visit, number, Filled())

    @routes.get(ONE + "/progress")
    async def progress(number: Number, visit: Visit = reader) -> Response:
        """The part of the page that tells how far it has come."""
        found = await visit.read(broadcasts.find, number)
        page = visit.page("broadcasts/_progress.html", broadcast=found)
        if found.state not in RUNNING:
            page.headers["X-Done"] = "1"
        return page

    @routes.get(ONE + "/report.{ending}")
    async def report(number: Number, ending: Literal["csv", "xlsx"], visit: Visit = reader) -> Response:
        make, media_type = reports.FILES[ending]
        content = make(await visit.read(reports.report, number))
        named = {"Content-Disposition": f'attachment; filename="rundnachricht-{number}.{ending}"'}
        return Response(content, media_type=media_type, headers=named | {"Cache-Control": "no-store"})


def _add_sending(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.post(ONE + "/approve")
    async def approve(number: Number, request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, Approval, visit.tr)
        found = await visit.read(broadcasts.find, number)
        if found.started_at or found.state is BroadcastState.SCHEDULED:
            return visit.to(f"{PATH}/{number}", visit.tr("It is on its way already. It goes to everybody once."))
        if filled.form is None:
            return await one_page(visit, number, filled)
        may_send(visit, found.is_urgent)
        form, mark = filled.form, ("broadcast", "approve", str(number))
        given = (number, form.version, form.count, visit.desk.policy.notice_cap, visit.now)
        try:
            done = await visit.change(mark, approving.approve, *given, may_repeat=form.again)
        except Overtaken as fault:
            filled.faults[""] = visit.tr(fault.reason)
            return await one_page(visit, number, filled)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr)
            return await one_page(visit, number, filled)
        except Refused as fault:
            filled.faults[""] = visit.tr(fault.reason, **fault.values)
            return await one_page(visit, number, filled)
        said = "It is planned." if done.state is BroadcastState.SCHEDULED else "It is being sent."
        return visit.to(f"{PATH}/{number}", visit.tr(said))

    @routes.post(ONE + "/test")
    async def test(number: Number, visit: Visit = sender) -> Response:
        replies = await visit.read(notices.trials, number, Rules(visit.zone), visit.now)
        await visit.room.show(replies)
        return visit.to(
            f"{PATH}/{number}", visit.tr("The team's group got it in {count} languages.", count=len(replies))
        )

    for name, deed, said in _DEEDS:
        _add_deed(routes, sender, name, deed, said)


def _add_deed(routes: APIRouter, sender: Any, name: str, deed: Callable[..., Any], said: str) -> None:
    """A button that does one thing."""

    @routes.post(f"{ONE}/{name}")
    async def do(number: Number, visit: Visit = sender) -> Response:
        found = await visit.read(broadcasts.find, number)
        may_send(visit, found.is_urgent and name == "resume")
        await visit.change(("broadcast", name, str(number)), deed, number, visit.now)
        return visit.to(f"{PATH}/{number}", visit.tr(said))


_DEEDS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("cancel", broadcasts.cancel, "Stopped. Whoever has not got it yet never will."),
    ("resume", broadcasts.go_on, "It goes on."),
)
