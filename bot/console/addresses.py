"""Numbers in the addresses of pages: what no row can have is no page, instead of a fault of the database."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

LARGEST = 2**62
"""More than any row is numbered with, and less than what the databases hold."""

Number = Annotated[int, Path(ge=1, le=LARGEST)]
"""Of a row, in the path of a page."""

Before = Annotated[int | None, Query(ge=1, le=LARGEST)]
"""The row before which a list goes on."""

_LONGEST_PAGE = 9
"""Digits of a page's number."""


def page_of(text: str) -> int:
    """The page that an address asks for, from 1; the first one where it asks for none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_PAGE
    return max(1, int(text)) if is_number else 1
