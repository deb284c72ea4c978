"""Days of birth. Other dates stay: residents ask about days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.domain.masking.reading import Span
from bot.domain.masking.words import any_of

_YEAR = r"(?:(?:19|20)\d\d|\d\d)(?!\d)"
_BETWEEN = r"[^!?;\d\ufffc]{0,25}?"
"""What may stand between "geboren" and the date: a few words of the same sentence."""
# A birthday is also a feast that is to be held: then its year is near or left out.
_BIRTHDAY, _LONG_AGO = re.compile("geburtstag", re.IGNORECASE), re.compile(r"(?:19\d|20[01])\d")
_NEXT_SENTENCE = re.compile(r"\.\s+[A-ZÄÖÜ]")


def find_births(plain: str) -> Iterator[Span]:
    """Dates that are said to be somebody's day of birth."""
    for pattern in _patterns():
        for found in pattern.finditer(plain):
            party = _BIRTHDAY.search(found.group()) and not _LONG_AGO.search(found.group("date"))
            if not party and not _NEXT_SENTENCE.search(found.group("between")):
                yield Span(*found.span("date"), "Datum")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word of birth and a date; a date and a word of birth."""
    born, behind = any_of("numbers", "born"), any_of("numbers", "born_behind")
    then_date = rf"(?<!\w){born}(?!\w)(?P<between>{_BETWEEN})(?<!\d)(?P<date>{_date()})"
    then_born = rf"(?<![\d.])(?P<date>{_date()})(?P<between>[ ,]{{0,2}}(?:(?:in|te|ta|de|da)[ ]\w{{1,20}}[ ])?){behind}"
    return re.compile(then_date, re.IGNORECASE), re.compile(then_born, re.IGNORECASE)


def _date() -> str:
    month = rf"{any_of('numbers', 'month')}\w{{0,9}}"
    forms = (
        rf"\d{{1,2}}[ ]?[./-][ ]?\d{{1,2}}[ ]?[./-][ ]?{_YEAR}",
        r"(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)",
        rf"\d{{1,2}}(?:\.|st|nd|rd|th|er|-го)?[ ](?:de |of |d')?{month}\.?,?(?:[ ](?:de )?{_YEAR})?",
        rf"{month}[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]{_YEAR}",
        r"[0-3]\d[01]\d(?:19|20)\d\d(?!\d)",
    )
    return "(?:" + "|".join(forms) + ")"
