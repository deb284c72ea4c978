"""What every door is handed: the database, the knowledge of the moment, and the way to ask."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.errors import Refused
from bot.domain.messages import Incoming, Outcome, Reply, Result, Sender, Sent
from bot.domain.quiet import Clock
from bot.services import considering, conversations, dialogue, indexing, letters, library, participation
from bot.services.dialogue import Handled, Policy
from bot.services.indexing import ShelfCache, Snapshot
from bot.services.letters import Letter
from bot.storage.database import Database

log = logging.getLogger(__name__)

WEB = "web"

PATIENCE_SECONDS = 3
"""How long somebody who published something waits for it to be found."""
_SESSION = re.compile(r"[\w-]{20,64}", re.ASCII)


class StaffRoom:
    """The group where staff are told what concerns them; without an address there is none."""

    def __init__(self, sender: Sender | None = None, address: str = ""):
        self._sender = sender
        self._address = address

    @property
    def is_there(self) -> bool:
        """Whether there is such a group."""
        return self._sender is not None and bool(self._address)

    async def write(self, reply: Reply) -> Sent | None:
        """Write something there; what became of it and under which number it stands, None where there is no group."""
        if self._sender is None or not self._address:
            return None
        return await self._sender.send(self._address, reply)

    async def remove(self, number: int, instead: Reply) -> Outcome | None:
        """Take back what stands there under a number; where that is too late, `instead` takes its place."""
        if self._sender is None or not self._address:
            return None
        return (await self._sender.remove(self._address, (number,), instead)).outcome

    async def tell(self, reply: Reply) -> Outcome | None:
        """Tell them something; None where there is no such group."""
        sent = await self.write(reply)
        return sent.outcome if sent else None

    async def show(self, replies: Sequence[Reply]) -> None:
        """Tell them one thing after the other; raises Refused where they cannot be told."""
        for reply in replies:
            outcome = await self.tell(reply)
            if outcome is None:
                raise Refused("there is no staff group to send it to; LOTSE_STAFF_CHAT names one")
            if outcome.result is not Result.DELIVERED:
                raise Refused("the staff group cannot be told: {reason}", reason=outcome.reason)


class Desk:
    """Where the doors bring residents' messages."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        shelves: ShelfCache,
        now: Callable[[], datetime],
        policy: Policy | None = None,
    ):
        self.database = database
        self.now = now
        """The moment, aware."""
        self.policy = policy or Policy()
        self.ticks: Counter[tuple[str, bool]] = Counter()
        """How often each tick of this process came to its end: what it does, and whether that went well."""
        self._zone = zone
        self._shelves = shelves
        self._snapshot: Snapshot | None = None
        self._has_erased = False
        self._refreshing = asyncio.Lock()
        self._settling: asyncio.Task[None] | None = None
        self._taking_up: set[asyncio.Task[bool]] = set()

    @property
    def snapshot(self) -> Snapshot:
        """The knowledge of the moment; before the first `refresh` there is none, which is a mistake."""
        if self._snapshot is None:
            raise RuntimeError("the knowledge has not been loaded")
        return self._snapshot

    @property
    def clock(self) -> Clock:
        """The town's wall clock, and when nobody is woken."""
        return Clock(self._zone, self.policy.quiet)

    @property
    def is_ready(self) -> bool:
        """Whether the knowledge has been loaded."""
        return self._snapshot is not None

    async def refresh(self) -> bool:
        """Take up what changed in the knowledge, by whichever process, or with a new day; whether anything did.

        A change is searchable at once; what can be learned from it follows in the background.
        """
        async with self._refreshing:
            known = self._snapshot
            now = await self._newest()
            is_new = known is None or now != (known.revision, known.day)
            if is_new:
                self._snapshot = await self._build(now[1], soon=known is not None)
                del known
                await asyncio.to_thread(indexing.give_back_memory)
            if self.snapshot.is_provisional and (self._settling is None or self._settling.done()):
                self._settling = asyncio.create_task(self._settle())
            return is_new

    async def take_up(self) -> bool:
        """Take up what was just changed; whether that was done while somebody can wait. It goes on in any case."""
        task = asyncio.create_task(self._take_up())
        self._taking_up.add(task)
        task.add_done_callback(self._taking_up.discard)
        done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        return bool(done) and task.result()

    async def _take_up(self) -> bool:
        try:
            await self.refresh()
        except Exception:
            log.exception("taking up a change failed; the next refresh tries again")
            return False
        return True

    async def _settle(self) -> None:
        """Build in full what was built provisionally, until nothing has changed meanwhile."""
        try:
            while self.snapshot.is_provisional:
                full = await self._build(self.snapshot.day)
                async with self._refreshing:
                    if (full.revision, full.day) == (self.snapshot.revision, self.snapshot.day):
                        self._snapshot = full
                del full
                await asyncio.to_thread(indexing.give_back_memory)
        except indexing.BuildStopped as fault:
            log.info("%s", fault)
        except Exception:
            log.exception("learning from a change failed; the next refresh tries again")

    async def _newest(self) -> tuple[int, date]:
        return await self.database.read(library.revision), self.now().astimezone(self._zone).date()

    async def _build(self, day: date, *, soon: bool = False) -> Snapshot:
        material = await self.database.read(indexing.material)
        # Outside any transaction, in a thread: it may take seconds.
        given = (material, day, self._zone, self._shelves)
        return await asyncio.to_thread(indexing.snapshot, *given, patience=self.policy.patience, soon=soon)

    async def receive(self, incoming: Incoming) -> list[Reply]:
        """The replies to a resident's message; none where nothing is to be said."""
        return (await self._handle(incoming)).replies

    async def _handle(self, incoming: Incoming) -> Handled:
        snapshot = self.snapshot
        considered = await asyncio.to_thread(considering.consider, incoming, snapshot)
        handled = await self.database.write(dialogue.handle, incoming, considered, snapshot, self.policy, self.now())
        self._has_erased |= handled.has_erased
        return handled

    async def scrub(self) -> None:
        """Let what was deleted on demand leave the files now, not with the next tick.

        To be called when the door has nothing of the message left in the database either; while somebody reads, the
        next message or tick tries again.
        """
        if self._has_erased:
            self._has_erased = not await asyncio.to_thread(self.database.scrub)

    async def web_session(self, given: str | None) -> str:
        """The session that a browser names, if there is one; else a new one that nobody can guess."""
        named = given if given and _SESSION.fullmatch(given) else ""
        known = await self.database.read(conversations.find, WEB, named)
        return named if known else secrets.token_urlsafe(24)

    async def letters(self, session: str, after: int) -> Sequence[Letter]:
        """What came for a browser's session since the letter with a number."""
        return await self.database.read(letters.after, WEB, session, after)

    async def follow_link(self, start: str, language: str) -> Reply | None:
        """What the link of a poster opens, for somebody who has not written yet; None for one that leads nowhere."""
        town = self.snapshot.town
        return await self.database.write(participation.follow_link, start, language, town, self.clock, self.now())

    async def receive_web(
        self, session: str, *, text: str = "", action: str = "", language: str | None = None
    ) -> list[Reply] | None:
        """The replies to a message from a browser, where each one is new; None for one of too many."""
        key = secrets.token_hex(16)
        handled = await self._handle(Incoming(WEB, session, key, text=text, action=action, language=language))
        await self.scrub()
        return None if handled.was_too_many else handled.replies
