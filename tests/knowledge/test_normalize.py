"""What people type in different ways is compared as the same words."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.features import Analyzer
from knowledge.normalize import character_ngrams, compound_parts, fold, joined_neighbours, stop_words, tokens, words

LANGUAGES = ("de", "de-easy", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")

EQUAL = [
    # German: umlauts, sharp s and their transcriptions
    ("de", "Müll", "Muell"),
    ("de", "Müll", "MÜLL"),
    ("de", "Müll", "Mu\u0308ll"),
    ("de", "Müll", "Mull"),
    ("de", "Öffnungszeiten", "Oeffnungszeiten"),
    ("de", "Ärztin", "Aerztin"),
    ("de", "Bürgerbüro", "Buergerbuero"),
    ("de", "Grünfläche", "GRUENFLAECHE"),
    ("de", "Kindergärten", "Kindergaerten"),
    ("de", "Fahrräder", "Fahrraeder"),
    ("de", "Häuser", "Haeuser"),
    ("de", "Gebühr", "Gebuehr"),
    ("de", "Prüfung", "pruefung"),
    ("de", "Schlüssel", "Schluessel"),
    ("de", "Goethestraße", "Göthestrasse"),
    ("de", "Straße", "Strasse"),
    ("de", "straße", "STRASSE"),
    ("de", "STRAẞE", "Straße"),
    ("de", "Fußball", "FUSSBALL"),
    ("de", "Schließfach", "Schliessfach"),
    ("de", "größer", "groesser"),
    ("de-easy", "Müll", "Muell"),
    ("de", "Repair-Café", "repair cafe"),
    # punctuation, hyphens, apostrophes, widths
    ("de", "E-Mail", "E Mail"),
    ("de", "E\u2011Mail", "E-Mail"),
    ("de", "E–Mail", "E-Mail"),
    ("de", "Eltern-Kind-Treff", "eltern kind treff"),
    ("de", "Anwohner_Parken", "Anwohner Parken"),
    ("de", "Mieter*innen", "Mieter:innen"),
    ("de", "Ausweis/Pass", "Ausweis, Pass"),
    ("de", "„Treffpunkt“?!", "treffpunkt"),
    ("de", "wie geht’s", "wie geht's"),
    ("de", "wie gehtʼs", "wie gehts"),
    ("de", "Ｂüｒｏ", "Büro"),
    ("de", "Haus ２４", "Haus 24"),
    ("de", "ﬁnden", "finden"),
    ("de", "50 m²", "50 m2"),
    ("de", "Spiel\u00adplatz", "Spielplatz"),
    ("de", "Spiel\u200bplatz", "Spielplatz"),
    ("de", "Spiel\u2060platz", "Spielplatz"),
    # Turkish: dotted and dotless i, cedillas, endings of names behind an apostrophe
    ("tr", "Çöp", "cop"),
    ("tr", "ÇÖP", "çöp"),
    ("tr", "ışık", "isik"),
    ("tr", "IŞIK", "ışık"),
    ("tr", "KIRMIZI", "kırmızı"),
    ("tr", "İstanbul", "istanbul"),
    ("tr", "ŞEHİR", "sehir"),
    ("tr", "ağaç", "agac"),
    ("tr", "kâğıt", "kagit"),
    ("tr", "Türkçe", "turkce"),
    ("tr", "çocuğum", "cocugum"),
    ("tr", "Dortmund'da", "Dortmund"),
    ("tr", "Dortmund’un", "Dortmund"),
    # Cyrillic
    ("ru", "ёлка", "елка"),
    ("ru", "УЧЁБА", "учеба"),
    ("ru", "счёт", "счет"),
    ("ru", "йогурт", "иогурт"),
    ("uk", "сім'я", "сім’я"),
    ("uk", "сімʼя", "сімя"),
    ("uk", "п'ять", "пять"),
    ("uk", "ґрунт", "грунт"),
    ("uk", "їжа", "іжа"),
    ("bg", "БОКЛУК", "боклук"),
    # Arabic: forms of alef, yeh, kaf; teh marbuta; vowel marks; stretchers; digits
    ("ar", "أين", "اين"),
    ("ar", "إيجار", "ايجار"),
    ("ar", "آخر", "اخر"),
    ("ar", "ٱلبيت", "البيت"),
    ("ar", "مدرسة", "مدرسه"),
    ("ar", "مستشفى", "مستشفي"),
    ("ar", "مـــدرسة", "مدرسة"),
    ("ar", "مسؤول", "مسوول"),
    ("ar", "بیت", "بيت"),
    ("ar", "کتاب", "كتاب"),
    ("ar", "ﻣﺪﺭﺳﺔ", "مدرسة"),
    ("ar", "٢٠٢٤", "2024"),
    ("ar", "۲۴", "24"),
    ("ar", "مَدْرَسَة", "مدرسة"),
    ("ar", "قُمَامَة", "قمامة"),
    ("ar", "مُحَمَّد", "محمد"),
    # French, Polish, Romanian, English
    ("fr", "l'école", "école"),
    ("fr", "L’ÉCOLE", "ecole"),
    ("fr", "d'aide", "aide"),
    ("fr", "cœur", "coeur"),
    ("fr", "garçon", "garcon"),
    ("fr", "rendez-vous", "rendez vous"),
    ("pl", "śmieci", "smieci"),
    ("pl", "Łódź", "lodz"),
    ("pl", "żółty", "zolty"),
    ("ro", "școală", "scoala"),
    ("ro", "şcoală", "școală"),
    ("en", "naïve", "naive"),
    ("en", "don't", "dont"),
]

DIFFERENT = [
    ("de", "neue", "nü"),
    ("de", "Quelle", "Qülle"),
    ("de", "Feuer", "Füer"),
    ("de", "Steuer", "Stür"),
    ("de", "Abenteuer", "Abentür"),
    ("de", "Bauer", "Bär"),
    ("de", "Masse", "Mase"),
    ("de", "Kindergeld", "Kindergarten"),
    ("de", "Rat", "Rad"),
    ("de", "Müll", "Mühle"),
    ("de", "24", "42"),
    ("de", "3", "3a"),
    ("en", "rent", "rant"),
    ("tr", "kira", "kara"),
    ("ru", "дом", "дым"),
    ("uk", "гора", "кора"),
    ("ar", "بيت", "بنت"),
]


def folded(text: str, language: str) -> list[str]:
    return [word for word, _ in tokens(text, language, keep_stop_words=True)]


@pytest.mark.parametrize(("language", "one", "other"), EQUAL)
def test_two_spellings_are_one_word(language: str, one: str, other: str) -> None:
    assert folded(one, language) == folded(other, language)


@pytest.mark.parametrize(("language", "one", "other"), EQUAL)
def test_a_question_in_another_spelling_has_the_known_stems(language: str, one: str, other: str) -> None:
    """Whatever the stemmer makes of a spelling, the words of the knowledge base are found in it in full."""
    for written, asked in ((one, other), (other, one)):
        analyzer = Analyzer.of(language, [written])
        known, found = analyzer.analyze(written).words, analyzer.analyze(asked, forgiving=True).words
        assert {word: found.get(word) for word in known} == pytest.approx(dict(known))


@pytest.mark.parametrize(("language", "one", "other"), DIFFERENT)
def test_different_words_stay_different(language: str, one: str, other: str) -> None:
    assert folded(one, language) != folded(other, language)
    assert set(tokens(one, language)).isdisjoint(tokens(other, language))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Müllabholung", "Müll abholung"),
        ("Sperrmüll", "Sperr Müll"),
        ("Sperrmüll", "sperr-muell"),
        ("Fahrradwerkstatt", "Fahrrad Werkstatt"),
        ("Hausaufgabenhilfe", "Hausaufgaben Hilfe"),
    ],
)
def test_a_compound_written_apart_is_the_compound(written: str, asked: str) -> None:
    analyzer = Analyzer.of("de", [written])
    (stem,) = analyzer.analyze(written).words
    assert stem in analyzer.analyze(asked, forgiving=True).words


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("Wohngeldantrag", "Wohngeld Antrag"),
        ("Arbeitsagentur", "Arbeit Agentur"),
        ("Kindergartenplatz", "Kindergarten Platz"),
        ("Mietenberatung", "Miete Beratung"),
    ],
)
def test_a_compound_nobody_wrote_is_its_known_parts(asked: str, known: str) -> None:
    analyzer = Analyzer.of("de", [known])
    assert set(analyzer.analyze(known).words) <= set(analyzer.analyze(asked, forgiving=True).words)


def test_compound_parts_are_known_words_of_some_length() -> None:
    assert compound_parts("wohngeldantrag", {"wohngeld", "antrag", "geldantrag"}) == ("wohngeld", "antrag")
    assert compound_parts("geburtstagsfeier", {"geburtstag", "feier"}) == ("geburtstag", "feier")
    assert compound_parts("eisbahn", {"eis", "bahn"}) is None
    assert compound_parts("wohngeldantrag", {"wohngeld"}) is None
    assert joined_neighbours(["sperr", "mull", "termin"], {"sperrmull", "mulltermin"}) == ["sperrmull", "mulltermin"]


def test_letter_pieces_mark_both_ends_of_a_word() -> None:
    assert list(character_ngrams("tor")) == ["<to", "tor", "or>", "<tor", "tor>", "<tor>"]
    assert list(character_ngrams("ab", longest=3)) == ["<ab", "ab>"]


# Letters that residents type; "ſ" and other letters whose capital is another word's are left to the table above.
LETTERS = {
    "de": "abcdefghijklmnopqrstuvwxyzäöüß",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "fr": "abcdefghijklmnopqrstuvwxyzàâçéèêëîïôûùœ",
    "pl": "abcdefghijklmnopqrstuvwxyząćęłńóśźż",
    "ro": "abcdefghijklmnopqrstuvwxyzăâîșț",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىءئؤ",
}
AROUND = st.text(alphabet=' \t\n\r.,;:!?-–—…()[]{}"«»„“”*#/\\|<>+=~_·•', max_size=5)
GAPS = st.sampled_from([" ", "  ", "\n", "\t", ", ", ". ", " - ", "/", "-", "–", "... ", "?! ", " (", "_"])


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A language and some words of its letters."""
    language = draw(st.sampled_from(sorted(LETTERS)))
    return language, draw(st.lists(st.text(LETTERS[language], min_size=1, max_size=12), min_size=1, max_size=6))


@settings(max_examples=150, deadline=None)
@given(messages(), st.sampled_from([str.upper, str.lower, str.title, str.capitalize, str.swapcase]))
@example(("de", ["straße"]), str.upper)
def test_case_changes_no_token(message: tuple[str, list[str]], case: object) -> None:
    language, spoken = message
    assert callable(case)
    text = " ".join(spoken)
    assert tokens(case(text), language) == tokens(text, language)


@pytest.mark.parametrize(("small", "capital"), [("ışık", "IŞIK"), ("izmir", "İZMİR"), ("istanbul'da", "İSTANBUL'DA")])
def test_turkish_capitals_are_the_same_letters(small: str, capital: str) -> None:
    assert folded(capital, "tr") == folded(small, "tr")


@settings(max_examples=150, deadline=None)
@given(messages(), AROUND, AROUND, GAPS)
def test_punctuation_and_spaces_change_no_token(
    message: tuple[str, list[str]], before: str, after: str, gap: str
) -> None:
    language, spoken = message
    assert tokens(before + gap.join(spoken) + after, language) == tokens(" ".join(spoken), language)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(code for code in LANGUAGES if stop_words(code))), st.data())
def test_texts_of_stop_words_alone_give_no_tokens(language: str, data: st.DataObject) -> None:
    spoken = data.draw(st.lists(st.sampled_from(sorted(stop_words(language))), min_size=1, max_size=10))
    assert tokens(" ".join(spoken), language) == []
    assert len(tokens(" ".join(spoken), language, keep_stop_words=True)) >= len(spoken)


def test_question_words_and_negation_are_no_stop_words() -> None:
    """They tell an office from its offer."""
    assert stop_words("de").isdisjoint({"wo", "wann", "wer", "nicht", "kein", "keine"})


def test_a_language_without_a_list_has_no_stop_words() -> None:
    assert stop_words("xx") == frozenset()
    assert tokens("der die das", "xx") == [("der", "der"), ("die", "die"), ("das", "das")]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.sampled_from((*LANGUAGES, "xx", "")))
@example("\ud800 Müll \udfff", "de")
@example("\x00\x1f\x7f\x85\u2028", "de")
@example("'’ʼ' a'’b 'c'", "fr")
@example("1" * 10_000, "de")
@example("ä" * 10_000, "tr")
@example("Wort " * 2_000, "en")
@example("'a" * 5_000, "fr")
@example("\u0301" * 10_000, "ru")
def test_any_text_has_tokens(text: str, language: str) -> None:
    for word, stem in tokens(text, language, keep_stop_words=True):
        assert isinstance(stem, str)
        assert " " not in word


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-16", categories=None) | st.sampled_from("\ud800\udfff\x00"), max_size=50)
)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert list(words(text)) == list(words(text.strip()))
