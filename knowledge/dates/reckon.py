"""What "next Tuesday" or "3 May" means on a given day: every convention of the calendar, each a function.

A week begins on Monday. What is said without a year lies ahead, because who asks what is on asks about the time to
come: on 4 May "3 May" is next year's, and the answer names its year, so nobody is misled. Only a date said with its
year may lie in the past.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Value = tuple[int, ...]
"""What a slot holds: one number, or year (0 where none was said), month and day."""

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)

YEARS_TO_LEAP_DAY = 8
"""Years to the next 29 February, at most: 1900 and 2100 have none."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days one after the other."""

    first: date
    """The first day."""
    last: date
    """The last day, included; `date.max` where there is no end."""

    @property
    def is_open(self) -> bool:
        """Whether it has no end: all that is to come, from its first day."""
        return self.last == date.max


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase as it was said."""

    meaning: str
    """The name of its rule."""
    slots: tuple[tuple[str, Value], ...] = ()
    """Name and value of each of its slots, in order."""

    def numbers(self, *slots: str) -> list[int]:
        """The values of all slots of these names."""
        return [value[0] for name, value in self.slots if name in slots]

    def number(self, slot: str, default: int = 0) -> int:
        """The value of the first slot of this name."""
        return next(iter(self.numbers(slot)), default)

    @property
    def month(self) -> int:
        """The month, 0 where none is named."""
        return next(iter(self.numbers("<month>", "<short_month>")), 0)

    def dates(self) -> list[Value]:
        """Dates in figures."""
        return [value for name, value in self.slots if name in ("<date>", "<loose>")]


def reckon(said: Said, today: date) -> Span | None:
    """The days that a phrase names; None for days that no calendar has (31 February)."""
    try:
        return RULES[said.meaning](said, today)
    except (ValueError, OverflowError):
        return None


def from_to(first: Said, last: Said, today: date) -> Span | None:
    """The days from one phrase to another: "Friday to Sunday", "28 December to 2 January".

    Of what has begun ("28 April to 2 May", said on the 29th) it is what is left; else the end is the first after the
    beginning.
    """
    start, end = reckon(first, today), reckon(last, today)
    if start is None:
        return None
    if end and today <= end.last < start.first and _has_begun(first, today):
        return Span(today, end.last)
    ends = (end, reckon(last, start.first))
    return next((Span(start.first, each.last) for each in ends if each and each.first >= start.first), None)


_LOOK_BACK = {"weekday": 6 * DAY, "date": 62 * DAY, "day_of_month": 62 * DAY}
"""How long ago something may have begun that still runs, by how its first day is named."""


def _has_begun(first: Said, today: date) -> bool:
    back = _LOOK_BACK.get(first.meaning)
    start = reckon(first, today - back) if back and today - date.min > back else None
    return start is not None and start.first <= today


def joined(one: Span, other: Span) -> Span:
    """All days from the earliest to the latest."""
    return Span(min(one.first, other.first), max(one.last, other.last))


def neighbours(one: Span, other: Span) -> bool:
    """Whether no day lies between them."""
    early, late = sorted((one, other), key=lambda span: span.first)
    return late.first.toordinal() <= early.last.toordinal() + 1


def _day(day: date) -> Span:
    return Span(day, day)


def _days(first: date, days: int) -> Span:
    return Span(first, first + timedelta(days=days))


# --- Days and weekdays -----------------------------------------------------------------------------------------------


def _in_days(said: Said, today: date) -> Span:
    return _day(today + said.number("<number>") * DAY)


def _next_days(said: Said, today: date) -> Span:
    """ "The next three days" are those after today; today is shown too. Without a number they are a week."""
    return _days(today, said.number("<number>", 7))


def _on_weekday(said: Said, since: date) -> date:
    return since + (said.numbers("<weekday>", "<short>")[0] - since.isoweekday()) % 7 * DAY


def _weekday(said: Said, today: date) -> Span:
    """A bare weekday, and "this Tuesday": the next one, today included, for what is on today is still worth showing."""
    return _day(_on_weekday(said, today))


def _coming_weekday(said: Said, today: date) -> Span:
    """ "Kommenden Dienstag": the first one after today."""
    return _day(_on_weekday(said, today + DAY))


def _next_weekday(said: Said, today: date) -> Span:
    """ "Nächsten Dienstag", "next Tuesday": the first one that is two days ahead or more.

    People differ on this wording. The dictionary says the nearest one (Duden, "nächste"), but nobody calls today or
    tomorrow so: these have their own names, and who says "next" on a Monday about Tuesday means the other one.
    """
    return _day(_on_weekday(said, today + 2 * DAY))


def _weekday_after_next(said: Said, today: date) -> Span:
    return _day(_on_weekday(said, today + 2 * DAY) + WEEK)


def _weekday_next_week(said: Said, today: date) -> Span:
    """ "Dienstag nächster Woche": of the calendar week after this one."""
    return _day(_on_weekday(said, _monday(today) + WEEK))


def _weekday_in_weeks(said: Said, today: date) -> Span:
    """ "Dienstag in einer Woche": so many weeks after the next Tuesday, today included."""
    return _day(_on_weekday(said, today) + said.number("<number>", 1) * WEEK)


# --- Weeks, weekends, months -----------------------------------------------------------------------------------------


def _monday(today: date) -> date:
    return today - today.weekday() * DAY


def _week_in(weeks: int, today: date) -> Span:
    return _days(_monday(today) + weeks * WEEK, 6)


def _this_week(_: Said, today: date) -> Span:
    """What is left of it: from today until Sunday."""
    return Span(today, _week_in(0, today).last)


def _in_weeks(said: Said, today: date) -> Span:
    """ "In two weeks" asked of what is on is the whole calendar week, which has the exact day in it."""
    return _week_in(said.number("<number>", 1), today)


def _weekend(_: Said, today: date) -> Span:
    """This week's Saturday and Sunday; on the Sunday only that, since Saturday is over. Friday is no part of it."""
    sunday = _week_in(0, today).last
    return Span(max(sunday - DAY, today), sunday)


def _coming_weekend(_: Said, today: date) -> Span:
    """ "Kommendes Wochenende": the first that has not begun, so on a Saturday or Sunday that of the week after."""
    monday = _monday(today + 2 * DAY)
    return Span(monday + 5 * DAY, monday + 6 * DAY)


def _weekend_in(weeks: int, today: date) -> Span:
    monday = _monday(today) + weeks * WEEK
    return Span(monday + 5 * DAY, monday + 6 * DAY)


def _month_of(year: int, month: int, today: date) -> Span:
    """A whole month; of the running one, what is left."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return Span(max(first, today) if last >= today else first, last)


def _month_in(months: int, today: date) -> Span:
    years, month = divmod(today.month - 1 + months, 12)
    return _month_of(today.year + years, month + 1, today)


def _month(said: Said, today: date) -> Span:
    """ "Im Mai": the running month's rest, or the next May."""
    month = said.month
    return _month_of(said.number("<year>", today.year + (month < today.month)), month, today)


# --- Dates -----------------------------------------------------------------------------------------------------------


def _dated(year: int, month: int, day: int, today: date) -> date:
    """That day; without a year (0) the next one that the calendar has, today included. Raises ValueError."""
    if year:
        return date(year, month, day)
    for later in range(YEARS_TO_LEAP_DAY + 1):
        if 1 <= month <= 12 and day <= monthrange(today.year + later, month)[1]:
            found = date(today.year + later, month, day)
            if found >= today:
                return found
    raise ValueError


def _day_of_month(said: Said, today: date) -> Span:
    """ "3 May" with or without a year; of several days ("3 to 5 May") all between the first and the last."""
    year, month = said.number("<year>"), said.month
    days = said.numbers("<day>", "<nth>")
    return _between(year, month, days[0], days[-1], today)


def _between(year: int, month: int, first_day: int, last_day: int, today: date) -> Span:
    """Some days of one month; of those that have begun, what is left, as long as no year was said."""
    last = _dated(year, month, last_day, today)
    first = date(last.year, month, first_day)
    if first > last:
        raise ValueError
    return Span(first if year else max(first, today), last)


def _nth(said: Said, today: date) -> Span:
    """ "Am 15.": the next day of this number."""
    number = said.numbers("<nth>", "<day>")[0]
    return _day(next(day for day in (today + ahead * DAY for ahead in range(62)) if day.day == number))


def _date(said: Said, today: date) -> Span:
    """A date in figures; with a day before it ("3.-5.5.") all days between, with a second one ("3.5 bis 5.5") too."""
    year, month, day = said.dates()[0]
    first = [*said.numbers("<nth>", "<day>"), day][0]
    last_year, last_month, last_day = said.dates()[-1]
    if len(said.dates()) == 1:
        return _between(year, month, first, day, today)
    start = _dated(year, month, first, today)
    end = _dated(last_year, last_month, last_day, start)
    if end < start:
        raise ValueError
    return Span(start, end)


RULES: Mapping[str, Callable[[Said, date], Span]] = {
    "today": lambda _, today: _day(today),
    "tomorrow": lambda _, today: _day(today + DAY),
    "day_after_tomorrow": lambda _, today: _day(today + 2 * DAY),
    "in_days": _in_days,
    "same_day_in_weeks": lambda said, today: _day(today + said.number("<number>", 1) * WEEK),
    "next_days": _next_days,
    "weekday": _weekday,
    "coming_weekday": _coming_weekday,
    "next_weekday": _next_weekday,
    "weekday_after_next": _weekday_after_next,
    "weekday_next_week": _weekday_next_week,
    "weekday_in_weeks": _weekday_in_weeks,
    "this_week": _this_week,
    "next_week": lambda _, today: _week_in(1, today),
    "week_after_next": lambda _, today: _week_in(2, today),
    "in_weeks": _in_weeks,
    "next_weeks": lambda said, today: _days(today, 7 * said.number("<number>")),
    "seven_days": lambda _, today: _days(today, 6),
    "weekend": _weekend,
    "coming_weekend": _coming_weekend,
    "next_weekend": lambda _, today: _weekend_in(1, today),
    "weekend_after_next": lambda _, today: _weekend_in(2, today),
    "this_month": lambda _, today: _month_in(0, today),
    "next_month": lambda _, today: _month_in(1, today),
    "in_months": lambda said, today: _month_in(said.number("<number>", 1), today),
    "month": _month,
    "day_of_month": _day_of_month,
    "nth": _nth,
    "date": _date,
}
"""For each meaning that a language file can give to phrases, its rule."""
