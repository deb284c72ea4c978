"""Records as a table, CSV or Excel, and back.

One row an entry. A text field has one column per language ("title_de"), phrases stand one a line in a cell, lists are
separated by commas, and what has parts (a position, opening hours, several phones) is JSON in its cell.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.decoding import decode
from knowledge.entry import DEFAULT_LANGUAGE, KNOWN_KINDS, EntryError, State
from knowledge.record import LANGUAGE_CODE, LOCAL_PHRASES, LOCAL_TEXTS

Row = tuple[int, Mapping[str, Any]]
"""The line (or row) a record starts at, from 1, and the record."""

_LISTS = ("languages", "contact", "topics", "related")
_STRUCTURED = ("position", "phone", "opening_hours")
_SINGLE = ("id", "kind", "state", "address", *_STRUCTURED, "mail", "link", "call_first", *_LISTS)
_DATES = ("valid_from", "valid_to", "source", "as_of", "checked_on", "next_check_on")
_KNOWN = {*_SINGLE, *_DATES} - {*_STRUCTURED, *_LISTS}
"""Columns whose cells are texts, whatever they look like."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_FORBIDS = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
LONGEST_CELL = 32_767
MOST_ROWS, MOST_COLUMNS = 50_000, 300
"""What is read of a sheet: a space typed in its last corner would take all memory."""

YES, NO = "ja", "nein"
CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": KNOWN_KINDS,
    "state": tuple(State),
    "call_first": (YES, NO),
}
"""Columns of an Excel file in which one chooses from a list."""

LARGEST_UNPACKED = 100 * 10**6
"""Bytes of a workbook's parts together: many times what the knowledge of a town takes."""

LONGEST_LIST = 255
"""Characters of such a list. Source: Excel, data validation."""

HINTS: Mapping[str, str] = {
    "id": "A short name that stays: links and files name the entry by it. / Eine kurze Kennung, die bleibt.",
    "phrasings": "One question a line (Alt+Enter). / Eine Frage pro Zeile (Alt+Eingabe).",
    "keywords": "One word a line (Alt+Enter). / Ein Wort pro Zeile (Alt+Eingabe).",
    "valid_from": "A day such as 2026-12-24. / Ein Tag wie 2026-12-24.",
    "valid_to": "The last day, such as 2026-12-24. / Der letzte Tag, wie 2026-12-24.",
    "checked_on": "A day such as 2026-12-24. / Ein Tag wie 2026-12-24.",
    "next_check_on": "A day such as 2026-12-24. / Ein Tag wie 2026-12-24.",
    "languages": "Codes with commas: de, tr, ar. / Kürzel mit Komma: de, tr, ar.",
    "contact": "Ids of entries, with commas. / Kennungen von Einträgen, mit Komma.",
    "related": "Ids of entries, with commas. / Kennungen von Einträgen, mit Komma.",
    "link": "It begins with https:// / Sie beginnt mit https://",
}
"""What a person sees beside a cell that they fill in."""

WIDTHS: Mapping[str, int] = {"id": 28, "title": 32, "text": 60, "phrasings": 45, "keywords": 25, "address": 32}
"""Of columns, in characters."""


def write_csv(records: list[dict[str, Any]]) -> bytes:
    """The table as CSV with semicolons and a byte-order mark, as German spreadsheets expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([shielded(cell) for cell in row] for row in _table(records))
    return codecs.BOM_UTF8 + out.getvalue().encode()


def shielded(cell: str) -> str:
    """A cell of a CSV file: a spreadsheet runs what starts like a formula; an apostrophe before it makes it a text."""
    return "'" + cell if cell.startswith((*_FORMULA_STARTS, "'")) else cell


def _unshielded(cell: str) -> str:
    """The cell as it was; an apostrophe that a person typed before a word stays."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA_STARTS, "'")) else cell


def read_csv(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    """The records of a CSV file, whatever its separator; raises EntryError where it is none."""
    text = decode(data)
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=header.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, [_unshielded(cell) for cell in row]) for row in reader]
    except csv.Error as fault:
        raise EntryError(f"not CSV: {fault}", line=reader.line_num) from fault
    yield from _untable(rows, faults)


def write_excel(records: list[dict[str, Any]]) -> bytes:
    """The table as a workbook; raises EntryError for a text that no cell can hold."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("entries")
    table = _table(records)
    for row, cells in enumerate(table, 1):
        for column, (name, text) in enumerate(zip(table[0], cells, strict=True), 1):
            if len(text) > LONGEST_CELL:
                reason = f"longer than the {LONGEST_CELL:,} characters that a cell of Excel holds"
                raise EntryError(reason, entry=cells[0], field=".".join(_split_column(name) or (name,)))
            # As text, whatever it looks like: a cell must never become a formula or a date.
            cell = sheet.cell(row, column)
            cell.value = _EXCEL_FORBIDS.sub("", text) or None
            cell.data_type = "s" if text else "n"
            cell.number_format = "@"
    _ease(sheet, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ease(sheet: Worksheet, table: list[list[str]]) -> None:
    """Make the sheet easy to fill in: lists to choose from, hints, a heading that stays, columns wide enough."""
    sheet.freeze_panes = "B2"
    for column, name in enumerate(table[0], 1):
        letter = get_column_letter(column)
        sheet.cell(1, column).font = Font(bold=True)
        part = (_split_column(name) or (name,))[0]
        sheet.column_dimensions[letter].width = WIDTHS.get(part, 18)
        choices = _choices(name, [row[column - 1] for row in table[1:]])
        if choices:
            rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            rule.error = f"Please choose one of: {', '.join(choices)}"
        elif part in HINTS:
            rule = DataValidation(type=None, allow_blank=True)
            rule.promptTitle, rule.prompt, rule.showInputMessage = name[:32], HINTS[part], True
        else:
            continue
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{MOST_ROWS}")


def _choices(name: str, present: Iterable[str]) -> list[str]:
    """What can be chosen in a column: what is known, and what stands there; none where anything can be written."""
    known = CHOICES.get(name, ())
    if not known:
        return []
    listed = list(dict.fromkeys([*known, *filter(None, present)]))
    fits = len(",".join(listed)) <= LONGEST_LIST and not any(set(choice) & {",", '"'} for choice in listed)
    return listed if fits else []


def read_excel(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    """The records of the first sheet of a workbook; raises EntryError where it is none."""
    try:
        _refuse_bombs(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        cells = list(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True))
    except Exception as fault:  # the library raises what the zip and XML readers below it raise
        raise EntryError(f"not an Excel file (.xlsx): {fault}") from fault
    yield from _untable([(row, [_cell_text(cell) for cell in values]) for row, values in enumerate(cells, 1)], faults)


def _refuse_bombs(data: bytes) -> None:
    """Raises ValueError for a small file that would fill the memory once it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise ValueError(f"unpacked, it is larger than {LARGEST_UNPACKED // 10**6} MB")


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    isoformat = getattr(cell, "isoformat", None)
    return str(isoformat()).removesuffix("T00:00:00") if isoformat else str(cell)


def _table(records: list[dict[str, Any]]) -> list[list[str]]:
    languages = sorted(
        {code for record in records for name in (*LOCAL_TEXTS, *LOCAL_PHRASES) for code in record.get(name, {})}
        | {DEFAULT_LANGUAGE},
        key=lambda code: (code != DEFAULT_LANGUAGE, code),
    )
    local = [f"{name}_{code}" for code in languages for name in ("title", "text", "phrasings", "keywords")]
    local += [f"{name}_{code}" for code in languages for name in LOCAL_TEXTS[2:]]
    known = [*_SINGLE[:3], *local, *_SINGLE[3:], *_DATES]
    split = set(LOCAL_TEXTS) | set(LOCAL_PHRASES)
    more = sorted({name for record in records for name in record} - set(known) - split)
    return [[*known, *more]] + [[_to_cell(record, column) for column in (*known, *more)] for record in records]


def _split_column(column: str) -> tuple[str, str] | None:
    """Field and language of a column like "title_de"; None for any other."""
    name, _, code = column.rpartition("_")
    return (name, code) if name in (*LOCAL_TEXTS, *LOCAL_PHRASES) and LANGUAGE_CODE.fullmatch(code) else None


def _to_cell(record: Mapping[str, Any], column: str) -> str:
    if split := _split_column(column):
        name, code = split
        value = record.get(name, {}).get(code, "")
        return "\n".join(value) if isinstance(value, list) else str(value)
    value = record.get(column)
    if value is None:
        return ""
    if column == "call_first" and isinstance(value, bool):
        return YES if value else NO
    if column in _LISTS:
        return ", ".join(value)
    is_text = isinstance(value, str) and (column in _KNOWN or not value.lstrip().startswith(("{", "[", '"')))
    return str(value) if is_text else json.dumps(value, ensure_ascii=False)


def _untable(rows: Iterable[tuple[int, list[str]]], faults: list[EntryError]) -> Iterator[Row]:
    header: list[str] | None = None
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            if "id" not in header:
                raise EntryError("the first row must name the columns, and one of them must be 'id'", line=line)
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            faults.append(EntryError("this row has more cells than the first row has columns", line=line))
        yield line, _from_cells(dict(zip(header, cells, strict=False)), line, faults)


def _from_cells(row: Mapping[str, str], line: int, faults: list[EntryError]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    entry = row.get("id", "").strip() or None
    for column, cell in row.items():
        if not column or not cell.strip():
            continue
        text = cell.replace("\r\n", "\n")
        if split := _split_column(column):
            name, code = split
            record.setdefault(name, {})[code] = text if name in LOCAL_TEXTS else text.split("\n")
        elif column in _LISTS:
            record[column] = [part.strip() for part in cell.split(",") if part.strip()]
        else:
            record[column] = _from_cell(column, text, line, entry, faults)
    return record


def _from_cell(column: str, cell: str, line: int, entry: str | None, faults: list[EntryError]) -> Any:
    if column == "call_first":
        return {YES: True, NO: False}.get(cell.strip().lower(), cell.strip())
    if column in _KNOWN or not cell.lstrip().startswith(("{", "[", '"')):
        return cell.strip() if column in _KNOWN else cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as fault:
        if column in _STRUCTURED:
            faults.append(EntryError(f"not JSON: {fault}", line=line, field=column, entry=entry))
            return None
        return cell
