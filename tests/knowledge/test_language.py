"""Which language a message is written in: the likeliest of those at hand, or the one that leaves no doubt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index import Index, build_index
from knowledge.language import KNOWN, detect_language, guess_language
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


# --- Where there is no doubt -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wo kann ich mein altes Sofa loswerden?", "de"),
        ("wo kann ich das abgeben", "de"),
        ("Where can I get help with a letter?", "en"),
        ("Eski koltuğumu nereye atabilirim, bana yardım eder misiniz?", "tr"),
        ("bu mektup icin bana kim yardim eder", "tr"),
        ("أين أرمي الأريكة القديمة؟", "ar"),
        ("Куда мне выбросить старый диван?", "ru"),
        ("Куди мені подіти старий диван?", "uk"),
        ("Къде мога да изхвърля стария диван?", "bg"),
        ("Gdzie mogę się zapisać na kurs?", "pl"),
        ("Unde pot să duc canapeaua cea veche?", "ro"),
        ("Où est-ce que je peux jeter mon vieux canapé ?", "fr"),
        ("WO KANN ICH DAS ABGEBEN?!", "de"),
        ("Kocam beni dövüyor, yardım edin", "tr"),
        ("Nasıl gidebilirim?", "tr"),
        ("Kościół zamknięty?", "pl"),
        ("Când deschideți?", "ro"),
        ("Можно это по-русски, please?", "ru"),
        ("I lost my passport, where do I go?", "en"),
        ("How do I register my dog?", "en"),
        ("what do I need to do", "en"),
        ("I have no money, what to do", "en"),
        ("who pays my rent", "en"),
        ("Nie wiem, do kogo iść", "pl"),
        ("do kiedy mam czas", "pl"),
    ],
)
def test_a_message_tells_its_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?!",
        "🙂",
        "123",
        "ok",
        "Sperrmüll",
        "Jobcenter Dortmund",
        "Kita Kita Kita",
        "Café Köprü",
        "Bürgeramt Termin",
        "Wohngeld",
        "taxi",
        "диван",
        "你好吗",
        "Πού είναι;",
    ],
)
def test_names_and_single_words_leave_the_language_open(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize("text", ["nach Dortmund", "Heizung kaputt, bitte", "the Hausmeister", "diese und these and"])
def test_one_word_is_too_little_and_two_languages_are_too_many(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize("text", ["Do I go to my doctor", "I go to my son", "my son and I"])
def test_english_in_words_that_are_polish_too_is_not_taken_for_polish(text: str) -> None:
    assert detect_language(text) != "pl"


def test_german_names_of_offices_make_no_message_german() -> None:
    assert detect_language("Jobcenter'e nasıl gidebilirim ve ne zaman açık?") == "tr"
    assert detect_language("Как мне попасть в Jobcenter, и когда он открыт?") == "ru"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_a_language_that_residents_write_or_none(text: str) -> None:
    assert detect_language(text) in {None, *KNOWN}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["Wo kann ich das abgeben", "Where can I get help", "Куда мне идти", "bana kim yardım eder"]))
def test_case_and_signs_do_not_change_the_language(text: str) -> None:
    assert detect_language(f"  {text.upper()}?! ") == detect_language(f"{text}.")
