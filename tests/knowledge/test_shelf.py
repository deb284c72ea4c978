"""How entries look beside a question."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.index import Index, build_index
from knowledge.shelf import CANDIDATES, FEATURES, candidates, look, nearest_passages, share
from tests.knowledge.small_town import offer


def test_the_nearest_passage_of_each_entry_is_the_first_of_equals(small_town: Index) -> None:
    shelf = small_town.shelves["de"]
    similarities = np.zeros(len(shelf.passages), np.float32)
    start = int(shelf.passage_starts[2])
    similarities[[start + 1, start + 2]] = 0.5
    nearest, passage = nearest_passages(shelf, similarities)
    assert nearest[2] == 0.5
    assert passage[2] == start + 1
    assert passage.tolist()[0] == shelf.passage_starts[0]
    assert [shelf.passages[place].owner for place in passage] == list(range(len(shelf.entry_ids)))


def test_candidates_come_best_first_with_all_features(small_town: Index) -> None:
    shelf = small_town.shelves["de"]
    best, features = candidates(shelf, look(shelf, "Wohngeld beantragen"))
    assert shelf.entry_ids[best[0]] == "wohngeld"
    assert features.shape == (len(shelf.entry_ids), len(FEATURES))
    assert features[:, FEATURES.index("unknown")].tolist() == [0.0] * len(best)


def test_an_entry_can_be_left_out(small_town: Index) -> None:
    shelf = small_town.shelves["de"]
    place = shelf.entry_ids.index("wohngeld")
    best, _ = candidates(shelf, look(shelf, "Wohngeld beantragen"), without=place)
    assert place not in best.tolist()
    alone = build_index([offer("a", "Müll")]).shelves["de"]
    assert len(candidates(alone, look(alone, "Müll"), without=0)[0]) == 0


def test_no_more_than_some_entries_get_the_closer_look() -> None:
    shelf = build_index([offer(f"e{number}", f"Frage {number}") for number in range(30)]).shelves["de"]
    best, _ = candidates(shelf, look(shelf, "Frage 7"))
    assert len(best) == CANDIDATES
    assert shelf.entry_ids[best[0]] == "e7"


@pytest.mark.parametrize(("hits", "part"), [([], 1.0), ([True, False], 0.5), ([False], 0.0)])
def test_the_share_of_nothing_is_all(hits: list[bool], part: float) -> None:
    assert share(hits) == part
