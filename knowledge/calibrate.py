"""How sure the matcher may be, measured on the knowledge base itself.

Each phrasing is asked as if it had never been written (its entry should win), and as if its whole entry were missing
(nothing should win). From the features of the candidates, a conditional logit model learns how likely each candidate
is the right one, and how likely none is. Source: McFadden: Conditional Logit Analysis (1974).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.bm25 import Bm25Builder
from knowledge.features import Analysis, Floats
from knowledge.shelf import FEATURES, Calibration, Shelf, Signals, candidates, nearest_passages, share

DEFAULT = Calibration(np.array([0.5, 2.0, 0.5, 1.2, 2.0, 2.0, 0.1, -0.9, -2.5, 1.2, 1.0, 1.2, -4.8], dtype=np.float32))
"""For knowledge bases with too few phrasings, and what every fit starts from.

Chosen over the bases of bench/ together: close to the likeliest weights there, but surer of rank 1 (docs/matching.md).
"""

OUT_OF_SCOPE_SHARE = 0.2
"""Which share of residents' messages no entry answers: a rule of thumb that the model is told."""

FEWEST, SAMPLE = 30, 600
"""How many phrasings a calibration needs, and how many it asks at most."""

STRENGTH = 600.0
"""How strongly a fit is drawn to the default, in questions: phrasings of one hand are no residents'
questions, so they are not believed alone."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What building a shelf leaves behind for its calibration; one row (or item) per passage."""

    analyses: Sequence[Analysis]
    vectors: sp.csr_array
    left_out: Floats | None
    """The classifier's scores for every passage, had it not seen it."""
    words: Bm25Builder
    letters: Bm25Builder
    contents: Sequence[Mapping[str, float]]
    """Per entry the letter n-grams of all its fields."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One question put to the shelf whose right answer is known."""

    features: Floats
    """One row per candidate, columns as FEATURES."""
    right: int | None
    """Row of the right candidate; None: none of them is."""
    weight: float


def calibrate(shelf: Shelf, evidence: Evidence, asked_field: str) -> Calibration:
    """Fit the probabilities to the shelf's own passages of `asked_field`; the default where they are too few."""
    asked = [place for place, passage in enumerate(shelf.passages) if passage.field == asked_field]
    asked = asked[:: max(1, -(-len(asked) // SAMPLE))]
    if len(asked) < FEWEST or len(shelf.entry_ids) < 2:
        return DEFAULT
    holders = _Holders(shelf, evidence.analyses)
    trials = [trial for passage in asked for trial in _trials(shelf, evidence, holders, passage)]
    return Calibration(fit(trials, DEFAULT.weights, STRENGTH), asked=len(asked))


def _trials(shelf: Shelf, evidence: Evidence, holders: _Holders, passage: int) -> Iterable[Trial]:
    """The passage asked as if it were not written, and as if its entry were not."""
    owner = shelf.passages[passage].owner
    best, features = candidates(shelf, _without(shelf, evidence, holders, passage))
    places = np.flatnonzero(best == owner)
    yield Trial(features, int(places[0]) if len(places) else None, 1 - OUT_OF_SCOPE_SHARE)
    _, features = candidates(shelf, _without(shelf, evidence, holders, passage, whole_entry=True), without=owner)
    yield Trial(features, None, OUT_OF_SCOPE_SHARE)


def _without(
    shelf: Shelf, evidence: Evidence, holders: _Holders, passage: int, *, whole_entry: bool = False
) -> Signals:
    """The signals of a passage's text, had the passage (or its whole entry) never been written."""
    owner, field = shelf.passages[passage].owner, shelf.passages[passage].field
    analysis = evidence.analyses[passage]
    similarities = np.asarray((evidence.vectors[[passage], :] @ shelf.by_feature).todense(), dtype=np.float32).ravel()
    similarities[passage] = 0.0
    nearest, nearest_passage = nearest_passages(shelf, similarities)
    words, letters = shelf.words.score(analysis.words), shelf.letters.score(analysis.letters)
    words[owner] = 0.0 if whole_entry else evidence.words.score_without(analysis.words, owner, field)
    letters[owner] = 0.0 if whole_entry else evidence.letters.score_without(analysis.letters, owner, field)
    whole = shelf.profiles.score(analysis.letters)
    whole[owner] = 0.0 if whole_entry else shelf.profiles.score_without(evidence.contents[owner], analysis.letters)
    stems = [stem for _, stem in analysis.tokens]
    return Signals(
        analysis=analysis,
        words=words,
        letters=letters,
        whole=whole,
        nearest=nearest,
        nearest_passage=nearest_passage,
        learned=np.zeros_like(nearest) if evidence.left_out is None else evidence.left_out[passage],
        unknown=share([holders.only(stem, owner if whole_entry else None) for stem in stems]),
    )


class _Holders:
    """Which words stand in one passage alone, or in one entry alone."""

    def __init__(self, shelf: Shelf, analyses: Sequence[Analysis]):
        self._passages: Counter[str] = Counter()
        self._owners: dict[str, set[int]] = {}
        for passage, analysis in zip(shelf.passages, analyses, strict=True):
            for word in analysis.words:
                self._passages[word] += 1
                self._owners.setdefault(word, set()).add(passage.owner)

    def only(self, word: str, owner: int | None) -> bool:
        """Whether no other passage (with `owner`: no other entry) holds the word."""
        if owner is None:
            return self._passages[word] <= 1
        return self._owners.get(word, set()) <= {owner}


def fit(trials: Sequence[Trial], prior: Floats, strength: float) -> Floats:
    """The weights under which the right candidates are most likely, drawn towards `prior`."""
    from scipy.optimize import minimize  # noqa: PLC0415 (20 MB, which a process that only answers need not hold)

    width = max(len(trial.features) for trial in trials)
    features = np.zeros((len(trials), width, len(FEATURES)))
    missing = np.ones((len(trials), width), dtype=bool)
    right = np.zeros((len(trials), width))
    weights = np.array([trial.weight for trial in trials])
    for row, trial in enumerate(trials):
        features[row, : len(trial.features)] = trial.features
        missing[row, : len(trial.features)] = False
        if trial.right is not None:
            right[row, trial.right] = 1.0

    def loss(guess: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utilities = np.where(missing, -np.inf, features @ guess)
        top = np.maximum(utilities.max(axis=1), 0.0)
        powers = np.exp(utilities - top[:, None])
        total = powers.sum(axis=1) + np.exp(-top)
        chosen = np.where(right > 0, utilities, 0.0).sum(axis=1)
        likelihood = weights @ (chosen - top - np.log(total))
        surplus = (right - powers / total[:, None]) * weights[:, None]
        away = guess - prior
        return float(strength * away @ away / 2 - likelihood), strength * away - np.einsum(
            "ij,ijk->k", surplus, features
        )

    found = minimize(loss, prior.astype(np.float64), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x, dtype=np.float32)
