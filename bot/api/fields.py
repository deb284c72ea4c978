"""Kinds of fields that several calls take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

from bot.texts.catalog import offered
from knowledge.entry import DEFAULT_LANGUAGE

LONGEST = 5_000


def _by_language(value: Any) -> Any:
    """A plain string means German (contract)."""
    return {DEFAULT_LANGUAGE: value} if isinstance(value, str) else value


def _known(texts: Mapping[str, str]) -> dict[str, str]:
    unknown = [code for code in texts if code not in offered()]
    if unknown:
        raise ValueError(f"{', '.join(map(ascii, unknown))}: residents are answered in {', '.join(offered())}")
    return {code: text for code, text in texts.items() if text.strip()}


def whole(text: str) -> str:
    """The same without what no database takes: JSON can name one half of a surrogate pair and the null character."""
    return text.encode(errors="replace").decode().replace("\x00", "")


Text = Annotated[str, Field(max_length=LONGEST), AfterValidator(whole)]

Language = Annotated[str, WithJsonSchema({"type": "string", "enum": list(offered())})]
"""For the description; `_known` says which are unknown."""

Texts = Annotated[
    dict[str, Text],
    BeforeValidator(_by_language, json_schema_input_type=dict[Language, str] | str),
    AfterValidator(_known),
    Field(description="text by language; a plain string means German"),
]

NUMBER = Field(ge=1, le=2**31 - 1)

Number = Annotated[int, Path(ge=1, le=2**62)]
"""Of something, in a path: within what the databases hold."""

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next: str | None = Field(default=None, description="give it as `cursor` for what follows; null at the end")


def page(items: list[Item], last: int | None, limit: int) -> Page[Item]:
    """A part of a list whose last item has a number; there is more behind a full one."""
    return Page[Item](items=items, next=str(last) if last is not None and len(items) >= limit else None)
