"""A console over the small quarter, and people of each role who are signed in to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from html import unescape

import httpx
import pytest

from bot.console.passwords import hash_password
from bot.domain.staff import Role
from bot.services import staff
from tests.api.conftest import client_of
from tests.conftest import TestTown, ToldTime
from tests.console import example
from tests.small_quarter import furnish
from tests.webchat.browsing import Site, serve
from tests.webchat.conftest import browser, site

PASSWORD = "ein langer Satz fuer Tests"
_HASHED = hash_password(PASSWORD)

SignIn = Callable[[Role], Awaitable[httpx.AsyncClient]]


def begin_session(town: TestTown, role: Role) -> str:
    """What the cookie of somebody holds who is signed in; their name is that of the role."""
    name = str(role)
    with town.database.writing() as db:
        known = [one for one in staff.listed(db) if one.name == name]
        if not known:
            _, token = staff.add(db, name, role, "de", town.now())
            known = [staff.accept(db, token, name, _HASHED, "de", town.now())]
        return staff.begin_session(db, known[0].id, town.now())


@pytest.fixture
async def office(town: TestTown) -> TestTown:
    """A town with the small quarter's knowledge, over which the console stands."""
    await furnish(town)
    return town


@pytest.fixture
async def stranger(office: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with client_of(office.desk) as client:
        yield client


@pytest.fixture
async def sign_in(office: TestTown) -> AsyncIterator[SignIn]:
    """Gives a browser in which somebody of a role is signed in; their name is that of the role."""
    clients: list[httpx.AsyncClient] = []

    async def enter(role: Role) -> httpx.AsyncClient:
        client = client_of(office.desk)
        clients.append(client)
        client.cookies.set("lotse", begin_session(office, role))
        return client

    yield enter
    for client in clients:
        await client.aclose()


@pytest.fixture
async def admin(sign_in: SignIn) -> httpx.AsyncClient:
    """A browser of the administration."""
    return await sign_in(Role.ADMIN)


@pytest.fixture
async def qm(sign_in: SignIn) -> httpx.AsyncClient:
    """A browser of the neighbourhood management."""
    return await sign_in(Role.QM)


@pytest.fixture
async def editor(sign_in: SignIn) -> httpx.AsyncClient:
    """A browser of an editor."""
    return await sign_in(Role.EDITOR)


@pytest.fixture(scope="module")
def busy_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served town whose office has something in every area."""
    with serve(tmp_path_factory.mktemp("busy-town")) as served:
        served.does(example.work(served.town))
        yield served


def words_of(answer: httpx.Response) -> str:
    """What a person reads on a page, without its tags; spaces are single."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


__all__ = ["PASSWORD", "SignIn", "TestTown", "ToldTime", "browser", "site", "words_of"]
