"""The knowledge of a very small quarter: enough for every kind of conversation."""

from __future__ import annotations

from typing import Any

from bot.services import library
from knowledge.entry import (
    CONTACT_POINT,
    DECLINE,
    OFFER,
    WEEKDAYS,
    Entry,
    OpeningHours,
    OpenTime,
    Phone,
    Position,
)
from tests.conftest import TestTown

OFFICE = Entry(
    "buero",
    kind=CONTACT_POINT,
    title={"de": "Quartiersbüro"},
    text={"de": "Hier sitzt das Team."},
    phrasings={"de": ("Wo ist das Quartiersbüro?",)},
    phones=(Phone("0231 00000000"),),
    address="Musterplatz 1, 44000 Musterstadt",
    position=Position(51.55, 7.38),
    opening_hours=OpeningHours(weekly=(OpenTime(WEEKDAYS[:5], "09:00", "17:00"),)),
)
LIBRARY = Entry(
    "buecherei",
    kind=CONTACT_POINT,
    title={"de": "Bücherei"},
    text={"de": "Lesen und leihen."},
    phrasings={"de": ("Wo kann ich Bücher leihen?", "Gibt es eine Bibliothek?")},
    address="Musterplatz 2, 44000 Musterstadt",
    position=Position(51.56, 7.39),
    opening_hours=OpeningHours(weekly=(OpenTime(("sat",), "10:00", "14:00"),)),
    cost={"de": "kostenlos"},
    topics=("lesen",),
)
REGISTER = Entry(
    "anmelden",
    kind=OFFER,
    title={"de": "Hund anmelden"},
    text={"de": "Im Amt."},
    phrasings={"de": ("Hund anmelden",)},
    cost={"de": "10 Euro"},
    contact=("buero",),
    topics=("tiere",),
)
CANCEL = Entry(
    "abmelden",
    kind=OFFER,
    title={"de": "Hund abmelden"},
    text={"de": "Per Post."},
    phrasings={"de": ("Hund abmelden",)},
    topics=("tiere",),
    related=("anmelden",),
)
NO_WEATHER = Entry(
    "wetter",
    kind=DECLINE,
    title={"de": "Wetter"},
    text={"de": "Das Wetter kenne ich nicht."},
    phrasings={"de": ("Wie wird das Wetter?", "Regnet es morgen?", "Wetterbericht")},
)

ENTRIES = (OFFICE, LIBRARY, REGISTER, CANCEL, NO_WEATHER)

FACTS: dict[str, Any] = {
    "office": {"entry": "buero"},
    "greeting": {"de": "Moin!"},
    "sections": {"tiere": {"name": {"de": "Tiere"}, "topics": ["tiere"]}},
}


async def furnish(town: TestTown) -> TestTown:
    """Make a town this quarter."""
    await town.database.write(library.put_town_facts, FACTS)
    await town.learns(*ENTRIES)
    return town


UNKNOWN = "Quantenphysik der Gartenzwerge"
"""A question that no entry answers."""
