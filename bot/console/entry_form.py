"""The form of an entry: from its fields to what stands in the boxes, and back.

Only the languages that are on the page are read back; what the form does not show stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.console.dates import as_iso
from bot.console.forms import Filled
from bot.domain.checking import interval
from knowledge.entry import PUBLIC_HOLIDAY, WEEKDAYS, Entry, EntryError, OpeningHours
from knowledge.record import LOCAL_PHRASES, LOCAL_TEXTS, write_record

DAYS = (*WEEKDAYS, PUBLIC_HOLIDAY)
SPANS = 2
"""Boxes for spans of a day, at least; one more than there are spans."""
SPARE = 2
"""Empty rows for what may be added."""

_ROW = "[0-9]{1,2}"
"""How a row is numbered: at most a hundred, so that no name of a box makes more of them."""

PARTS = {
    "reach": {"phone", "address", "mail", "link", "position", "contact", "call_first"},
    "open": {"hours", "exception"},
    "more": {"when", "cost", "audience", "accessibility", "languages"},
}
"""Parts of the form that most entries do not need, with their fields."""

_PLAIN = ("address", "mail", "link", "valid_from", "valid_to", "source", "as_of")
_DAYS = ("valid_from", "valid_to", "as_of")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d)|(\d\d))?(?: ?Uhr)?")

ANYTHING = "This cannot be right."
"""What is said of a field whose faults are too many to tell apart; in English, as in the catalog."""

DAY = "Please write a date such as 2026-12-24."

Typed = dict[str, list[str]]


# --- From an entry to the boxes ---------------------------------------------------------------------------------------


def typed(entry: Entry, languages: Sequence[str], names: Mapping[str, str]) -> Typed:
    """What stands in the boxes; `names` tells the title of each entry that may be referred to."""
    record = write_record(entry)
    found: Typed = {name: [str(record[name])] for name in ("kind", *_PLAIN) if record.get(name)}
    for language in languages:
        found |= {f"{name}.{language}": [record.get(name, {}).get(language, "")] for name in LOCAL_TEXTS}
        found |= {f"{name}.{language}": ["\n".join(record.get(name, {}).get(language, ()))] for name in LOCAL_PHRASES}
    for name, ids in (("contact", entry.contact), ("related", entry.related)):
        found[name] = [names.get(each, each) for each in ids]
    found |= {"languages": list(entry.languages), "topics": list(entry.topics), "months": [str(interval(entry))]}
    if entry.call_first:
        found["call_first"] = ["on"]
    if entry.position:
        found["position"] = [f"{entry.position.latitude}, {entry.position.longitude}"]
    return found | _phones(entry, languages) | _hours(entry.opening_hours, languages)


def _phones(entry: Entry, languages: Sequence[str]) -> Typed:
    found: Typed = {}
    for row, phone in enumerate(entry.phones):
        found[f"phone.{row}.number"] = [phone.number]
        found |= {f"phone.{row}.label.{code}": [phone.label.get(code, "")] for code in languages}
    return found


def _hours(hours: OpeningHours | None, languages: Sequence[str]) -> Typed:
    if hours is None:
        return {}
    found: Typed = {f"hours.note.{code}": [hours.note.get(code, "")] for code in languages}
    found["hours.as_of"] = [hours.as_of or ""]
    found |= {f"hours.{name}": ["on"] for name in ("always", "by_appointment") if getattr(hours, name)}
    for day, spans in week(hours).items():
        for place, (start, end) in enumerate(spans):
            found |= {f"hours.{day}.{place}.from": [start], f"hours.{day}.{place}.to": [end]}
    for row, one in enumerate(hours.exceptions):
        about = f"exception.{row}"
        found |= {f"{about}.first": [one.first.isoformat()], f"{about}.last": [one.last.isoformat()]}
        found |= {f"{about}.from": [one.start or ""], f"{about}.to": [one.end or ""]}
        found |= {f"{about}.note.{code}": [one.note.get(code, "")] for code in languages}
    return found


def week(hours: OpeningHours) -> dict[str, list[tuple[str, str]]]:
    """The spans of each day, in their order."""
    return {day: [(span.start, span.end) for span in hours.weekly if day in span.days] for day in DAYS}


def rows(filled: Filled[Any], about: str) -> list[int]:
    """The rows of a table in the form: those that were typed in, and some to spare."""
    used = _numbers(filled, re.compile(rf"{about}\.({_ROW})\..+"))
    return [*used, *range(max(used, default=-1) + 1, max(used, default=-1) + 1 + SPARE)]


def filled_parts(filled: Filled[Any]) -> set[str]:
    """The parts of the form, of those in PARTS, in which something stands or is wrong."""
    used = {name.split(".")[0] for name, values in filled.typed.items() if any(map(str.strip, values))}
    used |= {name.split(".")[0] for name in filled.faults}
    return {part for part, fields in PARTS.items() if used & fields}


def spans(filled: Filled[Any]) -> range:
    """For which spans of a day there are boxes."""
    used = _numbers(filled, re.compile(rf"hours\.\w+\.({_ROW})\.from"))
    return range(max(SPANS, max(used, default=-1) + 2))


def _numbers(filled: Filled[Any], name: re.Pattern[str]) -> list[int]:
    """The numbers in the names of boxes in which something stands; a form of ours has no larger ones."""
    found = ((name.fullmatch(each), filled.value(each)) for each in filled.typed)
    return sorted({int(match[1]) for match, value in found if match and value.strip()})


# --- From the boxes to a record ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Reading:
    """A record made of what was typed, and what of it cannot be right."""

    record: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)
    """Name of a box -> what is wrong, in English as in the catalog."""
    boxes: dict[str, str] = field(default_factory=dict)
    """Field of the record -> the box that it was typed into, where they are called differently."""


def read(filled: Filled[Any], base: Mapping[str, Any], languages: Sequence[str], ids: Mapping[str, str]) -> Reading:
    """The record that a form describes, over the one that it began from.

    `ids` tells the id for each title or id that may be referred to.
    """
    reading = Reading({name: value for name, value in base.items() if name not in _shown_fields()})
    for name in ("kind", *_PLAIN):
        if value := filled.value(name).strip():
            reading.record[name] = as_iso(value) if name in _DAYS else value
    _read_wordings(reading, filled, base, languages)
    for name in ("languages", "topics"):
        reading.record[name] = list(dict.fromkeys(filled.values(name)))
    for name in ("contact", "related"):
        _read_references(reading, filled, name, ids)
    reading.record["call_first"] = bool(filled.value("call_first"))
    _read_position(reading, filled)
    _read_phones(reading, filled, base, languages)
    _read_hours(reading, filled, base, languages)
    return reading


def blame(reading: Reading, faults: Sequence[EntryError]) -> dict[str, str]:
    """Name of a box -> what is wrong with what was typed into it, in English as in the catalog."""
    found = dict(reading.faults)
    for fault in faults:
        place = fault.field or ("valid_to" if "valid_to" in fault.reason else "")
        own = place if place.partition(".")[0] in (*LOCAL_TEXTS, *LOCAL_PHRASES) else place.partition(".")[0]
        box = next((box for start, box in reading.boxes.items() if place.startswith(start)), own)
        found.setdefault(box, sentence(place))
    return found


def sentence(place: str) -> str:
    """What would be right in a field, in English as in the catalog."""
    name = place.split(".", maxsplit=1)[0]
    match name:
        case "mail":
            return "Please write an e-mail address such as team@example.org."
        case "link":
            return "Please write an address that begins with https://."
        case "valid_to":
            return "The last day must be a date, and not before the first day."
        case "valid_from" | "checked_on" | "next_check_on" | "opening_hours":
            return DAY
        case "position":
            return "Please write two numbers such as 51.55, 7.38."
        case _:
            return ANYTHING


def _shown_fields() -> frozenset[str]:
    """Fields that the form shows, whatever the languages are."""
    return frozenset((*_PLAIN, *LOCAL_TEXTS, *LOCAL_PHRASES, "position", "phone", "opening_hours", "kind"))


def _read_wordings(reading: Reading, filled: Filled[Any], base: Mapping[str, Any], languages: Sequence[str]) -> None:
    for name in (*LOCAL_TEXTS, *LOCAL_PHRASES):
        texts = dict(base.get(name, {}))
        for language in languages:
            said = filled.value(f"{name}.{language}").strip()
            if said:
                texts[language] = said if name in LOCAL_TEXTS else _lines(said)
            else:
                texts.pop(language, None)
        reading.record[name] = texts


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _read_references(reading: Reading, filled: Filled[Any], name: str, ids: Mapping[str, str]) -> None:
    wanted = [value.strip() for value in filled.values(name) if value.strip()]
    if any(value not in ids for value in wanted):
        reading.faults[name] = "There is no such entry. Please choose one of the list."
    reading.record[name] = list(dict.fromkeys(ids.get(value, value) for value in wanted))


def _read_position(reading: Reading, filled: Filled[Any]) -> None:
    given = filled.value("position").strip()
    numbers = re.fullmatch(r"(-?\d+(?:\.\d+)?)[,; ]+(-?\d+(?:\.\d+)?)", given)
    if numbers:
        reading.record["position"] = {"latitude": float(numbers[1]), "longitude": float(numbers[2])}
    elif given:
        reading.faults["position"] = sentence("position")


def _read_phones(reading: Reading, filled: Filled[Any], base: Mapping[str, Any], languages: Sequence[str]) -> None:
    phones: list[dict[str, Any]] = []
    known = base.get("phone", [])
    stored = (
        {known: {}}
        if isinstance(known, str)
        else {each["number"]: each.get("label", {}) for each in known if isinstance(each, dict)}
    )
    for row in rows(filled, "phone"):
        number = filled.value(f"phone.{row}.number").strip()
        if not number:
            if any(filled.value(f"phone.{row}.label.{code}").strip() for code in languages):
                reading.faults[f"phone.{row}.number"] = "Please fill this in."
            continue
        reading.boxes[f"phone.{len(phones)}"] = f"phone.{row}.number"
        phones.append(
            {"number": number, "label": _texts(filled, f"phone.{row}.label", stored.get(number, {}), languages)}
        )
    reading.record["phone"] = phones


def _texts(filled: Filled[Any], about: str, base: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    typed = {code: filled.value(f"{about}.{code}").strip() for code in languages}
    return {code: text for code, text in (dict(base) | typed).items() if text}


# --- Opening hours ----------------------------------------------------------------------------------------------------


def _read_hours(reading: Reading, filled: Filled[Any], base: Mapping[str, Any], languages: Sequence[str]) -> None:
    before = base.get("opening_hours") or {}
    hours: dict[str, Any] = {
        "weekly": _weekly(reading, filled, before),
        "exceptions": list(_exceptions(reading, filled, before, languages)),
        "by_appointment": bool(filled.value("hours.by_appointment")),
        "always": bool(filled.value("hours.always")),
        "note": _texts(filled, "hours.note", before.get("note", {}), languages),
    }
    if as_of := filled.value("hours.as_of").strip():
        hours["as_of"] = as_iso(as_of)
    if any(hours[name] for name in ("weekly", "exceptions", "by_appointment", "always", "note")):
        reading.record["opening_hours"] = hours


def _weekly(reading: Reading, filled: Filled[Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The week as spans, each with the days on which it is the same."""
    days: dict[tuple[str, str], list[str]] = {}
    for day in DAYS:
        for place in spans(filled):
            if span := _span(reading, filled, f"hours.{day}.{place}"):
                days.setdefault(span, []).append(day)
    made = [{"days": listed, "from": start, "to": end} for (start, end), listed in days.items()]
    stored: list[dict[str, Any]] = before.get("weekly", [])
    return stored if _by_day(stored) == _by_day(made) else made


def _by_day(weekly: Sequence[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {(day, span["from"], span["to"]) for span in weekly for day in span["days"]}


def _exceptions(
    reading: Reading, filled: Filled[Any], before: Mapping[str, Any], languages: Sequence[str]
) -> Iterator[dict[str, Any]]:
    notes = {day["first"]: day.get("note", {}) for day in before.get("exceptions", [])}
    kept = 0
    for row in rows(filled, "exception"):
        about = f"exception.{row}"
        first, last = (as_iso(filled.value(f"{about}.{name}").strip()) for name in ("first", "last"))
        note = _texts(filled, f"{about}.note", notes.get(first, {}), languages)
        span = _span(reading, filled, about)
        if not first:
            if last or note or span:
                reading.faults[f"{about}.first"] = "Please fill this in."
            continue
        reading.boxes[f"opening_hours.exceptions.{kept}.last"] = f"{about}.last"
        reading.boxes[f"opening_hours.exceptions.{kept}"] = f"{about}.first"
        kept += 1
        yield {"first": first, "last": last or first, "note": note} | ({"from": span[0], "to": span[1]} if span else {})


def _span(reading: Reading, filled: Filled[Any], about: str) -> tuple[str, str] | None:
    """Two times of day; a fault where only one was typed, or one is none."""
    given = {name: filled.value(f"{about}.{name}").strip() for name in ("from", "to")}
    if not any(given.values()):
        return None
    times = {name: clock(text) for name, text in given.items()}
    for name, time in times.items():
        if time is None:
            reading.faults[f"{about}.{name}"] = "Please write a time such as 9:30."
    start, end = times["from"], times["to"]
    return (start, end) if start and end else None


def clock(text: str) -> str | None:
    """A time of day as it is stored, from what people type: "9", "9.30", "0930", "18 Uhr"; None for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    is_time = (hour < 24 and minute < 60) or (hour, minute) == (24, 0)
    return f"{hour:02}:{minute:02}" if is_time else None
