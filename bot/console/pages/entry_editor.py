"""Writing an entry: a new one, and the form with what residents would see beside it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.console import entry_form, entry_words
from bot.console.forms import Filled, Form, fill
from bot.console.page import Console, Visit
from bot.console.pages.entries import PATH, Whole, address, load, named, overtaken, preview, today, worded
from bot.domain import checking, plain_language
from bot.domain.changes import differences
from bot.domain.errors import Overtaken
from bot.domain.staff import Right
from bot.services import catalogue, drafts, library, links, topics
from bot.texts import layout
from bot.texts.cards import language_name
from bot.texts.catalog import EASY, offered
from knowledge.entry import CONTACT_POINT, DEFAULT_LANGUAGE, OFFER, Entry, FaultyFile, State
from knowledge.record import read_record, write_record

SPOKEN = ("de", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr", "fa", "ku", "ps", "es", "it", "sq", "sr", "el")
"""Languages that are offered for "spoken here", besides those that an entry has."""


class NewEntry(Form):
    """An entry to be made."""

    kind: str = Field(max_length=50)
    title: str = Field(max_length=200)
    anyway: str = ""
    """Set where somebody saw what is alike, and goes on."""
    once: str = Field(default="", max_length=64)
    """Names the form, so that a double click begins one entry."""


class Work(Form):
    """What comes with the form of an entry, besides its fields."""

    edition: int = 0
    base: str = ""
    second: str = ""
    """The language beside German, as the form was shown; empty: none."""
    turn_to: str = ""
    """Another one that is wanted."""
    deed: str = "save"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an entry can refer to."""

    names: Mapping[str, str]
    """Id -> title; the id as well, where a title stands twice."""
    contact_points: Sequence[str]
    topics: Sequence[tuple[str, str]]

    @property
    def ids(self) -> dict[str, str]:
        """What may be typed -> id."""
        return {name: entry_id for entry_id, name in self.names.items()} | {
            entry_id: entry_id for entry_id in self.names
        }


def router(console: Console) -> APIRouter:
    """The pages on which entries are written."""
    rehearsals = console.rehearsals
    routes = APIRouter()
    writer = Depends(console.allowed(Right.WRITE))

    @routes.get(PATH + "/new")
    async def blank(visit: Visit = writer) -> Response:
        return await _new_page(visit, Filled({"kind": [OFFER], "once": [secrets.token_urlsafe(16)]}))

    @routes.post(PATH + "/new")
    async def begin(request: Request, visit: Visit = writer) -> Response:
        filled = await fill(request, NewEntry, visit.tr)
        if filled.form is None:
            return await _new_page(visit, filled)
        form = filled.form
        entry = Entry("", form.kind, State.DRAFT, title={DEFAULT_LANGUAGE: form.title})
        if begun := await visit.read(drafts.begun, form.once):
            return visit.to(address(begun.entry.id, "edit"))
        twins = await visit.read(links.twins, entry)
        if twins and not form.anyway:
            return await _new_page(visit, filled, twins)
        mark = ("entry", "begin", lambda draft: draft.entry.id)
        draft = await visit.change(mark, drafts.begin, entry, form.once, visit.actor.name, visit.now)
        return visit.to(address(draft.entry.id, "edit"))

    @routes.get(PATH + "/{entry_id:path}/edit")
    async def edit(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        whole, around = await visit.read(load, entry_id), await visit.read(surroundings)
        second = _second(whole.entry, request.query_params.get("second", ""))
        filled = Filled[Work](_as_typed(whole, second, around))
        return _edit_page(visit, whole, around, filled, second, conflicts=rehearsals.known_conflicts(whole.entry))

    @routes.post(PATH + "/{entry_id:path}/preview")
    async def look(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        whole, around = await visit.read(load, entry_id), await visit.read(surroundings)
        filled = await fill(request, Work, visit.tr)
        second = _second(whole.entry, filled.value("second"))
        entry = _entry_of(visit, whole, around, filled, second) or whole.entry
        return visit.page("entries/_preview.html", **_beside(visit, entry, second))

    @routes.post(PATH + "/{entry_id:path}/edit")
    async def save(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        whole, around = await visit.read(load, entry_id), await visit.read(surroundings)
        filled = await fill(request, Work, visit.tr)
        second = _second(whole.entry, filled.value("second"))
        entry = _entry_of(visit, whole, around, filled, second)
        if entry is None or filled.form is None:
            return _edit_page(visit, whole, around, filled, second, status=422)
        form = filled.form
        if entry != whole.entry or whole.draft is None:
            try:
                mark = ("entry", "save draft", entry_id)
                await visit.change(
                    mark, drafts.save, entry, form.edition, form.base or None, visit.actor.name, visit.now
                )
            except Overtaken:
                return _edit_page(visit, whole, around, filled, second, status=409, mine=entry)
        await rehearsals.conflicts(entry)
        if form.deed == "publish":
            return visit.to(address(entry_id, "publish"))
        shown = form.turn_to if form.turn_to in offered() else second
        said = visit.tr("Saved as a draft. Residents see it once you publish it.")
        return visit.to(address(entry_id, "edit", second=shown), said)

    return routes


def surroundings(db: Session) -> Surroundings:
    """What an entry can refer to."""
    pairs = catalogue.titles(db)
    counts: dict[str, int] = {}
    for _, title in pairs:
        counts[title] = counts.get(title, 0) + 1
    names = {entry_id: title if counts[title] == 1 else f"{title} [{entry_id}]" for entry_id, title in pairs}
    points = [names[entry_id] for entry_id, _ in catalogue.titles(db, CONTACT_POINT)]
    listed = [(topic.id, topic.name.get(DEFAULT_LANGUAGE, topic.id)) for topic in topics.all_topics(db)]
    return Surroundings(names, points, listed)


async def _new_page(visit: Visit, filled: Filled[NewEntry], twins: Sequence[links.Twin] = ()) -> Response:
    kinds = entry_words.kinds(visit, [])
    status = 422 if filled.faults else 409 if twins else 200
    return visit.page("entries/new.html", status, form=filled, kinds=kinds, twins=twins, address=address)


# --- The form ---------------------------------------------------------------------------------------------------------


def _second(entry: Entry, wanted: str) -> str:
    """The language beside German: the one that is wanted, or the first that the entry has; empty where it has none."""
    if wanted in offered() and wanted != DEFAULT_LANGUAGE:
        return wanted
    return next((code for code in entry.languages_written() if code in offered() and code != DEFAULT_LANGUAGE), "")


def _side_by_side(second: str) -> tuple[str, ...]:
    """The languages of the form."""
    return (DEFAULT_LANGUAGE, second) if second else (DEFAULT_LANGUAGE,)


def _as_typed(whole: Whole, second: str, around: Surroundings) -> dict[str, list[str]]:
    typed = entry_form.typed(whole.entry, _side_by_side(second), around.names)
    return typed | _began_from(whole)


def _began_from(whole: Whole) -> dict[str, list[str]]:
    """What a form that is shown now begins from."""
    base = library.version_of(whole.published) if whole.published else ""
    return {"edition": [str(whole.draft.edition if whole.draft else 0)], "base": [base]}


def _entry_of(visit: Visit, whole: Whole, around: Surroundings, filled: Filled[Work], second: str) -> Entry | None:
    """The entry that a form describes; None where something is wrong, which then stands in the form."""
    reading = entry_form.read(filled, write_record(whole.entry), _side_by_side(second), around.ids)
    faults: Sequence[Any] = ()
    entry = None
    try:
        entry = read_record(reading.record)
    except FaultyFile as faulty:
        faults = faulty.faults
    filled.faults |= {box: visit.tr(text) for box, text in entry_form.blame(reading, faults).items()}
    if entry is None or filled.faults:
        return None
    months = next((number for number in checking.CHOICES if str(number) == filled.value("months")), None)
    return checking.confirmed(entry, today(visit), months) if filled.value("checked") and months else entry


def _edit_page(
    visit: Visit,
    whole: Whole,
    around: Surroundings,
    filled: Filled[Work],
    second: str,
    *,
    status: int = 200,
    mine: Entry | None = None,
    conflicts: Sequence[Any] = (),
) -> Response:
    """The form; `mine` is what was typed where somebody else saved meanwhile."""
    if mine:
        filled = replace(filled, typed=dict(filled.typed) | _began_from(whole))
    entry = mine or whole.entry
    known_topics = dict(around.topics)
    return visit.page(
        "entries/edit.html",
        status,
        whole=whole,
        entry=whole.entry,
        form=filled,
        codes=[(code, language_name(code, visit.language)) for code in _side_by_side(second)],
        second=second,
        filled_parts=entry_form.filled_parts(filled),
        languages=[pair for pair in named(visit, offered()) if pair[0] != DEFAULT_LANGUAGE],
        kinds=entry_words.kinds(visit, [entry.kind]),
        spoken=named(visit, tuple(dict.fromkeys([*SPOKEN, *entry.languages]))),
        topics=[*around.topics, *((name, name) for name in entry.topics if name not in known_topics)],
        contact_points=around.contact_points,
        others=[name for entry_id, name in around.names.items() if entry_id != entry.id],
        days=[(day, visit.tr(label)) for day, label in DAYS.items()],
        phones=entry_form.rows(filled, "phone"),
        exceptions=entry_form.rows(filled, "exception"),
        spans=entry_form.spans(filled),
        form_references={
            name: [*(value for value in filled.values(name) if value.strip()), ""] for name in ("contact", "related")
        },
        months=[(str(number), visit.tr("in {months} months", months=number)) for number in checking.CHOICES],
        theirs=worded(visit, differences(write_record(whole.entry), write_record(mine))) if mine else [],
        overtaken=overtaken(visit, whole, entry),
        conflicts=conflicts,
        address=address,
        name_of=lambda code: language_name(code, visit.language),
        **_beside(visit, entry, second),
    )


DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
    "holiday": "Public holidays",
}


def _beside(visit: Visit, entry: Entry, second: str) -> dict[str, Any]:
    """What stands beside the form: the reply in both languages, and what is hard to read."""
    shown = [
        code
        for code in _side_by_side(second)
        if code == DEFAULT_LANGUAGE or entry.text.get(code) or entry.title.get(code)
    ]
    hints = {
        code: plain_language.hints(entry.text.get(code, ""))
        for code in (DEFAULT_LANGUAGE, EASY)
        if code in (DEFAULT_LANGUAGE, second)
    }
    return {
        "previews": [(language_name(code, visit.language), preview(visit, entry, code)) for code in shown],
        "hints": [hint for found in hints.values() for hint in found],
        "layout": layout,
    }
