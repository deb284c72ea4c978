"""Accessibility as axe-core sees it: WCAG 2.2 AA and good practice, in every state of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.small_quarter import UNKNOWN
from tests.webchat.browsing import DESKTOP, PHONE, Site, Visit, serve_html, visiting
from tests.webchat.quarter import ARABIC_QUESTION, CLARIFIED, EMERGENCY

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

HOST = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Stadt</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Musterstadt</h1><p>Willkommen.</p></main>{line}</body></html>"""


def found_by_axe(page: Page) -> str:
    """What axe-core complains about, in its own words; empty if nothing."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert results.response["passes"], "axe looked at something"
    return str(results.generate_report()) if results.violations_count else ""


STATES: dict[str, Callable[[Visit], object]] = {
    "fresh": lambda visit: None,
    "an answer": lambda visit: visit.asks("Umzug melden"),
    "a long answer": lambda visit: visit.asks("Was steht in der Hausordnung?"),
    "a question back": lambda visit: visit.asks(CLARIFIED),
    "a decline": lambda visit: visit.asks(UNKNOWN),
    "the menu": lambda visit: visit.asks("/menu"),
    "an emergency": lambda visit: visit.asks(EMERGENCY),
    "the choice of languages": lambda visit: visit.asks("/language"),
    "a reply in Arabic": lambda visit: visit.asks(ARABIC_QUESTION),
    "the file of what is stored": lambda visit: visit.asks("/mydata"),
    "the privacy notice": lambda visit: visit.asks("/privacy"),
    "a way to a person": lambda visit: visit.asks("/team"),
}


@pytest.mark.parametrize(
    ("language", "colours", "size"),
    [
        pytest.param("de", "light", PHONE, id="de light phone"),
        pytest.param("de", "dark", PHONE, id="de dark phone"),
        pytest.param("de", "light", DESKTOP, id="de light desktop"),
        pytest.param("de", "dark", DESKTOP, id="de dark desktop"),
        pytest.param("en", "dark", PHONE, id="en dark phone"),
        pytest.param("en", "light", DESKTOP, id="en light desktop"),
        pytest.param("ar", "light", PHONE, id="ar light phone"),
        pytest.param("ar", "dark", DESKTOP, id="ar dark desktop"),
    ],
)
def test_the_chat_has_no_barrier_that_axe_knows(
    browser: Browser, site: Site, size: dict[str, int], colours: Literal["light", "dark"], language: str
) -> None:
    with visiting(browser, site, f"/?lang={language}", viewport=size, color_scheme=colours) as visit:
        for state, reach in STATES.items():
            reach(visit)
            assert not (found := found_by_axe(visit.page)), f"{state}: {found}"


@pytest.mark.parametrize("path", ["/privacy", "/nothing", "/api/docs"], ids=["privacy", "no page", "api"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_other_pages_have_no_barrier_that_axe_knows(
    browser: Browser, site: Site, colours: Literal["light", "dark"], path: str
) -> None:
    with visiting(browser, site, path, color_scheme=colours) as visit:
        assert not (found := found_by_axe(visit.page)), found
        visit.complaints[:] = [one for one in visit.complaints if "404" not in one]


@pytest.mark.parametrize("trouble", ["too many", "no connection"])
def test_a_sentence_of_trouble_has_no_barrier_that_axe_knows(visit: Visit, trouble: str) -> None:
    sentence = visit.page.locator("#trouble").get_attribute("data-too-many" if trouble == "too many" else "data-failed")
    visit.page.locator("#trouble").evaluate("(place, words) => { place.textContent = words; }", sentence)
    assert not (found := found_by_axe(visit.page)), found


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
def test_the_button_on_another_site_has_no_barrier_that_axe_knows(browser: Browser, site: Site, is_open: bool) -> None:
    page = browser.new_page()
    with serve_html(HOST.format(line=f'<script src="{site.address}/embed.js" async></script>')) as host:
        page.goto(host)
        button = page.get_by_role("button", name="Fragen? Hier schreiben")
        button.wait_for()
        if is_open:
            button.click()
        assert not (found := found_by_axe(page)), found
    page.close()
