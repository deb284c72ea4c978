"""Which text a resident gets when it is not written in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from knowledge.entry import DEFAULT_LANGUAGE, base_language

Text = TypeVar("Text")

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
"""Languages that are written from right to left."""

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return base_language(language) in RIGHT_TO_LEFT


def isolate(value: str, language: str) -> str:
    """`value` so that a text in `language` around it cannot turn its order: numbers and Latin names in Arabic.

    Source: Unicode Standard Annex 9, 2.7 (markup and formatting characters).
    """
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}" if is_right_to_left(language) else value


def choose(texts: Mapping[str, Text], wanted: str) -> tuple[Text, str] | None:
    """The best text there is for a reader of `wanted`, and its language; None where there is none at all.

    The language itself, its base ("de" for "de-easy"), German, then whatever comes first.
    """
    for code in (wanted, base_language(wanted), DEFAULT_LANGUAGE, *texts):
        if code in texts:
            return texts[code], code
    return None
