"""The buttons that stand under messages: no message is a dead end, and a person is always one tap away."""

from __future__ import annotations

from bot.domain.actions import Action, OpenEntry, OpenMenu, Rate, RunCommand, mark, write_action
from bot.domain.menu import title_of
from bot.domain.messages import Choice
from bot.texts.catalog import catalog
from knowledge.commands import Command
from knowledge.entry import Entry

LONGEST_LABEL = 60
"""Characters of a button's label; longer ones are cut off by messengers on a phone."""


def button(label: str, action: Action, *, beside: bool = False) -> Choice:
    """A button with a label that fits."""
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
    return Choice(short, write_action(action), beside)


def foot(language: str, back: Action | None = None) -> tuple[Choice, ...]:
    """The last row under a message: back where there is a way back, the menu, a person."""
    _ = catalog(language).gettext
    ways = (button(_("Back"), back),) if back else ()
    menu = button(_("Menu"), OpenMenu(), beside=bool(ways))
    return (*ways, menu, button(_("Ask a person"), RunCommand(Command.TEAM), beside=True))


def entry_button(entry: Entry, language: str, section: str | None = None) -> Choice:
    """Opens the card of an entry, which leads back to `section`, the part of the menu it was found in."""
    return button(title_of(entry, language), OpenEntry(mark(entry.id), section))


def rating(turn: int, language: str) -> tuple[Choice, ...]:
    """Whether the card that `turn` showed helped."""
    _ = catalog(language).gettext
    return (
        button("👍 " + _("Helpful"), Rate(turn, helped=True)),
        button("👎 " + _("Not helpful"), Rate(turn, helped=False), beside=True),
    )


def language_button(language: str, *, beside: bool = False) -> Choice:
    """Labelled in two languages, because whoever needs it may not read the first."""
    own = catalog(language).gettext("Language")
    return button(
        "🌐 " + (own if own == "Language" else f"{own} / Language"), RunCommand(Command.LANGUAGE), beside=beside
    )
