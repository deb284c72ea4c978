"""Only one process at a time fetches and answers; another takes over when it stops, dies or hangs."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select

from bot.services import leases
from bot.storage.tables import LeaseRow
from bot.telegram.door import Door, State
from bot.telegram.duty import Duty
from tests.conftest import ToldTime
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import ScriptedDesk, comes_to, door_to

ANOTHER = "0f0e/1/2/a process of another machine"


async def another_takes_over(desk: ScriptedDesk) -> bool:
    return await desk.database.write(leases.take, "telegram", ANOTHER, desk.now())


def holder(desk: ScriptedDesk) -> str | None:
    with desk.database.reading() as db:
        return db.scalar(select(LeaseRow.holder))


async def test_a_second_process_stands_by_and_takes_over_when_the_first_stops(
    desk: ScriptedDesk, telegram: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    first, second, resident = door_to(telegram, desk), door_to(telegram, desk), telegram.resident(7)
    async with AsyncExitStack() as rest:
        async with first.open():
            await resident.writes("eins")
            await rest.enter_async_context(second.open())
            await comes_to(second, State.WAITING)
            await resident.writes("zwei")
            assert first.state is State.POLLING
        assert (await resident.writes("drei")).text == "Zu „drei“."
        assert second.state is State.POLLING
    assert [heard.text for heard in desk.heard] == ["eins", "zwei", "drei"]
    assert holder(desk) is None
    assert caplog.text.count("stands by") == 1


async def test_a_process_of_another_machine_is_waited_for_until_its_time_is_over(
    desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    await another_takes_over(desk)
    door = door_to(telegram, desk)
    async with door.open():
        said = telegram.resident(7).writes("Hallo")
        await comes_to(door, State.WAITING)
        assert telegram.calls("getUpdates") == []
        now.moves(seconds=leases.LEASE.total_seconds())
        await said
    assert leases.LEASE.total_seconds() < 30


async def test_stopping_while_standing_by_is_quick_and_takes_nothing_away(desk: ScriptedDesk, telegram: BotApi) -> None:
    await another_takes_over(desk)
    door = door_to(telegram, desk)
    async with door.open():
        await comes_to(door, State.WAITING)
    assert holder(desk) == ANOTHER
    assert door.state is State.OFF


async def test_a_process_that_hung_too_long_fetches_no_more(
    desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    door = Door(desk, telegram.token, telegram.url, renew_seconds=0.01)
    async with door.open():
        await telegram.resident(7).writes("Hallo")
        now.moves(seconds=leases.LEASE.total_seconds())
        while not await another_takes_over(desk):  # unless it has just renewed it
            now.moves(seconds=leases.LEASE.total_seconds())
        await comes_to(door, State.WAITING)
        said = telegram.resident(7).writes("Noch da?")
        assert telegram.pending == 1
        await desk.database.write(leases.give_back, "telegram", ANOTHER)
        assert (await said).text == "Zu „Noch da?“."


async def test_one_failure_to_renew_does_no_harm(
    desk: ScriptedDesk, telegram: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    duty, stopping = Duty(desk, "telegram", renew_seconds=0.01), asyncio.Event()
    assert await duty.begin(stopping)
    keeping = asyncio.create_task(duty.keep())
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease RENAME TO away")
    async with asyncio.timeout(10):
        while "cannot be taken" not in caplog.text:
            await asyncio.sleep(0.01)
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO lease")
    assert not keeping.done()
    keeping.cancel()
    await duty.end()
    assert holder(desk) is None
