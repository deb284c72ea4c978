"""One crash: a broadcast, workers that send it, one of which is killed at a point; and what came of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.domain.broadcasts import Audience
from bot.domain.deliveries import DeliveryState
from bot.domain.messages import Incoming
from bot.services import broadcasts, conversations, subscriptions, topics
from bot.services.audiences import Plan
from bot.storage.database import Database
from bot.storage.tables import DeliveryRow
from tests.delivery.worker import BEFORE_CLAIM_COMMIT, HERE, WHILE_ANSWERING, WHILE_SENDING, Job
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_account import Call
from tests.fakes.bot_api_faults import FaultKind

SECONDS = 60
"""After which something must be wrong."""


@dataclass(frozen=True)
class Aftermath:
    """What became of a broadcast."""

    left_out: int
    """Residents who heard nothing."""
    repeated: int
    """Residents who heard it twice."""
    more: int
    """Residents who heard it more than twice."""
    in_flight: int
    """Messages that were taken and not written down when a worker died."""
    states: dict[str, int]
    """States of deliveries that there are -> number."""
    killed: int
    """Workers that died on the way."""

    @property
    def is_right(self) -> bool:
        """Nobody left out, at most what was in flight repeated, once, all of it known."""
        is_complete = not self.left_out and set(self.states) == {"sent"}
        return is_complete and not self.more and self.repeated <= self.in_flight and self.killed > 0


class Nursery:
    """Where workers are started."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.delivery.worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def starts(self, job: Job) -> int:
        """Start a worker; its number."""
        return self._asks(asdict(job))

    def ends(self, worker: int) -> int:
        """Wait for the end of a worker; its exit status, -9 if it was killed."""
        return self._asks(worker)

    def _asks(self, what: object) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def closes(self) -> None:
        """Start no more."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A place to start workers, while the block runs."""
    opened = Nursery()
    try:
        yield opened
    finally:
        opened.closes()


def prepare(database: Database, telegram: BotApi, residents: int, topic: str = "parks") -> int:
    """Residents 1, 2, 3 ... and a broadcast to all of them; its number."""
    now = datetime.now(UTC)
    with database.writing() as db:
        topics.create(db, {"de": "Parks"}, topic)
        for number in range(1, residents + 1):
            telegram.resident(number)
            row = conversations.start(db, Incoming("telegram", str(number), "1"), now)
            subscriptions.subscribe(db, row, [topic], now)
        number = broadcasts.create(db, Plan({"de": "Neues vom Park."}, Audience((topic,))), now).id
        broadcasts.approve(db, number, now)
    return number


def crash(
    database: Database, telegram: BotApi, start: Nursery, point: str, *, workers: int, residents: int, after: int = 0
) -> Aftermath:
    """Send a broadcast with so many workers, kill one of them at a point, and let a new one take its place."""
    prepare(database, telegram, residents)
    job = _job(database, telegram)
    is_told = point in HERE
    fault = None if is_told else telegram.fails("sendMessage", _FAULTS[point], times=1, seconds=SECONDS)
    victim = start.starts(replace(job, dies=point if is_told else "", after=after))
    if fault:
        _wait(lambda: fault.used and (point == WHILE_SENDING or any(map(_is_read, telegram.requests))))
        os.kill(victim, signal.SIGKILL)
    if workers > 1 and point != BEFORE_CLAIM_COMMIT:
        _wait(lambda: _is_begun(database))
    others = [start.starts(job) for _ in range(workers - 1)]
    killed = start.ends(victim) == -signal.SIGKILL
    others.append(start.starts(job))
    assert [start.ends(each) for each in others] == [0] * len(others), "a worker failed"
    return look(database, telegram, residents, killed=killed)


def look(database: Database, telegram: BotApi, residents: int, killed: int) -> Aftermath:
    """What became of the only broadcast."""
    heard = [len(telegram.resident(number).heard) for number in range(1, residents + 1)]
    with database.reading() as db:
        by_state = select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)
        states = dict(db.execute(by_state).all())
        in_flight = db.scalar(select(func.coalesce(func.sum(DeliveryRow.unclear), 0))) or 0
    return Aftermath(heard.count(0), heard.count(2), sum(each > 2 for each in heard), in_flight, states, killed)


def _job(database: Database, telegram: BotApi) -> Job:
    url = database.engine.url.render_as_string(hide_password=False)
    return Job(url, SECRET, telegram.url, telegram.token)


SECRET = "a secret that only the tests use!"


_FAULTS: dict[str, FaultKind] = {WHILE_SENDING: "hang", WHILE_ANSWERING: "slow"}
"""What Telegram does while a worker is killed from outside."""


def _is_begun(database: Database) -> bool:
    with database.reading() as db:
        claimed = select(DeliveryRow.id).where(DeliveryRow.state != DeliveryState.QUEUED.value)
        return db.scalar(claimed.limit(1)) is not None


def _is_read(call: Call) -> bool:
    return call.is_accepted


def _wait(is_over: Callable[[], object], seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_over():
        if time.monotonic() > deadline:
            raise AssertionError("that took too long")
        time.sleep(0.01)
