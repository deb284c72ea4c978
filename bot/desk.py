"""What every door is handed: the database, the knowledge of the moment, and the way to ask."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.messages import Incoming, Reply
from bot.services import dialogue, indexing, library
from bot.services.indexing import ShelfCache, Snapshot
from bot.storage.database import Database

WEB = "web"
_SESSION = re.compile(r"[\w-]{20,64}", re.ASCII)


class Desk:
    """Where the doors bring residents' messages."""

    def __init__(self, database: Database, zone: ZoneInfo, shelves: ShelfCache, now: Callable[[], datetime]):
        self.database = database
        self.now = now
        """The moment, aware."""
        self._zone = zone
        self._shelves = shelves
        self._snapshot: Snapshot | None = None
        self._refreshing = asyncio.Lock()

    @property
    def snapshot(self) -> Snapshot:
        """The knowledge of the moment; before the first `refresh` there is none, which is a mistake."""
        if self._snapshot is None:
            raise RuntimeError("the knowledge has not been loaded")
        return self._snapshot

    @property
    def is_ready(self) -> bool:
        """Whether the knowledge has been loaded."""
        return self._snapshot is not None

    async def refresh(self) -> bool:
        """Take up what changed in the knowledge, by whichever process, or with a new day; whether anything did."""
        async with self._refreshing:
            day = self.now().astimezone(self._zone).date()
            known = self._snapshot
            revision = await self.database.read(library.revision)
            if known and known.revision == revision and known.day == day:
                return False
            material = await self.database.read(indexing.material)
            # Outside any transaction, in a thread: it may take seconds.
            self._snapshot = await asyncio.to_thread(indexing.snapshot, material, day, self._zone, self._shelves)
            return True

    async def receive(self, incoming: Incoming) -> list[Reply]:
        """The replies to a resident's message; at least one."""
        return await self.database.write(dialogue.handle, incoming, self.snapshot, self.now())

    async def web_session(self, given: str | None) -> str:
        """The session that a browser names, if there is one; else a new one that nobody can guess."""
        named = given if given and _SESSION.fullmatch(given) else ""
        known: bool = await self.database.read(dialogue.knows, WEB, named)
        return named if known else secrets.token_urlsafe(24)

    async def receive_web(self, session: str, *, text: str = "", action: str = "") -> list[Reply]:
        """The replies to a message from a browser, where each one is new."""
        return await self.receive(Incoming(WEB, session, secrets.token_hex(16), text=text, action=action))
