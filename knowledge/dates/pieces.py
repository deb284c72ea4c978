"""A message in its pieces: words, and dates in figures, told from prices, times, versions and phone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from knowledge.dates.reckon import Value
from knowledge.normalize import fold

# No date stands right behind or before another figure, as in phone numbers, prices, versions and net addresses; only
# from one to another there may be a hyphen: "3.5.-5.5.".
_FIGURES = r"""
    (?<!\w)(?<!\d[.,:/])(?<!['’ʼ#+$€£§])
    (?:
        (?P<dotted>\d{1,2}\.\s{0,3}\d{1,2}\.(?:\s{0,3}(?:19|20)\d\d|\d\d)?)
      | (?<!\d-)(?:
            (?P<iso>\d{4}-\d{1,2}-\d{1,2})
          | \d{1,2}/\d{1,2}/(?:(?:19|20)\d\d|\d\d)
          | \d{1,2}-\d{1,2}-(?:19|20)\d\d
          | (?P<loose>\d{1,2}[./]\d{1,2})
        )(?!-\d)
    )
    (?:(?<=\d)['’ʼ][^\W\d_]{1,4})?  # Turkish attaches endings: 3.5.2026'da
    (?!\w|[.,:/]\d|['’ʼ]\w|\s?[€$£%٪°])
"""
_PIECE = re.compile(_FIGURES + r"| (?P<word>[^\W_]+(?:['’ʼ][^\W_]+)*)", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a date in figures."""

    text: str
    """As typed, in lower case."""
    start: int
    """Index of its first word among `knowledge.normalize.words` of the message."""
    end: int
    """Index behind its last word."""
    after: str
    """What stands between this piece and the next."""
    slot: str = ""
    """<date> or <loose> (without a last full stop, so perhaps something else); empty for a word."""
    value: Value = ()
    """Year, or 0 where none is said, month and day of a date."""


def pieces(text: str) -> list[Piece]:
    """The pieces of `text`, in order; together they have the words that `knowledge.normalize.words` finds."""
    found: list[Piece] = []
    bare = _bare(text)
    matches = list(_PIECE.finditer(bare))
    for number, match in enumerate(matches):
        following = matches[number + 1].start() if number + 1 < len(matches) else len(bare)
        found.append(_piece(match, found[-1].end if found else 0, bare[match.end() : following]))
    return found


def told_apart(found: list[Piece], units: Container[str], labels: Container[str]) -> list[Piece]:
    """The pieces, where figures before a unit ("3.5 kg", "10.30 Uhr") or after a label ("Version 3.5") are no date."""
    folded = [fold(piece.text) for piece in found]
    before, behind = ["", *folded], [*folded[1:], ""]
    return [
        Piece(piece.text, piece.start, piece.end, piece.after)
        if piece.slot and (last in labels or following in units)
        else piece
        for piece, last, following in zip(found, before, behind, strict=False)
    ]


def _bare(text: str) -> str:
    """As `words` reads it: composed, lower case, without marks inside words; Arabic-Indic figures are figures."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    if composed.isascii():
        return composed
    spoken = (char for char in composed if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return "".join(str(unicodedata.decimal(char, char)) for char in spoken)


def _piece(match: re.Match[str], start: int, after: str) -> Piece:
    if match["word"]:
        return Piece(match.group(), start, start + 1, after)
    figures = [int(figure) for figure in re.findall(r"\d+", match.group())]
    slot = "<loose>" if match["loose"] else "<date>"
    value = tuple(figures) if match["iso"] else _day_first(figures)
    return Piece(match.group(), start, start + len(figures), after, slot, value)


def _day_first(figures: list[int]) -> Value:
    """As written in Europe, with a point or a stroke: 5/3 is the fifth of March."""
    day, month, year = [*figures, 0][:3]
    return (year + 2000 if 0 < year < 100 else year), month, day
