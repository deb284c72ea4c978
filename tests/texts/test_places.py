"""Distances in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.places import distance_words


@pytest.mark.parametrize(
    ("metres", "german", "english"),
    [
        (0, "10 Meter", "10 meters"),
        (44, "40 Meter", "40 meters"),
        (95, "100 Meter", "100 meters"),
        (318.6, "300 Meter", "300 meters"),
        (330, "350 Meter", "350 meters"),
        (974, "950 Meter", "950 meters"),
        (975, "1 Kilometer", "1 kilometer"),
        (1_234, "1,2 Kilometer", "1.2 kilometers"),
        (9_960, "10 Kilometer", "10 kilometers"),
        (12_345, "12 Kilometer", "12 kilometers"),
        (420_000, "420 Kilometer", "420 kilometers"),
    ],
)
def test_a_distance_is_told_as_people_do(metres: float, german: str, english: str) -> None:
    assert (distance_words(metres, "de"), distance_words(metres, "en")) == (german, english)


@pytest.mark.parametrize(
    ("language", "words"),
    [("de-easy", "300 Meter"), ("tr", "300 metre"), ("ru", "300 метров"), ("uk", "300 метрів"), ("pl", "300 metrów")],
)
def test_other_languages_have_their_own_words(language: str, words: str) -> None:
    assert distance_words(300, language) == words


@given(st.floats(0, 999_499))
def test_a_distance_is_told_roughly_and_not_far_from_the_truth(metres: float) -> None:
    found = re.fullmatch(r"(\d{1,3}(?:,\d)?) (Meter|Kilometer)", distance_words(metres, "de"))
    assert found
    told = float(found[1].replace(",", ".")) * (1000 if found[2] == "Kilometer" else 1)
    assert abs(told - metres) <= max(10, 25 if metres < 1000 else 50 if metres < 9_950 else 500)
