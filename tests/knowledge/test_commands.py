"""What people type instead of tapping a button."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib import resources

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.commands import MOST_WORDS, Attribute, Command, Heard, Word, hear
from knowledge.normalize import fold, stop_words, words

LANGUAGES = ("de", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")
MEANINGS: tuple[Command | Word | Attribute, ...] = (*Command, *Word, *Attribute)
ASKING = {"team_talk", "team_person", "team_beside"}
"""Words of which messages that ask for a person are made."""

FILES = resources.files("knowledge").joinpath("lexicon", "commands")


def read(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.load(FILES.joinpath(f"{language}.yaml").read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 (makes strings and nothing else)
    return found


LEXICON = {language: read(language) for language in LANGUAGES}


def phrases() -> Iterator[tuple[str, Command | Word | Attribute, str]]:
    """Every phrase with its meaning and its language."""
    for language, lexicon in LEXICON.items():
        for meaning in MEANINGS:
            yield from ((phrase, meaning, language) for phrase in lexicon[meaning.value])


# --- The files -------------------------------------------------------------------------------------------------------


def test_every_language_of_the_product_has_a_file() -> None:
    assert {file.name for file in FILES.iterdir()} == {f"{language}.yaml" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_has_words_for_every_meaning_and_no_other(language: str) -> None:
    assert set(LEXICON[language]) == {meaning.value for meaning in MEANINGS} | ASKING
    assert all(LEXICON[language].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_reader_finds_strings_too(language: str) -> None:
    """Whoever edits a file may forget that "yes", "no", "on" and numbers need quotation marks elsewhere."""
    assert all(isinstance(phrase, str) for each in LEXICON[language].values() for phrase in each)
    assert all(list(words(phrase)) for each in LEXICON[language].values() for phrase in each)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_longer_than_what_is_heard(language: str) -> None:
    long = [phrase for each in LEXICON[language].values() for phrase in each if len(list(words(phrase))) > MOST_WORDS]
    assert long == []


def test_no_phrase_stands_for_two_meanings() -> None:
    """Of no language: nobody says which language a single word is written in."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for phrase, meaning, language in phrases():
        meanings[" ".join(fold(word) for word in words(phrase))].add(f"{meaning.value} ({language})")
    assert {
        phrase: found for phrase, found in meanings.items() if len({each.partition(" ")[0] for each in found}) > 1
    } == {}


def test_every_phrase_is_heard_as_what_it_means() -> None:
    assert [
        (phrase, meaning, language)
        for phrase, meaning, language in phrases()
        if meaning not in (hear(phrase).command, hear(phrase).word, hear(phrase).attribute)
    ] == []


# --- What is heard ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("stop", Command.STOP),
        ("STOP!!!", Command.STOP),
        ("Stopp", Command.STOP),
        ("abmelden", Command.STOP),
        ("dur", Command.STOP),
        ("Стоп", Command.STOP),
        ("توقف", Command.STOP),
        ("hilfe", Command.HELP),
        ("Hilfe bitte", Command.HELP),
        ("help", Command.HELP),
        ("yardım", Command.HELP),
        ("yardim", Command.HELP),
        ("помощь", Command.HELP),
        ("допомога", Command.HELP),
        ("مساعدة", Command.HELP),
        ("pomoc", Command.HELP),
        ("ajutor", Command.HELP),
        ("помощ", Command.HELP),
        ("aide", Command.HELP),
        ("menü", Command.MENU),
        ("Menu", Command.MENU),
        ("menue", Command.MENU),
        ("меню", Command.MENU),
        ("القائمة", Command.MENU),
        ("von vorne", Command.START),
        ("Sprache", Command.LANGUAGE),
        ("language", Command.LANGUAGE),
        ("Türkçe", Command.LANGUAGE),
        ("mit einem Menschen sprechen", Command.TEAM),
        ("talk to a human", Command.TEAM),
        ("Datenschutz?", Command.PRIVACY),
        ("Was weißt du über mich?", Command.MYDATA),
        ("Meine Daten löschen!", Command.FORGET),
    ],
)
def test_natural_words_run_commands(text: str, command: Command) -> None:
    assert hear(text) == Heard(command=command)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("insan", ("tr",)),
        ("помощь", ("ru",)),
        ("меню", ("ru", "uk", "bg")),
        ("Mensch", ("de",)),
        ("1", ()),
        ("Und wann offen?", ()),
    ],
)
def test_the_languages_of_what_was_heard(text: str, languages: tuple[str, ...]) -> None:
    assert hear(text).languages == languages


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ja", Word.YES),
        ("abbrechen", Word.CANCEL),
        ("cancel", Word.CANCEL),
        ("JA!", Word.YES),
        ("ok", Word.YES),
        ("no", Word.NO),
        ("Nein, danke.", Word.NO),
        ("yes", Word.YES),
        ("1", Word.FIRST),
        ("1.", Word.FIRST),
        ("(2)", Word.SECOND),
        ("٣", Word.THIRD),
        ("das erste", Word.FIRST),
        ("Der zweite", Word.SECOND),
        ("keins davon", Word.NONE),
        ("none of these", Word.NONE),
        ("hiçbiri", Word.NONE),
        ("nochmal", Word.AGAIN),
    ],
)
def test_short_answers(text: str, word: Word) -> None:
    assert hear(text) == Heard(word=word)


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("und wann offen?", Attribute.HOURS),
        ("Und wann haben die offen?", Attribute.HOURS),
        ("Öffnungszeiten", Attribute.HOURS),
        ("Wo ist das denn?", Attribute.PLACE),
        ("Und die Telefonnummer?", Attribute.PHONE),
        ("Was kostet das denn?", Attribute.COST),
        ("adresse mail", Attribute.MAIL),
        ("and when is it open?", Attribute.HOURS),
        ("How much is it?", Attribute.COST),
        ("ne zaman açık?", Attribute.HOURS),
        ("adres nerede?", Attribute.PLACE),
        ("а где это?", Attribute.PLACE),
        ("коли відкрито?", Attribute.HOURS),
        ("متى يفتح؟", Attribute.HOURS),
        ("Ile to kosztuje?", Attribute.COST),
        ("C'est où ?", Attribute.PLACE),
        ("unde este?", Attribute.PLACE),
        ("къде е?", Attribute.PLACE),
    ],
)
def test_questions_about_what_was_shown(text: str, attribute: Attribute) -> None:
    assert hear(text) == Heard(attribute=attribute)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?!",
        "🙂",
        "4",
        "11",
        "1 2",
        "Sperrmüll",
        "Wann hat das Rathaus offen?",
        "Wo ist der Marktplatz?",
        "Was kostet der Personalausweis?",
        "Wer hilft mir mit einem Brief?",
        "Stopp den Lärm von nebenan",
        "Menü vom Mittagstisch",
        "Hilfe bei der Steuererklärung",
        "Wo ist das nächste Krankenhaus?",
        "ja " * (MOST_WORDS + 1),
    ],
)
def test_everything_else_is_a_question(text: str) -> None:
    assert hear(text) == Heard()


@pytest.mark.parametrize(
    "text",
    [
        "Urlaub", "stumm", "Ruhe", "a short break", "استراحة", "أنا مسافر", "отпуск", "я пойду", "отменить регистрацию",
        "відпустка", "я піду", "скасувати реєстрацію", "urlop", "rezygnuję", "cisza", "concediu", "vin", "liniște",
        "отпуска", "абонамент", "en congé", "rappel", "résilier",
    ],
)  # fmt: skip
def test_a_word_that_mostly_means_something_else_is_a_question(text: str) -> None:
    assert hear(text).command is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Ich bin im Urlaub", Command.PAUSE),
        ("я в отпуске", Command.PAUSE),
        ("mam urlop", Command.PAUSE),
        ("sunt în concediu", Command.PAUSE),
        ("je suis en congé", Command.PAUSE),
        ("Ich komme nicht", Command.UNREGISTER),
        ("не могу прийти", Command.UNREGISTER),
        ("nie przyjdę", Command.UNREGISTER),
        ("gelemiyorum", Command.UNREGISTER),
        ("nu pot veni", Command.UNREGISTER),
        ("لن أحضر", Command.UNREGISTER),
    ],
)
def test_a_sentence_that_is_clear_is_heard(text: str, command: Command) -> None:
    assert hear(text).command is command


@pytest.mark.parametrize("language", LANGUAGES)
def test_function_words_alone_ask_for_nothing(language: str) -> None:
    """Unless the word itself is one that people type for a command or an attribute."""
    known = {" ".join(fold(word) for word in words(phrase)) for phrase, _, _ in phrases()} | {"1", "2", "3"}
    assert [word for word in stop_words(language) if fold(word) not in known and hear(word) != Heard()] == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_says_at_most_one_thing(text: str) -> None:
    heard = hear(text)
    assert [heard.command, heard.word, heard.attribute].count(None) >= 2


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(phrases())), st.sampled_from(["", " ", "!", "?", " …", "\n"]), st.booleans())
def test_case_and_punctuation_change_nothing(
    listed: tuple[str, Command | Word | Attribute, str], end: str, is_loud: bool
) -> None:
    phrase = listed[0]
    loud = phrase.upper() if is_loud and phrase.upper().casefold() == phrase.casefold() else phrase
    assert hear(f" {loud}{end}") == hear(phrase)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich möchte mit einem Menschen sprechen"),
        ("de", "Kann ich bitte mit jemandem vom Team reden?"),
        ("de", "Verbinden Sie mich mit einem Mitarbeiter!"),
        ("en", "Can I please speak to a real person?"),
        ("tr", "Bir çalışanla görüşebilir miyim lütfen"),
        ("ar", "أريد أن أتكلم مع موظف لو سمحت"),
        ("ru", "Можно поговорить с живым человеком?"),
        ("uk", "Чи можу я поговорити з працівником?"),
        ("pl", "Chciałabym porozmawiać z prawdziwym człowiekiem"),
        ("ro", "Aș vrea să vorbesc cu o persoană reală, vă rog"),
        ("bg", "Мога ли да говоря с жив човек?"),
        ("fr", "Je voudrais parler à quelqu'un s'il vous plaît"),
    ],
)
def test_a_person_is_asked_for_in_ones_own_words(language: str, text: str) -> None:
    heard = hear(text)
    assert (heard.command, heard.languages) == (Command.TEAM, (language,))


@pytest.mark.parametrize(
    "text",
    [
        "Mit wem kann ich über Schulden sprechen?",
        "Ich möchte mit jemandem über meine Miete sprechen",
        "Ich suche jemanden zum Reden",
        "Ich will nicht mit einem Menschen sprechen",
        "Wie kann ich das Team erreichen?",
        "Was ist ein Mensch?",
        "I need someone to talk to",
        "quelqu'un à qui parler",
        "Хочу говорить по-русски",
        "Vreau să vorbesc despre chirie",
    ],
)
def test_a_question_about_people_or_talking_stays_a_question(text: str) -> None:
    assert hear(text).command is None
