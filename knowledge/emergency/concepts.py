"""The concepts that a message names: "brennt", "yanıyor" and "горит" are all `burn`.

A detector that learns from concepts learns from the phrases of every language at once. The words of each concept are in
lexicon/emergency/concepts, a file for each language:

    concept: [word, brenn*, *brand, *gift*, nicht mehr]

brenn* begins so, *brand ends so, *gift* has it inside; several words stand in this order. What is listed under
`harmless_words` belongs to no other concept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from knowledge.emergency.terms import Terms
from knowledge.entry import DEFAULT_LANGUAGE
from knowledge.lexicon_files import read_lexicon
from knowledge.normalize import fold_word, stop_words, words

HARMLESS = "harmless_words"

LONGEST_WORD = 60
"""What is longer is no word, and would only take time."""

_APOSTROPHE = re.compile(r"['’ʼ]")
_PARTICLES = {"ar": re.compile(r"^(?:[وفبلك]?ال|[وفبل]|عم|بت|ح|رح)(?=..)")}
"""What is written together with the word behind it, though it is none of its letters."""

Places = tuple[frozenset[str], ...]
"""The concepts of each word of a message, in order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as a language understands it."""

    language: str
    words: tuple[str, ...]
    """Folded."""
    places: Places
    sure: float
    """How much speaks for this language: about the number of its words that are known."""


class Lexicon:
    """The concepts of one language."""

    def __init__(self, language: str, listed: dict[str, list[str]]):
        self.language = language
        self._names = sorted(listed)
        self._terms = Terms(())
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for number, name in enumerate(self._names):
            for term in listed[name] or ():
                parts = tuple(self._fold(part) for part in _APOSTROPHE.sub(" ", term).split())
                if len(parts) == 1:
                    self._terms.add(parts[0], number)
                elif parts:
                    self._phrases.setdefault(parts[0].strip("*")[:2], []).append((parts, name))
        self._read_word = lru_cache(maxsize=1 << 13)(self._concepts)

    def read(self, text: str) -> Reading:
        """The concepts of a message, and how much speaks for its being written in this language."""
        spoken = tuple(part for word in words(text) for part in _APOSTROPHE.split(word) if part)
        folded = tuple(fold_word(word[:LONGEST_WORD], self.language) for word in spoken)
        found = [set(self._read_word(word)) for word in folded]
        for place, word in enumerate(folded):
            for parts, name in self._phrases.get(word[:2], ()):
                if all(map(_fits, parts, folded[place : place + len(parts)])) and place + len(parts) <= len(folded):
                    for one in found[place : place + len(parts)]:
                        one.add(name)
        places = tuple(frozenset({HARMLESS} if HARMLESS in one else one) for one in found)
        functional = stop_words(self.language)
        sure = sum(1.0 if word in functional else 0.7 * bool(one) for word, one in zip(folded, places, strict=True))
        return Reading(self.language, folded, places, sure)

    def _concepts(self, word: str) -> frozenset[str]:
        found = self._terms.elements(word)
        particle = _PARTICLES.get(self.language)
        if particle and (bare := particle.sub("", word)) != word:
            found = found | self._terms.elements(bare)
        if not found and word not in stop_words(self.language):
            found = self._terms.elements_mistyped(word)
        return frozenset(self._names[number] for number in found)

    def _fold(self, term: str) -> str:
        stars = "*" * term.startswith("*"), "*" * (term.endswith("*") and len(term) > 1)
        return stars[0] + fold_word(term.strip("*"), self.language) + stars[1]


def _fits(term: str, word: str) -> bool:
    bare = term.strip("*")
    if term.startswith("*"):
        return bare in word if term.endswith("*") else word.endswith(bare)
    return word.startswith(bare) if term.endswith("*") else word == bare


@cache
def lexicons() -> Sequence[Lexicon]:
    """The concepts of each language there is a file for."""
    return [Lexicon(language, listed) for language, listed in concept_words().items()]


def concept_words() -> dict[str, dict[str, list[str]]]:
    """Language -> concept -> its words, as the files list them."""
    return read_lexicon("emergency", "concepts")


OTHER_SCRIPT = 0.7
"""What speaks for a language less, where a message is not written in its script: people do write Arabic or Bulgarian in
Latin letters, but German words stand in those lists too."""

_NATIVE = {"ar": re.compile("[\u0600-\u06ff]"), **dict.fromkeys(("ru", "uk", "bg"), re.compile("[\u0400-\u04ff]"))}
_LATIN = re.compile("[a-z]", re.IGNORECASE)


def read(text: str) -> list[Reading]:
    """A message as each language understands it, the likeliest first; of two as likely, German comes first."""
    found = []
    for lexicon in lexicons():
        reading = lexicon.read(text)
        if not _NATIVE.get(reading.language, _LATIN).search(text):
            reading = replace(reading, sure=reading.sure - OTHER_SCRIPT)
        found.append(reading)
    return sorted(found, key=lambda reading: (-reading.sure, reading.language != DEFAULT_LANGUAGE))
