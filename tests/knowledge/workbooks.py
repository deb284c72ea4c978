"""Workbooks for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable

import openpyxl


def excel(*rows: Iterable[object]) -> bytes:
    """A workbook as a person would fill it."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
