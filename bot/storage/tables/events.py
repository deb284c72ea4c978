"""What is on, who is coming, and when they are reminded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NEVER_AGAIN, BigId, Table


class TopicRow(Table):
    """What residents can subscribe to."""

    __tablename__ = "topic"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Language -> text, as everything that residents read here."""
    position: Mapped[int]
    """Where it stands in the list."""


class EventRow(Table):
    """An event or participation meeting on one day."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_upcoming", "state", "ends_at"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    title: Mapped[dict[str, Any]] = mapped_column(JSON)
    description: Mapped[dict[str, Any]] = mapped_column(JSON)
    place: Mapped[dict[str, Any]] = mapped_column(JSON)
    address: Mapped[str | None] = mapped_column(Text)
    local_start: Mapped[str] = mapped_column(String(20))
    """What the wall clock shows then, as staff meant it: "2026-06-09T18:00:00"."""
    local_end: Mapped[str | None] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(50))
    """The clock's time zone."""
    starts_at: Mapped[datetime] = mapped_column(index=True)
    """The moment that follows from these."""
    ends_at: Mapped[datetime]
    """When it is over, the usual length after its start where nobody knows."""
    participation: Mapped[bool]
    capacity: Mapped[int | None]
    topics: Mapped[list[Any]] = mapped_column(JSON)
    help: Mapped[list[Any]] = mapped_column(JSON)
    leads: Mapped[list[Any]] = mapped_column(JSON)
    """When those who are coming are reminded: ISO 8601 durations."""
    entry_id: Mapped[str | None] = mapped_column(String(200))
    series: Mapped[str | None] = mapped_column(String(32), index=True)
    attendance: Mapped[int | None]
    """How many came: a number, never a list."""
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What came of it."""
    summary_sent_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    """When the office was asked to note what came of it."""
    opened: Mapped[int] = mapped_column(default=0)
    """How often its link or QR code was followed."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RegistrationRow(Table):
    """A resident who is coming to an event, or waits for a seat; no name."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "conversation_id"),
        Index("ix_registration_order", "event_id", "state", "id"),
        Index("ix_registration_offer", "offer_until"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    """Also the order of the waiting list."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    """A `RegistrationState` (bot/domain/registrations.py)."""
    seats: Mapped[int]
    needs: Mapped[list[Any]] = mapped_column(JSON)
    """What of the help offered they need."""
    offer_until: Mapped[datetime | None]
    """Until when a seat is kept for somebody of the waiting list."""
    told: Mapped[str] = mapped_column(String(300))
    """What the resident knows of when and where it is; tells whether there is something to tell."""
    at: Mapped[datetime]
    """When they signed up; reminders that fell due before are not for them."""


class WishRow(Table):
    """A resident's own reminder of an event, also without a registration."""

    __tablename__ = "reminder_wish"
    __table_args__ = (UniqueConstraint("event_id", "conversation_id", "lead"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    lead: Mapped[str] = mapped_column(String(20))
    told: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]


class ReminderRow(Table):
    """A moment at which whoever is coming then is reminded; it belongs to the event, not to a person."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("event_id", "lead", "is_wished"),
        Index("ix_reminder_due", "queued_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    lead: Mapped[str] = mapped_column(String(20))
    is_wished: Mapped[bool]
    """Whether it is for those who wished this lead, or for all who are registered."""
    starts_at: Mapped[datetime]
    """The start that it was planned for."""
    due_at: Mapped[datetime]
    is_early: Mapped[bool]
    """Whether it was drawn forward to before quiet hours."""
    queued_at: Mapped[datetime | None]
    """When it was addressed to those who were coming then."""
