"""Who may see and do what in the console: every page and every form with every role, and with none."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bot.console.app import create_console
from bot.domain.staff import Right, Role, may
from tests.conftest import TestTown
from tests.console.browsing import flat
from tests.console.conftest import SignIn

Door = tuple[str, str]
"""A method, and a path with its places open."""

OPEN = {
    ("GET", "/console"),
    ("POST", "/console/sign-in"),
    ("POST", "/console/sign-out"),
    ("GET", "/console/setup/{token}"),
    ("POST", "/console/setup/{token}"),
    ("GET", "/console/static/{name}"),
}
"""What a stranger needs to come in."""

LOOKS = {
    "accounts": Right.ACCOUNTS,
    "canned": Right.ANSWER,
    "cases": Right.ANSWER,
    "questions": Right.ANSWER,
    "trail": Right.AUDIT,
}
"""What those need who look at an area; for the others READ is enough."""

CHANGES = {
    "accounts": Right.ACCOUNTS,
    "canned": Right.ANSWER,
    "broadcasts": Right.SEND,
    "cases": Right.ANSWER,
    "entries": Right.WRITE,
    "events": Right.PLAN,
    "exchange": Right.WRITE,
    "questions": Right.ANSWER,
    "topics": Right.PLAN,
}
"""What those need who change something of an area."""


ASKS = {("POST", "/console/entries/{entry_id:path}/try")}
"""Forms that only ask something."""


def doors(office: TestTown) -> dict[Door, APIRoute]:
    """Every page and form of the console."""
    routes = [route for route in flat(create_console(office.desk)) if isinstance(route, APIRoute)]
    return {(method, route.path): route for route in routes for method in route.methods - {"HEAD"}}


def guards(dependant: Dependant) -> list[Right | None]:
    """The rights that a route asks for; None stands for any of the staff."""
    own = [dependant.call.right] if hasattr(dependant.call, "right") else []
    return [*own, *(right for each in dependant.dependencies for right in guards(each))]


def area_of(path: str) -> str:
    return path.removeprefix("/console/").partition("/")[0]


def somewhere(path: str) -> str:
    """A path whose places are filled with something that there is not."""
    return re.sub(r"\{\w+(:\w+)?\}", "999", path)


async def test_every_page_and_form_is_guarded_as_its_area_should_be(office: TestTown) -> None:
    found = doors(office)
    assert found.keys() > OPEN
    for (method, path), route in found.items():
        if (method, path) in OPEN:
            assert guards(route.dependant) == []
            continue
        asked, area = guards(route.dependant), area_of(path)
        assert asked, (method, path)
        if area == "me":
            assert asked == [None]
            continue
        changes = method != "GET" and (method, path) not in ASKS
        needed = CHANGES[area] if changes else LOOKS.get(area, Right.READ)
        lets_in = {role for role in Role if all(right is None or may(role, right) for right in asked)}
        assert lets_in <= {role for role in Role if may(role, needed)}, (method, path)


@pytest.mark.parametrize("role", Role)
async def test_every_page_and_form_turns_away_who_may_not(office: TestTown, sign_in: SignIn, role: Role) -> None:
    browser = await sign_in(role)
    for (method, path), route in doors(office).items():
        asked = [right for right in guards(route.dependant) if right]
        if (method, path) in OPEN or all(may(role, right) for right in asked):
            continue
        answer = await browser.request(method, somewhere(path))
        assert answer.status_code == 403, (method, path)


async def test_no_page_or_form_lets_a_stranger_in(office: TestTown, stranger: httpx.AsyncClient) -> None:
    for method, path in doors(office).keys() - OPEN:
        answer = await stranger.request(method, somewhere(path))
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/console"), (method, path)
        assert "set-cookie" not in answer.headers, (method, path)
