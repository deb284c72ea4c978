"""From what a person typed to what the matcher compares: case, accents, scripts, stop words, stems, compounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import Stemmer

from knowledge.entry import base_language
from knowledge.lexicon_files import LEXICON

STEMMERS = {
    "ar": "arabic",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Snowball's algorithm for each language code; other languages are matched unstemmed."""

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_APOSTROPHE = re.compile(r"['’ʼ]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

# Letters that Unicode does not take apart into a base and a mark, though people type one for the other.
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ٱ": "ا",  # alef wasla
        "ى": "ي",  # alef maksura, typed for yeh
        "ی": "ي",  # Persian yeh
        "ک": "ك",  # Persian kaf
        "ة": "ه",  # teh marbuta, typed as heh
        "ـ": "",  # tatweel, a stretcher
        "ґ": "г",
    }
)

# "Muell" is "Müll" and "Strasse" is "Straße", but "neue" and "Quelle" keep their letters.
_TRANSCRIBED = re.compile(r"(?<=[ao])e|(?<=(?<![aeq])u)e")

LONGEST_KEPT = 40
"""Letters of a word that is remembered once it was taken apart; longer ones are no words that come again."""

Token = tuple[str, str]
"""A word as it is compared letter by letter (folded), and its stem."""


def fold(text: str) -> str:
    """`text` without case, accents, vowel marks and typographic variants; words keep their letters and order.

    "Çöp" and "cop", "ё" and "е", "أ" and "ا", "ı" and "i" become equal.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(_folded(char) for char in decomposed).translate(_LETTERS)


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if char.isascii():
        return char
    if _is_mark(char):
        return ""
    return str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char


def fold_word(word: str, language: str) -> str:
    """A single word folded; in German the transcriptions ae, oe, ue, ss become their letters too."""
    folded = fold(word)
    return _TRANSCRIBED.sub("", folded) if language.startswith("de") else folded


def tokens(text: str, language: str, *, keep_stop_words: bool = False) -> list[Token]:
    """The words of `text` that carry meaning, in order.

    A text made of stop words alone gives an empty list, unless `keep_stop_words` is set.
    """
    stops: Container[str] = () if keep_stop_words else stop_words(language)
    found = (
        _known_token(word, language) if len(word) <= LONGEST_KEPT else _token(word, language) for word in words(text)
    )
    return [token for token in found if token[0] not in stops]


def words(text: str) -> Iterator[str]:
    """The words of a text as they stand, in lower case."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    # Vowel marks, soft hyphens and marks of direction stand inside words, and would cut them in two.
    bare = composed if composed.isascii() else "".join(char for char in composed if not _is_mark(char))
    return (match.group() for match in _WORD.finditer(bare))


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Cf")


@lru_cache(maxsize=1 << 13)
def _known_token(word: str, language: str) -> Token:
    return _token(word, language)


def _token(word: str, language: str) -> Token:
    plain = _without_apostrophe(word, language)
    return fold_word(plain, language), fold_word(_stem(plain, language), language)


def _without_apostrophe(word: str, language: str) -> str:
    """The word proper: French puts an article before the apostrophe, Turkish an ending behind it."""
    if not (parts := _APOSTROPHE.split(word))[1:]:
        return word
    if language.startswith(("fr", "it")):
        return parts[-1]
    return parts[0] if language.startswith("tr") else "".join(parts)


def _stem(word: str, language: str) -> str:
    algorithm = STEMMERS.get(base_language(language))
    if algorithm is None:
        return word
    if algorithm == "german":
        # Snowball reads ae, oe, ue as umlauts and takes them off, so every spelling of a word gets one stem.
        word = word.translate(_UMLAUTS)
    return str(_stemmer(algorithm).stemWord(word))


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Function words of a language, folded; empty for a language without a list."""
    base = base_language(language)
    listed = LEXICON.joinpath("stopwords", f"{base}.txt")
    if not listed.is_file():
        return frozenset()
    lines = (line.partition("#")[0] for line in listed.read_text(encoding="utf-8").splitlines())
    return frozenset(fold_word(word, base) for line in lines for word in line.split())


def character_ngrams(word: str, shortest: int = 3, longest: int = 5) -> Iterator[str]:
    """The pieces of a folded word, with its ends marked: "tor" gives "<to", "tor", "or>", "<tor", ..."""
    marked = f"<{word}>"
    for size in range(shortest, longest + 1):
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]


_LINKS = ("", "s", "es", "n", "en", "er", "e")


def compound_parts(word: str, known: Container[str], shortest: int = 4) -> tuple[str, str] | None:
    """The two known words that a longer one is made of ("wohngeldantrag" -> "wohngeld", "antrag"), if any.

    `known` holds folded words, whole or stems. The longest first part wins; a linking sound may stand between.
    """
    for end in range(len(word) - shortest, shortest - 1, -1):
        head, tail = word[:end], word[end:]
        if tail not in known:
            continue
        for link in _LINKS:
            if head.endswith(link) and (first := head[: len(head) - len(link)]) in known and len(first) >= shortest:
                return first, tail
    return None


def joined_neighbours(folded: Iterable[str], known: Container[str]) -> list[str]:
    """Known words that a person wrote apart ("müll", "abholung" -> "mullabholung")."""
    return [joined for pair in pairwise(folded) if (joined := "".join(pair)) in known]
