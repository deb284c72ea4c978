"""What one language knows, prepared for matching, and how each entry looks beside a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from rapidfuzz import fuzz

from knowledge.bm25 import Bm25
from knowledge.classifier import Classifier
from knowledge.features import Analysis, Analyzer, Floats, Integers, Vocabulary
from knowledge.profile import Profiles

CANDIDATES = 20
"""How many entries get the closer look."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an entry that a question may resemble."""

    owner: int
    """Row of its entry on the shelf."""
    field: str
    """One of index.FIELD_WEIGHTS."""
    text: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the features of candidates to probabilities."""

    weights: Floats
    """One weight per feature of FEATURES."""
    asked: int = 0
    """How many phrasings it was fitted on; 0: it is a default."""

    def probabilities(self, features: Floats) -> Floats:
        """How likely each candidate is the right one, 0 to 1; what is missing to 1 is "none of them"."""
        utilities = features @ self.weights
        top = max(0.0, float(utilities.max(initial=0.0)))
        powers = np.exp(utilities - top)
        return np.asarray(powers / (np.exp(-top) + powers.sum()), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The entries written in one language."""

    language: str
    fingerprint: str
    """Changes with everything that the shelf is made of."""
    entry_ids: tuple[str, ...]
    analyzer: Analyzer
    vocabulary: Vocabulary
    words: Bm25
    letters: Bm25
    profiles: Profiles
    passages: tuple[Passage, ...]
    """Sorted by owner, so that an entry's passages stand together."""
    passage_starts: Integers
    """Where each entry's passages begin."""
    by_feature: sp.csr_array
    """The passages' vectors, one column per passage, for quick products with a question."""
    spelled: tuple[str, ...]
    """The meaningful words of each passage, for comparing letter by letter."""
    classifier: Classifier | None
    """None where there is nothing, or too much, to learn from."""
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Signals:
    """One question beside every entry of a shelf; arrays have one number per entry."""

    analysis: Analysis
    words: Floats
    """BM25F over words."""
    letters: Floats
    """BM25F over character n-grams."""
    whole: Floats
    """Cosine between the question and all that the entry says, 0 to 1."""
    nearest: Floats
    """Similarity to the entry's most similar passage, 0 to 1."""
    nearest_passage: Integers
    """That passage."""
    learned: Floats
    """The classifier's score, about 1 for the right entry; 0 without a classifier."""
    unknown: float
    """Which part of the question's words, 0 to 1, no entry knows."""


def look(shelf: Shelf, question: str) -> Signals:
    """Every signal of the shelf for a question."""
    analysis = shelf.analyzer.analyze(question, forgiving=True)
    vector = shelf.vocabulary.vectors([analysis.features()])
    similarities = np.asarray((vector @ shelf.by_feature).todense(), dtype=np.float32).ravel()
    nearest, passage = nearest_passages(shelf, similarities)
    return Signals(
        analysis=analysis,
        words=shelf.words.score(analysis.words),
        letters=shelf.letters.score(analysis.letters),
        whole=shelf.profiles.score(analysis.letters),
        nearest=nearest,
        nearest_passage=passage,
        learned=shelf.classifier.score(similarities) if shelf.classifier else np.zeros_like(nearest),
        unknown=len(analysis.unknown) / len(analysis.tokens) if analysis.tokens else 1.0,
    )


def share(hits: Sequence[bool]) -> float:
    """Which part of `hits` is true, 0 to 1; 1 where there are none."""
    return sum(hits) / len(hits) if hits else 1.0


def nearest_passages(shelf: Shelf, similarities: Floats) -> tuple[Floats, Integers]:
    """For each entry the similarity of its most similar passage, and which one that is."""
    nearest = np.maximum.reduceat(similarities, shelf.passage_starts)
    lengths = np.diff(shelf.passage_starts, append=len(similarities))
    hits = np.flatnonzero(similarities == np.repeat(nearest, lengths))
    owners = np.searchsorted(shelf.passage_starts, hits, side="right") - 1
    passage = np.zeros(len(nearest), dtype=np.int32)
    passage[owners[::-1]] = hits[::-1]  # the first of equals stays
    return nearest, passage


FEATURES = (
    "words",  # BM25F, as a share of the best entry's
    "letters",
    "nearest",  # similarity to the nearest passage
    "learned",  # the classifier
    "covered",  # which share of the question's words the entry holds, by their weight
    "covered_letters",
    "spelling",  # the nearest passage letter by letter, words in any order
    "unknown",  # share of words that no entry knows
    "short",  # 1 / number of words
    "whole",  # similarity to all that the entry says
    "whole_share",  # the same, as a share of the best entry's
    "nearest_share",  # similarity to the nearest passage, as a share of the best entry's
    "match",  # constant: against "no entry fits"
)


def candidates(shelf: Shelf, signals: Signals, without: int | None = None) -> tuple[Integers, Floats]:
    """The entries worth a closer look, best first, and their features (one row each, columns as FEATURES).

    `without` leaves one entry out, as if it were not on the shelf.
    """
    relative = (_relative(signals.words), _relative(signals.letters), _relative(signals.whole))
    fused = sum(relative, signals.nearest + 2 * signals.learned)
    if without is not None:
        fused[without] = -np.inf
    count = min(CANDIDATES, len(fused) - (without is not None))
    if count < 1:
        return np.zeros(0, dtype=np.int32), np.zeros((0, len(FEATURES)), dtype=np.float32)
    best = np.argpartition(-fused, count - 1)[:count].astype(np.int32)
    best = best[np.argsort(-fused[best], kind="stable")]
    return best, _describe(shelf, signals, best)


def _describe(shelf: Shelf, signals: Signals, entries: Integers) -> Floats:
    analysis = signals.analysis
    question = " ".join(folded for folded, _ in analysis.tokens)
    spelling = [
        fuzz.token_sort_ratio(question, shelf.spelled[passage]) / 100 for passage in signals.nearest_passage[entries]
    ]
    columns = [
        _relative(signals.words[entries]),
        _relative(signals.letters[entries]),
        signals.nearest[entries],
        signals.learned[entries],
        signals.words[entries] / max(shelf.words.ceiling(analysis.words), 1e-6),
        signals.letters[entries] / max(shelf.letters.ceiling(analysis.letters), 1e-6),
        np.array(spelling),
        np.full(len(entries), signals.unknown),
        np.full(len(entries), 1 / max(1, len(analysis.tokens))),
        signals.whole[entries],
        _relative(signals.whole)[entries],
        _relative(signals.nearest)[entries],
        np.ones(len(entries)),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _relative(scores: Floats) -> Floats:
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
