"""A shelf with one entry as it would be: as good as the one that is built for residents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from knowledge.entry import Entry
from knowledge.index import Index, assemble, build_shelf, by_language
from knowledge.match import match
from knowledge.revise import revised
from knowledge.shelf import Shelf
from tests.knowledge.small_town import SMALL_TOWN, WORDINGS

NEW = Entry(
    "chor",
    title={"de": "Chor"},
    text={"de": "Singen."},
    phrasings={
        "de": ("Wo kann ich singen?", "Notenheft"),
    },
)
KITA = next(entry for entry in SMALL_TOWN if entry.id == "kita")
CHANGES = [
    pytest.param(NEW, id="new"),
    pytest.param(replace(KITA, phrasings={"de": ("Tagesmutter gesucht", "Krippenplatz")}), id="changed"),
    pytest.param(KITA, id="unchanged"),
]


def with_entry(entry: Entry) -> list[Entry]:
    return sorted([*(one for one in SMALL_TOWN if one.id != entry.id), entry], key=lambda one: one.id)


def first(index: Index, question: str) -> dict[str, float]:
    return {one.entry_id: one.probability for one in match(index, question, "de").matches}


@pytest.mark.parametrize("entry", CHANGES)
def test_a_revised_shelf_says_what_a_provisional_one_says(small_town: Index, entry: Entry) -> None:
    earlier = small_town.shelves["de"]
    entries = with_entry(entry)
    built = assemble(entries, {"de": build_shelf("de", entries, earlier)})
    tried = assemble(entries, {"de": revised(earlier, entry)})
    for question in (*(wording for _, wording in WORDINGS), *entry.phrasings["de"], "krippe", "singen im chor"):
        expected, found = first(built, question), first(tried, question)
        assert max(abs(expected.get(name, 0) - found.get(name, 0)) for name in expected | found) < 0.15, question


def test_an_entry_that_replaces_another_loses_what_it_no_longer_says(small_town: Index) -> None:
    silent = replace(KITA, title={"de": "Musikschule"}, text={}, phrasings={"de": ("Geige lernen",)})
    index = assemble(SMALL_TOWN, {"de": revised(small_town.shelves["de"], silent)})
    assert first(small_town, "Tagesmutter gesucht")["kita"] > 0.5
    assert first(index, "Tagesmutter gesucht").get("kita", 0) < 0.1
    assert first(index, "Geige lernen")["kita"] > 0.5


def test_the_shelf_that_it_is_made_of_stays_as_it_was(small_town: Index) -> None:
    shelf = small_town.shelves["de"]
    before = (len(shelf.passages), shelf.by_feature.shape, shelf.words.scores.shape, dict(shelf.words.position))
    revised(shelf, NEW)
    assert before == (len(shelf.passages), shelf.by_feature.shape, shelf.words.scores.shape, shelf.words.position)


def test_an_entry_of_the_starter_content_stays_found(starter_index: Index, starter_entries: Sequence[Entry]) -> None:
    entry = next(one for one in by_language(starter_entries)["de"] if one.id == "angebot-sperrmuell")
    changed = replace(entry, phrasings={"de": (*entry.phrasings["de"], "Wohin mit dem ollen Klavier?")})
    shelves: dict[str, Shelf] = {"de": revised(starter_index.shelves["de"], changed)}
    found = match(assemble(starter_entries, shelves), "Wohin mit dem ollen Klavier?", "de")
    assert found.matches[0].entry_id == "angebot-sperrmuell"
    assert found.matches[0].probability > 0.55
