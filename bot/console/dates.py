"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date

_GERMAN = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")


def as_iso(text: str) -> str:
    """ "24.12.2026" as it is stored, "2026-12-24"; anything else as it is."""
    found = _GERMAN.fullmatch(text.strip())
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text


def day_of(text: str) -> date:
    """The day in "2026-12-24" or "24.12.2026"; raises ValueError."""
    return date.fromisoformat(as_iso(text))
