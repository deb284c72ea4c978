"""Every table, a module for each area. A change here comes with a migration in the same commit.

Nothing names a resident: addresses are sealed and looked up by a keyed pseudonym, texts are sealed while they are
needed and deleted afterwards. RETENTION says for every table what ends its rows.
"""

from __future__ import annotations

from bot.storage.tables.conversations import ConversationRow, InboxRow, LetterRow, QuestionRow, TurnRow
from bot.storage.tables.events import EventRow, RegistrationRow, ReminderRow, TopicRow, WishRow
from bot.storage.tables.knowledge import EntryRow, FactRow, PhraseRow, WordingRow
from bot.storage.tables.notices import AttachmentRow, BroadcastRow, DeliveryRow, PaceRow, SubscriptionRow
from bot.storage.tables.processes import LeaseRow
from bot.storage.tables.staff import TokenRow

__all__ = [
    "RETENTION",
    "AttachmentRow",
    "BroadcastRow",
    "ConversationRow",
    "DeliveryRow",
    "EntryRow",
    "EventRow",
    "FactRow",
    "InboxRow",
    "LeaseRow",
    "LetterRow",
    "PaceRow",
    "PhraseRow",
    "QuestionRow",
    "RegistrationRow",
    "ReminderRow",
    "SubscriptionRow",
    "TokenRow",
    "TopicRow",
    "TurnRow",
    "WishRow",
    "WordingRow",
]

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
