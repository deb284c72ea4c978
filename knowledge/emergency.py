"""Whether a message tells of an emergency, where somebody must act now: asked before any ranking."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from importlib import resources

import yaml

from knowledge.normalize import words
from knowledge.phrase_rules import Rules


class Emergency(StrEnum):
    """What somebody must act on now; of several in one message the one that stands first here is told."""

    FIRE = "fire"
    POISON = "poison"
    SUICIDE = "suicide"
    CHILD = "child"
    VIOLENCE = "violence"
    CRIME = "crime"
    MEDICAL = "medical"


def detect(text: str) -> Emergency | None:
    """The emergency that `text` tells of, in whatever language; None if there is none.

    The rules are in lexicon/emergency, a file for each language; de.yaml explains how they are written.
    """
    spoken = [part for word in words(text) for part in _APOSTROPHE.split(word)]
    found = {kind for rules in _all_rules() for kind in rules.kinds(spoken)}
    return next((kind for kind in Emergency if kind in found), None)


_APOSTROPHE = re.compile(r"['’ʼ]")


@cache
def _all_rules() -> tuple[Rules, ...]:
    files = resources.files("knowledge").joinpath("lexicon", "emergency").iterdir()
    listed = sorted((file.name.removesuffix(".yaml"), file) for file in files if file.name.endswith(".yaml"))
    return tuple(Rules(language, yaml.safe_load(file.read_text(encoding="utf-8"))) for language, file in listed)
