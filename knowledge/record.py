"""One entry as it stands in a file or in the API, checked field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from knowledge.entry import (
    DEFAULT_LANGUAGE,
    PUBLIC_HOLIDAY,
    TOPIC,
    WEEKDAYS,
    Entry,
    EntryError,
    FaultyFile,
    OpenException,
    OpeningHours,
    OpenTime,
    Phone,
    Position,
    State,
)

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")

PhraseList = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Texts = dict[str, str]
Phrases = dict[str, PhraseList]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Year = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | date) else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)


class PhoneRecord(_Strict):
    """A number, with what it is for where there are several."""

    number: Line
    label: Texts = Field(default_factory=dict)


class PositionRecord(_Strict):
    """Degrees of WGS 84, north and east."""

    latitude: float = Field(strict=True, ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(strict=True, ge=-180, le=180, allow_inf_nan=False)


class OpenTimeRecord(_Strict):
    """A span of the week."""

    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]] = Field(min_length=1)
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")


class OpenExceptionRecord(_Strict):
    """Days that differ from the week; closed where no times are given."""

    first: date
    last: date | None = None
    start: ClockTime | None = Field(default=None, alias="from")
    end: ClockTime | None = Field(default=None, alias="to")
    note: Texts = Field(default_factory=dict)

    @model_validator(mode="after")
    def _both_times_or_none(self) -> OpenExceptionRecord:
        if (self.start is None) != (self.end is None):
            raise ValueError("give both times, from and to, or none: then it is closed")
        return self


class OpeningHoursRecord(_Strict):
    """Opening hours as data."""

    weekly: list[OpenTimeRecord] = Field(default_factory=list)
    exceptions: list[OpenExceptionRecord] = Field(default_factory=list)
    by_appointment: bool = False
    always: bool = False
    note: Texts = Field(default_factory=dict)
    as_of: Year | None = None


def _phones(value: object) -> object:
    """A bare number stands for a list of one."""
    if isinstance(value, str):
        return [{"number": value}]
    if isinstance(value, list):
        return [{"number": item} if isinstance(item, str) else item for item in value]
    return value


class EntryRecord(BaseModel):
    """The shape of an entry in files and in the API (contract: knowledge files).

    Texts are in the language `lang`, or maps from language code to value. Fields that are not named here are kept.
    """

    model_config = ConfigDict(extra="allow", populate_by_name=True, coerce_numbers_to_str=True)

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    kind: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)] = TOPIC
    state: State = State.PUBLISHED
    title: Texts = Field(default_factory=dict)
    text: Texts = Field(default_factory=dict)
    phrasings: Phrases = Field(default_factory=dict)
    keywords: Phrases = Field(default_factory=dict)
    address: Line | None = None
    position: PositionRecord | None = None
    phone: Annotated[list[PhoneRecord], BeforeValidator(_phones)] = Field(default_factory=list)
    mail: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    opening_hours: OpeningHoursRecord | None = None
    when: Texts = Field(default_factory=dict)
    cost: Texts = Field(default_factory=dict)
    audience: Texts = Field(default_factory=dict)
    accessibility: Texts = Field(default_factory=dict)
    languages: list[Line] = Field(default_factory=list)
    contact: list[Line] = Field(default_factory=list)
    call_first: bool = False
    topics: list[Line] = Field(default_factory=list)
    related: list[Line] = Field(default_factory=list)
    valid_from: date | None = None
    valid_to: date | None = None
    source: Line | None = None
    as_of: Year | None = None
    checked_on: date | None = None
    next_check_on: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _spread_language(cls, data: object) -> object:
        """Put plain strings under the record's `lang`, which is not kept."""
        if not isinstance(data, Mapping):
            return data
        record = {key: value for key, value in data.items() if value is not None}
        language = str(record.pop("lang", DEFAULT_LANGUAGE)).strip().lower()
        for name in (*LOCAL_TEXTS, *LOCAL_PHRASES):
            value = record.get(name)
            if isinstance(value, str | list):
                record[name] = {language: value} if value else {}
            elif isinstance(value, Mapping):
                given = {str(code).lower(): text for code, text in value.items() if text not in (None, "", [])}
                record[name] = {code: text for code, text in given.items() if not isinstance(text, str) or text.strip()}
        return record

    @model_validator(mode="after")
    def _language_codes(self) -> EntryRecord:
        for name in (*LOCAL_TEXTS, *LOCAL_PHRASES):
            for code in getattr(self, name):
                if not LANGUAGE_CODE.fullmatch(code):
                    raise ValueError(f"{name}: {code!r} is not a language code like 'de' or 'de-easy'")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    def to_entry(self) -> Entry:
        """The value the core works with."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _SAME_IN_BOTH}
        values |= {name: _phrases(getattr(self, name)) for name in LOCAL_PHRASES}
        values |= {name: tuple(getattr(self, name)) for name in _LISTS}
        return Entry(
            **values,
            phones=tuple(Phone(phone.number, phone.label) for phone in self.phone),
            position=Position(self.position.latitude, self.position.longitude) if self.position else None,
            opening_hours=_opening_hours(self.opening_hours),
            extra=dict(self.model_extra or {}),
        )


LOCAL_TEXTS = ("title", "text", "when", "cost", "audience", "accessibility")
LOCAL_PHRASES = ("phrasings", "keywords")
_LISTS = ("languages", "contact", "topics", "related")
_CONVERTED = {*LOCAL_PHRASES, *_LISTS, "phones", "position", "opening_hours", "extra"}
_SAME_IN_BOTH = [each.name for each in dataclass_fields(Entry) if each.name not in _CONVERTED]


def read_record(record: Mapping[str, Any], line: int | None = None) -> Entry:
    """The entry a record describes; `line` is where it stands in its file.

    Raises FaultyFile with every field at fault.
    """
    identifier = str(record["id"]) if record.get("id") else None
    if torn := [name for name, value in record.items() if _is_torn(value) or _is_torn(name)]:
        reason = "a character that cannot be stored"
        raise FaultyFile(
            [EntryError(reason, line=line, field=ascii(name).strip("'"), entry=identifier) for name in torn]
        )
    try:
        return EntryRecord.model_validate(record).to_entry()
    except ValidationError as fault:
        raise FaultyFile([_entry_error(error, line, identifier) for error in fault.errors()]) from fault


def _entry_error(error: Mapping[str, Any], line: int | None, entry: str | None) -> EntryError:
    where = ".".join(str(part) for part in error["loc"]) or None
    reason = error["msg"].removeprefix("Value error, ")
    if isinstance(error["input"], str | int | float) and where:
        reason += f" (it is {json.dumps(error['input'], ensure_ascii=False)[:60]})"
    return EntryError(reason, line=line, field=where, entry=entry)


def _is_torn(value: object) -> bool:
    """Whether a value holds a text that cannot be stored: half of a surrogate pair, which JSON can name, or NUL."""
    if isinstance(value, str):
        return any("\ud800" <= char <= "\udfff" or char == "\0" for char in value)
    if isinstance(value, Mapping):
        return any(_is_torn(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(map(_is_torn, value))


def write_record(entry: Entry) -> dict[str, Any]:
    """The record of an entry, as `read_record` reads it: JSON values only, what is empty left out."""
    record: dict[str, Any] = {"id": entry.id, "kind": entry.kind}
    if entry.state is not State.PUBLISHED:
        record["state"] = entry.state.value
    for each in dataclass_fields(Entry):
        value = getattr(entry, each.name)
        if each.name in ("id", "kind", "state", "extra") or value in (None, False, ()) or value == {}:
            continue
        if each.name == "phones":
            record["phone"] = _phone_records(entry.phones)
        elif each.name == "position":
            record["position"] = {"latitude": value.latitude, "longitude": value.longitude}
        elif each.name == "opening_hours":
            record["opening_hours"] = _hours_record(value)
        elif each.name in LOCAL_PHRASES:
            record[each.name] = {code: list(texts) for code, texts in value.items()}
        elif isinstance(value, date):
            record[each.name] = value.isoformat()
        else:
            record[each.name] = list(value) if isinstance(value, tuple) else value
    return record | dict(entry.extra)


def _phrases(texts: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Phrases without blanks and repeats, in their order."""
    cleaned = {code: tuple(dict.fromkeys(filter(None, (one.strip() for one in many)))) for code, many in texts.items()}
    return {code: phrases for code, phrases in cleaned.items() if phrases}


def _opening_hours(record: OpeningHoursRecord | None) -> OpeningHours | None:
    if record is None:
        return None
    return OpeningHours(
        weekly=tuple(OpenTime(_in_order(span.days), span.start, span.end) for span in record.weekly),
        exceptions=tuple(
            OpenException(day.first, day.last or day.first, day.start, day.end, day.note) for day in record.exceptions
        ),
        by_appointment=record.by_appointment,
        always=record.always,
        note=record.note,
        as_of=record.as_of,
    )


def _in_order(days: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(days), key=(*WEEKDAYS, PUBLIC_HOLIDAY).index))


def _phone_records(phones: tuple[Phone, ...]) -> Any:
    if len(phones) == 1 and not phones[0].label:
        return phones[0].number
    return [{"number": phone.number} | ({"label": dict(phone.label)} if phone.label else {}) for phone in phones]


def _hours_record(hours: OpeningHours) -> dict[str, Any]:
    record: dict[str, Any] = {}
    if hours.weekly:
        record["weekly"] = [{"days": list(span.days), "from": span.start, "to": span.end} for span in hours.weekly]
    if hours.exceptions:
        record["exceptions"] = [_exception_record(day) for day in hours.exceptions]
    for name in ("by_appointment", "always", "note", "as_of"):
        if value := getattr(hours, name):
            record[name] = value
    return record


def _exception_record(day: OpenException) -> dict[str, Any]:
    record: dict[str, Any] = {"first": day.first.isoformat(), "last": day.last.isoformat()}
    if day.start and day.end:
        record |= {"from": day.start, "to": day.end}
    return record | ({"note": dict(day.note)} if day.note else {})
