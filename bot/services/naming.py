"""What people call the things that figures are counted by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.figures import Figure
from bot.domain.languages import choose
from bot.services import library
from bot.services.statistics import Counts
from bot.storage.database import in_parts
from bot.storage.tables import BroadcastRow, EventRow, TopicRow, WordingRow
from knowledge.entry import DEFAULT_LANGUAGE, LocalText

LONGEST_OPENING = 60
"""Characters of the first words of a notice, which has no title."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Something of one day."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """What is called how; what was deleted meanwhile is not there."""

    entries: Mapping[str, str]
    topics: Mapping[str, str]
    """Also the parts of the menu that consist of one topic of entries."""
    events: Mapping[str, Dated]
    notices: Mapping[str, Dated]


def names(db: Session, counts: Counts, language: str, zone: ZoneInfo) -> Names:
    """The names of all that the numbers of a period are divided into."""
    return Names(
        entries=_entries(db, {*counts.part(Figure.GIVEN), *counts.part(Figure.UNMET)}, language),
        topics=_topics(db, language),
        events=_events(db, counts.part(Figure.HELD), language, zone),
        notices=_notices(db, counts.part(Figure.RECIPIENTS), language, zone),
    )


def _entries(db: Session, ids: Iterable[str], language: str) -> dict[str, str]:
    titles: dict[str, dict[str, str]] = {}
    for part in in_parts(sorted(ids)):
        found = select(WordingRow.entry_id, WordingRow.language, WordingRow.title).where(WordingRow.entry_id.in_(part))
        for entry_id, code, title in db.execute(found.order_by(WordingRow.entry_id, WordingRow.language)):
            if title:
                titles.setdefault(entry_id, {})[code] = title
    return {entry_id: _text(each, language) for entry_id, each in titles.items()}


def _topics(db: Session, language: str) -> dict[str, str]:
    sections = library.town_facts(db).get("sections", {}).values()
    alone = {one["topics"][0]: _text(one["name"], language) for one in sections if len(one["topics"]) == 1}
    return alone | {row.id: _text(row.name, language) for row in db.scalars(select(TopicRow))}


def _events(db: Session, numbers: Iterable[str], language: str, zone: ZoneInfo) -> dict[str, Dated]:
    found: dict[str, Dated] = {}
    for part in in_parts(sorted(map(int, numbers))):
        for row in db.scalars(select(EventRow).where(EventRow.id.in_(part))):
            found[str(row.id)] = Dated(_day(row.starts_at, zone), _text(row.title, language))
    return found


def _notices(db: Session, numbers: Iterable[str], language: str, zone: ZoneInfo) -> dict[str, Dated]:
    found: dict[str, Dated] = {}
    for part in in_parts(sorted(map(int, numbers))):
        for row in db.scalars(select(BroadcastRow).where(BroadcastRow.id.in_(part))):
            day = _day(row.started_at or row.created_at, zone)
            found[str(row.id)] = Dated(day, _opening(_text(row.texts, language)))
    return found


def _opening(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_OPENING else f"{words[:LONGEST_OPENING].rstrip()} …"


def _text(texts: LocalText, language: str) -> str:
    found = choose(texts, language)
    return found[0] if found else texts.get(DEFAULT_LANGUAGE, "")


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
