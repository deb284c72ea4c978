"""Which days a message speaks of, and whether it asks what is on. Pure: today is an argument."""

from knowledge.dates.hear import DatesHeard, asks_for_events, hear_dates, languages_asking, read_period
from knowledge.dates.reckon import Span

__all__ = ["DatesHeard", "Span", "asks_for_events", "hear_dates", "languages_asking", "read_period"]
