"""What leaves the office for a resident who talks to a person, worded when it is sent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.messages import Reply
from bot.services import handover
from bot.storage.database import keys_of
from bot.storage.tables import CaseMessageRow, CaseRow
from bot.texts import team
from knowledge.entry import DEFAULT_LANGUAGE
from knowledge.language import detect_language


def answer(db: Session, delivery_id: int, conversation_id: int, language: str) -> Reply | None:
    """What a person wrote, for a reader of `language`; None where it is gone."""
    sealed = db.scalar(select(CaseMessageRow.sealed_text).where(CaseMessageRow.delivery_id == delivery_id))
    if sealed is None:
        return None
    text = keys_of(db).open(sealed)
    spoken = detect_language(text) or DEFAULT_LANGUAGE
    return team.answered(text, spoken, language, is_open=handover.open_case(db, conversation_id) is not None)


def closed(db: Session, conversation_id: int, language: str, *, is_idle: bool) -> Reply | None:
    """That the bot has the conversation again; None where a person has it once more, or it is all forgotten."""
    newest = select(CaseRow).where(CaseRow.conversation_id == conversation_id).order_by(CaseRow.id.desc()).limit(1)
    case = db.scalar(newest)
    if case is None or case.closed_at is None:
        return None
    return team.closed(language, is_idle=is_idle, is_answered=not (case.waiting_since and case.answered_at is None))
