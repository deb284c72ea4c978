"""What the bot can do next: one value for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.messages import Media
from bot.domain.participation import Wish
from knowledge.commands import Attribute, Command
from knowledge.emergency import Emergency
from knowledge.entry import Position


class Complaint(StrEnum):
    """Why a card did not help."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Run:
    """Do what a command says: greet, explain, ask for the language, show what is stored and so on."""

    command: Command


@dataclass(frozen=True, slots=True)
class Give:
    """Give an entry; `section` is the part of the menu it was found in."""

    entry_id: str
    section: str | None = None
    confirms: int | None = None
    """The turn whose offer was chosen from."""


@dataclass(frozen=True, slots=True)
class GiveMarked:
    """Give the entry with a mark."""

    mark: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """Give one thing about the entry that was talked about."""

    entry_id: str
    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell the emergency numbers; `entry_id` names the entry that does, where the town has one."""

    entry_id: str | None
    kind: Emergency
    nearest: tuple[str, ...] = ()
    """Entries that help afterwards: a women's shelter, a counselling centre."""
    is_for_team: bool = False
    """Whether a person has the conversation, who gets it as well."""


@dataclass(frozen=True, slots=True)
class AskBack:
    """Let the resident choose among entries."""

    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decline:
    """Say that the bot does not know; `entry_id` names the entry that says why it is not for this."""

    entry_id: str | None = None
    is_again: bool = False
    """Whether the question before stayed without an answer too."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """None of the offered entries was meant."""

    turn: int
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class ShowMenu:
    """The menu, or a part of it."""

    section: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Speak:
    """Talk in another language from now on."""

    code: str


@dataclass(frozen=True, slots=True)
class TakeRating:
    """Note whether the card of a turn helped, or the reason why not."""

    turn: int
    helped: bool | None
    complaint: Complaint | None


@dataclass(frozen=True, slots=True)
class AskTeam:
    """Give the question of a turn to the team."""

    turn: int


@dataclass(frozen=True, slots=True)
class TakeWords:
    """Give what was typed to the person who has the conversation, and say nothing."""


@dataclass(frozen=True, slots=True)
class HandBack:
    """Have the conversation again that a person had."""


@dataclass(frozen=True, slots=True)
class TakePart:
    """Do what is wanted with events or notices."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class EraseAll:
    """Forget everything about this resident."""


@dataclass(frozen=True, slots=True)
class KeepAll:
    """Forget nothing after all."""


@dataclass(frozen=True, slots=True)
class OldButton:
    """A button that leads nowhere any more, or never did."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """More text than is read."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """More messages than are answered."""


@dataclass(frozen=True, slots=True)
class OnlyText:
    """Nothing to read."""

    media: Media = Media.OTHER


@dataclass(frozen=True, slots=True)
class ShowNearest:
    """The contact points nearest to a place."""

    position: Position


@dataclass(frozen=True, slots=True)
class StaySilent:
    """Say nothing: it was said already."""


Move = (
    Run
    | Give
    | GiveMarked
    | Detail
    | Warn
    | AskBack
    | Decline
    | GiveUp
    | ShowMenu
    | Speak
    | TakeRating
    | AskTeam
    | TakeWords
    | HandBack
    | TakePart
    | EraseAll
    | KeepAll
    | OldButton
    | TooLong
    | TooMany
    | OnlyText
    | ShowNearest
    | StaySilent
)


IN_BETWEEN = (TakeRating, OldButton, OnlyText, TooLong, TooMany, StaySilent)
"""Moves beside the conversation: after them it is still about the same card."""


def move_name(move: Move | type[Move]) -> str:
    """A move as a turn names it: the command that was run, or the kind of move in words with underscores."""
    if isinstance(move, Run):
        return move.command.value
    kind = move if isinstance(move, type) else type(move)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
