"""Every table, a module for each area. A change here comes with a migration in the same commit.

Nothing names a resident: addresses are sealed and looked up by a keyed pseudonym, texts are sealed while they are
needed and deleted afterwards. RETENTION says for every table what ends its rows.
"""

from __future__ import annotations

from bot.storage.tables.cases import CannedReplyRow, CaseMessageRow, CaseRow, GroupRemovalRow, StaffCallRow
from bot.storage.tables.conversations import (
    ConversationRow,
    InboxRow,
    LessonRow,
    LetterRow,
    QuestionGroupRow,
    QuestionRow,
    TurnRow,
)
from bot.storage.tables.events import EventRow, RegistrationRow, ReminderRow, TopicRow, WishRow
from bot.storage.tables.figures import FigureRow
from bot.storage.tables.knowledge import (
    EntryDraftRow,
    EntryRow,
    EntryVersionRow,
    FactRow,
    GoldenRow,
    PhraseRow,
    WordingRow,
)
from bot.storage.tables.notices import (
    AttachmentRow,
    BroadcastRow,
    DeliveryRow,
    PaceRow,
    RecurringRow,
    SubscriptionRow,
)
from bot.storage.tables.processes import LeaseRow
from bot.storage.tables.staff import AuditRow, SetupLinkRow, SignInFailureRow, StaffRow, StaffSessionRow, TokenRow

__all__ = [
    "RETENTION",
    "AttachmentRow",
    "AuditRow",
    "BroadcastRow",
    "CannedReplyRow",
    "CaseMessageRow",
    "CaseRow",
    "ConversationRow",
    "DeliveryRow",
    "EntryDraftRow",
    "EntryRow",
    "EntryVersionRow",
    "EventRow",
    "FactRow",
    "FigureRow",
    "GoldenRow",
    "GroupRemovalRow",
    "InboxRow",
    "LeaseRow",
    "LessonRow",
    "LetterRow",
    "PaceRow",
    "PhraseRow",
    "QuestionGroupRow",
    "QuestionRow",
    "RecurringRow",
    "RegistrationRow",
    "ReminderRow",
    "SetupLinkRow",
    "SignInFailureRow",
    "StaffCallRow",
    "StaffRow",
    "StaffSessionRow",
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
    "entry_version": "with its entry",
    "entry_draft": "until it is published or thrown away",
    "golden_question": "until staff delete it",
    "town_fact": "until staff change it",
    "conversation": "a year after the last message, or until the resident asks to be forgotten",
    "turn": "30 days (LOTSE_RETENTION_DAYS); its sealed replies a quarter of an hour",
    "question": "with its turn",
    "question_group": "90 days after its newest question",
    "lesson": "with its group of questions; what was answered 30 days (LOTSE_RETENTION_DAYS)",
    "letter": "30 days (LOTSE_RETENTION_DAYS)",
    "inbox": "its text until it is answered, what an edit needs ten minutes, the rest two days",
    "topic": "until staff delete it",
    "event": "until staff delete it",
    "registration": "30 days after the event",
    "reminder_wish": "30 days after the event",
    "reminder": "with its event",
    "subscription": "until the resident unsubscribes, or with the conversation",
    "broadcast": "until staff delete it: it names nobody",
    "recurring": "until staff delete it: it names nobody",
    "attachment": "with its broadcast",
    "delivery": "90 days after it was sent, then only counts",
    "pace": "for ever: one moment for each channel",
    "api_token": "until staff take it back",
    "staff": "until an administrator deletes it",
    "setup_link": "until it is used, a week at most",
    "staff_session": "12 hours at most",
    "sign_in_failure": "a quarter of an hour",
    "audit": "a year",
    "staff_case": "three months after it was closed",
    "case_message": "with its case",
    "staff_call": "until they are told, or with its case",
    "group_removal": "when the staff group shows that message no longer",
    "canned_reply": "until staff delete it",
    "figure": "for the programme and ten years: it names nobody",
    "lease": "until its process stops or another takes over",
}
