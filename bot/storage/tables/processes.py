"""What processes agree upon."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Table


class LeaseRow(Table):
    """A duty that one process at a time has; it is free when the time is over."""

    __tablename__ = "lease"

    duty: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    """Names a process (bot/services/leases.py), no machine and no person."""
    expires_at: Mapped[datetime]
