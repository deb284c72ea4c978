"""The files that name days and ask what is on, a language each."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from typing import Any

import pytest
import yaml

from knowledge.dates import asks_for_events, read_period
from knowledge.dates.phrases import NO_DAY
from knowledge.dates.reckon import RULES
from knowledge.normalize import words

FILES = resources.files("knowledge").joinpath("lexicon", "dates")
SLOTS = {"weekday", "short", "month", "short_month", "number", "nth", "day", "year", "date", "loose", "part"}
WEDNESDAY = date(2026, 4, 29)


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(FILES.joinpath(name).read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 (makes strings and nothing else)
    return found


LEXICON = {file.name.removesuffix(".yaml"): read(file.name) for file in FILES.iterdir()}
KEYS = {*LEXICON["de"], "attached"}


def phrases(language: str) -> list[tuple[str, str]]:
    """Every phrase with its meaning."""
    sections = (LEXICON[language].get(section, {}) for section in ("anywhere", "with_cue", "alone"))
    return [(meaning, phrase) for each in sections for meaning, listed in each.items() for phrase in listed.split(",")]


@pytest.mark.parametrize("language", LEXICON)
def test_a_file_has_the_keys_that_are_explained(language: str) -> None:
    assert set(LEXICON[language]) <= KEYS
    assert {"slots", "anywhere", "links", "cues"} <= set(LEXICON[language])


@pytest.mark.parametrize("language", LEXICON)
def test_every_meaning_has_a_rule_and_every_slot_is_known(language: str) -> None:
    assert {meaning for meaning, _ in phrases(language)} <= {*RULES, *NO_DAY}
    assert {slot for _, phrase in phrases(language) for slot in re.findall(r"<(.*?)>", phrase)} <= SLOTS
    assert [phrase for _, phrase in phrases(language) if not phrase.strip()] == []


@pytest.mark.parametrize("language", LEXICON)
def test_every_word_of_a_phrase_is_one_word(language: str) -> None:
    literals = {part for _, phrase in phrases(language) for part in re.split(r"[\s|?]+", phrase)}
    spoken = {part for part in literals if part and not part.startswith(("<", "$"))}
    assert {part for part in spoken if len(list(words(part))) != 1} == set()


@pytest.mark.parametrize("language", LEXICON)
def test_every_weekday_and_month_is_understood(language: str) -> None:
    slots = LEXICON[language]["slots"]
    assert set(slots["weekday"]) == {str(day) for day in range(1, 8)}
    assert set(slots["month"]) == {str(month) for month in range(1, 13)}
    for day, names in slots["weekday"].items():
        spans = [read_period(name, WEDNESDAY) for name in names]
        assert [span and span.first.isoweekday() for span in spans] == [int(day)] * len(names)
    for month, names in slots["month"].items():
        spans = [read_period(f"3 {name}", WEDNESDAY) for name in names]
        assert [span and (span.first.day, span.first.month) for span in spans] == [(3, int(month))] * len(names)


@pytest.mark.parametrize("language", LEXICON)
def test_every_cue_asks_what_is_on(language: str) -> None:
    assert [cue for cue in LEXICON[language]["cues"] if not asks_for_events(cue, WEDNESDAY)] == []
