"""What one language writes together or apart: names of two words, and particles attached to the next word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.dates.lexicon import Lexicon, plain
from knowledge.dates.pieces import Piece


def spelled(found: Sequence[Piece], lexicon: Lexicon) -> list[Piece]:
    """The pieces with every name of two words ("كانون الثاني", "après-midi") as one, and every attached particle alone.

    A particle has the index of its word and no words of its own, so indices still count `knowledge.normalize.words`.
    """
    return [part for piece in _together(found, lexicon) for part in _apart(piece, lexicon)]


def _together(found: Sequence[Piece], lexicon: Lexicon) -> Iterator[Piece]:
    place = 0
    while place < len(found):
        pair = _pair(found[place : place + 2], lexicon)
        yield pair or found[place]
        place += 2 if pair else 1


def _pair(two: Sequence[Piece], lexicon: Lexicon) -> Piece | None:
    if not lexicon.names_of_two or len(two) < 2 or two[0].slot or two[1].slot or two[0].after.strip(" -"):
        return None
    name = " ".join(plain(piece.text, lexicon.language) for piece in two)
    return Piece(name, two[0].start, two[1].end, two[1].after) if name in lexicon.names_of_two else None


def _apart(piece: Piece, lexicon: Lexicon) -> Sequence[Piece]:
    word = "" if piece.slot else plain(piece.text, lexicon.language)
    if word in lexicon.vocabulary:
        return (piece,)
    for particle in lexicon.attached:
        rest = word.removeprefix(particle)
        if rest != word and rest in lexicon.vocabulary:
            return Piece(particle, piece.start, piece.start, ""), Piece(rest, piece.start, piece.end, piece.after)
    return (piece,)
