"""A text as weighted features: words, neighbouring words and letters; the same for entries and for questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.normalize import Token, character_ngrams, compound_parts, joined_neighbours, tokens

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

# What a feature is made of shows in its first letter.
WORD, PAIR, LETTERS = "w", "p", "c"
GROUP_WEIGHTS: Mapping[str, float] = {WORD: 1.0, PAIR: 0.5, LETTERS: 2.0}
"""Share of each group in the similarity of two texts (measured on the starter content, leaving one phrasing out)."""

PART_WEIGHT = 0.6
"""A part of a compound, or a word joined from two, counts less than a word as it stands."""

MOST_CORRECTED = 20
"""Words of a question that are looked up by likeness: each costs a pass over the dictionary."""

SHORTEST_COMPOUND = 8
LONGEST_COMPOUND = 80
"""Letters: no word is longer, and taking one apart costs the square of its length."""

SHORTEST_TYPO = 4
CLOSE_ENOUGH = 0.74
"""Similarity from which an unknown word counts as a known one mistyped: one slip in four letters, two in eight."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One text, taken apart."""

    tokens: tuple[Token, ...]
    unknown: tuple[str, ...]
    """Folded words that no entry knows, nor anything like them; empty unless the text was analysed forgivingly."""
    words: Mapping[str, float]
    """Stem -> how often it counts, parts of compounds and corrected words included."""
    letters: Mapping[str, float]
    """Character n-gram -> how often."""
    pairs: Mapping[str, float]
    """Two stems that stand together, or with one word between."""

    def features(self) -> dict[str, float]:
        """All of it in one map, each feature marked with its group."""
        marked = {WORD + word: count for word, count in self.words.items()}
        marked.update((PAIR + pair, count) for pair, count in self.pairs.items())
        marked.update((LETTERS + gram, count) for gram, count in self.letters.items())
        return marked


class Analyzer:
    """Takes texts of one language apart, with the words of the knowledge base as its dictionary."""

    def __init__(self, language: str, known: Mapping[str, str]):
        self.language = language
        self.known = known
        """Folded word -> its stem, for every word of the knowledge base."""
        self._stems = frozenset(known.values())
        self._spellings = list(known)

    @classmethod
    def of(cls, language: str, texts: Iterable[str]) -> Analyzer:
        """The analyzer whose dictionary is the words of `texts`."""
        found = (tokens(text, language) or tokens(text, language, keep_stop_words=True) for text in texts)
        return cls(language, {folded: stem for listed in found for folded, stem in listed})

    def analyze(self, text: str, *, forgiving: bool = False) -> Analysis:
        """`text` taken apart; `forgiving` also reads unknown words as the known ones they resemble (for questions)."""
        # What consists of function words alone ("hallo", "danke") is compared by them.
        found = tokens(text, self.language) or tokens(text, self.language, keep_stop_words=True)
        if forgiving:  # a word typed without its accents has another stem, but is the same word
            found = [(folded, self.known.get(folded, stem)) for folded, stem in found]
        counts: dict[str, float] = {}
        unknown: list[str] = []
        for folded, stem in found:
            _add(counts, stem, 1.0)
            if not forgiving or stem in self._stems:
                continue
            corrections = self.corrections(folded) if len(unknown) < MOST_CORRECTED else []
            for other, similarity in corrections:
                _add(counts, other, similarity * similarity)
            if not corrections:
                unknown.append(folded)
        for part in self._parts(found):
            _add(counts, part, PART_WEIGHT)
        stems = [stem for _, stem in found]
        pairs: dict[str, float] = {}
        for first, second in [*pairwise(stems), *zip(stems, stems[2:], strict=False)]:
            _add(pairs, f"{first} {second}", 1.0)
        letters: dict[str, float] = {}
        for folded, _ in found:
            for gram in character_ngrams(folded):
                _add(letters, gram, 1.0)
        return Analysis(tuple(found), tuple(unknown), counts, letters, pairs)

    def corrections(self, folded: str) -> list[tuple[str, float]]:
        """Stems of the known words nearest to an unknown one, with their similarity from 0 to 1."""
        if len(folded) < SHORTEST_TYPO or not self._spellings:
            return []
        near = process.extract(
            folded, self._spellings, scorer=OSA.normalized_similarity, score_cutoff=CLOSE_ENOUGH, limit=3
        )
        return list({self.known[spelling]: similarity for spelling, similarity, _ in reversed(near)}.items())

    def _parts(self, found: Sequence[Token]) -> list[str]:
        parts: list[str] = []
        for folded, _ in found:
            if SHORTEST_COMPOUND <= len(folded) <= LONGEST_COMPOUND and (split := compound_parts(folded, self.known)):
                parts += [self.known[part] for part in split]
        joined = joined_neighbours((folded for folded, _ in found), self.known)
        return parts + [self.known[word] for word in joined]


def _add(counts: dict[str, float], key: str, amount: float) -> None:
    counts[key] = counts.get(key, 0.0) + amount


class Vocabulary:
    """Which features there are, where they stand, and how much each tells."""

    def __init__(self, names: Sequence[str], idf: Floats):
        self.names = names
        self.position = {name: place for place, name in enumerate(names)}
        self.idf = idf
        """Inverse document frequency of each feature: rare ones tell more."""
        groups = np.array([name[0] for name in names], dtype="U1")
        self._members = [(groups == group, weight) for group, weight in GROUP_WEIGHTS.items()]

    @classmethod
    def of(cls, documents: Sequence[Mapping[str, float]]) -> Vocabulary:
        """The features of `documents`, weighed by how few documents hold them."""
        holders: dict[str, int] = {}
        for document in documents:
            for name in document:
                holders[name] = holders.get(name, 0) + 1
        counts = np.fromiter(holders.values(), dtype=np.float32, count=len(holders))
        idf = np.log((1 + len(documents)) / (1 + counts)) + 1
        return cls(list(holders), idf.astype(np.float32))

    def vectors(self, documents: Sequence[Mapping[str, float]]) -> sp.csr_array:
        """One row of length 1 per document; its groups have the shares of GROUP_WEIGHTS.

        The dot product of two rows is the similarity of their texts, from 0 to 1.
        """
        rows, columns, counts = counted(documents, self.position)
        values = np.log1p(counts) * self.idf[columns]
        scaled = np.zeros_like(values)
        for members, weight in self._members:
            inside = members[columns]
            length = np.sqrt(np.bincount(rows[inside], values[inside] ** 2, minlength=len(documents)))
            scaled[inside] = np.sqrt(weight) * values[inside] / length[rows[inside]]
        length = np.sqrt(np.bincount(rows, scaled**2, minlength=len(documents)))
        scaled /= length[rows]
        shape = (len(documents), len(self.names))
        return sp.csr_array((scaled.astype(np.float32), (rows, columns)), shape=shape)


def counted(documents: Sequence[Mapping[str, float]], position: Mapping[str, int]) -> tuple[Integers, Integers, Floats]:
    """Row, column and count of every feature of the documents that `position` knows."""
    rows: list[int] = []
    columns: list[int] = []
    counts: list[float] = []
    for row, document in enumerate(documents):
        for name, count in document.items():
            column = position.get(name)
            if column is not None:
                rows.append(row)
                columns.append(column)
                counts.append(count)
    return np.array(rows, np.int32), np.array(columns, np.int32), np.array(counts, np.float32)
