"""Reports of broadcasts, as values and as files for spreadsheets."""

from __future__ import annotations

import codecs
import csv
import io

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.reports import HEADER, Report
from bot.services import tallies
from bot.storage.tables import BroadcastRow
from knowledge.tables import shielded


def report(db: Session, broadcast_id: int) -> Report:
    """What became of a broadcast; raises NotFound."""
    row = db.get(BroadcastRow, broadcast_id)
    if row is None:
        raise NotFound("broadcast", broadcast_id)
    return Report(row.id, row.texts, tallies.counts(db, row), tallies.by_language(db, row), row.stops)


def csv_of(found: Report) -> bytes:
    """A report as CSV with semicolons and a byte-order mark, as German spreadsheets expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in found.table():
        writer.writerow([shielded(cell) if isinstance(cell, str) else cell for cell in row])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def excel_of(found: Report) -> bytes:
    """A report as a workbook; no text of it becomes a formula."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADER)
    for number, row in enumerate(found.table(), 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES = {
    "csv": (csv_of, "text/csv; charset=utf-8"),
    "xlsx": (excel_of, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Ending of a file -> how it is made, and its media type."""
