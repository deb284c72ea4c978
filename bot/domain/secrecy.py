"""Secrecy: which numbers of parts are not shown, so that nobody can reckon how few people stand behind one.

Source: Statistisches Bundesamt, rules on secrecy, "primäre und sekundäre Sperrung".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from bot.domain.figures import SMALLEST_GROUP, WHOLE, Figure

Cell = tuple[Figure, str]
"""A figure and one of its parts, or its total: WHOLE."""

Values = Mapping[Cell, int]

_CERTAIN = 1 - 1e-6
"""How much of a number must follow from those that are shown until it is as good as shown, where 1 is all of it."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Numbers that make another one: whoever sees all but one of these knows that one too."""

    whole: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All of them."""
        return (self.whole, *self.parts)


def is_few(count: int) -> bool:
    """Whether so few people or questions are not to be told of."""
    return 0 < count < SMALLEST_GROUP


def keeps_secret(hidden: Sequence[int]) -> bool:
    """Whether the sum of what is hidden, which anybody can reckon, does not tell what it is made of."""
    return len(hidden) > 1 and sum(hidden) >= SMALLEST_GROUP and sum(hidden) > len(hidden)


def to_hide(values: Values, sums: Sequence[Sum], also: AbstractSet[Cell] = frozenset()) -> set[Cell] | None:
    """The cells that must not be shown: those of few, `also`, and as many of the next smallest as it takes.

    Totals of a figure are always shown. None where the numbers are so few that nothing but the totals keeps a secret:
    then not even the names of the parts may be shown.
    """
    hidden = {cell for cell, count in values.items() if cell[1] != WHOLE and is_few(count)}
    hidden |= {cell for cell in also if values.get(cell)}
    narrow = sorted(sums, key=lambda one: len(one.parts))  # what is hidden of these keeps the secret of wider ones too
    while weak := _weak(values, narrow, hidden):
        more = _next(values, weak, hidden)
        if more is None:
            return None
        hidden.add(more)
    return hidden


def _weak(values: Values, sums: Sequence[Sum], hidden: AbstractSet[Cell]) -> list[Sum]:
    """Sums that give something away; the first alone where one does so by itself."""
    for one in sums:
        if not _is_safe(values, one, hidden):
            return [one]
    given_away = {cell for cell in _certain(sums, hidden) if is_few(values[cell])}
    return [one for one in sums if given_away & set(one.cells)]


def _is_safe(values: Values, one: Sum, hidden: AbstractSet[Cell]) -> bool:
    parts = [values[cell] for cell in one.parts if cell in hidden]
    if one.whole in hidden:
        return bool(parts) or not any(values[cell] for cell in one.parts)
    return not parts or keeps_secret(parts)


def _next(values: Values, weak: Iterable[Sum], hidden: AbstractSet[Cell]) -> Cell | None:
    """The smallest number of some sums that can be hidden as well: a part, else what the parts make."""
    for cells in ([cell for one in weak for cell in one.parts], [one.whole for one in weak]):
        free = [cell for cell in cells if values[cell] and cell not in hidden and cell[1] != WHOLE]
        if free:
            return min(free, key=lambda cell: (values[cell], cell))
    return None


def _certain(sums: Sequence[Sum], hidden: AbstractSet[Cell]) -> list[Cell]:
    """Hidden cells that follow from what is shown: those whose unit vector lies in the row space of the sums."""
    cells = sorted({cell for one in sums for cell in one.cells if cell in hidden})
    if not cells:
        return []
    places = {cell: place for place, cell in enumerate(cells)}
    rows = np.zeros((len(sums), len(cells)))
    for row, one in enumerate(sums):
        for cell in one.cells:
            if cell in places:
                rows[row, places[cell]] = -1 if cell == one.whole else 1
    _, strength, space = np.linalg.svd(rows, full_matrices=False)
    known = (space[strength > 1e-9] ** 2).sum(axis=0)
    return [cell for cell in cells if known[places[cell]] > _CERTAIN]
