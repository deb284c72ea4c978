"""Numbers that stay when what they were counted from is gone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Table


class FigureRow(Table):
    """A number of one day, kept when the rows it was counted from are gone."""

    __tablename__ = "figure"
    # Years of rows are summed up: they lie in the order of their days, and the totals in an index of their own.
    __table_args__ = (Index("ix_figure_part", "part", "day", "name", "value"), {"sqlite_with_rowid": False})

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    """What was counted: "questions"."""
    part: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Of what part: a language, a topic, an entry; empty: of all."""
    value: Mapped[int]
