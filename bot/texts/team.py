"""Messages about the team of the quarter, and from it: a conversation with a person, a question passed on, a rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.actions import BackToBot, PassOn, Rate
from bot.domain.languages import choose
from bot.domain.menu import title_of
from bot.domain.messages import Choice, Fact, Reply
from bot.domain.moves import Complaint
from bot.domain.opening import Closed, LocalTime, Open
from bot.texts.buttons import button, foot
from bot.texts.cards import WAYS, card, contact_lines, facts_of
from bot.texts.catalog import catalog
from bot.texts.hours import open_state
from bot.texts.wording import honest
from knowledge.commands import Attribute
from knowledge.entry import Entry


def opened(contacts: Sequence[Entry], question: int | None, language: str, now: LocalTime) -> Reply:
    """A person has the conversation from now on: when somebody reads it, and what else can be done.

    `question` is the turn whose question can be given to them.
    """
    _ = catalog(language).gettext
    facts = _ways(contacts, language, now)
    sentences = [
        _("Please write what it is about. From now on the team gets your messages as you write them."),
        _when(contacts[:1], language, now),
        _("The answer will come here, into this chat."),
        _("I will be silent until you tap “Back to the bot”."),
    ]
    if any(fact.link and fact.link.startswith("tel:") for fact in facts):
        sentences.append(_("If it is urgent, please call:"))
    asked = [button(_("Give my last question to the team"), PassOn(question))] if question is not None else []
    return Reply(
        "\n\n".join([sentences[0], " ".join(sentences[1:])]),
        title=_("A person"),
        facts=facts,
        choices=(*asked, back_button(language)),
        decision="handover",
        language=language,
    )


def still_open(contacts: Sequence[Entry], language: str, now: LocalTime) -> Reply:
    """A person has the conversation already."""
    _ = catalog(language).gettext
    text = (
        _("You are already talking to the team. Just write.")
        + " "
        + _("I will be silent until you tap “Back to the bot”.")
    )
    return Reply(
        text,
        title=_("A person"),
        facts=_ways(contacts, language, now),
        choices=(back_button(language),),
        decision="handover",
        language=language,
    )


def passed_on(contacts: Sequence[Entry], language: str, now: LocalTime, *, is_with_team: bool = False) -> Reply:
    """The team has the question; how long it may take, and what else can be done."""
    _ = catalog(language).gettext
    waiting = _("The team will answer as soon as somebody is there. The answer will come here, into this chat.")
    facts = [fact for office in contacts[:1] for fact in _hours(office, language, now)]
    facts += [fact for office in contacts[:1] for fact in _reached(office, (Attribute.PHONE,), language, now)]
    if facts:
        waiting += " " + _("If it is urgent, please call:")
    return Reply(
        waiting,
        title=_("I have passed it on."),
        facts=tuple(facts),
        choices=(back_button(language),) if is_with_team else foot(language),
        decision="handover",
        language=language,
    )


def answered(text: str, spoken: str, language: str, *, is_open: bool) -> Reply:
    """What a person of the team writes, as they wrote it; `spoken` is the language of it, `language` the reader's.

    `is_open` is whether the reader's answer goes to the team again.
    """
    _ = catalog(language).gettext
    return Reply(
        honest(text, spoken, language),
        title=_("The team writes"),
        choices=(back_button(language),) if is_open else foot(language),
        language=spoken,
        own_language=language,
    )


def entry_text(entry: Entry, contacts: Sequence[Entry], language: str, now: LocalTime) -> str:
    """An entry as plain text that a person can send: what it says, and how to reach whom."""
    body = choose(entry.text, language)
    facts = facts_of([*card(entry, language, now), *contact_lines(contacts, language)])
    told = "\n".join(f"{fact.label}: {fact.value}" for fact in facts)
    return "\n\n".join(filter(None, [title_of(entry, language), body[0] if body else "", told]))


def handed_back(language: str, *, is_answered: bool) -> Reply:
    """The resident talks to the bot again; `is_answered` is whether nothing they wrote waits for an answer."""
    return with_bot(Reply("", choices=foot(language), language=language), is_answered=is_answered)


def with_bot(reply: Reply, *, is_answered: bool) -> Reply:
    """A reply to whoever talked to a person until now: it begins by saying so."""
    _ = catalog(reply.own_language or reply.language).gettext
    sentence = _("You are talking to me, the bot, again.")
    if not is_answered:
        sentence += " " + _("The team still has what you wrote.")
    return replace(reply, text=f"{sentence}\n\n{reply.text}".strip())


def closed(language: str, *, is_idle: bool, is_answered: bool) -> Reply:
    """The office has ended a conversation, or it ended because nobody wrote any more."""
    _ = catalog(language).gettext
    if is_idle and not is_answered:
        why = _("I am sorry: nobody on the team has answered you. Please call, or ask for a person again.")
    elif is_idle:
        why = _("Nobody has written for a week. So this conversation with the team has ended.")
    else:
        why = _("The team has ended this conversation.")
    text = why + " " + _("You are talking to me, the bot, again.")
    return Reply(text, choices=foot(language), language=language)


def back_button(language: str) -> Choice:
    """Ends a conversation with a person."""
    return button("↩ " + catalog(language).gettext("Back to the bot"), BackToBot())


def _when(office: Sequence[Entry], language: str, now: LocalTime) -> str:
    """When somebody will read it, as far as that can be told."""
    _ = catalog(language).gettext
    state = next((now.state_of(one.opening_hours) for one in office if one.opening_hours), None)
    if isinstance(state, Open):
        return _("The office is open now. It may take a while until somebody answers.")
    if isinstance(state, Closed):
        return _("The office is closed now. Somebody will read your message when it opens again.")
    return _("The team will answer as soon as somebody is there.")


def _ways(contacts: Sequence[Entry], language: str, now: LocalTime) -> tuple[Fact, ...]:
    """Whether each office is open, and how to reach it."""
    wanted = (*WAYS, Attribute.ACCESS)
    found = [(*_hours(office, language, now), *_reached(office, wanted, language, now)) for office in contacts]
    return tuple(fact for facts in found for fact in facts)


def _hours(office: Entry, language: str, now: LocalTime) -> list[Fact]:
    state = now.state_of(office.opening_hours) if office.opening_hours else None
    return [Fact(title_of(office, language), open_state(state, now.moment, now.zone, language))] if state else []


def _reached(office: Entry, wanted: Sequence[Attribute], language: str, now: LocalTime) -> list[Fact]:
    return list(facts_of([line for line in card(office, language, now) if line[0] in wanted]))


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
