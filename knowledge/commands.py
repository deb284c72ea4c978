"""What people type instead of tapping a button, in every language: "Menü", "talk to a person", "ja", "und wann offen?".

The words are in lexicon/commands, a file for each language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import TypeVar

from knowledge.language import KNOWN
from knowledge.lexicon_files import read_lexicon
from knowledge.normalize import fold, fold_word, stop_words, words


class Command(StrEnum):
    """What a resident can ask of the bot itself (contract: "Commands in the chat")."""

    START = "start"
    MENU = "menu"
    HELP = "help"
    LANGUAGE = "language"
    TEAM = "team"
    STOP = "stop"
    PRIVACY = "privacy"
    MYDATA = "mydata"
    FORGET = "forget"
    EVENTS = "events"
    TOPICS = "topics"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    PAUSE = "pause"
    REGISTER = "register"
    UNREGISTER = "unregister"
    REMIND = "remind"


class Word(StrEnum):
    """A word that means something only after what was said before."""

    YES = "yes"
    NO = "no"
    NONE = "none"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    AGAIN = "again"
    CANCEL = "cancel"


class Attribute(StrEnum):
    """One thing to know about an entry."""

    HOURS = "ask_hours"
    PLACE = "ask_place"
    PHONE = "ask_phone"
    COST = "ask_cost"
    MAIL = "ask_mail"
    LANGUAGE = "ask_language"
    ACCESS = "ask_access"
    WEB = "ask_web"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a short message says; at most one of the three."""

    command: Command | None = None
    word: Word | None = None
    attribute: Attribute | None = None
    languages: tuple[str, ...] = field(default=(), compare=False)
    """Those that have the words of a command or a word, in the order of KNOWN."""


MOST_WORDS = 8
"""A message of more words is a question."""

MOST_POLITE_WORDS = 12
"""The same of one that asks for a person."""

_DIGITS = {"1": Word.FIRST, "2": Word.SECOND, "3": Word.THIRD}

Spoken = tuple[str, ...]
"""The folded words of a phrase."""

Meaning = TypeVar("Meaning")

_TALK, _PERSON, _BESIDE = "team_talk", "team_person", "team_beside"
"""What words mean by which somebody asks for a person."""


def hear(text: str) -> Heard:
    """What `text` says, where it is no more than a command, a short answer or a question about what was shown.

    "Und wann offen?" asks for an attribute, because besides it there are only function words of the same language.
    """
    spoken = tuple(words(text))
    if not spoken or len(spoken) > MOST_POLITE_WORDS:
        return Heard()
    folded = _folded(spoken)
    if len(folded) == 1 and (place := _DIGITS.get(folded[0])):
        return Heard(word=place)
    if known := _whole_messages().get(folded):
        return known
    if languages := _wants_a_person(spoken):
        return Heard(command=Command.TEAM, languages=languages)
    return Heard(attribute=_attribute(spoken) if len(spoken) <= MOST_WORDS else None)


def _wants_a_person(spoken: Spoken) -> tuple[str, ...]:
    """The languages in which a message says, in words of its own, that somebody wants to talk to a person.

    Any word beside that, "about debts", makes it a question.
    """
    found: list[str] = []
    for language, phrases in _parts_of_asking().items():
        folded = tuple(fold_word(word, language) for word in spoken)
        if {_TALK, _PERSON} <= set(_cover(folded, phrases, stop_words(language))):
            found.append(language)
    return tuple(sorted(found, key=KNOWN.index))


def _attribute(spoken: Spoken) -> Attribute | None:
    """The first attribute that is asked for in a language of which every other word is a function word.

    Where several languages have the words, that one counts in which fewer phrases say it: "adresse mail" is one in
    French and two in German.
    """
    found: list[list[Attribute]] = []
    for language, phrases in _attributes().items():
        folded = tuple(fold_word(word, language) for word in spoken)
        found.append(_cover(folded, phrases, stop_words(language)))
    return min(filter(None, found), key=len, default=[None])[0]


def _cover(spoken: Spoken, phrases: Mapping[Spoken, Meaning], functional: frozenset[str]) -> list[Meaning]:
    """What the phrases of the message mean, longest phrases first; nothing where another word stands."""
    found: list[Meaning] = []
    place = 0
    while place < len(spoken):
        ends = range(len(spoken), place, -1)
        end = next((end for end in ends if spoken[place:end] in phrases), None)
        if end is not None:
            found.append(phrases[spoken[place:end]])
        elif spoken[place] not in functional:
            return []
        place = end or place + 1
    return found


def _folded(spoken: Sequence[str]) -> Spoken:
    return tuple(fold(word) for word in spoken)


@cache
def _lexicon() -> dict[str, dict[str, list[str]]]:
    """Language -> what is meant -> phrases."""
    return read_lexicon("commands")


@cache
def _whole_messages() -> dict[Spoken, Heard]:
    heard: dict[Spoken, Heard] = {}
    for language in sorted(_lexicon(), key=KNOWN.index):
        for meaning in (*Command, *Word):
            new = Heard(command=meaning) if isinstance(meaning, Command) else Heard(word=meaning)
            for phrase in _lexicon()[language].get(meaning.value, ()):
                known = heard.setdefault(_folded(tuple(words(phrase))), new)
                if language not in known.languages:
                    heard[_folded(tuple(words(phrase)))] = replace(known, languages=(*known.languages, language))
    return heard


@cache
def _attributes() -> dict[str, dict[Spoken, Attribute]]:
    return _phrases({attribute.value: attribute for attribute in Attribute})


@cache
def _parts_of_asking() -> dict[str, dict[Spoken, str]]:
    return _phrases({name: name for name in (_TALK, _PERSON, _BESIDE)})


def _phrases(meanings: Mapping[str, Meaning]) -> dict[str, dict[Spoken, Meaning]]:
    """Language -> folded words -> what they mean, of the lexicon's lists with these names."""
    return {
        language: {
            tuple(fold_word(word, language) for word in words(phrase)): meaning
            for name, meaning in meanings.items()
            for phrase in lexicon.get(name, ())
        }
        for language, lexicon in _lexicon().items()
    }
