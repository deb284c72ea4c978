"""The staff's own group on Telegram: a reply to a resident's words there answers them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.delivery import Delivery, Lane
from bot.desk import StaffRoom
from bot.services import case_calls
from bot.services.notices import Rules
from bot.staff_calls import StaffCalls
from bot.telegram.door import Door
from bot.telegram.outlet import Outlet
from tests.conftest import BERLIN, TestTown
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import Group
from tests.telegram.conftest import all_is_done

GROUP = -100
ANSWER = "Wir schauen heute noch nach."


class Office:
    """A running bot whose staff have a group."""

    def __init__(self, town: TestTown, telegram: BotApi):
        self.town, self.telegram = town, telegram
        self.group: Group = telegram.group(GROUP)
        self.outlet = Outlet(telegram.token, telegram.url)
        self.calls = StaffCalls(town.desk, StaffRoom(self.outlet.sender, str(GROUP)))
        lane = Lane("telegram", self.outlet.sender)
        self.delivery = Delivery(town.desk, lane, Rules(BERLIN), town.now)

    async def hears(self) -> None:
        """The group is told what residents wrote."""
        await all_is_done(self.town.desk)
        await self.calls.make_due()

    async def delivers(self) -> None:
        """Send what waits in the outbox, again and again until the group was told what became of it."""
        before = len(self.group.heard)
        async with asyncio.timeout(20):
            while len(self.group.heard) == before:
                await self.delivery.deliver_due(asyncio.Event())
                await asyncio.sleep(0.05)

    def said(self) -> list[dict[str, Any]]:
        return [row for row in self.town.rows()["case_message"] if row["side"] == "staff"]


@pytest.fixture
async def office(knowing: TestTown, telegram: BotApi) -> AsyncIterator[Office]:
    made = Office(knowing, telegram)
    async with Door(knowing.desk, telegram.token, telegram.url, group=str(GROUP)).open():
        yield made
    await made.outlet.close()


async def asks(office: Office) -> None:
    """A resident asks for a person, and the group reads why."""
    await office.telegram.resident(7).writes("/team")
    words = office.telegram.resident(7).writes("Die Laterne vor dem Haus ist kaputt")
    await office.telegram.until(lambda: words.is_confirmed, 10)
    await office.hears()


async def test_a_reply_in_the_group_answers_the_resident(office: Office) -> None:
    await asks(office)
    (shown,) = office.group.heard
    office.group.member(1).writes(ANSWER, reply_to=shown)
    await office.delivers()
    assert office.telegram.resident(7).last_heard == f"Das Team schreibt\n\n{ANSWER}"
    assert office.group.last_heard == "✔ Zugestellt."
    (said,) = office.said()
    assert said["author"] == "Telegram"


async def test_a_colleague_goes_on_by_replying_to_the_reply(office: Office) -> None:
    await asks(office)
    first = office.group.member(1).writes(ANSWER, reply_to=office.group.heard[0])
    await office.delivers()
    with office.town.database.reading() as db:
        assert case_calls.case_of(db, str(first.message_id)) is not None


async def test_who_blocked_the_bot_is_told_to_the_group(office: Office) -> None:
    await asks(office)
    office.telegram.resident(7).blocks()
    office.group.member(1).writes(ANSWER, reply_to=office.group.heard[0])
    await office.delivers()
    assert (office.group.last_heard or "").startswith("⚠ Das kam nicht an")


async def test_what_has_no_words_or_too_many_is_not_sent_and_said_so(office: Office) -> None:
    await asks(office)
    shown = office.group.heard[0]
    for content in ({"dice": {"emoji": "🎲", "value": 3}}, {"text": "x" * 3600}):
        before = len(office.group.heard)
        reply_to = office.group.message(shown.message_id)
        office.group.member(1).sends(reply_to_message=reply_to, **content)
        await office.telegram.until(lambda before=before: len(office.group.heard) > before, 20)
        assert (office.group.last_heard or "").startswith("⚠ Das wurde nicht gesendet")
    assert office.said() == []


async def test_what_they_say_among_themselves_is_nobody_elses_business(office: Office) -> None:
    office.telegram.reads_all_group_messages = True
    await asks(office)
    before = len(office.group.heard)
    talk = office.group.member(1).writes("Wer macht das?")
    office.group.member(2).writes("Ich!", reply_to=talk)
    office.group.member(2).writes("/team")
    last = office.group.member(2).writes("Bin dran.")
    await office.telegram.until(lambda: last.is_confirmed, 10)
    await all_is_done(office.town.desk)
    assert (len(office.group.heard), office.said()) == (before, [])
    assert len(office.town.rows()["staff_case"]) == 1


async def test_another_group_answers_nobody(office: Office) -> None:
    await asks(office)
    other = office.telegram.group(-200)
    number = office.group.heard[0].message_id
    message = {"message_id": number, "from": {"id": office.telegram.bot_id, "is_bot": True, "first_name": "Lotse"}}
    said = other.member(1).sends(
        text=ANSWER, reply_to_message={**message, "chat": other.as_chat(), "date": 0, "text": "-"}
    )
    await office.telegram.until(lambda: said.is_confirmed, 10)
    await all_is_done(office.town.desk)
    assert office.said() == []


async def test_the_bot_stays_in_the_staff_group_and_leaves_others(office: Office) -> None:
    other = office.telegram.group(-200)
    for group in (office.group, other):
        group.standing = "left"
        group.adds_bot()
    assert await office.telegram.until(lambda: other.standing == "left", 10)
    await all_is_done(office.town.desk)
    assert office.group.standing == "member"
    assert office.group.heard == []


async def test_a_reply_that_was_taken_in_twice_is_sent_once(office: Office) -> None:
    await asks(office)
    office.telegram.fails("sendMessage", 502, chat=GROUP, times=1)
    office.group.member(1).writes(ANSWER, reply_to=office.group.heard[0])
    await office.delivers()
    assert len(office.said()) == 1
    told = [heard.text for heard in office.telegram.resident(7).heard]
    assert told.count(f"Das Team schreibt\n\n{ANSWER}") == 1
