"""Messages about the team of the quarter, and to it: reaching a person, passing a question on, rating an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.actions import OpenMenu, PassOn, Rate, WriteToTeam
from bot.domain.menu import title_of
from bot.domain.messages import Fact, Reply
from bot.domain.moves import Complaint
from bot.domain.opening import LocalTime
from bot.texts.buttons import button, foot
from bot.texts.cards import WAYS, card, facts_of
from bot.texts.catalog import catalog
from bot.texts.hours import open_state
from knowledge.commands import Attribute
from knowledge.entry import Entry


def team(contacts: Sequence[Entry], question: int | None, language: str, now: LocalTime) -> Reply:
    """How to reach a person; `question` is the turn whose question can be given to the team."""
    _ = catalog(language).gettext
    facts: list[Fact] = []
    for office in contacts:
        if office.opening_hours and (state := now.state_of(office.opening_hours)):
            facts.append(Fact(title_of(office, language), open_state(state, now.moment, now.zone, language)))
        facts += facts_of([line for line in card(office, language, now) if line[0] in WAYS])
    text = _("You would like to talk to a person. This is how you reach the team:")
    if not facts:
        text = _("You would like to talk to a person. Write to the team here.")
    choices = [button(_("Write to the team"), WriteToTeam())]
    if question is not None:
        choices.insert(0, button(_("Give my last question to the team"), PassOn(question)))
    return Reply(
        text,
        title=_("A person"),
        facts=tuple(facts),
        choices=(*choices, button(_("Menu"), OpenMenu())),
        decision="handover",
        language=language,
    )


def listening(language: str) -> Reply:
    """The next message goes to the team."""
    _ = catalog(language).gettext
    text = _(
        "Please write your message now. I take out names, telephone numbers and addresses. "
        "The answer comes into this chat."
    )
    return Reply(text, choices=foot(language), decision="handover", language=language)


def passed_on(contacts: Sequence[Entry], language: str, now: LocalTime) -> Reply:
    """The team has the question; how long it may take, and what else can be done."""
    _ = catalog(language).gettext
    waiting = _("The team answers as soon as somebody is there. The answer comes into this chat.")
    facts: list[Fact] = []
    for office in contacts[:1]:
        if office.opening_hours and (state := now.state_of(office.opening_hours)):
            facts.append(Fact(title_of(office, language), open_state(state, now.moment, now.zone, language)))
        facts += facts_of([line for line in card(office, language, now) if line[0] is Attribute.PHONE])
    if facts:
        waiting += " " + _("If it is urgent, please call:")
    return Reply(
        waiting,
        title=_("I have passed it on."),
        facts=tuple(facts),
        choices=foot(language),
        decision="handover",
        language=language,
    )


def thanks(language: str) -> Reply:
    """For a rating."""
    _ = catalog(language).gettext
    return Reply(_("Thank you! That helps us to get better."), choices=foot(language), language=language)


def ask_complaint(turn: int, language: str) -> Reply:
    """Why did the card not help?"""
    _ = catalog(language).gettext
    labels = {
        Complaint.WRONG: _("Something is wrong"),
        Complaint.OUTDATED: _("It is out of date"),
        Complaint.OFF_TOPIC: _("I wanted to know something else"),
        Complaint.UNCLEAR: _("Hard to understand"),
    }
    choices = [button(labels[reason], Rate(turn, None, place)) for place, reason in enumerate(Complaint)]
    return Reply(_("I am sorry. What was not good?"), choices=(*choices, *foot(language)), language=language)
