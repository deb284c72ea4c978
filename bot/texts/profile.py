"""What a messenger shows of the bot before anybody has written, and what it says where it does not belong."""

from __future__ import annotations

from bot.domain.languages import choose
from bot.domain.town import Town
from bot.texts.catalog import catalog
from knowledge.commands import Command
from knowledge.entry import DEFAULT_LANGUAGE

LONGEST_DESCRIPTION, LONGEST_SHORT = 512, 120
"""Characters. Source: Bot API, setMyDescription and setMyShortDescription."""


def commands(language: str) -> list[tuple[str, str]]:
    """The menu of commands: name and what it does, the most needed first."""
    _ = catalog(language).gettext
    described = {
        Command.MENU: _("All topics, without typing"),
        Command.EVENTS: _("What is on"),
        Command.TOPICS: _("Get notices"),
        Command.HELP: _("How to ask me"),
        Command.TEAM: _("Talk to a person"),
        Command.LANGUAGE: _("Choose another language"),
        Command.START: _("Start from the beginning"),
        Command.PRIVACY: _("What is stored"),
        Command.MYDATA: _("Get a copy of your data"),
        Command.FORGET: _("Delete your data"),
        Command.STOP: _("No more messages from me"),
    }
    return [(command.value, words) for command, words in described.items()]


def profile(town: Town, language: str) -> tuple[str, str]:
    """What the bot is for, as it stands in the empty chat and, in one sentence, beside its name."""
    _ = catalog(language).gettext
    area, controller = choose(town.area, language), choose(town.controller, language)
    if area:
        short = _("Answers to your questions about {area}. I am a program, not a person.").format(area=area[0])
        about = _("I know offers, offices and meeting places in {area}.").format(area=area[0])
    else:
        short = _("Answers to questions about your neighbourhood. I am a program, not a person.")
        about = _("I know offers, offices and meeting places in your neighbourhood.")
    how = _("Ask in your own words. I am a program, not a person. In an emergency call 112.")
    responsible = _("Responsible: {name}").format(name=" ".join(controller[0].split())) if controller else ""
    whole = "\n\n".join(filter(None, [f"{about} {how}", responsible]))
    return _shorten(whole, LONGEST_DESCRIPTION), _shorten(short, LONGEST_SHORT)


def not_for_groups() -> str:
    """Good-bye to a group, in German and English: nobody knows who reads there."""
    return "\n\n".join(
        catalog(language).gettext("I answer in private chats only, so I leave this group. Please write to me directly.")
        for language in (DEFAULT_LANGUAGE, "en")
    )


def _shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
