"""What Prometheus reads."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from bot.clock import ticking
from bot.desk import StaffRoom
from bot.domain.staff import Role
from bot.server import create_app
from bot.staff_calls import StaffCalls
from bot.staff_digest import StaffDigest
from tests.api.conftest import is_problem, says
from tests.api.office import makes, shows
from tests.conftest import TestTown

SAMPLE = re.compile(r'(lotse_[a-z0-9_]+)(\{([a-z]+="(\\.|[^"\\\n])*",?)+\})? (\S+)')


async def numbers(client: httpx.AsyncClient) -> dict[str, float]:
    """Every sample by its name and labels, in a text that is as Prometheus wants it."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    described: set[str] = set()
    found: dict[str, float] = {}
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            assert line.split()[2] not in described
            described.add(line.split()[2])
        elif not line.startswith("# HELP "):
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] in described
            found[sample[1] + (sample[2] or "")] = float(sample[5])
    return found


async def test_an_installation_tells_how_it_stands(office: httpx.AsyncClient, town: TestTown) -> None:
    await says(office, text="Sofa")
    await says(office, text="wer hat die glühbirne erfunden")
    await makes(office, "broadcasts", texts="Hoffest")
    town.now.moves(seconds=90)
    found = await numbers(office)
    assert found['lotse_build_info{version="1.2.3"}'] == 1
    assert found["lotse_ready"] == 1
    assert found['lotse_entries{state="published"}'] == 1
    assert found['lotse_answers_24h{decision="answer"}'] == 1
    assert found['lotse_answers_24h{decision="decline"}'] == 1
    assert found["lotse_questions_open"] == 1
    assert found['lotse_deliveries{state="queued"}'] == 2
    assert found["lotse_deliveries_due"] == 2
    assert found["lotse_deliveries_oldest_due_seconds"] == 90
    assert (found["lotse_inbox_waiting"], found["lotse_people_waiting"]) == (0, 0)


async def test_before_the_first_refresh_it_says_so(town: TestTown) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(town.desk, 'odd "version"\\')), base_url="http://lotse.test"
    ) as client:
        found = await numbers(client)
    assert found["lotse_ready"] == 0
    assert found[r'lotse_build_info{version="odd \"version\"\\"}'] == 1


async def test_what_a_process_does_by_itself_is_counted(office: httpx.AsyncClient, town: TestTown) -> None:
    async def alert(sentence: str) -> bool:
        raise AssertionError(sentence)

    calls = StaffCalls(town.desk, StaffRoom())
    async with ticking(town.desk, town.desk.clock, [], alert, calls, StaffDigest(town.desk), works=False):
        while not town.desk.ticks:
            await asyncio.sleep(0.05)
    assert (await numbers(office))['lotse_ticks_total{tick="taking up changes",outcome="done"}'] >= 1


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::1", "unknown"])
async def test_from_elsewhere_a_token_is_needed(town: TestTown, address: str) -> None:
    transport = httpx.ASGITransport(create_app(town.desk, "1.2.3"), client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://lotse.test") as client:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/metrics", headers=shows(town, Role.DATA_PROTECTION))).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_a_web_server_on_this_machine_opens_it_to_nobody(office: httpx.AsyncClient, header: str) -> None:
    del office.headers["Authorization"]
    assert (await office.get("/metrics")).status_code == 200
    assert (await office.get("/metrics", headers={header: "203.0.113.7"})).status_code == 401


async def test_numbers_tell_of_no_resident(office: httpx.AsyncClient) -> None:
    session = (await says(office, text="wer hat die glühbirne erfunden"))["session"]
    text = (await office.get("/metrics")).text
    assert session not in text
    assert "glühbirne" not in text
    assert is_problem(await office.get("/api/v1/metrics"), 404)
