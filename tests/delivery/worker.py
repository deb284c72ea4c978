"""A worker that delivers, and can be told where to die: `python -m tests.delivery.worker`.

It reads a job of JSON on each line, forks a process for it and answers with that process's number, so that a hundred
processes do not import a hundred times. Nothing is patched: faults sit in a Sender and in Keys that are handed in.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import clock
from bot.delivery import Delivery, Lane
from bot.desk import Desk
from bot.domain.broadcasts import BroadcastState
from bot.domain.deliveries import DeliveryState
from bot.domain.messages import Reply, Sender, Sent
from bot.domain.quiet import Clock
from bot.services.indexing import ShelfCache, build_here
from bot.services.notices import Rules
from bot.services.pace import Rate
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.storage.tables import BroadcastRow, DeliveryRow
from bot.telegram.outlet import Outlet
from tests.conftest import BERLIN

BEFORE_CLAIM_COMMIT = "before the claim is committed"
AFTER_CLAIM = "after the claim"
WHILE_SENDING = "while sending, before Telegram has it"
WHILE_ANSWERING = "while sending, when Telegram has it"
BEFORE_RECORD = "after the answer, before the record"
AFTER_RECORD = "after the record"
HERE = (BEFORE_CLAIM_COMMIT, AFTER_CLAIM, BEFORE_RECORD, AFTER_RECORD)
"""Where a worker kills itself; at the other points it is killed from outside, while Telegram hesitates."""
POINTS = (BEFORE_CLAIM_COMMIT, AFTER_CLAIM, WHILE_SENDING, WHILE_ANSWERING, BEFORE_RECORD, AFTER_RECORD)


@dataclass(frozen=True)
class Job:
    """What a worker is told."""

    database: str
    secret: str
    api_url: str
    token: str
    rate: float = 5000
    dies: str = ""
    """At which point; never if it is empty."""
    after: int = 0
    """At how many messages that point is passed before."""


class DyingKeys(Keys):
    """Addresses are opened while a claim is made: the transaction is not committed then."""

    def __init__(self, secret: bytes, after: int):
        super().__init__(secret)
        self._left = after

    def open(self, sealed: bytes) -> str:
        self._left -= 1
        if self._left < 0:
            _die()
        return super().open(sealed)


class DyingSender:
    """A way out that ends the process at a point."""

    def __init__(self, inner: Sender, database: Database, point: str, after: int):
        self._inner, self._database, self._point, self._left = inner, database, point, after

    async def send(self, address: str, reply: Reply) -> Sent:
        self._left -= 1
        is_now = self._left < 0
        if is_now and self._point == AFTER_RECORD:
            while not await self._database.read(_sent):
                await asyncio.sleep(0.005)
        if is_now and self._point in (AFTER_CLAIM, AFTER_RECORD):
            _die()
        sent = await self._inner.send(address, reply)
        if is_now and self._point == BEFORE_RECORD:
            _die()
        return sent

    async def replace(self, address: str, message_ids: Sequence[int | None], reply: Reply) -> Sent:
        return await self._inner.replace(address, message_ids, reply)

    async def remove(self, address: str, message_ids: Sequence[int | None], instead: Reply) -> Sent:
        return await self._inner.remove(address, message_ids, instead)


async def work(job: Job) -> None:
    """Tick and deliver until no broadcast is under way any more."""
    keys = Keys(job.secret.encode())
    if job.dies == BEFORE_CLAIM_COMMIT:
        keys = DyingKeys(job.secret.encode(), job.after)
    rate = Rate("telegram", job.rate)
    database, outlet = Database(job.database, keys), Outlet(job.token, job.api_url, rate)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(database, BERLIN, ShelfCache(Path(folder), build=build_here), _now)
        sender = DyingSender(outlet.sender, database, job.dies, job.after) if job.dies else outlet.sender
        delivery = Delivery(desk, Lane("telegram", sender, rate), Rules(BERLIN), _now)
        while await database.read(_is_under_way):
            await clock.fall_due(desk, Clock(BERLIN))
            await delivery.deliver_due(asyncio.Event())
            await asyncio.sleep(0.02)
        await outlet.close()
        database.close()


def _sent(db: Session) -> int:
    return db.scalar(select(func.count()).where(DeliveryRow.state == DeliveryState.SENT.value)) or 0


def _is_under_way(db: Session) -> bool:
    going = select(BroadcastRow.id).where(BroadcastRow.state == BroadcastState.SENDING.value)
    return db.scalar(going.limit(1)) is not None


def _now() -> datetime:
    return datetime.now(UTC)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Fork a worker for each job; a number instead of a job asks how that worker ended."""
    for line in sys.stdin:
        told = json.loads(line)
        if isinstance(told, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(told, 0)[1])
        elif not (answer := os.fork()):
            _work_and_end(Job(**told))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _work_and_end(job: Job) -> None:
    try:
        asyncio.run(work(job))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
