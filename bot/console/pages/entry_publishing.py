"""Trying a draft, publishing it, and going back to what was said before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console.addresses import Before, Number
from bot.console.forms import Form, fill
from bot.console.page import Console, Visit
from bot.console.pages.entries import PATH, Question, Whole, address, load, show_page, worded
from bot.console.rehearsals import Rehearsals, Run
from bot.domain.changes import differences
from bot.domain.errors import InvalidInput, NotFound, Overtaken
from bot.domain.staff import Right
from bot.services import links, rehearsing, reviewing, versions
from bot.services.rehearsing import given
from bot.services.versions import Version
from bot.texts.cards import language_name
from bot.texts.catalog import offered
from knowledge.decide import Clarify, Decision
from knowledge.entry import DEFAULT_LANGUAGE, Entry, State
from knowledge.record import write_record

SHOWN = 20
"""Versions of a page."""


class Publish(Form):
    """The wish to publish a draft."""

    edition: int
    anyway: str = ""
    """UNASKED where somebody does not wait for the questions; the mark of the run where they saw what gets worse."""


UNASKED = "unasked"


def router(console: Console) -> APIRouter:
    """The pages between a draft and what residents read."""
    rehearsals = console.rehearsals
    routes = APIRouter()
    reader = Depends(console.allowed(Right.READ))
    writer = Depends(console.allowed(Right.WRITE))

    @routes.post(PATH + "/{entry_id:path}/try")
    async def attempt(entry_id: str, request: Request, visit: Visit = reader) -> Response:
        whole = await visit.read(load, entry_id)
        filled = await fill(request, Question, visit.tr)
        tried = None
        if filled.form:
            staged = await rehearsals.stage(whole.entry)
            language = filled.form.lang if filled.form.lang in offered() else None
            tried = await asyncio.to_thread(rehearsing.ask, staged, filled.form.question, language)
        return show_page(visit, whole, tried.language if tried else "", tried, filled)

    @routes.get(PATH + "/{entry_id:path}/publish")
    async def check(entry_id: str, visit: Visit = writer, part: str = "") -> Response:
        whole = await visit.read(load, entry_id)
        return await _publish_page(visit, whole, rehearsals, part=part == "run")

    @routes.post(PATH + "/{entry_id:path}/publish")
    async def publish(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        whole = await visit.read(load, entry_id)
        filled = await fill(request, Publish, visit.tr)
        if filled.form is None or whole.draft is None:
            raise NotFound("draft", entry_id)
        if whole.upcoming is None:
            return _to_take_over(visit, entry_id)
        if still := _not_yet(visit, await rehearsals.run(whole.upcoming), filled.form):
            return await _publish_page(visit, whole, rehearsals, status=409, still=still)
        try:
            mark = ("entry", "publish", entry_id)
            await visit.change(mark, reviewing.publish, entry_id, filled.form.edition, visit.actor.name, visit.now)
        except Overtaken:
            return _to_take_over(visit, entry_id)
        except InvalidInput:
            return await _publish_page(visit, whole, rehearsals, status=422)
        said = await visit.taken_up(visit.tr("Published. Residents find it from now on."))
        return visit.to(address(entry_id), said)

    @routes.get(PATH + "/{entry_id:path}/versions")
    async def history(entry_id: str, visit: Visit = reader, before: Before = None) -> Response:
        whole = await visit.read(load, entry_id)
        found = await visit.read(versions.history, entry_id, before, SHOWN + 1)
        older = address(entry_id, "versions", before=str(found[SHOWN - 1].number)) if len(found) > SHOWN else ""
        shown = _compared(visit, found)[:SHOWN]
        is_first = before is None
        return visit.page(
            "entries/versions.html", whole=whole, versions=shown, older=older, is_first=is_first, address=address
        )

    @routes.post(PATH + "/{entry_id:path}/versions/{number}/restore")
    async def restore(entry_id: str, number: Number, visit: Visit = writer) -> Response:
        mark = ("entry", "go back", entry_id, {"version": number})
        await visit.change(mark, reviewing.roll_back, entry_id, number, visit.actor.name, visit.now)
        said = await visit.taken_up(visit.tr("It says again what it said in version {number}.", number=number))
        return visit.to(address(entry_id, "versions"), said)

    return routes


def _not_yet(visit: Visit, run: Run, form: Publish) -> str:
    """Why nothing is published yet; empty where nothing speaks against it."""
    if run.worse and form.anyway != run.mark:
        return visit.tr("Not published yet. Please read below what would be answered less well, and tick that you did.")
    if run.is_over or form.anyway == UNASKED:
        return ""
    return visit.tr(
        "Not published yet: the check is still running ({done} of {total}).", done=run.done, total=run.total
    )


def _to_take_over(visit: Visit, entry_id: str) -> Response:
    """To where what a colleague saved or published meanwhile can be seen and taken over."""
    said = visit.tr("Not published: somebody changed this entry meanwhile. Below you see what it says now.")
    return visit.to(address(entry_id), said)


async def _publish_page(
    visit: Visit, whole: Whole, rehearsals: Rehearsals, *, status: int = 200, part: bool = False, still: str = ""
) -> Response:
    """What publishing would change; `part` is what of the page tells how far the questions are.

    `still` says why it was not published yet.
    """
    draft, entry = whole.draft, whole.upcoming
    if draft is None:
        return visit.to(address(whole.item.id), visit.tr("There is no draft to publish."))
    if entry is None:
        return _to_take_over(visit, whole.item.id)
    run = await rehearsals.run(entry)
    before = write_record(whole.published) if whole.published else {}
    page = visit.page(
        "entries/_run.html" if part else "entries/publish.html",
        status,
        whole=whole,
        draft=draft,
        changes=worded(visit, differences(before, write_record(replace(entry, state=State.PUBLISHED)))),
        conflicts=rehearsals.known_conflicts(draft.entry),
        twins=await visit.read(links.twins, entry) if whole.published is None else [],
        run=run,
        still=still,
        unasked=UNASKED,
        shifts=_shifts(visit, run, whole),
        lack=_lack(visit, entry),
        address=address,
        name_of=lambda code: language_name(code, visit.language),
    )
    if part and (run.is_over or run.failed):
        page.headers["X-Done"] = "1"
    return page


def _lack(visit: Visit, entry: Entry) -> str:
    """What residents would miss; empty where nothing is missing."""
    try:
        reviewing.check_ready(entry)
    except InvalidInput as fault:
        return visit.tr(fault.reason, **fault.values)
    return ""


def _shifts(visit: Visit, run: Run, whole: Whole) -> list[dict[str, Any]]:
    """Questions that get another answer, as people read it."""
    return [
        {
            "question": shift.question.text,
            "is_worse": shift.is_worse,
            "before": _answer(visit, shift.before, whole),
            "after": _answer(visit, shift.after, whole),
        }
        for shift in run.shifts
    ]


def _answer(visit: Visit, decision: Decision, whole: Whole) -> str:
    titles = [_title(visit, name, whole) for name in given(decision)]
    if not titles:
        return visit.tr("no answer")
    return visit.tr("asks back: {titles}", titles=", ".join(titles)) if isinstance(decision, Clarify) else titles[0]


def _title(visit: Visit, entry_id: str, whole: Whole) -> str:
    entry = visit.desk.snapshot.entries.get(entry_id) or whole.entry
    return entry.title.get(DEFAULT_LANGUAGE) or entry_id


def _compared(visit: Visit, found: Sequence[Version]) -> list[dict[str, Any]]:
    """Each version, newest first, with what it changed in the one after it, which is older."""
    earlier = [*found[1:], None]
    return [
        {
            "version": version,
            "changes": worded(
                visit, differences(write_record(before.entry) if before else {}, write_record(version.entry))
            )
            if before
            else [],
            "is_first": before is None,
        }
        for version, before in zip(found, earlier, strict=True)
    ]
