"""What this installation does, in numbers: counted every day, so that they stay when the rows of residents are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput
from bot.domain.events import YEARS, bounds
from bot.domain.figures import (
    REACHED,
    STANDS,
    WHOLE,
    Figure,
    Parts,
    Period,
    Shown,
    median_wait,
)
from bot.services import counting
from bot.services.counting import Cells, office_of
from bot.services.disclosing import disclose, topics_of
from bot.storage.database import insert
from bot.storage.tables import FigureRow, TurnRow

SETTLES = timedelta(hours=1)
"""After midnight, a day is counted: by then its last questions are sorted."""

STAYS_OPEN = timedelta(days=100)
"""How long it can become known how far a notice came, and how many were at an event."""

LONGEST_GAP = 31
"""Days that are counted at once, where nobody counted for a while."""

LATE = (Figure.RECIPIENTS, Figure.ARRIVED, Figure.STOPS, Figure.HELD, Figure.SEATS, Figure.ATTENDANCE)
"""Figures that become known later; their parts are notices and events, and they have no total of their own."""

Counted = dict[date, Cells]
"""Day -> its numbers."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of a period. Of a part with few people there is None, and of the next larger one if need be."""

    period: Period
    is_divided: bool
    """Whether it is a whole month, quarter or year that is over: only of these there are parts."""
    totals: Mapping[Figure, int | None]
    """Of the whole town; those of STANDS are of `stand`. What is not there is 0; None where it tells of few people."""
    parts: Mapping[Figure, Shown]
    """By what figures are divided into: codes of languages, ids of entries and topics, numbers of events, notices."""
    days: Mapping[date, Parts]
    """Day -> figure -> number of the whole town; days without any number are left out."""
    answer_minutes: int | None
    """The median time that a first answer of a person took, in the office's opening hours; None for fewer than 5."""
    stand: date | None
    """The day whose evening STANDS describe; None where it is not known."""

    def total(self, figure: Figure) -> int:
        """The number of the whole town."""
        return self.totals.get(figure) or 0

    def sum(self, figure: Figure) -> int | None:
        """The number of all notices or events together; None where it would tell of few people."""
        return self.totals.get(figure, 0)

    def part(self, figure: Figure) -> Shown:
        """The parts of a figure, as far as they may be shown."""
        return self.parts.get(figure, {})


def counts(db: Session, first: date, last: date, zone: ZoneInfo, now: datetime) -> Counts:
    """The numbers from one day to another, both included; of days that are not over what there is so far.

    Raises InvalidInput (to) where they come in the wrong order.
    """
    if last < first:
        raise InvalidInput("The last day must not come before the first.", field="to")
    period = Period(first, last)
    live = _live(db, period, zone, now)
    sums = _sums(db, period)
    for cells in live.values():
        for (figure, part), value in cells.items():
            mine = sums.setdefault(figure, {})
            mine[part] = mine.get(part, 0) + value
    stand, standing = _standing(db, period, zone, now)
    summed = {figure: parts for figure, parts in sums.items() if figure not in REACHED}
    whole = summed | standing | _reached(db, period, zone, now)
    waits = whole.pop(Figure.WAITED, {})
    is_divided = period.reached is not None and period.last < _today(zone, now)
    told = disclose(whole, topics_of(db, whole), is_divided=is_divided)
    return Counts(period, is_divided, told.totals, told.parts, _days(db, period, live), median_wait(waits), stand)


def plan(db: Session, zone: ZoneInfo, now: datetime) -> Counted:
    """What is to be stored now: days that are over and not counted, and what became known of earlier ones."""
    office, today = office_of(db, zone), _today(zone, now)
    planned: Counted = {}
    for day in _missing(db, today, zone):
        planned[day] = counting.of_day(db, day, office) | {(Figure.COUNTED, WHOLE): 1}
    yesterday = today - timedelta(days=1)
    if yesterday in planned:
        planned[yesterday] |= counting.of_evening(db, yesterday)
    late = counting.of_late(db, now - STAYS_OPEN, now, zone)
    stored = _stored(db, LATE, min(late, default=today))
    for day, cells in late.items():
        news = {key: value for key, value in cells.items() if _is_news(key[0], stored.get((day, *key)), value)}
        if news:
            planned.setdefault(day, {}).update(news)
    return planned


def store(db: Session, planned: Counted) -> None:
    """Keep numbers; what was kept of the same day, figure and part before is replaced."""
    rows = [
        {"day": day, "name": figure.value, "part": part, "value": value}
        for day, cells in planned.items()
        for (figure, part), value in cells.items()
    ]
    if rows:
        given = insert(db, FigureRow)
        key = (FigureRow.day, FigureRow.name, FigureRow.part)
        db.execute(given.on_conflict_do_update(index_elements=key, set_={"value": given.excluded.value}), rows)


def _is_news(figure: Figure, known: int | None, value: int) -> bool:
    """Whether a number says more than what is kept: rows go, numbers stay. How many came, staff may correct."""
    return known is None or (value != known if figure is Figure.ATTENDANCE else value > known)


def _today(zone: ZoneInfo, now: datetime) -> date:
    """The first day that is not to be counted yet."""
    return (now - SETTLES).astimezone(zone).date()


def _missing(db: Session, today: date, zone: ZoneInfo) -> list[date]:
    """Days before `today` that are not counted although there are rows of them; yesterday in any case."""
    yesterday = today - timedelta(days=1)
    oldest = db.scalar(select(func.min(TurnRow.at)))
    first = min(oldest.astimezone(zone).date(), yesterday) if oldest else yesterday
    marked = select(FigureRow.day).where(FigureRow.day >= first, FigureRow.name == Figure.COUNTED.value)
    counted = set(db.scalars(marked))
    every = (first + timedelta(days=number) for number in range((today - first).days))
    return [day for day in every if day not in counted][-LONGEST_GAP:]


def _stored(db: Session, figures: Iterable[Figure], since: date) -> dict[tuple[date, Figure, str], int]:
    names = [figure.value for figure in figures]
    stored = select(*_COLUMNS).where(FigureRow.day >= since, FigureRow.name.in_(names))
    return {(day, Figure(name), part): value for day, name, part, value in db.execute(stored)}


def _live(db: Session, period: Period, zone: ZoneInfo, now: datetime) -> Counted:
    """What happened on the days of a period that are not counted yet: today, and yesterday just after midnight."""
    today = now.astimezone(zone).date()
    marked = select(FigureRow.day).where(FigureRow.name == Figure.COUNTED.value)
    recent = [today - timedelta(days=1), today]
    counted = set(db.scalars(marked.where(FigureRow.day.in_(recent))))
    office = office_of(db, zone)
    open_days = [day for day in recent if period.first <= day <= period.last and day not in counted]
    return {day: counting.of_day(db, day, office) for day in open_days}


def _sums(db: Session, period: Period) -> dict[Figure, dict[str, int]]:
    """What is stored of a period, summed up."""
    found = select(FigureRow.name, FigureRow.part, func.sum(FigureRow.value)).where(
        FigureRow.day.between(period.first, period.last), FigureRow.name.not_in(_NO_SUM)
    )
    sums: dict[Figure, dict[str, int]] = {}
    for name, part, value in db.execute(found.group_by(FigureRow.name, FigureRow.part)):
        sums.setdefault(Figure(name), {})[part] = int(value)
    return sums


def _days(db: Session, period: Period, live: Counted) -> dict[date, dict[str, int]]:
    days: dict[date, dict[str, int]] = {}
    stored = select(FigureRow.day, FigureRow.name, FigureRow.value).where(
        FigureRow.part == WHOLE, FigureRow.day.between(period.first, period.last), FigureRow.name.not_in(_NO_DAY)
    )
    for day, name, value in db.execute(stored):
        days.setdefault(day, {})[name] = value
    for day, cells in live.items():
        found = {figure.value: value for (figure, part), value in cells.items() if part == WHOLE}
        days[day] = {name: value for name, value in found.items() if name not in _NO_DAY}
    return {day: numbers for day, numbers in sorted(days.items()) if numbers}


_COLUMNS = (FigureRow.day, FigureRow.name, FigureRow.part, FigureRow.value)

_NO_SUM = [figure.value for figure in (*STANDS, *REACHED, Figure.COUNTED)]
"""Figures that are not summed up."""

_NO_DAY = [*_NO_SUM, Figure.WAITED.value]
"""Figures that say nothing of a single day."""


def _standing(
    db: Session, period: Period, zone: ZoneInfo, now: datetime
) -> tuple[date | None, dict[Figure, dict[str, int]]]:
    """How it is at the end of a period, or now, and on which day that was."""
    today = now.astimezone(zone).date()
    if period.last >= today >= period.first:
        return today, _by_figure(counting.of_evening(db, today))
    ended = FigureRow.day.between(period.first, period.last)
    day = db.scalar(select(func.max(FigureRow.day)).where(ended, FigureRow.name == Figure.ENTRIES.value))
    if day is None:
        return None, {}
    stored = _stored(db, STANDS, day)
    return day, _by_figure({(figure, part): value for (on, figure, part), value in stored.items() if on == day})


def _reached(db: Session, period: Period, zone: ZoneInfo, now: datetime) -> dict[Figure, dict[str, int]]:
    """The residents who wrote in a month, quarter or year; they cannot be summed up from days."""
    figure = period.reached
    if figure is None or period.last.year not in YEARS:  # at the ends of the calendar there are no moments around a day
        return {}
    begin, end = bounds(period.first, period.last, zone)
    if begin <= now < end + SETTLES + timedelta(days=1):
        live = counting.reached(db, figure, begin, end)
        stored = _by_figure(_on(db, period.last, figure))
        return stored or _by_figure(live)
    return _by_figure(_on(db, period.last, figure))


def _on(db: Session, day: date, figure: Figure) -> Cells:
    rows = select(FigureRow.part, FigureRow.value).where(FigureRow.day == day, FigureRow.name == figure.value)
    return {(figure, part): value for part, value in db.execute(rows)}


def _by_figure(cells: Cells) -> dict[Figure, dict[str, int]]:
    found: dict[Figure, dict[str, int]] = {}
    for (figure, part), value in cells.items():
        found.setdefault(figure, {})[part] = value
    return found
