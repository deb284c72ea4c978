"""What is put beside a notice, and what is done with one that went out: a picture, a correction, taking it back."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console import texts
from bot.console.addresses import Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.console.pages.broadcast_views import ONE, PATH
from bot.domain.attachments import LARGEST, LONGEST_ALTERNATIVE
from bot.domain.broadcasts import Broadcast
from bot.domain.errors import InvalidInput
from bot.domain.messages import Attachment
from bot.domain.staff import Right
from bot.services import amendments, approving, attachments, broadcasts
from bot.texts.catalog import offered


class Texts(Form):
    """Texts by language, which stand in fields of their own."""


def add(routes: APIRouter, console: Console) -> None:
    """The pages of these deeds."""
    _add_attachment(routes, console)
    _add_correction(routes, console)


def _add_attachment(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.get(ONE + "/attachment")
    async def show(number: Number, visit: Visit = sender) -> Response:
        return await _attachment(visit, number, Filled())

    @routes.post(ONE + "/attachment")
    async def attach(number: Number, request: Request, visit: Visit = sender) -> Response:
        filled = await fill(request, Texts, visit.tr)
        file = filled.files.get("file")
        if file is None:
            filled.faults["file"] = visit.tr("Please choose a file.")
            return await _attachment(visit, number, filled)
        words, mark = texts.gathered(filled, "alt"), ("broadcast", "attach", str(number))
        try:
            await visit.change(mark, attachments.attach, number, file.name, file.data, words)
        except InvalidInput as fault:
            named = {"alt": "alt-de"} | {f"alt.{code}": f"alt-{code}" for code in offered()}
            blame(filled, fault, visit.tr, named)
            return await _attachment(visit, number, filled)
        return visit.to(f"{PATH}/{number}", visit.tr("The file comes with the notice."))

    @routes.post(ONE + "/detach")
    async def detach(number: Number, visit: Visit = sender) -> Response:
        await visit.change(("broadcast", "detach", str(number)), attachments.detach, number)
        return visit.to(f"{PATH}/{number}", visit.tr("The file is taken away."))


def _add_correction(routes: APIRouter, console: Console) -> None:
    sender = Depends(console.allowed(Right.SEND))

    @routes.get(ONE + "/correct")
    async def show(number: Number, visit: Visit = sender) -> Response:
        found = await visit.read(broadcasts.find, number)
        return _correction(visit, found, shown(texts.spread("text", found.texts)))

    @routes.post(ONE + "/correct")
    async def correct(number: Number, request: Request, visit: Visit = sender) -> Response:
        found = await visit.read(broadcasts.find, number)
        filled = await fill(request, Texts, visit.tr)
        mark = ("broadcast", "correct", str(number))
        try:
            await visit.change(mark, amendments.correct, number, texts.gathered(filled, "text"), visit.now)
        except InvalidInput as fault:
            named = {"texts": "text-de"} | {f"texts.{code}": f"text-{code}" for code in offered()}
            blame(filled, fault, visit.tr, named)
            return _correction(visit, found, filled)
        said = visit.tr("The correction takes the place of what was delivered.")
        return visit.to(f"{PATH}/{number}", said)

    @routes.post(ONE + "/withdraw")
    async def withdraw(number: Number, visit: Visit = sender) -> Response:
        await visit.change(("broadcast", "withdraw", str(number)), amendments.withdraw, number, visit.now)
        return visit.to(f"{PATH}/{number}", visit.tr("It is being taken back from everybody who got it."))


def _correction(visit: Visit, found: Broadcast, filled: Filled[Texts]) -> Response:
    status = 422 if filled.faults else 200
    return visit.page("broadcasts/correct.html", status, broadcast=found, form=filled, languages=texts.languages(visit))


async def _attachment(visit: Visit, number: int, filled: Filled[Texts]) -> Response:
    found = await visit.read(broadcasts.find, number)
    there: Attachment | None = await visit.read(attachments.of, number, "de", approving.SHOWN)
    wanted = [(code, label) for code, label in texts.languages(visit) if code in found.texts]
    return visit.page(
        "broadcasts/attachment.html",
        422 if filled.faults else 200,
        broadcast=found,
        there=there,
        form=filled,
        languages=wanted,
        longest=LONGEST_ALTERNATIVE,
        megabytes=LARGEST // 1_000_000,
    )
