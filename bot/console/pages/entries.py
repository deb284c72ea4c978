"""Entries: the list, one of them with all that is known about it, and what is done with a click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.console import entry_words
from bot.console.addresses import page_of
from bot.console.forms import Filled, Form, fill
from bot.console.page import Console, Visit
from bot.domain.changes import Difference, differences
from bot.domain.errors import NotFound, Overtaken
from bot.domain.opening import LocalTime
from bot.domain.staff import Right
from bot.domain.translations import withheld, without
from bot.services import catalogue, drafts, library, links, reviewing
from bot.services.catalogue import CHANGED, IN_REVIEW, Search
from bot.services.drafts import Draft
from bot.services.indexing import Snapshot
from bot.services.rehearsing import Tried
from bot.texts import layout, wording
from bot.texts.cards import language_name
from bot.texts.catalog import offered
from knowledge.entry import DECLINE, DEFAULT_LANGUAGE, Entry, State
from knowledge.record import write_record

PATH = "/console/entries"

STATES = {
    "": "In use",
    "published": "Published",
    CHANGED: "With a draft",
    IN_REVIEW: "Handed in for review",
    "draft": "Not published yet",
    "archived": "Archived",
}
"""In English, as in the catalog."""


class Edition(Form):
    """Which draft somebody looked at."""

    edition: int = 0


class Seen(Form):
    """Which version somebody looked at."""

    version: str = ""


class Question(Form):
    """A question to try."""

    question: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry with its draft, as staff look at it."""

    item: catalogue.Item
    published: Entry | None
    """As it is stored, whatever its state; None for a new one."""
    draft: Draft | None
    theirs: Entry | None
    """As it was published meanwhile, where the draft began from another version."""
    upcoming: Entry | None
    """What publishing would show: the draft and what was published meanwhile; None where both changed the same."""
    links: links.Links
    missing: tuple[str, ...]
    """Ids that it refers to, of entries that are gone."""

    @property
    def entry(self) -> Entry:
        """What staff work on: the draft where there is one."""
        if self.draft:
            return self.draft.entry
        assert self.published is not None  # noqa: S101 (load raises NotFound)
        return self.published


def load(db: Any, entry_id: str) -> Whole:
    """Everything about an entry; raises NotFound."""
    draft = drafts.find(db, entry_id)
    try:
        published = library.find(db, entry_id)
    except NotFound:
        if draft is None:
            raise
        published = None
    item = catalogue.item(db, entry_id)
    theirs = drafts.published_meanwhile(db, draft) if draft else None
    upcoming = drafts.brought_up(db, draft) if draft else None
    entry = draft.entry if draft else published
    gone = tuple(links.missing(db, [*entry.contact, *entry.related])) if entry else ()
    return Whole(item, published, draft, theirs, upcoming, links.to(db, entry_id), gone)


def address(entry_id: str, *more: str, **query: str) -> str:
    """The address of a page about an entry."""
    path = "/".join([PATH, quote(entry_id), *more])
    return f"{path}?{urlencode(query)}" if query else path


def router(console: Console) -> APIRouter:
    """The list, one entry, and what is done with a click."""
    routes = APIRouter()
    reader = Depends(console.allowed(Right.READ))

    @routes.get(PATH)
    async def listed(request: Request, visit: Visit = reader) -> Response:
        return await _list(visit, request.query_params)

    @routes.get(PATH + "/{entry_id:path}")
    async def show(entry_id: str, request: Request, visit: Visit = reader) -> Response:
        language = request.query_params.get("in", DEFAULT_LANGUAGE)
        return show_page(visit, await visit.read(load, entry_id), language)

    return routes


def deeds(console: Console) -> APIRouter:
    """What is done to an entry with one click."""
    routes = APIRouter()
    writer = Depends(console.allowed(Right.WRITE))

    @routes.post(PATH + "/{entry_id:path}/confirm")
    async def confirm(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        seen = (await fill(request, Seen, visit.tr)).form or Seen()
        given = (entry_id, seen.version, today(visit), visit.actor.name, visit.now)
        try:
            entry = await visit.change(("entry", "confirm", entry_id), reviewing.confirm, *given)
        except Overtaken as fault:
            return visit.to(address(entry_id), visit.tr(fault.reason))
        next_look = visit.day(entry.next_check_on) if entry.next_check_on else ""
        said = visit.tr("Noted: it is still right, in every language. Next look: {day}.", day=next_look)
        return visit.to(_back(request, entry_id), await visit.taken_up(said))

    @routes.post(PATH + "/{entry_id:path}/archive")
    async def archive(entry_id: str, visit: Visit = writer) -> Response:
        await visit.change(("entry", "archive", entry_id), library.archive, entry_id, visit.actor.name, visit.now)
        said = await visit.taken_up(visit.tr("It is archived. Residents no longer find it."))
        return visit.to(address(entry_id), said, undo=address(entry_id, "bring-back"))

    @routes.post(PATH + "/{entry_id:path}/bring-back")
    async def bring_back(entry_id: str, visit: Visit = writer) -> Response:
        mark = ("entry", "bring back", entry_id)
        entry = await visit.change(mark, library.bring_back, entry_id, visit.actor.name, visit.now)
        is_found = entry.state is State.PUBLISHED
        said = visit.tr("Residents find it again.") if is_found else visit.tr("It is back. Residents do not see it.")
        return visit.to(address(entry_id), await visit.taken_up(said))

    @routes.post(PATH + "/{entry_id:path}/discard")
    async def discard(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        edition = await _edition(request, visit)
        await visit.change(("entry", "throw draft away", entry_id), drafts.discard, entry_id, edition)
        is_left = entry_id in await visit.read(library.entry_ids)
        return visit.to(address(entry_id) if is_left else PATH, visit.tr("The draft is thrown away."))

    @routes.post(PATH + "/{entry_id:path}/hand-in")
    async def hand_in(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        edition = await _edition(request, visit)
        await visit.change(("entry", "hand in", entry_id), drafts.hand_in, entry_id, edition)
        return visit.to(address(entry_id), visit.tr("Handed in: a colleague can look at it and publish it."))

    @routes.post(PATH + "/{entry_id:path}/take-back")
    async def take_back(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        edition = await _edition(request, visit)
        await visit.change(("entry", "take back", entry_id), drafts.hand_in, entry_id, edition, in_review=False)
        return visit.to(address(entry_id), visit.tr("Taken back. It is a draft again."))

    @routes.post(PATH + "/{entry_id:path}/take-over")
    async def take_over(entry_id: str, request: Request, visit: Visit = writer) -> Response:
        edition = await _edition(request, visit)
        mark = ("entry", "take over", entry_id)
        await visit.change(mark, drafts.take_over, entry_id, edition, visit.actor.name, visit.now)
        said = visit.tr("What was published meanwhile is in your draft now. Please look it through.")
        return visit.to(address(entry_id, "edit"), said)

    return routes


def today(visit: Visit) -> date:
    """The day on the town's clock."""
    return visit.now.astimezone(visit.zone).date()


async def _edition(request: Request, visit: Visit) -> int:
    filled = await fill(request, Edition, visit.tr)
    return filled.form.edition if filled.form else 0


def _back(request: Request, entry_id: str) -> str:
    """The list that a click came from, or the entry's page."""
    query = request.query_params.get("list")
    return f"{PATH}?{query}" if query is not None else address(entry_id)


# --- The list ---------------------------------------------------------------------------------------------------------


async def _list(visit: Visit, query: Mapping[str, str]) -> Response:
    wanted = Search(
        words=query.get("words", "").strip()[:200],
        kind=query.get("kind", ""),
        state=query.get("state", "") if query.get("state") in STATES else "",
        is_due=bool(query.get("due")),
        is_outdated=bool(query.get("outdated")),
        without_text=query.get("without_text", ""),
        without_phrasing=query.get("without_phrasing", ""),
    )
    listing = await visit.read(catalogue.search, wanted, page_of(query.get("page", "")), today(visit))
    kept = {name: value for name, value in query.items() if value and name != "page"}
    return visit.page(
        "entries/list.html",
        listing=listing,
        wanted=wanted,
        kinds=entry_words.kinds(visit, await visit.read(catalogue.kinds)),
        kind=lambda name: entry_words.kind(visit, name),
        states=[(value, visit.tr(label)) for value, label in STATES.items()],
        languages=named(visit, offered()),
        languages_in_use=[code for code in offered() if code in used(visit.desk.snapshot)],
        is_filtered=bool(kept),
        query=urlencode(kept),
        today=today(visit),
        address=address,
    )


def named(visit: Visit, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Languages with their names."""
    return [(code, language_name(code, visit.language)) for code in codes]


def used(snapshot: Snapshot) -> set[str]:
    """The languages in which residents find anything, German among them."""
    return {DEFAULT_LANGUAGE, *snapshot.index.shelves}


# --- One entry --------------------------------------------------------------------------------------------------------


def show_page(
    visit: Visit, whole: Whole, language: str, tried: Tried | None = None, question: Filled[Question] | None = None
) -> Response:
    """An entry, as residents see it and with all that is known about it."""
    status = 422 if question and question.faults else 200
    codes = offered()
    language = language if language in codes else DEFAULT_LANGUAGE
    hidden = withheld(whole.item.stale, visit.desk.policy.patience, visit.now)
    published = write_record(whole.published) if whole.published and whole.draft else None
    changed = differences(published, write_record(whole.entry)) if published else []
    return visit.page(
        "entries/show.html",
        status,
        whole=whole,
        entry=whole.entry,
        kind=entry_words.kind(visit, whole.entry.kind),
        changes=worded(visit, changed),
        overtaken=overtaken(visit, whole, whole.entry),
        withheld_names=[language_name(code, visit.language) for code in hidden],
        patience=visit.desk.policy.patience,
        language_shown=language,
        languages=named(visit, codes),
        preview=preview(visit, without(whole.entry, hidden), language),
        layout=layout,
        tried=tried,
        question=question or Filled(),
        today=today(visit),
        address=address,
        name_of=lambda code: language_name(code, visit.language),
    )


def overtaken(visit: Visit, whole: Whole, mine: Entry) -> list[dict[str, Any]]:
    """How what was published meanwhile differs from the draft, where both changed the same."""
    if whole.theirs is None or whole.upcoming:
        return []
    return worded(visit, differences(write_record(whole.theirs), write_record(mine)))


def worded(visit: Visit, found: list[Difference]) -> list[dict[str, Any]]:
    """Differences as people read them; of lists, what goes and what comes."""
    lines: list[dict[str, Any]] = []
    for one in found:
        before, after = one.before, one.after
        is_list = isinstance(before, list) and isinstance(after, list) and {*map(str, before)} != {*map(str, after)}
        if is_list:
            before, after = (
                [each for each in before if each not in after],
                [each for each in after if each not in before],
            )
        lines.append(
            {
                "field": entry_words.field(visit, one.field, one.language),
                "before": entry_words.value(visit, one.field, before),
                "after": entry_words.value(visit, one.field, after),
                "lang": one.language,
                "is_list": is_list,
            }
        )
    return lines


def preview(visit: Visit, entry: Entry, language: str) -> Any:
    """The reply that a resident gets."""
    snapshot = visit.desk.snapshot
    town = snapshot.town
    if entry.kind == DECLINE:
        contacts = snapshot.contacts(entry) if entry.contact else []
        return wording.decline(entry, contacts, 0, language, is_again=False)
    related = [snapshot.entries[other] for other in entry.related if other in snapshot.entries]
    now = LocalTime(visit.now, town.zone, town.holidays)
    return wording.answer(entry, snapshot.contacts(entry), related, 0, language, now)
