"""What the bot does next: the decision about one message, without wording, database or channel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.decide import Answer, Clarify, Decision
from knowledge.match import LONGEST_QUESTION

LONGEST_MESSAGE = LONGEST_QUESTION
"""Characters of a message that is read."""

BUTTONS_LAST = timedelta(hours=24)
"""How long a choice can be made; after that it is asked anew."""

NONE = "-"
_CHOICE = re.compile(r"o:(0|[1-9][0-9]{0,17}):([0-9]|-)")
_GREETINGS = ("/start", "/help")


@dataclass(frozen=True, slots=True)
class Offer:
    """Entries that were offered as buttons."""

    turn: int
    entry_ids: Sequence[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a button says: an option of an offer, by its place from 0; None for "none of these"."""

    turn: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Greet:
    """Say hello."""


@dataclass(frozen=True, slots=True)
class Give:
    """Give an entry."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell the emergency numbers; `entry_id` names the entry that does, where the town has one."""

    entry_id: str | None


@dataclass(frozen=True, slots=True)
class AskBack:
    """Let the resident choose among entries."""

    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decline:
    """Say that the bot does not know; `entry_id` names the entry that says why it is not for this."""

    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """None of the offered entries was meant."""


@dataclass(frozen=True, slots=True)
class OldButton:
    """A button that leads nowhere any more, or never did."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """More text than is read."""


@dataclass(frozen=True, slots=True)
class OnlyText:
    """Nothing to read."""


Move = Greet | Give | Warn | AskBack | Decline | GiveUp | OldButton | TooLong | OnlyText


def is_greeting(text: str) -> bool:
    """Whether a message asks for the first words."""
    return text.split(maxsplit=1)[:1] in ([command] for command in _GREETINGS)


def after_question(decision: Decision) -> Move:
    """The move after a question was put to the knowledge."""
    match decision:
        case Answer(entry_id, emergency):
            return Give(entry_id) if entry_id and not emergency else Warn(entry_id)
        case Clarify(entry_ids):
            return AskBack(entry_ids)
        case _:
            return Decline(decision.decline_id)


def before_question(text: str) -> Move | None:
    """The move for a message that is no question to the knowledge; None if it is one."""
    if not text.strip():
        return OnlyText()
    if len(text) > LONGEST_MESSAGE:
        return TooLong()
    return Greet() if is_greeting(text) else None


def after_choice(chosen: Chosen | None, offer: Offer | None, now: datetime) -> Move:
    """The move after a tapped button; `offer` is the turn it names, if it was this resident's."""
    if chosen is None or offer is None or now - offer.at > BUTTONS_LAST:
        return OldButton()
    if chosen.place is None:
        return GiveUp()
    if chosen.place >= len(offer.entry_ids):
        return OldButton()
    return Give(offer.entry_ids[chosen.place])


def choice_action(turn: int, place: int | None) -> str:
    """What the button for a place of an offer carries."""
    return f"o:{turn}:{NONE if place is None else place}"


def read_choice(action: str) -> Chosen | None:
    """The choice behind a button; None for anything this bot never wrote."""
    found = _CHOICE.fullmatch(action)
    if not found:
        return None
    turn, place = found.groups()
    return Chosen(int(turn), None if place == NONE else int(place))
