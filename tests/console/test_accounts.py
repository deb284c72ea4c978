"""Signing in, set-up links, accounts and the audit trail."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from bot.services import sign_in, staff
from bot.services.dialogue import Policy
from bot.storage.tables import SetupLinkRow
from tests.conftest import TestTown
from tests.console.conftest import PASSWORD, SignIn, words_of

NEW = "ganz anderes Passwort 77"


async def _setup(office: TestTown) -> str:
    with office.database.writing() as db:
        token = staff.first_link(db, office.now())
    assert token
    return f"/console/setup/{token}"


async def _sign_in(browser: httpx.AsyncClient, name: str, password: str, **more: Any) -> httpx.Response:
    return await browser.post("/console/sign-in", data={"name": name, "password": password}, **more)


async def test_the_first_administrator_comes_in_by_a_link_that_works_once(
    office: TestTown, stranger: httpx.AsyncClient
) -> None:
    address = await _setup(office)
    assert "Konto einrichten" in words_of(await stranger.get(address))
    done = await stranger.post(address, data={"name": "Leitung", "password": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/console")
    assert "Willkommen" in words_of(await stranger.get("/console"))
    assert (await stranger.get(address)).status_code == 404
    with office.database.reading() as db:
        assert [(one.name, one.role) for one in staff.listed(db)] == [("Leitung", Role.ADMIN)]
        assert not db.query(SetupLinkRow).count()


async def test_a_link_ends_after_a_week(office: TestTown, stranger: httpx.AsyncClient) -> None:
    address = await _setup(office)
    office.now.moves(days=7)
    assert (await stranger.post(address, data={"name": "A", "password": PASSWORD})).status_code == 404


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("zu kurz", "mindestens 12 Zeichen"),
        ("Leitung" * 3, "zu leicht"),
        ("aaaaaaaaaaaaaa", "zu leicht"),
        ("", "füllen"),
    ],
)
async def test_an_easy_password_is_refused_and_the_name_stays(
    office: TestTown, stranger: httpx.AsyncClient, password: str, fault: str
) -> None:
    page = await stranger.post(await _setup(office), data={"name": "Leitung", "password": password})
    assert page.status_code == 422
    assert fault in words_of(page)
    assert 'value="Leitung"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert not password or f'value="{password}"' not in page.text


async def test_signing_in_and_out(admin: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    asked = await stranger.get("/console/accounts")
    assert (asked.status_code, asked.headers["location"]) == (303, "/console?next=/console/accounts")
    form = await stranger.get(asked.headers["location"])
    assert 'action="/console/sign-in?next=/console/accounts"' in form.text
    entered = await stranger.post(
        "/console/sign-in?next=/console/accounts", data={"name": " ADMIN ", "password": PASSWORD}
    )
    assert (entered.status_code, entered.headers["location"]) == (303, "/console/accounts")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await stranger.get("/console/accounts")).status_code == 200
    assert (await stranger.post("/console/sign-out")).status_code == 303
    assert (await stranger.get("/console/accounts")).status_code == 303


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/console/x", "/console/\\evil", "javascript:x"]
)
async def test_signing_in_never_leads_to_another_site(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient, onward: str
) -> None:
    entered = await _sign_in(stranger, "admin", PASSWORD, params={"next": onward})
    assert entered.headers["location"] == "/console"


async def test_over_https_the_cookie_is_for_https_and_this_host_alone(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    stranger.base_url = "https://lotse.test"
    cookie = (await _sign_in(stranger, "admin", PASSWORD)).headers["set-cookie"]
    assert cookie.startswith("__Host-lotse=")
    assert "Secure" in cookie


async def test_too_many_wrong_passwords_must_wait(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for _ in range(sign_in.MOST_FAILURES):
        assert "Name oder Passwort ist falsch" in words_of(await _sign_in(stranger, "admin", "falsch"))
    assert "Viertelstunde" in words_of(await _sign_in(stranger, "admin", PASSWORD))
    office.now.moves(minutes=16)
    assert (await _sign_in(stranger, "admin", PASSWORD)).status_code == 303


async def test_a_session_ends_when_it_is_not_used_and_at_the_latest_after_a_working_day(
    office: TestTown, admin: httpx.AsyncClient
) -> None:
    for _ in range(11):
        office.now.moves(hours=1)
        assert (await admin.get("/console/accounts")).status_code == 200
    office.now.moves(hours=1)
    assert (await admin.get("/console/accounts")).status_code == 303


async def test_an_unused_session_ends(office: TestTown, admin: httpx.AsyncClient) -> None:
    office.now.moves(hours=2)
    assert (await admin.get("/console/accounts")).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_from_another_site_changes_nothing(
    office: TestTown, admin: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await admin.post("/console/accounts", data={"name": "Neu", "role": "admin"}, headers=headers)
    assert answer.status_code == 403
    with office.database.reading() as db:
        assert [one.name for one in staff.listed(db)] == ["admin"]


async def test_an_account_is_added_by_link_locked_out_and_let_in_again(
    office: TestTown, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    page = await admin.post("/console/accounts", data={"name": "Redaktion 2", "role": "editor"})
    link = re.search(r'value="[^"]*(/console/setup/[\w-]+)"', page.text)
    assert link
    assert (await stranger.post(link[1], data={"password": NEW})).status_code == 303
    assert (await stranger.get("/console")).status_code == 200
    number = _number(office, "Redaktion 2")
    await admin.post(f"/console/accounts/{number}/disable")
    assert "Rückgängig machen" in words_of(await admin.get("/console/accounts"))
    assert (await stranger.get("/console/me")).status_code == 303
    assert "falsch" in words_of(await _sign_in(stranger, "Redaktion 2", NEW))
    await admin.post(f"/console/accounts/{number}/enable")
    assert (await _sign_in(stranger, "Redaktion 2", NEW)).status_code == 303


async def test_the_only_administrator_stays(office: TestTown, admin: httpx.AsyncClient) -> None:
    number = _number(office, "admin")
    for deed in ("disable", "role/editor"):
        answer = await admin.post(f"/console/accounts/{number}/{deed}")
        assert answer.status_code == 409
        assert "einzige Konto der Verwaltung" in words_of(answer)


async def test_a_name_that_somebody_has_is_refused_beside_its_field(admin: httpx.AsyncClient) -> None:
    page = await admin.post("/console/accounts", data={"name": "Admin", "role": "qm"})
    assert page.status_code == 422
    assert "hat schon jemand" in words_of(page)
    assert 'value="Admin"' in page.text
    assert re.search(r'<option value="qm" selected>', page.text)


async def test_changing_the_password_signs_out_other_browsers(sign_in: SignIn, stranger: httpx.AsyncClient) -> None:
    here, elsewhere = await sign_in(Role.EDITOR), await sign_in(Role.EDITOR)
    wrong = await here.post("/console/me/password", data={"old": "nein", "password": NEW})
    assert "Das ist nicht Ihr Passwort" in words_of(wrong)
    assert (await here.post("/console/me/password", data={"old": PASSWORD, "password": NEW})).status_code == 303
    assert (await here.get("/console/me")).status_code == 200
    assert (await elsewhere.get("/console/me")).status_code == 303
    assert (await _sign_in(stranger, "editor", NEW)).status_code == 303


async def test_own_settings_keep_what_was_typed(editor: httpx.AsyncClient) -> None:
    page = await editor.post("/console/me", data={"language": "de", "mail": "kein mail"})
    assert page.status_code == 422
    assert "team@example.org" in words_of(page)
    assert 'value="kein mail"' in page.text
    assert (await editor.post("/console/me", data={"language": "en", "mail": ""})).status_code == 303
    assert "My settings" in words_of(await editor.get("/console/me"))


async def test_every_change_stands_in_the_trail_and_can_be_filtered(admin: httpx.AsyncClient) -> None:
    await admin.post("/console/accounts", data={"name": "<b>Neu</b>", "role": "qm"})
    await admin.post("/console/me", data={"language": "de", "mail": ""})
    whole = await admin.get("/console/trail")
    assert "Neues Konto angelegt <b>Neu</b> Rolle: Quartiersmanagement" in words_of(whole)
    assert "<b>Neu" not in whole.text
    assert "Eigene Einstellungen geändert" in words_of(whole)
    found = words_of(await admin.get("/console/trail", params={"subject": "admin"}))
    assert "Eigene Einstellungen geändert" in found
    assert "Neues Konto angelegt" not in found.partition("Wann")[2]
    assert "Keine Änderung passt" in words_of(await admin.get("/console/trail", params={"first": "2099-01-01"}))


async def test_pages_of_others_are_not_shown(editor: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    assert (await editor.get("/console/accounts")).status_code == 403
    assert (await editor.get("/console/trail")).status_code == 403
    assert (await editor.get("/console/nowhere")).status_code == 404
    assert (await stranger.get("/console/nowhere")).status_code == 303


async def test_every_page_of_the_console_keeps_to_itself(admin: httpx.AsyncClient) -> None:
    page = await admin.get("/console/accounts")
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]* src=)|style=|\son\w+=", page.text)


def _number(office: TestTown, name: str) -> int:
    with office.database.reading() as db:
        return next(one.id for one in staff.listed(db) if one.name == name)


@pytest.mark.parametrize("mail", ["a@[example.org", "=?utf-8?q?=0d=0aBcc=3a?=@x.de", "müller@stadt.de", "a,chef@x.de"])
async def test_an_address_that_no_server_can_write_is_refused(
    office: TestTown, editor: httpx.AsyncClient, mail: str
) -> None:
    page = await editor.post("/console/me", data={"language": "de", "mail": mail})
    assert (page.status_code, 'href="#f-mail"' in page.text) == (422, True)
    assert "wie team@example.org, ohne Umlaute." in words_of(page)
    assert office.rows()["staff"][0]["mail"] is None


async def test_the_mail_on_mondays_is_chosen_where_mail_goes_out(office: TestTown, editor: httpx.AsyncClient) -> None:
    assert "LOTSE_SMTP_URL" in words_of(await editor.get("/console/me"))
    office.desk.policy = Policy(has_mail=True)
    assert 'name="digest"' in (await editor.get("/console/me")).text
    nowhere = await editor.post("/console/me", data={"language": "de", "mail": "", "digest": "on"})
    assert (nowhere.status_code, 'href="#f-mail"' in nowhere.text) == (422, True)
    own = {"language": "de", "mail": "team@example.org"}
    await editor.post("/console/me", data=own | {"digest": "on"})
    assert re.search(r'name="digest"[^>]* checked', (await editor.get("/console/me")).text)
    office.desk.policy = Policy()
    await editor.post("/console/me", data=own)  # nobody was asked
    assert office.rows()["staff"][0]["wants_digest"]
    office.desk.policy = Policy(has_mail=True)
    await editor.post("/console/me", data=own)
    assert not office.rows()["staff"][0]["wants_digest"]
