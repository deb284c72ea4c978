"""Rules over words: which phrases, standing near each other, tell of what; forgiving slips of the keyboard.

lexicon/emergency/de.yaml explains how rules are written. This file turns them into tables once, so that a message is
read in one pass over its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from knowledge.emergency.terms import NUMBER, SHORTEST_TYPO, Terms
from knowledge.normalize import fold_word, stop_words

NEAR_WORDS, FAR_WORDS = 12, 20
"""Over how many words the parts of a rule may spread that are joined by `&` and by `&&`."""

UNLESS_WORDS = 8
"""How far from what a rule found an exception still counts."""

GAP_WORDS = 3
"""How many words `..` may stand for, where it says no number."""

LONGEST_WORD = 60
"""What is longer is no word, and would only take time."""

BEGIN, END = "^", "$"
"""In a rule: the begin and the end of the message."""

Span = tuple[int, int]
"""The first and the last word of what was found."""


_GAP = re.compile(r"\.\.(\d*)")


@dataclass(frozen=True, slots=True, eq=False)
class _Phrase:
    """Words that follow one another."""

    elements: tuple[int, ...]
    gaps: tuple[int, ...]
    """How many other words may stand before each of the elements."""
    needs: tuple[int, ...]
    """For each of the elements the bits of its anchors: a message without one of them cannot have the phrase."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Phrases that tell of something when they stand close together."""

    kind: str | None
    """None: the words that it finds are harmless, and no other rule looks at them."""
    parts: tuple[_Phrase, ...]
    unless: tuple[_Phrase, ...]
    within: int


@dataclass(slots=True)
class _Element:
    """One place in a phrase: the words and phrases that may stand there."""

    phrases: list[_Phrase] = field(default_factory=list)
    anchors: set[int] = field(default_factory=set)
    """Elements of which one is in every message that this one is in."""
    commonness: int = 0
    """How many everyday words it has: rules are looked up by their rarest element."""
    members: set[int] = field(default_factory=set)
    """Groups that are part of it."""


class Rules:
    """The rules of one language."""

    def __init__(self, language: str, listed: Mapping[str, Any]):
        self.language = language
        self._elements: list[_Element] = []
        self._ids: dict[str, int] = {}
        self._phrases: dict[str, _Phrase] = {}
        self._parents: dict[int, set[int]] = {}
        self._present, self._absent = Terms(listed.get("alike", "").split()), Terms(())
        correct = _listed(listed.get("correct", ""))
        self._correct = stop_words(language) | {fold_word(word, language) for word in correct}
        self._known = lru_cache(maxsize=1 << 13)(self._read)
        for name, terms in listed["words"].items():
            self._ids[f"<{name}>"] = self._add_element(_listed(terms))
        self._harmless = self._by_anchor(None, {"rules": listed.get("harmless", "")})
        self._rules: dict[int, list[_Rule]] = {}
        for name, described in listed["kinds"].items():
            for anchor, rules in self._by_anchor(name, described).items():
                self._rules.setdefault(anchor, []).extend(rules)

    def kinds(self, spoken: Iterable[str]) -> set[str]:
        """Every kind whose rules hold for the words of a message."""
        message = _Message(self._elements, [self._known(word) for word in (BEGIN, *spoken, END)])
        harmless = [span for rule in message.awake(self._harmless) for span in message.find(rule)]
        message = message.without(harmless)
        found: set[str] = set()
        for rule in message.awake(self._rules):
            if rule.kind is not None and rule.kind not in found and any(message.find(rule)):
                found.add(rule.kind)
        return found

    def _read(self, word: str) -> frozenset[int]:
        """The elements that a word of a message may stand for."""
        if len(word) > LONGEST_WORD:
            return frozenset()
        folded = fold_word(word, self.language)
        absent = self._absent.elements(folded)
        found = self._present.elements(folded) - absent
        if not absent and folded not in self._correct and folded not in self._present:
            found |= self._present.elements_mistyped(folded)
        return frozenset(found.union(*(self._parents.get(element, set()) for element in found)))

    def _by_anchor(self, kind: str | None, described: Mapping[str, Any]) -> dict[int, list[_Rule]]:
        always = tuple(self._phrase(text) for text in _listed(described.get("unless", "")))
        found: dict[int, list[_Rule]] = {}
        for text in described["rules"].splitlines():
            says, *exceptions = text.split(" ! ")
            parts = tuple(self._phrase(part) for part in re.split(" &&? ", says))
            unless = tuple(self._phrase(exception) for exception in exceptions)
            rule = _Rule(kind, parts, unless + always, FAR_WORDS if " && " in says else NEAR_WORDS)
            rarest = min((element for part in parts for element in part.elements), key=self._commonness)
            for anchor in self._elements[rarest].anchors:
                found.setdefault(anchor, []).append(rule)
        return found

    def _phrase(self, text: str) -> _Phrase:
        if text in self._phrases:
            return self._phrases[text]
        elements, gaps, gap = [], [], 0
        for word in text.split():
            if between := _GAP.fullmatch(word):
                gap = int(between[1] or GAP_WORDS)
                continue
            elements.append(self._element(word))
            gaps.append(gap)
            gap = 0
        if not elements:
            raise ValueError(f"no words in the rule {text!r}")
        needs = tuple(sum(1 << anchor for anchor in self._elements[element].anchors) for element in elements)
        return self._phrases.setdefault(text, _Phrase(tuple(elements), tuple(gaps), needs))

    def _element(self, text: str) -> int:
        if text not in self._ids:
            if text.startswith("<") and "|" not in text:
                raise ValueError(f"no group of words is called {text}")
            self._ids[text] = self._add_element(text.replace("_", " ").split("|"))
        return self._ids[text]

    def _add_element(self, terms: Sequence[str]) -> int:
        number, element = len(self._elements), _Element()
        self._elements.append(element)
        for term in terms:
            if " " in term:
                self._add_phrase(element, term)
            elif term.startswith("<"):
                self._add_group(number, element, self._element(term))
            else:
                element.anchors.add(number)
                self._add_term(number, element, term)
        return number

    def _add_term(self, number: int, element: _Element, term: str) -> None:
        table = self._absent if term.startswith("-") else self._present
        stars = "*" * term.strip("-").startswith("*"), "*" * term.endswith("*")
        bare = term if term in (BEGIN, END, NUMBER) else fold_word(term.strip("-*"), self.language)
        element.commonness += bare in self._correct or len(bare) < SHORTEST_TYPO
        table.add(stars[0] + bare + stars[1], number)

    def _add_group(self, number: int, element: _Element, group: int) -> None:
        for member in {group} | self._elements[group].members:
            element.members.add(member)
            self._parents.setdefault(member, set()).add(number)
        element.phrases += self._elements[group].phrases
        element.anchors |= self._elements[group].anchors
        element.commonness += self._commonness(group)

    def _add_phrase(self, element: _Element, text: str) -> None:
        phrase = self._phrase(text)
        element.phrases.append(phrase)
        rarest = min(phrase.elements, key=self._commonness)
        element.anchors |= self._elements[rarest].anchors
        element.commonness += self._commonness(rarest)

    def _commonness(self, element: int) -> int:
        return self._elements[element].commonness


class _Message:
    """One message, and where in it each element stands."""

    def __init__(self, elements: Sequence[_Element], heard: Sequence[frozenset[int]]):
        self._elements = elements
        self._heard = heard
        self._places: dict[int, list[int]] = {}
        self._ends: dict[int, dict[int, set[int]]] = {}
        self._spans: dict[_Phrase, list[Span]] = {}
        for place, word in enumerate(heard):
            for element in word:
                self._places.setdefault(element, []).append(place)
        self._present = sum(1 << element for element in self._places)

    def without(self, harmless: Iterable[Span]) -> _Message:
        """The message as if nothing stood at these places."""
        covered = {place for first, last in harmless for place in range(first, last + 1)}
        heard = [frozenset() if place in covered else word for place, word in enumerate(self._heard)]
        return _Message(self._elements, heard) if covered else self

    def awake(self, rules: Mapping[int, Sequence[_Rule]]) -> Iterator[_Rule]:
        """The rules that this message may have every word of."""
        for element in self._places.keys() & rules.keys():
            yield from (rule for rule in rules[element] if all(map(self._may_have, rule.parts)))

    def _may_have(self, phrase: _Phrase) -> bool:
        present = self._present
        return all([need & present for need in phrase.needs])  # noqa: C419 (a list is quicker here)

    def find(self, rule: _Rule) -> Iterator[Span]:
        """Where a rule holds and no exception to it stands near."""
        parts = [self._phrase_spans(part) for part in rule.parts]
        if not all(parts):
            return
        exceptions = sorted(span for phrase in rule.unless for span in self._phrase_spans(phrase))
        for first, last in _together(parts, rule.within):
            if not _is_near(exceptions, first - UNLESS_WORDS, last + UNLESS_WORDS):
                yield first, last

    def _phrase_spans(self, phrase: _Phrase) -> Sequence[Span]:
        if not self._may_have(phrase):
            return ()
        if phrase not in self._spans:
            steps = zip(phrase.elements, phrase.gaps, strict=True)
            ends = self._element_ends(next(steps)[0])
            found = {(first, last) for first, lasts in ends.items() for last in lasts}
            for element, gap in steps:
                ends = self._element_ends(element)
                found = {
                    (first, end)
                    for first, last in found
                    for place in range(last + 1, last + 2 + gap)
                    for end in ends.get(place, ())
                }
            self._spans[phrase] = sorted(found)
        return self._spans[phrase]

    def _element_ends(self, element: int) -> dict[int, set[int]]:
        """The first word of each place where an element stands -> its possible last words."""
        if element not in self._ends:
            ends = {place: {place} for place in self._places.get(element, ())}
            for phrase in self._elements[element].phrases:
                for first, last in self._phrase_spans(phrase):
                    ends.setdefault(first, set()).add(last)
            self._ends[element] = ends
        return self._ends[element]


def _together(parts: Sequence[Sequence[Span]], within: int) -> Iterator[Span]:
    """Where all parts stand, in any order, over no more than so many words."""
    if len(parts) == 1:
        yield from parts[0]
        return
    for start in sorted({first for spans in parts for first, _ in spans}):
        nearest = [bisect_left(spans, (start, 0)) for spans in parts]
        if any(place == len(spans) for place, spans in zip(nearest, parts, strict=True)):
            return
        last = max(spans[place][1] for place, spans in zip(nearest, parts, strict=True))
        if last - start < within:
            yield start, last


def _is_near(spans: Sequence[Span], first: int, last: int) -> bool:
    """Whether one of `spans`, which are in order, reaches into the words from `first` to `last`."""
    for place in range(bisect_left(spans, (first - FAR_WORDS, 0)), len(spans)):
        begins, ends = spans[place]
        if begins > last:
            return False
        if ends >= first:
            return True
    return False


def _listed(terms: str) -> list[str]:
    return [term.strip() for term in terms.split(",") if term.strip()]
