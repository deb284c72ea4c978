"""The console's words: English in the code and the templates, `locale/<code>/<area>.po` translates them."""

from __future__ import annotations

import gettext
from functools import cache
from importlib import resources

from bot.texts.catalog import SOURCE_LANGUAGE, translations
from knowledge.entry import base_language

LANGUAGES = ("de", SOURCE_LANGUAGE)
"""German first."""


@cache
def words(language: str) -> gettext.NullTranslations:
    """The words of a language; the source texts for English."""
    folder = resources.files("bot.console") / "locale" / language
    if not folder.is_dir():
        return gettext.NullTranslations()
    return translations([file.read_bytes() for file in folder.iterdir() if file.name.endswith(".po")], language)


def say(language: str, text: str, /, **values: object) -> str:
    """A sentence of the code in a language, with what differs filled in."""
    said = words(language).gettext(text)
    return said.format_map(values) if values else said


def best_language(accepted: str) -> str:
    """The console's language for a browser's Accept-Language: its first that there is, else German."""
    listed = [base_language(part.partition(";")[0].strip().lower()) for part in accepted.split(",")]
    return next((code for code in listed if code in LANGUAGES), LANGUAGES[0])
