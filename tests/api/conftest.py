"""A client of the HTTP server of a town."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.desk import Desk
from bot.server import create_app
from knowledge.entry import Entry, Phone
from tests.conftest import TestTown

ENTRIES = (
    Entry(
        "anmelden",
        title={"de": "Hund anmelden"},
        text={"de": "Im <b>Amt</b>."},
        phrasings={"de": ("Hund anmelden",)},
        phones=(Phone("0231 93144018"),),
    ),
    Entry("abmelden", title={"de": "Hund abmelden"}, text={"de": "Per Post."}, phrasings={"de": ("Hund abmelden",)}),
)


def client_of(desk: Desk) -> httpx.AsyncClient:
    """A client of all web doors over a desk; what breaks there is seen as its answer, as over a network."""
    transport = httpx.ASGITransport(create_app(desk, "1.2.3"), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://lotse.test")


@pytest.fixture
async def client(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a town that knows two things about dogs."""
    await town.learns(*ENTRIES)
    async with client_of(town.desk) as client:
        yield client
