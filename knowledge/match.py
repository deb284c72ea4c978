"""From a question to the entries that may answer it, each with the probability that it is the right one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.emergency import Emergency, detect
from knowledge.entry import DECLINE, DEFAULT_LANGUAGE, base_language
from knowledge.index import Index
from knowledge.language import guess_language
from knowledge.normalize import tokens
from knowledge.shelf import FEATURES, Shelf, candidates, look

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


@dataclass(frozen=True, slots=True)
class Finding:
    """What the knowledge says to a question."""

    language: str
    """The language of the question, given or detected; that of its words, where it tells of an emergency."""
    matches: tuple[Match, ...]
    """Best first, at most ten."""
    none: float
    """How likely it is that no entry is right, 0 to 1."""
    emergency: Emergency | None = None
    """The acute emergency that the message tells of."""
    emergency_entry: str | None = None
    """The entry that tells the emergency numbers, if the knowledge has one."""
    unknown_words: tuple[str, ...] = ()
    """Words of the question that no entry holds."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why an entry was found where it was."""

    nearest: str
    """Its passage that resembles the question most."""
    signals: Mapping[str, float]
    """The signals behind the probability, named as in FEATURES."""
    words: Mapping[str, float]
    """Which words counted, and how much."""


def match(index: Index, question: str, language: str | None = None) -> Finding:
    """Rank the entries of `index` for a question.

    `language` is the language of the message; without it the engine finds out. A message that tells of an acute
    emergency has the index's emergency entry first, whatever else it says.
    """
    text = question[:LONGEST_QUESTION]
    spoken = language or guess_language(text, index.shelves) or DEFAULT_LANGUAGE
    found: dict[str, tuple[float, str]] = {}
    none = 1.0
    unknown: tuple[str, ...] | None = None
    for shelf in _shelves(index, spoken):
        signals = look(shelf, text)
        best, features = candidates(shelf, signals)
        if not signals.analysis.tokens or not len(best):
            continue
        probabilities = shelf.calibration.probabilities(features)
        none = min(none, 1 - float(probabilities.sum()))
        strange = signals.analysis.unknown
        unknown = strange if unknown is None else tuple(word for word in unknown if word in strange)
        for entry, probability in zip(best.tolist(), probabilities.tolist(), strict=True):
            name = shelf.entry_ids[entry]
            found[name] = max(found.get(name, (0.0, "")), (probability, shelf.language))
    excess = max(1.0, none + sum(probability for probability, _ in found.values()))
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:SHOWN]
    matches = [
        Match(name, probability / excess, index.kinds.get(name) == DECLINE, shelf_language)
        for name, (probability, shelf_language) in ranked
    ]
    if not tokens(text, spoken):  # function words alone may greet or thank, but they ask for nothing
        matches = [one for one in matches if one.is_decline]
    alarm = detect(text)
    if alarm and language is None:
        spoken = alarm.language
    if alarm and index.emergency_entry:
        others = [one for one in matches if one.entry_id != index.emergency_entry]
        matches = [Match(index.emergency_entry, 1.0, is_decline=False, language=spoken), *others][:SHOWN]
    kind = alarm.kind if alarm else None
    return Finding(spoken, tuple(matches), max(0.0, none / excess), kind, index.emergency_entry, unknown or ())


def reasons(index: Index, question: str, found: Match) -> Reasons | None:
    """Why a match of a question was found; None where it came by rule, without being a candidate."""
    shelf = index.shelves.get(found.language)
    if shelf is None or found.entry_id not in shelf.entry_ids:
        return None
    signals = look(shelf, question[:LONGEST_QUESTION])
    best, features = candidates(shelf, signals)
    entry = shelf.entry_ids.index(found.entry_id)
    places = np.flatnonzero(best == entry)
    if not len(places):
        return None
    return Reasons(
        nearest=shelf.passages[int(signals.nearest_passage[entry])].text,
        signals=dict(zip(FEATURES, features[places[0]].astype(float).tolist(), strict=True)),
        words=shelf.words.contributions(signals.analysis.words, entry),
    )


def _shelves(index: Index, language: str) -> list[Shelf]:
    """The shelf of the language, then those that hold entries it does not; a language nobody wrote in searches all."""
    own = index.shelves.get(language) or index.shelves.get(base_language(language))
    if own is None:
        return list(index.shelves.values())
    covered = set(own.entry_ids)
    others = [shelf for shelf in index.shelves.values() if shelf is not own and not covered.issuperset(shelf.entry_ids)]
    return [own, *others]
