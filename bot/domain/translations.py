"""Which texts of an entry were written before its German text changed, and may be out of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.entry import DEFAULT_LANGUAGE

Wording = Mapping[str, Any]
"""Of one version: title and text by language, and the day on which staff confirmed it."""


def stale_languages(versions: Sequence[Wording]) -> tuple[str, ...]:
    """The languages of the newest version whose title and text are older than the German ones.

    `versions` come oldest first. Who confirms an entry confirms its texts in every language.
    """
    if not versions:
        return ()
    source = _changed(versions, DEFAULT_LANGUAGE)
    confirmed = max((place for place in range(1, len(versions)) if _is_confirmed(versions, place)), default=0)
    if confirmed > source:
        return ()
    newest = versions[-1]
    written = sorted({*(newest.get("title") or {}), *(newest.get("text") or {})} - {DEFAULT_LANGUAGE})
    return tuple(language for language in written if _changed(versions, language) < source)


def _changed(versions: Sequence[Wording], language: str) -> int:
    """The place of the newest version that changed what is said in a language; 0 where none did."""
    said = [_said(version, language) for version in versions]
    return max((place for place in range(1, len(said)) if said[place] != said[place - 1]), default=0)


def _said(version: Wording, language: str) -> tuple[Any, Any]:
    return (version.get("title") or {}).get(language), (version.get("text") or {}).get(language)


def _is_confirmed(versions: Sequence[Wording], place: int) -> bool:
    return versions[place].get("checked_on") != versions[place - 1].get("checked_on")
