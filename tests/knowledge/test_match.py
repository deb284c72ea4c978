"""A question finds its entry, however it is written, and says how sure it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.decide import Answer, Unknown, decide
from knowledge.emergency import Emergency, detect
from knowledge.entry import Entry
from knowledge.index import Index, build_index
from knowledge.match import LONGEST_QUESTION, SHOWN, match, reasons
from knowledge.normalize import fold_word, stop_words
from knowledge.shelf import FEATURES
from tests.knowledge.small_town import SMALL_TOWN, decline, offer
from tests.knowledge.small_town import WORDINGS as ALL_WORDINGS

TOWN = build_index(SMALL_TOWN)
WORDINGS = tuple((entry_id, wording) for entry_id, wording in ALL_WORDINGS if detect(wording) is None)
"""An emergency comes by rule, before any ranking."""

LISTED = ("de", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")


def first(index: Index, question: str, language: str | None = "de") -> str:
    """The id of the best match; "-" where there is none."""
    matches = match(index, question, language).matches
    return matches[0].entry_id if matches else "-"


# --- An entry's own wording ------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(WORDINGS),
    st.sampled_from([str, str.upper, str.lower, str.title]),
    st.text(" .,!?-\n", max_size=4),
    st.text(" .,!?-\n", max_size=4),
)
def test_an_entrys_own_wording_finds_it(wording: tuple[str, str], case: object, before: str, after: str) -> None:
    entry_id, text = wording
    assert callable(case)
    assert first(TOWN, before + case(text) + after, None) == entry_id


@pytest.mark.parametrize(("entry_id", "wording"), WORDINGS)
def test_an_entrys_own_wording_is_decided_at_once(entry_id: str, wording: str) -> None:
    decision = decide(match(TOWN, wording))
    assert decision in (Answer(entry_id), Unknown(entry_id))


TITLES = """Sperrmüll Wohngeld Kindergarten Bibliothek Schwimmbad Hundesteuer Personalausweis Fahrrad Garten Müllabfuhr
Führerschein Bauantrag Friedhof Musikschule Sprachkurs Schuldnerberatung Mieterverein Repaircafe Spielplatz Flohmarkt
Straßenlaterne Jugendtreff Seniorentanz Hebamme Impfung"""
words_of_towns = st.lists(st.sampled_from(TITLES.split()), min_size=2, max_size=12, unique=True)


@settings(max_examples=25, deadline=None)
@given(words_of_towns, st.data())
def test_in_any_small_town_a_title_finds_its_entry_in_any_order(titles: list[str], data: st.DataObject) -> None:
    entries = [offer(title.lower(), title) for title in titles]
    index = build_index(data.draw(st.permutations(entries)))
    for title in titles:
        assert first(index, f"Ich habe eine Frage zum Thema {title}") == title.lower()


# --- Function words --------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([code for code in LISTED if stop_words(code)]), st.data())
def test_stop_words_alone_are_declined(language: str, data: st.DataObject) -> None:
    spoken = data.draw(st.lists(st.sampled_from(sorted(stop_words(language))), min_size=1, max_size=8))
    assume(detect(" ".join(spoken)) is None)
    finding = match(TOWN, " ".join(spoken), language)
    assert all(one.is_decline for one in finding.matches)
    assert isinstance(decide(finding), Unknown)


def test_a_greeting_of_function_words_alone_finds_its_decline() -> None:
    greetings = ("hallo", "guten Tag", "hi", "moin", "danke")
    index = build_index([*SMALL_TOWN, Entry("gruss", "decline", text={"de": "Hallo!"}, phrasings={"de": greetings})])
    assert [decide(match(index, text)) for text in ("Hallo!", "guten tag", "Danke")] == [Unknown("gruss")] * 3


@pytest.mark.parametrize(("entry_id", "wording"), WORDINGS)
def test_removing_stop_words_never_changes_the_winner(entry_id: str, wording: str) -> None:
    kept = [word for word in re.findall(r"\w+", wording) if fold_word(word.casefold(), "de") not in stop_words("de")]
    assert first(TOWN, " ".join(kept)) == first(TOWN, wording) == entry_id


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WORDINGS), st.lists(st.sampled_from(sorted(stop_words("de"))), max_size=6))
def test_adding_stop_words_changes_no_probability(wording: tuple[str, str], more: list[str]) -> None:
    plain, wordy = match(TOWN, wording[1], "de"), match(TOWN, " ".join([*more, wording[1], *more]), "de")
    assert [(one.entry_id, one.probability) for one in wordy.matches] == [
        (one.entry_id, one.probability) for one in plain.matches
    ]


# --- Slips, spellings, compounds -------------------------------------------------------------------------------------

SPOKEN = {word.casefold() for _, wording in WORDINGS for word in re.findall(r"\w+", wording)}
DISTINCT_WORDS = sorted(
    (word, entry_id)
    for entry_id, wording in WORDINGS
    for word in re.findall(r"\w{8,}", wording)
    if all(OSA.similarity(word.casefold(), other) <= len(word) / 2 for other in SPOKEN - {word.casefold()})
)
"""Long words that no other word of the town resembles: with a slip, "anmelden" might as well be "ummelden"."""


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(DISTINCT_WORDS), st.data())
def test_one_slip_in_a_word_still_finds_its_entry(known: tuple[str, str], data: st.DataObject) -> None:
    word, entry_id = known
    place = data.draw(st.integers(1, len(word) - 2))
    slip = data.draw(st.sampled_from(["missing", "doubled", "swapped", "other"]))
    mistyped = {
        "missing": word[:place] + word[place + 1 :],
        "doubled": word[:place] + word[place] + word[place:],
        "swapped": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        "other": word[:place] + "x" + word[place + 1 :],
    }[slip]
    assert first(TOWN, mistyped) == entry_id


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("wann hat das rathaus geofnet", "buergeramt"),
        ("Sperrmül abholen", "sperrmuell"),
        ("SPERRMUELL!!!", "sperrmuell"),
        ("Müll abholung", "sperrmuell"),
        ("Gemuese anbauen", "garten"),
        ("repair cafe", "reparatur"),
        ("hunde-steuer anmelden", "hund"),
        ("Kindergarten Platz", "kita"),
    ],
)
def test_other_spellings_are_answered_at_once(question: str, entry_id: str) -> None:
    assert decide(match(TOWN, question, "de")) == Answer(entry_id)


def test_a_compound_written_apart_finds_its_entry() -> None:
    assert first(TOWN, "Sperr Müll") == "sperrmuell"
    assert first(TOWN, "Gemeinschafts Garten") == "garten"


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("de", "Repair-Café", "Cafe"),
        ("tr", "Çocuğum için kreş", "cocugum"),
        ("ar", "مستشفى", "مستشفي"),
        ("ru", "Счёт за воду", "счет"),
    ],
)
def test_a_word_without_its_marks_is_as_known_as_the_word(language: str, written: str, asked: str) -> None:
    """ "cafe" has another stem than "café"; it must not count as a word that nobody wrote."""
    index = build_index([offer("a", written, lang=language), offer("b", "xyz", lang=language)])
    assert match(index, asked, language).unknown_words == ()


# --- Scant knowledge -------------------------------------------------------------------------------------------------


def test_knowledge_without_phrasings_works() -> None:
    index = build_index([offer("a", "Sperrmüll abholen"), offer("b", "Wohngeld beantragen"), offer("c", "Hundesteuer")])
    assert decide(match(index, "Wie kann ich Wohngeld beantragen?")) == Answer("b")
    assert decide(match(index, "Wie wird das Wetter?")) == Unknown()


def test_one_single_entry_works() -> None:
    index = build_index([offer("a", "Sperrmüll abholen")])
    assert decide(match(index, "Wer kann Sperrmüll abholen?")) == Answer("a")
    assert decide(match(index, "Was kostet ein Flug?")) == Unknown()


@pytest.mark.parametrize("question", ["Sperrmüll", ""])
def test_without_entries_nothing_is_found(question: str) -> None:
    finding = match(build_index([]), question)
    assert (finding.matches, finding.none, decide(finding)) == ((), 1.0, Unknown())


def test_entries_without_words_in_the_language_are_found_in_their_own() -> None:
    index = build_index([*SMALL_TOWN, offer("cop", "Çöp konteyneri", lang="tr")])
    found = match(index, "Çöp konteyneri", "de").matches[0]
    assert (found.entry_id, found.language) == ("cop", "tr")


# --- Languages -------------------------------------------------------------------------------------------------------

BOTH = build_index(
    [
        Entry("muell", title={"de": "Sperrmüll abholen", "tr": "Eski eşya"}, phrasings={"tr": ("Koltuğu kim alır?",)}),
        Entry("geld", title={"de": "Wohngeld beantragen", "tr": "Kira yardımı"}),
    ]
)


@pytest.mark.parametrize(
    ("question", "language", "entry_id", "shelf"),
    [
        ("Sperrmüll", "de", "muell", "de"),
        ("kira yardimi", "tr", "geld", "tr"),
        ("kira yardımı", None, "geld", "tr"),
        ("Wohngeld", None, "geld", "de"),
        ("Sperrmüll", "de-easy", "muell", "de"),
    ],
)
def test_a_question_is_looked_up_in_its_language(
    question: str, language: str | None, entry_id: str, shelf: str
) -> None:
    finding = match(BOTH, question, language)
    assert (finding.matches[0].entry_id, finding.matches[0].language) == (entry_id, shelf)


@pytest.mark.parametrize("language", ["xx", "fr", "", "not a language"])
def test_an_unknown_language_searches_everything(language: str) -> None:
    assert first(BOTH, "Kira yardımı", language) == "geld"
    assert first(BOTH, "Sperrmüll abholen", language) == "muell"


def test_without_any_sign_of_a_language_it_is_german() -> None:
    assert match(TOWN, "🙂").language == "de"


def test_an_entry_in_several_languages_is_one_match() -> None:
    finding = match(BOTH, "Sperrmüll eski eşya", "xx")
    ids = [one.entry_id for one in finding.matches]
    assert len(ids) == len(set(ids))


# --- Probabilities ---------------------------------------------------------------------------------------------------

QUESTIONS = st.lists(
    st.sampled_from([word for _, wording in WORDINGS for word in wording.split()]) | st.text(max_size=12), max_size=12
).map(" ".join)


@settings(max_examples=120, deadline=None)
@given(QUESTIONS, st.sampled_from([TOWN, BOTH]), st.sampled_from([None, "de", "tr", "xx"]))
@example("\ud800 \x00 \udfff", TOWN, None)
@example("ä" * 10_000, TOWN, None)
@example("Sperrmüll " * 1_000, TOWN, "de")
def test_probabilities_of_any_question_lie_between_0_and_1_and_sum_to_1(
    question: str, index: Index, language: str | None
) -> None:
    finding = match(index, question, language)
    probabilities = [one.probability for one in finding.matches]
    assert all(0 <= probability <= 1 for probability in (*probabilities, finding.none))
    assert probabilities == sorted(probabilities, reverse=True)
    assert len(probabilities) <= SHOWN
    if finding.emergency is None:
        # Of many entries the ten best are shown; the others hold next to nothing.
        assert sum(probabilities) + finding.none == pytest.approx(1, abs=0.02)


def test_only_the_beginning_of_an_endless_question_is_read() -> None:
    question = "Wohngeld beantragen " + " " * LONGEST_QUESTION + "Hundesteuer anmelden"
    assert match(TOWN, question, "de").matches == match(TOWN, "Wohngeld beantragen", "de").matches


def test_words_that_no_entry_holds_are_told() -> None:
    assert match(TOWN, "Wer repariert mein xylophon?", "de").unknown_words == ("xylophon",)


def test_a_word_that_one_language_knows_is_not_unknown() -> None:
    index = build_index([offer("a", "Toaster repariert"), offer("b", "كتاب جديد", lang="ar")])
    assert match(index, "Toaster repariert", "de").unknown_words == ()


def test_reasons_tell_why_an_entry_was_found() -> None:
    question = "Wer repariert mein xylophon?"
    best = match(TOWN, question, "de").matches[0]
    why = reasons(TOWN, question, best)
    assert why is not None
    assert why.nearest == "Wer repariert meinen Toaster?"
    assert tuple(why.signals) == FEATURES
    assert why.signals["unknown"] == pytest.approx(1 / 3)
    assert why.words
    assert all(amount > 0 for amount in why.words.values())


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(WORDINGS))
def test_every_match_has_its_reasons(wording: tuple[str, str]) -> None:
    assert all(reasons(TOWN, wording[1], one) for one in match(TOWN, wording[1]).matches)


def test_an_emergency_that_came_by_rule_has_no_reasons() -> None:
    index = build_index([offer("sos", "Notruf 112"), offer("cop", "Çöp", lang="tr")])
    finding = match(index, "Es brennt bei uns im Haus!", "xx")
    assert finding.matches[0].entry_id == "sos"
    assert reasons(index, "Es brennt bei uns im Haus!", finding.matches[0]) is None


def test_declines_are_marked() -> None:
    assert match(TOWN, "Regnet es heute?").matches[0].is_decline


# --- Emergencies -----------------------------------------------------------------------------------------------------


def test_an_emergency_comes_first_whatever_else_is_said() -> None:
    finding = match(TOWN, "Es brennt bei uns im Haus! Wohin mit alten Möbeln, Sperrmüll abholen lassen")
    assert finding.emergency is Emergency.FIRE
    assert (finding.matches[0].entry_id, finding.matches[0].probability) == ("notruf", 1.0)
    assert "sperrmuell" in [one.entry_id for one in finding.matches[1:]]
    assert [one.entry_id for one in finding.matches].count("notruf") == 1
    assert len(finding.matches) <= SHOWN


def test_an_emergency_without_an_emergency_entry_is_still_told() -> None:
    finding = match(build_index([offer("a", "Sperrmüll")]), "Es brennt bei uns im Haus!")
    assert finding.emergency is Emergency.FIRE
    assert all(one.entry_id == "a" for one in finding.matches)


def test_a_decline_about_weather_does_not_hide_an_emergency() -> None:
    index = build_index([*SMALL_TOWN, decline("absage-feuer", "Es brennt bei uns im Haus")])
    assert decide(match(index, "Es brennt bei uns im Haus")) == Answer("notruf", Emergency.FIRE)
