"""What residents would find if a draft were published: tried by hand, and with questions whose answer is known.

Everything here looks at the knowledge of the moment with one entry replaced; residents are never answered from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.languages import choose
from bot.services.indexing import Snapshot
from bot.services.starter import starter_questions
from bot.storage.tables import GoldenRow
from knowledge.decide import Answer, Clarify, Decision, Thresholds, decide
from knowledge.entry import DEFAULT_LANGUAGE, Entry, GoldenQuestion, State
from knowledge.evaluate import outcome
from knowledge.index import Index, assemble, build_shelf, passages_of
from knowledge.language import guess_language
from knowledge.match import Finding, match, reasons
from knowledge.normalize import tokens
from knowledge.revise import revised
from knowledge.shelf import Shelf

SHOWN = 5
"""Entries of a ranking that staff look at."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The knowledge of the moment with a draft in its place."""

    draft: Entry
    published: Entry | None
    """What the draft would replace."""
    before: Index
    after: Index
    entries: Mapping[str, Entry]
    """By id, the draft among them."""
    languages: frozenset[str]
    """Those in which something else can be found."""

    def title(self, entry_id: str) -> str:
        """The German title of an entry; its id where it has none."""
        entry = self.entries.get(entry_id)
        title = choose(entry.title, DEFAULT_LANGUAGE) if entry else None
        return title[0] if title else entry_id


def stage(snapshot: Snapshot, draft: Entry) -> Stage:
    """The knowledge with a draft in its place; takes some tenths of a second for each language that it changes."""
    shown = replace(draft, state=State.PUBLISHED)
    written = snapshot.written
    published = written.get(draft.id)
    entries = {**written, draft.id: shown}
    shelves = dict(snapshot.index.shelves)
    changed = _changed_languages(published, shown)
    for language in changed:
        if shelf := _with(shelves.get(language), shown, language, entries):
            shelves[language] = shelf
        else:
            shelves.pop(language, None)
    after = assemble(entries.values(), shelves)
    return Stage(shown, published, snapshot.index, after, entries, frozenset(changed))


def _changed_languages(published: Entry | None, draft: Entry) -> list[str]:
    return [
        language
        for language in dict.fromkeys(
            [*(published.languages_written() if published else ()), *draft.languages_written()]
        )
        if published is None or _said(published, language) != _said(draft, language)
    ]


def _said(entry: Entry, language: str) -> list[tuple[str, str]]:
    return [(passage.field, passage.text) for passage in passages_of(0, entry, language)]


def _with(shelf: Shelf | None, draft: Entry, language: str, entries: Mapping[str, Entry]) -> Shelf | None:
    """The shelf with the draft; None where nothing is written in its language any more."""
    if shelf is not None and _said(draft, language):
        return revised(shelf, draft)
    left = [entries[name] for name in (shelf.entry_ids if shelf else [draft.id])]
    written = sorted((entry for entry in left if _said(entry, language)), key=lambda entry: entry.id)
    return build_shelf(language, written, shelf) if written else None


# --- A question, by hand ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry that may answer a question, and why."""

    entry_id: str
    title: str
    percent: int
    """How likely it is the right one."""
    nearest: str
    """What it says that resembles the question most; empty where it came by rule."""
    words: tuple[str, ...]
    """Words that counted, most telling first."""
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What a resident would get for a question."""

    question: str
    language: str
    outcome: str
    """answer, clarify or decline."""
    given: tuple[str, ...]
    """Ids of the entries that are given, or offered to choose from."""
    ranking: tuple[Ranked, ...]
    unknown: tuple[str, ...]
    """Words of the question that no entry knows."""


def ask(staged: Stage, question: str, language: str | None = None) -> Tried:
    """Ask the knowledge with the draft in its place, as a resident would."""
    finding = match(staged.after, question, language)
    decision = decide(finding)
    ranking = [_ranked(staged, question, finding, place) for place in range(min(SHOWN, len(finding.matches)))]
    return Tried(question, finding.language, outcome(decision), given(decision), tuple(ranking), finding.unknown_words)


def _ranked(staged: Stage, question: str, finding: Finding, place: int) -> Ranked:
    found = finding.matches[place]
    why = reasons(staged.after, question, found)
    counted = sorted(why.words.items(), key=lambda pair: -pair[1]) if why else []
    return Ranked(
        found.entry_id,
        staged.title(found.entry_id),
        round(found.probability * 100),
        why.nearest if why else "",
        tuple(_as_typed(question, stem, finding.language) for stem, _ in counted[:SHOWN]),
        found.entry_id == staged.draft.id,
    )


def _as_typed(question: str, stem: str, language: str) -> str:
    """The word of the question that a stem comes from, as people know it; the stem of a word that was corrected."""
    return next((folded for folded, own in tokens(question, language) if own == stem), stem)


def given(decision: Decision) -> tuple[str, ...]:
    """The entries that a resident gets."""
    match decision:
        case Answer(str(entry_id)):
            return (entry_id,)
        case Clarify(entry_ids):
            return entry_ids
        case _:
            return ()


# --- Phrasings that already lead elsewhere ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conflict:
    """A new phrasing that residents use for another entry, as far as the knowledge can tell."""

    language: str
    phrasing: str
    entry_id: str
    """The other entry."""
    title: str
    nearest: str
    """What it says that resembles the phrasing most."""
    wins: bool
    """Whether it is answered with the other entry at present; else it only comes near."""


def conflicts(snapshot: Snapshot, draft: Entry, *, most: int = 60) -> list[Conflict]:
    """The new phrasings of a draft, at most so many, that lead to another entry at present."""
    published = snapshot.written.get(draft.id)
    known = published.phrasings if published else {}
    new = [
        (language, phrasing)
        for language, phrasings in draft.phrasings.items()
        for phrasing in phrasings
        if phrasing not in known.get(language, ())
    ]
    found = (_conflict(snapshot, draft.id, language, phrasing) for language, phrasing in new[:most])
    return [conflict for conflict in found if conflict]


def _conflict(snapshot: Snapshot, entry_id: str, language: str, phrasing: str) -> Conflict | None:
    finding = match(snapshot.index, phrasing, language)
    others = [one for one in finding.matches if one.entry_id != entry_id]
    if not others or others[0].probability < Thresholds().clarify:
        return None
    other = others[0]
    why = reasons(snapshot.index, phrasing, other)
    title = choose(snapshot.entries[other.entry_id].title, DEFAULT_LANGUAGE)
    name = title[0] if title else other.entry_id
    wins = other.entry_id in given(decide(finding))
    return Conflict(language, phrasing, other.entry_id, name, why.nearest if why else "", wins)


# --- Questions whose answer is known ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shift:
    """A question that would get another answer."""

    question: GoldenQuestion
    before: Decision
    after: Decision

    @property
    def is_worse(self) -> bool:
        """Whether residents are served less well by it."""
        return _worth(self.question, self.after) < _worth(self.question, self.before)


def golden_questions(db: Session, known: Iterable[str]) -> list[GoldenQuestion]:
    """Questions of the starter content and of staff, as far as one of the entries that answer them is `known`."""
    ids = set(known)
    own = [GoldenQuestion(row.text, row.expect, row.language) for row in db.scalars(select(GoldenRow))]
    return [one for one in (*starter_questions(), *own) if one.expect is None or one.accepted & ids]


def touched(staged: Stage, questions: Sequence[GoldenQuestion]) -> list[GoldenQuestion]:
    """The questions that the draft can give another answer: they expect it, or share a word with what changed."""
    changed = {language: _changed_words(staged, language) for language in staged.languages}
    return [question for question in questions if _is_touched(question, staged, changed)]


def _is_touched(question: GoldenQuestion, staged: Stage, changed: Mapping[str, frozenset[str]]) -> bool:
    if staged.draft.id in question.accepted:
        return bool(changed)
    language = question.lang or guess_language(question.text, staged.after.shelves) or DEFAULT_LANGUAGE
    return any(
        {stem for _, stem in tokens(question.text, language)} & words
        for shelf, words in changed.items()
        if shelf == language or language not in staged.after.shelves
    )


def _changed_words(staged: Stage, language: str) -> frozenset[str]:
    """Stems of the passages that only one of the two, the draft and what it replaces, holds."""
    before = set(_said(staged.published, language)) if staged.published else set()
    return frozenset(
        stem for _, text in before ^ set(_said(staged.draft, language)) for _, stem in tokens(text, language)
    )


def compare(staged: Stage, questions: Sequence[GoldenQuestion], progress: Callable[[int], None]) -> list[Shift]:
    """Which of the questions would get another answer, the worse ones first; `progress` hears how many are done."""
    shifts: list[Shift] = []
    for done, question in enumerate(questions, 1):
        before, after = (decide(match(index, question.text, question.lang)) for index in (staged.before, staged.after))
        if before != after:
            shifts.append(Shift(question, before, after))
        progress(done)
    return sorted(shifts, key=lambda shift: not shift.is_worse)


def _worth(question: GoldenQuestion, decision: Decision) -> int:
    """How well a decision serves who asks: 2 rightly, 1 with the right one to choose, or asked back in vain, else 0."""
    found = given(decision)
    if question.expect is None:
        return 2 if not found else int(isinstance(decision, Clarify))
    if not question.accepted & set(found):
        return 0
    return 1 if isinstance(decision, Clarify) else 2
