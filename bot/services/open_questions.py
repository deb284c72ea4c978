"""Groups of questions as staff look at them: what was asked how often, by whom it is wanted, what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.masking import without_placeholders
from bot.services import answers
from bot.services.indexing import Snapshot
from bot.services.questions import QuestionState
from bot.services.rehearsing import given
from bot.storage.database import keys_of
from bot.storage.tables import LessonRow, QuestionGroupRow, QuestionRow
from knowledge.decide import decide
from knowledge.evaluate import outcome
from knowledge.match import match

RANKED = 5
"""Entries that are shown of what the bot thinks of."""

PAGE = 30
"""Groups on one page."""

MOST_READ = 200
"""Questions of one group that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which groups are wanted; what is empty does not matter."""

    state: QuestionState = QuestionState.OPEN
    language: str = ""
    guess: str = ""
    """The entry that comes nearest."""
    is_wanted: bool = False
    """Only those that somebody asked the team."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that say the same."""

    id: int
    language: str
    text: str
    """Of the newest one, without personal details; empty where the words of all are gone."""
    count: int
    wanted: int
    """How many asked the team."""
    days: Mapping[str, int]
    """Day -> how often it was asked."""
    guess: str | None
    state: QuestionState
    entry_id: str | None
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Saying:
    """What the bot says to a question now."""

    outcome: str
    """answer, clarify or decline."""
    given: tuple[str, ...]
    """Ids of the entries that residents get, or choose from."""
    ranking: tuple[tuple[str, int], ...]
    """Ids of the entries it thinks of, and how likely each is the right one in percent."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of groups."""

    items: Sequence[Group]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """One wording of a question."""

    text: str
    """Without personal details."""
    count: int
    """How often it was typed."""
    newest: int
    """The number of the newest question that is worded so."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A group with all that is known about it."""

    group: Group
    spellings: Sequence[Spelling]
    """What was typed, the most frequent first."""
    waiting: int
    """Residents who asked the team and have no answer."""
    undo: int | None
    """The newest thing done, where it can be taken back."""


def saying(snapshot: Snapshot, text: str) -> Saying:
    """What the bot says to a question without personal details; takes some milliseconds."""
    finding = match(snapshot.index, without_placeholders(text))
    decision = decide(finding)
    likely = ((one.entry_id, round(one.probability * 100)) for one in finding.matches[:RANKED])
    ranking = tuple((entry_id, percent) for entry_id, percent in likely if percent)
    return Saying(outcome(decision), given(decision), ranking)


def listing(db: Session, wanted: Search, page: int) -> Listing:
    """The groups that are wanted: what most asked the team first, then the most frequent, then the newest."""
    count = db.scalar(select(func.count()).select_from(_chosen(wanted).subquery())) or 0
    pages = max(1, -(-count // PAGE))
    number = min(max(1, page), pages)
    columns = (QuestionGroupRow.wanted, QuestionGroupRow.count, QuestionGroupRow.last_at, QuestionGroupRow.id)
    rows = _chosen(wanted).order_by(*(column.desc() for column in columns))
    found = db.scalars(rows.limit(PAGE).offset((number - 1) * PAGE)).all()
    texts = _newest_texts(db, [row.id for row in found])
    return Listing([_group(row, texts.get(row.id, "")) for row in found], count, number, pages)


def languages(db: Session) -> list[str]:
    """The languages in which something is open."""
    spoken = select(QuestionGroupRow.language).where(QuestionGroupRow.state == QuestionState.OPEN.value).distinct()
    return sorted(db.scalars(spoken))


def whole(db: Session, group_id: int) -> Whole:
    """A group with all that is known about it; raises NotFound."""
    row = db.get(QuestionGroupRow, group_id)
    if row is None:
        raise NotFound("question group", group_id)
    sealed = select(QuestionRow.id, QuestionRow.sealed_text).where(QuestionRow.group_id == group_id)
    newest = db.execute(sealed.order_by(QuestionRow.id.desc()).limit(MOST_READ))
    texts = {number: keys_of(db).open(text) for number, text in newest}
    waiting = db.scalar(select(func.count()).select_from(answers.waiting(group_id).subquery())) or 0
    group = _group(row, next(iter(texts.values()), ""))
    return Whole(group, _spellings(texts), waiting, _undo(db, row))


def _spellings(texts: Mapping[int, str]) -> list[Spelling]:
    newest: dict[str, int] = {}
    for number, text in texts.items():
        newest[text] = max(number, newest.get(text, 0))
    return [Spelling(text, count, newest[text]) for text, count in Counter(texts.values()).most_common()]


def _undo(db: Session, row: QuestionGroupRow) -> int | None:
    done = select(LessonRow).where(LessonRow.group_id == row.id, LessonRow.undone_at.is_(None))
    newest = db.scalar(done.order_by(LessonRow.id.desc()).limit(1))
    if newest is None or row.state == QuestionState.OPEN.value:
        return None
    is_too_old = newest.language and not newest.sealed_phrasing
    return None if is_too_old else newest.id


def _chosen(wanted: Search) -> Select[QuestionGroupRow]:
    rows = select(QuestionGroupRow).where(QuestionGroupRow.state == wanted.state.value)
    rows = rows.where(QuestionGroupRow.language == wanted.language) if wanted.language else rows
    rows = rows.where(QuestionGroupRow.guess == wanted.guess) if wanted.guess else rows
    return rows.where(QuestionGroupRow.wanted > 0) if wanted.is_wanted else rows


def _newest_texts(db: Session, group_ids: Sequence[int]) -> dict[int, str]:
    """The newest words of some groups, by their numbers."""
    newest = (
        select(func.max(QuestionRow.id))
        .where(QuestionRow.group_id == QuestionGroupRow.id)
        .correlate(QuestionGroupRow)
        .scalar_subquery()
    )
    numbers = select(newest).where(QuestionGroupRow.id.in_(group_ids))
    rows = select(QuestionRow.group_id, QuestionRow.sealed_text).where(QuestionRow.id.in_(numbers))
    return {number: keys_of(db).open(text) for number, text in db.execute(rows) if number is not None}


def _group(row: QuestionGroupRow, text: str) -> Group:
    return Group(
        id=row.id,
        language=row.language,
        text=text,
        count=row.count,
        wanted=row.wanted,
        days=row.days,
        guess=row.guess,
        state=QuestionState(row.state),
        entry_id=row.entry_id,
        first_at=row.first_at,
        last_at=row.last_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )
