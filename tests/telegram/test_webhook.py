"""Telegram brings its updates itself, to the HTTP server of this process or of another one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import pytest
from telegram import Bot

from bot import server
from bot.desk import Desk
from bot.domain.errors import InvalidInput
from bot.telegram.door import Door, State
from bot.telegram.webhook import ALLOWED_UPDATES, HEADER, PATH, secret_of, stay_known
from tests.conftest import TestTown, ToldTime
from tests.fakes.bot_api import BotApi
from tests.fakes.conftest import PlainClient
from tests.telegram.conftest import ScriptedDesk, door_to

UPDATE = {"update_id": 5}
NO_UPDATES = [
    b"",
    b"[]",
    b"{}",
    b'"update_id"',
    b'{"update_id": "5"}',
    b'{"update_id": true}',
    b'{"update_id": -1}',
    b'{"update_id": 1e3}',
    b'{"update_id": 99999999999999999999}',
    b'{"update_id": 5, "message": "Hallo"}',
    b'{"update_id": 5, "message": {}}',
    b'{"update_id": 5, "message": {"message_id": 1, "date": 1e30, "chat": {"id": 1, "type": "private"}}}',
    b"[" * 100_000,
    b"\xff\xfe",
]


@dataclass
class House:
    """An HTTP server with the webhook, and its address."""

    door: Door
    url: str


@contextlib.asynccontextmanager
async def serving(telegram: BotApi, desk: Desk, url: str = "") -> AsyncIterator[House]:
    """A web process; it works on messages only where the door is opened, too."""
    listener = server.listen("127.0.0.1", int(url.rpartition(":")[2]) if url else 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    door = door_to(telegram, desk, address)
    async with server.serving(server.create_app(desk, "0", telegram=door), listener):
        yield House(door, address)


@pytest.fixture
async def house(telegram: BotApi, desk: ScriptedDesk) -> AsyncIterator[House]:
    """One process that takes messages in and answers them."""
    async with serving(telegram, desk) as house, house.door.open():
        yield house


@pytest.fixture
async def client(desk: ScriptedDesk, telegram: BotApi) -> AsyncIterator[httpx.AsyncClient]:
    """What anybody can send to the webhook."""
    app = server.create_app(desk, "0", telegram=door_to(telegram, desk, "https://lotse.test"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://lotse.test") as client:
        yield client


@pytest.fixture
def post(telegram: BotApi) -> Iterator[PlainClient]:
    """Another program that knows the token."""
    client = PlainClient(telegram)
    yield client
    client.client.close()


def shown(desk: Desk, telegram: BotApi) -> dict[str, str]:
    """The header of Telegram's own calls."""
    return {HEADER: secret_of(desk.database.keys, telegram.token)}


async def test_a_message_is_brought_and_answered(house: House, telegram: BotApi) -> None:
    heard = await telegram.resident(7).writes("Hallo")
    assert heard.text == "Zu „Hallo“."
    assert telegram.webhook.url == house.url + PATH
    assert telegram.calls("getUpdates") == []
    assert house.door.state is State.WEBHOOK


async def test_telegrams_state_is_reported_and_never_makes_the_process_unready(
    telegram: BotApi, knowing: TestTown
) -> None:
    async def reported(house: House) -> tuple[int, str]:
        async with house.door.open(), httpx.AsyncClient() as client:
            ready = await client.get(f"{house.url}/readyz")
        return ready.status_code, ready.json()["checks"]["telegram"]

    async with serving(telegram, knowing.desk) as house:
        assert await reported(house) == (200, "webhook")
        with telegram.down():
            assert await reported(house) == (200, "out of reach")


async def test_many_messages_of_many_residents_are_answered_in_order(house: House, telegram: BotApi) -> None:
    residents = [telegram.resident(number) for number in range(1, 6)]
    for turn in range(4):
        for resident in residents:
            resident.writes(f"Nummer {turn}")
    for resident in residents:
        assert [heard.text for heard in await resident.hears(4)] == [f"Zu „Nummer {turn}“." for turn in range(4)]


async def test_telegram_is_told_a_secret_that_is_no_token(house: House, desk: Desk, telegram: BotApi) -> None:
    secret = telegram.webhook.secret_token
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret)
    assert secret == secret_of(desk.database.keys, telegram.token)
    assert telegram.token not in secret
    assert secret_of(desk.database.keys, "1:another") != secret


async def test_who_does_not_know_the_secret_is_sent_away(
    client: httpx.AsyncClient, desk: Desk, telegram: BotApi
) -> None:
    for headers in ({}, {HEADER: ""}, {HEADER: "falsch"}, {HEADER: "ä".encode()}):
        answer = await client.post(PATH, json=UPDATE, headers=headers)
        assert (answer.status_code, answer.text) == (403, "")
    assert (await client.get(PATH, headers=shown(desk, telegram))).status_code in (404, 405)


@pytest.mark.parametrize("body", NO_UPDATES, ids=range(len(NO_UPDATES)))
async def test_what_is_no_update_is_refused(
    client: httpx.AsyncClient, desk: ScriptedDesk, telegram: BotApi, body: bytes
) -> None:
    answer = await client.post(PATH, content=body, headers=shown(desk, telegram))
    assert answer.status_code == 400


async def test_an_update_of_a_kind_nobody_knows_is_taken(
    client: httpx.AsyncClient, desk: ScriptedDesk, telegram: BotApi
) -> None:
    content = json.dumps(UPDATE | {"something_new": {"a": 1}})
    answer = await client.post(PATH, content=content, headers=shown(desk, telegram))
    assert answer.status_code == 200


async def test_the_webhook_is_no_part_of_the_described_api(client: httpx.AsyncClient) -> None:
    assert PATH not in (await client.get("/api/openapi.json")).json()["paths"]


async def test_polling_there_is_no_webhook(desk: ScriptedDesk, telegram: BotApi) -> None:
    app = server.create_app(desk, "0", telegram=door_to(telegram, desk))
    assert PATH not in {getattr(route, "path", "") for route in app.routes}


async def test_what_cannot_be_written_down_is_brought_again(house: House, desk: ScriptedDesk, telegram: BotApi) -> None:
    database, resident = desk.database, telegram.resident(7)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    resident.writes("Noch da?")
    await telegram.until(lambda: telegram.webhook.failures > 0, 10)
    assert "503" in telegram.webhook.last_error_message
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    assert [heard.text for heard in await resident.hears(1)] == ["Zu „Noch da?“."]


async def test_one_process_takes_in_and_another_answers(desk: ScriptedDesk, telegram: BotApi) -> None:
    async with serving(telegram, desk) as web:
        assert web.door.state is State.WEBHOOK
        async with door_to(telegram, desk, web.url).open():
            heard = await telegram.resident(7).writes("Hallo")
            assert heard.text == "Zu „Hallo“."


async def test_what_came_while_nobody_answered_is_answered_later(desk: ScriptedDesk, telegram: BotApi) -> None:
    async with serving(telegram, desk) as house:
        async with house.door.open():
            await telegram.resident(7).writes("Hallo")
        said = telegram.resident(7).writes("Noch da?")
        await telegram.until(lambda: said.is_confirmed, 10)
        assert desk.heard[1:] == []
        async with house.door.open():
            assert [heard.text for heard in await telegram.resident(7).hears(1)] == ["Zu „Noch da?“."]


async def test_polling_takes_away_a_webhook_that_was_left_behind(desk: ScriptedDesk, telegram: BotApi) -> None:
    async with serving(telegram, desk) as house, house.door.open():
        await telegram.resident(7).writes("Hallo")
    telegram.resident(7).writes("Noch da?")
    async with door_to(telegram, desk).open():
        assert [heard.text for heard in await telegram.resident(7).hears(1)] == ["Zu „Noch da?“."]
    assert telegram.webhook.url == ""


async def test_polling_gets_over_a_webhook_that_somebody_sets_meanwhile(
    door: Door, telegram: BotApi, post: PlainClient
) -> None:
    await telegram.resident(7).writes("Hallo")
    assert post("setWebhook", url="http://127.0.0.1:9/").status_code == 200
    assert (await telegram.resident(7).writes("Noch da?")).text == "Zu „Noch da?“."
    telegram.complaints.clear()  # the poll that found it out


async def test_a_webhook_that_somebody_takes_away_is_set_again(telegram: BotApi, post: PlainClient) -> None:
    assert post("setWebhook", url="http://127.0.0.1:9/").status_code == 200
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as library:
        looking = asyncio.create_task(stay_known(library, "http://127.0.0.1:8/", "geheim", is_known=True))
        assert await telegram.until(lambda: telegram.webhook.url == "http://127.0.0.1:8/", 10)
        looking.cancel()
    assert telegram.webhook.secret_token == "geheim"
    assert set(telegram.updates.allowed) == set(ALLOWED_UPDATES)


async def test_what_telegram_could_not_bring_is_logged(
    telegram: BotApi, post: PlainClient, caplog: pytest.LogCaptureFixture
) -> None:
    url = "http://127.0.0.1:9/"
    assert post("setWebhook", url=url).status_code == 200
    telegram.resident(7).writes("Hallo")
    assert await telegram.until(lambda: telegram.webhook.failures > 0, 10)
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as library:
        looking = asyncio.create_task(stay_known(library, url, "geheim", is_known=True))
        async with asyncio.timeout(10):
            while "Telegram could not bring an update: Connection failed" not in caplog.text:
                await asyncio.sleep(0.01)
        looking.cancel()
    assert len(telegram.calls("setWebhook")) == 1


async def test_a_start_while_telegram_is_out_of_reach_tells_the_address_later(
    desk: ScriptedDesk, telegram: BotApi
) -> None:
    telegram.goes_down()
    async with serving(telegram, desk) as house, house.door.open():
        assert house.door.state is State.OUT_OF_REACH
        telegram.comes_back()
        await telegram.until(lambda: telegram.webhook.url == house.url + PATH, 20)
        await telegram.resident(7).writes("Hallo")
        assert house.door.state is State.WEBHOOK


async def test_an_address_that_telegram_refuses_stops_the_start(desk: ScriptedDesk, telegram: BotApi) -> None:
    reason = "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
    telegram.fails("setWebhook", 400, description=reason)
    with pytest.raises(InvalidInput, match=r"LOTSE_PUBLIC_URL: Telegram does not accept this address .*only on ports"):
        async with door_to(telegram, desk, "https://lotse.example.org:8080").open():
            pass


async def test_the_secret_is_in_no_log(
    house: House, desk: Desk, telegram: BotApi, now: ToldTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")
    await telegram.resident(7).writes("Hallo")
    async with httpx.AsyncClient() as client:
        assert (await client.post(house.url + PATH, content=b"?", headers=shown(desk, telegram))).status_code == 400
    assert telegram.webhook.secret_token not in caplog.text
