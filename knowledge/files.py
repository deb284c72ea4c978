"""Entries and golden questions to and from files: YAML, JSON Lines, CSV and Excel, by the file's ending.

Everything here takes and gives bytes; opening files is the caller's business.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import openpyxl
import yaml
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from knowledge.entry import DEFAULT_LANGUAGE, KNOWN_KINDS, Entry, EntryError, FaultyFile, GoldenQuestion
from knowledge.record import LANGUAGE_CODE, LOCAL_PHRASES, LOCAL_TEXTS, read_record, write_record

ENDINGS = (".yaml", ".yml", ".jsonl", ".xlsx", ".csv")

Row = tuple[int, Mapping[str, Any]]
"""The line (or row) a record starts at, from 1, and the record."""


def read_entries(name: str, data: bytes) -> list[Entry]:
    """The entries of a file; `name` tells the format by its ending.

    Raises FaultyFile with every mistake: unreadable, a field at fault, an id that stands twice.
    """
    faults: list[EntryError] = []
    entries: list[Entry] = []
    first_seen: dict[str, int] = {}
    for line, record in _rows(name, data, faults):
        try:
            entry = read_record(record, line)
        except FaultyFile as faulty:
            faults += faulty.faults
            continue
        if entry.id in first_seen:
            reason = f"this id stands in line {first_seen[entry.id]} already"
            faults.append(EntryError(reason, line=line, entry=entry.id, field="id"))
        first_seen.setdefault(entry.id, line)
        entries.append(entry)
    if faults:
        raise FaultyFile(sorted(faults, key=lambda fault: fault.line or 0))
    return entries


def write_entries(name: str, entries: Iterable[Entry]) -> bytes:
    """The file that `read_entries` reads back to equal entries; raises EntryError for an unknown ending."""
    records = [write_record(entry) for entry in entries]
    match _ending(name):
        case ".jsonl":
            return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
        case ".csv":
            return _write_csv(records)
        case ".xlsx":
            return _write_excel(records)
        case _:
            return _write_yaml(records)


def read_questions(data: bytes) -> list[GoldenQuestion]:
    """The questions of a JSON Lines file; raises FaultyFile with every mistake."""
    questions: list[GoldenQuestion] = []
    faults: list[EntryError] = []
    for line, record in _json_lines(data, faults):
        try:
            questions.append(_question(line, record))
        except EntryError as fault:
            faults.append(fault)
    if faults:
        raise FaultyFile(faults)
    return questions


def unusual(entries: Iterable[Entry]) -> list[str]:
    """What was kept though this version does not know it: one sentence for each such kind and field."""
    kinds = sorted({entry.kind for entry in entries} - set(KNOWN_KINDS))
    fields = sorted({name for entry in entries for name in entry.extra})
    return [f"kind {kind!r} is unknown here; it is kept" for kind in kinds] + [
        f"field {name!r} is unknown here; it is kept" for name in fields
    ]


def _question(line: int, record: Mapping[str, Any]) -> GoldenQuestion:
    text, expect, lang = record.get("text"), record.get("expect"), record.get("lang")
    also = record.get("also") or []
    if not isinstance(text, str):
        raise EntryError("a question needs a text", line=line, field="text")
    if expect is not None and not isinstance(expect, str):
        raise EntryError("give the id of an entry, or null", line=line, field="expect")
    if not isinstance(also, list) or not all(isinstance(one, str) for one in also):
        raise EntryError("give a list of ids", line=line, field="also")
    return GoldenQuestion(text, expect, str(lang).lower() if lang else None, tuple(also), line)


def _ending(name: str) -> str:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending not in ENDINGS:
        raise EntryError(f"cannot tell the format of {name!r}: the name must end in {', '.join(ENDINGS)}")
    return ending


def _rows(name: str, data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    """The records of a file; what cannot be read becomes a fault."""
    readers = {".jsonl": _json_lines, ".csv": _read_csv, ".xlsx": _read_excel}
    try:
        yield from readers.get(_ending(name), _read_yaml)(data, faults)
    except EntryError as fault:
        faults.append(fault)


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def _json_lines(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    for line, text in enumerate(_decode(data).split("\n"), 1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as fault:
            faults.append(EntryError(f"not JSON: {fault}", line=line))
            continue
        if isinstance(record, dict):
            yield line, record
        else:
            faults.append(EntryError("each line must be a JSON object", line=line))


# --- YAML ------------------------------------------------------------------------------------------------------------


class _Dumper(yaml.CSafeDumper):
    """Long texts as blocks, because people read and edit these files."""


def _write_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _write_text)


class _Loader(yaml.CSafeLoader):
    """Dates stay texts, so that a wrong one is told with line and field, and an unknown one can be written again."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":binary"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

DEEPEST = 30
"""How far a YAML file may be nested; the parser would run out of stack."""


def _read_yaml(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    text = _decode(data)
    loader = _Loader(text)
    try:
        _check_depth(text)
        root = loader.get_single_node()
        if root is not None and not isinstance(root, yaml.SequenceNode):
            raise EntryError("the file must be a list of entries, each starting with '- id:'", line=1)
        for node in root.value if root is not None else ():
            line = node.start_mark.line + 1
            record = loader.construct_document(node)
            if isinstance(record, dict):
                yield line, {str(key): value for key, value in record.items()}
            else:
                faults.append(EntryError("an entry must be a list of fields, starting with 'id:'", line=line))
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        raise EntryError(f"not YAML: {fault.problem}", line=mark.line + 1 if mark else None) from fault
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise EntryError(f"not YAML: {fault}") from fault
    finally:
        loader.dispose()


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise EntryError("nested far too deeply", line=event.start_mark.line + 1 if event.start_mark else None)


def _write_yaml(records: list[dict[str, Any]]) -> bytes:
    text = yaml.dump(records, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120) if records else "[]\n"
    return str(text).encode()


# --- Tables: CSV and Excel -------------------------------------------------------------------------------------------
# One row an entry. A text field has one column per language ("title_de"), phrases stand one a line in a cell, lists are
# separated by commas, and what has parts (opening hours, several phones) is JSON in its cell.

_LISTS = ("languages", "contact", "topics", "related")
_STRUCTURED = ("opening_hours", "phone")
_SINGLE = ("id", "kind", "state", "address", "phone", "mail", "link", "opening_hours", "call_first", *_LISTS)
_DATES = ("valid_from", "valid_to", "source", "as_of", "checked_on", "next_check_on")
_KNOWN = {*_SINGLE, *_DATES} - {*_STRUCTURED, *_LISTS}
"""Columns whose cells are texts, whatever they look like."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_FORBIDS = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
LONGEST_CELL = 32_767


def _write_csv(records: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    # A spreadsheet runs a cell that starts like a formula; an apostrophe before it makes it a text.
    writer.writerows([_shielded(cell) for cell in row] for row in _table(records))
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _shielded(cell: str) -> str:
    return "'" + cell if cell.startswith((*_FORMULA_STARTS, "'")) else cell


def _unshielded(cell: str) -> str:
    """The cell as it was; an apostrophe that a person typed before a word stays."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA_STARTS, "'")) else cell


def _read_csv(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    text = _decode(data)
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=header.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, [_unshielded(cell) for cell in row]) for row in reader]
    except csv.Error as fault:
        raise EntryError(f"not CSV: {fault}", line=reader.line_num) from fault
    yield from _untable(rows, faults)


def _write_excel(records: list[dict[str, Any]]) -> bytes:
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
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read_excel(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        cells = list(book.worksheets[0].iter_rows(values_only=True))
    except Exception as fault:  # the library raises what the zip and XML readers below it raise
        raise EntryError(f"not an Excel file (.xlsx): {fault}") from fault
    yield from _untable([(row, [_cell_text(cell) for cell in values]) for row, values in enumerate(cells, 1)], faults)


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
        return {"ja": True, "nein": False}.get(cell.strip().lower(), cell.strip())
    if column in _KNOWN or not cell.lstrip().startswith(("{", "[", '"')):
        return cell.strip() if column in _KNOWN else cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as fault:
        if column in _STRUCTURED:
            faults.append(EntryError(f"not JSON: {fault}", line=line, field=column, entry=entry))
            return None
        return cell


def _decode(data: bytes) -> str:
    """Text in UTF-8 (with or without a mark), UTF-16 with one, or else Windows-1252 as older spreadsheets write it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
