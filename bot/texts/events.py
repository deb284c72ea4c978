"""What residents read about events: when and where they are, lists, and cards with what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton

from bot.domain.actions import (
    PERIODS,
    OpenEvent,
    OpenEvents,
    OpenMenu,
    OpenTopics,
    Remind,
    SaveEvent,
    SignOff,
    SignUp,
    TakeOffer,
)
from bot.domain.actions import Need as NeedAction
from bot.domain.events import Event, EventState, Help
from bot.domain.languages import choose, isolate
from bot.domain.leads import Lead
from bot.domain.messages import Choice, Fact, Reply
from bot.domain.places import map_link
from bot.domain.registrations import Registration, RegistrationState
from bot.texts.buttons import button, foot
from bot.texts.catalog import catalog
from bot.texts.hours import clock
from bot.texts.wording import honest
from knowledge.dates import Span
from knowledge.entry import base_language

MOST_LISTED = 12
"""Events of one list; the rest is found by a period."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it, and when."""

    language: str
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a resident stands to an event."""

    registration: Registration | None = None
    leads: Sequence[Lead] = ()
    """When they want to be reminded, besides the reminders for all who are coming."""
    seats_left: int | None = None
    """None: any number, or nobody has to sign up."""


# --- When and where --------------------------------------------------------------------------------------------------


def moment(at: datetime, reader: Reader) -> str:
    """Weekday, date and time on the wall clock: "Dienstag, 9. Juni 2026, 18:00 Uhr"."""
    _ = catalog(reader.language).gettext
    local = at.astimezone(reader.zone)
    day = format_date(local.date(), "full", locale=base_language(reader.language))
    return _("{day}, {time}").format(day=day, time=_time(local, reader.language))


def span(event: Event, reader: Reader) -> str:
    """When it is: "Dienstag, 9. Juni 2026, 18 bis 20 Uhr"; two moments where it ends on another day."""
    if event.ends_at is None:
        return moment(event.starts_at, reader)
    _ = catalog(reader.language).gettext
    start, end = event.starts_at.astimezone(reader.zone), event.ends_at.astimezone(reader.zone)
    if start.date() != end.date():
        return _("{first} to {last}").format(first=moment(start, reader), last=moment(end, reader))
    times = _times(event, reader)
    return f"{format_date(start.date(), 'full', locale=base_language(reader.language))}, {times}"


def title_of(event: Event, language: str) -> str:
    """The event's title in the language, or the one there is."""
    title = choose(event.title, language)
    return title[0] if title else ""


def place_of(event: Event, language: str) -> str:
    """Where it is; empty where nobody said so."""
    place = choose(event.place or {}, language)
    return ", ".join(filter(None, [place[0] if place else "", event.address or ""]))


def _times(event: Event, reader: Reader) -> str:
    start = event.starts_at.astimezone(reader.zone)
    if event.ends_at is None or event.ends_at.astimezone(reader.zone).date() != start.date():
        return _time(start, reader.language)
    end = event.ends_at.astimezone(reader.zone)
    return (
        catalog(reader.language)
        .gettext("{start} to {end}")
        .format(start=clock(f"{start:%H:%M}", reader.language), end=clock(f"{end:%H:%M}", reader.language))
    )


def _time(local: datetime, language: str) -> str:
    """A time of day: "18 Uhr"."""
    return catalog(language).pgettext("time of day", "{time}").format(time=clock(f"{local:%H:%M}", language))


# --- Lists and cards -------------------------------------------------------------------------------------------------


def events(found: Sequence[Event], heading: str, reader: Reader) -> Reply:
    """What is on, by days; each event has a button."""
    _ = catalog(reader.language).gettext
    shown = found[:MOST_LISTED]
    days = [
        "\n".join([*_day_line(day, heading, reader.language), *(_line(event, reader) for event in some)])
        for day, some in groupby(shown, key=lambda event: event.starts_at.astimezone(reader.zone).date())
    ]
    if len(found) > len(shown):
        days.append(_("There is more. Choose a time, or write a day, for example “next Tuesday”."))
    buttons = [button(_label(event, reader), OpenEvent(event.id)) for event in shown]
    return Reply(
        "\n\n".join(days) if days else _("As far as I know, nothing is planned."),
        title=heading,
        choices=(*buttons, *periods(reader.language), *foot(reader.language, OpenMenu())),
        language=reader.language,
    )


def _day_line(day: date, heading: str, language: str) -> list[str]:
    """The day above its events, unless the list is called so."""
    named = format_date(day, "full", locale=base_language(language))
    return [] if named == heading else [named]


def heading(days: Span | None, reader: Reader) -> str:
    """What a list shows: a day, some days, or all that is to come."""
    _ = catalog(reader.language).gettext
    if days is None or days.is_open:
        return _("What is on")
    first, last = (format_date(day, "full", locale=base_language(reader.language)) for day in (days.first, days.last))
    return first if days.first == days.last else _("{first} to {last}").format(first=first, last=last)


def own_heading(language: str) -> str:
    """What a list of one's own events is called."""
    return catalog(language).gettext("You are signed up for")


def periods(language: str) -> tuple[Choice, ...]:
    """Buttons for the times that are asked for most, and for the topics to subscribe to."""
    _ = catalog(language).gettext
    names = {"today": _("Today"), "tomorrow": _("Tomorrow"), "weekend": _("Weekend"), "week": _("This week")}
    buttons = [button(names[period], OpenEvents(period), beside=place > 0) for place, period in enumerate(PERIODS)]
    more = button(_("All events"), OpenEvents())
    return (*buttons, more, button("🔔 " + _("Get notices"), OpenTopics(), beside=True))


def event(one: Event, standing: Standing, reader: Reader) -> Reply:
    """The card of an event, with what the resident can do about it."""
    language = reader.language
    _ = catalog(language).gettext
    description = choose(one.description or {}, language)
    spoken = description[1] if description else language
    text = honest(description[0], spoken, language) if description else ""
    lead = _state_of(one, standing, reader)
    return Reply(
        "\n\n".join(filter(None, [lead, text])) or _("Nothing more is known yet."),
        title=title_of(one, language),
        facts=facts_of(one, standing, reader),
        choices=(*_ways(one, standing, reader), *foot(language, OpenEvents())),
        language=spoken,
        own_language=language,
    )


def with_dates(card: Reply, dates: Sequence[Event], reader: Reader) -> Reply:
    """The card of an entry with a button for each of the next dates of what it describes."""
    buttons = tuple(button("📅 " + _label(one, reader), OpenEvent(one.id)) for one in dates)
    return replace(card, choices=(*buttons, *card.choices)) if buttons else card


def no_event(language: str) -> Reply:
    """There is no such event (any more)."""
    _ = catalog(language).gettext
    return Reply(
        _("This event does not exist any more. You can find others here:"),
        choices=(*periods(language), *foot(language)),
        language=language,
    )


def facts_of(one: Event, standing: Standing, reader: Reader) -> tuple[Fact, ...]:
    """When, where, with what help, and how many seats are left."""
    _ = catalog(reader.language).gettext
    facts = [Fact(_("When"), span(one, reader))]
    if place := place_of(one, reader.language):
        facts.append(Fact(_("Where"), place, map_link(one.address, None) if one.address else None))
    if one.help:
        facts.append(Fact(_("Help there"), ", ".join(help_name(each, reader.language) for each in one.help)))
    if standing.seats_left is not None and not standing.registration and one.takes_registrations(reader.now):
        left = str(standing.seats_left) if standing.seats_left else _("none; there is a waiting list")
        facts.append(Fact(_("Free seats"), left))
    return tuple(facts)


def _state_of(one: Event, standing: Standing, reader: Reader) -> str:
    """What matters before everything else: cancelled, over, signed up."""
    _ = catalog(reader.language).gettext
    if one.state is EventState.CANCELLED:
        return _("This event is cancelled. It will not take place.")
    if one.is_over(reader.now):
        return _("This event is over.")
    return status(standing.registration, reader) if standing.registration else ""


def status(registration: Registration, reader: Reader) -> str:
    """How a registration stands, in words."""
    ngettext, _ = catalog(reader.language).ngettext, catalog(reader.language).gettext
    seats = registration.seats
    if registration.state is RegistrationState.CONFIRMED:
        told = ngettext("You are signed up: {seats} seat.", "You are signed up: {seats} seats.", seats)
        return told.format(seats=seats)
    if registration.state is RegistrationState.OFFERED:
        until = moment(registration.offer_until, reader) if registration.offer_until else ""
        told = ngettext(
            "A seat is free for you. It is kept until {until}.",
            "{seats} seats are free for you. They are kept until {until}.",
            seats,
        )
        return told.format(seats=seats, until=isolate(until, reader.language))
    return _("All seats are taken. You are on the waiting list, place {place}.").format(place=registration.place)


def _ways(one: Event, standing: Standing, reader: Reader) -> list[Choice]:
    """What can be done about an event, the likeliest first."""
    _ = catalog(reader.language).gettext
    if one.state is not EventState.PUBLISHED or one.is_over(reader.now):
        return []
    ways: list[Choice] = []
    mine = standing.registration
    if mine:
        ways += _own_ways(one, mine, reader.language)
    elif one.takes_registrations(reader.now):
        ways.append(button("✅ " + _("Sign up"), SignUp(one.id)))
    if not one.has_begun(reader.now):
        ways.append(button("⏰ " + _("Remind me"), Remind(one.id), beside=bool(ways) and not mine))
    ways.append(button("📅 " + _("Save in calendar"), SaveEvent(one.id), beside=bool(mine)))
    return ways


def _own_ways(one: Event, mine: Registration, language: str) -> list[Choice]:
    _ = catalog(language).gettext
    if mine.state is RegistrationState.OFFERED:
        yes = button("✅ " + _("Yes, I am coming"), TakeOffer(one.id))
        return [yes, button(_("No, not any more"), SignOff(one.id), beside=True)]
    needs = [
        button(("✔ " if each in mine.needs else "") + need_name(each, language), NeedAction(one.id, each.value))
        for each in one.help
    ]
    change = button(_("Change number of seats"), SignUp(one.id))
    return [*needs, change, button(_("I am not coming"), SignOff(one.id), beside=True)]


def help_name(each: Help, language: str) -> str:
    """What is offered so that everyone can take part."""
    _ = catalog(language).gettext
    return {
        Help.INTERPRETER: _("interpreter"),
        Help.CHILD_CARE: _("child care"),
        Help.STEP_FREE: _("step-free access"),
    }[each]


def need_name(each: Help, language: str) -> str:
    """The same, said by who needs it."""
    _ = catalog(language).gettext
    return {
        Help.INTERPRETER: _("I need an interpreter"),
        Help.CHILD_CARE: _("I am bringing children"),
        Help.STEP_FREE: _("I need step-free access"),
    }[each]


def _line(one: Event, reader: Reader) -> str:
    place = place_of(one, reader.language)
    what = isolate(title_of(one, reader.language), reader.language)
    return f"• {_times(one, reader)}: {what}" + (f" ({isolate(place, reader.language)})" if place else "")


def _label(one: Event, reader: Reader) -> str:
    local = one.starts_at.astimezone(reader.zone)
    day = format_skeleton("MMMEd", local.date(), locale=base_language(reader.language))
    return f"{day} · {title_of(one, reader.language)}"
