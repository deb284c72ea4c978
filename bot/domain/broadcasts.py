"""The life of a broadcast: its states, and what leads from one to the next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from string import Formatter

from bot.domain.errors import InvalidInput, Refused
from knowledge.entry import LocalText


class BroadcastState(StrEnum):
    """How far a broadcast has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    """Too much of it could not be delivered, or it is not what was approved; staff look at it and go on or cancel."""
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Nobody could be written to."""


_NEXT: dict[BroadcastState, frozenset[BroadcastState]] = {
    BroadcastState.DRAFT: frozenset({BroadcastState.APPROVED, BroadcastState.CANCELLED}),
    BroadcastState.APPROVED: frozenset(
        {BroadcastState.DRAFT, BroadcastState.SCHEDULED, BroadcastState.SENDING, BroadcastState.CANCELLED}
    ),
    BroadcastState.SCHEDULED: frozenset(
        {BroadcastState.DRAFT, BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.CANCELLED}
    ),
    BroadcastState.SENDING: frozenset(
        {BroadcastState.SENT, BroadcastState.PAUSED, BroadcastState.CANCELLED, BroadcastState.FAILED}
    ),
    BroadcastState.PAUSED: frozenset({BroadcastState.DRAFT, BroadcastState.SENDING, BroadcastState.CANCELLED}),
    BroadcastState.SENT: frozenset(),
    BroadcastState.CANCELLED: frozenset(),
    BroadcastState.FAILED: frozenset(),
}


def step(now: BroadcastState, then: BroadcastState) -> BroadcastState:
    """`then`, where it can follow; raises Refused where it cannot."""
    if then not in _NEXT[now]:
        raise Refused("a broadcast that is {now} cannot become {then}", now=now.value, then=then.value)
    return then


LONGEST_TEXT = 3500
"""Characters; with title and buttons it stays one message. Source: Bot API, sendMessage (4096)."""

PLACEHOLDERS = ("title", "when", "place")
"""What a text about an event may leave to be filled in when it is sent: "{when}"."""


def check_texts(texts: LocalText, languages: Collection[str], *, has_event: bool) -> None:
    """Raise InvalidInput, naming the language, where a text is missing, too long, or leaves what cannot be filled in.

    `languages` are those that residents are answered in; `has_event` is whether it is about an event.
    """
    if not texts or not all(text.strip() for text in texts.values()):
        raise InvalidInput("each language needs a text", field="texts")
    for code, text in texts.items():
        if code not in languages:
            reason = "{code!r} is no language that residents are answered in"
            raise InvalidInput(reason, field=f"texts.{code}", code=code)
        if len(text) > LONGEST_TEXT:
            reason = "it has {count} characters; {most} fit"
            raise InvalidInput(reason, field=f"texts.{code}", count=len(text), most=LONGEST_TEXT)
        _check_placeholders(text, PLACEHOLDERS if has_event else (), f"texts.{code}")


def _check_placeholders(text: str, known: Collection[str], field: str) -> None:
    try:
        # What may follow a name in brackets, "{when:>99}", is nothing for texts.
        parts = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
        named = [name if not spec and not conversion else f"{name}:{spec}" for name, spec, conversion in parts]
    except ValueError as fault:
        raise InvalidInput("a curly bracket stands alone; write {{ or }} for one", field=field) from fault
    if unknown := [name for name in named if name not in known]:
        if not known:
            reason = "{name} cannot be filled in, because the notice is about no event"
            raise InvalidInput(reason, field=field, name=f"{{{unknown[0]}}}")
        allowed = ", ".join(f"{{{name}}}" for name in known)
        reason = "{name} cannot be filled in; known are {known}"
        raise InvalidInput(reason, field=field, name=f"{{{unknown[0]}}}", known=allowed)


class Missing(StrEnum):
    """What residents get whose language the texts lack."""

    FALL_BACK = "fall_back"
    """The German text, or else the first, with a sentence in their language that says so."""
    SKIP = "skip"
    BLOCK = "block"
    """Nothing is sent to anyone before the text is there."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The rule that says whom a broadcast goes to."""

    topics: tuple[str, ...] = ()
    """Those who subscribed to one of these; none: to any."""
    languages: tuple[str, ...] = ()
    """Those who are written to in one of these; none: in any."""
    event_id: int | None = None
    """Without topics: those registered for this event."""
    without_event_id: int | None = None
    """Not those registered for this event."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A notice to many."""

    id: int
    state: BroadcastState
    texts: LocalText
    audience: Audience
    missing: Missing = Missing.FALL_BACK
    version: int = 1
    """Grows with every change, and with a correction after sending."""
    send_at: datetime | None = None
    not_after: datetime | None = None
    """When it is too late to send."""
    is_urgent: bool = False
    """Whether quiet hours and the cap do not hold."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str = ""
    """Why it was paused, left out or failed."""
    approved_size: int | None = None
    """How many it went to when it was approved."""
    reached: dict[str, int] = field(default_factory=dict)
    """State of delivery -> number of residents; they sum to the audience. Empty before the start."""
    recurring_id: int | None = None
    """The recurring notice that it is one sending of."""


BATCH = 20
"""How many deliveries are looked at together to tell that something is wrong with all of them."""

MOST_FAILURES = 0.2
"""The share of a batch that may fail."""


SMALLEST_CHANGE, SHARE_OF_CHANGE = 5, 0.05
"""By so many residents, and so large a share, an audience may not differ from what was approved."""


def has_changed(approved: int, now: int) -> bool:
    """Whether an audience is so different from what was approved that a person should look at it again."""
    return abs(now - approved) >= max(SMALLEST_CHANGE, approved * SHARE_OF_CHANGE)


def is_failing(failed: int, looked_at: int) -> bool:
    """Whether so many of the newest deliveries failed that the rest should wait for a person."""
    return looked_at >= BATCH and failed > looked_at * MOST_FAILURES
