"""The first page: what needs me now."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from bot.console import access
from bot.console.forms import Filled
from bot.console.page import Console, Visit
from bot.console.pages.session import sign_in_page


def router(console: Console) -> APIRouter:
    """The first page, which is the sign-in form for a stranger."""
    routes = APIRouter()

    guest = Depends(console.guest)

    @routes.get("/console")
    async def start(visit: Visit = guest, next: str = "") -> Response:  # noqa: A002
        if visit.member is None:
            return sign_in_page(visit, Filled(), access.own_address(next))
        return visit.page("start/start.html")

    return routes
