"""What the templates need to turn a reply into a page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.actions import OpenMenu, Rate, RunCommand, SetLanguage, read_action, write_action
from bot.domain.messages import Choice, File
from knowledge.commands import Command


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


def leads_away(address: str) -> bool:
    """Whether a link leaves the chat: it opens beside it, or what was said would be gone."""
    return address.startswith(("https:", "http:"))


def data_address(file: File) -> str:
    """The address of a file that travels inside the page, because the server keeps none of it. Source: RFC 2397."""
    return f"data:{file.media_type};base64,{base64.b64encode(file.content).decode()}"
