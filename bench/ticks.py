"""What a tick costs when nothing is due, as registrations and deliveries grow."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.servers import KINDS, fresh, postgres
from bot.domain.deliveries import DeliveryState, Kind, Priority
from bot.domain.quiet import Clock
from bot.services import agenda, events, outbox
from bot.services.events import Draft
from bot.storage.database import Database
from bot.storage.tables import ConversationRow, DeliveryRow, RegistrationRow
from tests.conftest import BERLIN

SIZES = (100, 100_000)
ROUNDS = 200
EVENTS = 50
AT_ONCE = 5_000
NOW = datetime(2026, 6, 9, 10, tzinfo=UTC)


def measure() -> None:
    """Print one line for each kind of database and number of rows: a quarter of the deliveries still waits."""
    print(
        f"{'database':<11} {'registrations':>13} {'deliveries':>10} {'looking p50 ms':>14} {'p99':>6} "
        f"{'delivering p50 ms':>17} {'p99':>6}"
    )
    with postgres() as server:
        for kind in KINDS:
            for size in SIZES:
                with fresh(kind, server) as database:
                    _fill(database, size)
                    looking = _time(database, lambda db: agenda.is_anything_due(db, NOW))
                    delivering = _time(database, lambda db: outbox.is_anything_due(db, "telegram", NOW, is_quiet=False))
                print(
                    f"{kind:<11} {size:>13} {size:>10} {looking[0]:>14.2f} {looking[1]:>6.2f} "
                    f"{delivering[0]:>17.2f} {delivering[1]:>6.2f}",
                    flush=True,
                )


def _time(database: Database, deed: Callable[[Session], bool]) -> tuple[float, float]:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with database.reading() as db:
            if deed(db):
                raise RuntimeError("something is due")
        times.append((time.perf_counter() - began) * 1000)
    return float(np.percentile(times, 50)), float(np.percentile(times, 99))


def _fill(database: Database, size: int) -> None:
    """So many residents, each signed up for one of the meetings of the next weeks and with one delivery."""
    with database.writing() as db:
        for day in range(EVENTS):
            draft = Draft({"de": "Bürgerforum"}, NOW + timedelta(days=2 + day), participation=True)
            events.create(db, draft, Clock(BERLIN), NOW)
    for first in range(1, size + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, size + 1))
        with database.writing() as db:
            db.execute(insert(ConversationRow), [_conversation(number) for number in numbers])
            db.execute(insert(RegistrationRow), [_registration(number) for number in numbers])
            db.execute(insert(DeliveryRow), [_delivery(number) for number in numbers])
    with database.writing() as db:
        db.execute(text("ANALYZE"))  # PostgreSQL does so by itself within a minute


def _conversation(number: int) -> dict[str, object]:
    row = {"id": number, "channel": "telegram", "pseudonym": str(number), "sealed_address": b"x", "notice": 1}
    return row | {"created_at": NOW, "last_seen_at": NOW}


def _registration(number: int) -> dict[str, object]:
    row = {"event_id": 1 + number % EVENTS, "conversation_id": number, "state": "confirmed", "seats": 1, "needs": []}
    return row | {"told": "", "at": NOW}


def _delivery(number: int) -> dict[str, object]:
    """A reminder that was sent, or for each fourth one that waits for tomorrow."""
    waits = number % 4 == 0
    state = DeliveryState.QUEUED if waits else DeliveryState.SENT
    due = NOW + timedelta(days=1 if waits else -1)
    row = {"key": str(number), "conversation_id": number, "channel": "telegram", "kind": Kind.REMINDER.value}
    row |= {"priority": Priority.SOON.value, "state": state.value, "reason": "", "due_at": due, "keeps_quiet": True}
    row |= {"version": 1, "attempts": 0, "unclear": 0, "event_id": 1 + number % EVENTS}
    return row | {"finished_at": None if waits else due}


if __name__ == "__main__":
    measure()
