"""A message without a language is read in the one it is written in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index import Index, build_index
from knowledge.language import guess_language
from tests.knowledge.small_town import SMALL_TOWN, offer

MANY = build_index(
    [
        *SMALL_TOWN,
        offer("cop", "Çöp kutusu", "Eski koltuğumu nereye atabilirim?", lang="tr"),
        offer("musor", "Вывоз мусора", "Куда выбросить старый диван?", lang="ru"),
        offer("qumama", "جمع القمامة", "أين أرمي الأريكة القديمة؟", lang="ar"),
    ]
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wer hilft mir mit dem Sperrmüll?", "de"),
        ("eski koltuğumu nereye", "tr"),
        ("куда мусор", "ru"),
        ("КУДА ВЫБРОСИТЬ ДИВАН", "ru"),
        ("أين القمامة", "ar"),
        ("Müll куда выбросить старый диван", "ru"),
    ],
)
def test_script_and_words_tell_the_language(text: str, language: str) -> None:
    assert guess_language(text, MANY.shelves) == language


@pytest.mark.parametrize("text", ["", "  ", "?!", "🙂", "123", "你好", "xyzzy"])
def test_nothing_is_guessed_where_nothing_speaks_for_a_language(text: str) -> None:
    assert guess_language(text, MANY.shelves) is None


def test_nothing_is_guessed_without_shelves() -> None:
    assert guess_language("Wohin?", {}) is None


def test_a_script_nobody_wrote_in_is_not_taken_for_another(small_town: Index) -> None:
    assert guess_language("Куда выбросить диван?", small_town.shelves) is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_a_guess(text: str) -> None:
    assert guess_language(text, MANY.shelves) in {None, *MANY.shelves}
