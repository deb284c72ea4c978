"""The office is told that somebody waits for a person: by mail, and in its group on Telegram.

What was told stands in the database, so that nothing is told twice, except what was on its way when the process died.
One process at a time tells.
"""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from bot.console.case_letters import case_letter
from bot.desk import Desk, StaffRoom
from bot.domain.cases import Call
from bot.domain.messages import Outcome, Result
from bot.domain.opening import LocalTime
from bot.mail import Letter, Mailer, MailFault
from bot.services import case_calls, handover, leases
from bot.services.case_calls import News
from bot.texts import group

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
        self._told_group: set[tuple[int, Call, object]] = set()

    async def make_due(self) -> None:
        """Tell what is to be told now, and hand back what nobody has written in for a week."""
        await self._desk.database.write(handover.close_idle, self._desk.now())
        if not self._room.is_there and self._mailer is None:
            return
        office = self._desk.snapshot.contacts(None)
        hours = next((one.opening_hours for one in office if one.opening_hours), None)
        news = await self._desk.database.read(case_calls.news, hours, self._now())
        gone = await self._desk.database.read(case_calls.removals) if self._room.is_there else []
        words = await self._desk.database.read(self._unshown)
        if not (news or words or gone) or not await self._desk.database.write(
            leases.take, DUTY, self._holder, self._desk.now()
        ):
            return
        await self._show(words)
        for number in gone:
            await self._take_back(number)
        for one in news:
            await self._tell(one)

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

    async def _tell(self, news: News) -> None:
        try:
            await self._mail(news)
        except MailFault as fault:
            log.warning("staff cannot be told by mail of case %d: %s", news.case_id, fault)
            is_mailed = False
        else:
            is_mailed = True
        if await self._tell_group(news) and is_mailed:
            await self._desk.database.write(case_calls.note, news, self._desk.now())
            self._told_group.discard((news.case_id, news.call, news.since))

    async def _mail(self, news: News) -> None:
        if self._mailer is None:
            return
        link = self._link(news.case_id)
        readers = await self._desk.database.read(case_calls.readers, news)
        letters = {one.mail: Letter(*case_letter(news.call, news.language, link, one.language)) for one in readers}
        if letters:
            await self._mailer.send(letters)

    async def _tell_group(self, news: News) -> bool:
        """Whether the group knows, or never will."""
        name = (news.case_id, news.call, news.since)
        if not self._room.is_there or name in self._told_group or (news.call is Call.TELL and news.has_words):
            return True  # the words themselves tell
        outcome = await self._room.tell(group.news(news.case_id, news.call, news.language, self._link(news.case_id)))
        if outcome is None or outcome.result is not Result.DELIVERED:
            self._complain(outcome)
        if outcome and outcome.result in LATER:
            return False
        self._told_group.add(name)
        return True

    def _link(self, case_id: int) -> str:
        return f"{self._desk.policy.address.rstrip('/')}/console/cases/{case_id}"

    @staticmethod
    def _complain(outcome: Outcome | None) -> None:
        log.error("the staff group cannot be told: %s", outcome.reason if outcome else "there is none")
