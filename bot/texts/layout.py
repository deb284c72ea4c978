"""A reply laid out for a page: its paragraphs and lists, and the lines of its card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from bot.domain.languages import is_right_to_left
from bot.domain.messages import Fact

LONGEST_ADDRESS = 40
"""Characters of a web address that are shown; the link leads to all of it."""

_BULLET = re.compile(r"\s*[•\-–]\s+(.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list."""

    text: str = ""
    items: tuple[str, ...] = ()


def blocks(text: str) -> list[Block]:
    """The paragraphs and lists of a text: lines that begin with a bullet are items."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        items: list[str] = []
        for line in paragraph.split("\n"):
            bullet = _BULLET.fullmatch(line)
            if bullet and lines:
                found.append(Block(text="\n".join(lines)))
                lines = []
            if not bullet and items:
                found.append(Block(items=tuple(items)))
                items = []
            (items if bullet else lines).append(bullet[1] if bullet else line)
        found.append(Block(items=tuple(items)) if items else Block(text="\n".join(lines)))
    return [block for block in found if block.text or block.items]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card: a label, and what stands under it."""

    label: str
    facts: tuple[Fact, ...]


def lines(facts: Sequence[Fact]) -> list[Line]:
    """The lines of a card; facts that follow each other under one label are one line."""
    return [Line(label, tuple(group)) for label, group in groupby(facts, key=lambda fact: fact.label)]


def shown(fact: Fact) -> str:
    """The text of a link: a web address without its scheme, and not all of it where it is long."""
    if fact.value != fact.link:
        return fact.value
    parts = urlsplit(fact.value)
    address = (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")
    return address if len(address) <= LONGEST_ADDRESS else address[: LONGEST_ADDRESS - 1] + "…"


def direction(language: str) -> str:
    """ "rtl" for languages that are written from right to left, else "ltr"."""
    return "rtl" if is_right_to_left(language) else "ltr"
