"""Entries and golden questions to and from files: YAML, JSON Lines, CSV and Excel, by the file's ending.

Everything here takes and gives bytes; opening files is the caller's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.decoding import decode
from knowledge.entry import KNOWN_KINDS, Entry, EntryError, FaultyFile, GoldenQuestion
from knowledge.record import read_record, write_record
from knowledge.tables import Row, read_csv, read_excel, write_csv, write_excel

ENDINGS = (".yaml", ".yml", ".jsonl", ".xlsx", ".csv")


def read_entries(name: str, data: bytes) -> list[Entry]:
    """The entries of a file; `name` tells the format by its ending.

    Raises FaultyFile with every mistake: unreadable, a field at fault, an id that stands twice.
    """
    faults: list[EntryError] = []
    entries: list[Entry] = []
    first_seen: dict[str, int] = {}
    for line, record in _rows(name, data, faults):
        entry_id = str(record.get("id") or "").strip()
        if entry_id in first_seen:
            reason = f"this id stands in line {first_seen[entry_id]} already"
            faults.append(EntryError(reason, line=line, entry=entry_id, field="id"))
        elif entry_id:
            first_seen[entry_id] = line
        try:
            entries.append(read_record(record, line))
        except FaultyFile as faulty:
            faults += faulty.faults
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
            return write_csv(records)
        case ".xlsx":
            return write_excel(records)
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


@dataclass(frozen=True, slots=True)
class Remark:
    """What is no mistake, but perhaps not meant."""

    reason: str
    """An English sentence, in which names stand for `values`."""
    values: Mapping[str, str]

    def __str__(self) -> str:
        return self.reason.format_map(self.values)


SILENT = "{entry} says nothing, so residents are not shown it"
MISSING = "{entry} refers to {other!r}, which does not exist"
UNKNOWN_KIND = "kind {name!r} is unknown here; it is kept"
UNKNOWN_FIELD = "field {name!r} is unknown here; it is kept"


def remarks(entries: Sequence[Entry], others: Iterable[str] = ()) -> list[Remark]:
    """What is no mistake, but perhaps not meant.

    `others` are the ids of entries outside of `entries` that may be referred to.
    """
    known = {entry.id for entry in entries} | set(others)
    links = [(entry.id, other) for entry in entries for other in (*entry.contact, *entry.related)]
    return [
        *_unusual(entries),
        *(Remark(SILENT, {"entry": entry.id}) for entry in entries if not entry.says_something),
        *(Remark(MISSING, {"entry": name, "other": other}) for name, other in links if other not in known),
    ]


def _unusual(entries: Iterable[Entry]) -> list[Remark]:
    """What was kept though this version does not know it: each such kind and field."""
    kinds = sorted({entry.kind for entry in entries} - set(KNOWN_KINDS))
    fields = sorted({name for entry in entries for name in entry.extra})
    return [Remark(UNKNOWN_KIND, {"name": kind}) for kind in kinds] + [
        Remark(UNKNOWN_FIELD, {"name": name}) for name in fields
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
    readers = {".jsonl": _json_lines, ".csv": read_csv, ".xlsx": read_excel}
    try:
        yield from readers.get(_ending(name), _read_yaml)(data, faults)
    except EntryError as fault:
        faults.append(fault)


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def _json_lines(data: bytes, faults: list[EntryError]) -> Iterator[Row]:
    for line, text in enumerate(decode(data).split("\n"), 1):
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
    text = decode(data)
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
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise EntryError("references (*name) are not read here; write it out", line=line)
        if getattr(event, "tag", None):
            raise EntryError("marks of type (!name) are not read here", line=line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise EntryError("nested far too deeply", line=line)


def _write_yaml(records: list[dict[str, Any]]) -> bytes:
    text = yaml.dump(records, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120) if records else "[]\n"
    return str(text).encode()
