"""Names of people: what a cue points at, what two lists agree on, and wherever such a name comes again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.domain.masking.cues import follow
from bot.domain.masking.evidence import Evidence
from bot.domain.masking.ground import Ground, stems
from bot.domain.masking.lexicon import load
from bot.domain.masking.reading import Span, Word, words_of

_SHORTEST_ALONE = 5
"""Letters of a given name that is known without a cue and without a capital."""
_SHORTEST_RECURRING = 3
_SHORTEST_JOINED = 4
"""Letters of a name that is known as the end of a longer word."""
_IN_ACCOUNTS = (".", "_")

_JOINED = re.compile(r"[ \u2060]{1,3}\Z|\. ?\Z|['-]\Z")
"""Between two words that one placeholder stands for."""
_TURNED = re.compile(r",? \Z")
"""Between a family name and the given name behind it."""
_LISTED = re.compile(r"[ ,]{0,2}(?:\(\d{1,2}[^()]{0,12}\)|\d{0,2})[ ]?[,&+/]?[ ]{0,2}\Z")
"""Between two names of a list: "Mia (6), Ben"."""
_SEPARATED = re.compile(r"[,&+/)]")


def find_names(plain: str, keep: Collection[str]) -> Iterator[Span]:
    """Names of people; words of `keep`, in lower case, are none without a cue."""
    said = Evidence(words_of(plain), load(), keep)
    named = [False] * len(said.words)
    for cue, place, behind in said.cues():
        if found := follow(cue, place, behind, said):
            _mark(named, *found)
    for place in range(len(said.words)):
        if not named[place]:
            _mark(named, place, _end_without_cue(place, said))
    _go_along_lists(named, said)
    _go_back_along_lists(named, said)
    _find_again(named, said)
    return _spans(said.words, named)


def _mark(named: list[bool], first: int, end: int) -> None:
    named[first:end] = [True] * (end - first)


def _spans(words: Sequence[Word], named: Sequence[bool]) -> Iterator[Span]:
    run: list[Word] = []
    for word, is_named in zip(words, named, strict=True):
        if run and not (is_named and _JOINED.match(word.gap)):
            yield Span(run[0].start, run[-1].end, "Name")
            run = []
        if is_named:
            run.append(word)
    if run:
        yield Span(run[0].start, run[-1].end, "Name")


# --- names that nothing announces ------------------------------------------------------------------------------------


def _end_without_cue(place: int, said: Evidence) -> int:
    """The place behind a name that begins here; `place` if none does."""
    word, given = said.words[place], said.given(place)
    if given is Ground.NONE:
        return _end_of_turned_name(place, said)
    end = said.end_of_name(place, trusting=given is Ground.SURE and word.capital)
    if said.is_plain(place) or said.is_kept(place):
        whole = given is Ground.SURE and word.capital and end > place + 1 and said.family(end - 1) is Ground.SURE
        return end if whole and word.key not in said.lexicon.places else place
    if said.is_beside_place(place, end):
        return place
    taken = _is_paired(place, end, said) or (given is Ground.SURE and _stands_alone(place, said))
    return end if taken else place


def _is_paired(place: int, end: int, said: Evidence) -> bool:
    """Whether a second name stands by the first and each makes the other certain."""
    if end == place + 1:
        return False
    capital = said.words[place].capital
    if said.given(place) is Ground.AMBIGUOUS:
        return capital and said.family(place + 1) > Ground.NONE
    second = said.name(place + 1)
    return second is Ground.SURE or (second is Ground.AMBIGUOUS and (capital or said.is_uncased(place)))


def _stands_alone(place: int, said: Evidence) -> bool:
    """Whether a given name needs nothing beside it: it has a capital, or is known and long."""
    word = said.words[place]
    known = said.lexicon.given.get(word.key) is Ground.SURE
    return word.capital or (known and (said.is_uncased(place) or len(word.key) >= _SHORTEST_ALONE))


def _end_of_turned_name(place: int, said: Evidence) -> int:
    """The same for a family name before a given one: "Yılmaz Ayşe", "Müller, Anna"."""
    after = place + 1
    if after >= len(said.words) or said.is_plain(place) or not _TURNED.match(said.words[after].gap):
        return place
    capitals = said.words[place].capital and said.words[after].capital
    turned = capitals and said.family(place) > Ground.NONE and said.given(after) is Ground.SURE
    return said.end_of_name(after, trusting=False) if turned else place


# --- names beside names, and names that come again -------------------------------------------------------------------


def _go_along_lists(named: list[bool], said: Evidence) -> None:
    """Mark "Ben" in "Mia (6) und Ben"."""
    for place in range(1, len(said.words)):
        word = said.words[place]
        if not named[place - 1] or not _LISTED.match(word.gap):
            continue
        joined = word.key in said.lexicon.between and place + 1 < len(said.words)
        listed = place + 1 if joined else place
        apart = joined or _SEPARATED.search(word.gap)
        if apart and not named[listed] and said.given(listed) > Ground.NONE and not said.is_plain(listed):
            _mark(named, listed, said.end_of_name(listed, trusting=False))


def _go_back_along_lists(named: list[bool], said: Evidence) -> None:
    """Mark "Rosa" in "Rosa (5) und Mia"."""
    for place in range(len(said.words) - 2, -1, -1):
        joined = said.words[place + 1].key in said.lexicon.between
        listed = place + 2 if joined else place + 1
        if listed >= len(said.words) or named[place] or not named[listed] or not said.words[place].capital:
            continue
        apart = joined or _SEPARATED.search(said.words[listed].gap)
        near = all(_LISTED.match(said.words[at].gap) for at in range(place + 1, listed + 1))
        if apart and near and said.given(place) > Ground.NONE and not said.is_plain(place):
            named[place] = True


def _find_again(named: list[bool], said: Evidence) -> None:
    """Mark every word that is a form of one marked before; those that are ordinary words only as they were written."""
    found = [word for word, is_named in zip(said.words, named, strict=True) if is_named]
    found = [word for word in found if len(word.key) >= _SHORTEST_RECURRING]
    ordinary = {word.text for word in found if _is_ordinary(word, said)}
    forms = {stem for word in found if not _is_ordinary(word, said) for stem in stems(word.key)}
    keys = {word.key for word in found}
    for place, word in enumerate(said.words) if found else ():
        if not named[place] and not said.is_grammar(place):
            again = not forms.isdisjoint(_forms(word, said))
            as_written = word.capital and word.text in ordinary and not said.is_in("before nouns", place - 1)
            named[place] = again or as_written or _is_account_of(word, keys)


def _is_account_of(word: Word, keys: Collection[str]) -> bool:
    """Whether the word is made of a name as accounts are: "j.smith", "jsmith", "johnsmith"."""
    if word.gap in _IN_ACCOUNTS and word.key in keys:
        return True
    rests = (word.key.removesuffix(key) for key in keys if len(key) >= _SHORTEST_JOINED)
    return any(len(rest) == 1 or (rest != word.key and rest in keys) for rest in rests)


def _is_ordinary(word: Word, said: Evidence) -> bool:
    grounds = (said.lexicon.given_ground(word.key), said.lexicon.family_ground(word.key))
    return word.key in said.lexicon.plain or Ground.AMBIGUOUS in grounds


def _forms(word: Word, said: Evidence) -> set[str]:
    """What the word may be a form of, or have as a part."""
    keys = {word.key, *word.key.split("-")}
    prefixes = said.lexicon.groups["arabic prefixes"]
    keys |= {word.key[len(prefix) :] for prefix in prefixes if word.key.startswith(prefix)}
    return {stem for key in keys if len(key) >= _SHORTEST_RECURRING for stem in stems(key)}
