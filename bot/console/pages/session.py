"""Signing in and out, and choosing a password by a set-up link."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from bot.console import access
from bot.console.forms import Filled, Form, blame, fill
from bot.console.page import Console, Visit
from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.domain.staff import LONGEST_NAME, LONGEST_PASSWORD, check_name, check_password
from bot.services import audit, staff
from bot.services.audit import Actor, Mark, Way


class SignIn(Form):
    """The sign-in form."""

    name: str = Field(max_length=LONGEST_NAME)
    password: str = Field(max_length=LONGEST_PASSWORD)


class Setup(Form):
    """The form behind a set-up link."""

    name: str = Field(default="", max_length=LONGEST_NAME)
    password: str = Field(max_length=LONGEST_PASSWORD)


def router(console: Console) -> APIRouter:
    """The pages before the others."""
    routes = APIRouter()
    guest = Depends(console.guest)

    @routes.post("/console/sign-in")
    async def sign_in(request: Request, visit: Visit = guest, next: str = "") -> Response:  # noqa: A002 (the address has it)
        filled = await fill(request, SignIn, visit.tr)
        token = await _check(visit, filled) if filled.form else ""
        if not token:
            return sign_in_page(visit, filled, next)
        response = visit.to(access.own_address(next))
        access.keep_token(response, request, token)
        return response

    @routes.post("/console/sign-out")
    async def sign_out(request: Request, visit: Visit = guest) -> Response:
        await visit.desk.database.write(staff.end_session, access.token_of(request))
        response = visit.to(access.HOME, visit.tr("You are signed out."))
        access.keep_token(response, request, "")
        return response

    @routes.get("/console/setup/{token}")
    async def setup(token: str, visit: Visit = guest) -> Response:
        return await _setup_page(visit, token, Filled())

    @routes.post("/console/setup/{token}")
    async def set_up(request: Request, token: str, visit: Visit = guest) -> Response:
        filled = await fill(request, Setup, visit.tr)
        if filled.form:
            try:
                session = await _accept(visit, token, filled.form)
            except InvalidInput as fault:
                blame(filled, fault, visit.tr)
            except Refused as fault:
                filled.faults["name"] = visit.tr(fault.reason, **fault.values)
            except NotFound:
                return await _setup_page(visit, token, filled)
            else:
                response = visit.to(access.HOME, visit.tr("Welcome. Your password is set."))
                access.keep_token(response, request, session)
                return response
        return await _setup_page(visit, token, filled)

    return routes


def sign_in_page(visit: Visit, filled: Filled[SignIn], onward: str) -> Response:
    """The sign-in form; also what /console shows to a stranger."""
    return visit.page("session/sign_in.html", 422 if filled.faults else 200, form=filled, onward=onward)


async def _check(visit: Visit, filled: Filled[SignIn]) -> str:
    """The token of a new session; empty where the form says why there is none."""
    form = filled.form
    assert form is not None  # noqa: S101 (the caller looked)
    database, now = visit.desk.database, visit.now
    address = visit.request.client.host if visit.request.client else ""
    try:
        known = await database.read(staff.credentials, form.name, address, now)
    except Refused as fault:
        filled.faults[""] = visit.tr(fault.reason, **fault.values)
        return ""
    is_right = await asyncio.to_thread(access.is_password, form.password, known.password_hash)
    if not is_right or known.member_id is None:
        await database.write(staff.note_failure, form.name, address, now)
        filled.faults[""] = visit.tr("Name or password is wrong.")
        return ""
    mark = Mark(Actor(form.name, Way.CONSOLE), "session", "begin")
    return await database.write(audit.record, mark, now, staff.begin_session, known.member_id, now)


async def _accept(visit: Visit, token: str, form: Setup) -> str:
    """Set the password of a set-up link, and sign its owner in; the session's token."""
    database, now = visit.desk.database, visit.now
    found = await database.read(staff.invitation, token, now)
    if found is None:
        raise NotFound("set-up link", "")
    name = found.name or form.name
    check_name(name)
    check_password(form.password, name)
    hashed = await asyncio.to_thread(access.hash_password, form.password)
    mark = Mark(Actor(name, Way.CONSOLE), "staff", "set password", name)
    member = await database.write(audit.record, mark, now, staff.accept, token, form.name, hashed, visit.language, now)
    return await database.write(staff.begin_session, member.id, now)


async def _setup_page(visit: Visit, token: str, filled: Filled[Setup]) -> Response:
    found = await visit.read(staff.invitation, token, visit.now)
    if found is None:
        return visit.page("session/no_link.html", 404)
    return visit.page("session/setup.html", 422 if filled.faults else 200, form=filled, token=token, invitation=found)
