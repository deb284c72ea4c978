"""A report as tables for spreadsheets: nothing of it becomes a formula, and the same numbers make the same bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from datetime import date

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from bot.console.figures.report import Cell, Report, Section, Table
from bot.console.forms import Translate
from knowledge.tables import shielded

LONGEST_SHEET_NAME = 31
"""Characters. Source: Excel specifications and limits."""

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP archive can name, for its files."""

_BOLD, _LARGE = Font(bold=True), Font(bold=True, size=14)
_WIDTHS = (52, 18)
"""Of the first column and of the others, in characters."""


def csv_of(report: Report, tr: Translate) -> bytes:
    """One line a number, with semicolons and a byte-order mark, as German spreadsheets expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow((tr("Section"), tr("Table"), tr("What"), tr("Column"), tr("Count")))
    for section in report.sections:
        for table in section.tables:
            for name, *cells in table.rows:
                for column, cell in zip(table.header[1:], cells, strict=True):
                    line = (section.heading, table.caption, name, column, _told(cell, report))
                    writer.writerow([shielded(each) if isinstance(each, str) else each for each in line])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def excel_of(report: Report, tr: Translate, last: date) -> bytes:
    """A workbook with a sheet for each section; `last` is the last day of the period."""
    book = openpyxl.Workbook()
    cover = book.worksheets[0]
    cover.title = tr("Overview")
    _write(cover, [(report.title,), (report.period,), (), *((note,) for note in report.notes)])
    cover.cell(1, 1).font = _LARGE
    for section in report.sections:
        _fill(book.create_sheet(_sheet_name(section.heading)), section, report)
    book.properties.title, book.properties.language = f"{report.title}, {report.period}", report.language
    book.properties.creator = "Quartierslotse"
    out = io.BytesIO()
    book.save(out)
    return _as_of(out.getvalue(), last)


def _fill(sheet: Worksheet, section: Section, report: Report) -> None:
    _write(sheet, [(section.heading,), *((sentence,) for sentence in section.about), ()])
    sheet.cell(1, 1).font = _LARGE
    for table in section.tables:
        _add(sheet, table, report)
    for number, letter in enumerate("ABCDEFGH"):
        sheet.column_dimensions[letter].width = _WIDTHS[min(number, 1)]


def _add(sheet: Worksheet, table: Table, report: Report) -> None:
    top = sheet.max_row + 2
    _write(sheet, [(table.caption,), table.header, *([_told(cell, report) for cell in row] for row in table.rows)], top)
    for row in (top, top + 1):
        for cell in sheet[row]:
            cell.font = _BOLD


def _write(sheet: Worksheet, rows: list[object], top: int = 1) -> None:
    for number, row in enumerate(rows, top):
        for column, value in enumerate(row, 1):  # type: ignore[var-annotated, arg-type]
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type


def _told(cell: Cell, report: Report) -> str | int:
    return report.hidden if cell is None else cell


def _sheet_name(heading: str) -> str:
    return _NOT_IN_NAMES.sub(" ", heading)[:LONGEST_SHEET_NAME]


def _as_of(workbook: bytes, day: date) -> bytes:
    """The workbook as if it had been made at the end of a day: the library writes the moment into it."""
    moment = f"{day.isoformat()}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            data = given.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + moment, data)
            made.writestr(zipfile.ZipInfo(name, _FIRST_MOMENT), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
