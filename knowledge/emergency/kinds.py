"""What an emergency can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Emergency(StrEnum):
    """What somebody must act on now; of several in one message the one that stands first here is told."""

    FIRE = "fire"
    POISON = "poison"
    SUICIDE = "suicide"
    CHILD = "child"
    VIOLENCE = "violence"
    CRIME = "crime"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A message that tells of an emergency."""

    kind: Emergency
    language: str
    """The language that its words were understood in."""
