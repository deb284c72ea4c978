"""What goes out to residents by itself: who wants it, what is said, and every message of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NEVER_AGAIN, BigId, Table


class SubscriptionRow(Table):
    """A resident wants notices about a topic: their consent, with its date and the notice they had read."""

    __tablename__ = "subscription"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]
    notice: Mapped[int]
    """The version of the privacy notice that was shown before."""


class BroadcastRow(Table):
    """A notice to many."""

    __tablename__ = "broadcast"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    """Of the texts; tells whether the same was sent before."""
    version: Mapped[int]
    topics: Mapped[list[Any]] = mapped_column(JSON)
    languages: Mapped[list[Any]] = mapped_column(JSON)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    without_event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    missing: Mapped[str] = mapped_column(String(20))
    send_at: Mapped[datetime | None]
    not_after: Mapped[datetime | None]
    is_urgent: Mapped[bool]
    corrected_at: Mapped[datetime | None]
    """When it was corrected or withdrawn last."""
    is_withdrawn: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    settled: Mapped[dict[str, Any]] = mapped_column(JSON)
    """State -> number of deliveries whose rows are gone, so that the counts always sum to the audience."""
    settled_languages: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The same by language: language -> state -> number."""
    stops: Mapped[int]
    """How many ended all notices with the button below this one: a number, never a list."""
    approved_size: Mapped[int | None]
    """How many it went to when it was approved; tells at a scheduled start whether that still holds."""
    alerted_at: Mapped[datetime | None]
    """When staff were told that it is overdue."""
    recurring_id: Mapped[int | None] = mapped_column(ForeignKey("recurring.id", ondelete="SET NULL"), index=True)
    """The recurring notice that it is one sending of."""
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class RecurringRow(Table):
    """A notice that comes again; each of its sendings is a broadcast of its own."""

    __tablename__ = "recurring"
    __table_args__ = (Index("ix_recurring_next", "state", "next_at"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    topics: Mapped[list[Any]] = mapped_column(JSON)
    languages: Mapped[list[Any]] = mapped_column(JSON)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    """One date of the event that it is about; its series is meant."""
    missing: Mapped[str] = mapped_column(String(20))
    local_first: Mapped[str] = mapped_column(String(20))
    """What the wall clock shows at the first time, as staff meant it: "2026-12-03T10:00:00"."""
    every: Mapped[str] = mapped_column(String(20))
    interval: Mapped[int]
    until: Mapped[date | None]
    """The last day; null: that of the last date of its event."""
    skip: Mapped[list[Any]] = mapped_column(JSON)
    """Days on which nothing is sent: "2026-12-24"."""
    next_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]


class AttachmentRow(Table):
    """A picture or leaflet that comes with a broadcast."""

    __tablename__ = "attachment"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    """What the file is called."""
    media_type: Mapped[str] = mapped_column(String(50))
    content: Mapped[bytes] = mapped_column(deferred=True)
    """Megabytes, read only where they are needed: once for a notice to a thousand."""
    alternative: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Language -> what is to be seen on it, for those who cannot see it."""
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    """Its address in the web chat, which nobody can guess."""
    telegram_id: Mapped[str | None] = mapped_column(String(250))
    """By what Telegram knows it after the first upload."""


class DeliveryRow(Table):
    """The outbox: one message to one resident that nobody is waiting for. It is worded when it is sent."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "channel", "state", "priority", "due_at", "id"),
        Index("ix_delivery_state", "state"),
        Index("ix_delivery_broadcast", "broadcast_id", "state"),
        Index("ix_delivery_conversation", "conversation_id", "state"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """Names what is said to whom, so that it is put here once: "event/7/3/reminder/P1D/42"."""
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    """That of the conversation."""
    language: Mapped[str | None] = mapped_column(String(20))
    """That of the resident when it was addressed, for the report."""
    kind: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(100))
    """Why it was skipped or failed."""
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    keeps_quiet: Mapped[bool]
    """Whether quiet hours hold it back."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    lead: Mapped[str | None] = mapped_column(String(20))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    """What staff answered to a question that the resident asked."""
    version: Mapped[int]
    """Of the event or of the broadcast's texts."""
    attempts: Mapped[int]
    unclear: Mapped[int]
    """How often it was sent, and nobody knows what became of it."""
    holder: Mapped[str | None] = mapped_column(String(200))
    """The process that is sending it (bot/services/leases.py)."""
    lease_until: Mapped[datetime | None]
    """When that process must be dead."""
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    message_ids: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """The channel's numbers of what arrived, so that it can be corrected."""


class PaceRow(Table):
    """How far a channel's messages are spaced out: all processes take their slots here."""

    __tablename__ = "pace"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    free_from: Mapped[datetime]
    """When the next message may go out."""
