"""What residents read about topics, subscriptions, pauses and notices to many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.domain.actions import OpenEvent, OpenMenu, OpenTopics, Pause, RunCommand, SignUp, Subscribe
from bot.domain.events import Event
from bot.domain.languages import choose
from bot.domain.messages import Choice, Reply
from bot.texts.buttons import button, foot
from bot.texts.catalog import catalog
from bot.texts.event_notices import filled_in, stop_button
from bot.texts.events import Reader
from bot.texts.wording import honest
from knowledge.commands import Command
from knowledge.entry import LocalText, base_language

PAUSES = (7, 28)
"""Days that have buttons."""


def topics(all_of_them: Sequence[tuple[str, LocalText]], subscribed: Collection[str], language: str) -> Reply:
    """The topics, each with a button to subscribe to it or to end that; `all_of_them` are ids and names."""
    _ = catalog(language).gettext
    if not all_of_them:
        nothing = _("There are no notices at the moment.")
        return Reply(nothing, choices=foot(language, OpenMenu()), language=language)
    buttons = [_topic_button(topic, name, topic in subscribed, language) for topic, name in all_of_them]
    more = _more_ways(language) if subscribed else ()
    return Reply(
        _("What may I write to you about? Tap a topic to choose it. Tap it again to end it."),
        title=_("Notices"),
        choices=(*buttons, *more, *foot(language, OpenMenu())),
        language=language,
    )


def subscribed(names: Sequence[LocalText], language: str) -> Reply:
    """Notices are ordered."""
    _ = catalog(language).gettext
    listed = ", ".join(_name(name, language) for name in names)
    return Reply(
        _("You get notices about: {topics}. You can end that at any time with “Stop”.").format(topics=listed),
        choices=(button(_("All topics"), OpenTopics()), *_more_ways(language), *foot(language)),
        language=language,
    )


def unsubscribed(names: Sequence[LocalText], language: str) -> Reply:
    """Notices are ended."""
    _ = catalog(language).gettext
    listed = ", ".join(_name(name, language) for name in names)
    text = _("You get no more notices about: {topics}.").format(topics=listed) if names else _("You get no notices.")
    return Reply(text, choices=(button(_("All topics"), OpenTopics()), *foot(language)), language=language)


def unknown_topic(all_of_them: Sequence[tuple[str, LocalText]], subscribed: Collection[str], language: str) -> Reply:
    """There is no such topic; these there are."""
    _ = catalog(language).gettext
    shown = topics(all_of_them, subscribed, language)
    return Reply(
        _("I do not know this topic. These are the topics:"),
        title=shown.title,
        choices=shown.choices,
        language=language,
    )


def ask_pause(language: str) -> Reply:
    """For how long."""
    _ = catalog(language).gettext
    return Reply(
        _("How long should I send you no notices? You will still be reminded of events you signed up for."),
        choices=(*_pauses(language), *foot(language, OpenTopics())),
        language=language,
    )


def paused(until: datetime, zone: ZoneInfo, language: str) -> Reply:
    """Notices rest."""
    _ = catalog(language).gettext
    day = format_date(until.astimezone(zone).date(), "full", locale=base_language(language))
    return Reply(
        _("I will send you no notices until {day}. You will still be reminded of events you signed up for.").format(
            day=day
        ),
        choices=(button(_("End the pause"), Pause(0)), *foot(language)),
        language=language,
    )


def pause_ended(language: str) -> Reply:
    """Notices go on."""
    _ = catalog(language).gettext
    choices = (button(_("All topics"), OpenTopics()), *foot(language))
    return Reply(_("The pause is over. You get notices again."), choices=choices, language=language)


def stopped(signed_up: Sequence[str], language: str) -> Reply:
    """No notices any more; `signed_up` are the events that somebody stays signed up for."""
    _ = catalog(language).gettext
    texts = [
        _(
            "You get no more notices and reminders from me. You can write to me any time. "
            "If you want notices again, tap “Get notices”."
        )
    ]
    if signed_up:
        told = _("You are still signed up for: {events}. I only write if one of them is moved or cancelled.")
        texts.append(told.format(events=", ".join(signed_up)))
    choices = (button("🔔 " + _("Get notices"), OpenTopics()), *foot(language))
    return Reply("\n\n".join(texts), choices=choices, language=language)


def broadcast(texts: Mapping[str, str], event: Event | None, reader: Reader, number: int | None = None) -> Reply:
    """A notice to many, as one of them reads it; `event` is what it is about, `number` its own once it is sent."""
    language = reader.language
    _ = catalog(language).gettext
    body, spoken = choose(texts, language) or ("", language)
    own = Reader(spoken, reader.zone, reader.now)
    text = filled_in(body, event, own) if event else body.format_map(_Blank())
    ways: list[Choice] = []
    if event:
        ways.append(button(_("To the event"), OpenEvent(event.id)))
        if event.takes_registrations(reader.now):
            ways.append(button("✅ " + _("Sign up"), SignUp(event.id), beside=True))
    return Reply(
        honest(text, spoken, language),
        choices=(*ways, stop_button(language, number), *foot(language)),
        language=spoken,
        own_language=language,
    )


def trial(reply: Reply, language: str) -> Reply:
    """A notice as staff try it; without buttons, which would work for the group where they stand."""
    return replace(reply, text=f"TEST ({language})\n\n{reply.text}", choices=())


def corrected(reply: Reply, day: str, language: str) -> Reply:
    """A notice that takes the place of an earlier one; `day` is when it was corrected."""
    _ = catalog(language).gettext
    note = _("Corrected on {day}.").format(day=day)
    return replace(reply, text=f"{note}\n\n{reply.text}")


def withdrawn(language: str) -> Reply:
    """What stands where a notice was taken back."""
    _ = catalog(language).gettext
    return Reply(_("We have taken this notice back. It is no longer valid."), choices=foot(language), language=language)


class _Blank(dict[str, str]):
    """Fills in nothing: what a text was about is gone."""

    def __missing__(self, name: str) -> str:
        return ""


def _topic_button(topic: str, name: LocalText, is_subscribed: bool, language: str) -> Choice:
    return button(("✔ " if is_subscribed else "") + _name(name, language), Subscribe(topic, not is_subscribed))


def _more_ways(language: str) -> tuple[Choice, ...]:
    _ = catalog(language).gettext
    pause = button(_("Pause"), RunCommand(Command.PAUSE))
    return (pause, button(_("End all"), RunCommand(Command.STOP), beside=True))


def _pauses(language: str) -> list[Choice]:
    ngettext = catalog(language).ngettext
    names = [ngettext("{count} week", "{count} weeks", days // 7).format(count=days // 7) for days in PAUSES]
    pairs = enumerate(zip(names, PAUSES, strict=True))
    return [button(name, Pause(days), beside=place > 0) for place, (name, days) in pairs]


def _name(name: LocalText, language: str) -> str:
    chosen = choose(name, language)
    return chosen[0] if chosen else ""
