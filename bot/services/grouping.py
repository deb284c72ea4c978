"""Open questions sorted into groups that say the same, a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.dialogue import MEMORY
from bot.domain.masking import without_placeholders
from bot.domain.moves import AskBack, move_name
from bot.services.indexing import Snapshot
from bot.services.questions import QuestionState
from bot.storage.database import Lock, in_parts, keys_of, lock
from bot.storage.tables import QuestionGroupRow, QuestionRow, TurnRow
from knowledge.alike import Collection
from knowledge.decide import Thresholds
from knowledge.entry import base_language
from knowledge.match import match

MOST_AT_ONCE = 200
"""Questions that are sorted in one transaction."""

TAKES_MORE = (QuestionState.OPEN, QuestionState.OUT_OF_SCOPE, QuestionState.IGNORED)
"""States of groups that new questions join: what staff do not care for is not put before them again."""


@dataclass(frozen=True, slots=True)
class Unsorted:
    """A question that nobody has looked at."""

    id: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question belongs."""

    question_id: int
    like: tuple[int, ...]
    """Questions that say the same, the most alike first."""
    guess: str | None
    """The entry that comes nearest."""


class Sorter:
    """Sorts for one process, which remembers the newest question of each group: no old one is read again."""

    def __init__(self) -> None:
        self._collections: dict[str, Collection] = {}
        self._languages: dict[int, str] = {}
        """Of the questions that are remembered, by their numbers."""

    def look(self, db: Session, now: datetime) -> list[Unsorted]:
        """The next questions to sort."""
        rows = db.scalars(_unsorted(now).limit(MOST_AT_ONCE)).all()
        if rows:
            self._take_up(db)
        return [Unsorted(row.id, row.language, without_placeholders(keys_of(db).open(row.sealed_text))) for row in rows]

    def plan(self, asked: Sequence[Unsorted], snapshot: Snapshot) -> list[Place]:
        """Where questions belong; it may take seconds, so this is done outside any transaction."""
        return [self._place(one, snapshot) for one in asked]

    def _place(self, one: Unsorted, snapshot: Snapshot) -> Place:
        language = base_language(one.language)
        shelf = snapshot.index.shelves.get(language)
        like = self._collection(language).like(one.text, shelf.analyzer.known if shelf else ())
        self._remember(one.id, language, one.text)
        return Place(one.id, tuple(like), guess(one.text, snapshot))

    def _take_up(self, db: Session) -> None:
        """Remember the newest question of each group that takes more, and no other."""
        newest = {number: language for number, language in db.execute(_NEWEST) if number is not None}
        for number in self._languages.keys() - newest.keys():
            self._collections[self._languages.pop(number)].drop(number)
        new = sorted(newest.keys() - self._languages.keys())
        for part in in_parts(new):
            rows = db.execute(select(QuestionRow.id, QuestionRow.sealed_text).where(QuestionRow.id.in_(part)))
            for number, sealed in rows:
                self._remember(number, newest[number], without_placeholders(keys_of(db).open(sealed)))

    def _remember(self, number: int, language: str, text: str) -> None:
        self._languages[number] = language
        self._collection(language).put(number, text)

    def _collection(self, language: str) -> Collection:
        return self._collections.setdefault(language, Collection(language))


def guess(text: str, snapshot: Snapshot) -> str | None:
    """The entry that comes nearest to a question, if any does."""
    best = match(snapshot.index, text).matches[:1]
    return best[0].entry_id if best and best[0].probability >= Thresholds().option else None


def sort_in(db: Session, places: Sequence[Place], zone: ZoneInfo) -> None:
    """Put questions into their groups, or into new ones; those that are gone or sorted by now are passed over."""
    lock(db, Lock.GROUPING)
    meant = dict.fromkeys(number for place in places for number in (place.question_id, *place.like))
    rows = {row.id: row for part in in_parts(list(meant)) for row in db.scalars(_locked(part))}
    for place in places:
        row = rows.get(place.question_id)
        if row and row.group_id is None and row.state == QuestionState.OPEN.value:
            others = (rows[number].group_id for number in place.like if number in rows)
            group = next((found for other in others if other and (found := _open(db, other))), None)
            join(db, row, group or start(db, row), place.guess, zone)


def start(db: Session, row: QuestionRow) -> QuestionGroupRow:
    """A new group for a question, still empty."""
    group = QuestionGroupRow(
        language=base_language(row.language),
        count=0,
        wanted=0,
        days={},
        state=QuestionState.OPEN.value,
        first_at=row.at,
        last_at=row.at,
    )
    db.add(group)
    db.flush()
    return group


def join(db: Session, row: QuestionRow, group: QuestionGroupRow, nearest: str | None, zone: ZoneInfo) -> None:
    """Put a question into a group, which opens again where somebody waits for an answer."""
    day = row.at.astimezone(zone).date().isoformat()
    group.count += 1
    group.wanted += row.wanted_at is not None
    group.days = group.days | {day: group.days.get(day, 0) + 1}
    group.guess = nearest or group.guess
    group.first_at, group.last_at = min(group.first_at, row.at), max(group.last_at, row.at)
    row.group_id = group.id
    if row.wanted_at and group.state != QuestionState.OPEN.value:
        reopen(db, group)
    row.state = group.state
    db.flush()


def leave(row: QuestionRow, group: QuestionGroupRow, zone: ZoneInfo) -> None:
    """Take a question out of a group, as if it had never been put there."""
    day = row.at.astimezone(zone).date().isoformat()
    group.count -= 1
    group.wanted -= row.wanted_at is not None
    left = group.days.get(day, 0) - 1
    group.days = {name: count for name, count in group.days.items() if name != day} | ({day: left} if left > 0 else {})
    row.group_id = None


def reopen(db: Session, group: QuestionGroupRow) -> None:
    """Let staff decide anew about a group."""
    set_state(db, group, QuestionState.OPEN)
    group.entry_id = group.closed_at = group.closed_by = None


def set_state(db: Session, group: QuestionGroupRow, state: QuestionState) -> None:
    """Give a group and its questions a state; what a resident confirmed meanwhile is in no group any more."""
    group.state = state.value
    db.execute(update(QuestionRow).where(QuestionRow.group_id == group.id).values(state=state.value))


def _open(db: Session, number: int) -> QuestionGroupRow | None:
    """A group that takes more questions, which nobody else changes until the transaction ends."""
    group = db.get(QuestionGroupRow, number, with_for_update=True)
    return group if group and group.state in TAKES_MORE else None


def _locked(numbers: Sequence[int]) -> Select[QuestionRow]:
    return select(QuestionRow).where(QuestionRow.id.in_(numbers)).with_for_update()


def _unsorted(now: datetime) -> Select[QuestionRow]:
    """Questions to sort; not those whose resident is choosing among options, and may find the answer."""
    is_decided = or_(
        TurnRow.move != move_name(AskBack), QuestionRow.wanted_at.is_not(None), QuestionRow.at <= now - MEMORY
    )
    waiting = select(QuestionRow).join(TurnRow, TurnRow.id == QuestionRow.turn_id)
    waiting = waiting.where(QuestionRow.state == QuestionState.OPEN.value, QuestionRow.group_id.is_(None), is_decided)
    return waiting.order_by(QuestionRow.id)


_NEWEST = select(
    select(func.max(QuestionRow.id)).where(QuestionRow.group_id == QuestionGroupRow.id).scalar_subquery(),
    QuestionGroupRow.language,
).where(QuestionGroupRow.state.in_([state.value for state in TAKES_MORE]))
"""The newest question of each group that takes more, none where all are forgotten, and its language."""
