"""The card of an entry: its text, and what staff wrote into its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from bot.domain.languages import choose
from bot.domain.menu import title_of
from bot.domain.messages import Fact
from bot.domain.opening import LocalTime
from bot.domain.places import map_link
from bot.texts.catalog import EASY, catalog
from bot.texts.hours import open_state, opening_hours
from knowledge.commands import Attribute
from knowledge.entry import DEFAULT_LANGUAGE, TOPIC, Entry, LocalText, Phone, base_language

Line = tuple[Attribute | None, Fact]
"""A line of a card, and the question that it answers."""

WAYS = (Attribute.PHONE, Attribute.MAIL, Attribute.PLACE)
"""What tells how to reach somebody."""

TO_REACH = (*WAYS, Attribute.HOURS)
"""What tells how to reach somebody, and when."""


def card(entry: Entry, language: str, now: LocalTime) -> list[Line]:
    """What is known of an entry, a line for each field, the most needed first; `now` tells whether it is open."""
    _ = catalog(language).gettext
    lines = [
        *_worded(Attribute.HOURS, _("When"), entry.when, language),
        *((Attribute.PHONE, _phone(phone, language)) for phone in entry.phones),
        *_hours(entry, language, now),
        *_place(entry, language),
        *_plain(Attribute.MAIL, _("E-mail"), entry.mail, f"mailto:{entry.mail}"),
        *_worded(Attribute.COST, _("Cost"), entry.cost, language),
        *_worded(None, _("For"), entry.audience, language),
        *_worded(Attribute.ACCESS, _("Accessibility"), entry.accessibility, language),
    ]
    if entry.languages:
        names = ", ".join(language_name(code, language) for code in entry.languages)
        lines.append((Attribute.LANGUAGE, Fact(_("Languages"), names)))
    lines += _plain(Attribute.WEB, _("Internet"), entry.link, entry.link)
    if entry.call_first and entry.kind != TOPIC:
        lines.append((None, Fact(_("Please note"), _("Please call before you go. Something may have changed."))))
    return [*lines, *_checked(entry, language)]


def contact_lines(contacts: Sequence[Entry], language: str) -> list[Line]:
    """How to reach each office: its number under its name, then where it is, or its mail where it has no number."""
    lines: list[Line] = []
    for contact in contacts:
        name = title_of(contact, language)
        lines += [(Attribute.PHONE, Fact(name, phone.number, dial(phone.number))) for phone in contact.phones[:1]]
        if contact.mail and not contact.phones:
            lines.append((Attribute.MAIL, Fact(name, contact.mail, f"mailto:{contact.mail}")))
        if contact.address:
            link = map_link(contact.address, contact.position)
            lines.append((Attribute.PLACE, Fact(name, contact.address, link)))
    return lines


def facts_of(lines: Sequence[Line]) -> tuple[Fact, ...]:
    """The lines as they stand on a card."""
    return tuple(fact for _attribute, fact in lines)


def dial(number: str) -> str | None:
    """A tel: link for a German number; None where it does not look like one. Source: RFC 3966."""
    if re.search(r"\d\W*[^\W\d_]+\W*\d", number):
        return None  # two numbers in one
    spoken = re.sub(r"\([^)]*[^\W\d][^)]*\)", "", number)  # "110 (Polizei)"
    digits = re.sub(r"^00", "+", re.sub(r"[^\d+]", "", spoken))
    if not re.fullmatch(r"\+?\d{3,15}", digits):
        return None
    return "tel:" + re.sub(r"^0", "+49", digits)


def language_name(code: str, language: str) -> str:
    """The name of a language in another, "Türkisch" for "tr" in German; the code where there is no name."""
    if code == EASY:
        name = language_name(DEFAULT_LANGUAGE, language)
        return catalog(language).gettext("{name} (simple)").format(name=name)
    try:
        return Locale.parse(code).get_display_name(base_language(language)) or code
    except (UnknownLocaleError, ValueError):
        return code


def _hours(entry: Entry, language: str, now: LocalTime) -> Iterator[Line]:
    _ = catalog(language).gettext
    if not entry.opening_hours:
        return
    # Where the season is told in words ("April bis Oktober"), the week alone does not tell what is open.
    state = None if entry.when else now.state_of(entry.opening_hours)
    if state:
        yield Attribute.HOURS, Fact(_("Today"), open_state(state, now.moment, now.zone, language))
    if hours := opening_hours(entry.opening_hours, language):
        yield Attribute.HOURS, Fact(_("Open"), hours)


def _place(entry: Entry, language: str) -> Iterator[Line]:
    _ = catalog(language).gettext
    if entry.address:
        yield Attribute.PLACE, Fact(_("Address"), entry.address, map_link(entry.address, entry.position))


def _checked(entry: Entry, language: str) -> Iterator[Line]:
    """When staff last confirmed it, or how old its source is: residents should know."""
    _ = catalog(language).gettext
    if entry.checked_on:
        day = format_date(entry.checked_on, "long", locale=base_language(language))
        yield None, Fact(_("Checked on"), day)
    elif entry.as_of:
        yield None, Fact(_("Information from"), entry.as_of)


def _plain(attribute: Attribute, label: str, value: str | None, link: str | None) -> Iterator[Line]:
    if value:
        yield attribute, Fact(label, value, link)


def _worded(attribute: Attribute | None, label: str, texts: LocalText, language: str) -> Iterator[Line]:
    if text := choose(texts, language):
        yield attribute, Fact(label, text[0])


def _phone(phone: Phone, language: str) -> Fact:
    _ = catalog(language).gettext
    label = choose(phone.label, language)
    name = _("Phone ({purpose})").format(purpose=label[0]) if label else _("Phone")
    return Fact(name, phone.number, dial(phone.number))
