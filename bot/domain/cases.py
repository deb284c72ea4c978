"""Conversations with a person: how far one has come, and when the office is to be told that somebody waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import InvalidInput, Refused
from bot.domain.opening import LocalTime, time_open
from knowledge.entry import WEEKDAYS, OpeningHours, OpenTime


class CaseState(StrEnum):
    """Whose turn it is to look after a conversation."""

    WAITING = "waiting"
    """Nobody of the office has taken it."""
    TAKEN = "taken"
    CLOSED = "closed"
    """The bot has it again."""


_NEXT: dict[CaseState, frozenset[CaseState]] = {
    CaseState.WAITING: frozenset({CaseState.TAKEN, CaseState.CLOSED}),
    CaseState.TAKEN: frozenset({CaseState.WAITING, CaseState.TAKEN, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset(),
}


def step(now: CaseState, then: CaseState) -> CaseState:
    """`then`, where it can follow; raises Refused where it cannot."""
    if then in _NEXT[now]:
        return then
    if now is CaseState.CLOSED:
        raise Refused("This conversation has ended.")
    raise Refused("Nobody has taken this conversation.")


class Side(StrEnum):
    """Who said something in a conversation with a person."""

    RESIDENT = "resident"
    STAFF = "staff"
    NOTE = "note"
    """Of staff to each other: it never leaves the office."""


LONGEST_REPLY = 3500
"""Characters; with what stands around it, it stays one message. Source: Bot API, sendMessage (4096)."""


def check_text(text: str) -> str:
    """A reply or note without the blanks around it; raises InvalidInput (text) where it is empty or too long."""
    words = text.strip()
    if not words:
        raise InvalidInput("Please write something.", field="text")
    if len(words) > LONGEST_REPLY:
        raise InvalidInput("It has {count} characters; {most} fit.", field="text", count=len(words), most=LONGEST_REPLY)
    return words


# --- When the office is told -----------------------------------------------------------------------------------------

FIRST_WORDS = timedelta(seconds=30)
"""How long somebody who asked for a person, and has not said why, may look for words or change their mind."""

REMIND_AFTER = timedelta(hours=4)
"""Of the office's opening hours, after which those who answer are told again."""

ESCALATE_AFTER = timedelta(days=1)
"""After which the administrators are told."""

IDLE = timedelta(days=7)
"""A conversation in which nobody has written for so long goes back to the bot."""

USUAL_HOURS = OpeningHours(weekly=(OpenTime(days=WEEKDAYS[:5], start="09:00", end="17:00"),))
"""Of an office that names none. Nobody is there on public holidays."""


class Call(StrEnum):
    """What the office is told."""

    TELL = "tell"
    """Somebody waits."""
    REMIND = "remind"
    """They still wait."""
    ESCALATE = "escalate"
    """They have waited too long."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waits for a person."""

    since: datetime
    has_said_why: bool
    told_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None


def calls_due(wait: Wait, now: LocalTime, hours: OpeningHours | None) -> list[Call]:
    """What the office is to be told of a wait now; each call is made once. `hours` are those of the office."""
    moment = now.moment
    if wait.told_at is None:
        is_time = wait.has_said_why or moment - wait.since >= FIRST_WORDS
        return [Call.TELL] if is_time else []
    due: list[Call] = []
    known = hours if hours and (hours.weekly or hours.always) else USUAL_HOURS
    waited = time_open(known, wait.since, now)
    if wait.reminded_at is None and waited >= REMIND_AFTER:
        due.append(Call.REMIND)
    if wait.escalated_at is None and moment - wait.since >= ESCALATE_AFTER:
        due.append(Call.ESCALATE)
    return due
