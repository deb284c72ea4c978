"""Answers of the team to those who asked it: addressed, taken back, worded when they are sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import DeliveryState, Kind, Skip
from bot.domain.messages import Reply
from bot.domain.opening import LocalTime
from bot.services import library, outbox
from bot.services.indexing import contacts_of, town_of
from bot.services.outbox import Claimed, Message
from bot.storage.database import keys_of
from bot.storage.tables import DeliveryRow, EntryRow, LessonRow, QuestionRow, TurnRow
from bot.texts import answers as texts
from bot.texts.events import Reader
from knowledge.entry import Entry

LASTS = timedelta(days=7)
"""How long an answer is still worth bringing, where the channel cannot be reached."""


def waiting(group_id: int, question_id: int | None = None) -> Select[int]:
    """The questions of a group whose residents wait for an answer, and the one with a number in any case."""
    is_waiting = QuestionRow.wanted_at.is_not(None) & or_(
        QuestionRow.answered_at.is_(None), QuestionRow.answered_at < QuestionRow.wanted_at
    )
    theirs = or_(is_waiting, QuestionRow.id == question_id) if question_id else is_waiting
    return select(QuestionRow.id).where(QuestionRow.group_id == group_id, theirs)


def put(db: Session, lesson: LessonRow, due_at: datetime, now: datetime, question_id: int | None = None) -> int:
    """Address an answer to those who wait for one, and whoever asked the question with a number; returns how many."""
    numbers = db.scalars(waiting(lesson.group_id, question_id)).all()
    asked = select(TurnRow.conversation_id).join(QuestionRow, QuestionRow.turn_id == TurnRow.id)
    message = Message(Kind.ANSWER, f"answer/{lesson.id}", due_at, not_after=due_at + LASTS, lesson_id=lesson.id)
    count = outbox.put(db, message, asked.where(QuestionRow.id.in_(numbers)))
    db.execute(update(QuestionRow).where(QuestionRow.id.in_(numbers)).values(answered_at=now))
    return count


def take_back(db: Session, lesson: LessonRow, now: datetime) -> int:
    """Do not send what has not gone out yet; returns how many have the answer already, or are getting it."""
    outbox.withdraw(db, Skip.NOT_TRUE, DeliveryRow.lesson_id == lesson.id, now=now)
    sent_to = select(DeliveryRow.conversation_id, DeliveryRow.state).where(DeliveryRow.lesson_id == lesson.id)
    deliveries = db.execute(sent_to).all()
    spared = [number for number, state in deliveries if state == DeliveryState.SKIPPED.value]
    turns = select(TurnRow.id).where(TurnRow.conversation_id.in_(spared))
    theirs = update(QuestionRow).where(QuestionRow.group_id == lesson.group_id, QuestionRow.turn_id.in_(turns))
    db.execute(theirs.values(answered_at=None))
    return len(deliveries) - len(spared)


def word(db: Session, claimed: Claimed, reader: Reader, patience: timedelta) -> Reply | Skip:
    """The answer as its reader gets it, or why not; `patience` is that with texts older than the German one."""
    lesson = db.get(LessonRow, claimed.row.lesson_id)
    if lesson is None or lesson.undone_at:
        return Skip.NOT_TRUE
    question = _question(db, lesson, claimed.conversation.id)
    stopped_at = claimed.conversation.stopped_at
    if stopped_at and not (question and (question.wanted_at or question.at) > stopped_at):
        return Skip.STOPPED
    text = keys_of(db).open(question.sealed_text) if question else ""
    if lesson.sealed_texts:
        return texts.in_words(text, json.loads(keys_of(db).open(lesson.sealed_texts)), reader.language)
    town = town_of(library.town_facts(db), reader.zone)
    named = _current(db, [lesson.entry_id] if lesson.entry_id else [], town.today(reader.now))
    if not named:
        return Skip.NOT_TRUE
    entry = library.as_shown(db, named[0], patience, reader.now)
    others = _current(db, [*entry.contact, *([town.office] if town.office else [])], town.today(reader.now))
    contacts = contacts_of(entry, {other.id: other for other in others}, town.office)
    return texts.from_entry(text, entry, contacts, reader.language, LocalTime(reader.now, reader.zone, town.holidays))


def _question(db: Session, lesson: LessonRow, conversation_id: int) -> QuestionRow | None:
    """The newest question of a resident that an answer is for, unless it is gone by now."""
    theirs = select(QuestionRow).join(TurnRow, TurnRow.id == QuestionRow.turn_id)
    theirs = theirs.where(QuestionRow.group_id == lesson.group_id, TurnRow.conversation_id == conversation_id)
    return db.scalar(theirs.where(QuestionRow.answered_at.is_not(None)).order_by(QuestionRow.id.desc()).limit(1))


def _current(db: Session, entry_ids: Sequence[str], today: date) -> list[Entry]:
    """Those of some entries that residents may see today, in the same order."""
    known = set(db.scalars(select(EntryRow.id).where(EntryRow.id.in_(entry_ids))))
    found = (library.find(db, entry_id) for entry_id in entry_ids if entry_id in known)
    return [entry for entry in found if entry.is_current(today)]
