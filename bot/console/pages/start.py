"""The first page: what needs me now."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from bot.console import access
from bot.console.forms import Filled
from bot.console.page import Console, Visit
from bot.console.pages.session import sign_in_page
from bot.domain.checking import is_due
from bot.services import attention

MOST_LISTED = 5
"""Names on a card; the page of the area has them all."""


def router(console: Console) -> APIRouter:
    """The first page, which is the sign-in form for a stranger."""
    routes = APIRouter()
    guest = Depends(console.guest)

    @routes.get(access.HOME)
    async def start(visit: Visit = guest, next: str = "") -> Response:  # noqa: A002 (the address has it)
        if visit.member is None:
            return sign_in_page(visit, Filled(), access.own_address(next))
        now = visit.now
        today = now.astimezone(visit.zone).date()
        due = [entry for entry in visit.desk.snapshot.entries.values() if is_due(entry, today)]
        outdated = visit.desk.snapshot.withheld.values()
        seen = await visit.read(attention.look, now)
        return visit.page("start/start.html", seen=seen, due=due, outdated=list(outdated), most=MOST_LISTED)

    return routes
