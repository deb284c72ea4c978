"""Public ids: they last, and stand in links."""

from __future__ import annotations

import re

from knowledge.normalize import fold


def id_of(title: str, longest: int) -> str:
    """An id made of a title: letters a-z, digits and hyphens; empty where nothing of it can be written so."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title).lower()).strip("-")[:longest].strip("-")
