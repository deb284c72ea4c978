"""What can go wrong in a deed.

EnquiryError
├── NotFound       there is no such thing
├── Refused        a rule says no
│   ├── Overtaken  somebody else changed the same thing meanwhile
│   └── TooMany    at this moment; later it may be done
├── InvalidInput   what was given cannot be right; names the field or line
└── NotAllowed     this person may not

They carry a reason, not a sentence and no HTTP status: each door words and maps them in one place. What happens on the
wire is no exception but an `Outcome` (bot/domain/messages.py).
"""

from __future__ import annotations

from collections.abc import Mapping


class EnquiryError(Exception):
    """A deed that was not done."""


class NotFound(EnquiryError):
    """There is no such thing."""

    def __init__(self, kind: str, key: object):
        self.kind, self.key = kind, key
        super().__init__(f"no {kind} {key!r}")


class Refused(EnquiryError):
    """A rule says no.

    `reason` is an English sentence, as in the catalogs; what differs from case to case stands in it as "{name}" and
    comes in `values`, so that a door can word it in another language.
    """

    def __init__(self, reason: str, /, **values: object):
        self.reason, self.values = reason, values
        super().__init__(_filled(reason, values))


class Overtaken(Refused):
    """Somebody else changed the same thing meanwhile; what is here now has to be looked at first."""


class TooMany(Refused):
    """So many do this that the next must wait; later it may be done."""


class InvalidInput(EnquiryError):
    """What was given cannot be right; `reason` and `values` as in Refused."""

    def __init__(self, reason: str, /, *, field: str | None = None, **values: object):
        self.reason, self.field, self.values = reason, field, values
        filled = _filled(reason, values)
        super().__init__(f"{field}: {filled}" if field else filled)


class NotAllowed(EnquiryError):
    """This person may not."""


def _filled(reason: str, values: Mapping[str, object]) -> str:
    return reason.format_map(values) if values else reason
