"""Which phrases of a language stand in a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.dates.lexicon import SHORTEST_CORRECTED, Lexicon, Phrase, plain
from knowledge.dates.pieces import Piece
from knowledge.dates.reckon import Said, Value
from knowledge.normalize import fold, stop_words

Keys = Mapping[str, Value]
"""All that one piece can stand for: its word, and slots with their values."""

Table = Mapping[str, tuple[Phrase, ...]]
"""Phrases by what they may begin with."""

NO_DAY = ("never", "hello")
"""Meanings of phrases that name no day: they take their words away from those that do."""

END = "$"
LONG_WORD, LONGEST_CORRECTED = 9, 30
"""Letters of a word in which two slips are forgiven, and of one in which none is."""

_ORDINAL = re.compile(r"(\d{1,2})([^\W\d]+)")
_APOSTROPHE = re.compile("['’ʼ]")
_HIGHEST = {"<number>": 60, "<day>": 31}


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase where it stands."""

    start: int
    """Index of its first piece."""
    end: int
    """Index behind its last piece."""
    said: Said
    """Its meaning, a rule's name or one of NO_DAY, and what stands in its slots."""


def readings(pieces: Sequence[Piece], lexicon: Lexicon) -> list[Keys]:
    """What each piece can stand for in a language, and the end of the message behind them."""
    return [*(_keys(piece, lexicon) for piece in pieces), {END: ()}]


def find(read: Sequence[Keys], tables: Sequence[Table]) -> list[Found]:
    """The phrases of a message from left to right, the longest where several begin; none overlap."""
    found: list[Found] = []
    place = 0
    while place < len(read) - 1:
        longest = max(_beginning_at(place, read, tables), key=_weight, default=None)
        if longest:
            found.append(longest)
        place = longest.end if longest else place + 1
    return found


def _weight(found: Found) -> tuple[int, bool]:
    return found.end - found.start, found.said.meaning in NO_DAY


def _beginning_at(place: int, read: Sequence[Keys], tables: Sequence[Table]) -> Iterable[Found]:
    rows = (phrase for table in tables for key in read[place] for phrase in table.get(key, ()))
    for row, meaning in rows:
        here = read[place : place + len(row)]
        if len(here) == len(row) and all(not part.isdisjoint(keys) for part, keys in zip(row, here, strict=True)):
            yield Found(place, min(place + len(row), len(read) - 1), _said(meaning, row, here))


def _said(meaning: str, row: Sequence[frozenset[str]], here: Sequence[Keys]) -> Said:
    return Said(
        meaning,
        tuple(
            (key, keys[key])
            for part, keys in zip(row, here, strict=True)
            for key in sorted(part & keys.keys())
            if key.startswith("<")
        ),
    )


def _keys(piece: Piece, lexicon: Lexicon) -> Keys:
    if piece.slot:
        return {piece.slot: piece.value}
    word = _word(piece.text, lexicon)
    if word.isdecimal():
        return _figure_keys(word, piece.after)
    keys: dict[str, Value] = {slot: (values[word],) for slot, values in lexicon.slots.items() if word in values}
    if ordinal := keys.pop("<ordinal>", None) or _with_ending(word, lexicon):
        keys |= {"<nth>": ordinal, "<day>": ordinal}
    return {word: (), **keys}


def _word(text: str, lexicon: Lexicon) -> str:
    """The folded word: "jusqu'à" as a whole where the lexicon has it so, else without what its apostrophe parts."""
    whole = fold(_APOSTROPHE.sub("", text))
    return whole if whole in lexicon.vocabulary else corrected(plain(text, lexicon.language), lexicon)


def _figure_keys(figure: str, after: str) -> Keys:
    keys: dict[str, Value] = {}
    if len(figure) <= 2:
        keys = {slot: (int(figure),) for slot, highest in _HIGHEST.items() if 1 <= int(figure) <= highest}
    if "<day>" in keys and after.startswith("."):
        keys["<nth>"] = keys["<day>"]
    if len(figure) == 4 and 1900 <= int(figure) < 2100:
        keys["<year>"] = (int(figure),)
    return keys


def _with_ending(word: str, lexicon: Lexicon) -> Value | None:
    """ "3rd" is the third."""
    match = _ORDINAL.fullmatch(word)
    if match is None or match[2] not in lexicon.ordinal_endings or not 1 <= int(match[1]) <= _HIGHEST["<day>"]:
        return None
    return (int(match[1]),)


def corrected(word: str, lexicon: Lexicon) -> str:
    """A folded word, or the one of the lexicon that it is with a slip of the pen (two in long ones).

    The first letter has to be right, for a wrong one is rare and makes another word ("Sorgen", "morgen").
    """
    if not SHORTEST_CORRECTED <= len(word) <= LONGEST_CORRECTED or word in lexicon.right:
        return word
    return word if word in stop_words(lexicon.language) else _nearest(word, lexicon.correctable)


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    alike = process.extract(word, known, scorer=OSA.distance, score_cutoff=2, limit=None)
    close = [
        (slips, other)
        for other, slips, _ in alike
        if other[0] == word[0] and slips <= (2 if len(other) >= LONG_WORD else 1)
    ]
    return min(close, default=(0, word))[1]
