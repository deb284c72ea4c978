"""Messages nobody is waiting for: what they are about, and how far each one has come."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What a message is about."""

    REMINDER = "reminder"
    MOVED = "moved"
    """A meeting takes place at another time or place."""
    CANCELLED = "cancelled"
    """A meeting does not take place."""
    SERIES = "series"
    """Several dates of a series take place at another time or place, or not at all."""
    OFFER = "offer"
    """A seat for somebody on the waiting list."""
    SUMMARY = "summary"
    """What came of a meeting, for those who were there."""
    BROADCAST = "broadcast"
    CORRECTION = "correction"
    """Takes the place of a broadcast that was delivered."""
    WITHDRAWAL = "withdrawal"
    ANSWER = "answer"
    """What the team answers to a question that the bot could not answer."""
    REPLY = "reply"
    """What a person of the office answers."""
    CASE_CLOSED = "case_closed"
    """The office has handed a conversation back to the bot."""
    CASE_IDLE = "case_idle"
    """A conversation with a person has ended because nobody wrote any more."""


class Priority(IntEnum):
    """What goes first of several messages that are due; answers do not wait here at all."""

    SOON = 0
    """Reminders and whatever concerns somebody's own meeting."""
    BULK = 1


class DeliveryState(StrEnum):
    """How far a message has come (contract: "counts per delivery state")."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not to be sent any more: too late, stopped, unreachable and so on."""
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """It was sent twice, and nobody knows what became of it."""


OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING)
"""States that do not last."""


class Skip(StrEnum):
    """Why a message was not sent."""

    TOO_OLD = "too_old"
    STOPPED = "stopped"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    CAPPED = "capped"
    NO_TEXT = "no_text"
    """The broadcast has none in the resident's language."""
    BROKEN = "broken"
    """It cannot be worded; the log says why."""
    NOT_TRUE = "not_true"
    """What it would have said does not hold any more."""
    WITH_TEAM = "with_team"
    """A person has the conversation: a notice to many would come in between."""
