"""Figures: what is counted every day, over which time, and what of it may be shown without telling of single people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import median

from bot.domain.errors import InvalidInput


class Figure(StrEnum):
    """What is counted. Each has a number of its own day, or parts, or both: a total under the empty part."""

    QUESTIONS = "questions"
    """Messages that ask something in words; parts: languages. The next five sum to it."""
    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    DECLINED = "declined"
    EMERGENCY = "emergency"
    HANDOVER = "handover"
    """Messages that ask for a person."""
    GIVEN = "given"
    """Answers that were shown, also from the menu; parts: entries."""
    FIELD = "field"
    """The same; parts: topics of the entries, of which one can have several."""
    UNMET = "unmet"
    """Questions without an answer; parts: the entry that comes nearest, NOTHING_NEAR."""
    UNMET_FIELD = "unmet_field"
    """The same; parts: topics of that entry."""
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    ACTIVE = "active"
    """Residents who wrote; parts: languages."""
    NEW = "new"
    """Those of them who wrote for the first time; parts: languages."""
    CASES = "cases"
    """Conversations with a person that began."""
    CASES_ANSWERED = "cases_answered"
    """Those that were answered for the first time."""
    WAITED = "waited"
    """The same; parts: minutes of the office's opening hours that it took."""
    SIGN_UPS = "sign_ups"
    MOVED = "moved"
    """Events that were moved, as those who are coming were told."""
    CANCELLED = "cancelled"
    REMINDERS = "reminders"
    """Those that arrived."""
    REACHED_MONTH = "reached_month"
    """Residents who wrote in a month, on its last day; parts: languages."""
    REACHED_QUARTER = "reached_quarter"
    REACHED_YEAR = "reached_year"
    RECIPIENTS = "recipients"
    """Of notices that began; parts: their numbers."""
    ARRIVED = "arrived"
    STOPS = "stops"
    """How many ended all notices below one; parts as before."""
    HELD = "held"
    """Events that took place; parts: their numbers."""
    SEATS = "seats"
    """Confirmed seats of these."""
    ATTENDANCE = "attendance"
    """How many came to these, as staff noted it."""
    SUBSCRIBERS = "subscribers"
    """On the evening of a day; parts: topics, of which one resident can have several."""
    ENTRIES = "entries"
    """Published ones, on the evening of a day."""
    OVERDUE = "overdue"
    """Those of them that nobody looked at when it was time."""
    TEXTS = "texts"
    """Those of them with a text; parts: languages."""
    COUNTED = "counted"
    """Marks a day that is counted."""


OUTCOMES = (Figure.ANSWERED, Figure.ASKED_BACK, Figure.DECLINED, Figure.EMERGENCY, Figure.HANDOVER)
"""What became of a question at once."""

STANDS = (Figure.SUBSCRIBERS, Figure.ENTRIES, Figure.OVERDUE, Figure.TEXTS)
"""How it is on the evening of a day: these are not summed up."""

REACHED = (Figure.REACHED_MONTH, Figure.REACHED_QUARTER, Figure.REACHED_YEAR)

WHOLE = ""
"""The part that stands for all of them."""

NOTHING_NEAR = "-"
"""The part for questions to which no entry comes near."""

SMALLEST_GROUP = 5
"""Fewer people or questions are shown of no part: in a quarter, everybody knows the one who speaks a language."""

Parts = Mapping[str, int]
Shown = Mapping[str, int | None]
"""Part -> number; None where it could tell of single people."""


def median_wait(parts: Parts) -> int | None:
    """The median of WAITED in minutes; None where it would tell of few people."""
    waits = [int(minutes) for minutes, count in parts.items() for _ in range(count)]
    return round(median(waits)) if len(waits) >= SMALLEST_GROUP else None


@dataclass(frozen=True, slots=True)
class Period:
    """Days from a first to a last one."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def reached(self) -> Figure | None:
        """What counts the residents of exactly this period; None where it is no month, quarter or year."""
        spans = (month_of, quarter_of, year_of)
        return next((figure for figure, span in zip(REACHED, spans, strict=True) if span(self.first) == self), None)


def month_of(day: date) -> Period:
    """The month of a day."""
    return Period(day.replace(day=1), _before_next(day.year, day.month + 1))


def quarter_of(day: date) -> Period:
    """The quarter of a year that a day lies in."""
    first = (day.month - 1) // 3 * 3 + 1
    return Period(date(day.year, first, 1), _before_next(day.year, first + 3))


def year_of(day: date) -> Period:
    """The year of a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def _before_next(year: int, month: int) -> date:
    """The last day before a month; 13 is the first month of the next year."""
    return date(year, 12, 31) if month > 12 else date(year, month, 1) - timedelta(days=1)


_NAME = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.IGNORECASE)


def read_period(text: str) -> Period:
    """The period that "2026", "2026-Q4" or "2026-11" names; raises InvalidInput (period) for anything else."""
    found = _NAME.fullmatch(text.strip())
    if not found or found[1] == "0000":
        raise InvalidInput("Please write a year, a quarter or a month: 2026, 2026-Q4 or 2026-11.", field="period")
    year = int(found[1])
    if found[2]:
        return quarter_of(date(year, int(found[2]) * 3, 1))
    return month_of(date(year, int(found[3]), 1)) if found[3] else year_of(date(year, 1, 1))


class Scale(StrEnum):
    """How long the steps of a chart over time are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def scale_of(period: Period) -> Scale:
    """Steps of which a chart has room for all."""
    if period.length <= 31:
        return Scale.DAY
    return Scale.WEEK if period.length <= 100 else Scale.MONTH


def start_of(day: date, scale: Scale) -> date:
    """The first day of the step that a day lies in; weeks begin on Mondays."""
    if scale is Scale.DAY:
        return day
    return day - timedelta(days=day.weekday()) if scale is Scale.WEEK else day.replace(day=1)


def in_steps(days: Mapping[date, Parts], period: Period) -> dict[date, dict[str, int]]:
    """The numbers of days summed up by steps of a chart: every step of the period, the first from its first day on."""
    scale = scale_of(period)
    every = (period.first + timedelta(days=number) for number in range(period.length))
    return {
        max(start, period.first): _sums(days.get(day, {}) for day in within)
        for start, within in groupby(every, key=lambda day: start_of(day, scale))
    }


def _sums(each: Iterable[Parts]) -> dict[str, int]:
    total: dict[str, int] = {}
    for parts in each:
        for name, count in parts.items():
            total[name] = total.get(name, 0) + count
    return total


def largest(shown: Shown, most: int) -> list[tuple[str, int]]:
    """The largest parts that may be shown, first the largest."""
    known = [(name, count) for name, count in shown.items() if count]
    return sorted(known, key=lambda one: (-one[1], one[0]))[:most]
