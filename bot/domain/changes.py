"""What differs between two records of one entry, and how two people's changes become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.entry import State
from knowledge.record import LOCAL_PHRASES, LOCAL_TEXTS

Record = Mapping[str, Any]
"""An entry as in a knowledge file."""

Part = tuple[str, str]
"""A field and, where it is written by language, the language; else ""."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of an entry that is not the same."""

    field: str
    language: str
    """Empty for fields that are the same in every language."""
    before: Any
    """As in the record; None where there was nothing."""
    after: Any


def differences(before: Record, after: Record) -> list[Difference]:
    """What changed from one record to another, in the order of the fields."""
    old, new = _parts(before), _parts(after)
    return [
        Difference(*part, old.get(part), new.get(part))
        for part in dict.fromkeys([*old, *new])
        if old.get(part) != new.get(part)
    ]


def merged(base: Record, theirs: Record, mine: Record) -> dict[str, Any]:
    """`mine` with what `theirs` changed since `base`; where both changed the same part, mine stays."""
    common, other, own = _parts(base), _parts(theirs), _parts(mine)
    whole: dict[Part, Any] = {("id", ""): mine["id"]}
    for part in dict.fromkeys([*own, *other]):
        chosen = other if own.get(part) == common.get(part) else own
        if part in chosen:
            whole[part] = chosen[part]
    return _record(whole)


def _parts(record: Record) -> dict[Part, Any]:
    found: dict[Part, Any] = {}
    for name, value in record.items():
        if name == "id":
            continue
        if name in (*LOCAL_TEXTS, *LOCAL_PHRASES):
            found |= {(name, language): text for language, text in value.items()}
        else:
            found[name, ""] = value
    return {("state", ""): State.PUBLISHED.value} | found


def _record(parts: Mapping[Part, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for (name, language), value in parts.items():
        if language:
            record.setdefault(name, {})[language] = value
        else:
            record[name] = value
    return record
