"""What a resident wants with events and notices: from a command, a button or words to one wish."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import (
    EventAction,
    NoticeAction,
    OpenEvent,
    OpenEvents,
    OpenTopics,
    Pause,
    Remind,
    SignOff,
    SignUp,
    Subscribe,
)
from bot.domain.errors import InvalidInput
from bot.domain.events import Event
from bot.domain.leads import read_lead
from knowledge.commands import Command
from knowledge.dates import Span, read_period
from knowledge.normalize import fold, stop_words, words

ALL = "all"
LONGEST_PAUSE = 366


@dataclass(frozen=True, slots=True)
class OpenDays:
    """What is on between two days."""

    days: Span


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """One topic, which a link leads to."""

    topic: str


@dataclass(frozen=True, slots=True)
class OpenOwn:
    """What the resident is signed up for."""


@dataclass(frozen=True, slots=True)
class SubscribeToAll:
    """Notices about every topic, or about none any more."""

    is_wanted: bool


@dataclass(frozen=True, slots=True)
class AskPause:
    """A pause, but nobody said how long."""


Wish = EventAction | NoticeAction | OpenDays | OpenTopic | OpenOwn | SubscribeToAll | AskPause


def wish_of(command: Command, argument: str, today: date) -> Wish | None:
    """What a command about events or notices wants; None for another command.

    What is missing or cannot be read is asked for, or shown to choose from.
    """
    given = argument.split()
    match command:
        case Command.EVENTS:
            days = read_period(argument, today) if given else None
            return OpenDays(days) if days else OpenEvents()
        case Command.TOPICS:
            return OpenTopics()
        case Command.SUBSCRIBE | Command.UNSUBSCRIBE:
            return _subscription(given, is_wanted=command is Command.SUBSCRIBE)
        case Command.PAUSE:
            return _pause(given)
        case Command.REGISTER | Command.UNREGISTER | Command.REMIND:
            return _about_event(command, given)
        case Command.START:
            return _deep_link(argument)
        case _:
            return None


def event_named(text: str, events: Iterable[Event], places: Collection[str] = ()) -> Event | None:
    """The first event all of whose title's telling words stand in a message: "Wann ist das Winterfest?".

    `places` are folded words for the quarter itself, which nobody needs to say.
    """
    said = {fold(word) for word in words(text)}
    for event in events:
        for language, title in event.title.items():
            telling = {fold(word) for word in words(title)} - stop_words(language) - {*places}
            if telling and telling <= said and any(len(word) > _SHORT for word in telling):
                return event
    return None


_SHORT = 3
"""Letters of a word that tells nothing alone."""


def _subscription(given: list[str], *, is_wanted: bool) -> Wish:
    if not given:
        return OpenTopics()
    topic = given[0].lower()
    return SubscribeToAll(is_wanted) if topic == ALL else Subscribe(topic, is_wanted)


def _pause(given: list[str]) -> Wish:
    if given and given[0].isdecimal() and len(given[0]) <= len(str(LONGEST_PAUSE)) and int(given[0]) <= LONGEST_PAUSE:
        return Pause(int(given[0]))
    return AskPause()


def _about_event(command: Command, given: list[str]) -> Wish:
    event = _event_id(given[0]) if given else None
    if event is None:
        return OpenOwn() if command is Command.UNREGISTER else OpenEvents()
    if command is Command.UNREGISTER:
        return SignOff(event)
    if command is Command.REMIND:
        return Remind(event, _lead(given[1]) if len(given) > 1 else None)
    seats = given[1] if len(given) > 1 else ""
    if not seats.isdecimal():
        return SignUp(event, None)
    return SignUp(event, int(seats.lstrip("0")[:4] or "0"))  # more than four digits are too many anyway


def _event_id(text: str) -> int | None:
    found = re.fullmatch(r"(?:e_)?([1-9][0-9]{0,17})", text, re.ASCII)
    return int(found[1]) if found else None


def _lead(text: str) -> str | None:
    """A lead as it is written, or None, which asks for one."""
    try:
        return str(read_lead(text))
    except InvalidInput:
        return None


def _deep_link(argument: str) -> Wish | None:
    """What the link of a poster or a notice opens; None for a start without one, or with one nobody knows."""
    kind, _, number = argument.strip().partition("_")
    if kind == "e" and (event := _event_id(number)):
        return OpenEvent(event)
    return OpenTopic(number.lower()) if kind == "t" and number else None
