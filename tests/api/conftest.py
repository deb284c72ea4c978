"""A client of the HTTP server of a town."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.desk import Desk
from bot.server import create_app
from tests.api.office import makes, shows
from tests.conftest import TestTown
from tests.small_quarter import furnish

CHAT = "/api/v1/chat"


def client_of(desk: Desk, frames: str = "'none'") -> httpx.AsyncClient:
    """A client of all web doors over a desk; what breaks there is seen as its answer, as over a network."""
    transport = httpx.ASGITransport(create_app(desk, "1.2.3", frames), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://lotse.test")


@pytest.fixture
async def client(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the small quarter."""
    await furnish(town)
    async with client_of(town.desk) as client:
        yield client


@pytest.fixture
async def office(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the QM, in a town with two residents who want to hear of festivals."""
    await town.knows("Sofa", answer="EDG.")
    async with client_of(town.desk) as client:
        client.headers.update(shows(town))
        await makes(client, "topics", name="Feste")
        for text in ("/subscribe feste", "/subscribe all"):
            await client.post(CHAT, json={"text": text})
        yield client


async def says(client: httpx.AsyncClient, **message: str) -> dict[str, Any]:
    """What the bot answers; it must have understood the call."""
    answer = await client.post(CHAT, json=message)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def is_problem(answer: httpx.Response, status: int) -> bool:
    """Whether this is a problem document (RFC 9457)."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["title"]
    return answer.status_code == status
