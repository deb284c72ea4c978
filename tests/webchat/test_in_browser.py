"""The chat page in a real browser, as residents use it: on a phone, with the keyboard, without script."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import server
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from knowledge.entry import Entry
from tests.conftest import TestTown, ToldTime

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser; without one these tests are skipped, or fail where the gate runs."""
    if CHROMIUM is None:
        message = "no browser: install chromium (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chat that knows a little, served in a thread of its own."""
    folder = tmp_path_factory.mktemp("town")
    database = Database(f"sqlite:///{folder / 'lotse.sqlite3'}", Keys(b"a secret that only the tests use!"))
    migrations.migrate(database)
    town = TestTown(database, folder, ToldTime())
    listener = server.listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        await town.learns(
            Entry("a", title={"de": "Beratung für Mieter"}, text={"de": "A."}, phrasings={"de": ("beratung mieter",)}),
            Entry("b", title={"de": "Beratung für Eltern"}, text={"de": "B."}, phrasings={"de": ("beratung eltern",)}),
            Entry(
                "c", title={"de": "Sperrmüll"}, text={"de": "<b>Anrufen</b> & abwarten."}, link="https://example.org"
            ),
        )
        async with server.serving(server.create_app(town.desk, "0"), listener):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{port}/"
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()
    listener.close()
    database.close()


@dataclass
class Visit:
    """A page, and what went wrong on it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def visit(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    """The chat page on a small phone; nothing may fail on it, and nothing come from elsewhere."""
    context = browser.new_context(java_script_enabled=request.param, viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    found = Visit(page, address)
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda fault: found.complaints.append(str(fault)))
    page.on("requestfailed", lambda sent: found.complaints.append(sent.url))
    page.on("request", lambda sent: found.hosts.add(sent.url.split("/")[2]))
    page.goto(address)
    yield found
    assert found.complaints == []
    assert found.hosts == {address.split("/")[2]}
    assert context.cookies() == []
    context.close()


def test_a_question_is_answered_with_a_card(visit: Visit) -> None:
    visit.page.get_by_label("Ihre Frage").fill("sperrmüll")
    visit.page.get_by_role("button", name="Senden").click()
    expect(visit.page.get_by_role("heading", name="Sperrmüll")).to_be_visible()
    expect(visit.page.get_by_text("<b>Anrufen</b> & abwarten.")).to_be_visible()
    expect(visit.page.get_by_role("link", name="https://example.org")).to_have_attribute("href", "https://example.org")


def test_a_choice_is_made_by_keyboard(visit: Visit) -> None:
    field_ = visit.page.get_by_label("Ihre Frage")
    field_.fill("beratung")
    visit.page.get_by_role("button", name="Senden").click()
    choice = visit.page.get_by_role("button", name="Beratung für Eltern")
    choice.focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", name="Beratung für Eltern")).to_be_visible()
    expect(visit.page.get_by_text("beratung", exact=True)).to_be_visible()


def test_nothing_runs_out_of_a_narrow_screen(visit: Visit, tmp_path: Path) -> None:
    visit.page.get_by_label("Ihre Frage").fill("Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3)
    visit.page.get_by_role("button", name="Senden").click()
    expect(visit.page.locator(".ours").nth(1)).to_be_visible()
    widest = visit.page.locator("body").evaluate("body => document.documentElement.scrollWidth")
    assert widest <= PHONE["width"]


def test_what_could_not_be_sent_comes_back(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(address)
    context.set_offline(True)
    page.get_by_label("Ihre Frage").fill("eine lange Frage, die niemand zweimal tippen will")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Das hat nicht geklappt.")
    expect(page.get_by_label("Ihre Frage")).to_have_value("eine lange Frage, die niemand zweimal tippen will")
    context.close()
