"""What the quarter of the web tests knows besides the small quarter: other languages, a list, a long answer, a file's
worth of links."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.entry import OFFER, TOPIC, Entry, Phone
from tests import small_quarter

ARABIC = Entry(
    "arabisch",
    kind=OFFER,
    title={"ar": "دورة اللغة الألمانية"},
    text={"ar": "يمكنك تعلم الألمانية هنا.\n\n• صباحا\n• مساء"},
    phrasings={"ar": ("أين أتعلم اللغة الألمانية؟", "دورة لغة ألمانية")},
    phones=(Phone("0231 00000000"),),
    address="Musterplatz 3, 44000 Musterstadt",
)
ARABIC_QUESTION = "أين أتعلم اللغة الألمانية؟"

ENGLISH = Entry(
    "englisch",
    kind=OFFER,
    title={"de": "Sprachcafé", "en": "Language café"},
    text={"de": "Hier treffen sich alle.", "en": "Everybody meets here."},
    phrasings={"de": ("Wo ist das Sprachcafé?",), "en": ("Where is the language café?",)},
)

LIST = Entry(
    "liste",
    kind=TOPIC,
    title={"de": "Umzug"},
    text={"de": "Das brauchen Sie:\n• einen Ausweis\n• die <b>Bestätigung</b> & etwas Zeit\n\nDann zum Amt."},
    phrasings={"de": ("Ich ziehe um", "Umzug melden")},
    link="https://www.example.org/umzug/bescheinigung-des-wohnungsgebers.html",
    mail="umzug@example.org",
    cost={"de": "kostenlos"},
    checked_on=date(2026, 5, 1),
)

LONG = Entry(
    "lang",
    kind=TOPIC,
    title={"de": "Hausordnung"},
    text={"de": "\n\n".join(f"Absatz {number}: " + "Bitte lesen Sie das in Ruhe. " * 6 for number in range(12))},
    phrasings={"de": ("Was steht in der Hausordnung?",)},
)

FACTS: dict[str, Any] = small_quarter.FACTS | {
    "name": {"de": "Lotse Musterstadt", "en": "Musterstadt guide"},
    "area": {"de": "Nordviertel"},
    "greeting": {"de": "Moin! Was möchten Sie wissen?", "en": "Hello! What would you like to know?"},
    "examples": {"de": ["Hund anmelden", "Wo kann ich Bücher leihen?"], "en": ["Where is the language café?"]},
}

ENTRIES = (*small_quarter.ENTRIES, ARABIC, ENGLISH, LIST, LONG)

CLARIFIED = "Hund"
"""A question that is asked back about."""

EMERGENCY = "Hilfe, es brennt im Keller!"
