"""What is done about open questions: each deed goes back to the list, with a button that takes it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from bot.console.addresses import LARGEST, Number
from bot.console.forms import Filled, Form, blame, fill
from bot.console.page import Console, Visit
from bot.console.pages.question_views import PATH, group_page, named, title_of
from bot.console.rehearsals import Rehearsals
from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.domain.masking import without_placeholders
from bot.domain.staff import Right
from bot.services import grouping, learning, library, open_questions, rehearsing, teaching
from bot.services.learning import Answer, Lesson, Telling
from bot.services.open_questions import Whole
from bot.services.teaching import Teaching
from knowledge.entry import Entry
from knowledge.normalize import fold

PATIENCE = 5.0
"""Seconds that a check waits for the questions whose right answer is known."""


class Link(Form):
    """A question that becomes a phrasing."""

    entry: str = ""
    other: str = ""
    """Title or id of one that is not offered."""
    phrasing: str = Field(max_length=teaching.LONGEST_PHRASING)
    tells: str = ""
    step: str = "check"
    anyway: str = ""
    """Set where somebody saw what gets worse."""


class Words(Form):
    """What the team answers."""

    text: str = Field(max_length=learning.LONGEST_ANSWER)
    language: str


class Part(Form):
    """A question that stands in the wrong group."""

    question: int = Field(default=0, le=LARGEST)


class Ruling(Form):
    """A question that the bot is not for."""

    refusal: str = ""
    """Id of the entry that says so."""
    phrasing: str = ""
    tells: str = ""


def router(console: Console) -> APIRouter:
    """Every deed."""
    rehearsals = console.rehearsals
    routes = APIRouter()
    staff = Depends(console.allowed(Right.ANSWER))

    @routes.post(PATH + "/{number}/link")
    async def link(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, Link, visit.tr)
        return await _link(visit, number, filled, rehearsals)

    @routes.post(PATH + "/{number}/answer")
    async def answer(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, Words, visit.tr)
        if filled.form:
            given = Answer(texts={filled.form.language: filled.form.text})
            try:
                return await do(visit, number, "answer", learning.answer, given, telling=telling())
            except InvalidInput as fault:
                blame(filled, fault, visit.tr)
        return await group_page(visit, number, answer=filled)

    @routes.post(PATH + "/{number}/rule-out")
    async def rule_out(number: Number, request: Request, visit: Visit = staff) -> Response:
        filled = await fill(request, Ruling, visit.tr)
        form = filled.form or Ruling()
        taught = Teaching(form.refusal, form.phrasing) if form.refusal else None
        try:
            return await do(visit, number, "rule out", learning.rule_out, taught, telling=telling(form.tells))
        except InvalidInput as fault:
            blame(filled, fault, visit.tr, {"entry_id": "refusal", "phrasing": "refusal"})
        return await group_page(visit, number, ruling=filled)

    @routes.post(PATH + "/{number}/ignore")
    async def ignore(number: Number, visit: Visit = staff) -> Response:
        return await do(visit, number, "ignore", learning.ignore)

    @routes.post(PATH + "/{number}/entry")
    async def begin_entry(number: Number, visit: Visit = staff) -> Response:
        group = (await visit.read(open_questions.whole, number)).group
        text = without_placeholders(group.text)[: teaching.LONGEST_PHRASING]
        given = (number, text, group.language, visit.actor.name, visit.now)
        try:
            entry_id = await visit.change(("entry", "begin", str), teaching.begin_entry, *given)
        except InvalidInput as fault:
            return visit.to(f"{PATH}/{number}", visit.tr(fault.reason, **fault.values))
        said = visit.tr("This is a draft with the question in it. When it is published, residents find it.")
        return visit.to(f"/console/entries/{entry_id}/edit", said)

    @routes.post(PATH + "/{number}/take-out")
    async def take_out(number: Number, request: Request, visit: Visit = staff) -> Response:
        form = (await fill(request, Part, visit.tr)).form or Part()
        text = (await visit.read(learning.find, form.question)).text
        guess = await asyncio.to_thread(grouping.guess, without_placeholders(text), visit.desk.snapshot)
        try:
            mark = ("question", "take out", str(number))
            apart = await visit.change(mark, learning.take_out, number, form.question, guess, visit.zone)
        except Refused as fault:
            return visit.to(f"{PATH}/{number}", visit.tr(fault.reason, **fault.values))
        return visit.to(f"{PATH}/{apart}", visit.tr("This question stands by itself now."))

    @routes.post(PATH + "/{number}/reopen")
    async def reopen(number: Number, visit: Visit = staff) -> Response:
        await visit.change(("question", "reopen", str(number)), learning.reopen, number)
        return visit.to(f"{PATH}/{number}", visit.tr("This question is open again."))

    @routes.post(PATH + "/undo/{lesson}")
    async def undo(lesson: Number, visit: Visit = staff) -> Response:
        told = await visit.change(("lesson", "undo", str(lesson)), learning.undo, lesson, visit.actor.name, visit.now)
        said = [await visit.taken_up(visit.tr("It is as it was before."))]
        if told:
            said.append(visit.tr("But the answer has already gone out to residents ({count}).", count=told))
        return visit.to(PATH, " ".join(said))

    return routes


async def _link(visit: Visit, number: int, filled: Filled[Link], rehearsals: Rehearsals) -> Response:
    """Show first what a phrasing would change, then add it."""
    form, whole = filled.form, await visit.read(open_questions.whole, number)
    try:
        entry = await _chosen(visit, form) if form else None
        if form is None or entry is None:
            return await group_page(visit, number, link=filled)
        taught = Teaching(entry.id, form.phrasing)
        draft = teaching.with_phrasing(entry, taught, whole.group.language)
        run = await rehearsals.run(draft, PATIENCE)
        if form.step == "save" and (form.anyway or not run.worse):
            return await do(visit, number, "link", learning.link, taught, telling=telling(form.tells))
    except InvalidInput as fault:
        blame(filled, fault, visit.tr, {"entry_id": "other"})
        return await group_page(visit, number, link=filled)
    return await _check_page(visit, whole, filled, draft, rehearsals)


async def _chosen(visit: Visit, form: Link) -> Entry:
    """The entry that was chosen or named; raises InvalidInput (other)."""
    wanted = form.other or form.entry
    known = visit.desk.snapshot.entries
    named_so = [name for name in known if fold(title_of(visit, name)) == fold(wanted)]
    entry_id = wanted if wanted in known else (named_so or [wanted])[0]
    if not entry_id:
        raise InvalidInput("Please choose an entry.", field="other")
    try:
        return await visit.read(library.find, entry_id)
    except NotFound as fault:
        raise InvalidInput("There is no entry with this title.", field="other") from fault


async def _check_page(
    visit: Visit, whole: Whole, filled: Filled[Link], draft: Entry, rehearsals: Rehearsals
) -> Response:
    """What a phrasing would change: for this question, beside other entries, for questions with a known answer."""
    snapshot, text = visit.desk.snapshot, filled.value("phrasing")
    staged = await rehearsals.stage(draft)
    return visit.page(
        "questions/check.html",
        whole=whole,
        form=filled,
        entry_id=draft.id,
        before=await asyncio.to_thread(open_questions.saying, snapshot, text),
        after=await asyncio.to_thread(rehearsing.ask, staged, text),
        conflicts=await asyncio.to_thread(rehearsing.conflicts, snapshot, draft),
        run=await rehearsals.run(draft, PATIENCE),
        given=rehearsing.given,
        **named(visit),
    )


def telling(tells: str = "on") -> Telling:
    """Those who asked the team are told after a moment, in which it can be taken back."""
    return Telling(wait=learning.UNDO_TIME, tells=bool(tells))


async def do(visit: Visit, number: int, name: str, deed: Callable[..., Lesson], *given: Any, **more: Any) -> Response:
    """Do something about a question; where somebody else was first, say so. Raises InvalidInput."""
    mark = ("question", name, str(number))
    try:
        lesson = await visit.change(mark, deed, number, *given, visit.actor.name, visit.now, **more)
    except Refused as fault:
        return visit.to(f"{PATH}/{number}", visit.tr(fault.reason, **fault.values))
    return visit.to(PATH, await visit.taken_up(_said(visit, lesson)), f"{PATH}/undo/{lesson.id}")


def _said(visit: Visit, lesson: Lesson) -> str:
    sentences = {
        "linked": visit.tr("“{title}” knows this question from now on.", title=title_of(visit, lesson.entry_id or "")),
        "answered": visit.tr("The answer is on its way."),
        "out_of_scope": visit.tr("Noted: this is nothing the bot is for."),
        "ignored": visit.tr("This question is ignored from now on."),
    }
    return f"{sentences[lesson.state.value]} {_told(visit, lesson.told)}".strip()


def _told(visit: Visit, count: int) -> str:
    if count == 1:
        return visit.tr("One person who asked the team is told.")
    return visit.tr("{count} people who asked the team are told.", count=count) if count else ""
