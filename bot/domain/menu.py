"""The menu: every entry that answers something, in a few steps and without typing.

    menu -> section ("Wohnen und Energie") -> page, where a section is long -> card

With the tap that opens the menu that is four taps at most, however many entries there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from bot.domain.actions import mark
from bot.domain.languages import choose
from bot.domain.town import Section
from knowledge.entry import DECLINE, Entry, LocalText
from knowledge.normalize import fold

LONGEST_PAGE = 10
"""Entries of one page, as long as a section needs no more than LONGEST_PAGE pages; then both grow alike."""

MOST_BUTTONS = 90
"""Pages of a section, and entries of a page: Telegram refuses a message with more than 100 buttons."""

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class MenuSection:
    """A part of the menu."""

    mark: str
    name: LocalText
    """Empty for what belongs to none of the town's sections."""
    pages: tuple[tuple[Entry, ...], ...]
    part: int = 1
    """Which part of the section it is, where there is too much for one."""


@dataclass(frozen=True, slots=True)
class Menu:
    """All of it."""

    sections: tuple[MenuSection, ...]

    def section(self, wanted: str) -> MenuSection | None:
        """The section with a mark, if there still is one."""
        return next((section for section in self.sections if section.mark == wanted), None)


def build_menu(entries: Iterable[Entry], sections: Sequence[Section], language: str) -> Menu:
    """The menu for a reader of `language`; entries stand under every section they belong to, in the order of titles."""
    # Folded, "Ämter" stands beside "Amt" and not behind everything else.
    shown = sorted(
        (entry for entry in entries if entry.kind != DECLINE),
        key=lambda entry: (fold(title_of(entry, language)), entry.id),
    )
    made: list[MenuSection] = []
    placed: set[str] = set()
    for section in sections:
        members = [entry for entry in shown if not section.topics.isdisjoint(entry.topics)]
        placed.update(entry.id for entry in members)
        made += _parts(section.id, section.name, members)
    made += _parts(OTHERS, {}, [entry for entry in shown if entry.id not in placed])
    return Menu(tuple(made))


def title_of(entry: Entry, language: str) -> str:
    """The title to show to a reader of `language`."""
    title = choose(entry.title, language)
    return title[0] if title else entry.id


def _parts(section_id: str, name: LocalText, members: Sequence[Entry]) -> Iterator[MenuSection]:
    """The section, in parts where it has too many members for one; nothing where it has none."""
    for number, some in enumerate(_divide(members, -(-len(members) // MOST_BUTTONS**2)), 1):
        own = section_id if number == 1 else f"{section_id}/{number}"
        yield MenuSection(mark(own), name, tuple(_divide(some, _page_count(len(some)))), number)


def _page_count(entries: int) -> int:
    count = -(-entries // LONGEST_PAGE)
    return count if count <= LONGEST_PAGE else isqrt(entries - 1) + 1


def _divide(members: Sequence[Entry], count: int) -> Iterator[tuple[Entry, ...]]:
    """`count` pieces of about equal length."""
    bounds = [len(members) * piece // count for piece in range(count + 1)] if count else []
    return (tuple(members[start:end]) for start, end in pairwise(bounds))
