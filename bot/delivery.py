"""From the outbox to the channels: take a slot of the pace, claim, word, send, record.

No transaction is open while something is sent. If the process dies, what was in flight is sent once more; what was
only claimed was never begun. A channel that cannot be reached is asked again after growing waits, with one message at a
time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.domain.deliveries import Skip
from bot.domain.messages import Outcome, Result, Sender, Sent
from bot.domain.pace import Slots
from bot.domain.quiet import QuietHours
from bot.domain.retry import growing_wait
from bot.services import broadcasts, leases, notices, outbox, pace, subscriptions
from bot.services.notices import Envelope, Rules
from bot.services.outbox import Ended
from bot.services.pace import Rate
from bot.storage.tables import ConversationRow

log = logging.getLogger(__name__)

AT_ONCE = 10
"""Messages in flight at a time; more made it slower when it was measured."""

BATCH_SECONDS = 0.04
"""Messages of so long a time are claimed together: one at the usual pace, ten where the pace is high."""

WITHOUT_PACE = 50
"""Messages that are claimed together where a channel has no pace."""

TROUBLE = (Result.LATER, Result.BROKEN, Result.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Lane:
    """A channel that messages leave by."""

    channel: str
    sender: Sender
    rate: Rate | None = None
    """None: as fast as it goes."""
    quiet: QuietHours | None = None

    @property
    def batch(self) -> int:
        """How many messages are claimed together."""
        if self.rate is None:
            return WITHOUT_PACE
        return max(1, min(AT_ONCE, round(self.rate.per_second * BATCH_SECONDS)))


@dataclass(slots=True)
class _Flight:
    """What is under way of one lane."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    ended: list[tuple[Envelope, Sent]] = field(default_factory=list)
    pauses: list[tuple[int, str]] = field(default_factory=list)


class Delivery:
    """Delivers one lane for this process."""

    def __init__(self, desk: Desk, lane: Lane, rules: Rules, clock: Callable[[], datetime]):
        """`clock` tells the moment for the pace, which no test can tell: sending takes its own time."""
        self._desk = desk
        self._lane = lane
        self._rules = rules
        self._clock = clock
        self._holder = leases.new_holder()
        self._failures = 0
        self._resting_until: datetime | None = None
        self._recording = asyncio.Lock()

    async def deliver_due(self, stopping: asyncio.Event) -> list[tuple[int, str]]:
        """Send what is due until nothing is left or the process is asked to stop.

        Returns the broadcasts that were paused meanwhile because too much of them failed, with the reason.
        """
        flight, is_full = _Flight(), False
        try:
            while not stopping.is_set() and not self._is_resting():
                if self._failures:
                    await self._until_fewer(flight, 1)  # one by one, until one arrives
                    if self._is_resting():
                        break
                if not is_full and not await self._desk.database.read(self._is_anything_due):
                    break
                await self._wait_for_slots(stopping)
                if stopping.is_set() or self._is_resting():
                    break
                wanted = self._batch
                envelopes = await self._desk.database.write(self._claim)
                is_full = len(envelopes) >= wanted  # then there may be more
                for envelope in envelopes:
                    await self._until_fewer(flight, AT_ONCE)
                    flight.tasks.add(asyncio.create_task(self._send(envelope, flight)))
        finally:
            await self._until_fewer(flight, 1)
        return flight.pauses

    def _is_resting(self) -> bool:
        return self._resting_until is not None and self._clock() < self._resting_until

    def _is_quiet(self) -> bool:
        return self._lane.quiet is not None and self._lane.quiet.contain(self._desk.now())

    def _is_anything_due(self, db: Session) -> bool:
        return outbox.is_anything_due(db, self._lane.channel, self._desk.now(), is_quiet=self._is_quiet())

    async def _wait_for_slots(self, stopping: asyncio.Event) -> None:
        """Take the slots of a batch and wait for the first of them; the slot comes before the row."""
        rate = self._lane.rate
        if rate is None:
            return
        slots: Slots = await self._desk.database.write(pace.take, rate, self._batch, self._clock())
        wait = (slots.begin - self._clock()).total_seconds()
        if wait > 0:
            try:
                await asyncio.wait_for(stopping.wait(), wait)
            except TimeoutError:
                return

    @property
    def _batch(self) -> int:
        """One message at a time while there is trouble."""
        return 1 if self._failures else self._lane.batch

    def _claim(self, db: Session) -> list[Envelope]:
        """Claim a batch and word it; what is not to be sent any more is passed over and leaves its slot to the next."""
        now, wanted = self._desk.now(), self._batch
        envelopes: list[Envelope] = []
        while len(envelopes) < wanted:
            claimed = outbox.claim(
                db, self._lane.channel, wanted - len(envelopes), self._holder, now, is_quiet=self._is_quiet()
            )
            if not claimed:
                break
            for one in claimed:
                worded = notices.word(db, one, self._rules, now)
                if isinstance(worded, Skip):
                    outbox.skip(one.row, worded, now)
                else:
                    envelopes.append(worded)
        return envelopes

    async def _send(self, envelope: Envelope, flight: _Flight) -> None:
        sender = self._lane.sender
        try:
            if envelope.removes:
                sent = await sender.remove(envelope.address, envelope.replaces, envelope.reply)
            elif envelope.replaces:
                sent = await sender.replace(envelope.address, envelope.replaces, envelope.reply)
            else:
                sent = await sender.send(envelope.address, envelope.reply)
        except Exception as fault:
            # A message that breaks the program is set aside; the others must not wait for it.
            log.exception("delivery %d cannot be sent", envelope.delivery_id)
            sent = Sent(Outcome(Result.IMPOSSIBLE, reason=type(fault).__name__))
        self._learn(sent.outcome)
        flight.ended.append((envelope, sent))
        async with self._recording:  # whoever comes first records for all who ended meanwhile
            if flight.ended:
                ended, flight.ended = flight.ended, []
                flight.pauses += await self._record(ended)

    def _learn(self, outcome: Outcome) -> None:
        """Rest after trouble, longer each time as long as nothing arrives."""
        if outcome.result not in TROUBLE:
            self._failures = 0  # a rest goes on: others in flight may arrive though Telegram asked us to wait
            return
        if not self._is_resting():  # what was in flight together failed for one reason
            self._failures += 1
        wait = outcome.wait or min(growing_wait(self._failures), _LONGEST_REST)
        self._resting_until = self._clock() + wait
        log.warning(
            "%s: %s (%s); next try in %.0f s", self._lane.channel, outcome.result, outcome.reason, wait.total_seconds()
        )

    async def _record(self, ended: Sequence[tuple[Envelope, Sent]]) -> list[tuple[int, str]]:
        try:
            pauses = await self._desk.database.write(self._note, ended)
        except Exception:
            # The lease brings these back, as if the process had died.
            log.exception("%d outcomes cannot be written down", len(ended))
            return []
        for number, reason in pauses:
            log.error("broadcast %d is paused: %s", number, reason)
        return pauses

    def _note(self, db: Session, ended: Sequence[tuple[Envelope, Sent]]) -> list[tuple[int, str]]:
        """Write outcomes down; the broadcasts that are paused for them, with the reason."""
        now = self._desk.now()
        attempts = [Ended(envelope.delivery_id, sent.outcome, sent.message_ids) for envelope, sent in ended]
        rows = outbox.record(db, attempts, now)
        for envelope, sent in ended:
            row = rows.get(envelope.delivery_id)
            if sent.outcome.wait:
                pace.hold(db, self._lane.channel, sent.outcome.wait, self._clock())
            if row and sent.outcome.result is Result.DELIVERED:
                notices.arrived(db, row, envelope.told)
            if row and sent.outcome.result is Result.BLOCKED:
                subscriptions.lose(db.get_one(ConversationRow, row.conversation_id), now)
        db.flush()
        return broadcasts.after_deliveries(db, rows.values(), now)

    async def _until_fewer(self, flight: _Flight, most: int) -> None:
        """Wait until fewer than `most` messages are in flight."""
        while len(flight.tasks) >= most:
            _, flight.tasks = await asyncio.wait(flight.tasks, return_when=asyncio.FIRST_COMPLETED)


_LONGEST_REST = timedelta(seconds=30)
