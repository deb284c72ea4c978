"""Who may do what in the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import BigId, Table


class TokenRow(Table):
    """What a program of the office shows to use the API."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    """What the program is; no person's name."""
    role: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token: it is long and random, so that nothing slower is needed."""
    created_at: Mapped[datetime]
