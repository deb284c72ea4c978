"""Which texts are older than the German ones."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.translations import stale_languages


def version(de: str, tr: str | None = None, checked_on: str | None = None) -> dict[str, Any]:
    texts = {"de": de} | ({"tr": tr} if tr else {})
    return {"title": None, "text": texts, "checked_on": checked_on}


@pytest.mark.parametrize(
    ("versions", "stale"),
    [
        ([], ()),
        ([version("a", "x")], ()),
        ([version("a", "x"), version("b", "x")], ("tr",)),
        ([version("a", "x"), version("b", "y")], ()),
        ([version("a", "x"), version("b", "x"), version("b", "y")], ()),
        ([version("a"), version("b"), version("b", "x")], ()),
        ([version("a", "x"), version("b", "x"), version("b", "x", "2026-06-09")], ()),
        ([version("a", "x"), version("b", "x", "2026-06-09")], ("tr",)),
        ([version("a", "x"), version("a", "x", "2026-06-09"), version("b", "x", "2026-06-09")], ("tr",)),
        ([version("a", "x"), version("b")], ()),
    ],
)
def test_a_text_is_stale_when_german_changed_after_it_and_nobody_confirmed(
    versions: list[dict[str, Any]], stale: tuple[str, ...]
) -> None:
    assert stale_languages(versions) == stale


def test_a_title_counts_as_well_as_a_text() -> None:
    first = {"title": {"de": "A", "en": "A"}, "text": {}, "checked_on": None}
    assert stale_languages([first, first | {"title": {"de": "B", "en": "A"}}]) == ("en",)
