"""A shelf with one entry as it would be, made in a moment: for trying a change before it is published.

What the rest of the shelf learned and how rare each word is are taken over; only what belongs to the entry is made
anew. The result differs a little from the shelf that `build_shelf` gives, so residents are never answered from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from knowledge.bm25 import Bm25, Field, rarity, saturated
from knowledge.classifier import Classifier
from knowledge.entry import Entry
from knowledge.features import Analyzer, Floats, Vocabulary
from knowledge.index import FIELD_WEIGHTS, NEWCOMER, PROVISIONAL, TRUST, passages_of
from knowledge.profile import Profiles
from knowledge.shelf import Passage, Shelf

SAMPLED = 60
"""Entries by which the usual length of a field is estimated."""

Counts = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands on a shelf, and what of it is replaced."""

    column: int
    columns: int
    """1 where it replaces an entry, 0 where it is new."""
    start: int
    """The first of its passages."""
    end: int


def revised(shelf: Shelf, entry: Entry) -> Shelf:
    """The shelf with `entry` in place of the one with its id, or in addition; it must have words in the language."""
    place = _place(shelf, entry.id)
    written = list(passages_of(place.column, entry, shelf.language))
    known = dict(shelf.analyzer.known) | dict(Analyzer.of(shelf.language, (passage.text for passage in written)).known)
    analyzer = Analyzer(shelf.language, known)
    analyses = [analyzer.analyze(passage.text) for passage in written]
    documents = [analysis.features() for analysis in analyses]
    vocabulary = _vocabulary(shelf.vocabulary, documents, len(shelf.passages))
    usual = _sample(shelf)
    letters = _bm25(shelf.letters, place, _by_field(written, [each.letters for each in analyses]), usual.letters)
    names = [*shelf.entry_ids[: place.column], entry.id, *shelf.entry_ids[place.column + place.columns :]]
    passages = (*shelf.passages[: place.start], *written, *shelf.passages[place.end :])
    spelled = [" ".join(folded for folded, _ in analysis.tokens) for analysis in analyses]
    owners = np.array([passage.owner for passage in passages], dtype=np.int32)
    return replace(
        shelf,
        fingerprint=shelf.fingerprint + PROVISIONAL,
        entry_ids=tuple(names),
        analyzer=analyzer,
        vocabulary=vocabulary,
        words=_bm25(shelf.words, place, _by_field(written, [each.words for each in analyses]), usual.words),
        letters=letters,
        profiles=_profiles(shelf.profiles, letters, place, [each.letters for each in analyses]),
        passages=passages,
        passage_starts=np.searchsorted(owners, np.arange(len(names))).astype(np.int32),
        by_feature=_spliced(shelf.by_feature, place.start, place.end, vocabulary.vectors(documents).T.tocsr()),
        spelled=(*shelf.spelled[: place.start], *spelled, *shelf.spelled[place.end :]),
        classifier=_classifier(shelf, place, written),
    )


def _place(shelf: Shelf, entry_id: str) -> _Place:
    if entry_id not in shelf.entry_ids:
        return _Place(len(shelf.entry_ids), 0, len(shelf.passages), len(shelf.passages))
    column = shelf.entry_ids.index(entry_id)
    ends = [*shelf.passage_starts[1:].tolist(), len(shelf.passages)]
    return _Place(column, 1, int(shelf.passage_starts[column]), ends[column])


def _vocabulary(earlier: Vocabulary, documents: Sequence[Counts], passages: int) -> Vocabulary:
    new = list(dict.fromkeys(name for document in documents for name in document if name not in earlier.position))
    rare = np.full(len(new), np.log((1 + passages) / 2) + 1, dtype=np.float32)
    return Vocabulary([*earlier.names, *new], np.concatenate([earlier.idf, rare]))


def _classifier(shelf: Shelf, place: _Place, written: Sequence[Passage]) -> Classifier | None:
    """What the shelf learned; passages that it knows keep what they say, new ones speak for their entry."""
    if shelf.classifier is None:
        return None
    weights = shelf.classifier.weights
    if not place.columns:
        weights = np.hstack([weights, np.zeros((len(weights), 1), dtype=np.float32)])
    before = {
        (one.field, one.text): row for row, one in enumerate(shelf.passages[place.start : place.end], place.start)
    }
    rows = np.zeros((len(written), weights.shape[1]), dtype=np.float32)
    for row, passage in zip(rows, written, strict=True):
        if (known := before.get((passage.field, passage.text))) is not None:
            row[:] = weights[known]
        else:
            row[place.column] = TRUST.get(passage.field, 0.0) * NEWCOMER
    return Classifier(np.concatenate([weights[: place.start], rows, weights[place.end :]]))


# --- Words and letters ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lengths:
    """How long each field of an entry usually is."""

    words: Mapping[str, float]
    letters: Mapping[str, float]


def _sample(shelf: Shelf) -> _Lengths:
    chosen = set(range(0, len(shelf.entry_ids), max(1, len(shelf.entry_ids) // SAMPLED)))
    passages = [passage for passage in shelf.passages if passage.owner in chosen]
    analyses = [shelf.analyzer.analyze(passage.text) for passage in passages]
    return _Lengths(
        _usual_lengths(passages, [each.words for each in analyses]),
        _usual_lengths(passages, [each.letters for each in analyses]),
    )


def _usual_lengths(passages: Sequence[Passage], counts: Sequence[Counts]) -> dict[str, float]:
    lengths: dict[str, dict[int, float]] = {}
    for passage, terms in zip(passages, counts, strict=True):
        owners = lengths.setdefault(passage.field, {})
        owners[passage.owner] = owners.get(passage.owner, 0.0) + sum(terms.values())
    return {field: sum(owners.values()) / len(owners) for field, owners in lengths.items()}


def _by_field(passages: Sequence[Passage], counts: Sequence[Counts]) -> dict[str, dict[str, float]]:
    fields: dict[str, dict[str, float]] = {}
    for passage, terms in zip(passages, counts, strict=True):
        _add(fields.setdefault(passage.field, {}), terms)
    return fields


def _add(total: dict[str, float], terms: Counts) -> None:
    for term, count in terms.items():
        total[term] = total.get(term, 0.0) + count


def _bm25(earlier: Bm25, place: _Place, fields: Mapping[str, Counts], usual: Mapping[str, float]) -> Bm25:
    frequency: dict[str, float] = {}
    for name, counts in fields.items():
        length = sum(counts.values())
        weight, share = FIELD_WEIGHTS[name]
        each = float(Field((), weight, share).weight_at(length, usual.get(name, length)))
        _add(frequency, {term: count * each for term, count in counts.items()})
    new = [term for term in frequency if term not in earlier.position]
    entries = earlier.scores.shape[1] + 1 - place.columns
    idf = np.concatenate([earlier.idf, np.full(len(new), rarity(1, entries), dtype=np.float32)])
    terms = [*earlier.terms, *new]
    position = earlier.position | {term: len(earlier.terms) + offset for offset, term in enumerate(new)}
    rows = np.array([position[term] for term in frequency], dtype=np.int32)
    scores = idf[rows] * saturated(np.array(list(frequency.values()), dtype=np.float32))
    return Bm25(terms, idf, _spliced(earlier.scores, *_column(place), _one_column(rows, scores, len(terms))))


def _profiles(earlier: Profiles, letters: Bm25, place: _Place, counts: Sequence[Counts]) -> Profiles:
    content: dict[str, float] = {}
    for terms in counts:
        _add(content, terms)
    entries = earlier.by_term.shape[1]
    rare = np.full(len(letters.terms) - len(earlier.idf), np.log((1 + entries) / 2) + 1, dtype=np.float32)
    profiles = Profiles(letters.position, np.concatenate([earlier.idf, rare]), earlier.by_term)
    rows, values = profiles.vector(content)
    profiles.by_term = _spliced(earlier.by_term, *_column(place), _one_column(rows, values, len(letters.terms)))
    return profiles


def _column(place: _Place) -> tuple[int, int]:
    return place.column, place.column + place.columns


def _one_column(rows: np.ndarray, values: Floats, height: int) -> sp.csr_array:
    column: sp.csr_array = sp.coo_array((values, (rows, np.zeros_like(rows))), shape=(height, 1)).tocsr()
    return column.astype(np.float32)


def _spliced(matrix: sp.csr_array, start: int, end: int, columns: sp.csr_array) -> sp.csr_array:
    """The matrix with some columns replaced; it grows downwards as far as the new ones reach."""
    height, width = columns.shape[0], matrix.shape[1]
    rows = np.pad(matrix.indptr, (0, height - matrix.shape[0]), mode="edge")
    taller = sp.csr_array((matrix.data, matrix.indices, rows), shape=(height, width))
    parts = [part for part in (taller[:, :start], columns, taller[:, end:]) if part.shape[1]]
    spliced: sp.csr_array = sp.hstack(parts, format="csr")
    return spliced
