"""How fast a notice to many goes out, beside python-telegram-bot alone, and how long a resident waits meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.request import HTTPXRequest

from bench.servers import KINDS, fresh, postgres
from bot.delivery import AT_ONCE, Delivery, Lane
from bot.desk import Desk
from bot.domain.deliveries import OPEN
from bot.domain.messages import Incoming
from bot.services import library
from bot.services.indexing import ShelfCache, build_here
from bot.services.notices import Rules
from bot.services.pace import Rate
from bot.storage.database import Database
from bot.storage.tables import DeliveryRow
from bot.telegram.outlet import Outlet
from knowledge.entry import Entry
from tests.conftest import BERLIN
from tests.delivery.crash import prepare
from tests.fakes.bot_api import BotApi

UNPACED = 5_000
RUNS = ((1, 30), (5, 100), (25, 500), (100, 1_000), (200, 1_000), (UNPACED, 1_000))
"""Messages a second, residents."""

ALONE = (4, AT_ONCE)
"""How many requests at a time the library alone makes: its pool is slower the more there are."""

ASKED_EVERY = 0.5


@dataclass(frozen=True)
class Found:
    """What Telegram saw."""

    heard: int
    """Residents who heard something."""
    seconds: float
    """From the first message that was taken to the last."""
    refused: int
    """Messages that came too fast."""


class Telegram:
    """The fake Bot API in a process of its own, which refuses what is faster than `rate`."""

    def __init__(self, residents: int, rate: int):
        command = [sys.executable, "-m", "bench.broadcast", str(residents), str(rate)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url, self.token = self._read()

    def ends(self) -> Found:
        """End it; what it saw."""
        if self._process.stdin:
            self._process.stdin.close()
        found = Found(*self._read())
        self._process.wait(10)
        return found

    def _read(self) -> list[Any]:
        return list(json.loads(self._process.stdout.readline())) if self._process.stdout else []


@contextlib.contextmanager
def serving(residents: int, rate: int) -> Iterator[BotApi]:
    """What runs in that process."""
    with BotApi() as telegram:
        telegram.limits(rate if rate < UNPACED else None)
        for number in range(1, residents + 1):
            telegram.resident(number)
        yield telegram


def measure() -> None:
    """Print one line for each pace and kind of database; python-telegram-bot alone, at its best, is of the same run."""
    print(
        f"{'rate':>6} {'residents':>9} {'database':<11} {'seconds':>8} {'a second':>9} {'of the pace':>11} "
        f"{'of PTB alone':>12} {'left out':>8} {'refused':>7} {'question p50 ms':>15} {'longest':>8}"
    )
    with postgres() as server:
        for rate, residents in RUNS:
            alone = None
            for at_once in ALONE if rate == UNPACED else ():
                reached = asyncio.run(_alone(residents, at_once))
                print(f"{rate:>6} {residents:>9} {f'(PTB, {at_once})':<11} {residents / reached:>8.2f} {reached:>9.1f}")
                alone = max(alone or 0, reached)
            for kind in KINDS:
                with fresh(kind, server) as database:
                    asyncio.run(_measure(kind, database, rate, residents, alone))


async def _measure(kind: str, database: Database, rate: int, residents: int, alone: float | None) -> None:
    telegram = Telegram(residents, rate)
    with tempfile.TemporaryDirectory() as folder:
        prepare(database, BotApi(), residents)
        desk = Desk(database, BERLIN, ShelfCache(Path(folder), build=build_here), _now)
        await database.write(library.import_entries, [_entry()], _now())
        await desk.refresh()
        pace = Rate("telegram", rate)
        outlet = Outlet(telegram.token, telegram.url, pace)
        delivery = Delivery(desk, Lane("telegram", outlet.sender, pace), Rules(BERLIN), _now)
        waits: list[float] = []
        asking = asyncio.create_task(_ask(desk, waits))
        await asyncio.sleep(ASKED_EVERY / 2)
        began = time.perf_counter()
        while await database.read(_is_open):
            await delivery.deliver_due(asyncio.Event())
        seconds = time.perf_counter() - began
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        await outlet.close()
    found = telegram.ends()
    # At a pace the first one goes out at once; without one, what comes before it counts too.
    seconds = seconds if rate == UNPACED else found.seconds
    reached = (residents - (rate < UNPACED)) / seconds
    beside = f"{reached / alone:.0%}" if alone else "-"
    share = f"{reached / rate:.1%}" if rate < UNPACED else "-"
    print(
        f"{rate:>6} {residents:>9} {kind:<11} {seconds:>8.2f} {reached:>9.1f} {share:>11} {beside:>12} "
        f"{residents - found.heard:>8} {found.refused:>7} {np.percentile(waits, 50):>15.0f} {max(waits):>8.0f}",
        flush=True,
    )


async def _alone(residents: int, at_once: int) -> float:
    """What python-telegram-bot alone sends a second, with so many requests at a time."""
    telegram = Telegram(residents, UNPACED)
    request = HTTPXRequest(connection_pool_size=at_once)
    bot, free = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request), asyncio.Semaphore(at_once)

    async def send(number: int) -> None:
        async with free:
            await bot.send_message(number, "Neues vom Park.")

    began = time.perf_counter()
    await asyncio.gather(*(send(number) for number in range(1, residents + 1)))
    seconds = time.perf_counter() - began
    await request.shutdown()
    telegram.ends()
    return residents / seconds


async def _ask(desk: Desk, waits: list[float]) -> None:
    """Ask as a resident does, again and again; milliseconds until the answer is there."""
    while True:
        began = time.perf_counter()
        await desk.receive(Incoming("web", "somebody in a browser", str(began), text="Wann hat das Rathaus offen?"))
        waits.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(ASKED_EVERY)


def _is_open(db: Session) -> bool:
    waiting = select(func.count()).where(DeliveryRow.state.in_([state.value for state in OPEN]))
    return bool(db.scalar(waiting))


def _entry() -> Entry:
    question = {"de": "Wann hat das Rathaus geöffnet?"}
    return Entry("rathaus", title=question, text={"de": "Montag bis Freitag."}, phrasings={"de": (question["de"],)})


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        measure()
    else:
        with serving(*map(int, sys.argv[1:])) as telegram:
            print(json.dumps([telegram.url, telegram.token]), flush=True)
            sys.stdin.read()
            heard = sum(bool(telegram.resident(number).heard) for number in range(1, int(sys.argv[1]) + 1))
            taken = [call.at for call in telegram.calls("sendMessage") if call.is_accepted]
            refused = sum(call.status == 429 for call in telegram.requests)
            print(json.dumps([heard, taken[-1] - taken[0], refused]), flush=True)
