"""What residents are told about what is stored of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.actions import Forget, RunCommand
from bot.domain.languages import choose
from bot.domain.messages import File, Reply
from bot.domain.retention import Retention
from bot.domain.town import Town
from bot.texts.buttons import button, foot, language_button
from bot.texts.cards import contact_lines
from bot.texts.catalog import catalog
from knowledge.commands import Command
from knowledge.entry import Entry

NOTICE_VERSION = 1
"""Raise it when the notice changes in substance; then everybody is shown it again."""


def notice(retention: Retention, language: str) -> Reply:
    """Three sentences beside the first answer."""
    _ = catalog(language).gettext
    text = _(
        "I am a program; the neighbourhood team writes my answers. "
        "I store neither your name nor your number, and your questions only without personal details, for {days} days. "
        "Please write nothing confidential here, for example about illnesses or debts."
    )
    return Reply(
        text.format(days=_days(retention.texts)),
        choices=(
            button(_("Privacy"), RunCommand(Command.PRIVACY)),
            language_button(language, beside=True),
        ),
        language=language,
    )


def privacy(town: Town, contacts: Sequence[Entry], retention: Retention, channel: str, language: str) -> Reply:
    """What is stored, why, for how long, who sees it, and what residents can demand. Source: GDPR, article 13."""
    _ = catalog(language).gettext
    controller = choose(town.controller, language)
    days = _days(retention.texts)
    paragraphs = [
        _("Who is responsible: {name}").format(name=controller[0])
        if controller
        else _("Who is responsible: please ask the people named below."),
        _(
            "What I store: an encrypted code by which I recognise you; your language; which answers I gave; "
            "and questions that I could not answer for sure. "
            "First I take names, telephone numbers, addresses and the like out of them."
        ),
        _(
            "Only if you ask for it: which notices you get, and which events you are signed up for, "
            "with the number of seats and the help you need."
        ),
        _(
            "If you talk to a person, the team gets your messages as you write them. They are stored encrypted and "
            "deleted {days} days after the end of the conversation. The team's group in a messenger may get a copy "
            "without names, numbers and addresses."
        ).format(days=_days(retention.cases)),
        _("What for: to answer you, and so that staff can write better answers."),
        _(
            "How long: {days} days. If you do not write for a year, everything is deleted. "
            "With “Delete everything” it is gone at once."
        ).format(days=days),
        _(
            "Sign-ups are deleted {meetings} days after the event, the list of what I sent you after {deliveries} days."
        ).format(meetings=_days(retention.meetings), deliveries=_days(retention.deliveries)),
        _(
            "Who sees it: the staff of the neighbourhood office. Nobody else gets it. "
            "Nothing is sold or used for advertising."
        ),
    ]
    if channel == "telegram":
        paragraphs.append(
            _(
                "Telegram is a company outside the European Union. It can see what you write here. "
                "In the web chat, by telephone and at the office you get the same answers without Telegram."
            )
        )
    paragraphs.append(
        _(
            "Your rights: you can see your data and delete it here with the buttons. "
            "You can object, and you can complain to the State Commissioner for Data Protection (LDI NRW)."
        )
    )
    return Reply(
        "\n\n".join(paragraphs),
        title=_("Privacy"),
        facts=tuple(fact for _attribute, fact in contact_lines(contacts, language)),
        choices=(
            button(_("My data"), RunCommand(Command.MYDATA)),
            button(_("Delete everything"), RunCommand(Command.FORGET), beside=True),
            *foot(language),
        ),
        language=language,
    )


def my_data(content: bytes, summary: Sequence[str], language: str) -> Reply:
    """A copy of what is stored, as a file, and in a few words what stands in it."""
    _ = catalog(language).gettext
    text = "\n".join([_("This is all that is stored about you:"), *(f"• {line}" for line in summary)])
    return Reply(
        text,
        title=_("My data"),
        choices=(button(_("Delete everything"), RunCommand(Command.FORGET)), *foot(language)),
        language=language,
        file=File(_("my-data") + ".json", "application/json", content),
    )


def nothing_stored(language: str) -> Reply:
    """To somebody of whom there is no record."""
    _ = catalog(language).gettext
    return Reply(_("Nothing is stored about you."), choices=foot(language), language=language)


def summary(held: Mapping[str, int], language_code: str, since: str, language: str) -> list[str]:
    """What stands in a copy, a line for each kind; `held` is how many records there are of each."""
    words = catalog(language)
    _ = words.gettext
    turns, questions, said = held["messages"], held["questions"], held["said_with_the_team"]
    talks = words.ngettext(
        "{count} message between you and the team", "{count} messages between you and the team", said
    )
    return [
        _("you first wrote on {day}").format(day=since),
        _("your language: {language}").format(language=language_code),
        words.ngettext(
            "{count} message, without its text: when, and what I answered",
            "{count} messages, without their text: when, and what I answered",
            turns,
        ).format(count=turns),
        words.ngettext(
            "{count} question that I could not answer for sure, without personal details",
            "{count} questions that I could not answer for sure, without personal details",
            questions,
        ).format(count=questions),
        *([talks.format(count=said)] if said else []),
    ]


def ask_forget(turn: int, language: str) -> Reply:
    """Make sure: this cannot be undone."""
    _ = catalog(language).gettext
    return Reply(
        _("Shall I delete everything that is stored about you? This cannot be undone."),
        choices=(
            button(_("Yes, delete everything"), Forget(turn, is_confirmed=True)),
            button(_("No, keep it"), Forget(turn, is_confirmed=False)),
            *foot(language),
        ),
        language=language,
    )


def forgotten(language: str) -> Reply:
    """The last words; without buttons, because there is nothing left to refer to."""
    _ = catalog(language).gettext
    return Reply(
        _("Everything about you is deleted. If you write again, we start anew. All the best!"), language=language
    )


def kept(language: str) -> Reply:
    """After all nothing is deleted."""
    _ = catalog(language).gettext
    return Reply(_("All right, nothing was deleted."), choices=foot(language), language=language)


def _days(time: timedelta) -> int:
    return time.days
