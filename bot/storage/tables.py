"""Every table, grouped by area. A change here comes with a migration in the same commit.

Nothing names a resident: addresses are sealed and looked up by a keyed pseudonym, texts are sealed while they are
needed and deleted afterwards. RETENTION says for every table what ends its rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.storage.base import NEVER_AGAIN, BigId, Table

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
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_key: Mapped[str] = mapped_column(String(100))
    edits: Mapped[str | None] = mapped_column(String(100))
    """The key of the message that this one replaced, however often it was edited."""
    at: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(20))
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


# --- Events ----------------------------------------------------------------------------------------------------------


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


# --- Notices ---------------------------------------------------------------------------------------------------------


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
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AttachmentRow(Table):
    """A picture or leaflet that comes with a broadcast."""

    __tablename__ = "attachment"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    """What the file is called."""
    media_type: Mapped[str] = mapped_column(String(50))
    content: Mapped[bytes]
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


# --- Staff -----------------------------------------------------------------------------------------------------------


class TokenRow(Table):
    """What a program of the office shows to use the API."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    """What the program is; no person's name."""
    role: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token: it is long and random, so that nothing slower is needed."""
    created_at: Mapped[datetime]


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
    "letter": "30 days (LOTSE_RETENTION_DAYS)",
    "inbox": "its text until it is answered, what an edit needs ten minutes, the rest two days",
    "topic": "until staff delete it",
    "event": "until staff delete it",
    "registration": "30 days after the event",
    "reminder_wish": "30 days after the event",
    "reminder": "with its event",
    "subscription": "until the resident unsubscribes, or with the conversation",
    "broadcast": "until staff delete it: it names nobody",
    "attachment": "with its broadcast",
    "delivery": "90 days after it was sent, then only counts",
    "pace": "for ever: one moment for each channel",
    "api_token": "until staff take it back",
    "lease": "until its process stops or another takes over",
}
