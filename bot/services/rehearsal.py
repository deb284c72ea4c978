"""What a deed would tell residents: it is done, its messages are looked at, and all of it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.messages import Reply
from bot.services import notices
from bot.services.notices import Envelope, Rules
from bot.services.outbox import Claimed
from bot.storage.tables import ConversationRow, DeliveryRow
from bot.texts.catalog import nearest

MOST_TRIED = 20
"""Of so many of a language one is looked for who would really be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What readers of one language would be told."""

    kind: Kind
    language: str
    residents: int
    reply: Reply
    """As one of them would get it."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would be told to whom."""

    told: Sequence[Told]
    unreachable: int
    """Those it concerns who cannot be written to any more."""

    @property
    def residents(self) -> int:
        """How many messages would go out."""
        return sum(each.residents for each in self.told)


def rehearse(db: Session, deed: Callable[[Session], object], rules: Rules, now: datetime) -> Foretold:
    """What a deed would tell residents, each language worded as for sending; nothing is changed.

    To be run in a writing transaction. Raises what the deed raises.
    """
    last = db.scalar(select(func.max(DeliveryRow.id))) or 0
    trial = db.begin_nested()
    try:
        deed(db)
        db.flush()
        return _messages(db, last, rules, now)
    finally:
        trial.rollback()


def _messages(db: Session, last: int, rules: Rules, now: datetime) -> Foretold:
    """The messages that were put into the outbox after the one with a number."""
    spoken = func.coalesce(ConversationRow.preference, ConversationRow.language)
    new = (
        select(DeliveryRow.id, DeliveryRow.kind, spoken, ConversationRow.unreachable_at)
        .join(ConversationRow, ConversationRow.id == DeliveryRow.conversation_id)
        .where(DeliveryRow.id > last, DeliveryRow.state == DeliveryState.QUEUED.value)
        .order_by(DeliveryRow.id)
    )
    groups: dict[tuple[str, str], list[int]] = {}
    unreachable = 0
    for number, kind, language, unreachable_at in db.execute(new):
        if unreachable_at:
            unreachable += 1
        else:
            groups.setdefault((kind, nearest(language)), []).append(number)
    told = [
        Told(Kind(kind), language, len(numbers), reply)
        for (kind, language), numbers in groups.items()
        if (reply := _sample(db, numbers[:MOST_TRIED], rules, now))
    ]
    return Foretold(sorted(told, key=lambda each: (each.kind.value, -each.residents)), unreachable)


def _sample(db: Session, numbers: Sequence[int], rules: Rules, now: datetime) -> Reply | None:
    """What the first of some gets who is told anything; the deliveries are named by their numbers."""
    for number in numbers:
        row = db.get_one(DeliveryRow, number)
        claimed = Claimed(row, db.get_one(ConversationRow, row.conversation_id))
        worded = notices.word(db, claimed, rules, now)
        if isinstance(worded, Envelope):
            return worded.reply
    return None
