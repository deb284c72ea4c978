"""Whether a message tells of an emergency: rules where there are some, and a model that learned from many messages.

Neither knows everything. Rules hold what was thought of, also where the model is unsure; the model has seen what
nobody thought of a rule for. An alarm too many costs a resident a glance, one too few may cost a life.
"""

from __future__ import annotations

import re
from functools import cache

from knowledge.commands import Command, Heard, hear
from knowledge.emergency import concepts, model
from knowledge.emergency.concepts import Reading
from knowledge.emergency.kinds import Alarm, Emergency
from knowledge.emergency.rules import Rules
from knowledge.lexicon_files import read_lexicon
from knowledge.normalize import words

SURE = 0.7
"""Score of the model from which it alone is believed: on 1,200 messages written apart from all it learned, 98 of 100
emergencies reach it, and 1 or 2 of 100 harmless look-alikes."""

AGREES = 0.0
"""Score of a clause from which a rule that it fulfils is believed."""

DOUBTFUL = -3.0
"""Score below which a rule is not believed: the model knows such messages as harmless."""

CLOSE = 0.75
"""A language counts beside the likeliest where it explains so large a share of what that one explains."""

PART_SURE = 3.5
"""The same for one sentence of several, which may sound worse than the whole means it."""

ONE_WORD = 0.7
"""What one known word says for a language: too little to ask a second one."""

_WHO_TO_WHOM = {Emergency.SUICIDE, Emergency.VIOLENCE}

LONGEST_WINDOW = 30
"""Words that are looked at together; a longer sentence is looked at in parts."""

_APOSTROPHE = re.compile(r"['’ʼ]")
_SENTENCE = re.compile(r"[^.!?…;:\n؟。]+")
_CLAUSE = re.compile(r"[^.!?…;:,\n؟،。]+")


def detect(text: str) -> Alarm | None:
    """The emergency that `text` tells of, in whatever language; None if there is none.

    A message of several sentences tells of one as soon as a sentence of it does. Of what people type instead of tapping
    a button, only a cry for help may be one: rules and model are made for messages, and know little of single words.
    """
    if _is_typed_button(text):
        return None
    found = [_look(text, SURE)] if len(text.split()) <= LONGEST_WINDOW else []
    sentences, clauses = _parts(_SENTENCE, text), _parts(_CLAUSE, text)
    found += [_look(part, PART_SURE) for part in sentences] if len(sentences) > 1 else []
    found += [_by_rule(part) for part in clauses if _score(part)[0] >= AGREES] if len(clauses) > 1 else []
    alarms = [alarm for alarm in found if alarm]
    return min(alarms, key=lambda alarm: list(Emergency).index(alarm.kind), default=None)


def _is_typed_button(text: str) -> bool:
    heard = hear(text)
    return heard != Heard() and heard.command is not Command.HELP


def _look(text: str, sure: float) -> Alarm | None:
    score, reading = _score(text)
    if score >= DOUBTFUL and (ruled := _by_rule(text)):
        # Rules know the words of killing; the model has learned who kills whom.
        learned = model.load().kind(reading)
        is_open = score >= sure and {ruled.kind, learned} == _WHO_TO_WHOM
        return Alarm(learned, ruled.language) if is_open else ruled
    if score < sure or not any(reading.places):
        return None  # letters alone, without a word that speaks of anything, tell of no emergency
    return Alarm(model.load().kind(reading), reading.language)


def _score(text: str) -> tuple[float, Reading]:
    """What the model thinks of a message, in the language in which it thinks worst of it."""
    readings = concepts.read(text)
    enough = max(ONE_WORD, CLOSE * readings[0].sure)
    best = [one for one in readings[:3] if one.sure > enough] or readings[:1]
    return max(((model.load().score(reading), reading) for reading in best), key=lambda pair: pair[0])


def _parts(ends: re.Pattern[str], text: str) -> list[str]:
    """The sentences or clauses of a message; a very long one in halves that overlap."""
    parts: list[str] = []
    for sentence in ends.findall(text):
        spoken = sentence.split() if any(map(str.isalnum, sentence)) else []
        steps = range(0, max(1, len(spoken) - LONGEST_WINDOW // 2), LONGEST_WINDOW // 2)
        parts += [" ".join(spoken[start : start + LONGEST_WINDOW]) for start in steps if spoken]
    return parts


def _by_rule(text: str) -> Alarm | None:
    spoken = [part for word in words(text) for part in _APOSTROPHE.split(word)]
    for rules in _all_rules():
        found = rules.kinds(spoken)
        if kind := next((kind for kind in Emergency if kind in found), None):
            return Alarm(kind, rules.language)
    return None


@cache
def _all_rules() -> tuple[Rules, ...]:
    return tuple(Rules(language, listed) for language, listed in read_lexicon("emergency").items())
