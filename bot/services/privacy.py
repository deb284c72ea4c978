"""What is stored of a resident: handed over, erased, and deleted when its time has come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import delete, select
from sqlalchemy.orm import DeclarativeBase, Session

from bot.domain.messages import Reply
from bot.domain.quiet import QuietHours
from bot.domain.retention import Retention
from bot.domain.town import Town
from bot.services import events, handover, inbox, learning, registrations, tallies
from bot.storage.database import keys_of
from bot.storage.keys import Keys
from bot.storage.tables import (
    CaseMessageRow,
    CaseRow,
    ConversationRow,
    DeliveryRow,
    EventRow,
    LetterRow,
    QuestionRow,
    RegistrationRow,
    SubscriptionRow,
    TurnRow,
    WishRow,
)
from bot.texts import privacy as texts
from bot.texts.cards import language_name
from knowledge.entry import base_language


def hand_over(db: Session, conversation: ConversationRow, town: Town, language: str) -> Reply:
    """A copy of everything that is stored of a resident, as a file that people and programs can read."""
    keys = keys_of(db)
    held = {name: [_record(row, keys) for row in rows] for name, rows in _held(db, conversation).items()}
    content = _record(conversation, keys) | held
    locale = base_language(language)
    since = format_date(town.today(conversation.created_at), "long", locale=locale)
    spoken = language_name(conversation.preference or conversation.language or language, language)
    summary = texts.summary({name: len(rows) for name, rows in held.items()}, spoken, since, language)
    return texts.my_data(json.dumps(content, ensure_ascii=False, indent=2).encode(), summary, language)


def erase(
    db: Session, conversation: ConversationRow, now: datetime | None = None, *, quiet: QuietHours | None = None
) -> None:
    """Delete a resident's conversation and everything that hangs on it.

    With `now`, the seats they had are offered to whoever waits for them; `quiet` is when these are not woken.
    """
    left = registrations.leave_all(db, conversation.id)
    tallies.settle(db, DeliveryRow.conversation_id == conversation.id)
    db.execute(delete(WishRow).where(WishRow.conversation_id == conversation.id))
    db.execute(delete(SubscriptionRow).where(SubscriptionRow.conversation_id == conversation.id))
    handover.forget(db, CaseRow.conversation_id == conversation.id)
    turns = select(TurnRow.id).where(TurnRow.conversation_id == conversation.id)
    db.execute(delete(QuestionRow).where(QuestionRow.turn_id.in_(turns)))
    db.execute(delete(LetterRow).where(LetterRow.conversation_id == conversation.id))
    db.execute(delete(TurnRow).where(TurnRow.conversation_id == conversation.id))
    db.execute(delete(ConversationRow).where(ConversationRow.id == conversation.id))
    inbox.forget_resident(db, conversation.pseudonym)
    if now:
        for event_id in left:
            registrations.move_up(db, events.find(db, event_id), quiet, now)


def apply_retention(db: Session, retention: Retention, now: datetime, *, quiet: QuietHours | None = None) -> int:
    """Delete what has been kept long enough; returns how many records went."""
    old_turns = select(TurnRow.id).where(TurnRow.at < now - retention.texts)
    asleep = select(ConversationRow).where(ConversationRow.last_seen_at < now - retention.inactive)
    count = handover.forget(db, CaseRow.closed_at < now - retention.cases)
    for statement in (
        delete(QuestionRow).where(QuestionRow.turn_id.in_(old_turns)).returning(QuestionRow.id),
        delete(TurnRow).where(TurnRow.at < now - retention.texts).returning(TurnRow.id),
        delete(LetterRow).where(LetterRow.at < now - retention.letters).returning(LetterRow.id),
    ):
        count += len(db.scalars(statement).all())
    long_over = select(EventRow.id).where(EventRow.ends_at < now - retention.meetings)
    for table in (RegistrationRow, WishRow):
        count += len(db.scalars(delete(table).where(table.event_id.in_(long_over)).returning(table.id)).all())
    count += tallies.settle(db, DeliveryRow.finished_at < now - retention.deliveries)
    count += learning.forget(db, retention, now)
    for conversation in db.scalars(asleep).all():
        erase(db, conversation, now, quiet=quiet)
        count += 1
    return count


def _held(db: Session, conversation: ConversationRow) -> dict[str, Sequence[DeclarativeBase]]:
    """Every row of every table that belongs to a conversation, by what they are to the resident."""
    rows: dict[str, Sequence[DeclarativeBase]] = {}
    for mapper in ConversationRow.registry.mappers:
        if "conversation_id" in mapper.columns:
            theirs = select(mapper.class_).where(mapper.columns["conversation_id"] == conversation.id)
            name = str(mapper.class_.__tablename__)
            rows[_TABLES.get(name, name)] = db.scalars(theirs.order_by(*mapper.primary_key)).all()
    asked = select(QuestionRow).join(TurnRow, TurnRow.id == QuestionRow.turn_id)
    asked = asked.where(TurnRow.conversation_id == conversation.id).order_by(QuestionRow.id)
    cases = select(CaseRow.id).where(CaseRow.conversation_id == conversation.id)
    said = select(CaseMessageRow).where(CaseMessageRow.case_id.in_(cases)).order_by(CaseMessageRow.id)
    return rows | {
        "questions": db.scalars(asked).all(),
        "said_with_the_team": db.scalars(said).all(),
        "updates": inbox.held(db, conversation.pseudonym),
    }


_TABLES = {"turn": "messages", "letter": "waiting_messages", "staff_case": "conversations_with_the_team"}
_NAMES = {
    "sealed_address": "address",
    "preference": "chosen_language",
    "created_at": "first_message",
    "last_seen_at": "last_message",
    "notice": "privacy_notice",
    "message_key": "number",
    "edits": "edits_number",
    "move": "what_the_bot_did",
    "entry_id": "entry",
    "card": "subject",
    "options": "offered",
    "misses": "without_an_answer_in_a_row",
    "sealed_replies": "replies",
    "sealed_text": "text",
    "wanted_at": "for_the_team_since",
    "sealed_reply": "reply",
}
"""What tables and columns are called for residents, where their own names say little."""

LINKS = ("id", "conversation_id", "turn_id", "group_id", "lesson_id", "once")
"""Columns that only hold the rows together."""


def _record(row: DeclarativeBase, keys: Keys) -> dict[str, Any]:
    """Everything that stands in a row, under names that say what it is."""
    cells = {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in LINKS}
    told = {name: _readable(value, keys) for name, value in cells.items() if value is not None and value != []}
    return {_NAMES.get(name, name): value for name, value in told.items()}


def _readable(value: Any, keys: Keys) -> Any:
    """A value as JSON has it; sealed ones are opened."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, bytes):
        return value
    text = keys.open(value)
    return json.loads(text, object_hook=_without_file) if text.startswith(("[{", "{")) else text


def _without_file(parts: dict[str, Any]) -> dict[str, Any]:
    """A kept reply without its file: that of an earlier copy would hold all copies before."""
    return {name: value for name, value in parts.items() if name != "file"}
