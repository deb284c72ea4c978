"""What can go wrong in a deed.

EnquiryError
├── NotFound       there is no such thing
├── Refused        a rule says no
├── InvalidInput   what was given cannot be right; names the field or line
└── NotAllowed     this person may not

They carry a reason, not a sentence and no HTTP status: each door words and maps them in one place. What happens on the
wire is no exception but an `Outcome` (bot/domain/messages.py).
"""

from __future__ import annotations


class EnquiryError(Exception):
    """A deed that was not done."""


class NotFound(EnquiryError):
    """There is no such thing."""

    def __init__(self, kind: str, key: object):
        self.kind, self.key = kind, key
        super().__init__(f"no {kind} {key!r}")


class Refused(EnquiryError):
    """A rule says no."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


class InvalidInput(EnquiryError):
    """What was given cannot be right."""

    def __init__(self, reason: str, *, field: str | None = None):
        self.reason, self.field = reason, field
        super().__init__(f"{field}: {reason}" if field else reason)


class NotAllowed(EnquiryError):
    """This person may not."""
