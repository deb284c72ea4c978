"""Conversations with a person as the office sees them: who waits, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.domain.cases import CaseState, Side
from bot.domain.deliveries import OPEN, DeliveryState
from bot.domain.errors import NotFound
from bot.services.audiences import language_of
from bot.storage.database import keys_of
from bot.storage.tables import CaseMessageRow, CaseRow, ConversationRow, DeliveryRow, StaffRow

MOST_OPEN = 200
"""Conversations that are shown at once; more would help nobody."""

SHOWN_AT_ONCE = 50
LONGEST_BEGINNING = 120
"""Characters of the newest words in a list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation with a person, in a list."""

    number: int
    state: CaseState
    language: str
    """That the resident is written to in."""
    channel: str
    opened_at: datetime
    waiting_since: datetime | None
    """Of what nobody has answered."""
    holder_id: int | None
    holder: str
    """Who has taken it; empty for nobody."""
    beginning: str
    """Of what the resident wrote last; empty where they have not written yet."""
    closed_at: datetime | None
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One message or note."""

    number: int
    side: Side
    author: str
    """Of staff's words."""
    text: str
    entry_id: str | None
    at: datetime
    delivery: DeliveryState | None
    """How far a reply has come; None where that is not known any more."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All of one conversation with a person."""

    about: Listed
    said: Sequence[Said]

    @property
    def newest_words(self) -> int:
        """The number of what the resident wrote last; 0 where they have not written."""
        return max((each.number for each in self.said if each.side is Side.RESIDENT), default=0)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing will change by itself."""
        return self.about.state is CaseState.CLOSED and not any(each.delivery in OPEN for each in self.said)


def open_ones(db: Session) -> list[Listed]:
    """The conversations that the office has: who has waited longest first, those without a wait at the end."""
    rows = _with_people().where(CaseRow.state != CaseState.CLOSED.value)
    return _listed(db, rows.order_by(CaseRow.waiting_since.is_(None), CaseRow.waiting_since, CaseRow.id), MOST_OPEN)


def closed_ones(db: Session, before: int | None = None, limit: int = SHOWN_AT_ONCE) -> list[Listed]:
    """The conversations that have ended, newest first; those before the one with a number."""
    rows = _with_people().where(CaseRow.state == CaseState.CLOSED.value)
    rows = rows.where(CaseRow.id < before) if before is not None else rows
    return _listed(db, rows.order_by(CaseRow.id.desc()), limit)


def view(db: Session, case_id: int) -> Conversation:
    """A conversation with all that was said; raises NotFound."""
    found = _listed(db, _with_people().where(CaseRow.id == case_id), 1)
    if not found:
        raise NotFound("case", case_id)
    messages = (
        select(CaseMessageRow, DeliveryRow.state)
        .outerjoin(DeliveryRow, DeliveryRow.id == CaseMessageRow.delivery_id)
        .where(CaseMessageRow.case_id == case_id)
        .order_by(CaseMessageRow.id)
    )
    keys = keys_of(db)
    said = [
        Said(
            number=row.id,
            side=Side(row.side),
            author=row.author or "",
            text=keys.open(row.sealed_text),
            entry_id=row.entry_id,
            at=row.at,
            delivery=DeliveryState(state) if state else None,
        )
        for row, state in db.execute(messages)
    ]
    return Conversation(found[0], said)


_Rows = Select[CaseRow, ConversationRow, str | None]


def _with_people() -> _Rows:
    rows = select(CaseRow, ConversationRow, StaffRow.name)
    return rows.join(ConversationRow, ConversationRow.id == CaseRow.conversation_id).outerjoin(
        StaffRow, StaffRow.id == CaseRow.staff_id
    )


def _listed(db: Session, rows: _Rows, limit: int) -> list[Listed]:
    found = db.execute(rows.limit(limit)).all()
    words = _newest_words(db, [case.id for case, _, _ in found])
    return [
        Listed(
            number=case.id,
            state=CaseState(case.state),
            language=language_of(conversation),
            channel=conversation.channel,
            opened_at=case.opened_at,
            waiting_since=case.waiting_since,
            holder_id=case.staff_id,
            holder=holder or "",
            beginning=words.get(case.id, ""),
            closed_at=case.closed_at,
            is_reachable=conversation.unreachable_at is None,
        )
        for case, conversation, holder in found
    ]


def _newest_words(db: Session, case_ids: Sequence[int]) -> dict[int, str]:
    """How the newest message of each resident begins."""
    newest = (
        select(func.max(CaseMessageRow.id))
        .where(CaseMessageRow.case_id.in_(case_ids), CaseMessageRow.side == Side.RESIDENT.value)
        .group_by(CaseMessageRow.case_id)
    )
    rows = db.scalars(select(CaseMessageRow).where(CaseMessageRow.id.in_(newest)))
    opened = {row.case_id: " ".join(keys_of(db).open(row.sealed_text).split()) for row in rows}
    longest = LONGEST_BEGINNING
    return {number: text if len(text) <= longest else text[: longest - 1] + "…" for number, text in opened.items()}
