"""The chat page is served by the same server as the API; its quarter knows a little more."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from bot.services import library
from tests.api.conftest import client_of
from tests.conftest import TestTown
from tests.webchat import quarter as known
from tests.webchat.browsing import Site, Visit, serve, visiting

expect.set_options(timeout=30_000)  # milliseconds; a busy machine is no fault of the page


@pytest.fixture
async def quarter(town: TestTown) -> TestTown:
    """A town with entries in several languages."""
    await town.database.write(library.put_town_facts, known.FACTS)
    await town.learns(*known.ENTRIES)
    return town


@pytest.fixture
async def client(quarter: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that town's server."""
    async with client_of(quarter.desk) as client:
        yield client


@pytest.fixture
async def empty_client(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a town that knows nothing and said nothing of itself."""
    await town.desk.refresh()
    async with client_of(town.desk) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser; without one these tests are skipped, or fail where the gate runs."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        message = "no browser: install chromium (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        running = playwright.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The served town of a file of tests."""
    with serve(tmp_path_factory.mktemp("town")) as served:
        yield served


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """The chat on a small phone."""
    with visiting(browser, site) as visit:
        yield visit
