"""What residents write, until it is answered, and what the bot did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NEVER_AGAIN, BigId, Table


class ConversationRow(Table):
    """One resident on one channel, under a pseudonym."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "pseudonym"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    pseudonym: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the address."""
    sealed_address: Mapped[bytes]
    language: Mapped[str | None] = mapped_column(String(20))
    """Of the newest message."""
    preference: Mapped[str | None] = mapped_column(String(20))
    """The language that the resident chose."""
    notice: Mapped[int] = mapped_column(default=0)
    """The version of the privacy notice that the resident was shown; 0: none."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    stopped_at: Mapped[datetime | None]
    """When the resident ended all notices; none after they asked for some again."""
    paused_until: Mapped[datetime | None]
    """Until when the resident wants no notices."""
    unreachable_at: Mapped[datetime | None]
    """When the channel said that they do not take messages from us; none once they wrote again."""


class TurnRow(Table):
    """One message answered: what was decided and offered, never what was said."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_key"),
        Index("ix_turn_newest", "conversation_id", "id"),
        Index("ix_turn_move", "move", "at"),
        Index("ix_turn_helped", "helped", "at"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_key: Mapped[str] = mapped_column(String(100))
    edits: Mapped[str | None] = mapped_column(String(100))
    """The key of the message that this one replaced, however often it was edited."""
    at: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(20))
    tapped: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it answers a button: no words were said."""
    move: Mapped[str] = mapped_column(String(30))
    """What the bot did: the name of a move, or of the command that was run (bot/domain/moves.py)."""
    decision: Mapped[str | None] = mapped_column(String(20))
    entry_id: Mapped[str | None] = mapped_column(String(200))
    entry_version: Mapped[str | None] = mapped_column(String(64))
    """The content hash of the entry as it was shown."""
    card: Mapped[str | None] = mapped_column(String(200))
    """The entry that was talked about, also where this turn showed none."""
    options: Mapped[list[Any]] = mapped_column(JSON)
    """Ids of the entries offered as buttons, or just turned down."""
    misses: Mapped[int]
    """How many questions in a row stayed without an answer, this one included."""
    helped: Mapped[bool | None]
    """What the resident said of the card."""
    complaint: Mapped[str | None] = mapped_column(String(20))
    """Why it did not help: a `Complaint` (bot/domain/moves.py)."""
    sealed_replies: Mapped[bytes | None]
    """What was answered, so that a repeated message gets the same; gone once it cannot be repeated any more."""


class QuestionRow(Table):
    """A question that no entry answered for sure, with personal details masked."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_state", "state", "id"),
        Index("ix_question_new", "state", "group_id"),
        Index("ix_question_group", "group_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"), unique=True)
    language: Mapped[str] = mapped_column(String(20))
    sealed_text: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(20))
    """open: nobody has looked at it; confirmed: the resident chose an entry; else that of its group."""
    entry_id: Mapped[str | None] = mapped_column(String(200))
    """The entry that the resident chose."""
    wanted_at: Mapped[datetime | None]
    """When the resident asked the team to answer."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("question_group.id", ondelete="SET NULL"))
    """The questions that say the same; none before it was sorted."""
    answered_at: Mapped[datetime | None]
    """When the team answered the resident."""


class LetterRow(Table):
    """A message to a browser, kept until it is old, so that a page opened anew shows it."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_conversation", "conversation_id", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    sealed_reply: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)


class InboxRow(Table):
    """A message written down before its channel was told that it arrived."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "update_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    update_key: Mapped[str] = mapped_column(String(100))
    sealed_update: Mapped[bytes | None]
    """The update as it came; deleted when it is done."""
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often work on it began without coming as far as an answer."""
    delivered: Mapped[int] = mapped_column(default=0)
    """How many of its replies went out."""
    unclear: Mapped[int] = mapped_column(default=0)
    """How often the next of its replies was sent, and nobody knows what became of it."""
    message_ref: Mapped[str | None] = mapped_column(String(64), index=True)
    """Half a keyed hash of the chat and half of the message, by which an edited message finds the row of its original.

    The first half is that of the conversation's pseudonym, so that whoever is forgotten is forgotten here too.
    """
    text_ref: Mapped[str | None] = mapped_column(String(64))
    """Keyed hash of the text that was answered: tells whether an edit changed it. Kept for ten minutes."""
    sent_ids: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """The channel's numbers of the replies, in order, so that an edit can change them. Kept for ten minutes."""


class QuestionGroupRow(Table):
    """Questions that say the same: staff look at them together. It outlives them and holds none of their words."""

    __tablename__ = "question_group"
    __table_args__ = (Index("ix_question_group_rank", "state", "wanted", "count", "last_at", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    language: Mapped[str] = mapped_column(String(20))
    count: Mapped[int]
    """How often it was asked."""
    wanted: Mapped[int]
    """How many want the team to answer."""
    days: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Day -> how often it was asked."""
    guess: Mapped[str | None] = mapped_column(String(200))
    """The entry that came nearest."""
    state: Mapped[str] = mapped_column(String(20))
    """open, linked, answered, out_of_scope or ignored."""
    entry_id: Mapped[str | None] = mapped_column(String(200))
    """The entry that answers it now."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))


class LessonRow(Table):
    """What staff did with a group of questions, so that it can be taken back, and told to those who asked."""

    __tablename__ = "lesson"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("question_group.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    """The one it gave the group: linked, answered, out_of_scope or ignored."""
    entry_id: Mapped[str | None] = mapped_column(String(200))
    """The entry that answers the questions, or says why nobody does."""
    sealed_phrasing: Mapped[bytes | None]
    """What the entry learned by it, as staff chose to word it; none where it learned nothing new."""
    language: Mapped[str | None] = mapped_column(String(20))
    """Of the phrasing."""
    sealed_texts: Mapped[bytes | None]
    """What staff answered, by language, as JSON; none where it was an entry. It goes as early as residents' texts."""
    author: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
