"""Entries prepared once for matching: a shelf for each language they are written in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from knowledge import calibrate, classifier
from knowledge.bm25 import Bm25Builder, Field
from knowledge.classifier import Classifier
from knowledge.entry import DECLINE, Entry, LocalText
from knowledge.features import Analyzer, Vocabulary
from knowledge.profile import Profiles
from knowledge.shelf import Passage, Shelf

TITLE, PHRASING, KEYWORD, BODY = "title", "phrasing", "keyword", "body"

FIELD_WEIGHTS: Mapping[str, tuple[float, float]] = {
    TITLE: (2.0, 0.4),
    PHRASING: (2.0, 0.6),
    KEYWORD: (2.0, 0.4),
    BODY: (1.0, 0.6),
}
"""BM25F weight and length share of each field: titles, phrasings and keywords are what people call a thing."""

TRUST: Mapping[str, float] = {TITLE: 1.0, PHRASING: 1.0, KEYWORD: 0.7}
"""How much a passage counts as an example of a question about its entry; others teach the classifier nothing."""

NEWCOMER = 0.5
"""What a passage says for its entry while nothing has been learned from it: about what the others learned to say."""

ENGINE_VERSION = 4
"""Part of each fingerprint: raise it when shelves of the same entries come out differently."""

PROVISIONAL = "-provisional"
"""Ends the fingerprint of a shelf that has not learned its newest entries yet."""

_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
_EMERGENCY_TITLE = re.compile(r"\b112\b.*\b110\b|\b110\b.*\b112\b|(?i:notruf|emergency)")


@dataclass(frozen=True, slots=True)
class Index:
    """The published knowledge, ready for questions. Immutable; a change makes a new one."""

    shelves: Mapping[str, Shelf]
    """By language."""
    kinds: Mapping[str, str]
    """Entry id -> kind."""
    emergency_entry: str | None
    """The entry that tells the emergency numbers, if there is one."""


def build_index(entries: Iterable[Entry]) -> Index:
    """The index of `entries`, in whatever order they come."""
    listed = list(entries)
    return assemble(listed, {code: build_shelf(code, written) for code, written in by_language(listed).items()})


def assemble(entries: Iterable[Entry], shelves: Mapping[str, Shelf]) -> Index:
    """The index of entries whose shelves have been built."""
    listed = sorted(entries, key=lambda entry: entry.id)
    emergencies = [entry.id for entry in listed if _tells_emergency_numbers(entry)]
    kinds = {entry.id: entry.kind for entry in listed}
    return Index(shelves, kinds, emergencies[0] if emergencies else None)


def is_provisional(shelf: Shelf) -> bool:
    """Whether a shelf took over what an earlier one had learned, and should be replaced soon."""
    return shelf.fingerprint.endswith(PROVISIONAL)


def _tells_emergency_numbers(entry: Entry) -> bool:
    """Whether it is the entry for emergencies: named so, and telling 112."""
    said = " ".join([*entry.title.values(), *entry.text.values(), *(phone.number for phone in entry.phones)])
    is_named = any(map(_EMERGENCY_TITLE.search, entry.title.values()))
    return is_named and entry.kind != DECLINE and re.search(r"\b112\b", said) is not None


def by_language(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries that can be found in each language, sorted by id; entries without any words are in none."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        for language in entry.languages_written():
            if any(True for _ in passages_of(0, entry, language)):
                found.setdefault(language, []).append(entry)
    return dict(sorted(found.items()))


def fingerprint(language: str, entries: Sequence[Entry]) -> str:
    """A name for the shelf that these entries would make: equal for equal content."""
    records = [
        [
            entry.id,
            entry.kind == DECLINE,
            [[passage.field, passage.text] for passage in passages_of(0, entry, language)],
        ]
        for entry in entries
    ]
    content = json.dumps([ENGINE_VERSION, language, records], ensure_ascii=False)
    return f"{language}-{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def build_shelf(language: str, entries: Sequence[Entry], earlier: Shelf | None = None) -> Shelf:
    """The shelf of `entries` (at least one, sorted by id), calibrated on itself.

    With `earlier`, a shelf that this one differs little from, the slow half (learning and calibrating) is taken over
    from it: the result is found provisional by its fingerprint, and should be replaced by a full one soon.
    """
    written = [passage for owner, entry in enumerate(entries) for passage in passages_of(owner, entry, language)]
    analyzer = Analyzer.of(language, (passage.text for passage in written))
    analyses = [analyzer.analyze(passage.text) for passage in written]
    documents = [analysis.features() for analysis in analyses]
    vocabulary = Vocabulary.of(documents)
    vectors = vocabulary.vectors(documents)
    owners = np.array([passage.owner for passage in written], dtype=np.int32)
    words = _bm25(written, [analysis.words for analysis in analyses], len(entries))
    letters = _bm25(written, [analysis.letters for analysis in analyses], len(entries))
    names = tuple(entry.id for entry in entries)
    contents = _contents(written, [analysis.letters for analysis in analyses], len(entries))
    training = None if earlier else _train(written, vectors, len(entries))
    shelf = Shelf(
        language=language,
        fingerprint=fingerprint(language, entries),
        entry_ids=names,
        analyzer=analyzer,
        vocabulary=vocabulary,
        words=words.build(),
        letters=letters.build(),
        profiles=Profiles.of(contents, letters.position),
        passages=tuple(written),
        passage_starts=np.searchsorted(owners, np.arange(len(entries))).astype(np.int32),
        by_feature=vectors.T.tocsr(),
        spelled=tuple(" ".join(folded for folded, _ in analysis.tokens) for analysis in analyses),
        classifier=training.classifier if training else None,
        calibration=calibrate.DEFAULT,
    )
    if earlier:
        return replace(
            shelf,
            fingerprint=shelf.fingerprint + PROVISIONAL,
            classifier=_inherit(earlier, names, written),
            calibration=earlier.calibration,
        )
    evidence = calibrate.Evidence(analyses, vectors, training.left_out if training else None, words, letters, contents)
    return replace(shelf, calibration=calibrate.calibrate(shelf, evidence, PHRASING))


def passages_of(owner: int, entry: Entry, language: str) -> Iterator[Passage]:
    """What a question may resemble: title, phrasings, keywords, then text and typed fields sentence by sentence."""
    if title := entry.title.get(language):
        yield Passage(owner, TITLE, title)
    for field, phrases in ((PHRASING, entry.phrasings), (KEYWORD, entry.keywords)):
        for phrase in phrases.get(language, ()):
            yield Passage(owner, field, phrase)
    for text in _body(entry, language):
        yield Passage(owner, BODY, text)


def _body(entry: Entry, language: str) -> Iterator[str]:
    local: tuple[LocalText, ...] = (entry.audience, entry.cost, entry.when, entry.accessibility)
    texts = [entry.text.get(language), *(text.get(language) for text in local), entry.address]
    for text in texts:
        if text:
            yield from (sentence for sentence in _SENTENCE_END.split(text) if sentence.strip())


def _contents(
    passages: Sequence[Passage], counts: Sequence[Mapping[str, float]], entries: int
) -> list[dict[str, float]]:
    """Per entry, how often each term stands in any of its passages."""
    contents: list[dict[str, float]] = [{} for _ in range(entries)]
    for passage, terms in zip(passages, counts, strict=True):
        for term, count in terms.items():
            contents[passage.owner][term] = contents[passage.owner].get(term, 0.0) + count
    return contents


def _bm25(passages: Sequence[Passage], counts: Sequence[Mapping[str, float]], entries: int) -> Bm25Builder:
    pairs = list(zip(passages, counts, strict=True))
    fields = {
        name: Field(_contents(*_of_field(name, pairs), entries), weight, length)
        for name, (weight, length) in FIELD_WEIGHTS.items()
    }
    return Bm25Builder(fields, entries)


def _of_field(
    name: str, pairs: Sequence[tuple[Passage, Mapping[str, float]]]
) -> tuple[list[Passage], list[Mapping[str, float]]]:
    chosen = [(passage, terms) for passage, terms in pairs if passage.field == name]
    return [passage for passage, _ in chosen], [terms for _, terms in chosen]


def _train(passages: Sequence[Passage], vectors: sp.csr_array, entries: int) -> classifier.Training | None:
    """The classifier over all passages that are examples of questions; None without phrasings, or with too many."""
    teaching = np.array([place for place, passage in enumerate(passages) if passage.field in TRUST], dtype=np.int32)
    asked = any(passage.field == PHRASING for passage in passages)
    if not asked or len(teaching) > classifier.LARGEST:
        return None
    trust = np.array([TRUST[passages[place].field] for place in teaching], dtype=np.float32)
    owners = np.array([passages[place].owner for place in teaching], dtype=np.int32)
    training = classifier.train(vectors[teaching, :], owners, entries, trust)
    return classifier.spread(training, teaching, len(passages))


def _inherit(earlier: Shelf, entry_ids: Sequence[str], passages: Sequence[Passage]) -> Classifier | None:
    """What an earlier shelf learned, as far as it concerns these passages; new ones speak for their own entry."""
    if earlier.classifier is None:
        return None
    known = {
        (earlier.entry_ids[passage.owner], passage.field, passage.text): row
        for row, passage in enumerate(earlier.passages)
    }
    before = np.array([known.get((entry_ids[one.owner], one.field, one.text), -1) for one in passages], dtype=np.int32)
    columns = {name: column for column, name in enumerate(earlier.entry_ids)}
    shared = np.array([(new, columns[name]) for new, name in enumerate(entry_ids) if name in columns], dtype=np.int32)
    weights = np.zeros((len(passages), len(entry_ids)), dtype=np.float32)
    old = np.flatnonzero(before >= 0)
    if len(shared):
        weights[np.ix_(old, shared[:, 0])] = earlier.classifier.weights[np.ix_(before[old], shared[:, 1])]
    for new in np.flatnonzero(before < 0).tolist():
        weights[new, passages[new].owner] = TRUST.get(passages[new].field, 0.0) * NEWCOMER
    return Classifier(weights)
