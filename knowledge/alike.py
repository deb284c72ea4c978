"""Which questions say the same: in another order, in another spelling, written together or apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.features import SHORTEST_TYPO
from knowledge.normalize import Token, compound_parts, tokens

ALIKE = 0.82
"""Likeness, 0 to 1, from which two questions count as one. To ask "where" and not only name the thing is no other
question; one more word of its own is, unless there are many."""

SLIP = 0.8
"""Similarity, 0 to 1, from which one word may be the other mistyped: one slip in five letters, two in ten."""

FULL_WEIGHT = 6
"""Letters from which a word counts in full: shorter ones tell less ("wo", "wann", "Kita")."""


@dataclass(frozen=True)
class Gist:
    """What a question comes down to."""

    words: tuple[Token, ...]
    """Each of its words that carry meaning, once, in order."""

    @cached_property
    def weight(self) -> float:
        """Of all its words together."""
        return _weight(self.words)

    @cached_property
    def keys(self) -> frozenset[str]:
        """What it is found by: its words, and each two neighbours as one word."""
        joined = (first + second for (first, _), (second, _) in pairwise(self.words))
        return frozenset((*(stem for _, stem in self.words), *(folded for folded, _ in self.words), *joined))


def gist(text: str, language: str) -> Gist:
    """What a question comes down to; that of function words alone is these words, that of an emoji the emoji."""
    found = tokens(text, language) or tokens(text, language, keep_stop_words=True) or [(text.strip(), text.strip())]
    return Gist(tuple(dict.fromkeys(found)))


def likeness(one: Gist, other: Gist, known: Container[str] = ()) -> float:
    """How much two questions say the same, 0 to 1, whichever comes first.

    `known` holds the folded words of the language that are no slips of others: "anmelden" and "abmelden" differ.
    """
    if not one.weight or not other.weight:
        return 0.0
    left, right = list(one.words), list(other.words)
    for pairs in (_same, _slips):
        for first, second in pairs(left, right, known):
            if first in left and second in right:
                left.remove(first)
                right.remove(second)
    left, right = _without_compounds(left, right), _without_compounds(right, left)
    apart = _weight(left) + _weight(right)
    return 1 - apart / (one.weight + other.weight)


class Collection:
    """Questions under numbers, found again by what is like them; all of one language."""

    def __init__(self, language: str):
        self.language = language
        self._gists: dict[int, Gist] = {}
        self._holders: dict[str, set[int]] = {}
        """Key -> the questions that have it."""
        self._spellings: dict[str, Counter[str]] = {}
        """First letter -> the words that begin with it, and how many questions have each."""

    def __contains__(self, number: int) -> bool:
        return number in self._gists

    def put(self, number: int, text: str) -> None:
        """Keep a question under a new number."""
        self._gists[number] = gist(text, self.language)
        for key in self._gists[number].keys:
            self._holders.setdefault(key, set()).add(number)
        for word, _ in self._gists[number].words:
            self._spellings.setdefault(word[:1], Counter())[word] += 1

    def drop(self, number: int) -> None:
        """Keep a question no longer."""
        gone = self._gists.pop(number)
        for key in gone.keys:
            self._holders[key].discard(number)
            if not self._holders[key]:
                del self._holders[key]
        for word, _ in gone.words:
            self._spellings[word[:1]][word] -= 1
            if not self._spellings[word[:1]][word]:
                del self._spellings[word[:1]][word]

    def like(self, text: str, known: Container[str] = ()) -> list[int]:
        """The numbers of the questions that say the same as `text`, the most alike first; `known` as in `likeness`."""
        asked = gist(text, self.language)
        found = {number: likeness(asked, self._gists[number], known) for number in self._near(asked)}
        return sorted((number for number, value in found.items() if value >= ALIKE), key=lambda one: (-found[one], one))

    def _near(self, asked: Gist) -> Iterator[int]:
        """Those that share enough words to be worth a closer look."""
        meant = asked.keys | {spelling for word, _ in asked.words for spelling in self._spelled_like(word)}
        shared = Counter(number for key in meant for number in self._holders.get(key, ()))
        return (number for number, count in shared.items() if count >= len(asked.words) / 2)

    def _spelled_like(self, word: str) -> list[str]:
        """The words that may be meant by one."""
        if len(word) < SHORTEST_TYPO:
            return []
        choices = list(self._spellings.get(word[0], ()))
        near = process.extract(word, choices, scorer=OSA.normalized_similarity, score_cutoff=SLIP, limit=None)
        return [spelling for spelling, _, _ in near]


def _weight(words: Sequence[Token]) -> float:
    return sum(min(1.0, len(folded) / FULL_WEIGHT) for folded, _ in words)


def _same(left: Sequence[Token], right: Sequence[Token], _: Container[str]) -> Iterator[tuple[Token, Token]]:
    """The pairs that are one word."""
    return (pair for pair in product(left, right) if pair[0][1] == pair[1][1] or pair[0][0] == pair[1][0])


def _slips(left: Sequence[Token], right: Sequence[Token], known: Container[str]) -> Iterator[tuple[Token, Token]]:
    """The pairs of which one may be the other mistyped, the likeliest first."""
    scored = {(one, other): _similarity(one[0], other[0], known) for one, other in product(left, right)}
    likely = (pair for pair, value in scored.items() if value >= SLIP)
    return iter(sorted(likely, key=lambda pair: (-scored[pair], sorted(pair))))


def _similarity(one: str, other: str, known: Container[str]) -> float:
    """0 to 1; 0 for words that cannot be slips: both are known, numbers, or they begin differently."""
    is_sure = one in known and other in known
    if is_sure or min(len(one), len(other)) < SHORTEST_TYPO or one[0] != other[0] or not (one + other).isalpha():
        return 0.0
    return OSA.normalized_similarity(one, other)


def _without_compounds(words: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    """`words` without those that the others have written together or apart."""
    folded = [word for word, _ in words]
    split = {part for other, _ in others for part in compound_parts(other, folded) or ()}
    spelled = [word for word, _ in others]
    return [word for word in words if word[0] not in split and not compound_parts(word[0], spelled)]
