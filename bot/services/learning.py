"""What staff make of open questions: teach an entry, answer, leave them be, and take any of that back.

A deed closes the whole group of those that say the same; two people cannot both do so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.domain.masking import without_placeholders
from bot.domain.retention import Retention
from bot.services import answers, grouping, library
from bot.services.questions import QuestionState
from bot.services.teaching import Teaching, shown, teach, unlearn
from bot.storage.database import Lock, keys_of, lock
from bot.storage.tables import LessonRow, QuestionGroupRow, QuestionRow
from bot.texts.catalog import offered
from knowledge.entry import DECLINE

UNDO_TIME = timedelta(seconds=30)
"""How long an answer that was given by hand waits, so that it can be taken back before anybody reads it."""

LONGEST_ANSWER = 3000
"""Characters; with the question before it, an answer still fits into one message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What those who asked the team are told: an entry, or words."""

    entry_id: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    """By language."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Who gets to know of a deed."""

    question_id: int | None = None
    """Whoever asked this one, also if they did not ask the team."""
    wait: timedelta = timedelta()
    """Before it goes out."""
    tells: bool = True
    """Whether anybody is told at all."""


EVERYBODY = Telling()
"""All who asked the team, at once."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was done with a group."""

    id: int
    group_id: int
    state: QuestionState
    entry_id: str | None
    told: int
    """How many residents are told."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one resident."""

    id: int
    group_id: int | None
    language: str
    text: str
    """Without personal details."""
    at: datetime
    state: QuestionState
    is_wanted: bool
    """Whether the team was asked."""
    answered_at: datetime | None
    entry_id: str | None
    """The entry that answers it now, if one does."""


# --- One question, for programs --------------------------------------------------------------------------------------


def listed(db: Session, state: QuestionState, after: int | None, limit: int) -> list[Question]:
    """The questions in a state, oldest first; those behind the one with the number `after`."""
    rows = select(QuestionRow, QuestionGroupRow.entry_id).where(QuestionRow.state == state.value)
    rows = rows.outerjoin(QuestionGroupRow, QuestionGroupRow.id == QuestionRow.group_id)
    rows = rows.where(QuestionRow.id > after) if after is not None else rows
    return [_question(db, row, entry_id) for row, entry_id in db.execute(rows.order_by(QuestionRow.id).limit(limit))]


def find(db: Session, question_id: int) -> Question:
    """A question; raises NotFound."""
    row = db.get(QuestionRow, question_id)
    if row is None:
        raise NotFound("question", question_id)
    group = db.get(QuestionGroupRow, row.group_id) if row.group_id else None
    return _question(db, row, group.entry_id if group else None)


def answer_question(
    db: Session, question_id: int, given: Answer, author: str, zone: ZoneInfo, now: datetime
) -> Question:
    """Answer whoever asked a question, and those who asked the team the same.

    Raises NotFound, InvalidInput (texts), and Refused where it has been dealt with.
    """
    answer(db, _group_of(db, question_id, zone), given, author, now, Telling(question_id))
    return find(db, question_id)


def link_question(
    db: Session, question_id: int, entry_id: str, author: str, zone: ZoneInfo, now: datetime, phrasing: str = ""
) -> Question:
    """Teach an entry the words of a question, or those given; whoever asked the team gets the entry.

    Raises as `link`.
    """
    taught = phrasing or without_placeholders(find(db, question_id).text)
    link(db, _group_of(db, question_id, zone), Teaching(entry_id, taught), author, now)
    return find(db, question_id)


# --- Deeds -----------------------------------------------------------------------------------------------------------


def link(
    db: Session, group_id: int, teaching: Teaching, author: str, now: datetime, telling: Telling = EVERYBODY
) -> Lesson:
    """Teach an entry how a question is asked; whoever asked the team gets the entry.

    Raises NotFound, InvalidInput (phrasing), and Refused where somebody dealt with the question meanwhile.
    """
    group = _open(db, group_id)
    lesson = _lesson(group, QuestionState.LINKED, author, now)
    teach(db, lesson, teaching, group.language)
    return _close(db, group, lesson, telling)


def answer(
    db: Session, group_id: int, given: Answer, author: str, now: datetime, telling: Telling = EVERYBODY
) -> Lesson:
    """Answer all who asked the team. Raises NotFound, InvalidInput (texts), Refused as `link`."""
    group = _open(db, group_id)
    texts = _checked_texts(given.texts) if given.entry_id is None else {}
    if given.entry_id is not None:
        shown(library.find(db, given.entry_id))
    lesson = _lesson(group, QuestionState.ANSWERED, author, now, given.entry_id)
    lesson.sealed_texts = keys_of(db).seal(json.dumps(texts)) if texts else None
    return _close(db, group, lesson, telling)


def rule_out(
    db: Session,
    group_id: int,
    teaching: Teaching | None,
    author: str,
    now: datetime,
    telling: Telling = EVERYBODY,
) -> Lesson:
    """Say that the bot is not for this; an entry that says why can learn the question, and is what residents get.

    Raises as `link`, and Refused for an entry of another kind.
    """
    group = _open(db, group_id)
    lesson = _lesson(group, QuestionState.OUT_OF_SCOPE, author, now)
    if teaching:
        if library.find(db, teaching.entry_id).kind != DECLINE:
            raise InvalidInput("This entry does not say what the bot is not for.", field="entry_id")
        teach(db, lesson, teaching, group.language)
    return _close(db, group, lesson, telling)


def ignore(db: Session, group_id: int, author: str, now: datetime) -> Lesson:
    """Do nothing about a question, nor about those who ask the same later. Raises NotFound, Refused as `link`."""
    group = _open(db, group_id)
    return _close(db, group, _lesson(group, QuestionState.IGNORED, author, now), Telling(tells=False))


def take_out(db: Session, group_id: int, question_id: int, nearest: str | None, zone: ZoneInfo) -> int:
    """Put the questions of an open group that are worded like one of them into a group of their own; its number.

    `nearest` is the entry that comes nearest to them. Raises NotFound, and Refused as `link`, or where all are worded
    alike.
    """
    group = _open(db, group_id)
    rows = db.scalars(select(QuestionRow).where(QuestionRow.group_id == group.id).order_by(QuestionRow.id)).all()
    texts = {row.id: keys_of(db).open(row.sealed_text) for row in rows}
    if question_id not in texts:
        raise NotFound("question", question_id)
    others = [row for row in rows if texts[row.id] == texts[question_id]]
    if len(others) == len(rows):
        raise Refused("All questions of this group are worded alike.")
    apart = grouping.start(db, others[0])
    for row in others:
        grouping.leave(row, group, zone)
        grouping.join(db, row, apart, nearest, zone)
    return apart.id


def reopen(db: Session, group_id: int) -> None:
    """Put a question that was dealt with before staff again; what was done stays done. Raises NotFound."""
    grouping.reopen(db, _group(db, group_id))


def undo(db: Session, lesson_id: int, author: str, now: datetime) -> int:
    """Take a deed back; returns how many have been told already, which cannot be undone.

    Raises NotFound, and Refused where it was taken back before, or something else was done since.
    """
    lock(db, Lock.GROUPING)
    lesson = db.get(LessonRow, lesson_id, with_for_update=True, populate_existing=True)
    if lesson is None:
        raise NotFound("lesson", lesson_id)
    group = _group(db, lesson.group_id)
    later = select(LessonRow.id).where(LessonRow.group_id == group.id, LessonRow.id > lesson.id)
    if lesson.undone_at or db.scalar(later.where(LessonRow.undone_at.is_(None)).limit(1)):
        raise Refused("This cannot be taken back any more: something else has been done since.")
    if lesson.language and not lesson.sealed_phrasing:
        raise Refused("This is too old to be taken back. You can still take the phrasing out of the entry.")
    lesson.undone_at = now
    unlearn(db, lesson, author, now)
    grouping.reopen(db, group)
    return answers.take_back(db, lesson, now)


def forget(db: Session, retention: Retention, now: datetime) -> int:
    """Delete groups that nobody asks for any more; how many went.

    What was answered and what was learned go from the lessons as early as residents' texts, to which they are near.
    """
    old = LessonRow.at < now - retention.texts
    says_something = or_(LessonRow.sealed_texts.is_not(None), LessonRow.sealed_phrasing.is_not(None))
    db.execute(update(LessonRow).where(old, says_something).values(sealed_texts=None, sealed_phrasing=None))
    silent = QuestionGroupRow.last_at < now - max(retention.groups, retention.texts)
    return len(db.scalars(delete(QuestionGroupRow).where(silent).returning(QuestionGroupRow.id)).all())


# --- What they are made of -------------------------------------------------------------------------------------------


def _group(db: Session, group_id: int) -> QuestionGroupRow:
    """A group, which nobody else changes until the transaction ends, nor the questions in it.

    The questions come first: whoever sorts one in, or takes one out, has it before its group.
    """
    lock(db, Lock.GROUPING)
    members = select(QuestionRow.id).where(QuestionRow.group_id == group_id).order_by(QuestionRow.id)
    db.execute(members.with_for_update())
    group = db.get(QuestionGroupRow, group_id, with_for_update=True, populate_existing=True)
    if group is None:
        raise NotFound("question group", group_id)
    return group


def _open(db: Session, group_id: int) -> QuestionGroupRow:
    group = _group(db, group_id)
    if group.state != QuestionState.OPEN.value:
        raise Refused("{name} has dealt with this question meanwhile.", name=group.closed_by or "?")
    return group


def _row(db: Session, question_id: int) -> QuestionRow:
    lock(db, Lock.GROUPING)
    row = db.get(QuestionRow, question_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("question", question_id)
    return row


def _group_of(db: Session, question_id: int, zone: ZoneInfo) -> int:
    """The group of a question; one of its own where it is not sorted yet."""
    row = _row(db, question_id)
    if row.group_id is None:
        if row.state != QuestionState.OPEN.value:
            raise Refused("Whoever asked this has found the answer.")
        grouping.join(db, row, grouping.start(db, row), None, zone)
    return row.group_id or 0


def _lesson(
    group: QuestionGroupRow, state: QuestionState, author: str, now: datetime, entry_id: str | None = None
) -> LessonRow:
    return LessonRow(group_id=group.id, state=state.value, entry_id=entry_id, author=author, at=now)


def _close(db: Session, group: QuestionGroupRow, lesson: LessonRow, telling: Telling) -> Lesson:
    """Note what was done, and tell those who are to know."""
    db.add(lesson)
    db.flush()
    group.entry_id, group.closed_at, group.closed_by = lesson.entry_id, lesson.at, lesson.author
    grouping.set_state(db, group, QuestionState(lesson.state))
    says_something = lesson.entry_id or lesson.sealed_texts
    due_at = lesson.at + telling.wait
    told = answers.put(db, lesson, due_at, lesson.at, telling.question_id) if telling.tells and says_something else 0
    return Lesson(lesson.id, group.id, QuestionState(lesson.state), lesson.entry_id, told)


def _checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    given = {code: text.strip() for code, text in texts.items() if text.strip()}
    if not given or any(len(text) > LONGEST_ANSWER for text in given.values()):
        raise InvalidInput("It takes 1 to {most} characters.", field="text", most=LONGEST_ANSWER)
    if unknown := [code for code in given if code not in offered()]:
        raise InvalidInput("There is no language {code}.", field="text", code=unknown[0])
    return given


def _question(db: Session, row: QuestionRow, entry_id: str | None) -> Question:
    return Question(
        id=row.id,
        group_id=row.group_id,
        language=row.language,
        text=keys_of(db).open(row.sealed_text),
        at=row.at,
        state=QuestionState(row.state),
        is_wanted=row.wanted_at is not None,
        answered_at=row.answered_at,
        entry_id=row.entry_id or entry_id,
    )
