"""Where the bot nearly helped: answers that did not, options that were not meant, a person asked for after an answer.

From what the bot did alone; nobody's words are needed for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session, aliased

from bot.domain.dialogue import MEMORY
from bot.domain.moves import AskTeam, GiveUp, move_name
from bot.storage.tables import TurnRow
from knowledge.commands import Command

LOOKED_BACK = timedelta(days=30)
MOST = 100
"""Lines of the list."""

MOST_LOOKED_AT = 2000
"""Turns of each kind that are counted, the newest: more take long and tell nothing new."""

_ASKS_A_PERSON = (move_name(AskTeam), Command.TEAM.value)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An entry, or entries that compete, and how often they did not help."""

    entry_ids: tuple[str, ...]
    """Several where they were offered together."""
    complaints: Mapping[str, int]
    """Why an answer did not help, empty for no reason given -> how often."""
    turned_down: int = 0
    """How often none of these options was meant."""
    person: int = 0
    """How often a person was asked for just after the answer."""

    @property
    def count(self) -> int:
        """All of it together."""
        return sum(self.complaints.values()) + self.turned_down + self.person


def listed(db: Session, now: datetime) -> list[NearMiss]:
    """The near misses of the last 30 days, the most frequent first."""
    since = now - LOOKED_BACK
    complaints: dict[tuple[str, ...], Counter[str]] = {}
    for entry_id, complaint, count in db.execute(_complaints(since)):
        complaints.setdefault((entry_id or "",), Counter())[complaint or ""] += count
    turned_down = Counter(dict(_turned_down(db, since)))
    asked = db.execute(_person(since))
    person: Counter[tuple[str, ...]] = Counter(
        (entry_id,) for entry_id, at, shown_at in asked if entry_id and at - shown_at <= MEMORY
    )
    found = [
        NearMiss(ids, complaints.get(ids, Counter()), turned_down[ids], person[ids])
        for ids in {*complaints, *turned_down, *person}
    ]
    return sorted(found, key=lambda one: (-one.count, one.entry_ids))[:MOST]


def _complaints(since: datetime) -> Select[str | None, str | None, int]:
    rows = select(TurnRow.entry_id, TurnRow.complaint, func.count()).where(TurnRow.entry_id.is_not(None))
    rows = rows.where(_newest(since, TurnRow.helped.is_(False)))
    return rows.group_by(TurnRow.entry_id, TurnRow.complaint)


def _turned_down(db: Session, since: datetime) -> Iterator[tuple[tuple[str, ...], int]]:
    """The entries that were offered together and not meant, sorted, and how often."""
    offered = cast(TurnRow.options, String)
    rows = select(offered, func.count()).where(_newest(since, TurnRow.move == move_name(GiveUp)))
    counts: Counter[tuple[str, ...]] = Counter()
    for options, count in db.execute(rows.group_by(offered)):
        ids: Sequence[str] = json.loads(options)
        counts[tuple(sorted(ids))] += count
    return ((ids, count) for ids, count in counts.items() if ids)


def _person(since: datetime) -> Select[str | None, datetime, datetime]:
    """Whose card was the last thing before a person was asked for, when that was, and when the card was shown."""
    before, older = aliased(TurnRow), aliased(TurnRow)
    newest = select(func.max(older.id)).where(older.conversation_id == TurnRow.conversation_id, older.id < TurnRow.id)
    rows = select(before.entry_id, TurnRow.at, before.at).select_from(TurnRow)
    rows = rows.join(before, before.id == newest.correlate(TurnRow).scalar_subquery())
    return rows.where(_newest(since, TurnRow.move.in_(_ASKS_A_PERSON)), before.entry_id.is_not(None))


def _newest(since: datetime, kind: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a turn is among the newest of a kind."""
    numbers = select(TurnRow.id).where(kind, TurnRow.at >= since).order_by(TurnRow.at.desc()).limit(MOST_LOOKED_AT)
    return TurnRow.id.in_(numbers.correlate(None))
