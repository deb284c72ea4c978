"""What may be shown of figures: which of them add up to which others, and so are hidden together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.figures import OUTCOMES, REACHED, WHOLE, Figure, Parts, Shown
from bot.domain.secrecy import Cell, Sum, Values, is_few, to_hide
from bot.storage.database import in_parts
from bot.storage.tables import EntryRow

LANGUAGES = (Figure.QUESTIONS, *OUTCOMES, *REACHED)
"""Figures that are divided by language."""

TOPICS = ((Figure.GIVEN, Figure.FIELD), (Figure.UNMET, Figure.UNMET_FIELD))
"""Figures that are divided by entries, and the same by the topics of these."""

BY_TOPIC = (Figure.FIELD, Figure.UNMET_FIELD)
"""Figures without a total, as an entry can have several topics: it would only tell how many have none."""

THINGS = (Figure.RECIPIENTS, Figure.ARRIVED, Figure.STOPS, Figure.SEATS, Figure.ATTENDANCE)
"""Figures of single notices and events: that there are these is no secret, and the total may be that of one alone."""

NOT_OF_PEOPLE = (Figure.TEXTS, Figure.HELD)
"""Figures with parts that tell nothing of residents: none of these is hidden."""

Divided = Mapping[Figure, Parts]
"""Figure -> its parts, the total under WHOLE."""

Topics = Mapping[str, Sequence[str]]
"""Id of an entry -> the topics that it belongs to."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What may be shown."""

    totals: Mapping[Figure, int | None]
    parts: Mapping[Figure, Shown]


def disclose(sums: Divided, topics: Topics, *, is_divided: bool) -> Disclosed:
    """What may be shown of the numbers of a period.

    Parts are shown of such periods alone as nobody can shift by a day: else two of them would tell of one day.
    """
    totals: dict[Figure, int | None] = {figure: whole(sums[figure]) for figure in sums if figure not in BY_TOPIC}
    if not is_divided:
        stays = {Figure.TEXTS: dict(sums.get(Figure.TEXTS, {}))}
        return Disclosed(totals | {figure: None for figure in THINGS if totals.get(figure)}, stays)
    shown: dict[Figure, Shown] = {figure: _parts(sums, figure) for figure in NOT_OF_PEOPLE}
    shown |= _languages(sums) | _subscribers(sums)
    for pair in TOPICS:
        shown |= _topics(sums, pair, topics)
    for figure in _some(sums, THINGS):
        shown[figure], totals[figure] = _things(sums, figure)
    return Disclosed(totals, {figure: parts for figure, parts in shown.items() if parts})


def topics_of(db: Session, sums: Divided) -> dict[str, list[str]]:
    """The topics of the entries that numbers are divided by."""
    ids = {part for figure, _ in TOPICS for part in sums.get(figure, {})}
    return {
        entry_id: list(fields.get("topics", ()))
        for some in in_parts(sorted(ids))
        for entry_id, fields in db.execute(select(EntryRow.id, EntryRow.fields).where(EntryRow.id.in_(some)))
    }


def whole(parts: Parts) -> int:
    """The total of a figure."""
    return parts.get(WHOLE, sum(parts.values()))


def by_language(sums: Divided) -> list[Sum]:
    """What adds up of figures that are divided by language."""
    became = [
        Sum((Figure.QUESTIONS, code), tuple((one, code) for one in OUTCOMES if code in sums.get(one, {})))
        for code in _parts(sums, Figure.QUESTIONS)
    ]
    return [*_totals(sums), *(one for one in became if one.parts)]


def by_topic(sums: Divided, pair: tuple[Figure, Figure], topics: Topics) -> list[Sum]:
    """What adds up of a figure that is divided by entries, and of the same by their topics."""
    entries, fields = pair
    within = [
        Sum((fields, topic), tuple((entries, one) for one in _parts(sums, entries) if topic in topics.get(one, ())))
        for topic in _parts(sums, fields)
    ]
    return [*_totals(sums), *(one for one in within if one.parts)]


def values(sums: Divided) -> Values:
    """Numbers cell by cell, the totals of figures among them."""
    return {
        (figure, part): count
        for figure, parts in sums.items()
        for part, count in {**parts, WHOLE: whole(parts)}.items()
    }


def _languages(sums: Divided) -> dict[Figure, Shown]:
    """By language: what became of questions only where this hides no more of the questions themselves."""
    few = {code for figure in REACHED for code, count in _parts(sums, figure).items() if is_few(count)}

    def kept(*figures: Figure) -> dict[Figure, Shown] | None:
        divided = _some(sums, figures)
        return _kept(divided, by_language(divided), {cell for cell in values(divided) if cell[1] in few})

    whole = kept(*LANGUAGES)
    if len(_parts(sums, Figure.QUESTIONS)) < 2:  # what became of all became of those of the only language
        return whole or {}
    alone = kept(Figure.QUESTIONS, *REACHED)
    is_as_much = whole and alone and whole[Figure.QUESTIONS] == alone[Figure.QUESTIONS]
    return (whole if is_as_much else alone) or {}


def _topics(sums: Divided, pair: tuple[Figure, Figure], topics: Topics) -> dict[Figure, Shown]:
    """By entries and by their topics; by entries alone where the topics would tell too much."""
    for figures in (pair, pair[:1]):
        divided = _some(sums, figures)
        shown = _kept(divided, by_topic(divided, pair, topics))
        if shown is not None:
            return shown
    return {}


def _subscribers(sums: Divided) -> dict[Figure, Shown]:
    divided = _some(sums, (Figure.SUBSCRIBERS,))
    return _kept(divided, _totals(divided)) or {}


def _things(sums: Divided, figure: Figure) -> tuple[Shown, int | None]:
    """The parts and the total of a figure of notices or events; where the total would tell of few, it is hidden too."""
    divided = _some(sums, (figure,))
    hidden = to_hide(values(divided), _totals(divided))
    shown = {
        part: None if count and (hidden is None or (figure, part) in hidden) else count
        for part, count in _parts(sums, figure).items()
    }
    return shown, whole(sums.get(figure, {})) if hidden is not None else None


def _kept(
    divided: Divided, equations: Sequence[Sum], also: AbstractSet[Cell] = frozenset()
) -> dict[Figure, Shown] | None:
    """The parts of figures that add up, without the names of those of which nothing is left; None as `to_hide`."""
    hidden = to_hide(values(divided), equations, also)
    if hidden is None:
        return None
    shown = {
        figure: {part: None if (figure, part) in hidden else count for part, count in _parts(divided, figure).items()}
        for figure in divided
    }
    return {figure: parts if any(parts.values()) else {} for figure, parts in shown.items()}


def _totals(sums: Divided) -> list[Sum]:
    """Parts make the total of their figure."""
    return [
        Sum((figure, WHOLE), tuple((figure, part) for part in _parts(sums, figure)))
        for figure in sums
        if _parts(sums, figure)
    ]


def _some(sums: Divided, figures: Iterable[Figure]) -> Divided:
    return {figure: sums[figure] for figure in figures if figure in sums}


def _parts(sums: Divided, figure: Figure) -> dict[str, int]:
    return {part: count for part, count in sums.get(figure, {}).items() if part != WHOLE}
