"""Other methods on the same entries: each ranks the rows of a list of documents for a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bm25s
import numpy as np
import Stemmer
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge import Entry
from knowledge.normalize import STEMMERS

Ranking = Sequence[int]
Rival = Callable[[str], Ranking]


def document(entry: Entry, language: str) -> str:
    """All that an entry says in a language."""
    parts = [entry.title.get(language, ""), *entry.phrasings.get(language, ()), *entry.keywords.get(language, ())]
    return "\n".join([*parts, entry.text.get(language, "")])


def stemmed_bm25(entries: Sequence[Entry], language: str) -> Rival:
    """BM25 over Snowball stems."""
    stemmer = Stemmer.Stemmer(STEMMERS.get(language, "english"))
    tokens = bm25s.tokenize(
        [document(entry, language) for entry in entries], stemmer=stemmer, stopwords=None, show_progress=False
    )
    engine = bm25s.BM25()
    engine.index(tokens, show_progress=False)

    def rank(question: str) -> Ranking:
        asked = bm25s.tokenize([question], stemmer=stemmer, stopwords=None, show_progress=False)
        found, _ = engine.retrieve(asked, k=min(10, len(entries)), show_progress=False)
        return [int(row) for row in found[0]]

    return rank


def character_tfidf(entries: Sequence[Entry], language: str) -> Rival:
    """Cosine of character 3-to-5-gram TF-IDF vectors."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    vectors = vectorizer.fit_transform(document(entry, language) for entry in entries)

    def rank(question: str) -> Ranking:
        scores = (vectors @ vectorizer.transform([question]).T).toarray().ravel()
        return [int(row) for row in np.argsort(-scores, kind="stable")[:10]]

    return rank


def plain_rapidfuzz(entries: Sequence[Entry], language: str) -> Rival:
    """The best WRatio against any title or phrasing."""
    texts = [
        (row, text)
        for row, entry in enumerate(entries)
        for text in (entry.title.get(language, ""), *entry.phrasings.get(language, ()))
    ]
    processed = [utils.default_process(text) for _, text in texts]

    def rank(question: str) -> Ranking:
        found = process.extract(
            utils.default_process(question), processed, scorer=fuzz.WRatio, processor=None, limit=100
        )
        return list(dict.fromkeys(texts[place][0] for _, _, place in found))[:10]

    return rank


RIVALS = {"stemmed BM25": stemmed_bm25, "character TF-IDF": character_tfidf, "RapidFuzz": plain_rapidfuzz}
