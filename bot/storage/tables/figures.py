"""Numbers that stay when what they were counted from is gone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Table


class FigureRow(Table):
    """A number of one day, kept when the rows it was counted from are gone."""

    __tablename__ = "figure"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    """What was counted: "questions"."""
    part: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Of what part: a language, a topic, an entry; empty: of all."""
    value: Mapped[int]
