"""Accounts of staff, tokens of programs, and what everybody decides for themselves."""

from __future__ import annotations

from functools import partial
from typing import Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field, field_validator

from bot.console import access, passwords
from bot.console.addresses import Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.domain.errors import InvalidInput, Refused, TooMany
from bot.domain.mail_address import LONGEST, on_the_wire
from bot.domain.staff import LONGEST_NAME, LONGEST_PASSWORD, Right, Role, check_password
from bot.services import sign_in, staff
from bot.services.sign_in import Browser

PATH = "/console/accounts"


class NewAccount(Form):
    """An account for somebody."""

    name: str = Field(max_length=LONGEST_NAME)
    role: Role


class Profile(Form):
    """What somebody decides for themselves."""

    language: Literal["de", "en"]
    mail: str | None = Field(default=None, max_length=LONGEST)
    digest: bool = False

    @field_validator("mail")
    @classmethod
    def looks_like_mail(cls, value: str | None) -> str | None:
        """Every server can write it; whether it arrives is another question."""
        try:
            if value is not None:
                on_the_wire(value)
        except InvalidInput as fault:
            raise ValueError(fault.reason) from fault
        return value


class NewPassword(Form):
    """Another password."""

    old: str = Field(max_length=LONGEST_PASSWORD)
    password: str = Field(max_length=LONGEST_PASSWORD)


def router(console: Console) -> APIRouter:
    """The pages of accounts, and one's own."""
    routes = APIRouter()
    admin = Depends(console.allowed(Right.ACCOUNTS))
    anybody = Depends(console.allowed(None))

    @routes.get(PATH)
    async def show(visit: Visit = admin) -> Response:
        return await _accounts(visit, shown({"role": Role.EDITOR}))

    @routes.post(PATH)
    async def add(request: Request, visit: Visit = admin) -> Response:
        filled = await fill(request, NewAccount, visit.tr)
        if filled.form is None:
            return await _accounts(visit, filled)
        form, mark = filled.form, ("staff", "add", filled.form.name, {"role": filled.form.role})
        try:
            member, token = await visit.change(mark, staff.add, form.name, form.role, visit.language, visit.now)
        except (InvalidInput, Refused) as fault:
            filled.faults["name"] = visit.tr(fault.reason, **fault.values)
            return await _accounts(visit, filled)
        return _link_page(visit, member.name, token)

    @routes.post(PATH + "/{number}/link")
    async def renew(number: Number, visit: Visit = admin) -> Response:
        if number == visit.me.id:
            raise Refused("You are signed in: change your own password under “My settings”.")
        member = await visit.read(staff.find, number)
        token = await visit.change(("staff", "renew link", member.name), staff.renew_link, number, visit.now)
        return _link_page(visit, member.name, token)

    @routes.post(PATH + "/{number}/role/{role}")
    async def change_role(number: Number, role: Role, visit: Visit = admin) -> Response:
        member = await visit.read(staff.find, number)
        mark = ("staff", "change role", member.name, {"role": role})
        await visit.change(mark, staff.change_role, number, role)
        return visit.to(PATH, visit.tr("{name} has another role now.", name=member.name))

    @routes.post(PATH + "/{number}/disable")
    async def disable(number: Number, visit: Visit = admin) -> Response:
        member = await visit.read(staff.find, number)
        await visit.change(("staff", "disable", member.name), staff.disable, number, visit.now)
        said = visit.tr("{name} can no longer sign in.", name=member.name)
        return visit.to(PATH, said, undo=f"{PATH}/{number}/enable")

    @routes.post(PATH + "/{number}/enable")
    async def enable(number: Number, visit: Visit = admin) -> Response:
        member = await visit.read(staff.find, number)
        await visit.change(("staff", "enable", member.name), staff.enable, number)
        return visit.to(PATH, visit.tr("{name} can sign in again.", name=member.name))

    @routes.get("/console/me")
    async def me(visit: Visit = anybody) -> Response:
        return _own(visit)

    @routes.post("/console/me")
    async def change_me(request: Request, visit: Visit = anybody) -> Response:
        filled = await fill(request, Profile, visit.tr)
        if filled.form and filled.form.digest and not filled.form.mail:
            filled.faults["mail"] = visit.tr("Please write where the mail on Mondays goes to.")
        if filled.form is None or filled.faults:
            return _own(visit, profile=filled)
        own, mark = filled.form, ("staff", "change own settings", visit.me.name)
        # Without a mail server nobody is asked, and the choice of before stays.
        digest = own.digest if visit.desk.policy.has_mail else visit.me.wants_digest
        deed = partial(staff.change_profile, wants_digest=digest)
        await visit.change(mark, deed, visit.me.id, own.language, own.mail)
        return visit.to("/console/me", visit.tr("Saved."))

    @routes.post("/console/me/password")
    async def change_password(request: Request, visit: Visit = anybody) -> Response:
        filled = await fill(request, NewPassword, visit.tr)
        if filled.form:
            try:
                await _set_password(visit, filled.form)
            except InvalidInput as fault:
                blame(filled, fault, visit.tr)
            except TooMany as fault:
                filled.faults["old"] = visit.tr(fault.reason, **fault.values)
            else:
                return visit.to("/console/me", visit.tr("Your password is changed. Other browsers are signed out."))
        return _own(visit, password=filled)

    return routes


async def _set_password(visit: Visit, form: NewPassword) -> None:
    """Set another password; raises InvalidInput with the field, TooMany."""
    database, me, token = visit.desk.database, visit.me, visit.cookies.token
    check_password(form.password, me.name)
    with passwords.place():
        # Counted by the session: whoever sits at it has five tries, and no failure elsewhere takes one of them.
        here, network = Browser(me.id, token), access.network_of(visit.request)
        attempt = await database.write(sign_in.begin, me.name, network, here, visit.now)
        if not await passwords.is_right(form.old, attempt.password_hash):
            raise InvalidInput("This is not your password.", field="old")
        hashed = await passwords.hashed(form.password)
    await database.write(sign_in.forgive, attempt)
    await visit.change(("staff", "change password", me.name), staff.change_password, me.id, hashed, token)


async def _accounts(visit: Visit, filled: Filled[NewAccount]) -> Response:
    members = await visit.read(staff.listed)
    status = 422 if filled.faults else 200
    return visit.page("accounts/list.html", status, members=members, form=filled, roles=list(Role))


def _link_page(visit: Visit, name: str, token: str) -> Response:
    address = f"{visit.desk.policy.address.rstrip('/')}/console/setup/{token}"
    return visit.page("accounts/link.html", name=name, address=address, days=staff.SETUP_LASTS.days)


def _own(visit: Visit, profile: Filled[Profile] | None = None, password: Filled[NewPassword] | None = None) -> Response:
    status = 422 if profile or password else 200
    profile = profile or shown({"language": visit.me.language, "mail": visit.me.mail, "digest": visit.me.wants_digest})
    return visit.page("accounts/me.html", status, profile=profile, password=password or Filled())
