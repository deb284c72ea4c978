"""The console in a real browser: a window in which somebody is signed in, and the way over all of its pages."""

from __future__ import annotations

import contextlib
import re
from collections import deque
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from fastapi import APIRouter
from playwright.sync_api import Browser, BrowserContext
from starlette.routing import Match, Route

from bot.console.app import AREAS, MENU
from bot.console.page import Console
from bot.domain.staff import Role
from tests.console.conftest import begin_session
from tests.webchat.browsing import DESKTOP, Site, Visit, window

LINK = re.compile(r'(?:<a\b[^>]*\bhref|\bdata-poll|<img\b[^>]*\bsrc)="([^"#]+)')

MOST_OF_A_KIND = 4
"""Pages of one kind that are asked for; the fullest is looked at."""


@contextlib.contextmanager
def at_desk(
    browser: Browser, site: Site, role: Role = Role.ADMIN, path: str = "/console", **options: Any
) -> Iterator[Visit]:
    """A window in which somebody of a role is signed in, on a page of the console."""
    with window(browser, site, **{"viewport": DESKTOP} | options) as visit:
        enter(visit.page.context, site, role)
        yield visit.opens(path)


def enter(context: BrowserContext, site: Site, role: Role) -> None:
    """Sign somebody of a role in."""
    context.add_cookies([{"name": "lotse", "value": begin_session(site.town, role), "url": site.address}])


def routes_of(site: Site) -> dict[str, Route]:
    """The console's routes that a link can lead to, by their pattern, in the order in which they are tried."""
    console = Console(site.town.desk, MENU)
    routes = [one for area in AREAS for one in flat(area.router(console))]
    return {one.path: one for one in routes if "GET" in (one.methods or ())}


def flat(router: APIRouter) -> Iterator[Route]:
    for one in router.routes:
        if isinstance(one, Route):
            yield one
        else:
            yield from flat(one.original_router)  # type: ignore[attr-defined]  # FastAPI's, of `include_router`


def walk(site: Site, role: Role = Role.ADMIN) -> dict[str, httpx.Response]:
    """What links lead to from the first page: of each kind the longest answer, by the kind.

    A kind is a route with the names of what its query says: "/console/events/{number}", "/console/entries?page".
    """
    routes, found, ahead, seen = routes_of(site), dict[str, list[httpx.Response]](), deque(["/console"]), set[str]()
    with httpx.Client(base_url=site.address, cookies={"lotse": begin_session(site.town, role)}, timeout=30) as client:
        while ahead:
            address = ahead.popleft()
            kind = _kind(address, routes)
            if not kind or address in seen or len(found.get(kind, [])) == MOST_OF_A_KIND:
                continue
            seen.add(address)
            answer = client.get(address)
            found.setdefault(kind, []).append(answer)
            if answer.headers["content-type"].startswith("text/html"):
                ahead.extend(urljoin(address, unescape(link)) for link in LINK.findall(answer.text))
    return {kind: max(answers, key=lambda one: (one.status_code, len(one.content))) for kind, answers in found.items()}


def is_page(answer: httpx.Response) -> bool:
    """Whether an answer is to be looked at by itself: no file, and no part of a page."""
    return answer.headers["content-type"].startswith("text/html") and "<html" in answer.text


def _kind(address: str, routes: Mapping[str, Route]) -> str:
    """Empty where an address is none of the console's."""
    parts = urlsplit(address)
    scope = {"type": "http", "method": "GET", "path": parts.path, "headers": []}
    pattern = next((name for name, one in routes.items() if one.matches(scope)[0] is Match.FULL), "")
    asked = ",".join(sorted({name for name, value in parse_qsl(parts.query) if value}))
    return f"{pattern}?{asked}" if pattern and asked and not parts.netloc else pattern
