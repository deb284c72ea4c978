"""Numbers that lead to a person: telephones, bank accounts, plates, papers, contracts.

A checksum is asked for nowhere: a number with a slip in it is as personal as the right one. For the same reason there
is no list of valid telephone numbers: any run of digits too long for a date or a price is taken for a personal one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.domain.masking.reading import Span
from bot.domain.masking.words import any_of

_CUE_BEFORE = 40
"""Letters before a number in which a word may stand that tells what it is."""

# ISO 13616: two letters, two digits, then up to thirty letters and digits, in groups of four or in one piece.
_IBAN = re.compile(
    r"(?<![^\W_])[a-z]{2}[ ]?\d{2}(?:[ -]?(?=[a-z]{0,4}\d)[a-z\d]{4}|[ -][a-z]{4}(?=[ -]?\d)){2,7}"
    r"(?:[ -]?\d[a-z\d]{0,2})?(?![^\W_])",
    re.IGNORECASE,
)

_PLATE = re.compile(
    r"(?<![\w-])(?P<place>[A-ZÄÖÜ]{1,3})(?P<hyphen>[ ]?[-:·•][ ]?|[ ])(?P<letters>[A-Z]{1,2})[ -]{0,2}"
    r"(?P<digits>[1-9]\d{0,3})[ ]?[EH]?(?!\w)",
    re.IGNORECASE,
)
_YEAR_ONLY = re.compile(r"(?:19|20)\d\d")
_WEEKDAYS = frozenset(("mo", "di", "mi", "do", "fr", "sa", "so"))

_RUN = re.compile(r"(?<![\d.,])(?:[+(]{1,2}[ ]?)?\d(?:[ ().\-/\u2060]{0,3}\d)*")
_FEWEST_DIGITS, _FEWEST_DIALLED, _FEWEST_CUED = 7, 6, 5
"""Digits from which on a run is a personal number: of any; beginning with 0 or +; behind "Telefon"."""

# "null eins fünf eins 234567": at least three digits in words.
_DIGIT = (
    "null|eins|zwei|zwo|drei|vier|fünf|fuenf|sechs|sieben|acht|neun"
    "|zero|one|two|three|four|five|six|seven|eight|nine|oh|double"
)
_SPELLED = re.compile(
    rf"(?<!\w)(?:{_DIGIT})(?:[ ,.-]{{1,2}}(?:{_DIGIT})){{2,}}(?:[ ,./-]{{1,3}}(?:{_DIGIT}|\d+))*(?!\w)", re.IGNORECASE
)

# Numbers for everybody. Sources: numbering plan of the Federal Network Agency; 116 xxx is harmonised in the EU; 0800
# and 0180 belong to services.
_PUBLIC = re.compile(r"110|112|115|118\d{2,3}|116\d{3}|19222|19240|(?:49|0049)?0?(?:800|180[1-7]?)\d*")

_DATE = (
    r"(?:[0-3]?\d[ ]?[./-][ ]?[01]?\d[ ]?[./-][ ]?(?:19|20)\d\d(?!\d)|[0-3]?\d[./][01]?\d[./]\d\d(?!\d)"
    r"|(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d(?!\d)|[0-3]?\d\.[ ]?[01]?\d\.)"
)
_TIME = (
    r"(?:[0-2]?\d[.:][0-5]\d(?!\d)|[0-2]\d[0-5]\d(?=[ ]?-[ ]?[0-2]\d[0-5]\d(?!\d))"
    r"|(?<=-)[0-2]\d[0-5]\d|(?<=- )[0-2]\d[0-5]\d)"
)
_YEAR, _POSTCODE, _SMALL = r"(?:(?:19|20)\d\d(?!\d))", r"(?:(?<!\d)44\d{3}(?!\d))", r"(?:(?<!\d)[1-9]\d?(?!\d))"
# What a run is made of where it is nobody's: dates, hours, years, post codes of Dortmund, small numbers. Each piece is
# read once (?>...), so that no row of digits can be read in many ways.
_PIECE = rf"(?>{_DATE}|{_TIME}|{_YEAR}|{_POSTCODE}|{_SMALL})"
_HARMLESS = re.compile(rf"{_PIECE}(?:[ ()./-]{{1,3}}{_PIECE})*+")
_AMOUNTS = re.compile(r"[1-9]\d{0,2}(?:[. ]\d{3})+(?:[ ]?-[ ]?[1-9]\d{0,2}(?:[. ]\d{3})+)?")
# French and others write telephones in pairs, which look like dates: "06-12-34-56-78".
_PAIRS = re.compile(r"\d{1,2}([ ./-])\d\d(?:\1\d\d){3}")

# Letters and digits in one word: "35502BG0012345", "C01X00T47"; but not "1500euro", "140x200".
_MIXED = re.compile(r"(?<!\w)(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{7,40}(?!\w)", re.IGNORECASE)
_QUANTITY = re.compile(r"\d+[a-zäöüß€²³]{1,10}|\d+x\d+(?:x\d+)?", re.IGNORECASE)
_FEWEST_MIXED, _FEWEST_OF_PAPER = 5, 4
# Digits with letters before and signs between: "VN-2024-55812".
_SIGNED = re.compile(r"(?<![\w-])[A-Z]{1,4}[-/]\d{2,6}[-/]\d{3,12}(?![\w-])")
_VALUE = r"(?:[A-Z]{1,4}[ -]?)?\d[\dA-Z]{0,20}(?:[ ./-](?:\d[\dA-Z]{0,20}|[A-Z]{1,3}(?=[ /.-]\d))){0,12}"


def find_ibans(plain: str) -> Iterator[Span]:
    """Numbers of bank accounts."""
    return (Span(*found.span(), "IBAN") for found in _IBAN.finditer(plain))


def find_plates(plain: str) -> Iterator[Span]:
    """German number plates of cars."""
    return (Span(*found.span(), "Kennzeichen") for found in _PLATE.finditer(plain) if _is_plate(found))


def find_papers(plain: str) -> Iterator[Span]:
    """Numbers of customers, contracts, insurances, passports, files."""
    for found in _paper().finditer(plain):
        if _digits(found.group("value")) >= _FEWEST_OF_PAPER:
            yield Span(*found.span("value"), "Nummer")
    yield from (Span(*found.span(), "Nummer") for found in _SIGNED.finditer(plain))
    for found in _MIXED.finditer(plain):
        if _digits(found.group()) >= _FEWEST_MIXED and not _QUANTITY.fullmatch(found.group()):
            yield Span(*found.span(), "Nummer")


def find_numbers(plain: str) -> Iterator[Span]:
    """Telephone numbers, and other runs of digits too long to be a date, a price or an opening hour."""
    for found in _SPELLED.finditer(plain):
        if len(re.findall(r"\d|[^\W\d_]+", found.group())) >= _FEWEST_DIALLED:
            yield Span(*found.span(), "Telefon")
    for found in _RUN.finditer(plain):
        digits = _digits(found.group())
        if digits < _FEWEST_CUED:
            continue
        cued = _phone_cue().search(plain, max(0, found.start() - _CUE_BEFORE), found.start()) is not None
        dialled = found.group().startswith(("+", "0", "(0", "(+"))
        fewest = _FEWEST_CUED if cued else _FEWEST_DIALLED if dialled else _FEWEST_DIGITS
        if digits >= fewest and not _is_harmless(plain, *found.span()):
            yield Span(*found.span(), "Telefon" if cued or dialled else "Nummer")


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _is_plate(found: re.Match[str]) -> bool:
    place, letters, digits = found.group("place", "letters", "digits")
    if place.lower() in _WEEKDAYS and letters.lower() in _WEEKDAYS and len(digits) < 3:
        return False  # "Do-Fr 10 Uhr"
    if _plate_cue().search(found.string, max(0, found.start() - _CUE_BEFORE), found.start()):
        return True
    written = (place + letters).isupper() and not _no_plate().fullmatch(place)
    if found.group("hyphen") != " ":
        return written or len(digits) > 2
    return written and len(digits) > 2 and not _YEAR_ONLY.fullmatch(digits)


def _is_harmless(plain: str, start: int, end: int) -> bool:
    run = plain[start:end].strip(" ()/.-")
    if _PUBLIC.fullmatch("".join(filter(str.isdigit, run))):
        return True
    if _AMOUNTS.fullmatch(run):
        return _amount_of().match(plain, end) is not None
    return _HARMLESS.fullmatch(run) is not None and not _PAIRS.fullmatch(run)


@cache
def _plate_cue() -> re.Pattern[str]:
    return re.compile(any_of("numbers", "plate_cue"), re.IGNORECASE)


@cache
def _no_plate() -> re.Pattern[str]:
    return re.compile(any_of("numbers", "no_plate"), re.IGNORECASE)


@cache
def _phone_cue() -> re.Pattern[str]:
    return re.compile(any_of("numbers", "phone_cue"), re.IGNORECASE)


@cache
def _amount_of() -> re.Pattern[str]:
    return re.compile(rf"(?:,\d\d)?[ ]?{any_of('numbers', 'amount_of')}", re.IGNORECASE)


@cache
def _paper() -> re.Pattern[str]:
    cue = any_of("numbers", "paper_cue")
    return re.compile(rf"{cue}(?P<between>[^\d\n\ufffc]{{0,20}}?)(?<![^\W\d_])(?P<value>{_VALUE})", re.IGNORECASE)
