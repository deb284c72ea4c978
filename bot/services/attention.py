"""What needs somebody of the office now: the console's first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.cases import CaseState
from bot.domain.deliveries import DeliveryState
from bot.domain.events import Event
from bot.services import broadcasts, events
from bot.storage.tables import BroadcastRow, CaseRow, ConversationRow, DeliveryRow, EntryDraftRow, QuestionGroupRow
from bot.texts.catalog import nearest
from knowledge.entry import base_language

OPEN = "open"
"""The state of a group of questions that nobody has looked at."""

LATELY = timedelta(days=7)
"""How far back deliveries that failed are of interest."""

IN_USE = timedelta(days=90)
"""A language is spoken here if somebody wrote in it since."""


@dataclass(frozen=True, slots=True)
class Untold:
    """An event that residents cannot read about in a language they speak."""

    event: Event
    languages: Sequence[str]
    """Codes of the languages that it lacks."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What waits, in numbers and names."""

    waiting: int
    """Conversations in which a resident waits for a person."""
    waiting_since: datetime | None
    """Since when the first of them waits."""
    open_groups: int
    """Groups of questions that no entry answers."""
    wanted: int
    """How many residents of these asked the team to answer."""
    in_review: Sequence[str]
    """Ids of the entries whose authors asked a colleague to look at them."""
    untold: Sequence[Untold]
    failed: int
    """Messages of the last days that did not arrive."""
    stuck: Sequence[Broadcast]
    """Broadcasts that are overdue or were paused."""
    without_outcome: Sequence[Event]
    """Meetings that are over, and nobody noted how many came."""


def look(db: Session, now: datetime) -> Attention:
    """What waits for somebody of the office."""
    waiting = select(func.count(), func.min(CaseRow.waiting_since)).where(
        CaseRow.state != CaseState.CLOSED.value, CaseRow.waiting_since.is_not(None)
    )
    people, since = db.execute(waiting).one()
    open_groups = select(func.count(), func.coalesce(func.sum(QuestionGroupRow.wanted), 0))
    groups, wanted = db.execute(open_groups.where(QuestionGroupRow.state == OPEN)).one()
    lost = select(func.count()).where(
        DeliveryRow.state.in_((DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)),
        DeliveryRow.finished_at > now - LATELY,
    )
    in_review = select(EntryDraftRow.entry_id).where(EntryDraftRow.in_review).order_by(EntryDraftRow.at)
    return Attention(
        waiting=people,
        waiting_since=since,
        open_groups=groups,
        wanted=int(wanted),
        in_review=db.scalars(in_review).all(),
        untold=_untold(db, now),
        failed=db.scalar(lost) or 0,
        stuck=_stuck(db, now),
        without_outcome=events.without_outcome(db, now),
    )


def _stuck(db: Session, now: datetime) -> list[Broadcast]:
    late = and_(BroadcastRow.state == BroadcastState.SCHEDULED.value, BroadcastRow.send_at < now - broadcasts.OVERDUE)
    numbers = select(BroadcastRow.id).where(or_(late, BroadcastRow.state == BroadcastState.PAUSED.value))
    return [broadcasts.find(db, number) for number in db.scalars(numbers.order_by(BroadcastRow.id))]


def languages_in_use(db: Session, now: datetime) -> list[str]:
    """The languages in which residents were answered lately, the most frequent first."""
    spoken = func.coalesce(ConversationRow.preference, ConversationRow.language)
    found = select(spoken, func.count()).where(ConversationRow.last_seen_at > now - IN_USE, spoken.is_not(None))
    counts: dict[str, int] = {}
    for code, count in db.execute(found.group_by(spoken)):
        language = base_language(nearest(code))
        counts[language] = counts.get(language, 0) + count
    return sorted(counts, key=lambda language: -counts[language])


def _untold(db: Session, now: datetime) -> list[Untold]:
    spoken = languages_in_use(db, now)
    found = [Untold(event, [code for code in spoken if code not in event.title]) for event in events.upcoming(db, now)]
    return [one for one in found if one.languages]
