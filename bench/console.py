"""How long the console's pages take in a large town: 1,000 entries, 100,000 stored questions, 10,000 residents."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np
from sqlalchemy import insert

from bench.growth import invented
from bot.domain.staff import Role
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.storage.tables import ConversationRow, QuestionGroupRow, QuestionRow, TurnRow
from tests.conftest import NOON
from tests.console import example
from tests.console.browsing import walk
from tests.console.conftest import begin_session
from tests.webchat.browsing import Site, serve

ENTRIES, QUESTIONS, RESIDENTS, GROUPS = 1_000, 100_000, 10_000, 2_000
FIRST = 1_000_000
"""Numbers from which the rows made here begin, so that they meet none of the town's own."""
ROUNDS = 5
AT_ONCE = 5_000


def measure() -> None:
    """Print one line per kind of page, the slowest first: server's time and the size of the answer."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as site:
        site.does(example.work(site.town))
        site.does(site.town.learns(*invented(ENTRIES)))
        _fill(site.town.database)
        print(f"{'page':<60} {'p50 ms':>7} {'longest':>8} {'kB':>6}")
        for kind, times, size in sorted(_times(site), key=lambda one: -max(one[1])):
            print(f"{kind:<60} {np.percentile(times, 50):>7.0f} {max(times):>8.0f} {size / 1000:>6.0f}", flush=True)


def _times(site: Site) -> Iterator[tuple[str, list[float], int]]:
    cookies = {"lotse": begin_session(site.town, Role.ADMIN)}
    pages = walk(site)
    with httpx.Client(base_url=site.address, cookies=cookies, timeout=60) as client:
        for kind, answer in pages.items():
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                client.get(answer.request.url)
                times.append((time.perf_counter() - began) * 1000)
            yield kind, times, len(answer.content)


def _fill(database: Database) -> None:
    """Residents who asked ten questions each in the last 30 days that nobody could answer, sorted into groups."""
    keys = Keys(b"a secret that only the tests use!")
    sealed = keys.seal("Wer räumt hier eigentlich den Schnee weg?")
    rows = (
        (ConversationRow, _resident, RESIDENTS),
        (TurnRow, _turn, QUESTIONS),
        (QuestionGroupRow, _group, GROUPS),
        (QuestionRow, lambda number: _question(number, sealed), QUESTIONS),
    )
    for table, make, count in rows:
        for first in range(FIRST, FIRST + count, AT_ONCE):
            with database.writing() as db:
                db.execute(
                    insert(table), [make(number) for number in range(first, min(first + AT_ONCE, FIRST + count))]
                )


def _resident(number: int) -> dict[str, object]:
    return {
        "id": number,
        "channel": "telegram",
        "pseudonym": f"resident-{number}",
        "sealed_address": b"",
        "language": ("de", "tr", "ar", "uk")[number % 4],
        "notice": 1,
        "created_at": NOON,
        "last_seen_at": NOON,
    }


def _turn(number: int) -> dict[str, object]:
    return {
        "id": number,
        "conversation_id": FIRST + number % RESIDENTS,
        "message_key": f"message-{number}",
        "at": NOON - timedelta(seconds=20 * (number - FIRST)),
        "language": ("de", "tr", "ar", "uk")[number % 4],
        "tapped": False,
        "move": "unknown",
        "decision": "decline",
        "options": [],
        "misses": 1,
    }


def _group(number: int) -> dict[str, object]:
    return {
        "id": number,
        "language": ("de", "tr", "ar", "uk")[number % 4],
        "count": QUESTIONS // GROUPS,
        "wanted": number % 3,
        "days": {NOON.date().isoformat(): QUESTIONS // GROUPS},
        "state": "open",
        "first_at": NOON,
        "last_at": NOON,
    }


def _question(number: int, sealed: bytes) -> dict[str, object]:
    return {
        "id": number,
        "turn_id": number,
        "language": ("de", "tr", "ar", "uk")[number % 4],
        "sealed_text": sealed,
        "at": NOON - timedelta(seconds=20 * (number - FIRST)),
        "state": "open",
        "group_id": FIRST + number % GROUPS,
    }
