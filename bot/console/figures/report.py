"""The parts of a report, whatever it is made into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | None
"""Of a table; None where few people stand behind it, so that it is not shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; the first cell of each names it."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    why_empty: str = ""
    """What is said where there is no row."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to look at; the table beside it says the same."""

    title: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[int]]
    """Name -> a number for each label; several of them are stacked."""
    lies: bool = False
    """Whether bars lie beneath each other, for long labels."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report."""

    key: str
    """Names it in addresses."""
    heading: str
    about: Sequence[str]
    """Sentences."""
    tables: Sequence[Table]
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about a period."""

    title: str
    period: str
    language: str
    sections: Sequence[Section]
    notes_heading: str
    notes: Sequence[str]
    """How it was counted."""
    hidden: str
    """What stands in a cell that is not shown."""
