"""The languages there are, and the words of each.

English source texts stand in the code; `<code>.po` beside this file translates them. Nothing has to be compiled.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from knowledge.entry import DEFAULT_LANGUAGE

SOURCE_LANGUAGE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that residents can be answered in, German first."""
    files = (file.name for file in resources.files("bot.texts").iterdir())
    translated = {name.removesuffix(".po") for name in files if name.endswith(".po")}
    return tuple(sorted({SOURCE_LANGUAGE, *translated}, key=lambda code: (code != DEFAULT_LANGUAGE, code)))


def nearest(wanted: str | None) -> str:
    """The language there is for a wish like "de", "en-GB" or None: itself, its base, else German."""
    code = (wanted or "").lower().replace("_", "-")
    for candidate in (code, code.partition("-")[0]):
        if candidate in languages():
            return candidate
    return DEFAULT_LANGUAGE


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """The words of one of `languages()`; the source texts for English."""
    file = resources.files("bot.texts") / f"{language}.po"
    if not file.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(file.read_bytes()), locale=language.partition("-")[0]))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
