"""kill -9 at every step of claim, send and record, and again and again while many are written to."""

from __future__ import annotations

import os
import random
import signal
import time

from bench.servers import KINDS, fresh, postgres
from bot.domain.broadcasts import BroadcastState
from bot.services import broadcasts
from bot.storage.database import Database
from tests.delivery.crash import SECRET, Aftermath, Nursery, crash, look, nursery, prepare
from tests.delivery.worker import POINTS, Job
from tests.fakes.bot_api import BotApi

RESIDENTS = 120
KILLS = 10
BROADCASTS = ((25, 1_000), (100, 1_000), (200, 1_000))
"""Messages a second, residents: at the default pace, and at raised ones."""


def measure() -> None:
    """Print one line for each kind of database, number of workers and point of death, then many kills in a row."""
    print(f"{'database':<11} {'workers':>7}  {'killed':<38} {'left out':>8} {'repeated':>8} {'in flight':>9}  verdict")
    with postgres() as server, nursery() as start:
        for kind in KINDS:
            for workers in (1, 3):
                for point in POINTS:
                    with fresh(kind, server) as database, BotApi() as telegram:
                        after = 0 if workers > 1 else 25
                        found = crash(
                            database, telegram, start, point, workers=workers, residents=RESIDENTS, after=after
                        )
                    _print(kind, workers, point, found)
        print(f"\n{KILLS} kills while many are written to:\n")
        print(
            f"{'database':<11} {'workers':>7} {'a second':>8} {'residents':>9} {'left out':>8} {'repeated':>8} "
            f"{'a kill':>7} {'unknown':>8}"
        )
        for kind in KINDS:
            for workers in (1, 3):
                for rate, residents in BROADCASTS:
                    with fresh(kind, server) as database, BotApi() as telegram:
                        found = _again_and_again(database, telegram, start, workers, rate, residents)
                    print(
                        f"{kind:<11} {workers:>7} {rate:>8} {residents:>9} {found.left_out:>8} {found.repeated:>8} "
                        f"{found.repeated / found.killed:>7.1f} {found.states.get('unknown', 0):>8}",
                        flush=True,
                    )


def _again_and_again(
    database: Database, telegram: BotApi, start: Nursery, workers: int, rate: float, residents: int
) -> Aftermath:
    number = prepare(database, telegram, residents)
    url = database.engine.url.render_as_string(hide_password=False)
    job = Job(url, SECRET, telegram.url, telegram.token, rate=rate)
    running = [start.starts(job) for _ in range(workers)]
    chance, killed = random.Random(1), 0
    for kill in range(1, KILLS + 1):
        while len(telegram.calls("sendMessage")) < kill * residents / (KILLS + 2):
            time.sleep(0.005)
        victim = running.pop(chance.randrange(len(running)))
        os.kill(victim, signal.SIGKILL)
        killed += start.ends(victim) == -signal.SIGKILL
        running.append(start.starts(job))
    for worker in running:
        start.ends(worker)
    with database.reading() as db:
        if broadcasts.find(db, number).state is not BroadcastState.SENT:
            raise RuntimeError("the broadcast has not ended")
    return look(database, telegram, residents, killed)


def _print(kind: str, workers: int, point: str, found: Aftermath) -> None:
    verdict = "right" if found.is_right else f"WRONG {found.states} more={found.more} killed={found.killed}"
    print(
        f"{kind:<11} {workers:>7}  {point:<38} {found.left_out:>8} {found.repeated:>8} {found.in_flight:>9}  {verdict}",
        flush=True,
    )


if __name__ == "__main__":
    measure()
