"""Which text a resident gets when it is not written in their language, and in which direction it runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.languages import choose, is_right_to_left, isolate

CODES = st.sampled_from(["de", "de-easy", "en", "tr", "ar", "uk"])


@pytest.mark.parametrize(
    ("written", "wanted", "code"),
    [
        (("de", "tr"), "tr", "tr"),
        (("tr", "de"), "de", "de"),
        (("de", "de-easy"), "de-easy", "de-easy"),
        (("tr", "de"), "de-easy", "de"),
        (("en", "tr"), "tr-cy", "tr"),
        (("tr", "en", "de"), "ar", "de"),
        (("tr", "en"), "ar", "tr"),
        (("de-easy",), "de", "de-easy"),
        (("en",), "", "en"),
    ],
)
def test_the_nearest_language_is_chosen(written: tuple[str, ...], wanted: str, code: str) -> None:
    assert choose({each: f"in {each}" for each in written}, wanted) == (f"in {code}", code)


@given(CODES)
def test_where_nothing_is_written_there_is_nothing(wanted: str) -> None:
    assert choose({}, wanted) is None


@given(st.dictionaries(CODES, st.text(), min_size=1), CODES)
def test_somebody_always_gets_a_text_and_the_own_language_first(texts: dict[str, str], wanted: str) -> None:
    found = choose(texts, wanted)
    assert found
    text, code = found
    assert texts[code] == text
    assert wanted not in texts or code == wanted


@pytest.mark.parametrize(
    ("language", "is_so"), [("ar", True), ("ar-eg", True), ("fa", True), ("de", False), ("arn", False), ("", False)]
)
def test_some_languages_are_written_from_right_to_left(language: str, is_so: bool) -> None:
    assert is_right_to_left(language) == is_so


def test_a_number_keeps_its_order_within_arabic() -> None:
    """Marks for "first strong isolate" and its end. Source: Unicode Standard Annex 9."""
    assert isolate("0231 000000", "ar") == "\u20680231 000000\u2069"
    assert isolate("0231 000000", "de") == "0231 000000"
