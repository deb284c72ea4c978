"""Signing in and out, and choosing a password by a set-up link."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from bot.console import access, passwords
from bot.console.forms import Filled, Form, blame, fill
from bot.console.page import Console, Visit
from bot.domain.errors import InvalidInput, NotFound, Refused, TooMany
from bot.domain.staff import LONGEST_NAME, LONGEST_PASSWORD, check_name, check_password
from bot.services import audit, sign_in, staff
from bot.services.audit import Actor, Mark, Way


class SignIn(Form):
    """The sign-in form."""

    name: str = Field(max_length=LONGEST_NAME)
    password: str = Field(max_length=LONGEST_PASSWORD)


class Setup(Form):
    """The form behind a set-up link."""

    name: str = Field(default="", max_length=LONGEST_NAME)
    password: str = Field(max_length=LONGEST_PASSWORD)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody whose session begins."""

    member_id: int
    token: str


def router(console: Console) -> APIRouter:
    """The pages before the others."""
    routes = APIRouter()
    guest = Depends(console.guest)

    @routes.post("/console/sign-in")
    async def enter(request: Request, visit: Visit = guest, next: str = "") -> Response:  # noqa: A002 (the address has it)
        filled = await fill(request, SignIn, visit.tr)
        try:
            entered = await _check(visit, filled.form) if filled.form else None
        except TooMany as fault:
            filled.faults[""] = visit.tr(fault.reason, **fault.values)
            return sign_in_page(visit, filled, next, 429)
        if entered:
            return _inside(visit, entered, access.own_address(next))
        if filled.form:
            filled.faults[""] = visit.tr("Name or password is wrong.")
        return sign_in_page(visit, filled, next, 422)

    @routes.post("/console/sign-out")
    async def sign_out(visit: Visit = guest) -> Response:
        if visit.member:
            await visit.change(("session", "end", ""), staff.end_session, visit.cookies.token)
        response = visit.to(access.HOME, visit.tr("You are signed out."))
        visit.cookies.keep_token(response, "")
        return response

    @routes.get("/console/setup/{token}")
    async def setup(token: str, visit: Visit = guest) -> Response:
        return await _setup_page(visit, token, Filled())

    @routes.post("/console/setup/{token}")
    async def set_up(request: Request, token: str, visit: Visit = guest) -> Response:
        filled = await fill(request, Setup, visit.tr)
        if filled.form:
            try:
                entered = await _accept(visit, token, filled.form)
            except InvalidInput as fault:
                blame(filled, fault, visit.tr)
            except TooMany as fault:
                filled.faults[""] = visit.tr(fault.reason, **fault.values)
            except Refused as fault:
                filled.faults["name"] = visit.tr(fault.reason, **fault.values)
            except NotFound:
                return await _setup_page(visit, token, filled)
            else:
                return _inside(visit, entered, access.HOME, visit.tr("Welcome. Your password is set."))
        return await _setup_page(visit, token, filled)

    return routes


def sign_in_page(visit: Visit, filled: Filled[SignIn], onward: str, status: int = 200) -> Response:
    """The sign-in form; also what /console shows to a stranger."""
    return visit.page("session/sign_in.html", status, form=filled, onward=onward)


async def _check(visit: Visit, form: SignIn) -> Entered | None:
    """Whose session begins; None where name and password are not those of anybody. Raises TooMany."""
    database, now = visit.desk.database, visit.now
    address, browser = access.network_of(visit.request), visit.cookies.browser(now)
    with passwords.place():
        attempt = await database.write(sign_in.begin, form.name, address, browser, now)
        is_right = await passwords.is_right(form.password, attempt.password_hash)
    if attempt.member_id is None or not is_right:
        await database.write(sign_in.fail, attempt, now)
        return None
    token = await database.write(sign_in.enter, attempt.member_id, attempt.name, now, attempt)
    return Entered(attempt.member_id, token)


async def _accept(visit: Visit, token: str, form: Setup) -> Entered:
    """Set the password of a set-up link, and sign its owner in."""
    database, now = visit.desk.database, visit.now
    found = await database.read(staff.invitation, token, now)
    if found is None:
        raise NotFound("set-up link", "")
    name = found.name or form.name
    check_name(name)
    check_password(form.password, name)
    with passwords.place():
        hashed = await passwords.hashed(form.password)
    mark = Mark(Actor(name, Way.CONSOLE), "staff", "set password", name)
    member = await database.write(audit.record, mark, now, staff.accept, token, form.name, hashed, visit.language, now)
    return Entered(member.id, await database.write(sign_in.enter, member.id, member.name, now))


def _inside(visit: Visit, entered: Entered, path: str, said: str = "") -> Response:
    """On to a page, in a browser that keeps the session and is known from now on."""
    response = visit.to(path, said)
    visit.cookies.keep_token(response, entered.token)
    visit.cookies.remember(response, entered.member_id, visit.now)
    return response


async def _setup_page(visit: Visit, token: str, filled: Filled[Setup]) -> Response:
    found = await visit.read(staff.invitation, token, visit.now)
    if found is None:
        return visit.page("session/no_link.html", 404)
    return visit.page("session/setup.html", 422 if filled.faults else 200, form=filled, token=token, invitation=found)
