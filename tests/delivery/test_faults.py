"""Telegram refuses, stalls, breaks: what is tried again, what is not, and who is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from bot.domain.broadcasts import BroadcastState
from bot.domain.errors import Refused
from bot.services import privacy
from bot.storage.tables import ConversationRow
from tests.delivery.office import Leaves, Office


def sent_to(office: Office, number: int) -> int:
    """How often it was tried to send something to a resident."""
    return len(office.telegram.calls("sendMessage", number))


# --- A resident does not want to hear from us ------------------------------------------------------------------------


async def test_who_blocked_the_bot_is_unreachable_at_once_and_not_tried_again(office: Office) -> None:
    anna, _ = office.readers(2)
    office.signs_up(office.plans("2026-06-12T18:00"), anna)
    office.telegram.resident(1).blocks()
    number = office.sends()
    await office.works()
    assert not office.is_reachable(anna)
    assert office.counts(number) == {"sent": 1, "failed": 1}
    await office.works_at("2026-06-11T18:00")
    office.sends("Noch etwas.")
    await office.works()
    assert sent_to(office, 1) == 1
    assert office.told([1, 2]) == [0, 2]


async def test_who_comes_back_is_reachable_without_the_old_subscriptions(office: Office) -> None:
    anna, _ = office.readers(2)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    office.telegram.resident(1).blocks()
    office.sends()
    await office.works()
    office.now.moves(hours=10)  # 22:00
    office.sends("Noch etwas.")
    office.telegram.resident(1).unblocks()
    office.writes_again(anna)
    assert office.is_reachable(anna)
    assert office.subscribed(anna) == []
    await office.works_at("2026-06-10T08:00")
    assert office.heard(1) == []
    await office.works_at("2026-06-11T18:00")  # they are still coming to the meeting
    assert office.told([1]) == [1]


async def test_writing_again_changes_nothing_for_who_was_never_lost(office: Office) -> None:
    [anna] = office.readers(1)
    office.writes_again(anna)
    assert office.subscribed(anna) == ["parks"]


async def test_a_session_that_is_forgotten_is_counted_as_failed(office: Office) -> None:
    anna = office.knows(7, channel="web")
    office.subscribes(anna, "parks")
    with office.database.writing() as db:
        row = db.get_one(ConversationRow, anna)
        row.pseudonym, row.sealed_address = "nobody", office.database.keys.seal("somebody else")
    number = office.sends()
    await office.works()
    assert office.counts(number) == {"failed": 1}


# --- Too fast, or away -----------------------------------------------------------------------------------------------


async def test_too_fast_pauses_everyone_for_as_long_as_telegram_says_and_loses_nothing(office: Office) -> None:
    office.readers(30)
    office.telegram.fails("sendMessage", 429, chat=15, retry_after=30)
    number = office.sends()
    await office.works()
    tried = len(office.telegram.calls("sendMessage"))
    assert tried < 30
    await office.works()
    office.now.moves(seconds=25)
    await office.works()
    [other, _] = office.process()
    await other.deliver_due(Leaves())  # it leaves where it would have to wait
    assert len(office.telegram.calls("sendMessage")) == tried
    await office.works_on(10)
    assert office.told(range(1, 31)) == [1] * 30
    assert office.counts(number) == {"sent": 30}


async def test_telegram_is_away_for_a_while_and_nothing_is_lost_or_repeated(office: Office) -> None:
    office.readers(30)
    number = office.sends()
    with office.telegram.down():
        await office.works()
        await office.works_on(10, times=5)
    assert office.counts(number) == {"queued": 30}
    await office.works_on(60)
    await office.works_on(300)
    assert office.told(range(1, 31)) == [1] * 30


async def test_while_telegram_is_away_it_is_asked_with_one_message_at_a_time(office: Office) -> None:
    office.readers(30)
    office.sends()
    office.telegram.fails("sendMessage", 429, times=None, retry_after=1)
    await office.works()
    tried = len(office.telegram.calls("sendMessage"))
    assert tried <= 20
    await office.works_on(2)
    assert len(office.telegram.calls("sendMessage")) == tried + 1


# --- Nobody knows what became of it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "heard"), [("drop_before", 0), ("drop_after", 2), (502, 0)])
async def test_what_ends_unclear_twice_is_unknown_and_not_sent_a_third_time(
    office: Office, fault: str | int, heard: int
) -> None:
    office.readers(2)
    office.telegram.fails("sendMessage", fault, chat=1, times=None)  # type: ignore[arg-type]
    number = office.sends()
    await office.works()
    await office.works_on(60, times=5)
    assert office.counts(number) == {"sent": 1, "unknown": 1}
    assert (sent_to(office, 1), office.told([1, 2])) == (2, [heard, 1])
    assert office.broadcast(number).state is BroadcastState.SENT


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", 502])
async def test_what_ends_unclear_once_is_repeated_once(office: Office, fault: str | int) -> None:
    office.readers(1)
    office.telegram.fails("sendMessage", fault)  # type: ignore[arg-type]
    number = office.sends()
    await office.works()
    await office.works_on(60, times=3)
    assert office.counts(number) == {"sent": 1}
    assert sent_to(office, 1) == 2


async def test_the_counts_of_an_unclear_end_stay_with_the_correction(office: Office) -> None:
    """Whoever may have read it is told what is right."""
    office.readers(1)
    office.telegram.fails("sendMessage", "drop_after", times=2)
    number = office.sends("Um 18 Uhr.")
    await office.works()
    await office.works_on(60, times=2)
    office.corrects(number, "Um 19 Uhr.")
    await office.works_on(60)
    assert "Um 19 Uhr." in office.heard(1)[-1]


# --- Too much of it fails --------------------------------------------------------------------------------------------


async def test_many_failures_pause_a_notice_and_make_nobody_unreachable(office: Office) -> None:
    residents = office.readers(60)
    for number in range(1, 21):
        office.telegram.fails("sendMessage", 403, chat=number, times=1)
    number = office.sends()
    paused = await office.works()
    assert [each for each, _ in paused] == [number]
    assert "could not be delivered" in office.broadcast(number).reason
    assert office.broadcast(number).state is BroadcastState.PAUSED
    counts = office.counts(number)
    assert (counts["failed"], sum(counts.values()), counts["queued"] > 0) == (20, 60, True)
    assert all(office.is_reachable(each) for each in residents)
    assert all(office.subscribed(each) == ["parks"] for each in residents)
    await office.works_on(3600)
    assert office.counts(number) == counts  # it waits for a person


async def test_when_a_person_says_so_a_paused_notice_goes_on_to_everyone(office: Office) -> None:
    office.readers(60)
    for number in range(1, 21):
        office.telegram.fails("sendMessage", 403, chat=number, times=1)
    number = office.sends()
    await office.works()
    assert office.goes_on(number).state is BroadcastState.SENDING
    await office.works()
    assert office.counts(number) == {"sent": 60}
    assert office.told(range(1, 61)) == [1] * 60
    with pytest.raises(Refused):
        office.goes_on(number)


async def test_a_paused_notice_that_waited_for_days_still_goes_on_to_everyone(office: Office) -> None:
    office.readers(60)
    for number in range(1, 21):
        office.telegram.fails("sendMessage", 403, chat=number, times=1)
    number = office.sends()
    await office.works()
    office.now.moves(days=5)
    office.goes_on(number)
    await office.works()
    assert office.counts(number) == {"sent": 60}


async def test_a_paused_notice_does_not_go_on_when_it_would_come_too_late(office: Office) -> None:
    office.readers(60)
    for number in range(1, 21):
        office.telegram.fails("sendMessage", 403, chat=number, times=1)
    number = office.sends(not_after=office.now() + timedelta(days=1))
    await office.works()
    office.now.moves(days=2)
    with pytest.raises(Refused, match="too late"):
        office.goes_on(number)


async def test_those_who_fail_again_do_not_pause_it_again(office: Office) -> None:
    residents = office.readers(40)
    for number in range(1, 11):
        office.telegram.resident(number).blocks()
    number = office.sends()
    assert await office.works()
    office.goes_on(number)
    assert await office.works_on(1) == []
    assert office.counts(number) == {"sent": 30, "failed": 10}
    assert not office.is_reachable(residents[0])


async def test_a_paused_notice_can_be_cancelled(office: Office) -> None:
    office.readers(60)
    for number in range(1, 21):
        office.telegram.resident(number).blocks()
    number = office.sends()
    await office.works()
    office.stops_sending(number)
    await office.works_on(60)
    counts = office.counts(number)
    assert (counts["failed"], counts["cancelled"]) == (20, 60 - 20 - counts.get("sent", 0))


async def test_a_fault_of_telegram_s_own_pauses_it_too(office: Office) -> None:
    office.readers(30)
    office.telegram.fails("sendMessage", 502, times=None)
    number = office.sends()
    await office.works_on(40, times=60)
    assert office.broadcast(number).state is BroadcastState.PAUSED
    counts = office.counts(number)
    assert (counts["unknown"], sum(counts.values())) == (20, 30)


async def test_few_failures_do_not_pause_it(office: Office) -> None:
    office.readers(40)
    for number in range(1, 41, 10):
        office.telegram.resident(number).blocks()
    number = office.sends()
    assert await office.works() == []
    assert office.counts(number) == {"sent": 36, "failed": 4}


async def test_what_comes_back_to_a_paused_notice_waits_with_it(office: Office) -> None:
    office.readers(31)
    for number in range(1, 21):
        office.telegram.fails("sendMessage", 403, chat=number, times=1)
    office.telegram.fails("sendMessage", 429, chat=21, times=1, retry_after=1)
    number = office.sends()
    await office.works_on(5, times=3)
    assert office.broadcast(number).state is BroadcastState.PAUSED
    assert set(office.counts(number)) <= {"sent", "failed", "queued"}
    office.goes_on(number)
    await office.works_on(60, times=2)
    assert office.told(range(1, 32)) == [1] * 31


# --- The program itself ----------------------------------------------------------------------------------------------


async def test_what_arrived_is_not_sent_again_because_the_database_was_away_for_a_moment(office: Office) -> None:
    office.readers(5)
    number = office.sends()
    with away_when_outcomes_are_written(times=2):
        await office.works()
    office.now.moves(minutes=5)  # the lease is over
    await office.works()
    assert office.told(range(1, 6)) == [1] * 5
    assert office.counts(number) == {"sent": 5}


@contextlib.contextmanager
def away_when_outcomes_are_written(times: int) -> Iterator[None]:
    """The database fails so often when it is told that messages arrived."""
    left = [times]

    def fail(_: object, __: object, statement: str, *___: object) -> None:
        if left[0] and statement.startswith("UPDATE delivery") and "message_ids" in statement:
            left[0] -= 1
            raise OperationalError(statement, {}, Exception("the server closed the connection"))

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert not left[0]


async def test_who_is_forgotten_while_their_message_is_on_its_way_disturbs_nothing(office: Office) -> None:
    anna, _ = office.readers(2)
    office.telegram.fails("sendMessage", "slow", chat=1, seconds=0.2)
    number = office.sends()
    working = asyncio.create_task(office.works())
    assert await office.telegram.until(lambda: len(office.telegram.resident(1).heard) == 1, 20)
    with office.database.writing() as db:
        privacy.erase(db, db.get_one(ConversationRow, anna), office.now())
    await working
    assert office.counts(number) == {"sent": 1, "cancelled": 1}


async def test_what_is_on_its_way_arrives_when_the_process_is_asked_to_stop(office: Office) -> None:
    office.readers(30)
    number = office.sends()
    stopping = asyncio.Event()
    office.telegram.fails("sendMessage", "slow", seconds=0.2, times=None)
    delivering = asyncio.create_task(office.deliveries[0].deliver_due(stopping))
    assert await office.telegram.until(lambda: bool(office.telegram.calls("sendMessage")), 20)
    stopping.set()
    await delivering
    counts = office.counts(number)
    assert set(counts) == {"sent", "queued"}
    assert counts["sent"] == len(office.telegram.calls("sendMessage"))
