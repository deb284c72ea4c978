"""The whole of an entry as one vector of letter n-grams: how alike a question and all that an entry says are.

The classical cosine of TF-IDF vectors. Source: Manning, Raghavan, Schütze: Introduction to Information Retrieval,
2008, chapter 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from knowledge.features import Floats, counted


class Profiles:
    """The vectors of all entries of a shelf."""

    def __init__(self, position: Mapping[str, int], idf: Floats, by_term: sp.csr_array):
        self._position = position
        self.idf = idf
        self.by_term = by_term
        """One row per term, one column of length 1 per entry."""

    @classmethod
    def of(cls, documents: Sequence[Mapping[str, float]], position: Mapping[str, int]) -> Profiles:
        """The profiles of entries, given the count of each term in all their fields; `position` numbers the terms."""
        rows, columns, counts = counted(documents, position)
        holders = np.bincount(columns, minlength=len(position))
        idf = (np.log((1 + len(documents)) / (1 + holders)) + 1).astype(np.float32)
        values = (1 + np.log(np.maximum(counts, 1e-6))) * idf[columns]
        length = np.sqrt(np.bincount(rows, values**2, minlength=len(documents)))
        shape = (len(position), len(documents))
        vectors: sp.csr_array = sp.coo_array((values / length[rows], (columns, rows)), shape=shape).tocsr()
        return cls(position, idf, vectors.astype(np.float32))

    def score(self, terms: Mapping[str, float]) -> Floats:
        """The cosine between a question and each entry, from 0 to 1."""
        places, values = self.vector(terms)
        question = sp.csr_array((values, (np.zeros_like(places), places)), shape=(1, self.by_term.shape[0]))
        return np.asarray((question @ self.by_term).todense(), dtype=np.float32).ravel()

    def score_without(self, document: Mapping[str, float], terms: Mapping[str, float]) -> float:
        """The cosine between a question and an entry of these counts, were the question no part of the entry."""
        left = {term: count - terms.get(term, 0.0) for term, count in document.items()}
        places, values = self.vector({term: count for term, count in left.items() if count > 0.5})
        asked = dict(zip(*(array.tolist() for array in self.vector(terms)), strict=True))
        return float(sum(value * asked.get(place, 0.0) for place, value in zip(places.tolist(), values, strict=True)))

    def vector(self, terms: Mapping[str, float]) -> tuple[np.ndarray, Floats]:
        """Where the known terms stand, and their weights, of length 1 together."""
        _, places, counts = counted([terms], self._position)
        values = (1 + np.log(np.maximum(counts, 1e-6))) * self.idf[places]
        length = float(np.sqrt((values**2).sum())) or 1.0
        return places, np.asarray(values / length, dtype=np.float32)
