"""Conversations with a person of the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NEVER_AGAIN, BigId, Table


class CaseRow(Table):
    """A conversation with a person: while it is open, it belongs to the office and the bot is silent."""

    __tablename__ = "staff_case"
    __table_args__ = (
        Index("ix_staff_case_queue", "state", "opened_at"),
        Index("ix_staff_case_conversation", "conversation_id", "state"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(20))
    """waiting, taken or closed."""
    language: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """Who took it."""
    taken_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """When the first answer was written."""
    waiting_since: Mapped[datetime | None] = mapped_column(index=True)
    """Of the oldest words that nobody answered; none: it is the resident's turn."""
    told_at: Mapped[datetime | None]
    """When it was time to tell the office of them: whom that has not reached yet stands in `staff_call`."""
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class CaseMessageRow(Table):
    """What was said in a conversation with a person."""

    __tablename__ = "case_message"
    __table_args__ = (Index("ix_case_message_case", "case_id", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("staff_case.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(20))
    """resident, staff or note: notes stay inside the office."""
    author: Mapped[str | None] = mapped_column(String(120))
    """Of staff's words."""
    sealed_text: Mapped[bytes]
    entry_id: Mapped[str | None] = mapped_column(String(200))
    """The entry that was sent, where it was one."""
    at: Mapped[datetime]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id", ondelete="SET NULL"), index=True)
    """How it goes out; tells whether it arrived."""
    group_message: Mapped[str | None] = mapped_column(String(64), index=True)
    """The number of the message of the staff group that shows it: a reply to that answers the resident."""
    once: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    """Keyed hash of the form and the text that it was sent with: who clicks twice sends it once."""


class StaffCallRow(Table):
    """Somebody of the office who is still to be told that a resident waits; the row goes when they are."""

    __tablename__ = "staff_call"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("staff_case.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    """Who is told by mail; none: the staff group."""
    call: Mapped[str] = mapped_column(String(20))
    """tell, remind or escalate."""


class GroupRemovalRow(Table):
    """A message of the staff group that is to go: whom it is about is forgotten, or it has been kept long enough."""

    __tablename__ = "group_removal"

    group_message: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Its number there."""


class CannedReplyRow(Table):
    """A reply that staff use again and again, in several languages."""

    __tablename__ = "canned_reply"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Language -> text."""
    removed_at: Mapped[datetime | None]
    """When it was taken from the list; for a while it can be brought back."""
