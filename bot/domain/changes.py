"""What differs between two records of one entry, and how two people's changes become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.entry import State
from knowledge.record import LOCAL_PHRASES, LOCAL_TEXTS

Record = Mapping[str, Any]
"""An entry as in a knowledge file."""

SETS = (*LOCAL_PHRASES, "languages", "contact", "topics", "related")
"""Fields whose values stand for themselves: what one of two people adds or takes away touches no other."""

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
        value = _merged(part, common.get(part), other.get(part), own.get(part))
        if value is not None:
            whole[part] = value
    return _record(whole)


def overlaps(base: Record, theirs: Record, mine: Record) -> bool:
    """Whether both changed the same part since `base`, and not to the same."""
    common, other, own = _parts(base), _parts(theirs), _parts(mine)
    return any(
        other.get(part) != common.get(part) != own.get(part) != other.get(part)
        for part in {*other, *own}
        if part[0] not in SETS
    )


def _merged(part: Part, base: Any, theirs: Any, mine: Any) -> Any:
    if mine == base:
        return theirs
    if theirs == base or part[0] not in SETS:
        return mine
    common, other, own = base or [], theirs or [], mine or []
    gone = [each for each in common if each not in other]
    come = [each for each in other if each not in common and each not in own]
    return [each for each in own if each not in gone] + come or None


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
