"""Texts that staff put into their answers: the list, and one of them in its languages."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console.addresses import Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.domain.errors import InvalidInput, Overtaken, Refused
from bot.domain.staff import Right
from bot.services import canned
from bot.services.canned import Canned
from bot.texts.cards import language_name
from bot.texts.catalog import languages

PATH = "/console/canned"


class CannedForm(Form):
    """A text; its wording in each language comes in a field "text-<code>"."""

    name: str = ""
    mark: str = ""


def router(console: Console) -> APIRouter:
    """The pages of texts kept ready."""
    routes = APIRouter(prefix=PATH)
    staff = Depends(console.allowed(Right.ANSWER))

    @routes.get("")
    async def show(visit: Visit = staff) -> Response:
        found = await visit.read(canned.listed)
        named = [(one, ", ".join(language_name(code, visit.language) for code in one.texts)) for one in found]
        return visit.page("canned/list.html", found=named)

    @routes.get("/new")
    async def new(visit: Visit = staff) -> Response:
        return _form(visit, Filled(), None)

    @routes.post("/new")
    async def add(request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, CannedForm, visit.tr)
        form = filled.form or CannedForm()
        try:
            await visit.change(
                ("canned reply", "add", lambda made: str(made.number)), canned.create, form.name, _texts(filled)
            )
        except (InvalidInput, Refused) as fault:
            return _again(visit, filled, fault, None)
        return visit.to(PATH, visit.tr("Saved."))

    @routes.get("/{number}")
    async def one(number: Number, visit: Visit = staff) -> Response:
        found = await visit.read(canned.find, number)
        texts = {f"text-{code}": text for code, text in found.texts.items()}
        return _form(visit, shown({"name": found.name, "mark": found.mark} | texts), found)

    @routes.post("/{number}")
    async def change(number: Number, request: Request, visit: Visit = staff) -> Response:
        found = await visit.read(canned.find, number)
        filled = await fill(request, CannedForm, visit.tr)
        form, mark = filled.form or CannedForm(), ("canned reply", "change", str(number))
        try:
            await visit.change(mark, canned.change, number, form.name, _texts(filled), form.mark)
        except (InvalidInput, Refused) as fault:
            return _again(visit, filled, fault, found)
        return visit.to(PATH, visit.tr("Saved."))

    @routes.post("/{number}/delete")
    async def delete(number: Number, request: Request, visit: Visit = staff) -> Response:
        form = (await fill(request, CannedForm, visit.tr)).form or CannedForm()
        try:
            await visit.change(("canned reply", "delete", str(number)), canned.remove, number, form.mark, visit.now)
        except Overtaken as fault:
            return visit.to(f"{PATH}/{number}", visit.tr(fault.reason))
        return visit.to(PATH, visit.tr("The text is deleted."), undo=f"{PATH}/{number}/bring-back")

    @routes.post("/{number}/bring-back")
    async def bring_back(number: Number, visit: Visit = staff) -> Response:
        await visit.change(("canned reply", "bring back", str(number)), canned.bring_back, number)
        return visit.to(PATH, visit.tr("It is as it was before."))

    return routes


def _texts(filled: Filled[CannedForm]) -> dict[str, str]:
    return {code: filled.value(f"text-{code}") for code in languages()}


def _again(visit: Visit, filled: Filled[CannedForm], fault: InvalidInput | Refused, found: Canned | None) -> Response:
    """The form with what is wrong beside its field."""
    if isinstance(fault, InvalidInput):
        fields = {f"texts.{code}": f"text-{code}" for code in languages()}
        blame(filled, fault, visit.tr, fields | {"texts": f"text-{languages()[0]}"})
    else:
        filled.faults["name"] = visit.tr(fault.reason, **fault.values)
    return _form(visit, filled, found)


def _form(visit: Visit, filled: Filled[CannedForm], found: Canned | None) -> Response:
    named = [(code, language_name(code, visit.language)) for code in languages()]
    return visit.page("canned/one.html", 422 if filled.faults else 200, form=filled, it=found, languages=named)
