"""An open question that is answered with an entry: find one, see what residents get, send it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console.addresses import Number
from bot.console.forms import Form, fill
from bot.console.page import Console, Visit
from bot.console.pages.question_deeds import do, telling
from bot.console.pages.question_views import PATH, named, title_of
from bot.domain.errors import NotFound
from bot.domain.messages import Reply
from bot.domain.opening import LocalTime
from bot.domain.staff import Right
from bot.services import catalogue, learning, open_questions
from bot.services.catalogue import Search
from bot.services.learning import Answer
from bot.services.open_questions import Whole
from bot.texts.answers import from_entry
from knowledge.entry import State

SHOWN = 10
"""Entries that are found at most."""


class Choice(Form):
    """The entry that is sent."""

    entry: str


def router(console: Console) -> APIRouter:
    """The page and its form."""
    routes = APIRouter()
    staff = Depends(console.allowed(Right.ANSWER))

    @routes.get(PATH + "/{number}/with-entry")
    async def choose(number: Number, visit: Visit = staff, words: str = "", entry: str = "") -> Response:
        whole = await visit.read(open_questions.whole, number)
        if not whole.waiting:
            return visit.to(f"{PATH}/{number}", visit.tr("Nobody asked the team, so nobody waits for an answer."))
        looked_for = words.strip()[:200]
        return visit.page(
            "questions/entry.html",
            whole=whole,
            looked_for=looked_for,
            found=await _found(visit, whole, looked_for),
            chosen=entry,
            reply=_reply(visit, whole, entry) if entry else None,
            **named(visit),
        )

    @routes.post(PATH + "/{number}/with-entry")
    async def send(number: Number, request: Request, visit: Visit = staff) -> Response:
        form = (await fill(request, Choice, visit.tr)).form
        if form is None:
            return visit.to(f"{PATH}/{number}/with-entry", visit.tr("Please choose an entry."))
        return await do(visit, number, "answer", learning.answer, Answer(form.entry), telling=telling())

    return routes


async def _found(visit: Visit, whole: Whole, looked_for: str) -> Sequence[tuple[str, str]]:
    """Id and title of the entries that fit; without words, of those that the bot thinks of."""
    if looked_for:
        today = visit.now.astimezone(visit.zone).date()
        wanted = Search(looked_for, state=State.PUBLISHED.value)
        listing = await visit.read(catalogue.search, wanted, 1, today)
        return [(item.id, item.title) for item in listing.items[:SHOWN]]
    saying = await asyncio.to_thread(open_questions.saying, visit.desk.snapshot, whole.group.text)
    return [(entry_id, title_of(visit, entry_id)) for entry_id, _ in saying.ranking]


def _reply(visit: Visit, whole: Whole, entry_id: str) -> Reply:
    """What whoever asked gets; raises NotFound for an entry that residents do not see."""
    snapshot = visit.desk.snapshot
    entry = snapshot.entries.get(entry_id)
    if entry is None:
        raise NotFound("entry", entry_id)
    now = LocalTime(visit.now, visit.zone, snapshot.town.holidays)
    return from_entry(whole.group.text, entry, snapshot.contacts(entry), whole.group.language, now)
