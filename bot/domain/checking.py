"""When staff look again whether an entry is still right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from knowledge.entry import Entry

USUAL_MONTHS = 6
HOURS_MONTHS = 3
"""Opening hours change more often than anything else."""

CHOICES = (1, HOURS_MONTHS, USUAL_MONTHS, 12, 24)
"""Months that staff choose from; 12 suits what a law says."""


def interval(entry: Entry) -> int:
    """After how many months an entry is looked at again: as staff chose last time, else as is usual."""
    if entry.checked_on and entry.next_check_on and entry.next_check_on > entry.checked_on:
        months = round((entry.next_check_on - entry.checked_on).days / 30.44)
        return min(CHOICES, key=lambda choice: abs(choice - months))
    return HOURS_MONTHS if entry.opening_hours else USUAL_MONTHS


def confirmed(entry: Entry, today: date, months: int | None = None) -> Entry:
    """The entry as somebody found it right today, in every language."""
    following = today + relativedelta(months=months or interval(entry))
    return replace(entry, checked_on=today, next_check_on=following)


def is_due(entry: Entry, today: date) -> bool:
    """Whether it is time to look at it again."""
    return entry.next_check_on is not None and entry.next_check_on <= today
