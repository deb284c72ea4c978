"""A message as the finders see it: letter for letter as long as the original, but plain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.normalize import fold_word

LABELS = ("Name", "Telefon", "E-Mail", "Adresse", "IBAN", "Kennzeichen", "Datum", "Nummer", "Link", "Konto", "Text")
PLACEHOLDER = re.compile(r"\[(?:" + "|".join(LABELS) + r")\]")

WALL = "\ufffc"
"""Stands where something is masked already: no rule reads it, and none reads across it."""

_JOINT = "\u2060"
"""Stands for every character that is written but not seen (marks of direction, soft hyphens, joiners)."""

_TWINS = dict.fromkeys("’‘ʼʹ`´′", "'") | {
    "İ": "I",
    "\u2044": "/",
    "\u2215": "/",
    "＋": "+",
    "＠": "@",
    "．": ".",
    "−": "-",
}

# Letters of any script with the vowel marks on them; a hyphen joins, so does an apostrophe between Cyrillic letters.
_MARKED = r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0670\u2060])*"
_WORD = re.compile(rf"[^\W\d_]{_MARKED}(?:-[^\W\d_]{_MARKED}|(?<=[\u0400-\u052f])'(?=[\u0400-\u052f]){_MARKED})*")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a message that is not to be kept."""

    start: int
    """Place of its first character."""
    end: int
    """Place behind its last one."""
    label: str
    """What stands in its place, one of LABELS."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a message."""

    start: int
    end: int
    text: str
    """As it was typed."""
    key: str
    """Without case, accents and the spellings of umlauts."""
    capital: bool
    """Whether it is written with a capital that means something: not where all letters are capitals."""
    gap: str
    """What stands between it and the word before."""


def plain_text(text: str) -> str:
    """`text` with one kind of digit, space, dash and quote, and with WALL over the placeholders; as long as before."""
    plain = text if text.isascii() else text.translate(_PlainCharacters())
    return PLACEHOLDER.sub(lambda found: WALL * len(found.group()), plain) if "[" in plain else plain


class _PlainCharacters:
    """For str.translate: the usual character in the place of an unusual one."""

    def __getitem__(self, code: int) -> str:
        return _plain_character(chr(code))


@lru_cache(maxsize=4096)
def _plain_character(char: str) -> str:
    if char.isascii():
        return char
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Zs":
            return " "
        case "Pd":
            return "-"
        case "Cf":
            return _JOINT
    return _TWINS.get(char, char)


def covered(plain: str, spans: Iterable[Span]) -> str:
    """`plain` with WALL over the spans, which may overlap."""
    parts, done = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.end > done:
            parts += [plain[done : span.start], WALL * (span.end - max(done, span.start))]
            done = span.end
    return "".join(parts) + plain[done:]


def replaced(text: str, spans: Iterable[Span]) -> str:
    """`text` with the label of each span in its place; of overlapping spans the first one speaks."""
    parts, done = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start >= done:
            parts += [text[done : span.start], f"[{span.label}]"]
        done = max(done, span.end)
    return "".join(parts) + text[done:]


def words_of(plain: str) -> Sequence[Word]:
    """The words of a plain text in their order; numbers are no words."""
    means_something = not _shouts(plain)
    return list(_words(plain, means_something=means_something))


def _words(plain: str, *, means_something: bool) -> Iterator[Word]:
    done = 0
    for found in _WORD.finditer(plain):
        start, text = found.start(), found.group()
        yield Word(start, found.end(), text, key_of(text), means_something and text[0].isupper(), plain[done:start])
        done = found.end()


def key_of(word: str) -> str:
    """How a word is compared: "Ayşe" and "ayse", "Müller" and "mueller" are one."""
    return fold_word(word.replace("'", ""), "de")


def _shouts(plain: str) -> bool:
    upper = sum(map(str.isupper, plain))
    return upper > 8 and upper * 10 > 7 * sum(map(str.isalpha, plain))
