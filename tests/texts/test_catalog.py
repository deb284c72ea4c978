"""The words of each language are complete."""

from __future__ import annotations

import io
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import bot
from bot.texts.catalog import catalog, languages, nearest

BOT = Path(bot.__file__).parent


def _used() -> Iterator[tuple[str, str]]:
    """Each message id in the code and the templates, and the file it stands in."""
    for file in BOT.rglob("*.py"):
        with file.open("rb") as source:
            for _, message, _, _ in extract("python", source, DEFAULT_KEYWORDS, options={"encoding": "utf-8"}):
                yield from ((each, file.name) for each in ([message] if isinstance(message, str) else message))
    for file in BOT.rglob("templates/**/*.html"):
        with file.open("rb") as source:
            for _, _, message, _ in babel_extract(source, list(DEFAULT_KEYWORDS), [], {"encoding": "utf-8"}):
                yield from ((each, file.name) for each in ([message] if isinstance(message, str) else message))


USED = dict(_used())


def _read(language: str) -> Catalog:
    return read_po(io.BytesIO((BOT / "texts" / f"{language}.po").read_bytes()), locale=language.partition("-")[0])


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


TRANSLATED = sorted(file.stem for file in (BOT / "texts").glob("*.po"))


def test_messages_were_found_in_code_and_templates() -> None:
    assert {"wording.py", "hours.py", "chat.html"} <= set(USED.values())


def test_german_is_translated() -> None:
    assert "de" in TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_every_message_and_no_other(language: str) -> None:
    assert {message.id for message in _read(language) if message.id} == set(USED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_with_the_same_placeholders(language: str) -> None:
    for message in _read(language):
        if message.id:
            assert message.string.strip(), message.id
            assert not message.fuzzy, message.id
            assert _placeholders(message.string) == _placeholders(message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_loaded_catalog_gives_the_translation(language: str) -> None:
    for message in _read(language):
        if message.id:
            assert catalog(language).gettext(message.id) == message.string


def test_english_is_the_source() -> None:
    assert all(catalog("en").gettext(message) == message for message in USED)


def test_german_comes_first() -> None:
    assert languages()[0] == "de"
    assert set(languages()) == {"en", *TRANSLATED}


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (None, "de"),
        ("", "de"),
        ("de", "de"),
        ("DE", "de"),
        ("de-easy", "de"),
        ("de_AT", "de"),
        ("en", "en"),
        ("en-GB", "en"),
        ("xx", "de"),
        ("-", "de"),
        ("😀", "de"),
    ],
)
def test_a_wish_gets_the_nearest_language_there_is(wanted: str | None, given: str) -> None:
    assert nearest(wanted) == given
