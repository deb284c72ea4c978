"""What happens by itself, and how often. The clock only wakes services; it remembers nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.desk import Desk
from bot.services import dialogue, inbox, privacy

log = logging.getLogger(__name__)

REFRESH_SECONDS = 1
"""How soon a change made by another process is taken up (promised: 5 s)."""

TIDY_SECONDS = 60


def start_clock(desk: Desk, *, tidies: bool) -> AsyncIOScheduler:
    """Start ticking: every process takes up changes; `tidies` also deletes what is no longer needed."""
    # The defaults of the scheduler drop a tick that is one second late.
    clock = AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
    clock.add_job(_survives(desk.refresh, "taking up changes"), "interval", seconds=REFRESH_SECONDS)
    if tidies:
        clock.add_job(_survives(lambda: tidy(desk), "tidying up"), "interval", seconds=TIDY_SECONDS)
    clock.start()
    return clock


async def tidy(desk: Desk) -> None:
    """Delete what is no longer needed, and let none of it stay behind in the database's files."""
    retention = desk.policy.retention
    await desk.database.write(dialogue.forget_replies, retention, desk.now())
    await desk.database.write(privacy.apply_retention, retention, desk.now())
    await desk.database.write(inbox.forget_done, desk.now())
    await asyncio.to_thread(desk.database.scrub)


def _survives(deed: Callable[[], Awaitable[object]], name: str) -> Callable[[], Awaitable[None]]:
    """A tick that fails is logged, and the next one tries again."""

    async def tick() -> None:
        try:
            await deed()
        except Exception:
            log.exception("%s failed", name)

    return tick
