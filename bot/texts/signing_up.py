"""What residents read when they sign up for an event, sign off, or want to be reminded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.actions import OpenEvent, OpenEvents, Remind, SignUp
from bot.domain.events import MOST_SEATS, Event
from bot.domain.leads import Lead
from bot.domain.messages import Choice, File, Reply
from bot.domain.registrations import Refusal, RegistrationState
from bot.texts.buttons import button, foot
from bot.texts.catalog import catalog
from bot.texts.events import Reader, Standing, event, span, status, title_of

SEATS_OFFERED = range(1, 7)
"""Numbers of seats that have buttons."""

LEADS_OFFERED = (Lead(elapsed=timedelta(hours=1)), Lead(in_the_morning=True), Lead(days=1), Lead(days=3))


def ask_seats(one: Event, reader: Reader) -> Reply:
    """How many people are coming."""
    language = reader.language
    _ = catalog(language).gettext
    most = min(SEATS_OFFERED[-1], one.capacity or MOST_SEATS)
    seats = [button(str(number), SignUp(one.id, number), beside=number > 1) for number in range(1, most + 1)]
    return _about(
        one, _("How many seats do you need? Count yourself too. You do not have to give your name."), seats, language
    )


def signed_up(one: Event, standing: Standing, reader: Reader) -> Reply:
    """A registration, or a change of one; with all that is needed to come, because a reminder may be too late."""
    _ = catalog(reader.language).gettext
    card = event(one, standing, reader)
    mine = standing.registration
    if mine is None:
        return card
    text = [status(mine, reader)]
    if mine.state is RegistrationState.WAITING:
        text.append(_("I will write to you as soon as a seat is free. You do not have to do anything."))
    elif one.help:
        text.append(_("Do you need any of these? Just tap it."))
    return replace(card, text="\n".join(text), language=reader.language, own_language="")


def signed_off(one: Event, was_signed_up: bool, reader: Reader) -> Reply:
    """Not coming after all; one tap brings it back."""
    language = reader.language
    _ = catalog(language).gettext
    text = _("You are not signed up any more. Thank you for telling us: somebody else gets the seat.")
    label = _("Sign up again") if was_signed_up else _("Sign up")
    again = [button(label, SignUp(one.id))] if one.takes_registrations(reader.now) else []
    return _about(one, text if was_signed_up else _("You are not signed up for this event."), again, language)


def refused(one: Event, reason: Refusal, reader: Reader) -> Reply:
    """Why something cannot be done, and what can."""
    language = reader.language
    _ = catalog(language).gettext
    most = min(MOST_SEATS, one.capacity or MOST_SEATS)
    why = {
        Refusal.OVER: _("That is not possible any more: the event has begun, is over or is cancelled."),
        Refusal.NO_SIGN_UP: _("You do not have to sign up for this event. Just come."),
        Refusal.TOO_MANY_SEATS: _(
            "There are not that many seats. One person can have {most} at most. If you need more, please ask the team."
        ),
        Refusal.REMINDER_TOO_LATE: _("It is too late for this reminder. Please choose a shorter time."),
        Refusal.NO_OFFER: _("The seat is not kept for you any more. You can sign up again."),
    }
    return Reply(
        why[reason].format(most=most),
        title=title_of(one, language),
        choices=(button(_("To the event"), OpenEvent(one.id)), *foot(language, OpenEvents())),
        language=language,
    )


def ask_lead(one: Event, standing: Standing, reader: Reader) -> Reply:
    """When to be reminded."""
    language = reader.language
    _ = catalog(language).gettext
    leads = [
        button(("✔ " if lead in standing.leads else "") + lead_name(lead, language), Remind(one.id, str(lead)))
        for lead in LEADS_OFFERED
    ]
    none = [button(_("No reminder"), Remind(one.id, "-"))] if standing.leads else []
    return _about(one, _("When shall I remind you?"), [*leads, *none], language)


def will_remind(one: Event, lead: Lead, reader: Reader) -> Reply:
    """A reminder is planned."""
    language = reader.language
    _ = catalog(language).gettext
    told = _("I will remind you: {lead}.").format(lead=lead_name(lead, language))
    none = button(_("No reminder"), Remind(one.id, "-"))
    return _about(one, f"{told}\n{span(one, reader)}", [none], language)


def no_reminder(one: Event, reader: Reader) -> Reply:
    """A resident's own reminders are taken back."""
    language = reader.language
    _ = catalog(language).gettext
    again = button("⏰ " + _("Remind me"), Remind(one.id))
    text = _("I will not remind you of it. If you are signed up, you get the usual reminders.")
    return _about(one, text, [again], language)


def lead_name(lead: Lead, language: str) -> str:
    """How long before it starts, in words."""
    _, ngettext = catalog(language).gettext, catalog(language).ngettext
    if lead.in_the_morning:
        return _("on the morning of the event")
    hours, minutes = divmod(int(lead.elapsed.total_seconds()) // 60, 60)
    parts = []
    if lead.days:
        parts.append(ngettext("{count} day before", "{count} days before", lead.days).format(count=lead.days))
    if hours:
        parts.append(ngettext("{count} hour before", "{count} hours before", hours).format(count=hours))
    if minutes:
        parts.append(ngettext("{count} minute before", "{count} minutes before", minutes).format(count=minutes))
    return ", ".join(parts) or _("when it starts")


def calendar_file(one: Event, content: bytes, language: str) -> Reply:
    """The event as a file that calendars read."""
    _ = catalog(language).gettext
    return Reply(
        _("Open this file to put the date into your calendar."),
        title=title_of(one, language),
        file=File(f"{one.starts_at:%Y-%m-%d}-{one.id}.ics", "text/calendar", content),
        choices=foot(language, OpenEvent(one.id)),
        language=language,
    )


def _about(one: Event, text: str, ways: Sequence[Choice], language: str) -> Reply:
    """A message about an event, with ways on and the one back to its card."""
    choices = (*ways, *foot(language, OpenEvent(one.id)))
    return Reply(text, title=title_of(one, language), choices=choices, language=language)
