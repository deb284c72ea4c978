"""Lets a message leave only when no second holds too many with it, however long each takes to arrive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bot.services.pace import Rate

LOOK_AGAIN = timedelta(milliseconds=50)
"""An answer may tell meanwhile that there is less to wait for."""


@contextlib.asynccontextmanager
async def spaced(rate: Rate | None) -> AsyncIterator[None]:
    """Wait until a message may leave; the block sends it and waits for the answer.

    It goes by the clock of the machine, because sending takes its own time whatever time it is told to be.
    """
    if rate is None:
        yield
        return
    while (wait := rate.wait(datetime.now(UTC))) > timedelta():
        await asyncio.sleep(min(wait, LOOK_AGAIN).total_seconds())
    journey = rate.window.leaves(datetime.now(UTC))
    try:
        yield
    finally:
        rate.window.answered(journey, datetime.now(UTC))
