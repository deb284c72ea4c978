"""From the outbox to the channels, one lane for each: wait for a slot of the pace, claim, send, record.

No transaction is open while something is sent. If the process dies, what was in flight is sent once more; what was
only claimed was never begun. A channel that cannot be reached is asked again after growing waits, with one message at a
time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.domain.messages import Outcome, Result, Sender, Sent
from bot.domain.quiet import QuietHours
from bot.domain.retry import growing_wait
from bot.services import batches, leases, outbox, pace
from bot.services.batches import Attempt
from bot.services.notices import Envelope, Rules
from bot.services.pace import Rate

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Messages claimed or in flight at a time: a stop, or a pause because too many fail, takes effect within this."""

BATCH_SECONDS = 0.03
"""Messages of so long a time are claimed together, or of as long as that takes: one at the default rate, six at 200."""

PREPARING = timedelta(milliseconds=15)
"""How long before its slot a message is claimed and worded, so that it leaves in time."""

LONGEST_REST = timedelta(seconds=30)
"""After which a channel that could not be reached is asked again at the latest."""

MOST_TRIES = 6
"""To write down what became of messages, within half a minute: longer than a database needs to start again."""

TROUBLE = (Result.LATER, Result.BROKEN, Result.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Lane:
    """A channel that messages leave by."""

    channel: str
    sender: Sender
    rate: Rate | None = None
    """None: as fast as it goes."""
    quiet: QuietHours | None = None

    def batch(self, seconds: float = BATCH_SECONDS) -> int:
        """How many messages leave within so many seconds, at least one."""
        return max(1, round(self.rate.per_second * seconds)) if self.rate else AT_ONCE


@dataclass(slots=True)
class _Flight:
    """What is under way of one lane."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    ended: list[Attempt] = field(default_factory=list)
    """Not written down yet."""
    pauses: list[tuple[int, str]] = field(default_factory=list)

    async def until_fewer(self, most: int) -> None:
        """Wait until fewer than `most` messages are in flight."""
        while len(self.tasks) >= most:
            _, self.tasks = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one transaction gave."""

    pauses: list[tuple[int, str]]
    envelopes: list[Envelope]
    begin: datetime
    """When these may leave."""
    next_begin: datetime | None
    """When the next ones may; None where nothing is left to claim."""


class Delivery:
    """Delivers one lane for this process."""

    def __init__(self, desk: Desk, lane: Lane, rules: Rules, clock: Callable[[], datetime]):
        """`clock` tells the moment for the pace, which no test can tell: sending takes its own time."""
        self._desk = desk
        self._lane = lane
        self._rules = rules
        self._clock = clock
        self._holder = leases.new_holder()
        self._turn_seconds = 0.0
        self._failures = 0
        self._resting_until: datetime | None = None
        self._recording = asyncio.Lock()

    async def deliver_due(self, stopping: asyncio.Event) -> list[tuple[int, str]]:
        """Send what is due until nothing is left or the process is asked to stop.

        Returns the broadcasts that were paused meanwhile because too much of them failed, with the reason.
        """
        flight = _Flight()
        try:
            if not self._is_resting() and await self._desk.database.read(self._is_anything_due):
                await self._deliver(flight, stopping)
        finally:
            await self._land(flight)
        return flight.pauses

    async def _deliver(self, flight: _Flight, stopping: asyncio.Event) -> None:
        """Batch after batch, each in its slots; the next one is claimed while the last is under way."""
        begin: datetime | None = await self._desk.database.read(self._next_slot)
        while begin:
            await flight.until_fewer(1 if self._failures else AT_ONCE // 2)
            await _until(begin - PREPARING - self._clock(), stopping)
            if stopping.is_set() or self._is_resting():
                return
            turn = await self._take_turn(flight)
            await _until(turn.begin - self._clock(), stopping)
            await self._launch(turn.envelopes, flight)
            begin = turn.next_begin

    # --- A turn: one transaction -------------------------------------------------------------------------------------

    async def _take_turn(self, flight: _Flight) -> _Turn:
        ended, flight.ended = flight.ended, []
        began = time.monotonic()
        try:
            turn = await self._desk.database.write(self._turn, ended, self._wanted(flight))
        except Exception:
            flight.ended = ended + flight.ended  # to be written down at the end, when that is possible again
            raise
        self._turn_seconds = time.monotonic() - began
        flight.pauses += turn.pauses
        return turn

    def _turn(self, db: Session, ended: Sequence[Attempt], wanted: int) -> _Turn:
        """Write down what ended, claim what comes next and take slots for it, unless others took the next slot."""
        pauses = self._note(db, ended)
        begin = self._next_slot(db)
        if begin > self._clock() + 2 * PREPARING:
            return _Turn(pauses, [], begin, begin)
        batch = batches.claim(
            db,
            self._lane.channel,
            wanted,
            self._holder,
            self._rules,
            self._desk.now(),
            is_quiet=self._is_quiet(),
        )
        begin, until = self._take_slots(db, len(batch.envelopes))
        return _Turn(pauses, batch.envelopes, begin, None if batch.is_last else until)

    def _wanted(self, flight: _Flight) -> int:
        """As many messages as leave while the next ones are claimed; one by one while there is trouble."""
        seconds = max(BATCH_SECONDS, 2 * self._turn_seconds)  # sending takes its time beside the next turn
        return 1 if self._failures else min(self._lane.batch(seconds), AT_ONCE - len(flight.tasks))

    def _note(self, db: Session, ended: Sequence[Attempt]) -> list[tuple[int, str]]:
        return batches.record(db, self._lane.channel, ended, self._desk.now(), self._clock())

    def _next_slot(self, db: Session) -> datetime:
        """When the next message may leave; whoever answers a resident may still take that slot."""
        rate, now = self._lane.rate, self._clock()
        return pace.free_from(db, rate, now) if rate else now

    def _take_slots(self, db: Session, count: int) -> tuple[datetime, datetime]:
        """Take the slots of a batch: when the first of them begins, and when the one after them does."""
        rate, now = self._lane.rate, self._clock()
        if rate is None:
            return now, now
        slots = pace.take(db, rate, count, now)
        return slots.begin, slots.until

    # --- In flight ---------------------------------------------------------------------------------------------------

    async def _launch(self, envelopes: Sequence[Envelope], flight: _Flight) -> None:
        """Let messages leave, unless something failed meanwhile: these would fail too."""
        if self._is_resting():
            numbers = [envelope.delivery_id for envelope in envelopes]
            await self._desk.database.write(batches.give_back, numbers, self._desk.now())
            return
        flight.tasks |= {asyncio.create_task(self._send(envelope, flight)) for envelope in envelopes}

    async def _send(self, envelope: Envelope, flight: _Flight) -> None:
        try:
            sent = await _sent(self._lane.sender, envelope)
        except Exception as fault:
            # A message that breaks the program is set aside; the others must not wait for it.
            log.exception("delivery %d cannot be sent", envelope.delivery_id)
            sent = Sent(Outcome(Result.IMPOSSIBLE, reason=type(fault).__name__))
        self._learn(sent.outcome)
        flight.ended.append((envelope, sent))
        if self._lane.batch() == 1:
            await self._record(flight)  # at once: what is not written down is sent again after a crash

    async def _land(self, flight: _Flight) -> None:
        """Wait for what is in flight and write it down; what arrived is not to be sent again for a fault of ours."""
        failures = 0
        while flight.tasks or flight.ended:
            if not await self._record(flight):
                failures += 1
                if failures == MOST_TRIES:
                    log.error("%d outcomes were not written down; these messages are sent again", len(flight.ended))
                    return
                await asyncio.sleep(growing_wait(failures).total_seconds())
            await flight.until_fewer(max(1, len(flight.tasks)))

    async def _record(self, flight: _Flight) -> bool:
        """Write down what ended; False where that failed, and is to be tried again."""
        async with self._recording:  # whoever comes first records for all who ended meanwhile
            ended, flight.ended = flight.ended, []
            if not ended:
                return True
            try:
                flight.pauses += await self._desk.database.write(self._note, ended)
            except Exception:
                flight.ended = ended + flight.ended
                log.exception("%d outcomes cannot be written down yet", len(ended))
                return False
            return True

    # --- Trouble -----------------------------------------------------------------------------------------------------

    def _is_resting(self) -> bool:
        return self._resting_until is not None and self._clock() < self._resting_until

    def _learn(self, outcome: Outcome) -> None:
        """Rest after trouble, longer each time as long as nothing arrives."""
        if outcome.result not in TROUBLE:
            self._failures = 0  # a rest goes on: others in flight may arrive though Telegram asked us to wait
            return
        if not self._is_resting():  # what was in flight together failed for one reason
            self._failures += 1
        wait = outcome.wait or min(growing_wait(self._failures), LONGEST_REST)
        self._resting_until = self._clock() + wait
        log.warning(
            "%s: %s (%s); next try in %.0f s", self._lane.channel, outcome.result, outcome.reason, wait.total_seconds()
        )

    # --- Is there anything to do? ------------------------------------------------------------------------------------

    def _is_anything_due(self, db: Session) -> bool:
        return outbox.is_anything_due(db, self._lane.channel, self._desk.now(), is_quiet=self._is_quiet())

    def _is_quiet(self) -> bool:
        return self._lane.quiet is not None and self._lane.quiet.contain(self._desk.now())


async def _sent(sender: Sender, envelope: Envelope) -> Sent:
    """Send a message, or let it take the place of others."""
    if envelope.removes:
        return await sender.remove(envelope.address, envelope.replaces, envelope.reply)
    if envelope.replaces:
        return await sender.replace(envelope.address, envelope.replaces, envelope.reply)
    return await sender.send(envelope.address, envelope.reply)


async def _until(wait: timedelta, stopping: asyncio.Event) -> None:
    """Wait, unless the process is asked to stop."""
    if wait > timedelta():
        try:
            await asyncio.wait_for(stopping.wait(), wait.total_seconds())
        except TimeoutError:
            return
