"""The languages there are, and the words of each.

English source texts stand in the code; `<code>.po` beside this file translates them. Nothing has to be compiled.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Sequence
from functools import cache
from importlib import resources

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from knowledge.entry import DEFAULT_LANGUAGE, base_language
from knowledge.normalize import fold

SOURCE_LANGUAGE = "en"

ORDER = ("de", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")
"""In which languages are offered; others follow by their codes."""

EASY = "de-easy"
"""German in simple words: entries may have texts of their own for it; the bot's own words are simple anyway."""


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that residents can be answered in, German first."""
    files = (file.name for file in resources.files("bot.texts").iterdir())
    translated = {name.removesuffix(".po") for name in files if name.endswith(".po")}
    places = {code: place for place, code in enumerate(ORDER)}
    return tuple(sorted({SOURCE_LANGUAGE, *translated}, key=lambda code: (places.get(code, len(ORDER)), code)))


def nearest(wanted: str | None) -> str:
    """The language there is for a wish like "de", "en-GB" or None: itself, its base, else German."""
    code = (wanted or "").lower().replace("_", "-")
    for candidate in (code, base_language(code)):
        if candidate in offered():
            return candidate
    return DEFAULT_LANGUAGE


def offered() -> tuple[str, ...]:
    """Codes of the languages that residents can choose: simple German stands beside German."""
    return (DEFAULT_LANGUAGE, EASY, *(code for code in languages() if code != DEFAULT_LANGUAGE))


def own_name(code: str) -> str:
    """The name of a language as its speakers write it."""
    if code == EASY:
        return "Deutsch (einfach)"
    name = Locale.parse(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


@cache
def language_named(text: str) -> str | None:
    """The offered language that `text` names, in whichever of them: "türkçe", "Turkish" and "Türkisch" are "tr"."""
    spoken = fold(text).strip()
    for code in languages():
        for reader in languages():
            if fold(Locale.parse(code).get_language_name(reader) or code) == spoken:
                return code
    return None


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """The words of a language, or of its base ("de" for "de-easy"); the source texts for English."""
    base = base_language(language)
    file = resources.files("bot.texts") / f"{base}.po"
    return translations([file.read_bytes()], base) if file.is_file() else gettext.NullTranslations()


def translations(files: Sequence[bytes], language: str) -> gettext.NullTranslations:
    """The words of one language out of the contents of .po files; a text in several of them is that of the last."""
    whole, *others = [read_po(io.BytesIO(content), locale=language) for content in files]
    for message in [message for other in others for message in other if message.id]:
        whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
