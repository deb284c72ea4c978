"""What happens by itself, and how often. The clock only wakes services; it remembers nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery import Delivery
from bot.desk import Desk
from bot.domain.broadcasts import BroadcastState
from bot.domain.quiet import Clock
from bot.services import agenda, audit, broadcasts, dialogue, events, grouping, inbox, privacy, statistics
from bot.services.grouping import Sorter
from bot.staff_calls import StaffCalls
from bot.staff_digest import StaffDigest
from bot.texts.events import title_of
from knowledge.entry import DEFAULT_LANGUAGE

log = logging.getLogger(__name__)

REFRESH_SECONDS = 1
"""How soon a change made by another process is taken up (promised: 5 s)."""

NOTICE_SECONDS = 1
"""How soon what falls due is seen (promised for reminders: 5 s), and how soon it is delivered then."""

SORT_SECONDS = 5
"""How soon a new question stands among those that staff look at."""

CALL_SECONDS = 10
"""How soon the office is told that somebody waits for a person (promised: 60 s)."""

TIDY_SECONDS = 60

COUNT_SECONDS = 300
"""How soon the numbers of a day that is over are kept: long before the rows go that they are counted from."""

LAST_SECONDS = 4.0
"""How long messages that are on their way when the process is asked to stop may take."""

Alert = Callable[[str], Awaitable[bool]]
"""Tells the staff something in a sentence; False where they could not be told now."""


@contextlib.asynccontextmanager
async def ticking(
    desk: Desk,
    town: Clock,
    deliveries: Sequence[Delivery],
    alert: Alert,
    calls: StaffCalls,
    digest: StaffDigest,
    *,
    works: bool,
) -> AsyncIterator[None]:
    """Tick while the block runs: every process takes up changes; one that `works` also sends what is due and tidies."""
    # The defaults of the scheduler drop a tick that is one second late.
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
    stopping = asyncio.Event()
    working: set[asyncio.Task[object]] = set()

    def every(seconds: float, deed: Callable[[], Awaitable[object]], name: str) -> None:
        scheduler.add_job(_survives(deed, name, working, desk.ticks), "interval", seconds=seconds)

    every(REFRESH_SECONDS, desk.refresh, "taking up changes")
    if works:
        every(NOTICE_SECONDS, lambda: fall_due(desk, town), "looking for what falls due")
        every(CALL_SECONDS, calls.make_due, "telling the office who waits")
        every(TIDY_SECONDS, digest.make_due, "telling staff what waits")
        every(TIDY_SECONDS, lambda: look_after(desk, alert), "looking after broadcasts")
        every(TIDY_SECONDS, lambda: ask_for_outcomes(desk, alert), "asking what came of meetings")
        every(SORT_SECONDS, partial(sort_questions, desk, Sorter()), "sorting questions")
        every(TIDY_SECONDS, lambda: tidy(desk), "tidying up")
        every(COUNT_SECONDS, lambda: count_days(desk), "counting the days")
        for delivery in deliveries:
            every(NOTICE_SECONDS, partial(_deliver, desk, delivery, stopping, alert), "delivering")
    scheduler.start()
    try:
        yield
    finally:
        stopping.set()
        scheduler.shutdown(wait=False)
        await _end(working)


async def fall_due(desk: Desk, town: Clock) -> None:
    """Do what the moment brings: address reminders, begin and end broadcasts, take back old offers."""
    if await desk.database.read(agenda.is_anything_due, desk.now()):
        await desk.database.write(agenda.do_what_is_due, town, desk.now())


async def look_after(desk: Desk, alert: Alert) -> None:
    """Tell the staff, once, of broadcasts that wait for them: paused, or not begun when they should have."""
    for one in await desk.database.read(broadcasts.stuck, desk.now()):
        log.error("broadcast %d waits for the staff: %s", one.id, one.reason or "it is overdue")
        what = "wurde angehalten" if one.state is BroadcastState.PAUSED else "sollte längst unterwegs sein"
        if await alert(f"Rundnachricht {one.id} {what}. Bitte sehen Sie nach."):
            await desk.database.write(broadcasts.note_alert, one.id, desk.now())


async def ask_for_outcomes(desk: Desk, alert: Alert) -> None:
    """Ask the staff, once and by day, how many came to meetings of which nobody has noted it."""
    clock, now = desk.clock, desk.now()
    if clock.quiet and clock.quiet.contain(now):
        return
    for event in await desk.database.read(events.to_ask_about, now):
        day = event.starts_at.astimezone(clock.zone)
        is_told = await alert(
            f"Wie viele Menschen waren am {day:%d.%m.%Y} bei „{title_of(event, DEFAULT_LANGUAGE)}“? "
            f"Bitte tragen Sie es ein: lotse event outcome {event.id} --attendance ANZAHL"
        )
        if is_told:
            await desk.database.write(events.note_question, event.id, now)


async def sort_questions(desk: Desk, sorter: Sorter) -> None:
    """Put the questions that residents asked anew beside those that say the same."""
    while desk.is_ready and (asked := await desk.database.read(sorter.look, desk.now())):
        places = await asyncio.to_thread(sorter.plan, asked, desk.snapshot)
        await desk.database.write(grouping.sort_in, places, desk.clock.zone)


async def tidy(desk: Desk) -> None:
    """Delete what is no longer needed, and let none of it stay behind in the database's files."""
    retention = desk.policy.retention
    await desk.database.write(dialogue.forget_replies, retention, desk.now())
    await desk.database.write(privacy.apply_retention, retention, desk.now(), quiet=desk.clock.quiet)
    await desk.database.write(inbox.forget_done, desk.now())
    await desk.database.write(audit.forget, desk.now() - retention.trail)
    await asyncio.to_thread(desk.database.scrub)


async def count_days(desk: Desk) -> None:
    """Keep the numbers of days that are over, and what became known of earlier ones."""
    if planned := await desk.database.read(statistics.plan, desk.clock.zone, desk.now()):
        await desk.database.write(statistics.store, planned)


async def _deliver(desk: Desk, delivery: Delivery, stopping: asyncio.Event, alert: Alert) -> None:
    if await delivery.deliver_due(stopping):
        await look_after(desk, alert)  # something was paused; where Telegram is the reason, later looks tell it


def _survives(
    deed: Callable[[], Awaitable[object]],
    name: str,
    working: set[asyncio.Task[object]],
    ticks: Counter[tuple[str, bool]],
) -> Callable[[], Awaitable[None]]:
    """A tick that fails is logged, and the next one tries again; `working` knows who is at it, `ticks` counts."""

    async def tick() -> None:
        task = asyncio.ensure_future(deed())
        working.add(task)
        try:
            await task
        except Exception:
            ticks[name, False] += 1
            log.exception("%s failed", name)
        else:
            ticks[name, True] += 1
        finally:
            working.discard(task)

    return tick


async def _end(working: set[asyncio.Task[object]]) -> None:
    """Let what is under way come to its end, but not for ever."""
    if not working:
        return
    _, late = await asyncio.wait(working, timeout=LAST_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
