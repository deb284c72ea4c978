"""What the templates need to turn a reply into a page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlsplit

from bot.domain.actions import OpenMenu, Rate, RunCommand, SetLanguage, read_action, write_action
from bot.domain.languages import is_right_to_left
from bot.domain.messages import Choice, Fact, File
from knowledge.commands import Command

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
class Row:
    """Buttons that stand side by side."""

    choices: tuple[Choice, ...]
    is_quiet: bool
    """Whether these are the ways that lead on from any message, not what this message asks."""


IN_HEADER = frozenset({write_action(OpenMenu()), write_action(RunCommand(Command.TEAM))})
"""What is always to be seen on the page, so that messages need not repeat it."""


def rows(choices: Sequence[Choice]) -> list[Row]:
    """The buttons, row by row, but those that stand in the header."""
    made: list[list[Choice]] = []
    for choice in choices:
        if choice.beside and made:
            made[-1].append(choice)
        else:
            made.append([choice])
    found = [Row(tuple(row), any(_leads_on(choice) for choice in row)) for row in made]
    own = [replace(row, choices=tuple(one for one in row.choices if one.action not in IN_HEADER)) for row in found]
    return [row for row in own if row.choices]


def is_list(found: Sequence[Row]) -> bool:
    """Whether each choice leads to something of its own: then none shares its row."""
    return all(len(row.choices) == 1 for row in found if not row.is_quiet)


def _leads_on(choice: Choice) -> bool:
    match read_action(choice.action):
        case OpenMenu(None) | RunCommand(Command.TEAM) | Rate(_, bool()):
            return True
        case _:
            return False


def language_of(choice: Choice) -> str:
    """The language of a label, where it is the name of a language in itself; else empty: that of the message."""
    chosen = read_action(choice.action)
    return chosen.code if isinstance(chosen, SetLanguage) else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card: a label, and what stands under it."""

    label: str
    facts: tuple[Fact, ...]


def lines(facts: Sequence[Fact]) -> list[Line]:
    """The lines of a card; facts that follow each other under one label are one line."""
    return [Line(label, tuple(group)) for label, group in groupby(facts, key=lambda fact: fact.label)]


def leads_away(address: str) -> bool:
    """Whether a link leaves the chat: it opens beside it, or what was said would be gone."""
    return address.startswith(("https:", "http:"))


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


def data_address(file: File) -> str:
    """The address of a file that travels inside the page, because the server keeps none of it. Source: RFC 2397."""
    return f"data:{file.media_type};base64,{base64.b64encode(file.content).decode()}"
