"""How this installation does, in numbers, for whoever watches over machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.domain.deliveries import DeliveryState
from bot.services.questions import QuestionState
from bot.storage.tables import CaseRow, DeliveryRow, EntryRow, InboxRow, QuestionRow, TurnRow

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number of the moment, with its parts where it has any."""

    name: str
    help: str
    values: Mapping[str, float]
    """By the value of `label`; a number without parts has the one key ""."""
    label: str = ""


def read(db: Session, now: datetime) -> list[Gauge]:
    """What the database tells."""
    unanswered = InboxRow.done_at.is_(None)
    is_due = and_(DeliveryRow.state == DeliveryState.QUEUED.value, DeliveryRow.due_at <= now)
    is_open = QuestionRow.state == QuestionState.OPEN.value
    waits = CaseRow.waiting_since.is_not(None)
    is_recent = TurnRow.at > now - RECENT
    return [
        Gauge("entries", "Entries by state.", _parts(db, EntryRow.state), "state"),
        Gauge("answers_24h", "Messages answered in 24 hours.", _parts(db, TurnRow.decision, is_recent), "decision"),
        Gauge("questions_open", "Questions that nobody looked at yet.", _count(db, is_open)),
        Gauge("people_waiting", "Residents who wait for a person.", _count(db, waits)),
        Gauge("people_oldest_seconds", "How long the first waits.", _age(db, CaseRow.waiting_since, waits, now)),
        Gauge("inbox_waiting", "Messages of residents that are not answered yet.", _count(db, unanswered)),
        Gauge("inbox_oldest_seconds", "How old the oldest is.", _age(db, InboxRow.received_at, unanswered, now)),
        Gauge("deliveries", "Notices and reminders by state.", _parts(db, DeliveryRow.state), "state"),
        Gauge("deliveries_due", "Those that should be on their way.", _count(db, is_due)),
        Gauge("deliveries_oldest_due_seconds", "How late the first is.", _age(db, DeliveryRow.due_at, is_due, now)),
    ]


def _parts(db: Session, column: InstrumentedAttribute[Any], *wanted: ColumnElement[bool]) -> dict[str, float]:
    rows = db.execute(select(column, func.count()).where(*wanted).group_by(column))
    return {value or "none": count for value, count in rows}


def _count(db: Session, wanted: ColumnElement[bool]) -> dict[str, float]:
    return {"": db.scalar(select(func.count()).where(wanted)) or 0}


def _age(
    db: Session, column: InstrumentedAttribute[Any], wanted: ColumnElement[bool], now: datetime
) -> dict[str, float]:
    oldest = db.scalar(select(column).where(wanted).order_by(column).limit(1))
    return {"": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0}
