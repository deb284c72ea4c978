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
from bot.domain.quiet import QuietHours
from bot.domain.retry import growing_wait
from bot.services import breaker, leases, notices, outbox, pace, subscriptions
from bot.services.notices import Envelope, Rules
from bot.services.outbox import Claimed, Ended
from bot.services.pace import Rate
from bot.storage.tables import ConversationRow, DeliveryRow

log = logging.getLogger(__name__)

AT_ONCE = 10
"""Messages in flight at a time; more made it slower when it was measured."""

BATCH_SECONDS = 0.02
"""Messages of so long a time are claimed and recorded together: one at a time up to 75 a second."""

LARGEST_BATCH = 10
"""A stop, or a pause because too many fail, takes effect within this and what is in flight: 25 are promised."""

PREPARING = timedelta(milliseconds=15)
"""How long before its slot a message is claimed and worded, so that it leaves in time."""

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
        return max(1, min(LARGEST_BATCH, round(self.rate.per_second * BATCH_SECONDS)))


@dataclass(slots=True)
class _Flight:
    """What is under way of one lane."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    ended: list[tuple[Envelope, Sent]] = field(default_factory=list)
    pauses: list[tuple[int, str]] = field(default_factory=list)

    def take_ended(self) -> list[tuple[Envelope, Sent]]:
        """What ended and is not written down yet."""
        ended, self.ended = self.ended, []
        return ended


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one transaction gave."""

    envelopes: list[Envelope]
    next_begin: datetime | None
    """When the slots of the next batch begin; None where nothing is left to claim."""
    pauses: list[tuple[int, str]]


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
        flight = _Flight()
        try:
            if not self._is_resting() and await self._desk.database.read(self._is_anything_due):
                await self._deliver(flight, stopping)
        finally:
            while flight.tasks or flight.ended:
                await self._record(flight)
                await self._until_fewer(flight, max(1, len(flight.tasks)))
        return flight.pauses

    async def _deliver(self, flight: _Flight, stopping: asyncio.Event) -> None:
        """Batch after batch, each in its slots; the next one is claimed while the last is under way."""
        begin: datetime | None = await self._desk.database.write(self._take_slots)
        while begin:
            if self._failures:
                await self._until_fewer(flight, 1)  # one by one, until one arrives
            await _until(begin - PREPARING - self._clock(), stopping)
            if stopping.is_set() or self._is_resting():
                return
            ended = flight.take_ended()
            try:
                turn = await self._desk.database.write(self._turn, ended)
            except Exception:
                flight.ended = ended + flight.ended  # to be written down at the end, when that is possible again
                raise
            flight.pauses += turn.pauses
            await _until(begin - self._clock(), stopping)
            failures = self._failures
            for place, envelope in enumerate(turn.envelopes):
                await self._until_fewer(flight, AT_ONCE)
                if self._failures > failures or self._is_resting():  # the rest would fail too
                    left = [each.delivery_id for each in turn.envelopes[place:]]
                    await self._desk.database.write(self._give_back, left)
                    break
                flight.tasks.add(asyncio.create_task(self._send(envelope, flight)))
            begin = turn.next_begin

    def _is_resting(self) -> bool:
        return self._resting_until is not None and self._clock() < self._resting_until

    def _is_quiet(self) -> bool:
        return self._lane.quiet is not None and self._lane.quiet.contain(self._desk.now())

    def _is_anything_due(self, db: Session) -> bool:
        return outbox.is_anything_due(db, self._lane.channel, self._desk.now(), is_quiet=self._is_quiet())

    def _take_slots(self, db: Session) -> datetime:
        """Take the slots of a batch, before its rows; when the first of them begins."""
        rate, now = self._lane.rate, self._clock()
        return pace.take(db, rate, self._batch, now).begin if rate else now

    @property
    def _batch(self) -> int:
        """One message at a time while there is trouble."""
        return 1 if self._failures else self._lane.batch

    def _turn(self, db: Session, ended: Sequence[tuple[Envelope, Sent]]) -> _Turn:
        """In one transaction: write down what ended, claim what these slots are for, and take the next ones."""
        pauses = self._note(db, ended)
        wanted = self._batch
        envelopes = self._claim(db, wanted)
        is_full = len(envelopes) >= wanted  # then there may be more
        return _Turn(envelopes, self._take_slots(db) if is_full else None, pauses)

    def _claim(self, db: Session, wanted: int) -> list[Envelope]:
        """Claim a batch and word it; what is not to be sent any more is passed over and leaves its slot to the next."""
        now = self._desk.now()
        envelopes: list[Envelope] = []
        while len(envelopes) < wanted:
            claimed = outbox.claim(
                db, self._lane.channel, wanted - len(envelopes), self._holder, now, is_quiet=self._is_quiet()
            )
            if not claimed:
                break
            for one in claimed:
                worded = self._word(db, one, now)
                if isinstance(worded, Skip):
                    outbox.skip(one.row, worded, now)
                else:
                    envelopes.append(worded)
        return envelopes

    def _word(self, db: Session, one: Claimed, now: datetime) -> Envelope | Skip:
        try:
            return notices.word(db, one, self._rules, now)
        except (KeyError, ValueError, TypeError):
            # A message that cannot be worded is set aside; the others must not wait for it.
            log.exception("delivery %d cannot be worded", one.row.id)
            return Skip.BROKEN

    def _give_back(self, db: Session, numbers: Sequence[int]) -> None:
        now = self._desk.now()
        breaker.after_deliveries(db, outbox.give_back(db, numbers, now), (), now)

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
        if self._lane.batch == 1:
            await self._record(flight)  # at once: what is not written down is sent again after a crash

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

    async def _record(self, flight: _Flight) -> None:
        async with self._recording:  # whoever comes first records for all who ended meanwhile
            ended = flight.take_ended()
            if not ended:
                return
            try:
                flight.pauses += await self._desk.database.write(self._note, ended)
            except Exception:
                # The lease brings these back, as if the process had died.
                log.exception("%d outcomes cannot be written down", len(ended))

    def _note(self, db: Session, ended: Sequence[tuple[Envelope, Sent]]) -> list[tuple[int, str]]:
        """Write outcomes down; the broadcasts that are paused for them, with the reason."""
        if not ended:
            return []
        now = self._desk.now()
        plain = [(envelope, sent) for envelope, sent in ended if _is_plain_arrival(envelope, sent)]
        ids = {envelope.delivery_id: sent.message_ids for envelope, sent in plain}
        outbox.record_arrivals(db, ids, [envelope.conversation_id for envelope, _ in plain], now)
        others = [pair for pair in ended if not _is_plain_arrival(*pair)]
        rows = self._note_one_by_one(db, others, now) if others else {}
        arrived = {envelope.broadcast_id for envelope, _ in plain if envelope.broadcast_id is not None}
        pauses = breaker.after_deliveries(db, rows.values(), arrived, now)
        for number, reason in pauses:
            log.error("broadcast %d is paused: %s", number, reason)
        return pauses

    def _note_one_by_one(
        self, db: Session, ended: Sequence[tuple[Envelope, Sent]], now: datetime
    ) -> dict[int, DeliveryRow]:
        """Write down what is more than an arrival; the messages by their numbers."""
        attempts = [Ended(envelope.delivery_id, sent.outcome, sent.message_ids) for envelope, sent in ended]
        rows = outbox.record(db, attempts, now)
        for envelope, sent in ended:
            row = rows.get(envelope.delivery_id)
            if sent.outcome.wait:
                pace.hold(db, self._lane.channel, sent.outcome.wait, self._clock())
            if row and sent.outcome.result is Result.DELIVERED:
                notices.arrived(db, row, envelope.told)
            if row and sent.outcome.result is Result.BLOCKED and not breaker.is_paused(db, row.broadcast_id):
                subscriptions.lose(db.get_one(ConversationRow, row.conversation_id), now)
        db.flush()
        return rows

    async def _until_fewer(self, flight: _Flight, most: int) -> None:
        """Wait until fewer than `most` messages are in flight."""
        while len(flight.tasks) >= most:
            _, flight.tasks = await asyncio.wait(flight.tasks, return_when=asyncio.FIRST_COMPLETED)


def _is_plain_arrival(envelope: Envelope, sent: Sent) -> bool:
    """Whether nothing follows from an outcome but that the message arrived."""
    return sent.outcome == Outcome(Result.DELIVERED) and not envelope.told


async def _until(wait: timedelta, stopping: asyncio.Event) -> None:
    """Wait, unless the process is asked to stop."""
    if wait > timedelta():
        try:
            await asyncio.wait_for(stopping.wait(), wait.total_seconds())
        except TimeoutError:
            return


_LONGEST_REST = timedelta(seconds=30)
