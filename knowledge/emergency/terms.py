"""Words and pieces of words, found in messages whose words may contain a slip of the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

SHORTEST_TYPO = 5
"""Words of so many letters may contain one slip: a letter missing, doubled or swapped, or one for another like it."""

SHORTEST_BEGINNING = 7
"""The same for beginnings of words: brenn* forgives nothing, vergift* does."""

LONG_WORD = 9
"""From so many letters one may stand for any other."""

NUMBER = "0"
"""A term that stands for any number."""


class Terms:
    """Words and pieces of words (brennt, brenn*, *brand, *gift*) -> the elements they belong to."""

    def __init__(self, alike: Iterable[str]) -> None:
        self._alike = {pair for letters in alike for pair in (letters, letters[::-1])}
        self._whole: dict[str, set[int]] = {}
        self._starts: dict[str, set[int]] = {}
        self._ends: dict[str, set[int]] = {}
        self._inside: dict[str, set[int]] = {}
        self._slips: dict[str, set[str]] = {}
        self._lengths: set[int] = set()

    def add(self, term: str, element: int) -> None:
        """Lets `term`, folded and with its stars, stand for an element."""
        bare = term.strip("*")
        opened, closed = term.startswith("*"), term.endswith("*")
        table = (self._inside if closed else self._ends) if opened else (self._starts if closed else self._whole)
        table.setdefault(bare, set()).add(element)
        if not opened and len(bare) >= (SHORTEST_BEGINNING if closed else SHORTEST_TYPO):
            for piece in _one_letter_less(bare):
                self._slips.setdefault(piece, set()).add(bare)
            if closed:
                self._lengths |= {len(bare) - 1, len(bare), len(bare) + 1}

    def __contains__(self, word: object) -> bool:
        return word in self._whole

    def elements(self, word: str) -> set[int]:
        """The elements that `word` may stand for, spelled as it is."""
        found = set(self._whole.get(word, ()))
        if word.isdecimal():
            found |= self._whole.get(NUMBER, set())
        for cut in range(1, len(word) + 1):
            found |= self._starts.get(word[:cut], set())
            found |= self._ends.get(word[-cut:], set())
        for piece, elements in self._inside.items():
            if piece in word:
                found |= elements
        return found

    def elements_mistyped(self, word: str) -> set[int]:
        """The elements that `word` may stand for, if one slip is taken back."""
        found: set[int] = set()
        for term in self._one_slip_away(word):
            found |= self._whole.get(term, set())
        for length in self._lengths:
            # The last letter must be right: "schlaf" is no beginning of "schlag" mistyped.
            for term in self._one_slip_away(word[:length]) if len(word) >= length else ():
                if term[-1] == word[length - 1]:
                    found |= self._starts.get(term, set())
        return found

    def _one_slip_away(self, word: str) -> Iterator[str]:
        if len(word) < SHORTEST_TYPO:
            return
        for term in {term for piece in _one_letter_less(word) for term in self._slips.get(piece, ())}:
            slip = _slip(word, term)
            if not slip or slip in self._alike or (slip != "?" and len(word) >= LONG_WORD):
                yield term


def _slip(word: str, term: str) -> str:
    """Two letters of which one was typed for the other; "" if one is missing, doubled or swapped, "?" for no slip."""
    if word[0] != term[0] or OSA.distance(word, term, score_cutoff=1) > 1:
        return "?"  # "rennt" is no mistyped "brennt"
    if len(word) != len(term):
        return ""
    differing = [a + b for a, b in zip(word, term, strict=True) if a != b]
    if word[:-1] == term[:-1]:
        return "?"  # another ending: "toter" is no mistyped "toten"
    return differing[0] if len(differing) == 1 else ""


def _one_letter_less(word: str) -> set[str]:
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}
