"""Texts become weighted features whose products are similarities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.features import LETTERS, PAIR, WORD, Analyzer, Vocabulary

TOPICS = ["Sperrmüll", "Wohngeld", "Miete", "Kita", "Garten", "Hund", "Antrag", "Büro"]
SENTENCES = st.lists(st.sampled_from(TOPICS), max_size=6).map(" ".join)


def test_an_analysis_holds_words_pairs_and_letters() -> None:
    features = Analyzer.of("xx", []).analyze("alte Sofas holen").features()
    assert {name for name in features if name.startswith(WORD)} == {"walte", "wsofas", "wholen"}
    assert {name for name in features if name.startswith(PAIR)} == {"palte sofas", "psofas holen", "palte holen"}
    assert "c<so" in features
    assert {name[0] for name in features} == {WORD, PAIR, LETTERS}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Wohngelt", "Wohngeld"),
        ("Spermüll", "Sperrmüll"),
        ("Kindergraten", "Kindergarten"),
        ("Rathhaus", "Rathaus"),
        ("Hochbet", "Hochbeet"),
    ],
)
def test_one_slip_is_read_as_the_known_word(asked: str, meant: str) -> None:
    analyzer = Analyzer.of("de", ["Sperrmüll Wohngeld Kindergarten Rathaus Hochbeet"])
    (stem,) = Analyzer.of("de", []).analyze(meant).words
    assert 0.5 < analyzer.analyze(asked, forgiving=True).words[stem] < 1
    assert stem not in analyzer.analyze(asked).words


@pytest.mark.parametrize("asked", ["Rad", "Rat", "Wagen", "Xyz"])
def test_short_or_distant_words_are_not_corrected(asked: str) -> None:
    analyzer = Analyzer.of("de", ["Rathaus Wohngeld Bad"])
    assert len(analyzer.analyze(asked, forgiving=True).words) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8))
def test_vectors_have_length_one_and_similarities_lie_between_0_and_1(texts: list[str]) -> None:
    analyzer = Analyzer.of("de", texts)
    documents = [analyzer.analyze(text).features() for text in texts]
    vectors = Vocabulary.of(documents).vectors(documents)
    similarities = (vectors @ vectors.T).toarray()
    written = np.array([bool(document) for document in documents])
    assert np.diag(similarities) == pytest.approx(written.astype(float), abs=1e-5)
    assert similarities.min() >= 0
    assert similarities.max() <= 1 + 1e-5


def test_what_nobody_wrote_has_no_similarity() -> None:
    vocabulary = Vocabulary.of([{"wa": 1.0}, {"wb": 1.0}])
    assert vocabulary.vectors([{"wc": 1.0}, {}]).nnz == 0


def test_rare_features_tell_more() -> None:
    vocabulary = Vocabulary.of([{"wa": 1.0, "wb": 1.0}, {"wa": 1.0}, {"wa": 1.0}])
    assert vocabulary.idf[vocabulary.position["wb"]] > vocabulary.idf[vocabulary.position["wa"]] > 0


def test_a_word_without_end_is_taken_apart_in_no_time() -> None:
    endless = "wohngeld" * 100_000
    analysis = Analyzer.of("de", ["Wohngeld", endless]).analyze(endless)
    assert list(analysis.words) == [analysis.tokens[0][1]]
