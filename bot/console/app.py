"""The console's routes, its menu and its error pages. Each area of the office has a file of its own in pages/."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.console import access
from bot.console.page import STATIC, Console, Item, file
from bot.console.pages import (
    accounts,
    broadcasts,
    canned,
    cases,
    entry_area,
    events,
    figures,
    questions,
    session,
    start,
    topics,
    trail,
)
from bot.desk import Desk, StaffRoom
from bot.domain.errors import EnquiryError, InvalidInput, NotAllowed, NotFound, Refused, TooMany
from bot.domain.staff import Right

MENU = (
    Item("/console", "Start", Right.READ),
    Item("/console/questions", "Open questions", Right.ANSWER),
    Item("/console/entries", "Entries", Right.READ),
    Item("/console/events", "Events", Right.READ),
    Item("/console/broadcasts", "Notices to many", Right.READ),
    Item("/console/topics", "Topics", Right.READ),
    Item("/console/cases", "Conversations", Right.ANSWER),
    Item("/console/figures", "Figures", Right.READ),
    Item("/console/accounts", "Accounts", Right.ACCOUNTS),
    Item("/console/trail", "Audit trail", Right.AUDIT),
)
"""In the order of the page."""

AREAS = (session, start, questions, cases, canned, entry_area, broadcasts, events, topics, figures, accounts, trail)


def create_console(desk: Desk, room: StaffRoom | None = None) -> APIRouter:
    """Every page of the console, no part of the described API; `room` is whom notices are shown to before."""
    console = Console(desk, MENU, room)
    routes = APIRouter(include_in_schema=False)
    for area in AREAS:
        routes.include_router(area.router(console))

    @routes.api_route("/console/static/{name}", methods=["GET", "HEAD"])
    async def static(name: str) -> Response:
        if name not in STATIC:
            return Response(status_code=404)
        # The address holds the file's hash, so it can be kept for ever.
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(file(name), media_type=STATIC[name], headers=headers)

    return routes


async def error_page(desk: Desk, request: Request, status: int, fault: Exception | None = None) -> Response:
    """What staff see where a page cannot be shown; a stranger is led to where they sign in."""
    visit = await Console(desk, MENU).visit(request)
    if visit.member is None and (isinstance(fault, access.SignInNeeded) or status == 404):
        return visit.to(access.sign_in_address(request))
    reason = visit.tr(fault.reason, **fault.values) if isinstance(fault, Refused | InvalidInput) else ""
    return visit.page("error.html", status, code=status, reason=reason)


def status_of(fault: EnquiryError) -> int:
    """The HTTP status of a page on which a deed was not done."""
    match fault:
        case NotFound():
            return 404
        case NotAllowed():
            return 403
        case TooMany():
            return 429
        case _:
            return 409
