"""Which of the languages at hand a message is written in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from knowledge.entry import base_language
from knowledge.normalize import fold_word, stop_words, words
from knowledge.shelf import Shelf

_SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC"}
_SCRIPTS |= {"sr": "CYRILLIC", "mk": "CYRILLIC", "el": "GREEK", "he": "HEBREW"}
_LATIN = "LATIN"

KNOWN = ("de", "en", "tr", "ar", "ru", "uk", "pl", "ro", "bg", "fr")
"""Languages that residents of the product write in."""


def guess_language(text: str, shelves: Mapping[str, Shelf]) -> str | None:
    """The shelf language that fits a message best, by its script, its function words and the words of the shelf.

    None where there is no shelf, or nothing speaks for any of them.
    """
    spoken = list(words(text))
    if not spoken or not shelves:
        return None
    script = _script(text)
    evidence = {
        language: _evidence(spoken, language, shelf)
        for language, shelf in shelves.items()
        if _SCRIPTS.get(base_language(language), _LATIN) == script
    }
    best = max(evidence, key=lambda language: evidence[language], default=None)
    return best if best is not None and evidence[best] > 0 else None


FEWEST_WORDS = 2
"""Function words and words of questions that make it sure in which language a message is written."""

_MARKS = {"uk": "іїєґ", "bg": "ъ", "ru": "ыэё", "tr": "ığ", "pl": "ąęłśźżćń", "ro": "ățș", "fr": "èêœù"}
"""Letters that one of the languages in this script has and the others have not, or hardly."""


_ASKING = {
    "de": "wo wer was wie wann wohin warum welche welcher welches",
    "en": "where who what how when why which go need want lost know",
    "tr": "nerede nereye nereden kim ne nasıl neden hangi",
    "ar": "أين من ما ماذا كيف متى لماذا",
    "ru": "где куда кто что как когда почему какой сколько",
    "uk": "де куди хто що як коли чому який скільки",
    "bg": "къде кой какво как кога защо колко",
    "pl": "gdzie dokąd kto co jak kiedy dlaczego który ile",
    "ro": "unde cine ce cum când care cât",
    "fr": "où qui quoi comment quand pourquoi quel quelle combien",
}
"""Words of questions: they mean too much to be function words, but tell the language as well. English has a few more,
because most of its shortest words are Polish ones, too: "I", "my", "do", "to"."""


@cache
def _telling(language: str) -> frozenset[str]:
    return stop_words(language) | {fold_word(word, language) for word in _ASKING[language].split()}


def detect_language(text: str) -> str | None:
    """The language of a message where its function words, words of questions or letters leave no doubt; else None.

    Names of offices and single words belong to many languages, so they count for none.
    """
    spoken = list(words(text))
    script = _script(text)
    counts = {
        language: sum(fold_word(word, language) in _telling(language) for word in spoken)
        for language in KNOWN
        if _SCRIPTS.get(language, _LATIN) == script
    }
    if len(counts) == 1 and spoken:
        return next(iter(counts))
    lowered = text.lower()
    marked = {language for language, letters in _MARKS.items() if any(letter in lowered for letter in letters)}
    for language in marked & counts.keys():
        counts[language] += FEWEST_WORDS
    best, second = (sorted(counts.items(), key=lambda item: -item[1]) + [("", 0)] * 2)[:2]
    return best[0] if best[1] >= FEWEST_WORDS and best[1] > second[1] else None


def _evidence(spoken: list[str], language: str, shelf: Shelf) -> float:
    """Function words count once; words of the shelf less, because names and loans stand in many languages."""
    functional = stop_words(language)
    folded = [fold_word(word, language) for word in spoken]
    return sum(1.0 if word in functional else 0.5 * (word in shelf.analyzer.known) for word in folded)


def _script(text: str) -> str:
    """The script that most letters belong to, by its Unicode name ("LATIN", "CYRILLIC", ...)."""
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            script = unicodedata.name(char, "?").partition(" ")[0]
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script], default=_LATIN)
