"""Forms: what a person typed, what it means, and what is wrong with it beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import UploadFile

from bot.console.dates import as_iso
from bot.domain.errors import InvalidInput

Translate = Callable[..., str]
"""Words a sentence of the code in the language of the page; what differs comes as named values."""


class Form(BaseModel):
    """The fields of a form. Spaces around what was typed do not matter, an empty field counts as left out."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", arbitrary_types_allowed=True)


Model = TypeVar("Model", bound=Form)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that came with a form; how large it may be is the server's limit."""

    name: str
    """As on the computer that it comes from."""
    data: bytes


@dataclass(slots=True)
class Filled(Generic[Model]):
    """A form as it came, or as it is shown first."""

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name of a field -> what stands in it, as typed."""
    form: Model | None = None
    """What it means; None where something is wrong."""
    faults: dict[str, str] = field(default_factory=dict)
    """Name of a field -> what is wrong with it, in the language of the page; "" for the form as a whole."""
    files: Mapping[str, Uploaded] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        found = self.typed.get(name) or [""]
        return found[-1]

    def values(self, name: str) -> Sequence[str]:
        """What is ticked of several boxes, or stands in several fields of one name."""
        return self.typed.get(name) or []

    def fault(self, name: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        return self.faults.get(name, "")


def shown(values: Mapping[str, object]) -> Filled[Any]:
    """A form with the values that are stored."""
    return Filled({name: _typed(value) for name, value in values.items()})


async def fill(request: Request, model: type[Model], tr: Translate) -> Filled[Model]:
    """The form that a browser sent; each field with its fault, and what was typed stays."""
    typed: dict[str, list[str]] = {}
    files: dict[str, Uploaded] = {}
    async with request.form(max_fields=5_000, max_files=10) as data:
        for name, value in data.multi_items():
            if not isinstance(value, UploadFile):
                typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
            elif value.filename:
                files[name] = Uploaded(value.filename, await value.read())
    filled = Filled[Model](typed, files=files)
    try:
        filled.form = model.model_validate(_meant(typed, model))
    except ValidationError as fault:
        for error in fault.errors():
            filled.faults.setdefault(_field(error["loc"]), _sentence(error, tr))
    return filled


def blame(filled: Filled[Any], fault: InvalidInput, tr: Translate, fields: Mapping[str, str] | None = None) -> None:
    """Put what a service says is wrong beside its field; `fields` are those that are called otherwise on the page."""
    name = (fields or {}).get(fault.field or "", fault.field or "")
    filled.faults[name] = tr(fault.reason, **fault.values)
    filled.form = None


def _meant(typed: Mapping[str, Sequence[str]], model: type[Form]) -> dict[str, Any]:
    """One value where the model wants one, a list where it wants several; empty ones are left out."""
    found: dict[str, Any] = {}
    for name, values in typed.items():
        about = model.model_fields.get(name)
        if about is None:
            continue
        given = [value for value in values if value.strip()]
        if _is_list(about.annotation):
            found[name] = given
        elif given:
            found[name] = as_iso(given[-1]) if _is_day(about.annotation) else given[-1]
    return found


def _is_list(annotation: object) -> bool:
    return getattr(annotation, "__origin__", None) in {list, tuple, set, frozenset}


def _is_day(annotation: object) -> bool:
    return annotation is date or date in get_args(annotation)


def _typed(value: object) -> Sequence[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return [str(each) for each in value]
    if value is None or value is False:
        return []
    return ["on"] if value is True else [str(value)]


def _field(place: tuple[int | str, ...]) -> str:
    return str(place[0]) if place else ""


def _sentence(error: Any, tr: Translate) -> str:
    """What is wrong, in a sentence with what would be right."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing" | "string_too_short" | "too_short":
            return tr("Please fill this in.")
        case "string_too_long":
            return tr("At most {most} characters fit.", most=limits["max_length"])
        case "int_parsing" | "int_from_float" | "float_parsing":
            return tr("Please write a number.")
        case "greater_than_equal" | "greater_than":
            return tr("It must be at least {least}.", least=limits.get("ge", limits.get("gt")))
        case "less_than_equal" | "less_than":
            return tr("It must be at most {most}.", most=limits.get("le", limits.get("lt")))
        case "date_from_datetime_parsing" | "date_parsing" | "datetime_from_date_parsing" | "datetime_parsing":
            return tr("Please write a date such as 2026-12-24.")
        case "time_parsing":
            return tr("Please write a time such as 18:30.")
        case "enum" | "literal_error":
            return tr("Please choose one of these.")
        case "value_error":
            cause = limits["error"]
            return tr(cause.reason, **cause.values) if isinstance(cause, InvalidInput) else tr(str(cause))
        case _:
            return tr("This cannot be right.")
