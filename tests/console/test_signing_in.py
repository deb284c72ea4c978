"""How many may try to sign in, from where, and what of it stands in the trail."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot import server
from bot.console import cookies, passwords
from bot.domain.staff import Role
from bot.services import audit, sign_in, staff
from bot.services.audit import Search
from bot.services.sign_in import MOST_FAILURES, MOST_FAILURES_OF_ADDRESS
from tests.api.conftest import client_of
from tests.conftest import TestTown
from tests.console.conftest import PASSWORD, SignIn, words_of

NEW = "ganz anderes Passwort 77"
HERE = "127.0.0.1"
"""Where the tests' browsers are."""


async def enter(browser: httpx.AsyncClient, name: str, password: str, **more: Any) -> httpx.Response:
    """Fill the sign-in form in."""
    return await browser.post("/console/sign-in", data={"name": name, "password": password}, **more)


def must_wait(answer: httpx.Response) -> bool:
    """Whether it was one attempt too many."""
    return answer.status_code == 429 and "Viertelstunde" in words_of(answer)


def many_fail(office: TestTown, address: str = HERE, count: int = MOST_FAILURES_OF_ADDRESS) -> None:
    """Somebody tries one name after the other."""
    with office.database.writing() as db:
        for number in range(count):
            sign_in.begin(db, f"name {number}", address, None, office.now())


def trail(office: TestTown, area: str = "session") -> list[tuple[str, str, str]]:
    """Who did what to whom, oldest first."""
    with office.database.reading() as db:
        return [(each.actor, each.deed, each.subject) for each in reversed(audit.listed(db, Search(area=area)))]


async def test_attempts_made_at_the_same_time_count_one_by_one(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*[enter(stranger, "admin", f"falsch {number}") for number in range(40)])
    checked = [answer for answer in answers if answer.status_code == 422]
    assert len(checked) <= MOST_FAILURES
    assert {answer.status_code for answer in answers if answer not in checked} == {429}
    while (answer := await enter(stranger, "admin", "falsch")).status_code == 422:
        checked.append(answer)
    assert len(checked) == MOST_FAILURES


@contextlib.contextmanager
def a_crowd() -> Iterator[None]:
    """As many as may wait are having their passwords looked at."""
    with contextlib.ExitStack() as places:
        for _ in range(passwords.MOST_AT_ONCE):
            places.enter_context(passwords.place())
        yield


async def test_who_comes_into_a_crowd_is_told_at_once_and_nothing_counts(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    with office.database.writing() as db:
        _, token = staff.add(db, "Neu", Role.QM, "de", office.now())
    with a_crowd():
        for _ in range(MOST_FAILURES + 1):
            answer = await enter(stranger, "admin", "falsch")
            assert answer.status_code == 429
            assert "möchten sich viele anmelden" in words_of(answer)
        page = await stranger.post(f"/console/setup/{token}", data={"password": PASSWORD})
        assert "möchten sich viele anmelden" in words_of(page)
        own = await admin.post("/console/me/password", data={"old": PASSWORD, "password": NEW})
        assert "möchten sich viele anmelden" in words_of(own)
    assert (await stranger.post(f"/console/setup/{token}", data={"password": PASSWORD})).status_code == 303
    assert (await enter(stranger, "admin", PASSWORD)).status_code == 303


async def test_passwords_and_the_database_do_not_wait_for_each_other() -> None:
    """What reads and writes runs in the loop's own threads: all of those are busy here."""
    loop, gate = asyncio.get_running_loop(), threading.Event()
    with ThreadPoolExecutor(1) as threads:
        loop.set_default_executor(threads)
        waiting = asyncio.create_task(asyncio.to_thread(gate.wait, 30))
        await asyncio.sleep(0)
        password_hash = await passwords.hashed(PASSWORD)
        assert await passwords.is_right(PASSWORD, password_hash)
        assert not await passwords.is_right("falsch", password_hash)
        assert not waiting.done()
        gate.set()
        await waiting


# --- From where ------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def serving(town: TestTown, proxies: Sequence[str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the real server, which believes these web servers in front of it."""
    listener = server.listen(HERE, 0)
    address = f"http://{HERE}:{listener.getsockname()[1]}"
    async with (
        server.serving(server.create_app(town.desk, "0"), listener, proxies),
        httpx.AsyncClient(base_url=address) as client,
    ):
        yield client


@pytest.mark.parametrize("proxies", [[HERE], ["127.0.0.0/8"]])
async def test_failures_are_counted_by_the_address_that_a_trusted_proxy_names(
    office: TestTown, admin: httpx.AsyncClient, proxies: list[str]
) -> None:
    many_fail(office, "10.1.1.1")
    async with serving(office, proxies) as client:
        assert must_wait(await enter(client, "admin", PASSWORD, headers={"X-Forwarded-For": "10.1.1.1"}))
        assert must_wait(await enter(client, "admin", PASSWORD, headers={"X-Forwarded-For": "10.3.3.3, 10.1.1.1"}))
        secure = {"X-Forwarded-For": "10.2.2.2", "X-Forwarded-Proto": "https"}
        entered = await enter(client, "admin", PASSWORD, headers=secure)
        assert entered.headers["set-cookie"].startswith("__Host-lotse=")


async def test_nobody_else_names_the_address_that_is_counted(office: TestTown, admin: httpx.AsyncClient) -> None:
    many_fail(office)
    async with serving(office, ["10.0.0.7"]) as client:
        assert must_wait(await enter(client, "admin", PASSWORD, headers={"X-Forwarded-For": "10.2.2.2"}))


@pytest.mark.parametrize(
    ("one", "other", "are_the_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.1.1.1", "10.1.1.1", True),
        ("::ffff:10.1.1.1", "::ffff:10.1.1.2", False),
    ],
)
async def test_all_addresses_of_a_network_are_one(
    office: TestTown, admin: httpx.AsyncClient, one: str, other: str, *, are_the_same: bool
) -> None:
    async def comes_from(address: str, password: str) -> httpx.Response:
        transport = httpx.ASGITransport(server.create_app(office.desk, "0"), client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://lotse.test") as browser:
            return await enter(browser, "admin", password)

    for _ in range(MOST_FAILURES):
        await comes_from(one, "falsch")
    assert must_wait(await comes_from(other, PASSWORD)) is are_the_same


async def test_where_the_public_address_is_https_cookies_travel_over_nothing_else(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    office.desk.policy = replace(office.desk.policy, address="https://lotse.example.org")
    set_cookies = (await enter(stranger, "admin", PASSWORD)).headers.get_list("set-cookie")
    assert len(set_cookies) == 2
    for each in set_cookies:
        assert each.startswith("__Host-lotse")
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(each.split("; "))


# --- A browser that is known -----------------------------------------------------------------------------------------


async def test_failures_of_others_do_not_shut_out_a_browser_that_was_signed_in_lately(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    assert (await enter(stranger, "admin", PASSWORD)).status_code == 303
    await stranger.post("/console/sign-out")
    many_fail(office)
    async with client_of(office.desk) as other:
        assert must_wait(await enter(other, "admin", PASSWORD))
    assert (await enter(stranger, "admin", PASSWORD)).status_code == 303


async def test_a_known_browser_has_no_more_tries_than_another(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await enter(stranger, "admin", PASSWORD)
    for _ in range(MOST_FAILURES):
        assert (await enter(stranger, "admin", "falsch")).status_code == 422
    assert must_wait(await enter(stranger, "admin", PASSWORD))


async def test_a_browser_is_known_for_a_month_and_to_its_own_account(
    office: TestTown, admin: httpx.AsyncClient, editor: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await enter(stranger, "editor", PASSWORD)
    many_fail(office)
    assert must_wait(await enter(stranger, "admin", PASSWORD))
    office.now.moment += cookies.KNOWN_FOR
    many_fail(office)
    assert must_wait(await enter(stranger, "editor", PASSWORD))


@pytest.mark.parametrize("sealed", ["", "Unsinn", '{"text": "Gespeichert.", "undo": ""}'])
async def test_a_cookie_that_is_something_else_makes_no_browser_known(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient, sealed: str
) -> None:
    many_fail(office)
    value = office.database.keys.seal(sealed).decode() if sealed.startswith("{") else sealed
    stranger.cookies.set(cookies.KNOWN, value)
    assert must_wait(await enter(stranger, "admin", PASSWORD))


# --- One's own password ----------------------------------------------------------------------------------------------


async def test_failures_of_others_do_not_keep_anybody_from_changing_the_password(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    many_fail(office)
    many_fail(office, "")
    changed = await editor.post("/console/me/password", data={"old": PASSWORD, "password": NEW})
    assert changed.status_code == 303


async def test_whoever_finds_an_open_browser_cannot_try_passwords_for_long(editor: httpx.AsyncClient) -> None:
    for _ in range(MOST_FAILURES):
        wrong = await editor.post("/console/me/password", data={"old": "falsch", "password": NEW})
        assert "nicht Ihr Passwort" in words_of(wrong)
    answer = await editor.post("/console/me/password", data={"old": PASSWORD, "password": NEW})
    assert answer.status_code == 422
    assert "Viertelstunde" in words_of(answer)
    assert "Passwort ändern" in words_of(answer)
    assert 'aria-invalid="true"' in answer.text


# --- The trail -------------------------------------------------------------------------------------------------------


async def test_signing_in_and_out_stands_in_the_trail_by_the_account_s_own_name(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    assert (await enter(stranger, "ＡＤＭＩＮ", PASSWORD)).status_code == 303
    await stranger.post("/console/sign-out")
    await stranger.post("/console/sign-out")
    assert trail(office) == [("admin", "begin", ""), ("admin", "end", "")]


async def test_failed_attempts_and_when_the_next_must_wait_stand_in_the_trail(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for name in ["Niemand", *["ADMIN"] * (MOST_FAILURES + 2)]:
        await enter(stranger, name, "falsch")
    failed = [("", "fail", "admin")] * (MOST_FAILURES - 1)
    assert trail(office) == [("", "fail", ""), *failed, ("", "lock", "admin")]
    page = words_of(await admin.get("/console/trail", params={"subject": "admin"}))
    assert "niemand angemeldet" in page


async def test_a_session_begun_by_a_link_stands_in_the_trail(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    with office.database.writing() as db:
        _, token = staff.add(db, "Redaktion 2", Role.EDITOR, "de", office.now())
    await stranger.post(f"/console/setup/{token}", data={"password": PASSWORD})
    assert trail(office) == [("Redaktion 2", "begin", "")]
    assert ("Redaktion 2", "set password", "Redaktion 2") in trail(office, "staff")


# --- Links -----------------------------------------------------------------------------------------------------------


async def test_nobody_gives_themselves_a_new_link(office: TestTown, sign_in: SignIn) -> None:
    browser = await sign_in(Role.ADMIN)
    with office.database.reading() as db:
        number = staff.named(db, "admin").id
    answer = await browser.post(f"/console/accounts/{number}/link")
    assert answer.status_code == 409
    assert "Meine Einstellungen" in words_of(answer)
    accounts = await browser.get("/console/accounts")
    assert accounts.status_code == 200
    assert f"/console/accounts/{number}/link" not in accounts.text
    assert "Das eigene Passwort ändern" in words_of(accounts)
