"""Nothing personal is kept of a text, and everything else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.masking import mask
from bot.domain.masking.lexicon import LANGUAGES
from bot.domain.masking.reading import LABELS, PLACEHOLDER
from knowledge.match import LONGEST_QUESTION

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("masking_cases.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Messages with what is personal in them. Those "held_out" were written before they were first masked."""
TELLING = [case for case in CASES if case["personal"]]
HARMLESS = [case for case in CASES if not case["personal"]]


def left_over(text: str, personal: list[str]) -> list[str]:
    """The details of which three letters or digits in a row stand in the masked text and nowhere else in the text."""
    masked, rest = PLACEHOLDER.sub("\n", mask(text)), text
    for detail in sorted(personal, key=len, reverse=True):
        rest = rest.replace(detail, "\n")
    return [detail for detail in personal if any(piece in masked and piece not in rest for piece in pieces(detail))]


def pieces(detail: str) -> Iterator[str]:
    """All that has three letters, or is all there is."""
    yield detail
    yield from (piece for at in range(len(detail) - 2) if (piece := detail[at : at + 3]).isalnum())


# --- the labelled list -----------------------------------------------------------------------------------------------


def test_the_list_speaks_every_language_and_half_of_it_was_held_out() -> None:
    assert {case["lang"] for case in TELLING} == {case["lang"] for case in HARMLESS} == set(LANGUAGES)
    assert min(len(TELLING), len(HARMLESS)) >= 250
    assert 0.45 < sum(case["held_out"] for case in CASES) / len(CASES) < 0.55
    assert all(detail in case["text"] for case in TELLING for detail in case["personal"])


@pytest.mark.parametrize("held_out", [True, False])
def test_95_of_100_details_are_masked(held_out: bool) -> None:
    cases = [case for case in TELLING if case["held_out"] is held_out]
    missed = [detail for case in cases for detail in left_over(case["text"], case["personal"])]
    assert len(missed) <= 0.05 * sum(len(case["personal"]) for case in cases), missed


@pytest.mark.parametrize("held_out", [True, False])
def test_97_of_100_messages_without_details_stay_as_they_are(held_out: bool) -> None:
    texts = [case["text"] for case in HARMLESS if case["held_out"] is held_out]
    changed = [mask(text) for text in texts if mask(text) != text]
    assert len(changed) <= 0.03 * len(texts), changed


# --- what becomes of a text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ich heiße Leyla Kaya, wo ist die Tafel?", "Ich heiße [Name], wo ist die Tafel?"),
        ("Rufen Sie 0171 39200 12 an", "Rufen Sie [Telefon] an"),
        ("Mail an anna.b@example.org bitte", "Mail an [E-Mail] bitte"),
        ("anna.b (at) example.org", "[E-Mail]"),
        ("anna.b (at) example dot com", "[E-Mail]"),
        ("anna [at] example [punkt] de", "[E-Mail]"),
        ("Treffen (at) Rathaus Punkt 12 Uhr", "Treffen (at) Rathaus Punkt 12 Uhr"),
        ("null eins fünf eins 234567", "[Telefon]"),
        ("eins, zwei, drei, vier, fünf Kinder", "eins, zwei, drei, vier, fünf Kinder"),
        ("My name is John Smith, I am jsmith or j.smith", "My name is [Name], I am [Name] or j.[Name]"),
        ("In der Westerfilder Straße 12a, 2. Stock links", "In der [Adresse]"),
        ("IBAN DE02 1203 0000 0000 2020 51 geht nicht", "IBAN [IBAN] geht nicht"),
        ("Der Wagen DO-AB 123 steht im Weg", "Der Wagen [Kennzeichen] steht im Weg"),
        ("geb. 03.05.88 in Unna", "geb. [Datum] in Unna"),
        ("BG-Nummer 35502BG0012345", "BG-Nummer [Nummer]"),
        ("Schreib auf t.me/lena_k81", "Schreib auf [Link]"),
        ("Insta: @lena_k81", "Insta: [Konto]"),
    ],
)
def test_each_kind_of_detail_has_its_own_placeholder(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "number",
    [
        "0171 3920012",
        "0171/39200-12",
        "0171.39200.12",
        "+49 (0)171 39200 12",
        "0049 171 39200 12",
        "(0221) 4710-123",
        "0 1 7 1 3 9 2 0 0 1 2",
        "٠١٧١ ٣٩٢٠٠ ١٢",
        "\u202a+49 171 3920012\u202c",
        "0171\u00a039200\u201112",
        "+44 7700 900123",
        "06-39-98-12-34",
    ],
)
def test_a_telephone_is_masked_however_it_is_written(number: str) -> None:
    assert mask(f"Bitte {number} danke").replace("\u202a", "").replace("\u202c", "") == "Bitte [Telefon] danke"


@pytest.mark.parametrize(
    "text",
    [
        "110 oder 112, 115 oder 116117, oder 116 117?",
        "Telefonseelsorge 0800 111 0 111 oder 0800 1110222",
        "Mo-Fr 8-12 und Do-Fr 10-12 Uhr, 08:00-12:00 13:00-16:30",
        "Vom 24.12.2025 - 06.01.2026, seit 2014/2015",
        "1.200.000 Euro für 12500 Einwohner, 650,50 Euro Miete, 75 qm",
        "U47, S2, Bus 471, § 22 SGB II, Hartz IV, DIN A4, KW 12",
        "44357 Dortmund, 44359 Mengede",
        "Was passiert Im Odemsloh, was in der Westerfilder Straße?",
        "Schulweg 5 Minuten, Kitaplatz 2026, Bahnhofstraße 14 Uhr",
        "Am Montag 9 Uhr im Raum 5, im Haus 3 Familien",
        "Kindergeburtstag am 3.5. feiern, mein Kind ist 2019 geboren",
        "Anne-Frank-Gesamtschule, Karl-Arnold-Straße, St. Josef, Noah-Gemeinde",
        "Ich bin schwanger, ich bin Rentner, ich bin Syrer",
        "Viele Grüße aus Westerfilde",
    ],
)
def test_what_staff_must_learn_from_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ich bin Leyla. Für Leyla und Leylas Bruder", "Ich bin [Name]. Für [Name] und [Name] Bruder"),
        ("мой сын Артём, для Артёма, с Артёмом", "мой сын [Name], для [Name], с [Name]"),
        ("Frau Krzeszowiak! krzeszowiak sagte nein", "Frau [Name]! [Name] sagte nein"),
        ("Oğlum Yiğit beş yaşında, Yiğit'e kreş lazım", "Oğlum [Name] beş yaşında, [Name]'e kreş lazım"),
        ("ابني يوسف، أين أسجل ليوسف", "ابني [Name]، أين أسجل [Name]"),
        (
            "Herr Koch war da. Koch sagt nein, der Koch im Café auch",
            "Herr [Name] war da. [Name] sagt nein, der Koch im Café auch",
        ),
        ("Frau Klein sucht eine kleine Wohnung", "Frau [Name] sucht eine kleine Wohnung"),
    ],
)
def test_a_name_once_found_is_masked_wherever_it_recurs(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_words_of_the_town_are_no_names_unless_something_says_so() -> None:
    assert mask("Wo trifft sich Noah?") == "Wo trifft sich [Name]?"
    assert mask("Wo trifft sich Noah?", keep={"noah"}) == "Wo trifft sich Noah?"
    assert mask("Mein Sohn heißt Noah", keep={"noah"}) == "Mein Sohn heißt [Name]"


# --- properties ------------------------------------------------------------------------------------------------------

WORDS = sorted({word for case in CASES for word in case["text"].split()})
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([f"[{label}]" for label in LABELS]),
    st.sampled_from(["ich heiße", "Frau", "@", "+49", "(", ")", "-", ".", "\n", "'", "0", "ul.", "geb.", "LG"]),
    st.text("0123456789 ./-()+", max_size=12),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=25).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)]))


@given(TEXTS)
@settings(deadline=None)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(TEXTS)
@settings(deadline=None)
def test_what_is_not_masked_stands_as_it_stood(text: str) -> None:
    at = 0
    for kept in PLACEHOLDER.split(mask(text)):
        at = text.find(kept, at)
        assert at >= 0
        at += len(kept)


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "a", "@", "a@", "(", "'a", "1.", "+49 ", "frau ", "LG ", "ul. 5 ", "ich heiße ", "Ali, "]
)
def test_a_text_made_to_do_harm_is_masked_as_well(piece: str) -> None:
    hostile = (piece * LONGEST_QUESTION)[:LONGEST_QUESTION]
    assert mask(mask(hostile)) == mask(hostile)
