"""Every page of the console: without a barrier that axe-core knows, on small and large screens, in light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.console.browsing import at_desk, is_page, routes_of, walk
from tests.webchat.browsing import Site, Visit, window
from tests.webchat.test_axe import found_by_axe

Pages = dict[str, httpx.Response]
"""Kind of a page -> one of them."""

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}

LARGEST_PAGE = 200_000
"""Bytes, as the office's oldest computer still shows at once."""

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

SMALL_TARGETS = """() => [...document.querySelectorAll("button, input, select, textarea, summary, .button, nav a")]
    .filter((one) => one.checkVisibility() && one.type !== "hidden" && !one.closest(".hidden"))
    .map((one) => [one, (one.closest("label.tick") ?? one).getBoundingClientRect()])
    .filter(([one, box]) => box.height < 43.5)
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)}: ${box.height} px`)"""

NOT_LINKED = {"/console/setup/{token}", "/console/broadcasts/{number}/progress"}
"""What only somebody reaches who was sent the address, and a part of a page that is fetched while a notice goes out."""


@pytest.fixture(scope="module")
def pages(busy_site: Site) -> Pages:
    """One page of each kind, with something in it."""
    return {kind: answer for kind, answer in walk(busy_site).items() if is_page(answer)}


@pytest.fixture
def desk(browser: Browser, busy_site: Site) -> Iterator[Visit]:
    """The administration at its desk."""
    with at_desk(browser, busy_site, viewport=WIDE) as visit:
        yield visit


def faults_of(pages: Pages, desk: Visit, look: Callable[[Page], object]) -> dict[str, object]:
    """What is wrong with pages, by their kind; those that are right are left out."""
    found: dict[str, object] = {}
    for kind, answer in pages.items():
        desk.opens(answer.request.url.raw_path.decode())
        if wrong := look(desk.page):
            found[kind] = wrong
    return found


def test_links_lead_to_every_page(busy_site: Site) -> None:
    found = walk(busy_site)
    assert {kind: answer.status_code for kind, answer in found.items() if answer.status_code != 200} == {}
    assert set(routes_of(busy_site)) - {kind.split("?")[0] for kind in found} == NOT_LINKED


def test_every_page_is_light_and_says_what_it_is(pages: Pages) -> None:
    for kind, answer in pages.items():
        assert len(answer.content) < LARGEST_PAGE, kind
        assert answer.text.count("<h1") == 1, kind
        assert '<html lang="de"' in answer.text, kind


def test_no_page_has_a_barrier_that_axe_knows(pages: Pages, desk: Visit) -> None:
    assert faults_of(pages, desk, found_by_axe) == {}


def test_no_page_has_one_on_a_phone_in_the_dark(browser: Browser, busy_site: Site, pages: Pages) -> None:
    with at_desk(browser, busy_site, viewport=NARROW, color_scheme="dark", has_touch=True) as desk:
        assert faults_of(pages, desk, found_by_axe) == {}
        desk.page.get_by_text("Menü", exact=True).click()
        assert not (found := found_by_axe(desk.page)), found


def test_nothing_has_to_be_scrolled_sideways(browser: Browser, busy_site: Site, pages: Pages) -> None:
    with at_desk(browser, busy_site, viewport=NARROW) as desk:
        assert faults_of(pages, desk, lambda page: page.evaluate(WIDER)) == {}


def test_every_target_is_as_large_as_a_thumb(browser: Browser, busy_site: Site, pages: Pages) -> None:
    with at_desk(browser, busy_site, viewport=NARROW) as desk:
        assert faults_of(pages, desk, lambda page: page.evaluate(SMALL_TARGETS)) == {}


@pytest.mark.parametrize("path", ["/console", "/console/setup/unknown"])
def test_pages_before_signing_in_have_no_barrier(browser: Browser, busy_site: Site, path: str) -> None:
    with window(browser, busy_site, viewport=NARROW) as visit:
        visit.opens(path)
        visit.complaints[:] = [one for one in visit.complaints if "404" not in one]
        assert not (found := found_by_axe(visit.page)), found
        assert visit.page.evaluate(WIDER) == 0
