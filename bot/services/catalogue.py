"""The list of entries as staff look at it: what there is, what is missing, what is due."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.languages import choose
from bot.domain.translations import outdated
from bot.services import drafts, library
from bot.services.drafts import Draft
from bot.services.library import PHRASING
from bot.storage.tables import EntryRow, PhraseRow, WordingRow
from knowledge.entry import DECLINE, DEFAULT_LANGUAGE, State
from knowledge.normalize import fold

PAGE = 50
SHORTEST_NUMBER = 4
"""Digits from which a search looks for phone numbers too."""

CHANGED, IN_REVIEW = "changed", "review"
"""Which drafts are wanted: any, or those that somebody is asked to look at."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries are wanted; what is empty does not matter."""

    words: str = ""
    """In a title, a phrasing, the id, or digits of a phone number."""
    kind: str = ""
    state: str = ""
    """One of State, CHANGED or IN_REVIEW; empty: all but archived ones."""
    is_due: bool = False
    """Only those that are to be looked at again."""
    is_outdated: bool = False
    """Only those with a text that is older than the German one."""
    without_text: str = ""
    """A language in which they say nothing."""
    without_phrasing: str = ""
    """A language in which they have no question."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry in the list."""

    id: str
    kind: str
    state: State
    title: str
    draft: Draft | None
    is_new: bool
    """Whether there is nothing but the draft."""
    next_check_on: date | None
    written: frozenset[str] = frozenset()
    """Languages in which it has a text."""
    asked: frozenset[str] = frozenset()
    """Languages in which it has phrasings."""
    stale: Mapping[str, datetime] = field(default_factory=dict)
    """Languages whose text is older than the German one, since when."""
    mark: str = ""
    """The version that is stored; empty for a new one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list."""

    items: Sequence[Item]
    count: int
    """How many fit in all."""
    page: int
    pages: int


def search(db: Session, wanted: Search, page: int, today: date) -> Listing:
    """A page of the entries and new drafts that fit, what fits best first; the last page where there are fewer."""
    pending = {draft.entry.id: draft for draft in drafts.listed(db)}
    found = [*_stored(db, wanted, pending), *_new(db, wanted, pending)]
    found = [item for item in found if _fits(item, wanted, today)]
    found.sort(key=lambda item: (*_rank(item, wanted.words), fold(item.title), item.id))
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return Listing(_completed(db, shown), len(found), page, pages)


def _rank(item: Item, words: str) -> tuple[bool, bool, bool]:
    """Where somebody looks for words: titles that begin with them first, then others with them, refusals last."""
    title, looked_for = fold(item.title), fold(words)
    return (bool(words) and item.kind == DECLINE, not title.startswith(looked_for), looked_for not in title)


def item(db: Session, entry_id: str) -> Item:
    """One entry as it would stand in the list; raises NotFound."""
    pending = {draft.entry.id: draft for draft in [drafts.find(db, entry_id)] if draft}
    rows = [*_rows(db, [EntryRow.id == entry_id], pending), *(_of_draft(draft) for draft in pending.values())]
    if not rows:
        raise NotFound("entry", entry_id)
    return _completed(db, rows[:1])[0]


def titles(db: Session, kind: str = "") -> list[tuple[str, str]]:
    """Id and title of every entry that is not archived, by title."""
    rows = _light().where(EntryRow.state != State.ARCHIVED.value)
    rows = rows.where(EntryRow.kind == kind) if kind else rows
    pairs = [(row.id, row.title or row.id) for row in db.execute(rows)]
    return sorted(pairs, key=lambda pair: (fold(pair[1]), pair[0]))


def kinds(db: Session) -> list[str]:
    """Every kind of entry that there is."""
    return sorted(db.scalars(select(EntryRow.kind).distinct()))


def _stored(db: Session, wanted: Search, pending: Mapping[str, Draft]) -> list[Item]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind:
        conditions.append(EntryRow.kind == wanted.kind)
    if wanted.words:
        conditions.append(_mentions(db, wanted.words))
    if language := wanted.without_text:
        conditions.append(~EntryRow.wordings.any(and_(WordingRow.language == language, WordingRow.text.is_not(None))))
    if language := wanted.without_phrasing:
        in_language = and_(PhraseRow.language == language, PhraseRow.role == PHRASING)
        conditions.append(~EntryRow.phrases.any(in_language))
    return _rows(db, conditions, pending)


def _light() -> Any:
    """What the list needs of each entry, without loading the whole of it."""
    german = and_(WordingRow.entry_id == EntryRow.id, WordingRow.language == DEFAULT_LANGUAGE)
    title = func.coalesce(WordingRow.title, EntryRow.id).label("title")
    day = EntryRow.fields["next_check_on"].as_string().label("day")
    columns = (EntryRow.id, EntryRow.kind, EntryRow.state, EntryRow.outdated, EntryRow.content_hash, title, day)
    return select(*columns).outerjoin(WordingRow, german)


def _rows(db: Session, conditions: Iterable[ColumnElement[bool]], pending: Mapping[str, Draft]) -> list[Item]:
    return [
        Item(
            row.id,
            row.kind,
            State(row.state),
            row.title,
            pending.get(row.id),
            is_new=False,
            next_check_on=date.fromisoformat(row.day) if row.day else None,
            stale=library.read_outdated(row.outdated),
            mark=row.content_hash,
        )
        for row in db.execute(_light().where(*conditions))
    ]


def _new(db: Session, wanted: Search, pending: Mapping[str, Draft]) -> list[Item]:
    """Drafts of entries that do not exist yet."""
    known = set(db.scalars(select(EntryRow.id).where(EntryRow.id.in_(list(pending)))))
    return [_of_draft(draft) for name, draft in pending.items() if name not in known and _draft_fits(draft, wanted)]


def _of_draft(draft: Draft) -> Item:
    entry = draft.entry
    title = choose(entry.title, DEFAULT_LANGUAGE)
    return Item(entry.id, entry.kind, State.DRAFT, title[0] if title else entry.id, draft, True, entry.next_check_on)


def _draft_fits(draft: Draft, wanted: Search) -> bool:
    entry = draft.entry
    if wanted.kind and entry.kind != wanted.kind:
        return False
    if wanted.without_text in entry.text or wanted.without_phrasing in entry.phrasings:
        return False
    phrases = [phrase for many in (*entry.phrasings.values(), *entry.keywords.values()) for phrase in many]
    said = [entry.id, *entry.title.values(), *phrases, *(digits(phone.number) for phone in entry.phones)]
    looked_for = {fold(wanted.words), digits(wanted.words) or fold(wanted.words)}
    return not wanted.words or any(one in fold(text) for one in looked_for for text in said)


def _fits(item: Item, wanted: Search, today: date) -> bool:
    if wanted.is_due and not (item.state is State.PUBLISHED and item.next_check_on and item.next_check_on <= today):
        return False
    if wanted.is_outdated and not item.stale:
        return False
    if wanted.state == CHANGED:
        return item.draft is not None
    if wanted.state == IN_REVIEW:
        return item.draft is not None and item.draft.in_review
    return item.state == wanted.state if wanted.state else item.state is not State.ARCHIVED


def _mentions(db: Session, words: str) -> ColumnElement[bool]:
    # LIKE ignores case for a to z alone on SQLite, so other letters are tried in both.
    spellings = {words, words.lower(), words.upper(), words.capitalize(), words.title()}
    conditions = [EntryRow.id.icontains(words, autoescape=True)]
    for spelling in spellings:
        conditions.append(EntryRow.wordings.any(WordingRow.title.icontains(spelling, autoescape=True)))
        conditions.append(EntryRow.phrases.any(PhraseRow.text.icontains(spelling, autoescape=True)))
    if len(number := digits(words)) >= SHORTEST_NUMBER:
        conditions.append(EntryRow.id.in_(_with_number(db, number)))
    return or_(*conditions)


def _with_number(db: Session, number: str) -> list[str]:
    """The entries with a phone number that holds these digits, however both are spaced."""
    phones = db.execute(select(EntryRow.id, EntryRow.fields["phone"]))
    return [entry_id for entry_id, phone in phones if number in digits(str(phone or ""))]


def digits(text: str) -> str:
    """The digits of a text; a German number is the same with 0 and with +49 before it."""
    return re.sub(r"\D", "", re.sub(r"\+49\s*", "0", text))


def _completed(db: Session, shown: Sequence[Item]) -> list[Item]:
    """The items with what they say in which language; of those with a draft, what the draft says."""
    ids = [item.id for item in shown]
    texts = select(WordingRow.entry_id, WordingRow.language).where(WordingRow.text.is_not(None))
    written = _grouped(db.execute(texts.where(WordingRow.entry_id.in_(ids))))
    questions = select(PhraseRow.entry_id, PhraseRow.language).where(PhraseRow.role == PHRASING).distinct()
    asked = _grouped(db.execute(questions.where(PhraseRow.entry_id.in_(ids))))
    return [_complete(db, item, written, asked) for item in shown]


def _complete(
    db: Session, item: Item, written: Mapping[str, frozenset[str]], asked: Mapping[str, frozenset[str]]
) -> Item:
    if item.draft is None:
        return replace(item, written=written.get(item.id, frozenset()), asked=asked.get(item.id, frozenset()))
    entry, stale = item.draft.entry, item.stale
    if not item.is_new:
        stale = outdated(library.find(db, item.id), entry, stale, item.draft.at)
    return replace(item, written=frozenset(entry.text), asked=frozenset(entry.phrasings), stale=stale)


def _grouped(rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry_id, language in rows:
        found.setdefault(entry_id, set()).add(language)
    return {entry_id: frozenset(languages) for entry_id, languages in found.items()}
