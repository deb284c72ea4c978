"""The words of each language are complete."""

from __future__ import annotations

import io
import string
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2.ext import babel_extract

import bot
from bot.texts.catalog import catalog, language_named, languages, nearest, offered, own_name
from knowledge.entry import base_language

BOT = Path(bot.__file__).parent

Forms = tuple[str, ...]
"""A sentence; or the singular and the plural of one, in a translation as many forms as the language has."""


def _forms(texts: str | Iterable[str | None] | None) -> Forms:
    return (texts,) if isinstance(texts, str) else tuple(text for text in texts or () if text is not None)


def _used() -> Iterator[tuple[Forms, str]]:
    """Each message that residents get in the code and the templates, and the file it stands in.

    The console has catalogs of its own (tests/console/test_words.py).
    """
    for file in (file for file in BOT.rglob("*.py") if "console" not in file.parts):
        with file.open("rb") as source:
            for _, message, _, _ in extract("python", source, DEFAULT_KEYWORDS, options={"encoding": "utf-8"}):
                yield _forms(message), file.name
    for file in (BOT / "webchat").rglob("templates/**/*.html"):
        with file.open("rb") as source:
            for _, _, worded, _ in babel_extract(source, list(DEFAULT_KEYWORDS), [], {"encoding": "utf-8"}):
                yield _forms(worded), file.name


USED = dict(_used())


def _read(language: str) -> Catalog:
    return read_po(io.BytesIO((BOT / "texts" / f"{language}.po").read_bytes()), locale=base_language(language))


def _translations(language: str) -> dict[Forms, Forms]:
    return {_forms(message.id): _forms(message.string) for message in _read(language) if message.id}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


TRANSLATED = sorted(file.stem for file in (BOT / "texts").glob("*.po"))
IN_EACH = pytest.mark.parametrize("language", TRANSLATED)


def test_messages_were_found_in_code_and_templates() -> None:
    assert {"wording.py", "hours.py", "privacy.py", "chat.html"} <= set(USED.values())
    assert {len(message) for message in USED} == {1, 2}


def test_german_is_translated() -> None:
    assert "de" in TRANSLATED


@IN_EACH
def test_a_catalog_has_every_message_and_no_other(language: str) -> None:
    found = set(_translations(language))
    assert (sorted(set(USED) - found), sorted(found - set(USED))) == ([], [])


@IN_EACH
def test_every_message_is_translated_in_every_number(language: str) -> None:
    for message, forms in _translations(language).items():
        assert all(form.strip() for form in forms), message
        assert len(forms) == (1 if len(message) == 1 else _read(language).num_plurals), message
    assert [message.id for message in _read(language) if message.id and message.fuzzy] == []


@IN_EACH
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    for message, forms in _translations(language).items():
        assert all(_placeholders(form) == _placeholders(message[-1]) for form in forms), message


@IN_EACH
def test_a_translation_keeps_paragraphs_and_has_no_loose_ends(language: str) -> None:
    for message, forms in _translations(language).items():
        assert {form.count("\n") for form in forms} == {message[0].count("\n")}, message
        assert all(form == form.strip() and "  " not in form for form in forms), message


@IN_EACH
def test_the_loaded_catalog_gives_the_translation(language: str) -> None:
    words = catalog(language)
    contexts = {_forms(message.id): message.context for message in _read(language)}
    for message, forms in _translations(language).items():
        if context := contexts[message]:
            assert (words.pgettext(context, message[0]),) == forms
        elif len(message) == 1:
            assert (words.gettext(message[0]),) == forms
        else:
            assert {words.ngettext(message[0], message[1], count) for count in range(200)} == set(forms)


def test_english_is_the_source() -> None:
    words = catalog("en")
    for message in USED:
        if len(message) == 1:
            assert words.gettext(message[0]) == message[0]
        else:
            assert tuple(words.ngettext(message[0], message[1], count) for count in (1, 2)) == message


def test_simple_german_uses_the_words_of_german() -> None:
    assert catalog("de-easy").gettext("Menu") == catalog("de").gettext("Menu") == "Menü"


# --- Which languages there are ---------------------------------------------------------------------------------------


def test_german_comes_first() -> None:
    assert languages()[0] == "de"
    assert set(languages()) == {"en", *TRANSLATED}
    assert offered()[:2] == ("de", "de-easy")
    assert set(offered()) == {*languages(), "de-easy"}


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (None, "de"),
        ("", "de"),
        ("de", "de"),
        ("DE", "de"),
        ("de-easy", "de-easy"),
        ("de_EASY", "de-easy"),
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


@given(st.text() | st.sampled_from(["tr", "TR-tr", "uk_UA"]))
def test_every_wish_gets_a_language_that_is_offered(wanted: str) -> None:
    assert nearest(wanted) in offered()


@pytest.mark.parametrize(("code", "name"), [("de", "Deutsch"), ("de-easy", "Deutsch (einfach)"), ("en", "English")])
def test_a_language_is_offered_under_its_own_name(code: str, name: str) -> None:
    assert own_name(code) == name


@pytest.mark.parametrize("code", offered())
def test_no_two_languages_share_a_name(code: str) -> None:
    assert [each for each in offered() if own_name(each) == own_name(code)] == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("English", "en"),
        ("englisch", "en"),
        (" ENGLISCH ", "en"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("Klingonisch", None),
        ("englisch lernen", None),
        ("", None),
    ],
)
def test_a_language_is_known_by_its_name_in_every_language(text: str, code: str | None) -> None:
    assert language_named(text) == code
