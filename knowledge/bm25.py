"""BM25F: how well an entry's fields cover the words of a question, rare words first.

Source: Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.features import Floats, Integers, counted

SATURATION = 1.2
"""k1: how soon a repeated word stops adding."""


def saturated(frequency: Floats) -> Floats:
    """What a weighted frequency counts: each repetition less than the one before."""
    return np.asarray(frequency * (SATURATION + 1) / (SATURATION + frequency), dtype=np.float32)


def rarity(holders: NDArray[Any] | int, entries: int) -> Floats:
    """The inverse document frequency of terms that so many of the entries hold."""
    return np.log1p((entries - np.asarray(holders) + 0.5) / (np.asarray(holders) + 0.5)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Field:
    """One part of every entry, in the order of the entries."""

    documents: Sequence[Mapping[str, float]]
    """Term -> count, one document per entry."""
    weight: float
    length_share: float
    """b: how far a long field counts for less, from 0 to 1."""

    def weight_at(self, lengths: NDArray[Any] | float, average: float) -> Floats:
        """What one occurrence adds to an entry's frequency of a term, where its field is so long."""
        return np.asarray(self.weight / (1 - self.length_share + self.length_share * lengths / (average or 1)))


class Bm25:
    """The scores of all entries for any question over one kind of terms."""

    def __init__(self, terms: Sequence[str], idf: Floats, scores: sp.csr_array):
        self.terms = terms
        self.position = {term: place for place, term in enumerate(terms)}
        self.idf = idf
        self.scores = scores
        """What each term (row) adds to each entry (column)."""
        self.unknown_idf = float(idf.max()) if len(idf) else 1.0

    def score(self, terms: Mapping[str, float]) -> Floats:
        """One score per entry; 0 where an entry shares no term with the question."""
        places, amounts = self._known(terms)
        question = sp.csr_array((amounts, (np.zeros_like(places), places)), shape=(1, len(self.terms)))
        return np.asarray((question @ self.scores).todense(), dtype=np.float32).ravel()

    def ceiling(self, terms: Mapping[str, float]) -> float:
        """The score that an entry full of every term would get; terms nobody knows count as rare ones."""
        known = sum(amount * self.idf[self.position[term]] for term, amount in terms.items() if term in self.position)
        unknown = sum(amount for term, amount in terms.items() if term not in self.position)
        return float((known + unknown * self.unknown_idf) * (SATURATION + 1))

    def contributions(self, terms: Mapping[str, float], entry: int) -> dict[str, float]:
        """What each term of a question added to one entry's score; only terms that did."""
        column = self.scores[:, [entry]].toarray().ravel()
        added = {
            term: amount * float(column[self.position[term]]) for term, amount in terms.items() if term in self.position
        }
        return {term: score for term, score in added.items() if score > 0}

    def _known(self, terms: Mapping[str, float]) -> tuple[np.ndarray, Floats]:
        known = [(self.position[term], amount) for term, amount in terms.items() if term in self.position]
        places = np.array([place for place, _ in known], dtype=np.int32)
        return places, np.array([amount for _, amount in known], dtype=np.float32)


class Bm25Builder:
    """The counts behind the scores; kept while an index is built, to score an entry without one of its phrasings."""

    def __init__(self, fields: Mapping[str, Field], entries: int):
        position: dict[str, int] = {}
        for field in fields.values():
            for document in field.documents:
                for term in document:
                    position.setdefault(term, len(position))
        self.position = position
        self.share: dict[str, Floats] = {}
        """What one occurrence in a field of an entry adds to the entry's frequency of a term."""
        parts: list[tuple[Integers, Integers, Floats]] = []
        for name, field in fields.items():
            rows, columns, counts = counted(field.documents, position)
            lengths = np.bincount(rows, counts, minlength=entries)
            average = lengths.sum() / max(1, np.count_nonzero(lengths))
            share = field.weight_at(lengths, average)
            self.share[name] = share.astype(np.float32)
            parts.append((rows, columns, counts * self.share[name][rows]))
        rows, columns, values = (np.concatenate([part[place] for part in parts]) for place in range(3))
        table: sp.csr_array = sp.coo_array((values, (rows, columns)), shape=(entries, len(position))).tocsr()
        self.frequency = table.astype(np.float32)
        """Weighted term frequency of each entry (row) and term (column), over all its fields."""
        holders = np.bincount(self.frequency.indices, minlength=len(position))
        self.idf = rarity(holders, entries)

    def build(self) -> Bm25:
        """The scores, ready for questions."""
        weights = self.frequency.tocsr(copy=True)
        weights.data = self._weight(weights.data, weights.indices)
        return Bm25(list(self.position), self.idf, weights.T.tocsr())

    def score_without(self, terms: Mapping[str, float], entry: int, field: str) -> float:
        """The score of `entry` for `terms`, as if the field of it that they stand in did not hold them."""
        places = np.array([self.position[term] for term in terms], dtype=np.int32)
        amounts = np.array(list(terms.values()), dtype=np.float32)
        left = np.maximum(self._row(entry, places) - amounts * self.share[field][entry], 0.0)
        left[left < 1e-4] = 0.0
        return float(amounts @ self._weight(left, places))

    def _row(self, entry: int, places: np.ndarray) -> Floats:
        start, end = self.frequency.indptr[entry], self.frequency.indptr[entry + 1]
        found = dict(
            zip(self.frequency.indices[start:end].tolist(), self.frequency.data[start:end].tolist(), strict=True)
        )
        return np.array([found.get(place, 0.0) for place in places.tolist()], dtype=np.float32)

    def _weight(self, frequency: Floats, columns: np.ndarray) -> Floats:
        return np.asarray(self.idf[columns] * saturated(frequency), dtype=np.float32)
