"""Who may call what: every call with a token of every role, and with none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi.routing import APIRoute

from bot.api.access import Doing
from bot.api.app import create_api
from bot.api.description import calls, right_of
from bot.desk import Desk, StaffRoom
from bot.domain.staff import Right, Role, may
from bot.server import create_app
from bot.services import tokens
from tests.api.conftest import client_of, is_problem
from tests.api.office import API, shows
from tests.conftest import TestTown

CHANGES = {
    "entries": Right.WRITE,
    "topics": Right.PLAN,
    "events": Right.PLAN,
    "broadcasts": Right.SEND,
    "recurring": Right.SEND,
    "questions": Right.ANSWER,
}
"""What those need who change something of an area; whoever only looks needs READ."""

OTHERWISE = {
    ("POST", f"{API}/broadcasts/preview"): Right.READ,
    ("POST", f"{API}/events/{{number}}/broadcast"): Right.SEND,
}

Call = tuple[str, str]


def guarded(desk: Desk) -> dict[Call, APIRoute]:
    """Every described call that is not open to everyone, by method and path."""
    routers = create_api(desk, StaffRoom(), "1.2.3", lambda: "off")
    return {(method, path): route for method, path, route in calls(routers) if not path.startswith(f"{API}/chat")}


def needed(call: Call) -> Right:
    """The right that a call should need."""
    method, path = call
    area = path.removeprefix(f"{API}/").partition("/")[0]
    looking = Right.ANSWER if area == "questions" else Right.READ
    return OTHERWISE.get(call) or (looking if method == "GET" else CHANGES[area])


@pytest.fixture
async def client(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    await town.knows("Sofa", answer="EDG.")
    async with client_of(town.desk) as client:
        yield client


async def test_every_call_of_the_description_is_looked_at_here(town: TestTown) -> None:
    document = create_app(town.desk, "1.2.3").openapi()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert set(guarded(town.desk)) == {call for call in described if call[1] != f"{API}/chat"}


async def test_every_call_needs_the_right_that_it_should(town: TestTown) -> None:
    for call, route in guarded(town.desk).items():
        assert right_of(route) is needed(call), call


@pytest.mark.parametrize("role", Role)
async def test_every_call_lets_in_the_roles_that_may_and_no_other(
    client: httpx.AsyncClient, town: TestTown, role: Role
) -> None:
    token = shows(town, role)
    found = guarded(town.desk)
    assert len(found) > 20
    for method, path in found:
        answer = await client.request(method, _somewhere(path), headers=token)
        if may(role, needed((method, path))):
            assert answer.status_code not in (401, 403), (method, path)
        else:
            assert is_problem(answer, 403), (method, path)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer falsch"}, {"Authorization": "Basic abc"}])
async def test_no_call_lets_in_a_stranger(client: httpx.AsyncClient, town: TestTown, header: dict[str, str]) -> None:
    for method, path in guarded(town.desk):
        answer = await client.request(method, _somewhere(path), headers=header)
        assert is_problem(answer, 401), (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_that_was_taken_back_opens_nothing(client: httpx.AsyncClient, town: TestTown) -> None:
    token = shows(town, Role.ADMIN)
    assert (await client.get(f"{API}/events", headers=token)).status_code == 200
    with town.database.writing() as db:
        tokens.revoke(db, tokens.listed(db)[0].name)
    assert is_problem(await client.get(f"{API}/events", headers=token), 401)


async def test_every_call_that_changes_something_is_declared_with_its_area_and_deed(town: TestTown) -> None:
    """What is done by `Act.write` stands in the trail (tests/api/test_trail.py); no other way to write is given."""
    for (method, path), route in guarded(town.desk).items():
        doing = [each.call for each in route.dependant.dependencies if isinstance(each.call, Doing)]
        is_looking = method == "GET" or (method, path) == ("POST", f"{API}/broadcasts/preview")
        assert len(doing) == (0 if is_looking else 1), (method, path)
        assert all(each.area and each.deed for each in doing)


def _somewhere(path: str) -> str:
    return path.replace("{number}", "1").replace("{entry_id}", "nirgends").replace("{ending}", "csv")
