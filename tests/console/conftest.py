"""A console over the small quarter, and people of each role who are signed in to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape

import httpx
import pytest

from bot.console.access import hash_password
from bot.domain.staff import Role
from bot.services import staff
from tests.api.conftest import client_of
from tests.conftest import TestTown, ToldTime
from tests.small_quarter import furnish

PASSWORD = "ein langer Satz fuer Tests"
_HASHED = hash_password(PASSWORD)

SignIn = Callable[[Role], Awaitable[httpx.AsyncClient]]


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
    browsers: list[httpx.AsyncClient] = []

    async def enter(role: Role) -> httpx.AsyncClient:
        browser = client_of(office.desk)
        browsers.append(browser)
        name = str(role)
        with office.database.writing() as db:
            known = [one for one in staff.listed(db) if one.name == name]
            if not known:
                _, token = staff.add(db, name, role, "de", office.now())
                known = [staff.accept(db, token, name, _HASHED, "de", office.now())]
            browser.cookies.set("lotse", staff.begin_session(db, known[0].id, office.now()))
        return browser

    yield enter
    for browser in browsers:
        await browser.aclose()


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


def words_of(answer: httpx.Response) -> str:
    """What a person reads on a page, without its tags; spaces are single."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


__all__ = ["PASSWORD", "SignIn", "TestTown", "ToldTime", "words_of"]
