"""One function for each message a resident can get.

Texts of the town (entries, greeting) come in as values; everything else is worded here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from babel import Locale, UnknownLocaleError

from bot.domain.languages import choose
from bot.domain.messages import Choice, Fact, Reply
from bot.domain.town import Town
from bot.texts.catalog import catalog
from bot.texts.hours import opening_hours
from knowledge.entry import Entry, Phone

LONGEST_LABEL = 60
"""Characters of a button's label; longer ones are cut off by messengers on a phone."""


def greeting(town: Town, language: str) -> Reply:
    """The first words."""
    _ = catalog(language).gettext
    own = choose(town.greeting, language)
    return Reply(own[0] if own else _("Hello! Ask me about your neighbourhood, in your own words."), language=language)


def answer(entry: Entry, contacts: Sequence[Entry], language: str, decision: str = "answer") -> Reply:
    """The card of an entry; `contacts` are the entries to call or visit about it."""
    title, text = choose(entry.title, language), choose(entry.text, language)
    return Reply(
        text=text[0] if text else "",
        title=title[0] if title else None,
        facts=tuple(_facts(entry, language) + _contact_facts(contacts, language)),
        decision=decision,
        entry_id=entry.id,
        language=text[1] if text else language,
    )


def emergency(entry: Entry | None, language: str) -> Reply:
    """The numbers that help now: the town's own card, or the bare numbers where it has none."""
    _ = catalog(language).gettext
    if entry:
        return answer(entry, (), language, "emergency")
    numbers = (("112", _("Fire brigade and ambulance")), ("110", _("Police")), ("0800 1110111", _("TelefonSeelsorge")))
    facts = tuple(Fact(name, number, _dial(number)) for number, name in numbers)
    text = _("Please call now. I cannot call for help.")
    return Reply(text, title=_("Emergency"), facts=facts, decision="emergency", language=language)


def clarify(options: Sequence[tuple[Entry, str]], none_action: str, language: str) -> Reply:
    """Ask which of a few entries is meant; each option is an entry and its button's action."""
    _ = catalog(language).gettext
    choices = [Choice(_label(entry, language), action) for entry, action in options]
    choices.append(Choice(_("None of these"), none_action))
    return Reply(_("Did you mean one of these?"), choices=tuple(choices), decision="clarify", language=language)


def decline(entry: Entry | None, contacts: Sequence[Entry], language: str) -> Reply:
    """Say honestly that the bot has no answer; `entry` describes what it is not for, where it is that."""
    _ = catalog(language).gettext
    own = choose(entry.text, language) if entry else None
    if own:
        text = own[0]
    elif contacts:
        text = _("I am sorry, I do not know that. Please ask the people here:")
    else:
        text = _("I am sorry, I do not know that.")
    facts = _contact_facts(contacts, language)
    return Reply(text, facts=tuple(facts), decision="decline", language=own[1] if own else language)


def none_of_these(contacts: Sequence[Entry], language: str) -> Reply:
    """After "none of these": do not ask the same again."""
    _ = catalog(language).gettext
    if contacts:
        text = _("What a pity. Please ask again in other words, or ask the people here:")
    else:
        text = _("What a pity. Please ask again in other words.")
    return Reply(text, facts=tuple(_contact_facts(contacts, language)), decision="decline", language=language)


def old_button(language: str) -> Reply:
    """A button that leads nowhere any more."""
    _ = catalog(language).gettext
    return Reply(_("This choice is no longer available. Please ask your question again."), language=language)


def too_long(language: str) -> Reply:
    """A message that is longer than anyone types."""
    _ = catalog(language).gettext
    text = _("That is more than I can read at once. Please ask in one or two sentences.")
    return Reply(text, decision="decline", language=language)


def only_text(language: str) -> Reply:
    """Something without words: a picture, a voice message, a sticker."""
    _ = catalog(language).gettext
    return Reply(_("I can only read text. Please write your question."), language=language)


def out_of_order(language: str) -> Reply:
    """When something broke on our side."""
    _ = catalog(language).gettext
    return Reply(_("Something went wrong here. Please try again in a moment."), language=language)


def _facts(entry: Entry, language: str) -> list[Fact]:
    _ = catalog(language).gettext
    facts: list[Fact] = []
    if when := choose(entry.when, language):
        facts.append(Fact(_("When"), when[0]))
    if entry.address:
        facts.append(Fact(_("Address"), entry.address))
    if entry.opening_hours and (hours := opening_hours(entry.opening_hours, language)):
        facts.append(Fact(_("Open"), hours))
    facts += [_phone(phone, language) for phone in entry.phones]
    if entry.mail:
        facts.append(Fact(_("E-mail"), entry.mail, f"mailto:{entry.mail}"))
    if cost := choose(entry.cost, language):
        facts.append(Fact(_("Cost"), cost[0]))
    if accessibility := choose(entry.accessibility, language):
        facts.append(Fact(_("Accessibility"), accessibility[0]))
    if entry.languages:
        facts.append(Fact(_("Languages"), ", ".join(_language_name(code, language) for code in entry.languages)))
    if entry.link:
        facts.append(Fact(_("Internet"), entry.link, entry.link))
    return facts


def _contact_facts(contacts: Sequence[Entry], language: str) -> list[Fact]:
    """One line for each office: its name as the label, and how to reach it."""
    _ = catalog(language).gettext
    facts: list[Fact] = []
    for contact in contacts:
        ways = [f"{_('Phone')} {phone.number}" for phone in contact.phones[:1]]
        ways += [way for way in (contact.address, None if contact.phones else contact.mail) if way]
        if ways:
            link = _dial(contact.phones[0].number) if contact.phones else None
            facts.append(Fact(_label(contact, language), ", ".join(ways), link))
    return facts


def _phone(phone: Phone, language: str) -> Fact:
    _ = catalog(language).gettext
    label = choose(phone.label, language)
    return Fact(
        _("Phone ({purpose})").format(purpose=label[0]) if label else _("Phone"), phone.number, _dial(phone.number)
    )


def _dial(number: str) -> str | None:
    """A tel: link for a German number; None where it does not look like one. Source: RFC 3966."""
    if re.search(r"\d\W*[^\W\d_]+\W*\d", number):
        return None  # two numbers in one
    spoken = re.sub(r"\([^)]*[^\W\d][^)]*\)", "", number)  # "110 (Polizei)"
    digits = re.sub(r"^00", "+", re.sub(r"[^\d+]", "", spoken))
    if not re.fullmatch(r"\+?\d{3,15}", digits):
        return None
    return "tel:" + re.sub(r"^0", "+49", digits)


def _label(entry: Entry, language: str) -> str:
    title = choose(entry.title, language)
    name = title[0] if title else entry.id
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1].rstrip() + "…"


def _language_name(code: str, language: str) -> str:
    try:
        return Locale.parse(code).get_display_name(language.partition("-")[0]) or code
    except (UnknownLocaleError, ValueError):
        return code
