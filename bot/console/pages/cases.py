"""Conversations with a person: who waits, one of them with all that was said, and the answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from bot.console.addresses import Before, Number
from bot.console.forms import Filled, Form, blame, fill, shown
from bot.console.page import Console, Visit
from bot.domain.cases import CaseState
from bot.domain.errors import InvalidInput, Refused
from bot.domain.languages import choose
from bot.domain.menu import title_of
from bot.domain.opening import LocalTime
from bot.domain.staff import Right
from bot.services import canned, case_views, handover
from bot.services.case_views import Conversation
from bot.services.handover import AlreadySent, Author
from bot.texts import team
from bot.texts.cards import language_name
from knowledge.entry import DEFAULT_LANGUAGE, Entry
from knowledge.match import match

PATH = "/console/cases"

FOUND = 5
"""Entries that a search offers."""

SEND, SEND_ANYWAY, SEARCH, ENTRY, CANNED = "send", "send_anyway", "search", "entry:", "canned:"
"""What the buttons of the form of a reply say."""


class ReplyForm(Form):
    """An answer to the resident, or a step on the way to one: all its buttons send what was written so far."""

    text: str = ""
    search: str = ""
    entry: str | None = None
    """The entry that was put into the text."""
    holder: int | None = None
    """Who had the conversation when the page was made."""
    do: str = SEND
    seen: int | None = Field(default=None, ge=0, le=2**62)
    """The newest message of the resident that stood on the page."""
    once: str = ""
    """By which a second click is known."""


class NoteForm(Form):
    """Something for colleagues."""

    note: str = Field(default="")
    once: str = ""
    """By which a second click is known."""


class TakeForm(Form):
    """Take a conversation."""

    holder: int | None = None


class CloseForm(Form):
    """End a conversation."""

    seen: int | None = Field(default=None, ge=0, le=2**62)
    """The newest message of the resident that stood on the page."""


def router(console: Console) -> APIRouter:
    """The pages of conversations."""
    routes = APIRouter(prefix=PATH)
    staff = Depends(console.allowed(Right.ANSWER))
    _add_lists(routes, staff)
    _add_one(routes, staff)
    _add_deeds(routes, staff)
    return routes


def _add_lists(routes: APIRouter, staff: Any) -> None:
    @routes.get("")
    async def show(visit: Visit = staff) -> Response:
        return await _queue(visit, "cases/list.html")

    @routes.get("/queue")
    async def queue(visit: Visit = staff) -> Response:
        return await _queue(visit, "cases/_queue.html")

    @routes.get("/closed")
    async def closed(before: Before = None, visit: Visit = staff) -> Response:
        found = await visit.read(case_views.closed_ones, before)
        is_full = len(found) == case_views.SHOWN_AT_ONCE
        older = f"before={found[-1].number}" if is_full else ""
        return visit.page("cases/closed.html", found=found, older=older, is_first=before is None, spoken=_spoken(visit))


def _add_one(routes: APIRouter, staff: Any) -> None:
    @routes.get("/{number}")
    async def one(number: Number, visit: Visit = staff) -> Response:
        return await _page(visit, number)

    @routes.get("/{number}/talk")
    async def talk(number: Number, visit: Visit = staff) -> Response:
        found = await visit.read(case_views.view, number)
        part = visit.page("cases/_talk.html", it=found)
        if found.is_at_rest:
            part.headers["X-Done"] = "1"
        return part

    @routes.post("/{number}/reply")
    async def reply(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, ReplyForm, visit.tr)
        if filled.form is None:
            return await _page(visit, number, filled)
        if filled.form.do in {SEND, SEND_ANYWAY}:
            return await _send(visit, number, filled, filled.form)
        return await _help_writing(visit, number, filled.form)

    @routes.post("/{number}/note")
    async def note(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, NoteForm, visit.tr)
        form = filled.form or NoteForm()
        mark, page = ("case", "note", str(number)), handover.Page(once=form.once)
        try:
            await visit.change(mark, handover.note, number, _me(visit), form.note, visit.now, page)
        except InvalidInput as fault:
            blame(filled, fault, visit.tr, {"text": "note"})
            return await _page(visit, number, note=filled)
        except AlreadySent:
            pass  # a second click wants what the first did
        return visit.to(f"{PATH}/{number}", visit.tr("The note is saved."))


def _add_deeds(routes: APIRouter, staff: Any) -> None:
    @routes.post("/{number}/take")
    async def take(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, TakeForm, visit.tr)
        holder = filled.form.holder if filled.form else None
        mark = ("case", "take", str(number))
        try:
            await visit.change(mark, handover.take, number, _me(visit), holder, visit.now)
        except Refused as fault:
            return visit.to(f"{PATH}/{number}", visit.tr(fault.reason, **fault.values))
        return visit.to(f"{PATH}/{number}", visit.tr("You have this conversation now."))

    @routes.post("/{number}/release")
    async def release(number: Number, visit: Visit = staff) -> Response:
        await visit.change(("case", "release", str(number)), handover.release, number)
        return visit.to(PATH, visit.tr("Somebody else can take the conversation now."))

    @routes.post("/{number}/close")
    async def close(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, CloseForm, visit.tr)
        seen = filled.form.seen if filled.form else 0
        try:
            await visit.change(("case", "close", str(number)), handover.close, number, visit.now, handover.Page(seen))
        except Refused as fault:
            return await _page(visit, number, trouble=visit.tr(fault.reason, **fault.values))
        return visit.to(PATH, visit.tr("The conversation has ended. The bot answers this person again."))


async def _queue(visit: Visit, template: str) -> Response:
    found = await visit.read(case_views.open_ones)
    me = visit.me.id
    groups = (
        ("waiting", [one for one in found if one.state is CaseState.WAITING]),
        ("mine", [one for one in found if one.holder_id == me]),
        ("theirs", [one for one in found if one.state is CaseState.TAKEN and one.holder_id != me]),
    )
    return visit.page(template, groups=groups, spoken=_spoken(visit))


async def _send(visit: Visit, number: int, filled: Filled[ReplyForm], form: ReplyForm) -> Response:
    """Send the reply, or show the page again with what was written and why it was not sent."""
    me, mark = _me(visit), str(number)
    try:
        if form.do == SEND_ANYWAY:
            await visit.change(("case", "take", mark), handover.take, number, me, form.holder, visit.now)
        deed = partial(handover.reply, entry_id=form.entry, page=handover.Page(form.seen, form.once))
        await visit.change(("case", "reply", mark), deed, number, me, form.text, visit.now)
    except AlreadySent:
        pass  # a second click wants what the first did
    except InvalidInput as fault:
        blame(filled, fault, visit.tr)
        return await _page(visit, number, filled)
    except Refused as fault:
        filled.faults["text"] = visit.tr(fault.reason, **fault.values)
        return await _page(visit, number, filled, is_taken=True)
    return visit.to(f"{PATH}/{number}", visit.tr("Your answer is on its way."))


async def _help_writing(visit: Visit, number: int, form: ReplyForm) -> Response:
    """The page again, with entries found, or with one of them or a text put into the answer."""
    found = await visit.read(case_views.view, number)
    language, piece, entry = found.about.language, "", form.entry
    if form.do.startswith(CANNED) and form.do.removeprefix(CANNED).isdecimal():
        chosen = await visit.read(canned.find, int(form.do.removeprefix(CANNED)))
        piece = (choose(chosen.texts, language) or ("", ""))[0]
    elif entry_named := visit.desk.snapshot.entries.get(form.do.removeprefix(ENTRY)):
        entry, now = entry_named.id, _moment(visit)
        piece = team.entry_text(entry_named, visit.desk.snapshot.contacts(entry_named), language, now)
    text = "\n\n".join(filter(None, [form.text, piece]))
    offered = await asyncio.to_thread(_search, visit, form.search) if form.do == SEARCH else []
    filled: Filled[ReplyForm] = shown({"text": text, "search": form.search, "entry": entry, "once": form.once})
    return await _page(visit, number, filled, offered=offered, has_searched=form.do == SEARCH)


def _search(visit: Visit, wanted: str) -> list[Entry]:
    """The entries that answer a few words best."""
    snapshot = visit.desk.snapshot
    ranked = match(snapshot.index, wanted, DEFAULT_LANGUAGE).matches if wanted.strip() else []
    return [snapshot.entries[one.entry_id] for one in ranked[:FOUND] if one.entry_id in snapshot.entries]


async def _page(
    visit: Visit,
    number: int,
    reply: Filled[ReplyForm] | None = None,
    note: Filled[NoteForm] | None = None,
    *,
    offered: list[Entry] | None = None,
    has_searched: bool = False,
    is_taken: bool = False,
    trouble: str = "",
) -> Response:
    """`trouble` is what kept the conversation from being ended."""
    found: Conversation = await visit.read(case_views.view, number)
    replies = await visit.read(canned.listed)
    status = 409 if is_taken or trouble else 422 if (reply and reply.faults) or note else 200
    return visit.page(
        "cases/one.html",
        status,
        it=found,
        reply=reply or Filled(),
        note=note or Filled(),
        canned=replies,
        offered=[(one.id, title_of(one, visit.language)) for one in offered or ()],
        has_searched=has_searched,
        is_taken=is_taken,
        trouble=trouble,
        new_once=secrets.token_urlsafe(12),
        spoken=_spoken(visit),
    )


def _spoken(visit: Visit) -> Callable[[str], str]:
    """Gives the name of a language in that of the page."""
    return lambda code: language_name(code, visit.language)


def _moment(visit: Visit) -> LocalTime:
    return LocalTime(visit.now, visit.zone, visit.desk.snapshot.town.holidays)


def _me(visit: Visit) -> Author:
    return Author(visit.me.name, visit.me.id)
