"""The chat on another site, with one line in its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, expect

from tests.webchat.browsing import DESKTOP, PHONE, ZOOMED, Site, Visit, serve_html

LABEL = "Fragen? Hier schreiben"

HOST = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Stadt</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>button {{ display: none !important }} * {{ outline: none !important }}</style></head>
<body style="min-height: 200vh"><main><h1>Musterstadt</h1><p><a href="#x">Rathaus</a></p></main>{line}</body></html>"""


class Host:
    """A page of another site with the chat on it."""

    def __init__(self, visit: Visit):
        self.visit = visit
        self.page = visit.page

    @property
    def button(self) -> Locator:
        return self.page.get_by_role("button", name=LABEL)

    @property
    def frame(self) -> Locator:
        return self.page.locator("iframe")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def of_chat(self) -> list[str]:
        """What was fetched from the chat's server."""
        return [address for address in self.visit.requests if address.startswith(self.visit.site.address)]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def host(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Host]:
    """The other site, opened; nothing may fail there, and no cookie be set."""
    line = f'<script src="{site.address}/embed.js" async></script>'
    context = browser.new_context(viewport=request.param, locale="de-DE", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    with serve_html(HOST.format(line=line)) as address:
        visit = Visit(context.new_page(), site)
        visit.listen()
        visit.page.goto(address)
        expect(visit.page.get_by_role("button", name=LABEL)).to_be_visible()
        yield Host(visit)
        # Browsers may let a frame of another site keep nothing; the chat works all the same.
        assert [one for one in visit.complaints if "this browser keeps no session" not in one] == []
        assert context.cookies() == []
        context.close()


def opens(host: Host) -> None:
    """Open the chat, and wait until its script hears the keyboard; before, Enter would only begin a new line."""
    host.button.click()
    expect(host.chat.get_by_label("Ihre Frage")).to_be_visible()
    frame = host.frame.element_handle().content_frame()
    assert frame is not None
    frame.wait_for_load_state()


def asks(host: Host, question: str) -> None:
    """Ask in the frame."""
    host.chat.get_by_label("Ihre Frage").fill(question)
    host.chat.get_by_label("Ihre Frage").press("Enter")


def test_nothing_but_the_line_is_loaded_before_the_chat_is_opened(host: Host) -> None:
    assert host.of_chat() == [f"{host.visit.site.address}/embed.js"]
    expect(host.frame).to_be_hidden()
    expect(host.button).to_have_attribute("aria-expanded", "false")


def test_a_click_opens_a_chat_that_works_and_another_closes_it(host: Host) -> None:
    opens(host)
    expect(host.button).to_have_attribute("aria-expanded", "true")
    asks(host, "Hund anmelden")
    expect(host.chat.get_by_role("heading", name="Hund anmelden")).to_be_visible()
    host.chat.get_by_role("button", name="Menü").first.click()
    expect(host.chat.get_by_role("heading", name="Menü")).to_be_visible()
    host.button.click()
    expect(host.frame).to_be_hidden()
    expect(host.button).to_be_focused()


def test_what_was_said_is_still_there_when_it_is_opened_again(host: Host) -> None:
    opens(host)
    asks(host, "Hund anmelden")
    expect(host.chat.get_by_role("heading", name="Hund anmelden")).to_be_visible()
    host.button.click()
    host.button.click()
    expect(host.chat.get_by_role("heading", name="Hund anmelden")).to_be_visible()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_opens_and_closes_it(host: Host, key: str) -> None:
    host.page.keyboard.press("Tab")
    host.page.keyboard.press("Tab")
    if not host.button.evaluate("one => one.matches(':focus')"):
        host.page.keyboard.press("Tab")
    expect(host.button).to_be_focused()
    expect(host.button).to_have_css("outline-style", "solid")
    host.page.keyboard.press(key)
    expect(host.chat.get_by_label("Ihre Frage")).to_be_visible()
    assert host.page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "IFRAME"
    host.button.press(key)
    expect(host.frame).to_be_hidden()


@pytest.mark.parametrize("place", ["the button", "the frame", "the field in the frame"])
def test_escape_closes_it_wherever_the_keyboard_is(host: Host, place: str) -> None:
    opens(host)
    if place == "the button":
        host.button.focus()
    elif place == "the field in the frame":
        host.chat.get_by_label("Ihre Frage").focus()
    host.page.keyboard.press("Escape")
    expect(host.frame).to_be_hidden()
    expect(host.button).to_be_focused()
    expect(host.button).to_have_attribute("aria-expanded", "false")


def test_another_frame_or_the_site_itself_cannot_speak_for_the_chat(host: Host) -> None:
    opens(host)
    host.page.evaluate("postMessage('quartierslotse:close', '*')")
    host.page.evaluate("new Promise((done) => setTimeout(done))")
    expect(host.frame).to_be_visible()


def test_button_and_chat_fit_on_the_screen(host: Host) -> None:
    opens(host)
    for size in (PHONE, DESKTOP, ZOOMED):
        host.page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(host.frame).to_be_in_viewport(ratio=1)
        expect(host.button).to_be_in_viewport(ratio=1)
        assert host.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        height = host.button.evaluate("one => one.getBoundingClientRect().height")
        assert height >= 44


def test_requests_go_to_the_site_and_the_chat_alone(host: Host) -> None:
    opens(host)
    asks(host, "Hund anmelden")
    expect(host.chat.get_by_role("heading", name="Hund anmelden")).to_be_visible()
    assert host.visit.hosts == {host.page.url.split("/")[2], host.visit.site.address.split("/")[2]}


def test_the_site_may_word_the_button_and_choose_the_language(browser: Browser, site: Site) -> None:
    line = f'<script src="{site.address}/embed.js" data-label="Questions?" data-lang="en"></script>'
    page = browser.new_page(locale="de-DE")
    with serve_html(HOST.format(line=line)) as address:
        page.goto(address)
        page.get_by_role("button", name="Questions?").click()
        expect(page.locator("iframe")).to_have_attribute("title", "Questions?")
        expect(page.frame_locator("iframe").get_by_label("Your question")).to_be_visible()
    page.close()


def test_the_line_may_stand_in_the_head(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    html = f'<!doctype html><title>x</title><script src="{site.address}/embed.js"></script><p>Rathaus'
    with serve_html(html) as address:
        page.goto(address)
        expect(page.get_by_role("button", name=LABEL)).to_be_visible()
    page.close()


def test_a_site_that_is_not_named_shows_no_chat(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    with serve_html(f'<!doctype html><title>x</title><iframe src="{site.address}/privacy"></iframe>') as address:
        page.goto(address)
        expect(page.frame_locator("iframe").get_by_role("heading")).to_have_count(0)
    assert any("frame-ancestors" in one for one in blocked)
    page.close()
