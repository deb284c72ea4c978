"""Open questions: the list, one of them with all that is known about it, and where the bot nearly helped."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console.addresses import Number, page_of
from bot.console.forms import Filled, shown
from bot.console.page import Console, Visit
from bot.domain.languages import choose
from bot.domain.masking import without_placeholders
from bot.domain.moves import Complaint
from bot.domain.staff import Right
from bot.services import near_misses, open_questions
from bot.services.open_questions import Search
from bot.services.questions import QuestionState
from bot.texts.cards import language_name
from bot.texts.catalog import languages, own_name
from knowledge.entry import DECLINE, DEFAULT_LANGUAGE

PATH = "/console/questions"

STATES = {
    QuestionState.OPEN: "Open",
    QuestionState.LINKED: "Added to an entry",
    QuestionState.ANSWERED: "Answered",
    QuestionState.OUT_OF_SCOPE: "Not for this bot",
    QuestionState.IGNORED: "Ignored",
}
"""In English, as in the catalog."""

LIKELY = 30
"""Percent from which the entry that the bot thinks of is chosen beforehand."""

COMPLAINTS = {
    "": "no reason given",
    Complaint.WRONG: "something is wrong",
    Complaint.OUTDATED: "out of date",
    Complaint.OFF_TOPIC: "wanted something else",
    Complaint.UNCLEAR: "hard to understand",
}


def router(console: Console) -> APIRouter:
    """The pages that only show."""
    routes = APIRouter()
    reader = Depends(console.allowed(Right.ANSWER))

    @routes.get(PATH)
    async def listed(request: Request, visit: Visit = reader) -> Response:
        asked = request.query_params
        state = QuestionState(asked["state"]) if asked.get("state") in set(STATES) else QuestionState.OPEN
        wanted = Search(state, asked.get("language", ""), asked.get("guess", ""), bool(asked.get("team")))
        kept = {"state": state.value, "language": wanted.language, "guess": wanted.guess}
        kept |= {"team": "on"} if wanted.is_wanted else {}
        return visit.page(
            "questions/list.html",
            listing=await visit.read(open_questions.listing, wanted, page_of(asked.get("page", ""))),
            languages=[
                (code, language_name(code, visit.language)) for code in await visit.read(open_questions.languages)
            ],
            states=[(one.value, visit.tr(label)) for one, label in STATES.items()],
            wanted=wanted,
            is_filtered=wanted != Search(),
            query=urlencode({name: value for name, value in kept.items() if value}),
            **named(visit),
        )

    @routes.get(PATH + "/near-misses")
    async def near(visit: Visit = reader) -> Response:
        found = await visit.read(near_misses.listed, visit.now)
        reasons = {str(name): visit.tr(label) for name, label in COMPLAINTS.items()}
        return visit.page("questions/near.html", found=found, reasons=reasons, **named(visit))

    @routes.get(PATH + "/{number}")
    async def show(number: Number, visit: Visit = reader) -> Response:
        return await group_page(visit, number)

    return routes


async def group_page(
    visit: Visit,
    number: int,
    *,
    link: Filled[Any] | None = None,
    answer: Filled[Any] | None = None,
    ruling: Filled[Any] | None = None,
) -> Response:
    """One question with what can be done about it; a form that failed keeps what was typed."""
    whole = await visit.read(open_questions.whole, number)
    text, snapshot = whole.group.text, visit.desk.snapshot
    saying = await asyncio.to_thread(open_questions.saying, snapshot, text) if text else None
    phrasing = without_placeholders(text)
    best = next((entry_id for entry_id, percent in saying.ranking if percent >= LIKELY), "") if saying else ""
    told = bool(whole.waiting)
    refusals = [entry for entry in snapshot.entries.values() if entry.kind == DECLINE]
    return visit.page(
        "questions/show.html",
        422 if link or answer or ruling else 200,
        whole=whole,
        group=whole.group,
        saying=saying,
        days=[(date.fromisoformat(one), count) for one, count in sorted(whole.group.days.items(), reverse=True)],
        link=link or shown({"entry": best, "phrasing": phrasing, "tells": told}),
        answer=answer or shown({"language": DEFAULT_LANGUAGE}),
        ruling=ruling or shown({"phrasing": phrasing, "tells": told}),
        spoken=[(code, own_name(code)) for code in languages()],
        refusals=sorted(
            ((entry.id, title_of(visit, entry.id)) for entry in refusals), key=lambda pair: pair[1].casefold()
        ),
        states=STATES,
        **named(visit),
    )


def named(visit: Visit) -> dict[str, Any]:
    """What every page of this area words ids with."""
    return {
        "title_of": lambda entry_id: title_of(visit, entry_id),
        "name_of": lambda code: language_name(code, visit.language),
        "PATH": PATH,
    }


def title_of(visit: Visit, entry_id: str) -> str:
    """The German title of an entry that residents see; the id of any other."""
    entry = visit.desk.snapshot.entries.get(entry_id)
    title = choose(entry.title, DEFAULT_LANGUAGE) if entry else None
    return title[0] if title else entry_id
