"""Entries as towns could write them, with everything an entry can hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from hypothesis import strategies as st

from knowledge.entry import (
    KNOWN_KINDS,
    PUBLIC_HOLIDAY,
    WEEKDAYS,
    Entry,
    OpenException,
    OpeningHours,
    OpenTime,
    Phone,
    Position,
    State,
)

LANGUAGES = ("de", "de-easy", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")

# Letters, marks, signs of spreadsheets and of YAML, a bidirectional mark, an emoji.
_PROSE = st.sampled_from("abcäöüßÄğıİśéёЖї أب٣０1290 .,;:!?-+=@'\"’„“#%&*()[]{}|<>/\\_~^$€\u200f🏡") | st.characters(
    codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff"
)
LINE = st.text(_PROSE, min_size=1, max_size=30).map(str.strip).filter(bool)
PROSE = st.text(_PROSE | st.sampled_from("\n\t"), min_size=1, max_size=60).filter(str.strip)
ANYTHING = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60).filter(str.strip)
"""Control characters and all, but NUL, which PostgreSQL cannot store and files may not hold."""

IDENTIFIERS = st.from_regex(r"[a-zäöü0-9][a-zäöü0-9_.-]{0,20}", fullmatch=True).filter(
    lambda text: text not in ("ja", "nein", "true", "false")
)
CODES = st.sampled_from(LANGUAGES)
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
DAYS = st.sets(st.sampled_from((*WEEKDAYS, PUBLIC_HOLIDAY)), min_size=1).map(
    lambda days: tuple(sorted(days, key=(*WEEKDAYS, PUBLIC_HOLIDAY).index))
)


def local(texts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Something for some of the languages."""
    return st.dictionaries(CODES, texts, max_size=3)


def phrases(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some phrasings, each once."""
    return st.lists(texts, min_size=1, max_size=4, unique=True).map(tuple)


def phones() -> st.SearchStrategy[tuple[Phone, ...]]:
    """Numbers, with and without what they are for."""
    number = st.from_regex(r"(\+49|0)[0-9]{2,5}[ /-][0-9]{3,8}", fullmatch=True)
    return st.lists(st.builds(Phone, number, local(LINE)), max_size=3).map(tuple)


def positions() -> st.SearchStrategy[Position]:
    """Anywhere on the earth."""
    return st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@st.composite
def exceptions(draw: st.DrawFn) -> OpenException:
    """Some days that differ: closed, or open from a time to a time."""
    first, last = sorted((draw(DATES), draw(DATES)))
    start, end = draw(st.tuples(TIMES, TIMES) | st.just((None, None)))
    return OpenException(first, last, start, end, draw(local(LINE)))


def opening_hours() -> st.SearchStrategy[OpeningHours]:
    """Weeks, exceptions, and what is said beside them."""
    return st.builds(
        OpeningHours,
        weekly=st.lists(st.builds(OpenTime, DAYS, TIMES, TIMES | st.just("24:00")), max_size=3).map(tuple),
        exceptions=st.lists(exceptions(), max_size=2).map(tuple),
        by_appointment=st.booleans(),
        always=st.booleans(),
        note=local(LINE),
        as_of=st.none() | st.sampled_from(["2023", "2024"]),
    )


def unknown_fields(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Fields that this version has no name for."""
    taken = {each.name for each in fields(Entry)} | {"phone", "lang"}
    names = st.from_regex(r"x_[a-zäöü]{1,8}|foerdernummer|Träger", fullmatch=True).filter(
        lambda name: name not in taken
    )
    return st.dictionaries(names, values, max_size=2)


def entries(
    prose: st.SearchStrategy[str] = PROSE,
    line: st.SearchStrategy[str] = LINE,
    listed: st.SearchStrategy[str] = LINE,
    unknown: st.SearchStrategy[Any] = LINE,
) -> st.SearchStrategy[Entry]:
    """Entries; `prose` stands for texts, `line` for what is stripped, `listed` for parts of lists."""
    parts = st.lists(listed, max_size=3).map(tuple)
    return st.builds(
        Entry,
        id=IDENTIFIERS,
        kind=st.sampled_from((*KNOWN_KINDS, "Fundsache", "lost property")),
        state=st.sampled_from(State),
        title=local(prose),
        text=local(prose),
        phrasings=local(phrases(line)),
        keywords=local(phrases(line)),
        address=st.none() | line,
        position=st.none() | positions(),
        phones=phones(),
        mail=st.none() | st.from_regex(r"[a-z.]{1,8}@[a-zü]{2,8}\.de", fullmatch=True),
        link=st.none() | st.from_regex(r"https?://[a-z]{1,8}\.de/[a-z?=&;,]{0,8}", fullmatch=True),
        opening_hours=st.none() | opening_hours(),
        when=local(prose),
        cost=local(prose),
        audience=local(prose),
        accessibility=local(prose),
        languages=st.lists(CODES, max_size=3).map(tuple),
        contact=st.lists(IDENTIFIERS, max_size=2).map(tuple),
        call_first=st.booleans(),
        topics=parts,
        related=st.lists(IDENTIFIERS, max_size=2).map(tuple),
        valid_from=st.none() | st.dates(date(2000, 1, 1), date(2020, 12, 31)),
        valid_to=st.none() | st.dates(date(2021, 1, 1), date(2099, 12, 31)),
        source=st.none() | line,
        as_of=st.none() | st.sampled_from(["2022", "2024-05-01"]),
        checked_on=st.none() | DATES,
        next_check_on=st.none() | DATES,
        extra=unknown_fields(unknown),
    )


def collections(one: st.SearchStrategy[Entry], most: int = 3) -> st.SearchStrategy[list[Entry]]:
    """Several entries, each id once."""
    return st.lists(one, max_size=most, unique_by=lambda entry: entry.id)
