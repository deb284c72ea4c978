"""Every table, grouped by area. A change here comes with a migration in the same commit.

Nothing names a resident: addresses are sealed and looked up by a keyed pseudonym, texts are sealed while they are
needed and deleted afterwards. RETENTION says for every table what ends its rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: in UTC, which SQLite keeps without saying so."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """The base of every table; constraints have names, so that migrations can change them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Moment,
        date: Date,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        bytes: LargeBinary,
    }


# SQLite counts up only a plain INTEGER, PostgreSQL should not run out of numbers.
BigId = BigInteger().with_variant(Integer, "sqlite")


# --- Knowledge -------------------------------------------------------------------------------------------------------


class EntryRow(Table):
    """One entry; what residents read stands in its wordings and phrases, fields with parts are JSON."""

    __tablename__ = "entry"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(20), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The typed fields, as in a knowledge file."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """Of the whole entry; tells whether an import changes it."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    wordings: Mapped[list[WordingRow]] = relationship(cascade="all, delete-orphan", order_by="WordingRow.language")
    phrases: Mapped[list[PhraseRow]] = relationship(cascade="all, delete-orphan", order_by="PhraseRow.position")


class WordingRow(Table):
    """Title and text of an entry in one language."""

    __tablename__ = "wording"

    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)


class PhraseRow(Table):
    """A phrasing or keyword of an entry in one language."""

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("entry_id", "language", "role", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    """phrasing or keyword."""
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class FactRow(Table):
    """What the town says of itself, and the counter that tells processes of a change; one JSON value by name."""

    __tablename__ = "town_fact"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)


# --- Conversations ---------------------------------------------------------------------------------------------------


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


class TurnRow(Table):
    """One message answered: what was decided and offered, never what was said."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_key"),
        Index("ix_turn_newest", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_key: Mapped[str] = mapped_column(String(100))
    edits: Mapped[str | None] = mapped_column(String(100))
    """The key of the message that this one replaced, however often it was edited."""
    at: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(20))
    move: Mapped[str] = mapped_column(String(30))
    """What the bot did: the name of a move, or of the command that was run (bot/domain/dialogue.py)."""
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
    """Why it did not help: a `Complaint` (bot/domain/dialogue.py)."""
    sealed_replies: Mapped[bytes | None]
    """What was answered, so that a repeated message gets the same; gone once it cannot be repeated any more."""


class QuestionRow(Table):
    """A question that no entry answered for sure, with personal details masked."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"), unique=True)
    language: Mapped[str] = mapped_column(String(20))
    sealed_text: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    """open: nobody has looked at it; confirmed: the resident chose an entry."""
    entry_id: Mapped[str | None] = mapped_column(String(200))
    """The entry that the resident chose."""
    wanted_at: Mapped[datetime | None]
    """When the resident asked the team to answer."""


class LetterRow(Table):
    """A message to a browser, kept until it is fetched or old."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_conversation", "conversation_id", "id"),)

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


# --- Processes -------------------------------------------------------------------------------------------------------


class LeaseRow(Table):
    """A duty that one process at a time has; it is free when the time is over."""

    __tablename__ = "lease"

    duty: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    """Names a process (bot/services/leases.py), no machine and no person."""
    expires_at: Mapped[datetime]


RETENTION = {
    "entry": "until staff delete it",
    "wording": "with its entry",
    "phrase": "with its entry",
    "town_fact": "until staff change it",
    "conversation": "a year after the last message, or until the resident asks to be forgotten",
    "turn": "30 days (LOTSE_RETENTION_DAYS); its sealed replies a quarter of an hour",
    "question": "with its turn",
    "letter": "30 days",
    "inbox": "its text until it is answered, what an edit needs ten minutes, the rest two days",
    "lease": "until its process stops or another takes over",
}
