"""What buttons carry: short texts that come back when they are tapped. Old and forged ones are harmless.

o:<turn>:<place>     the option of an offer, by its place from 0; o:<turn>:- for "none of these"
e:<mark>[:<section>] the card of an entry, reached through a section of the menu
m[:<section>[:<page>]]
                     the menu, one of its sections, a page of it
c:<command>          a command, as if it was typed
l:<language>         the language to talk in
r:<turn>:<rating>    + or - for the card of a turn, or the place of a reason from 0
a:<turn>             give the question of a turn to the team
w                    write to the team
f:<turn>:<y or n>    forget everything, or do not
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_ACTION = 64
"""Bytes. Source: Bot API, InlineKeyboardButton.callback_data."""

NONE = "-"
_NUMBER = r"(0|[1-9][0-9]{0,17})"
_MARK = r"([0-9a-f]{16})"


@dataclass(frozen=True, slots=True)
class ChooseOption:
    """An option of an offer, by its place from 0; None for "none of these"."""

    turn: int
    place: int | None


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """The card of an entry; `section` is the mark of the part of the menu it was found in."""

    mark: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """The menu, a section of it by its mark, or one of the section's pages from 0."""

    section: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RunCommand:
    """A command."""

    name: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The language to talk in, by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Whether the card of a turn helped, or the place of the reason why not."""

    turn: int
    helped: bool | None
    reason: int | None = None


@dataclass(frozen=True, slots=True)
class PassOn:
    """Give the question of a turn to the team."""

    turn: int


@dataclass(frozen=True, slots=True)
class WriteToTeam:
    """The next message is for the team."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget everything, or do not; asked in `turn`."""

    turn: int
    is_confirmed: bool


Action = ChooseOption | OpenEntry | OpenMenu | RunCommand | SetLanguage | Rate | PassOn | WriteToTeam | Forget


def mark(name: str) -> str:
    """A short name for an entry or section that fits into every button, whatever its id: 16 hexadecimal digits."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def write_action(action: Action) -> str:
    """The text that a button carries."""
    match action:
        case ChooseOption(turn, place):
            return f"o:{turn}:{NONE if place is None else place}"
        case OpenEntry(entry, section):
            return f"e:{entry}:{section}" if section else f"e:{entry}"
        case OpenMenu(section, page):
            return ":".join(["m", *([section] if section else []), *([str(page)] if page is not None else [])])
        case RunCommand(name):
            return f"c:{name}"
        case SetLanguage(code):
            return f"l:{code}"
        case Rate(turn, helped, reason):
            return f"r:{turn}:{reason if helped is None else '+' if helped else '-'}"
        case PassOn(turn):
            return f"a:{turn}"
        case WriteToTeam():
            return "w"
        case Forget(turn, is_confirmed):
            return f"f:{turn}:{'y' if is_confirmed else 'n'}"


def read_action(text: str) -> Action | None:
    """The action behind a button; None for anything this bot never wrote."""
    for pattern, make in _SHAPES:
        if found := pattern.fullmatch(text):
            return make(*found.groups())
    return None


def _rate(turn: str, rating: str) -> Rate:
    return Rate(int(turn), rating == "+") if rating in "+-" else Rate(int(turn), None, int(rating))


_SHAPES: list[tuple[re.Pattern[str], Callable[..., Action]]] = [
    (re.compile(pattern), make)
    for pattern, make in (
        (rf"o:{_NUMBER}:([0-9]|-)", lambda turn, place: ChooseOption(int(turn), None if place == NONE else int(place))),
        (rf"e:{_MARK}(?::{_MARK})?", OpenEntry),
        (r"m", OpenMenu),
        (
            rf"m:{_MARK}(?::(0|[1-9][0-9]{{0,2}}))?",
            lambda section, page: OpenMenu(section, None if page is None else int(page)),
        ),
        (r"c:([a-z]{1,20})", RunCommand),
        (r"l:([a-z]{2,3}(?:-[a-z]{2,8})?)", SetLanguage),
        (rf"r:{_NUMBER}:([0-9+-])", _rate),
        (rf"a:{_NUMBER}", lambda turn: PassOn(int(turn))),
        (r"w", WriteToTeam),
        (rf"f:{_NUMBER}:([yn])", lambda turn, answer: Forget(int(turn), answer == "y")),
    )
]
