"""Which texts of an entry are older than its German text, since when, and when they are no longer shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from knowledge.entry import DEFAULT_LANGUAGE, Entry

PATIENCE = timedelta(days=30)
"""How long residents still get a text that is older than the German one, where the town decides nothing else."""


def outdated(before: Entry, after: Entry, known: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """Since when each language of an entry is older than the German text, once `after` took the place of `before`.

    `known` is what held of `before`. Who confirms an entry confirms its texts in every language, those before a new
    German text among them.
    """
    is_confirmed = before.checked_on != after.checked_on
    kept = [code for code in _translations(after) if _said(before, code) == _said(after, code)]
    so_far = {} if is_confirmed else {code: known[code] for code in kept if code in known}
    if _said(before, DEFAULT_LANGUAGE) == _said(after, DEFAULT_LANGUAGE):
        return so_far
    return dict.fromkeys(kept, now) | so_far


def withheld(known: Mapping[str, datetime], patience: timedelta, now: datetime) -> tuple[str, ...]:
    """The languages whose texts have been older than the German one for too long; none where there is no patience."""
    return tuple(code for code, since in known.items() if patience and now - since >= patience)


def without(entry: Entry, languages: tuple[str, ...]) -> Entry:
    """An entry that says nothing in some languages; how it is found stays."""
    left = [
        {code: text for code, text in texts.items() if code not in languages} for texts in (entry.title, entry.text)
    ]
    return replace(entry, title=left[0], text=left[1])


def _translations(entry: Entry) -> list[str]:
    return sorted({*entry.title, *entry.text} - {DEFAULT_LANGUAGE})


def _said(entry: Entry, language: str) -> tuple[str | None, str | None]:
    return entry.title.get(language), entry.text.get(language)
