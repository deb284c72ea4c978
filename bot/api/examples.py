"""An example of each body, for the description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Any] = {
    "ChatMessage": {"text": "Wo melde ich Sperrmüll an?", "language": "de"},
    "NewTopic": {"name": {"de": "Wohnen & Miete", "tr": "Konut"}},
    "NewEvent": {
        "title": {"de": "Bürgerforum", "tr": "Mahalle toplantısı"},
        "place": "Quartiersbüro",
        "starts_at": "2026-12-01T18:00:00+01:00",
        "ends_at": "2026-12-01T20:00:00+01:00",
        "participation": True,
        "capacity": 40,
        "topics": [],
        "reminders": ["P1D", "PT2H"],
    },
    "EventChange": {"starts_at": "2026-12-02T18:00:00+01:00", "place": "Kulturzentrum"},
    "Cancellation": {"whole_series": False},
    "Aftermath": {"attendance": 31, "summary": "Der Spielplatz wird im Frühjahr gebaut."},
    "NewBroadcast": {
        "texts": {"de": "Am Samstag ist Hoffest.", "tr": "Cumartesi avlu şenliği var."},
        "topics": [],
        "languages": [],
        "draft": True,
    },
    "Change": {"texts": {"de": "Am Sonntag ist Hoffest."}, "send_at": "2026-12-01T10:00:00+01:00"},
    "Approval": {"may_repeat": False},
    "NewRecurring": {
        "texts": {"de": "Heute ist Café.", "tr": "Bugün kafe var."},
        "first": "2026-12-03T10:00:00",
        "every": "week",
        "until": "2027-06-24",
        "skip": ["2026-12-24", "2026-12-31"],
        "topics": [],
    },
    "RecurringApproval": {"count": 120},
    "SkippedDay": {"day": "2027-01-07", "again": False},
    "Correction": {"texts": "Das Hoffest beginnt um 15 Uhr."},
}
"""Name of the shape -> a body; entries and questions have theirs beside their fields."""
