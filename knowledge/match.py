"""From a question to the entries that may answer it, each with the probability that it is the right one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.emergency import Emergency, detect
from knowledge.entry import DECLINE, DEFAULT_LANGUAGE
from knowledge.features import Floats
from knowledge.index import Index
from knowledge.language import guess_language
from knowledge.shelf import FEATURES, Shelf, Signals, candidates, look

LONGEST_QUESTION = 4096
"""Characters of a question that are read; Telegram sends no more in one message."""

SHOWN = 10
"""How many matches a finding holds."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that may answer a question."""

    entry_id: str
    probability: float
    """How likely it is the right one, 0 to 1."""
    is_decline: bool
    """Whether it says what the bot is not for."""
    language: str
    """The shelf it was found on."""
    nearest: str
    """Its passage that resembles the question most."""
    features: Mapping[str, float]
    """The signals behind the probability, named as in FEATURES."""
    words: Mapping[str, float]
    """Which words counted, and how much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the knowledge says to a question."""

    language: str
    """The language of the question, given or detected."""
    matches: tuple[Match, ...]
    """Best first, at most ten."""
    none: float
    """How likely it is that no entry is right, 0 to 1."""
    emergency: Emergency | None = None
    """The acute emergency that the message tells of."""
    unknown_words: tuple[str, ...] = ()
    """Words of the question that no entry holds."""


def match(index: Index, question: str, language: str | None = None) -> Finding:
    """Rank the entries of `index` for a question.

    `language` is the language of the message; without it the engine finds out. A message that tells of an acute
    emergency has the index's emergency entry first, whatever else it says.
    """
    text = question[:LONGEST_QUESTION]
    spoken = language or guess_language(text, index.shelves) or DEFAULT_LANGUAGE
    found: dict[str, tuple[float, Shelf, Signals, int, Floats]] = {}
    none = 1.0
    unknown: tuple[str, ...] = ()
    for shelf in _shelves(index, spoken):
        signals = look(shelf, text)
        best, features = candidates(shelf, signals)
        if not signals.analysis.tokens or not len(best):
            continue
        probabilities = shelf.calibration.probabilities(features)
        none = min(none, 1 - float(probabilities.sum()))
        unknown = unknown or _unknown_words(shelf, signals)
        for place, entry in enumerate(best.tolist()):
            name, probability = shelf.entry_ids[entry], float(probabilities[place])
            if name not in found or probability > found[name][0]:
                found[name] = (probability, shelf, signals, entry, features[place])
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:SHOWN]
    excess = max(1.0, none + sum(probability for _, (probability, *_) in found.items()))
    matches = [_match(index, name, *rest, excess=excess) for name, rest in ranked]
    emergency = detect(text)
    if emergency and index.emergency_entry:
        matches = _first(index.emergency_entry, matches, spoken)
    return Finding(spoken, tuple(matches), max(0.0, none / excess), emergency, unknown)


def _shelves(index: Index, language: str) -> list[Shelf]:
    """The shelf of the language, then those that hold entries it does not; a language nobody wrote in searches all."""
    own = index.shelves.get(language) or index.shelves.get(language.partition("-")[0])
    if own is None:
        return list(index.shelves.values())
    covered = set(own.entry_ids)
    others = [shelf for shelf in index.shelves.values() if shelf is not own and not covered.issuperset(shelf.entry_ids)]
    return [own, *others]


def _match(
    index: Index,
    name: str,
    probability: float,
    shelf: Shelf,
    signals: Signals,
    entry: int,
    features: Floats,
    *,
    excess: float,
) -> Match:
    return Match(
        entry_id=name,
        probability=probability / excess,
        is_decline=index.kinds.get(name) == DECLINE,
        language=shelf.language,
        nearest=shelf.passages[int(signals.nearest_passage[entry])].text,
        features=dict(zip(FEATURES, np.asarray(features, dtype=float).round(3).tolist(), strict=True)),
        words=shelf.words.contributions(signals.analysis.words, entry),
    )


def _first(entry_id: str, matches: list[Match], language: str) -> list[Match]:
    """The emergency entry with certainty, and the others after it."""
    certain = Match(entry_id, 1.0, is_decline=False, language=language, nearest="", features={}, words={})
    others = [match for match in matches if match.entry_id != entry_id]
    return [certain, *others][:SHOWN]


def _unknown_words(shelf: Shelf, signals: Signals) -> tuple[str, ...]:
    return tuple(folded for folded, stem in signals.analysis.tokens if stem not in shelf.words.position)
