"""What buttons carry: short texts that come back when they are tapped. Old and forged ones are harmless.

o:<turn>:<place>     the option of an offer, by its place from 0; o:<turn>:- for "none of these"
e:<mark>[:<section>] the card of an entry, reached through a section of the menu
m[:<section>[:<page>]]
                     the menu, one of its sections, a page of it
c:<command>[:<broadcast>]
                     a command, as if it was typed; below which broadcast it stood
l:<language>         the language to talk in
r:<turn>:<rating>    + or - for the card of a turn, or the place of a reason from 0
a:<turn>             give the question of a turn to the team
b                    back to the bot, from a conversation with a person
f:<turn>:<y or n>    forget everything, or do not
v[:<period>]         what is on: all of it, today, tomorrow, weekend, week
v:<event>            the card of an event
g:<event>[:<seats>]  sign up for an event; without a number the bot asks for it
n:<event>:<help>     need one of the kinds of help offered, or not after all
u:<event>            do not come after all, or turn down the seats that were offered
x:<event>            take the seats that were offered
d:<event>[:<lead>]   be reminded of an event; without a lead the bot asks, "-" takes all own reminders back
i:<event>            a file for the resident's calendar
t[:<topic>:<+ or ->] the topics; subscribe to one, or end that
k:<days>             a pause from notices; 0 ends it
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_ACTION = 64
"""Bytes that a button carries. Source: Bot API, InlineKeyboardButton.callback_data."""

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
    """A command; `notice` is the number of the broadcast below which its button stood."""

    name: str
    notice: int | None = None


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
class BackToBot:
    """The bot answers again, where a person had the conversation."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget everything, or do not; asked in `turn`."""

    turn: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class OpenEvents:
    """What is on in a period (PERIODS); None: all that is to come."""

    period: str | None = None


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """The card of an event."""

    event: int


@dataclass(frozen=True, slots=True)
class SignUp:
    """Seats at an event; None asks how many."""

    event: int
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One of the kinds of help that an event offers."""

    event: int
    help: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """No seats at an event after all."""

    event: int


@dataclass(frozen=True, slots=True)
class TakeOffer:
    """The seats that were offered to somebody on the waiting list."""

    event: int


@dataclass(frozen=True, slots=True)
class Remind:
    """A reminder of an event by a lead (bot/domain/leads.py); None asks for it, NONE takes all back."""

    event: int
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class SaveEvent:
    """A file for the resident's calendar."""

    event: int


@dataclass(frozen=True, slots=True)
class OpenTopics:
    """The topics to subscribe to."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Notices about a topic, or none any more."""

    topic: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """No notices for some days; 0 ends the pause."""

    days: int


PERIODS = ("today", "tomorrow", "weekend", "week")

EventAction = OpenEvents | OpenEvent | SignUp | Need | SignOff | TakeOffer | Remind | SaveEvent
NoticeAction = OpenTopics | Subscribe | Pause
Action = (
    ChooseOption
    | OpenEntry
    | OpenMenu
    | RunCommand
    | SetLanguage
    | Rate
    | PassOn
    | BackToBot
    | Forget
    | EventAction
    | NoticeAction
)


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
        case RunCommand(name, notice):
            return f"c:{name}" if notice is None else f"c:{name}:{notice}"
        case SetLanguage(code):
            return f"l:{code}"
        case Rate(turn, helped, reason):
            return f"r:{turn}:{reason if helped is None else '+' if helped else '-'}"
        case PassOn(turn):
            return f"a:{turn}"
        case BackToBot():
            return "b"
        case Forget(turn, is_confirmed):
            return f"f:{turn}:{'y' if is_confirmed else 'n'}"
        case _:
            return _write_about_events(action)


def _write_about_events(action: EventAction | NoticeAction) -> str:
    match action:
        case OpenEvents(period):
            return f"v:{period}" if period else "v"
        case OpenEvent(event):
            return f"v:{event}"
        case SignUp(event, seats):
            return f"g:{event}" if seats is None else f"g:{event}:{seats}"
        case Need(event, wanted):
            return f"n:{event}:{wanted}"
        case SignOff(event):
            return f"u:{event}"
        case TakeOffer(event):
            return f"x:{event}"
        case Remind(event, lead):
            return f"d:{event}:{lead}" if lead else f"d:{event}"
        case SaveEvent(event):
            return f"i:{event}"
        case OpenTopics():
            return "t"
        case Subscribe(topic, is_wanted):
            return f"t:{topic}:{'+' if is_wanted else '-'}"
        case Pause(days):
            return f"k:{days}"


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
        (
            rf"c:([a-z]{{1,20}})(?::{_NUMBER})?",
            lambda name, notice: RunCommand(name, None if notice is None else int(notice)),
        ),
        (r"l:([a-z]{2,3}(?:-[a-z]{2,8})?)", SetLanguage),
        (rf"r:{_NUMBER}:([0-9+-])", _rate),
        (rf"a:{_NUMBER}", lambda turn: PassOn(int(turn))),
        (r"b", BackToBot),
        (rf"f:{_NUMBER}:([yn])", lambda turn, answer: Forget(int(turn), answer == "y")),
        (rf"v(?::({'|'.join(PERIODS)}))?", OpenEvents),
        (rf"v:{_NUMBER}", lambda event: OpenEvent(int(event))),
        (rf"g:{_NUMBER}(?::([1-9][0-9]?))?", lambda event, seats: SignUp(int(event), int(seats) if seats else None)),
        (rf"n:{_NUMBER}:([a-z_]{{1,20}})", lambda event, wanted: Need(int(event), wanted)),
        (rf"u:{_NUMBER}", lambda event: SignOff(int(event))),
        (rf"x:{_NUMBER}", lambda event: TakeOffer(int(event))),
        (rf"d:{_NUMBER}(?::([A-Z0-9]{{1,20}}|-))?", lambda event, lead: Remind(int(event), lead)),
        (rf"i:{_NUMBER}", lambda event: SaveEvent(int(event))),
        (r"t", OpenTopics),
        (r"t:([a-z0-9-]{1,40}):([+-])", lambda topic, sign: Subscribe(topic, sign == "+")),
        (r"k:(0|[1-9][0-9]{0,2})", lambda days: Pause(int(days))),
    )
]
