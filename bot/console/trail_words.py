"""What the audit trail says of each deed, and of what was done it to; in English, as in the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.console import entry_words
from bot.console.forms import Translate
from bot.console.page import Visit
from bot.services.audit import Recorded

AREAS = {
    "broadcast": "Notice to many",
    "canned reply": "Ready-made reply",
    "case": "Conversation",
    "entry": "Entry",
    "event": "Event",
    "lesson": "Answered question",
    "question": "Open question",
    "recurring": "Recurring notice",
    "session": "Sign-in",
    "staff": "Account",
    "token": "Access of a program",
    "topic": "Topic",
}

DEEDS = {
    ("broadcast", "approve"): "Approved a notice to be sent",
    ("broadcast", "attach"): "Added a picture or a file to a notice",
    ("broadcast", "cancel"): "Stopped a notice",
    ("broadcast", "change"): "Changed a notice",
    ("broadcast", "correct"): "Corrected a notice that had been sent",
    ("broadcast", "create"): "Wrote a notice",
    ("broadcast", "detach"): "Took the picture or file away from a notice",
    ("broadcast", "resume"): "Let a stopped notice go on",
    ("broadcast", "send"): "Wrote a notice and sent it",
    ("broadcast", "test"): "Showed a notice to the staff group",
    ("broadcast", "withdraw"): "Withdrew a notice that had been sent",
    ("canned reply", "add"): "Wrote a ready-made reply",
    ("canned reply", "change"): "Changed a ready-made reply",
    ("canned reply", "bring back"): "Brought a ready-made reply back",
    ("canned reply", "delete"): "Deleted a ready-made reply",
    ("case", "close"): "Ended a conversation",
    ("case", "note"): "Wrote a note to a conversation",
    ("case", "release"): "Gave a conversation back",
    ("case", "reply"): "Replied in a conversation",
    ("case", "take"): "Took over a conversation",
    ("entry", "archive"): "Archived an entry",
    ("entry", "begin"): "Began a new entry",
    ("entry", "bring back"): "Brought an entry back from the archive",
    ("entry", "change"): "Changed an entry",
    ("entry", "confirm"): "Confirmed that an entry is still right",
    ("entry", "create"): "Added an entry",
    ("entry", "delete"): "Archived an entry",
    ("entry", "export"): "Saved all entries to a file",
    ("entry", "go back"): "Went back to an older version of an entry",
    ("entry", "hand in"): "Handed in a draft for review",
    ("entry", "import"): "Imported entries from a file",
    ("entry", "publish"): "Published an entry",
    ("entry", "save draft"): "Saved a draft",
    ("entry", "take back"): "Took a draft back from review",
    ("entry", "take over"): "Took over into the draft what was published meanwhile",
    ("entry", "throw draft away"): "Threw a draft away",
    ("event", "announce"): "Began a notice about an event",
    ("event", "cancel"): "Cancelled an event",
    ("event", "change"): "Changed an event",
    ("event", "create"): "Planned an event",
    ("event", "outcome"): "Noted what came of an event",
    ("event", "publish"): "Published an event",
    ("lesson", "undo"): "Took back what was done about a question",
    ("question", "answer"): "Answered an open question",
    ("question", "ignore"): "Ignored an open question",
    ("question", "link"): "Added a question to an entry",
    ("question", "reopen"): "Opened a question again",
    ("question", "rule out"): "Noted that a question is nothing for the bot",
    ("question", "take out"): "Took one question out of a group of alike ones",
    ("recurring", "approve"): "Approved a recurring notice",
    ("recurring", "change"): "Changed a recurring notice",
    ("recurring", "create"): "Wrote a recurring notice",
    ("recurring", "skip"): "Let one day of a recurring notice be left out, or not",
    ("recurring", "stop"): "Ended a recurring notice",
    ("session", "begin"): "Signed in",
    ("session", "end"): "Signed out",
    ("session", "fail"): "Wrong password typed at signing in",
    ("session", "lock"): "Sign-in locked for a while, after too many wrong passwords",
    ("staff", "add"): "Added an account",
    ("staff", "change own settings"): "Changed their own settings",
    ("staff", "change password"): "Changed their own password",
    ("staff", "change role"): "Gave an account another role",
    ("staff", "disable"): "Disabled an account",
    ("staff", "enable"): "Enabled an account again",
    ("staff", "renew link"): "Made a link for a new password",
    ("staff", "set password"): "Set a password by the link",
    ("token", "create"): "Gave a program access",
    ("token", "revoke"): "Took the access of a program away",
    ("topic", "create"): "Added a topic",
    ("topic", "move"): "Changed the order of topics",
    ("topic", "rename"): "Renamed a topic",
}
"""Area and deed, as they are stored -> a sentence without who did it."""

DETAILS = {
    "added": "new: {value}",
    "changed": "changed: {value}",
    "day": "day: {value}",
    "draft": "as a draft: {value}",
    "entry": "entry: {value}",
    "fields": "fields: {value}",
    "role": "role: {value}",
    "version": "version {value}",
    "way": "{value}",
    "whole_series": "the whole series: {value}",
}

_VALUES = {
    True: "yes",
    False: "no",
    "admin": "Administration",
    "data_protection": "Data protection",
    "down": "further down",
    "editor": "Editor",
    "qm": "Neighbourhood management",
    "up": "further up",
}


def area(tr: Translate, name: str) -> str:
    """What an area is called; of an older program as it was stored."""
    return tr(AREAS.get(name, name))


def deed(tr: Translate, line: Recorded) -> str:
    """What was done, in a sentence; of an older program as it was stored."""
    sentence = DEEDS.get((line.area, line.deed))
    return tr(sentence) if sentence else f"{area(tr, line.area)}: {line.deed}"


def details(visit: Visit, found: Mapping[str, Any]) -> list[str]:
    """What else the trail knows, each in a few words."""
    return [
        visit.tr(DETAILS.get(name, "{name}: {value}"), name=name, value=_value(visit, name, value))
        for name, value in found.items()
    ]


def _value(visit: Visit, name: str, value: Any) -> str:
    if name == "fields":
        return ", ".join(entry_words.field(visit, *_field(each)) for each in value)
    if isinstance(value, bool | str) and value in _VALUES:
        return visit.tr(_VALUES[value])
    return str(value)


def _field(name: str) -> tuple[str, str]:
    """A field as it is stored, and its language: "title.de"."""
    part, _, language = name.partition(".")
    return part, language
