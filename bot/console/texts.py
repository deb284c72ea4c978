"""Texts by language in forms: a field for each language that residents can choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.console.forms import Filled
from bot.console.page import Visit
from bot.texts.cards import language_name
from bot.texts.catalog import offered


def spread(name: str, texts: Mapping[str, str] | None) -> dict[str, str]:
    """The fields of a form for texts by language: "title-de", "title-tr" and so on."""
    return {f"{name}-{code}": text for code, text in (texts or {}).items()}


def gathered(filled: Filled[Any], name: str) -> dict[str, str]:
    """The texts by language that were typed; empty ones are left out."""
    found = {code: filled.value(f"{name}-{code}").strip() for code in offered()}
    return {code: text for code, text in found.items() if text}


def languages(visit: Visit) -> list[tuple[str, str]]:
    """Each language that residents can choose, and its name in the language of the page."""
    return [(code, language_name(code, visit.language)) for code in offered()]


def names(visit: Visit) -> dict[str, str]:
    """The same by code."""
    return dict(languages(visit))


def differing(mine: Filled[Any], theirs: Filled[Any]) -> dict[str, str]:
    """What somebody else saved meanwhile, by the fields in which it differs from what was typed."""
    return {
        name: ", ".join(theirs.values(name))
        for name in {*mine.typed, *theirs.typed} - {"version"}
        if [value.strip() for value in mine.values(name) if value.strip()] != list(theirs.values(name))
    }
