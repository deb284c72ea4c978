"""Which text a resident gets when it is not written in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from knowledge.entry import DEFAULT_LANGUAGE

Text = TypeVar("Text")


def choose(texts: Mapping[str, Text], wanted: str) -> tuple[Text, str] | None:
    """The best text there is for a reader of `wanted`, and its language; None where there is none at all.

    The language itself, its base ("de" for "de-easy"), German, then whatever comes first.
    """
    for code in (wanted, wanted.partition("-")[0], DEFAULT_LANGUAGE, *texts):
        if code in texts:
            return texts[code], code
    return None
