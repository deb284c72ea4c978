"""One process at a time works on Telegram's messages; the others stand by."""

from __future__ import annotations

import asyncio
import logging

from bot.desk import Desk
from bot.services import leases
from bot.telegram.patience import happens

log = logging.getLogger(__name__)

LEASE_SECONDS = leases.LEASE.total_seconds()
RENEW_SECONDS = LEASE_SECONDS / 3
ASK_SECONDS = 1.0
"""How often a process that stands by asks whether it is its turn."""


class Duty:
    """A duty of one process: waited for, kept by renewing it, given back."""

    def __init__(self, desk: Desk, name: str, renew_seconds: float = RENEW_SECONDS):
        self._desk = desk
        self._name = name
        self._renew_seconds = renew_seconds
        self._holder = leases.new_holder()
        self._safe_until = 0.0
        self.is_waiting = False
        """Whether another process has it."""

    async def begin(self, stopping: asyncio.Event) -> bool:
        """Wait until it is this process's turn; False if the process is asked to stop before."""
        while not stopping.is_set():
            has_it = await self._take()
            if has_it:
                self.is_waiting = False
                return True
            if has_it is False and not self.is_waiting:
                self.is_waiting = True
                log.info("another process does the work of %s; this one stands by", self._name)
            await happens(stopping, ASK_SECONDS)
        return False

    async def keep(self) -> None:
        """Renew it for ever; ends when it is lost."""
        while True:
            await asyncio.sleep(self._renew_seconds)
            has_it = await self._take()
            if has_it is False or (has_it is None and asyncio.get_running_loop().time() > self._safe_until):
                log.error("the work of %s is lost to another process", self._name)
                return

    async def end(self) -> None:
        """Give it back, so that the next process need not wait."""
        try:
            await self._desk.database.write(leases.give_back, self._name, self._holder)
        except Exception as fault:
            log.warning("the work of %s is free in %.0f s (%s)", self._name, LEASE_SECONDS, type(fault).__name__)

    async def _take(self) -> bool | None:
        """Take or renew it; None if nobody can tell."""
        asked = asyncio.get_running_loop().time()
        try:
            has_it = await self._desk.database.write(leases.take, self._name, self._holder, self._desk.now())
        except Exception as fault:
            log.warning("the work of %s cannot be taken: %s", self._name, type(fault).__name__)
            return None
        if has_it:
            self._safe_until = asked + LEASE_SECONDS
        return has_it
