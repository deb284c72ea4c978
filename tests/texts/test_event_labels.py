"""The day on the button of an event, as people write it in each language."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.events import Event
from bot.texts.catalog import offered
from bot.texts.events import Reader, events

MEETING = Event(7, {"de": "Nähcafé"}, datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
LABELS = {
    "de": "So., 22. Nov. · Nähcafé",
    "de-easy": "So., 22. Nov. · Nähcafé",
    "en": "Sun, Nov 22 · Nähcafé",
    "tr": "22 Kas Paz · Nähcafé",
    "ar": "الأحد، 22 نوفمبر · Nähcafé",
    "ru": "вс, 22 нояб. · Nähcafé",
    "uk": "нд, 22 лист. · Nähcafé",
    "pl": "niedz., 22 lis · Nähcafé",
    "ro": "dum., 22 nov. · Nähcafé",
    "bg": "нд, 22.11 · Nähcafé",
    "fr": "dim. 22 nov. · Nähcafé",
}


@pytest.mark.parametrize("language", offered())
def test_a_button_says_the_day_as_the_language_writes_it(language: str) -> None:
    reader = Reader(language, ZoneInfo("Europe/Berlin"), datetime(2026, 11, 1, tzinfo=UTC))
    assert events([MEETING], "", reader).choices[0].label == LABELS[language]
