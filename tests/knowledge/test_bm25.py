"""BM25F against its formula, and one passage taken away against really building without it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.bm25 import SATURATION, Bm25Builder, Field

TERMS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3).map(float), max_size=4)


def test_the_score_follows_the_formula() -> None:
    titles = [{"a": 1.0}, {"b": 1.0}]
    texts = [{"a": 1.0, "b": 1.0, "c": 2.0}, {}]
    scorer = Bm25Builder({"title": Field(titles, 2.0, 0.4), "text": Field(texts, 1.0, 0.6)}, 2).build()
    idf_of_c = math.log1p((2 - 1 + 0.5) / (1 + 0.5))
    frequency = 2.0 / (1 - 0.6 + 0.6 * 4 / 4)
    expected = idf_of_c * frequency * (SATURATION + 1) / (SATURATION + frequency)
    assert scorer.score({"c": 1.0}).tolist() == pytest.approx([expected, 0.0])
    assert scorer.score({"c": 0.5}).tolist() == pytest.approx([expected / 2, 0.0])
    assert scorer.score({"nowhere": 1.0}).tolist() == [0.0, 0.0]


def test_rare_terms_count_more_than_common_ones() -> None:
    documents = [{"a": 1.0, "b": 1.0}, {"a": 1.0}, {"a": 1.0}]
    scorer = Bm25Builder({"text": Field(documents, 1.0, 0.0)}, 3).build()
    assert scorer.score({"b": 1.0})[0] > scorer.score({"a": 1.0})[0] > 0


@settings(max_examples=80, deadline=None)
@given(st.lists(TERMS, min_size=1, max_size=5), TERMS)
def test_contributions_add_up_to_the_score_below_the_ceiling(
    documents: list[dict[str, float]], question: dict[str, float]
) -> None:
    scorer = Bm25Builder({"text": Field(documents, 1.0, 0.5)}, len(documents)).build()
    for entry, score in enumerate(scorer.score(question).tolist()):
        assert sum(scorer.contributions(question, entry).values()) == pytest.approx(score, abs=1e-5)
        assert 0 <= score <= scorer.ceiling(question) + 1e-5


@settings(max_examples=80, deadline=None)
@given(st.lists(TERMS, min_size=2, max_size=5), TERMS.filter(bool), st.data())
def test_a_score_without_a_passage_is_that_of_the_rest(
    documents: list[dict[str, float]], passage: dict[str, float], data: st.DataObject
) -> None:
    """Lengths and rarity stay as they are; only what the passage adds to its entry is gone."""
    entry = data.draw(st.integers(0, len(documents) - 1))
    with_it = [dict(document) for document in documents]
    for term, count in passage.items():
        with_it[entry][term] = with_it[entry].get(term, 0.0) + count
    builder = Bm25Builder({"text": Field(with_it, 2.0, 0.0)}, len(documents))
    left = builder.score_without(passage, entry, "text")
    expected = sum(
        count * float(builder.idf[builder.position[term]]) * 2 * kept * (SATURATION + 1) / (SATURATION + 2 * kept)
        for term, count in passage.items()
        if (kept := documents[entry].get(term, 0.0))
    )
    assert left == pytest.approx(expected, rel=1e-4, abs=1e-5)
