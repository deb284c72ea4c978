"""The office is told that somebody waits for a person: by mail, and in its group on Telegram.

Who is still to be told stands in the database, each reader and the group for themselves: what cannot be reached now
holds up nobody else, and nothing is told twice, except what was on its way when the process died. One process at a time
tells.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.console.case_letters import case_letter
from bot.desk import Desk, StaffRoom
from bot.domain.messages import Outcome, Result
from bot.domain.opening import LocalTime
from bot.mail import Letter, Mailer
from bot.services import case_calls, handover, leases
from bot.services.case_calls import Reader, Untold
from bot.texts import group
from knowledge.entry import OpeningHours

log = logging.getLogger(__name__)

DUTY = "telling the office"

LATER = (Result.LATER, Result.BROKEN, Result.UNCLEAR)
"""What is tried again: the group may read something twice, but misses nothing."""


class StaffCalls:
    """Tells those who answer residents."""

    def __init__(self, desk: Desk, room: StaffRoom, mailer: Mailer | None = None):
        """`mailer` is None where the town named no mail server."""
        self._desk = desk
        self._room = room
        self._mailer = mailer
        self._holder = leases.new_holder()

    async def make_due(self) -> None:
        """Tell what is to be told now, and hand back what nobody has written in for a week."""
        await self._desk.database.write(handover.close_idle, self._desk.now())
        if not self._room.is_there and self._mailer is None:
            return
        news = await self._desk.database.read(case_calls.news, self._hours(), self._now())
        gone = await self._desk.database.read(case_calls.removals) if self._room.is_there else []
        words = await self._desk.database.read(self._unshown)
        late = await self._desk.database.read(case_calls.untold)
        if not (news or words or gone or late) or not await self._is_ours():
            return
        await self._show(words)
        for number in gone:
            await self._take_back(number)
        ways = case_calls.Ways(group=self._room.is_there, mail=self._mailer is not None)
        for one in news:
            await self._desk.database.write(case_calls.call, one, ways, self._desk.now())
        await self._tell(await self._desk.database.read(case_calls.untold))

    async def _is_ours(self) -> bool:
        return await self._desk.database.write(leases.take, DUTY, self._holder, self._desk.now())

    def _hours(self) -> OpeningHours | None:
        """When the office is open; None where it does not say."""
        office = self._desk.snapshot.contacts(None)
        return next((one.opening_hours for one in office if one.opening_hours), None)

    def _now(self) -> LocalTime:
        return LocalTime(self._desk.now(), self._desk.clock.zone, self._desk.snapshot.town.holidays)

    def _unshown(self, db: Session) -> list[case_calls.Words]:
        return case_calls.unshown(db, self._desk.snapshot.names) if self._room.is_there else []

    async def _show(self, words: list[case_calls.Words]) -> None:
        """Let the group read what residents wrote; a reply to it answers them."""
        for each in words:
            reply = group.words(each.case_id, each.text, each.language, self._link(each.case_id))
            sent = await self._room.write(reply)
            if sent is None or sent.outcome.result in LATER:
                self._complain(sent.outcome if sent else None)
                return
            if sent.outcome.result is not Result.DELIVERED:
                self._complain(sent.outcome)
            number = next((str(one) for one in reversed(sent.message_ids) if one is not None), "")
            await self._desk.database.write(case_calls.shown, each.message_id, number)

    async def _take_back(self, number: str) -> None:
        """Let the group see no longer what a resident wrote who is forgotten."""
        outcome = await self._room.remove(int(number), group.removed())
        if outcome and outcome.result not in LATER:
            await self._desk.database.write(case_calls.removed, number)

    async def _tell(self, untold: Sequence[Untold]) -> None:
        if self._room.is_there:
            await self._tell_group([one for one in untold if one.reader is None])
        letters = {one.number: self._letter(one, one.reader) for one in untold if one.reader}
        # Telegram may have taken long, and another process the duty meanwhile.
        if self._mailer and letters and await self._is_ours():
            await self._mail(self._mailer, letters)

    async def _tell_group(self, untold: Sequence[Untold]) -> None:
        for one in untold:
            outcome = await self._room.tell(group.news(one.case_id, one.call, one.language, self._link(one.case_id)))
            if outcome is None or outcome.result is not Result.DELIVERED:
                self._complain(outcome)
            if outcome is None or outcome.result in LATER:
                return
            await self._desk.database.write(case_calls.told, [one.number])

    def _letter(self, one: Untold, reader: Reader) -> Letter:
        return Letter(reader.mail, *case_letter(one.call, one.language, self._link(one.case_id), reader.language))

    async def _mail(self, mailer: Mailer, letters: dict[int, Letter]) -> None:
        """Send letters by the number of what they tell."""
        settled = await mailer.send(list(letters.values()), self._desk.now())
        told = [number for number, letter in letters.items() if letter in settled]
        await self._desk.database.write(case_calls.told, told)

    def _link(self, case_id: int) -> str:
        return f"{self._desk.policy.address.rstrip('/')}/console/cases/{case_id}"

    @staticmethod
    def _complain(outcome: Outcome | None) -> None:
        log.error("the staff group cannot be told: %s", outcome.reason if outcome else "there is none")
