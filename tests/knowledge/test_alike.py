"""Which questions are one question, however they were typed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.alike import ALIKE, Collection, gist, likeness

KNOWN = {"anmelden", "abmelden", "hund", "kind", "sperrmull", "abholung"}


def are_alike(one: str, other: str, language: str = "de") -> bool:
    return likeness(gist(one, language), gist(other, language), KNOWN) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Wo kann ich Sperrmüll anmelden?", "sperrmüll anmelden wo", "de"),
        ("Sperrmüll anmelden", "Sperrmuell anmleden", "de"),
        ("Sperrmül anmelden", "Sperrmüll anmelden!!!", "de"),
        ("Abholung vom Sperrmüll", "Sperrmüllabholung", "de"),
        ("Sperrmüllabholung", "Sperrmüll Abholung", "de"),
        ("Schülerhilfe für Kinder", "Schülerhilfen fürs Kind", "de"),
        ("Çöp ne zaman alınıyor?", "cop ne zaman aliniyor", "tr"),
        ("Где записать ребёнка в школу", "в школу ребенка записать где?", "ru"),
        ("أين أسجل طفلي", "اين اسجل طفلي", "ar"),
        ("danke", "Danke!", "de"),
        ("👍", "👍", "de"),
    ],
)
def test_questions_that_say_the_same(one: str, other: str, language: str) -> None:
    assert are_alike(one, other, language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hund anmelden", "Hund abmelden"),
        ("Hund anmelden", "Kind anmelden"),
        ("Hund anmelden", "anmelden"),
        ("Wann fährt der Bus 471", "Wann fährt der Bus 472"),
        ("Wo ist die Bücherei", "Wann öffnet die Bücherei"),
        ("Heizung", "Heizung defekt"),
        ("👍", "👎"),
        ("", ""),
        ("Quantenphysik der Gartenzwerge", "Gartenzwerge kaufen"),
    ],
)
def test_questions_that_do_not(one: str, other: str) -> None:
    assert not are_alike(one, other)


WORDS = st.lists(
    st.sampled_from(
        [
            "wo",
            "wann",
            "hund",
            "hunde",
            "anmelden",
            "abmelden",
            "sperrmüll",
            "sperrmül",
            "abholung",
            "sperrmüllabholung",
            "471",
        ]
    ),
    max_size=6,
)


@given(WORDS, WORDS)
def test_it_does_not_matter_which_comes_first(one: list[str], other: list[str]) -> None:
    first, second = gist(" ".join(one), "de"), gist(" ".join(other), "de")
    value = likeness(first, second, KNOWN)
    assert 0 <= value <= 1
    assert value == pytest.approx(likeness(second, first, KNOWN))


@given(WORDS.filter(bool), st.randoms(use_true_random=False))
def test_the_order_of_words_changes_nothing(words: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(words, len(words))
    assert likeness(gist(" ".join(words), "de"), gist(" ".join(shuffled), "de"), KNOWN) == pytest.approx(1)


@given(st.lists(WORDS.filter(bool), max_size=8), WORDS.filter(bool))
def test_a_collection_finds_all_that_are_alike(held: list[list[str]], asked: list[str]) -> None:
    kept = Collection("de")
    for number, words in enumerate(held):
        kept.put(number, " ".join(words))
    text = " ".join(asked)
    expected = {number for number, words in enumerate(held) if are_alike(" ".join(words), text)}
    assert set(kept.like(text, KNOWN)) == expected


def test_a_collection_gives_the_most_alike_first_and_forgets() -> None:
    kept = Collection("de")
    kept.put(1, "Wo Sperrmüll abholen")
    kept.put(2, "Sperrmüll abholen")
    assert kept.like("Sperrmüll abholen?") == [2, 1]
    kept.drop(2)
    assert (kept.like("Sperrmüll abholen?"), 2 in kept, 1 in kept) == ([1], False, True)
    kept.drop(1)
    assert kept.like("Sperrmüll abholen?") == []
