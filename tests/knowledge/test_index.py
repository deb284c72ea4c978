"""Entries become shelves, one for each language; what has not changed is not built again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.decide import Answer, decide
from knowledge.entry import DECLINE, Entry
from knowledge.index import Index, assemble, build_index, build_shelf, by_language, fingerprint, is_provisional
from knowledge.match import match
from knowledge.pack import pack
from tests.knowledge.small_town import SMALL_TOWN, WORDINGS, offer


@settings(max_examples=10, deadline=None)
@given(st.permutations(SMALL_TOWN))
def test_the_order_of_entries_changes_nothing(shuffled: list[Entry]) -> None:
    one, other = build_index(SMALL_TOWN), build_index(shuffled)
    assert {shelf.fingerprint for shelf in one.shelves.values()} == {s.fingerprint for s in other.shelves.values()}
    assert pack(one.shelves["de"]) == pack(other.shelves["de"])
    assert (one.kinds, one.emergency_entry) == (other.kinds, other.emergency_entry)


def test_each_language_has_a_shelf_of_the_entries_written_in_it() -> None:
    both = Entry("b", title={"de": "Müll", "tr": "Çöp"})
    index = build_index([both, offer("a", "Wohngeld"), offer("c", "Kira", lang="tr")])
    assert {language: shelf.entry_ids for language, shelf in index.shelves.items()} == {
        "de": ("a", "b"),
        "tr": ("b", "c"),
    }


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(Entry("b"), id="nothing at all"),
        pytest.param(Entry("b", title={"tr": "Çöp"}), id="another language"),
        pytest.param(Entry("b", title={"de": ""}, text={"de": " \n "}), id="blank"),
    ],
)
def test_an_entry_without_words_in_a_language_is_not_on_its_shelf(entry: Entry) -> None:
    assert [one.id for one in by_language([entry, offer("a", "Müll")])["de"]] == ["a"]


def test_no_entries_make_an_empty_index() -> None:
    assert build_index([]) == Index({}, {}, None)


def test_an_assembled_index_is_the_built_one() -> None:
    built = build_index(SMALL_TOWN)
    assert assemble(SMALL_TOWN, built.shelves) == built


# --- Provisional shelves: the newest entries at once, what takes time a little later ---------------------------------

EARLIER = build_shelf("de", by_language(SMALL_TOWN)["de"])
NEWCOMER = offer("schwimmbad", "Schwimmbad", "Wo kann ich schwimmen gehen?", "Seepferdchen für Kinder")


def soon(*entries: Entry) -> Index:
    """The index of these entries, made from what the small town had learned."""
    return assemble(entries, {"de": build_shelf("de", by_language(entries)["de"], EARLIER)})


def test_a_provisional_shelf_is_told_by_its_fingerprint() -> None:
    shelf = soon(*SMALL_TOWN, NEWCOMER).shelves["de"]
    assert is_provisional(shelf)
    assert not is_provisional(EARLIER)
    assert shelf.fingerprint != fingerprint("de", by_language([*SMALL_TOWN, NEWCOMER])["de"])


@pytest.mark.parametrize("wording", [*NEWCOMER.title.values(), *NEWCOMER.phrasings["de"]])
def test_a_new_entry_is_found_at_once(wording: str) -> None:
    assert decide(match(soon(*SMALL_TOWN, NEWCOMER), wording, "de")) == Answer("schwimmbad")


def test_all_others_are_still_found_beside_a_new_entry() -> None:
    index = soon(*SMALL_TOWN, NEWCOMER)
    assert [entry_id for entry_id, text in WORDINGS if match(index, text, "de").matches[0].entry_id != entry_id] == []


def test_an_entry_taken_away_is_gone_at_once() -> None:
    index = soon(*(entry for entry in SMALL_TOWN if entry.id != "wohngeld"))
    assert "wohngeld" not in [one.entry_id for one in match(index, "Wohngeld beantragen", "de").matches]
    assert match(index, "Hundesteuer anmelden", "de").matches[0].entry_id == "hund"


def test_an_unchanged_town_answers_alike_from_a_provisional_shelf() -> None:
    index, full = soon(*SMALL_TOWN), build_index(SMALL_TOWN)
    for _, text in WORDINGS:
        ranked, expected = match(index, text, "de").matches, match(full, text, "de").matches
        assert [one.entry_id for one in ranked] == [one.entry_id for one in expected]
        assert [one.probability for one in ranked] == pytest.approx([one.probability for one in expected], abs=1e-5)


# --- Fingerprints ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        offer("a", "Müll", "Wohin mit dem Abfall?"),
        offer("a", "Abfall", "Wohin damit?"),
        offer("b", "Müll", "Wohin damit?"),
        replace(offer("a", "Müll", "Wohin damit?"), kind=DECLINE),
        replace(offer("a", "Müll", "Wohin damit?"), text={"de": "Anders."}),
        replace(offer("a", "Müll", "Wohin damit?"), keywords={"de": ("Tonne",)}),
        replace(offer("a", "Müll", "Wohin damit?"), address="Am Markt 1"),
        replace(offer("a", "Müll", "Wohin damit?"), cost={"de": "kostenlos"}),
    ],
)
def test_whatever_a_shelf_is_made_of_changes_its_fingerprint(changed: Entry) -> None:
    assert fingerprint("de", [changed]) != fingerprint("de", [offer("a", "Müll", "Wohin damit?")])


def test_what_matching_does_not_read_leaves_the_fingerprint() -> None:
    entry = offer("a", "Müll", "Wohin damit?")
    other = replace(entry, link="https://dortmund.de", title=dict(entry.title) | {"tr": "Çöp"}, call_first=True)
    assert fingerprint("de", [other]) == fingerprint("de", [entry])


def test_the_emergency_entry_is_known_by_its_title() -> None:
    assert build_index(SMALL_TOWN).emergency_entry == "notruf"
    assert build_index([offer("a", "Raum 1120 und 2112"), offer("b", "Buslinie 112b")]).emergency_entry is None


def test_typed_fields_can_be_found_too() -> None:
    entry = replace(offer("a", "Treff"), address="Westerfilder Straße 54", audience={"de": "Rentnerinnen"})
    index = build_index([entry, offer("b", "Büro")])
    assert match(index, "Was ist in der Westerfilder Strasse?", "de").matches[0].entry_id == "a"
    assert match(index, "etwas für Rentnerinnen", "de").matches[0].entry_id == "a"
