"""Where a person lives: a street with the number of the house. A street alone stays, residents ask about streets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from bot.domain.masking.reading import Span
from bot.domain.masking.words import any_of

_words = partial(any_of, "addresses")

_NAME_WORD = r"[^\W\d_][\w'-]{0,40}\.?"
_LETTER = r"(?:[ ]?[a-hа-ж](?!\w))?"
_CLOSING = r"[ ]?(?:\Z|[,.;:!?)\n\ufffc]|(?:in|und|im|ist|hat|wohnt?|steht|brennt|\d{5})\b)"
"""What stands behind the number of a house and not behind one that counts something."""
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The forms an address may have."""

    behind: re.Pattern[str]
    """The name, the kind of street, the number: "Westerfilder Straße 12a"."""
    before: re.Pattern[str]
    """The kind of street, its name, the number: "улица Ленина, д. 5"."""
    number_first: re.Pattern[str]
    """The number, then the street: "12 rue des Lilas"."""
    within: re.Pattern[str]
    """A street without a kind: "Im Odemsloh 5"."""
    home: re.Pattern[str]
    """Any name, behind a word that says it is an address: "wohnhaft Tannenblick 8"."""
    house_number: re.Pattern[str]
    """The number of the house alone."""


def find_addresses(plain: str) -> Iterator[Span]:
    """Streets with the number of a house, and what is said of the flat; post code and place stay."""
    patterns = _patterns()
    for found in patterns.behind.finditer(plain):
        if (start := _start_of_street(found)) is not None:
            yield Span(start, found.end(), "Adresse")
    for pattern in (patterns.before, patterns.number_first):
        yield from (Span(*found.span(), "Adresse") for found in pattern.finditer(plain))
    for found in patterns.within.finditer(plain):
        if found.group("name")[0].isupper() and _is_street_name(found.group("name"), _words("not_within")):
            yield Span(*found.span(), "Adresse")
    for found in patterns.home.finditer(plain):
        if _is_street_name(found.group("name"), f"{_words('not_within')}|{_words('not_home')}"):
            yield Span(found.start("name"), found.end(), "Adresse")
    yield from (Span(*found.span("number"), "Adresse") for found in patterns.house_number.finditer(plain))


def _is_street_name(name: str, others: str) -> bool:
    """Whether none of its words is one that something else is called by; those with a kind have a rule of their own."""
    if _pattern(rf"(?:{_words('street')}|{_words('maybe_street')})\Z").search(name):
        return False
    return not any(_pattern(others).fullmatch(word.rstrip(".")) for word in name.split())


def _start_of_street(found: re.Match[str]) -> int | None:
    """Where a street with its kind behind the name begins; None if it is none."""
    name, kind, plain = found.group("name"), found.group("kind"), found.string
    start = found.start() if name else _start_of_name(plain, found.start(), most=1 if _is_german(kind) else 2)
    if not name and start == found.start():
        return None
    if not _pattern(_words("street")).fullmatch(kind) and not _is_written_as_street(found):
        return None
    before = _pattern(rf"(?<![\w-]){_words('two_words')}[ ]\Z").search(plain, max(0, start - 12), start)
    return before.start() if before and name else start


def _is_written_as_street(found: re.Match[str]) -> bool:
    """Whether a word like "Lindenweg" is a street, and not one like "Schulweg" or "Bielefeld"."""
    name, kind = found.group("name"), found.group("kind")
    if not name:
        return kind[0].isupper()
    if len(name) < 3 or _pattern(rf"{_words('no_street')}{_words('maybe_street')}").fullmatch(name + kind):
        return False
    return not _pattern(_words("like_a_town")).fullmatch(kind) or bool(
        _pattern(_CLOSING).match(found.string, found.end())
    )


def _is_german(kind: str) -> bool:
    return _pattern(rf"str.*|allee|gasse|chaussee|promenade|{_words('maybe_street')}").fullmatch(kind) is not None


def _start_of_name(plain: str, place: int, most: int) -> int:
    """Where the name of a street begins whose kind stands alone at `place`; `place` if it has none."""
    start = place
    before = _pattern(rf"(?<![\w-])(?:{_NAME_WORD}[ ]){{1,2}}\Z").search(plain, max(0, place - _LONGEST_NAME), place)
    words = list(re.finditer(r"\S+", before.group())) if before else []
    for word in words[: -most - 1 : -1]:
        if before is None or _pattern(_words("no_name")).fullmatch(word.group().strip(".")):
            break
        start = before.start() + word.start()
    return start


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


@cache
def _patterns() -> _Patterns:
    number, inside = _number(), _inside()
    name, names = rf"(?P<name>{_NAME_WORD}(?:[ ]{_NAME_WORD})?)", rf"(?:{_NAME_WORD}[ ,]{{1,2}}){{1,4}}?"
    of_the = r"(?:(?:de|des|du|la|le|les|l'|d')[ ]?){0,2}"
    kind = rf"(?P<kind>{_words('street')}|{_words('maybe_street')})"
    return _Patterns(
        behind=_pattern(
            rf"(?<![\w'-])(?P<name>(?:[^\W_][\w'-]{{0,59}}?)?){kind}(?![^\W\d_])[ ,]{{0,2}}{number}{inside}"
        ),
        before=_pattern(rf"(?<!\w){_words('kind_before')}(?!\w)\.?[ ]{names}{number}{inside}"),
        number_first=_pattern(
            rf"(?<![\w.,])\d{{1,4}}[ ]?(?:bis|ter|[a-d])?[ ,]{{1,2}}{_words('number_then_kind')}[ ]{of_the}{_NAME_WORD}"
            rf"|(?<![\w.,])\d{{1,4}}[a-d]?[ ](?:{_NAME_WORD}[ ]){{1,3}}?{_words('number_then_name')}(?!\w)"
        ),
        within=_pattern(rf"(?<![\w-]){_words('within')}[ ]{name}[ ]{number}{inside}(?={_CLOSING})"),
        home=_pattern(
            rf"(?<!\w){_words('home')}(?:[ ]{_words('home_is')})?[ ]?[:=]?[ ](?:{_words('home_in')}[ ]){{0,2}}"
            rf"{name}[ ,]{{1,2}}{number}{inside}(?={_CLOSING})"
        ),
        house_number=_pattern(
            rf"(?<!\w){_words('house_number')}\.?[ ]?(?:ist|is)?[ :]{{0,2}}(?P<number>\d{{1,4}}[ ]?[a-h]?(?!\w))"
        ),
    )


def _number() -> str:
    """The number of a house, and not "5 Minuten", "14 Uhr", "2025", "3.50", "3. Mai"."""
    after = rf"(?![.,:]?\d|\w|[ ]?[%€°]|\.[ ]?{_words('after_full_stop')}|[ ]?{_words('counted')})"
    digits = rf"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{{1,4}}{_LETTER}(?:[ ]?[-/][ ]?\d{{1,4}}{_LETTER})?"
    return rf"(?:{_words('before_number')}\b[.:]?[ ]?)?{digits}{after}"


def _inside() -> str:
    """The flat, the floor, the entrance, as far as they are said."""
    numbered = rf"{_words('inside')}\b[.:]?[ ]?(?:nr\b\.?|no\b\.?|№)?[ :]?(?:\d{{1,4}}[a-z]?|[a-zа-я])(?!\w)"
    floor = rf"\d{{1,2}}\.[ ]?{_words('floor')}\b(?:[ ](?:links|rechts|mitte))?"
    return rf"(?:[ ,/]{{0,3}}(?:{numbered}|{floor}))*"
