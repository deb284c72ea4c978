"""The words that tell names from other words, of all languages at once: people mix them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from bot.domain.masking.ground import SHORTEST_STEM, Ground
from bot.domain.masking.reading import key_of, plain_text, words_of
from bot.domain.masking.words import parts, read
from knowledge.normalize import stop_words

LANGUAGES = ("de", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")

# The lists of Faker, which its makers keep up to date. Its Turkish, Arabic and Bulgarian ones are left out: many of
# their words are jokes or ordinary words; given.txt and family.txt stand for them.
_LOCALES = ("de_DE", "de_AT", "de_CH", "en_GB", "fr_FR", "hr_HR", "it_IT", "pl_PL", "ro_RO", "ru_RU", "uk_UA")
_GIVEN_LISTS, _FAMILY_LISTS = ("first_names", "middle_names"), ("last_names",)
_SHORTEST = 2

KINDS = ("sayings", "named", "label", "being", "title", "kin", "closing", "thanks", "behind")
"""The parts of cues.yaml that hold cues."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words beside which a name stands."""

    kind: str
    """One of KINDS."""
    language: str
    """Whose words they are, where that matters; "" otherwise."""
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is known of words; every word as `key_of` gives it."""

    given: Mapping[str, Ground]
    """Given names."""
    family: Mapping[str, Ground]
    """Family names."""
    given_stems: Set[str]
    """Cyrillic given names that are no ordinary words, without their endings."""
    plain: Set[str]
    """Words that are no names where a name might stand."""
    functions: Set[str]
    """Words of grammar."""
    places: Set[str]
    """Words that make a place of the name beside them."""
    place_endings: tuple[str, ...]
    """The same at the end of a longer word."""
    cues: Mapping[str, tuple[Cue, ...]]
    """By their first word."""
    titles: Set[str]
    """Titles of one word."""
    kin: Set[str]
    """People beside whom a name stands, of one word."""
    inside: Set[str]
    """What stands between the parts of a name."""
    between: Set[str]
    """What stands between two names."""
    groups: Mapping[str, Set[str]]
    """The groups of words of cues.yaml."""

    def given_ground(self, key: str) -> Ground:
        """How far a word is a given name, also in the second case ("Leyla", "Leylas")."""
        return _ground_in(self.given, key)

    def family_ground(self, key: str) -> Ground:
        """The same of a family name."""
        return _ground_in(self.family, key)

    def given_by_stem(self, bent: Iterable[str]) -> Ground:
        """The same for what is left of a Cyrillic word without its endings; three letters are not much of a name."""
        longest = max((len(stem) for stem in bent if stem in self.given_stems), default=0)
        if longest > SHORTEST_STEM:
            return Ground.SURE
        return Ground.AMBIGUOUS if longest else Ground.NONE


def _ground_in(names: Mapping[str, Ground], key: str) -> Ground:
    return names.get(key) or (names.get(key[:-1], Ground.NONE) if key.endswith("s") else Ground.NONE)


@cache
def load() -> Lexicon:
    """The lexicon, read once, when the first message is masked."""
    ordinary, plain, places = _listed("ordinary.txt"), _listed("plain.txt"), _listed("places.txt")
    given = _grounds([*_listed("given.txt"), *_from_library(_GIVEN_LISTS)], ordinary)
    other = ordinary - given.keys() - plain
    cues = [cue for kind in KINDS for cue in _cues(kind, parts("cues")[kind])]
    return Lexicon(
        given=given,
        family=_grounds([*_listed("family.txt"), *_from_library(_FAMILY_LISTS), *other], ordinary),
        given_stems=_cyrillic_stems(given),
        plain=plain,
        functions=frozenset().union(*map(stop_words, LANGUAGES)),
        places=frozenset(place.lstrip("-") for place in places),
        place_endings=tuple(place.lstrip("-") for place in places if place.startswith("-")),
        cues=_by_first_word(cues),
        titles=_single_words("title", cues),
        kin=_single_words("kin", cues),
        inside=_first_words(parts("cues")["joined"]["inside"]),
        between=_first_words(parts("cues")["joined"]["between"]),
        groups={name: _first_words(group) for name, group in parts("cues")["groups"].items()},
    )


def _listed(name: str) -> frozenset[str]:
    lines = (line.partition("#")[0] for line in read(name).splitlines())
    return frozenset(_with_hyphen(word) for line in lines for word in line.split())


def _with_hyphen(word: str) -> str:
    """The key of a word; a hyphen in front of it says something in places.txt."""
    return "-" * word.startswith("-") + key_of(word.strip("-"))


def _from_library(lists: tuple[str, ...]) -> Iterable[str]:
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        names = {
            name for attribute in dir(provider) if attribute.startswith(lists) for name in _names(provider, attribute)
        }
        yield from (key_of(part) for name in names for part in re.split(r"[ -]", name))


def _names(provider: Any, attribute: str) -> Iterable[str]:
    names: Iterable[str] | None = getattr(provider, attribute)
    return names or ()


def _grounds(keys: Iterable[str], ordinary: Set[str]) -> dict[str, Ground]:
    """How far each of the names is one."""
    names = {key for key in keys if len(key) >= _SHORTEST and key.isalpha()}
    return {key: Ground.AMBIGUOUS if key in ordinary else Ground.SURE for key in names}


def _cyrillic_stems(given: Mapping[str, Ground]) -> frozenset[str]:
    sure = (key for key, ground in given.items() if ground is Ground.SURE and "а" <= key[0] <= "ї")
    return frozenset(stem for key in sure if len(stem := key.rstrip("аяйьеоиіуы")) >= SHORTEST_STEM)


def _phrases(part: Collection[str]) -> Iterable[tuple[str, ...]]:
    """The phrases of a part of cues.yaml, word by word."""
    for line in part:
        for phrase in line.split(","):
            if keys := tuple(word.key for word in words_of(plain_text(phrase))):
                yield keys


def _first_words(part: Collection[str]) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _phrases(part))


def _cues(kind: str, part: Collection[str] | Mapping[str, Collection[str]]) -> Iterable[Cue]:
    by_language = part if isinstance(part, Mapping) else {"": part}
    for language, lines in by_language.items():
        yield from (Cue(kind, language, keys) for keys in _phrases(lines))


def _single_words(kind: str, cues: Iterable[Cue]) -> frozenset[str]:
    return frozenset(cue.keys[0] for cue in cues if cue.kind == kind and len(cue.keys) == 1)


def _by_first_word(cues: Iterable[Cue]) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, list[Cue]] = {}
    for cue in cues:
        found.setdefault(cue.keys[0], []).append(cue)
    return {first: tuple(some) for first, some in found.items()}
