"""What is stored of a resident: handed over, erased, and deleted when its time has come."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.messages import Reply
from bot.domain.retention import Retention
from bot.domain.town import Town
from bot.services import inbox
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, LetterRow, QuestionRow, TurnRow
from bot.texts import privacy as texts
from bot.texts.cards import language_name


def hand_over(db: Session, conversation: ConversationRow, town: Town, language: str) -> Reply:
    """A copy of everything that is stored of a resident, as a file that people and programs can read."""
    turns = db.scalars(select(TurnRow).where(TurnRow.conversation_id == conversation.id).order_by(TurnRow.id)).all()
    questions = db.scalars(_questions(conversation)).all()
    letters = db.scalars(select(LetterRow).where(LetterRow.conversation_id == conversation.id)).all()
    keys = keys_of(db)
    content: dict[str, Any] = {
        "channel": conversation.channel,
        "address": keys.open(conversation.sealed_address),
        "language": conversation.preference or conversation.language,
        "first_message": conversation.created_at.isoformat(),
        "last_message": conversation.last_seen_at.isoformat(),
        "privacy_notice": conversation.notice,
        "messages": [_turn(turn) for turn in turns],
        "questions": [
            {
                "at": question.at.isoformat(),
                "text": keys.open(question.sealed_text),
                "for_the_team": question.wanted_at is not None,
                "state": question.state,
                "entry": question.entry_id,
            }
            for question in questions
        ],
        "waiting_messages": [json.loads(keys.open(letter.sealed_reply)) for letter in letters],
    }
    locale = language.partition("-")[0]
    since = format_date(town.today(conversation.created_at), "long", locale=locale)
    spoken = language_name(conversation.preference or conversation.language or language, language)
    summary = texts.summary(len(turns), len(questions), spoken, since, language)
    return texts.my_data(json.dumps(content, ensure_ascii=False, indent=2).encode(), summary, language)


def erase(db: Session, conversation: ConversationRow) -> None:
    """Delete a resident's conversation and everything that hangs on it."""
    turns = select(TurnRow.id).where(TurnRow.conversation_id == conversation.id)
    db.execute(delete(QuestionRow).where(QuestionRow.turn_id.in_(turns)))
    db.execute(delete(LetterRow).where(LetterRow.conversation_id == conversation.id))
    db.execute(delete(TurnRow).where(TurnRow.conversation_id == conversation.id))
    db.execute(delete(ConversationRow).where(ConversationRow.id == conversation.id))
    inbox.forget_resident(db, conversation.pseudonym)


def apply_retention(db: Session, retention: Retention, now: datetime) -> int:
    """Delete what has been kept long enough; returns how many records went."""
    old_turns = select(TurnRow.id).where(TurnRow.at < now - retention.texts)
    asleep = select(ConversationRow).where(ConversationRow.last_seen_at < now - retention.inactive)
    count = 0
    for statement in (
        delete(QuestionRow).where(QuestionRow.turn_id.in_(old_turns)).returning(QuestionRow.id),
        delete(TurnRow).where(TurnRow.at < now - retention.texts).returning(TurnRow.id),
        delete(LetterRow).where(LetterRow.at < now - retention.letters).returning(LetterRow.id),
    ):
        count += len(db.scalars(statement).all())
    for conversation in db.scalars(asleep).all():
        erase(db, conversation)
        count += 1
    return count


def _questions(conversation: ConversationRow) -> Any:
    return (
        select(QuestionRow)
        .join(TurnRow, TurnRow.id == QuestionRow.turn_id)
        .where(TurnRow.conversation_id == conversation.id)
        .order_by(QuestionRow.id)
    )


def _turn(turn: TurnRow) -> dict[str, Any]:
    record = {
        "at": turn.at.isoformat(),
        "language": turn.language,
        "what_the_bot_did": turn.move,
        "decision": turn.decision,
        "entry": turn.entry_id,
        "offered": turn.options or None,
        "helped": turn.helped,
        "complaint": turn.complaint,
    }
    return {name: value for name, value in record.items() if value is not None}
