"""A town that a real browser can visit, and what a test notices on such a visit."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from bot import server
from bot.domain.messages import Reply
from bot.services import conversations, letters, library
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.conftest import TestTown, ToldTime
from tests.webchat import quarter

Result = TypeVar("Result")

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1200, "height": 850}
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 by 1024 at 400 %. Source: WCAG 2.2, 1.4.10 (reflow)."""


@dataclass
class Site:
    """A served town."""

    town: TestTown
    address: str
    loop: asyncio.AbstractEventLoop
    """Of the thread in which it is served."""

    def does(self, deed: Coroutine[Any, Any, Result]) -> Result:
        """What comes of something that is done in the thread of the server."""
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(60)

    def write(self, session: str, text: str) -> None:
        """The team writes to somebody."""
        with self.town.database.writing() as db:
            conversation = conversations.find(db, "web", session)
            assert conversation is not None
            letters.put(db, conversation.id, Reply(text), self.town.now())


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """The quarter of these tests, served in a thread of its own, to be shown in frames of any site."""
    database = Database(f"sqlite:///{folder / 'lotse.sqlite3'}", Keys(b"a secret that only the tests use!"))
    migrations.migrate(database)
    town = TestTown(database, folder, ToldTime())
    listener = server.listen("127.0.0.1", 0)
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        await database.write(library.put_town_facts, quarter.FACTS)
        await town.learns(*quarter.ENTRIES)
        async with server.serving(server.create_app(town.desk, "0", frames="*"), listener):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(60)
    try:
        yield Site(town, f"http://127.0.0.1:{listener.getsockname()[1]}", loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        loop.close()
        listener.close()
        database.close()


@contextlib.contextmanager
def serve_html(html: str) -> Iterator[str]:
    """Another site, with one page; its address has another host than the chat's."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode() if self.path == "/" else b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{running.server_port}"
    finally:
        running.shutdown()
        thread.join(60)
        running.server_close()


@dataclass
class Visit:
    """A page in a browser, and what went wrong on it."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)
    """Everything on the console, errors of scripts, requests that failed."""
    hosts: set[str] = field(default_factory=set)
    """Where requests went; a file within the page is none."""
    requests: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Notice from now on what happens in this browser window."""
        self.page.on("console", lambda message: self.complaints.append(_words(message)))
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on("requestfailed", self._note_failure)
        self.page.context.on("request", self._note)

    def _note_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the browser itself, when a page is left
            self.complaints.append(f"{request.failure}: {request.url}")

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)
        if urlsplit(request.url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(request.url).netloc)

    def opens(self, path: str = "/") -> Visit:
        """Go to a page of the chat."""
        self.page.goto(self.site.address + path)
        return self

    @property
    def field(self) -> Locator:
        """Where questions are typed."""
        return self.page.locator("#text")

    @property
    def newest(self) -> Locator:
        """The first reply to what was said last."""
        return self.page.locator("#newest + .ours")

    def asks(self, text: str) -> Locator:
        """Type a question and send it with Enter; the reply, when it is there."""
        before = self._count()
        self.field.fill(text)
        self.field.press("Enter")
        return self._reply(before)

    def sends(self, text: str) -> Locator:
        """The same with the button, which also works without script."""
        before = self._count()
        self.field.fill(text)
        self.page.locator("#ask > button").click()
        return self._reply(before)

    def taps(self, label: str) -> Locator:
        """Tap the newest button with a label; the reply, when it is there."""
        before = self._count()
        self.page.get_by_role("button", name=label, exact=True).last.click()
        return self._reply(before)

    def _count(self) -> int:
        return self.page.locator(".yours").count()

    def _reply(self, before: int) -> Locator:
        expect(self.page.locator(".yours")).not_to_have_count(before)
        expect(self.newest).to_be_visible()
        expect(self.page.locator("#log:not([aria-busy])")).to_be_visible()
        return self.newest


def _words(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


@contextlib.contextmanager
def window(browser: Browser, site: Site, **options: Any) -> Iterator[Visit]:
    """A window of its own with an empty page; nothing may fail there, nothing come from elsewhere."""
    context: BrowserContext = browser.new_context(
        **{"viewport": PHONE, "locale": "de-DE", "reduced_motion": "reduce"} | options
    )
    context.set_default_timeout(30_000)
    visit = Visit(context.new_page(), site)
    visit.listen()
    yield visit
    assert not visit.complaints, visit.complaints
    assert visit.hosts == {urlsplit(site.address).netloc}
    context.close()


@contextlib.contextmanager
def visiting(browser: Browser, site: Site, path: str = "/", **options: Any) -> Iterator[Visit]:
    """The same on a page of the chat, where no cookie is set."""
    with window(browser, site, **options) as visit:
        yield visit.opens(path)
        assert visit.page.context.cookies() == []
