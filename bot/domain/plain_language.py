"""What makes a German text hard to read: hints for whoever writes it, never a ban."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LONGEST_SENTENCE = 15
"""Words. Source: Netzwerk Leichte Sprache, Die Regeln für Leichte Sprache: short sentences."""

LONGEST_WORD = 16
"""Letters in a row; a hyphen between the parts makes a long word readable."""


class Hurdle(StrEnum):
    """Why something is hard to read."""

    LONG_SENTENCE = "long sentence"
    PASSIVE = "passive"
    LONG_WORD = "long word"
    ABBREVIATION = "abbreviation"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that could be said more simply."""

    hurdle: Hurdle
    text: str
    """The sentence or word."""


_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LETTERS = re.compile(rf"(?<![\w@/.-])[^\W\d_]{{{LONGEST_WORD},}}(?![\w@/-])")
_SHORTENED = re.compile(
    r"\b(?:z\. ?B\.|d\. ?h\.|u\. ?a\.|o\. ?ä\.|i\. ?d\. ?R\."
    r"|(?:ggf|bzw|usw|etc|ca|evtl|inkl|zzgl|max|mind|Tel|Nr|Str)\.)"
)
_CAPITALS = re.compile(r"\b[A-ZÄÖÜ]{2,6}\b")
_EVERYBODY_KNOWS = frozenset({"WC", "PC", "TV", "EU", "SMS", "PDF", "ICE", "AG"})
_IS_DONE = re.compile(r"\b(?:wird|werden|wurde|wurden|worden)\b", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:(?:ab|an|auf|aus|bei|ein|mit|nach|vor|weg|zu|zurück)?ge\w+(?:t|en)|(?:be|ent|er|ver|zer)\w+t|\w+iert)\b",
    re.IGNORECASE,
)
_STRONG = (
    "gehen",
    "geben",
    "gelten",
    "gewinnen",
    "geschehen",
    "gehören",
    "gefallen",
    "gelingen",
    "genießen",
    "gestalten",
)
_OTHERS = ("gegen", "gerecht", "geeignet", "gesamt", "gesund", "bereit", "bekannt", "erst")
_NOT_DONE = frozenset((*_STRONG, *_OTHERS))
"""Words that look like a participle."""


def hints(text: str) -> list[Hint]:
    """What could be said more simply in a German text, in its order; each word once."""
    found = [hint for sentence in _sentences(text) for hint in _of_sentence(sentence, text)]
    return list(dict.fromkeys(found))


def _sentences(text: str) -> Iterator[str]:
    return (sentence.strip() for sentence in _SENTENCE_END.split(_whole(text)) if sentence.strip())


def _whole(text: str) -> str:
    """The text with abbreviations made one word, so that their full stops end no sentence."""
    return _SHORTENED.sub(lambda found: found.group().replace(". ", "."), text)


def _of_sentence(sentence: str, text: str) -> Iterator[Hint]:
    words = _WORD.findall(sentence)
    if len(words) > LONGEST_SENTENCE:
        yield Hint(Hurdle.LONG_SENTENCE, sentence)
    if _IS_DONE.search(sentence) and any(word.lower() not in _NOT_DONE for word in _DONE.findall(sentence)):
        yield Hint(Hurdle.PASSIVE, sentence)
    for word in _LETTERS.findall(sentence):
        yield Hint(Hurdle.LONG_WORD, word)
    capitals = [word for word in _CAPITALS.findall(sentence) if not _is_explained(word, text)]
    for word in (*_SHORTENED.findall(sentence), *capitals):
        yield Hint(Hurdle.ABBREVIATION, word)


def _is_explained(capitals: str, text: str) -> bool:
    """Whether everybody knows it, or the text says what it stands for: "Quartiersmanagement (QM)"."""
    return capitals in _EVERYBODY_KNOWS or f"({capitals})" in text or f"{capitals} (" in text
