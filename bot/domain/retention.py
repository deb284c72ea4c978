"""Which kind of record is kept how long. The privacy notice and the job that deletes read the same values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is stored of residents stays."""

    texts: timedelta = timedelta(days=30)
    """Masked questions, and what was decided about each message (setting: LOTSE_RETENTION_DAYS)."""
    letters: timedelta = timedelta(days=30)
    """Messages to a browser, which may fetch them again until then."""
    replies: timedelta = timedelta(minutes=15)
    """Sealed replies, for a message that is repeated."""
    meetings: timedelta = timedelta(days=30)
    """After an event: who signed up for it, or wanted to be reminded."""
    deliveries: timedelta = timedelta(days=90)
    """After it was sent: which notice or reminder somebody got."""
    cases: timedelta = timedelta(days=90)
    """After a conversation with a person ended: what was said in it."""
    groups: timedelta = timedelta(days=90)
    """Of questions that say the same, after the newest: how often it was asked, and what staff did about it."""
    trail: timedelta = timedelta(days=365)
    """Who of the office did what: not less either, the database refuses to delete it before."""
    inactive: timedelta = timedelta(days=365)
    """A conversation in which nobody has written since."""
