"""How people of the office call what an entry is made of."""

from __future__ import annotations

from typing import Any

from bot.console.page import Visit
from bot.texts.cards import language_name
from bot.texts.hours import opening_hours
from knowledge.entry import CONTACT_POINT, DECLINE, EVENT, KNOWN_KINDS, OFFER, TOPIC, Entry
from knowledge.record import read_record

KINDS = {
    OFFER: "Offer",
    CONTACT_POINT: "Contact point",
    EVENT: "Event without a date",
    TOPIC: "Topic",
    DECLINE: "Not for the bot",
}
"""In English, as in the catalog."""

FIELDS = {
    "kind": "Kind",
    "state": "State",
    "title": "Title",
    "text": "Answer",
    "phrasings": "Phrasings",
    "keywords": "Keywords",
    "address": "Address",
    "position": "Place on the map",
    "phone": "Phone numbers",
    "mail": "E-mail",
    "link": "Internet address",
    "opening_hours": "Opening hours",
    "when": "When it is",
    "cost": "Cost",
    "audience": "For whom",
    "accessibility": "Accessibility",
    "languages": "Languages spoken",
    "contact": "Contact points",
    "call_first": "Call first",
    "topics": "Topics",
    "related": "Related entries",
    "valid_from": "Valid from",
    "valid_to": "Valid until",
    "source": "Source",
    "as_of": "Source is of",
    "checked_on": "Checked on",
    "next_check_on": "Look again on",
}

STATES = {"published": "Published", "draft": "Draft", "archived": "Archived"}


def kind(visit: Visit, name: str) -> str:
    """What a kind is called; kinds that nobody knows keep their name."""
    return visit.tr(KINDS[name]) if name in KINDS else name


def kinds(visit: Visit, present: list[str]) -> list[tuple[str, str]]:
    """The kinds to choose from: those that are known, and those that stand in entries."""
    return [(name, kind(visit, name)) for name in dict.fromkeys([*KNOWN_KINDS, *present])]


def field(visit: Visit, name: str, language: str = "") -> str:
    """What a field is called, with its language where it has one."""
    label = visit.tr(FIELDS[name]) if name in FIELDS else name
    return f"{label} ({language_name(language, visit.language)})" if language else label


def value(visit: Visit, name: str, given: Any) -> str:
    """A value of a record as people read it; several lines where it has parts."""
    if given is None:
        return ""
    if given is True or given is False:
        return visit.tr("Yes") if given else visit.tr("No")
    if name == "kind":
        return kind(visit, given)
    if name == "state":
        return visit.tr(STATES[given])
    if name in ("opening_hours", "phone"):
        return _typed(visit, name, read_record({"id": "-", name: given}))
    if isinstance(given, list):
        return "\n".join(str(each) for each in given)
    if isinstance(given, dict):
        return ", ".join(str(each) for each in given.values())
    return str(given)


def _typed(visit: Visit, name: str, entry: Entry) -> str:
    if name == "opening_hours" and entry.opening_hours:
        return opening_hours(entry.opening_hours, visit.language)
    return "\n".join(" – ".join([phone.number, *phone.label.values()]) for phone in entry.phones)
