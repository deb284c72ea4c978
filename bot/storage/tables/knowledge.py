"""What the town knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.storage.base import BigId, Table


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
    outdated: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Language -> since when, as in ISO 8601, its title and text are older than the German ones."""
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


class EntryVersionRow(Table):
    """An entry as it was once stored: never changed afterwards."""

    __tablename__ = "entry_version"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1, for each entry."""
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    """As in `entry` and `turn`: what a resident was shown leads to its version."""
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole entry, as in a knowledge file."""
    author: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class EntryDraftRow(Table):
    """A changed or new entry that residents do not see yet."""

    __tablename__ = "entry_draft"

    entry_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Of the entry that it changes, or that it will be."""
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    base_hash: Mapped[str | None] = mapped_column(String(64))
    """The content hash of the entry that it began from; none for a new one."""
    edition: Mapped[int]
    """Grows with each save, so that two people cannot overwrite each other unnoticed."""
    in_review: Mapped[bool]
    """Whether its author asked a colleague to look at it."""
    begun_by: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    """Of the form that began a new entry: sent twice, it begins one."""
    author: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class GoldenRow(Table):
    """A question whose right answer staff know, beside those of the starter content."""

    __tablename__ = "golden_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    language: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    expect: Mapped[str | None] = mapped_column(String(200))
    """Id of the entry that answers it; none: none does."""
    author: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
