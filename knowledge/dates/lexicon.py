"""The words for days and for what is on, in every language: the files of lexicon/dates, prepared for reading.

A phrase is a row of elements; each stands for one word, or for one date in figures. `a|b` is one of several, `a?` may
be missing, `<weekday>` is a slot, and `$` is the end of the message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from knowledge.lexicon_files import read_lexicon
from knowledge.normalize import fold_word, tokens, words

Phrase = tuple[tuple[frozenset[str], ...], str]
"""For each place what may stand there, words or slots, and the meaning of the whole."""

LINKS = ("to", "until", "since", "to_behind", "until_behind", "since_behind", "and")
"""What leads to a day, from it, or from one to another; in some languages it stands behind the day."""

SHORTEST_CORRECTED = 6
"""Letters of a word in which a slip is forgiven."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words, all folded."""

    language: str
    """Its code."""
    slots: Mapping[str, Mapping[str, int]]
    """For each slot its words and what they stand for."""
    ordinal_endings: frozenset[str]
    """Letters that make a figure the day of a month: "3rd"."""
    anywhere: Mapping[str, tuple[Phrase, ...]]
    """Phrases that name days in any sentence, by what they may begin with."""
    with_cue: Mapping[str, tuple[Phrase, ...]]
    """Those that do so only besides words that ask what is on."""
    alone: Mapping[str, tuple[Phrase, ...]]
    """Those that do so only where nothing else is said."""
    links: Mapping[str, frozenset[str]]
    """The words of each of LINKS."""
    cues: tuple[tuple[str, ...], ...]
    """Words that together ask what is on, in this order, with others between them."""
    cues_with_date: tuple[tuple[str, ...], ...]
    """Those that do so only besides a date: "was machen wir am Samstag"."""
    beside_cue: frozenset[str]
    """Words that may stand beside a cue, besides function words."""
    other_matters: frozenset[str]
    """Function words that ask something else, such as opening hours: "Was hat am Samstag auf?"."""
    beside_date: frozenset[str]
    """Words that may stand beside a date where there is no cue: "und am Dienstag?"."""
    greetings: frozenset[str]
    """Words for a day that are a greeting when called out alone: "Morgen!"."""
    correctable: tuple[str, ...]
    """Words in which a slip is forgiven."""
    right: frozenset[str]
    """Words that are right as they stand, though they look like one of those with a slip."""
    names_of_two: frozenset[str]
    """Words of a slot that are written apart, as some months."""
    attached: tuple[str, ...]
    """Particles that are written together with the next word, shortest first."""
    vocabulary: frozenset[str]
    """All words that mean something here: to them a particle may be attached."""


def plain(word: str, language: str) -> str:
    """A word folded as the matcher does it: without case, accents, and what an apostrophe adds ("Mayıs'ta")."""
    found = tokens(word, language, keep_stop_words=True)
    return found[0][0] if len(found) == 1 else fold_word(word, language)


def lexicons() -> Iterable[Lexicon]:
    """Every language that has a file."""
    return _lexicons().values()


@cache
def units() -> frozenset[str]:
    """Words of all languages behind which no date can stand: figures before "Uhr" and "Euro" are none."""
    return frozenset(plain(word, code) for code, file in _files().items() for word in file.get("units", ()))


@cache
def labels() -> frozenset[str]:
    """Words of all languages after which figures are no date: "Version", "um"."""
    return frozenset(plain(word, code) for code, file in _files().items() for word in file.get("labels", ()))


@cache
def _files() -> dict[str, dict[str, Any]]:
    return read_lexicon("dates")


@cache
def _lexicons() -> dict[str, Lexicon]:
    return {code: _lexicon(code, file) for code, file in _files().items()}


def _lexicon(code: str, file: Mapping[str, Any]) -> Lexicon:
    def folded(key: str) -> frozenset[str]:
        return frozenset(plain(word, code) for word in file.get(key, ()))

    def spoken(key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(plain(word, code) for word in words(phrase)) for phrase in file.get(key, ()))

    slots = _slots(code, file)
    phrases = {key: _phrases(code, file.get(key, {})) for key in ("anywhere", "with_cue", "alone")}
    links = {link: frozenset(plain(word, code) for word in file["links"].get(link, ())) for link in LINKS}
    cues, cues_with_date = spoken("cues"), spoken("cues_with_date")
    forgiven = folded("forgiven") | slots["<weekday>"].keys() | slots["<month>"].keys()
    known = forgiven.union(*cues, *cues_with_date, *(_literals(each) for each in phrases.values()))
    beside_cue, beside_date = folded("beside_cue"), folded("beside_date")
    named = {word for words_of_slot in slots.values() for word in words_of_slot}
    return Lexicon(
        language=code,
        slots=slots,
        ordinal_endings=folded("ordinal_endings"),
        anywhere=phrases["anywhere"],
        with_cue=phrases["with_cue"],
        alone=phrases["alone"],
        links=links,
        cues=cues,
        cues_with_date=cues_with_date,
        beside_cue=beside_cue,
        other_matters=folded("other_matters"),
        beside_date=beside_date,
        greetings=folded("greetings"),
        correctable=tuple(sorted(word for word in forgiven if len(word) >= SHORTEST_CORRECTED)),
        right=folded("right") | known,
        names_of_two=frozenset(name for name in named if " " in name),
        attached=tuple(sorted(folded("attached"), key=len)),
        vocabulary=known.union(named, *links.values(), beside_cue, beside_date),
    )


def _slots(code: str, file: Mapping[str, Any]) -> dict[str, Mapping[str, int]]:
    """The words of each slot; a weekday may be grown together with a part of the day ("Dienstagabend")."""
    listed = {
        f"<{slot}>": {plain(word, code): int(value) for value, forms in named.items() for word in forms}
        for slot, named in file["slots"].items()
    }
    glued = [plain(part, code) for part in file.get("glued", ())]
    listed["<weekday>"] |= {f"{word}{part}": day for word, day in listed["<weekday>"].items() for part in glued}
    return {"<part>": {plain(word, code): 0 for word in file.get("parts", ())}, **listed}


def _phrases(code: str, meanings: Mapping[str, str]) -> dict[str, tuple[Phrase, ...]]:
    """Every phrase in all its forms, longest first, by what it may begin with."""
    begun: dict[str, list[Phrase]] = defaultdict(list)
    for meaning, phrases in meanings.items():
        for row in (row for phrase in phrases.split(",") for row in _rows(code, phrase)):
            for first in row[0]:
                begun[first].append((row, meaning))
    return {first: tuple(sorted(found, key=lambda each: -len(each[0]))) for first, found in begun.items()}


def _rows(code: str, phrase: str) -> Iterator[tuple[frozenset[str], ...]]:
    """A phrase with and without each element that may be missing."""
    choices: list[tuple[tuple[frozenset[str], ...], ...]] = []
    for element in phrase.split():
        needed = frozenset(_element(code, part) for part in element.removesuffix("?").split("|"))
        choices.append((((needed,), ())) if element.endswith("?") else (((needed,),)))
    for chosen in product(*choices):
        if row := tuple(element for part in chosen for element in part):
            yield row


def _element(code: str, part: str) -> str:
    return part if part.startswith(("<", "$")) else plain(part, code)


def _literals(phrases: Mapping[str, tuple[Phrase, ...]]) -> set[str]:
    rows = (row for found in phrases.values() for row, _ in found)
    return {word for row in rows for element in row for word in element if not word.startswith(("<", "$"))}
