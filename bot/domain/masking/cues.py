"""Names that something points at: "ich heiße", "Frau", "meine Tochter", "Viele Grüße".

Each rule gets a cue and the words around it, and gives the places of the name's first word and behind its last, or
nothing.
"""

from __future__ import annotations

import re

from bot.domain.masking.evidence import Evidence
from bot.domain.masking.ground import Ground, is_person_by_ending
from bot.domain.masking.lexicon import Cue
from bot.domain.masking.reading import WALL

Found = tuple[int, int] | None

_LONGEST_SIGNATURE = 4
"""Words that may stand behind "Viele Grüße"."""
_MOST_TITLES = 4
"""Titles in a row: "Frau Prof. Dr. Dr."."""

_NEAR = re.compile(r"[\s:,;=.\"'„“”«»(\u2060-]{0,6}\Z")
"""Between a cue and its name."""
_BESIDE = re.compile(r"[ ,:\"'„“”«»(\u2060-]{0,4}\Z")
"""The same where the name is not certain: on the same line."""
_TITLED = re.compile(r"\.?[ \u2060]{0,2}\Z")
"""Between a title and its name."""
_COLON = re.compile(r"[ ]?[:=]\s{0,3}\Z")
"""Between a label and what it is the label of."""
_LINE = re.compile(r"[ ]?[:=\n-][\s:=-]{0,4}\Z")
"""The same where the label begins the line."""
_JUST_BEHIND = re.compile(r"[ ,]{1,2}\Z")
"""Between a name and a cue behind it."""
_NO_SIGNATURE = re.compile(rf"[?\d{WALL}]")


def follow(cue: Cue, place: int, behind: int, said: Evidence) -> Found:
    """The name that a cue from `place` to `behind` points at."""
    if cue.kind == "behind":
        return _before(place, behind, said)
    if behind >= len(said.words):
        return None
    match cue.kind:
        case "named":
            return _certain(behind, _NEAR, said)
        case "label":
            return _labelled(place, behind, said)
        case "being":
            return _being(cue, behind, said)
        case "title":
            return _titled(cue, place, behind, said)
        case "kin":
            return _kin(cue, place, behind, said)
        case "closing" | "thanks":
            return _signature(cue, behind, said)
    return None


def _past_titles(place: int, gap: re.Pattern[str], said: Evidence) -> int | None:
    """The first word that is no title, if all up to it stand near each other."""
    for at in range(place, min(len(said.words), place + _MOST_TITLES)):
        word = said.words[at]
        if not gap.match(word.gap) or ("." in word.gap and not said.is_in("shortened", at - 1)):
            return None
        if word.key not in said.lexicon.titles:
            return at
        gap = _TITLED
    return None


def _past_article(place: int, said: Evidence) -> int:
    return place + 1 if said.is_in("articles", place) and said.is_close(place + 1) else place


def _certain(behind: int, gap: re.Pattern[str], said: Evidence) -> Found:
    place = _past_titles(behind, gap, said)
    if place is None or len(said.words[place].key) < 2:
        return None
    place = _past_article(place, said)
    if not said.is_plain(place) or _is_named(place, said):
        return place, said.end_of_name(place, trusting=True)
    return None


def _labelled(place: int, behind: int, said: Evidence) -> Found:
    begins_line = place == 0 or "\n" in said.words[place].gap
    begins_clause = begins_line or "," in said.words[place].gap
    if begins_clause and said.is_in("labels of names", place) and said.is_close(behind) and said.may_be_name(behind):
        return behind, said.end_of_name(behind, trusting=True)
    return _certain(behind, _LINE if begins_line else _COLON, said)


def _is_named(place: int, said: Evidence) -> bool:
    """Whether a word is a name here though it means something else: "mein Name ist Klein", "My name is Per Olsson"."""
    word = said.words[place]
    if not said.is_grammar(place):
        return said.name(place) > Ground.NONE
    written = word.key not in said.lexicon.plain and said.is_close(place + 1) and said.may_be_name(place + 1)
    return word.capital and (written or said.given(place) is Ground.SURE)


def _being(cue: Cue, behind: int, said: Evidence) -> Found:
    place = _past_article(behind, said)
    word, given = said.words[place], said.given(place)
    if not _BESIDE.match(word.gap) or said.is_plain(place):
        return None
    end = said.end_of_name(place, trusting=given > Ground.NONE or word.capital)
    paired = end > place + 1
    match given:
        case Ground.SURE:
            taken = True
        case Ground.AMBIGUOUS:
            taken = word.capital or (paired and said.family(place + 1) > Ground.NONE)
        case _:
            # German and Arabic give no hint by capitals: "ich bin Busfahrer". Two of them are one.
            written = paired and said.words[place + 1].capital and not is_person_by_ending(word.key)
            taken = said.may_be_name(place) and (cue.language not in ("de", "ar") or written)
    return (place, end) if taken else None


def _titled(cue: Cue, title: int, behind: int, said: Evidence) -> Found:
    first = _past_titles(behind, _TITLED, said)
    if first is None or (said.is_in("short titles", title) and "." not in said.words[behind].gap):
        return None
    place = first
    while said.is_in("before family names", place) and said.is_close(place + 1):
        place += 1
    if place > first and (said.name(place) is Ground.NONE or said.is_plain(place)):
        return None
    if not _is_titled(cue, title, place, said):
        return None
    return first, said.end_of_name(place, trusting=said.given(place) > Ground.NONE)


def _is_titled(cue: Cue, title: int, place: int, said: Evidence) -> bool:
    word, ground = said.words[place], said.name(place)
    if said.is_grammar(place) and not (word.capital and said.words[title].capital and ground > Ground.NONE):
        return False
    if word.capital:
        return ground > Ground.NONE or said.may_be_name(place)
    return not said.is_plain(place) and _is_titled_in_small_letters(cue, title, place, said)


def _is_titled_in_small_letters(cue: Cue, title: int, place: int, said: Evidence) -> bool:
    """ "frau yilmaz", but not "meine frau kocht", "Frau sucht Arbeit"."""
    ground = said.name(place)
    if ground is Ground.SURE or said.is_in("determiners", title - 1):
        return ground is Ground.SURE
    if said.is_in("sure titles", title) or (ground is Ground.AMBIGUOUS and said.is_in("german titles", title)):
        return True
    key = said.words[place].key
    verb = key.endswith(("t", "en")) or len(key) < 4
    return cue.keys == ("frau",) and not (verb or said.words[title].capital or said.is_kept(place))


def _kin(cue: Cue, kin: int, behind: int, said: Evidence) -> Found:
    place = _past_titles(behind, _BESIDE, said)
    if place is None or said.is_plain(place):
        return None
    given, capital = said.given(place), said.words[place].capital
    owned = said.is_in("possessives", kin - 1) or cue.language not in ("de", "en")
    if capital:
        family = said.family(place) > Ground.NONE and not said.is_in("by given name", kin)
        taken = given > Ground.NONE or family or (owned and said.may_be_name(place))
    else:
        taken = given is Ground.SURE or (given is Ground.AMBIGUOUS and owned and said.is_close(place))
    trusting = given > Ground.NONE or (owned and capital)
    return (place, said.end_of_name(place, trusting=trusting)) if taken else None


def _signature(cue: Cue, behind: int, said: Evidence) -> Found:
    end = behind + 1
    while end < len(said.words) and "\n" not in said.words[end].gap and end - behind <= _LONGEST_SIGNATURE:
        end += 1
    line = range(behind, end)
    if len(line) > _LONGEST_SIGNATURE or any(_NO_SIGNATURE.search(said.words[place].gap) for place in line):
        return None
    if any(said.is_plain(place) and said.words[place].key not in said.lexicon.inside for place in line):
        return None
    unknown = cue.kind == "closing" and not any(map(said.is_kept, line))
    return (behind, end) if unknown or _signs(behind, said) else None


def _signs(place: int, said: Evidence) -> bool:
    """Whether a known name is written as one: "Danke, Rosa", but not "euer Ernst"."""
    word, given = said.words[place], said.given(place)
    apart = word.gap != " " or not said.is_in("possessives", place - 1)
    return given is Ground.SURE or (given is Ground.AMBIGUOUS and (said.is_uncased(place) or (word.capital and apart)))


def _before(place: int, behind: int, said: Evidence) -> Found:
    if place == 0 or not _JUST_BEHIND.match(said.words[place].gap) or said.is_plain(place - 1):
        return None
    given, capital = said.given(place - 1), said.words[place - 1].capital
    if said.is_in("part of the name", place):
        return (place - 1, behind) if capital or given > Ground.NONE else None
    return (place - 1, place) if given is Ground.SURE or (given is Ground.AMBIGUOUS and capital) else None
