"""The chat on small and large screens, with large letters, for thumbs."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.small_quarter import UNKNOWN
from tests.webchat.browsing import DESKTOP, PHONE, ZOOMED, Site, Visit, visiting
from tests.webchat.quarter import ARABIC_QUESTION, CLARIFIED, EMERGENCY

SIZES = {
    "phone": PHONE,
    "desktop": DESKTOP,
    "200 %": {"width": 640, "height": 512},
    "400 %": ZOOMED,
    "phone on its side": {"width": 640, "height": 320},
}
SMALL_PHONE = {"width": 360, "height": 640}
QUESTIONS = ("Umzug melden", CLARIFIED, "/menu", EMERGENCY, "/language", ARABIC_QUESTION, UNKNOWN, "/mydata", "/team")

SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, textarea, summary, [tabindex='0']")]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.height < (one.closest("p, li") && one.matches("a:not(.file, .back)") ? 24 : 44))
    .map(([one, box]) => `${one.textContent.trim()}: ${box.height} px`)"""

OVERFLOWING = """() => [...document.querySelectorAll("body *")]
    .filter((one) => !one.closest(".hidden") && one.getBoundingClientRect().width > 0)
    .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.right > document.documentElement.clientWidth + 0.5 || box.left < -0.5;
    })
    .map((one) => one.outerHTML.slice(0, 120))"""

OVERLAPPING = """() => {
    const all = [...document.querySelectorAll("a[href], button, textarea")]
        .map((one) => [one, one.getBoundingClientRect()]);
    return all.flatMap(([one, a], place) => all.slice(place + 1)
        .filter(([other]) => Boolean(one.closest("#log")) === Boolean(other.closest("#log")))
        .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        .map(([other]) => `${one.textContent.trim()} and ${other.textContent.trim()}`));
}"""


def talk(visit: Visit) -> None:
    """Every kind of message."""
    for question in QUESTIONS:
        visit.asks(question)


def scrolls_sideways(page: Page) -> bool:
    """Whether anything reaches beyond the window, to the left or right."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider or page.locator("#log").evaluate("log => log.scrollWidth > log.clientWidth")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_target_is_as_large_as_a_thumb(browser: Browser, site: Site, size: dict[str, int]) -> None:
    with visiting(browser, site, viewport=size) as visit:
        assert visit.page.evaluate(SMALL_TARGETS) == []
        talk(visit)
        assert visit.page.evaluate(SMALL_TARGETS) == []
        assert visit.page.evaluate(OVERLAPPING) == []


@pytest.mark.parametrize("path", ["/privacy", "/nothing"])
def test_targets_of_other_pages_are_as_large(visit: Visit, path: str) -> None:
    visit.opens(path)
    assert visit.page.evaluate(SMALL_TARGETS) == []
    visit.complaints[:] = [one for one in visit.complaints if "404" not in one]


@pytest.mark.parametrize("language", ["de", "ar", "bg"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_nothing_has_to_be_scrolled_sideways(browser: Browser, site: Site, size: dict[str, int], language: str) -> None:
    with visiting(browser, site, f"/?lang={language}", viewport=size) as visit:
        assert not scrolls_sideways(visit.page)
        talk(visit)
        assert not scrolls_sideways(visit.page)
        assert visit.page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_newest_message_and_the_field_can_be_reached(browser: Browser, site: Site, size: dict[str, int]) -> None:
    with visiting(browser, site, viewport=size) as visit:
        visit.asks("Hund anmelden")
        answer = visit.asks("Was steht in der Hausordnung?")
        expect(visit.page.locator("#newest")).to_be_in_viewport(ratio=0.9)
        expect(answer.get_by_role("heading")).to_be_in_viewport(ratio=0.9)
        for one in (answer.get_by_role("button").last, visit.field, visit.page.get_by_role("link", name="Datenschutz")):
            one.scroll_into_view_if_needed()
            expect(one).to_be_in_viewport(ratio=0.9)
        visit.field.fill("und noch etwas")
        visit.page.get_by_role("button", name="Senden").click()
        expect(visit.page.locator("#newest p")).to_have_text("und noch etwas")


def test_the_first_screen_of_a_phone_shows_topics(browser: Browser, site: Site) -> None:
    with visiting(browser, site, viewport=SMALL_PHONE) as visit:
        expect(visit.page.locator(".topics button").first).to_be_in_viewport(ratio=1)


def test_the_first_screen_of_an_emergency_tells_what_to_do_and_whom_to_call(browser: Browser, site: Site) -> None:
    with visiting(browser, site, viewport=SMALL_PHONE) as visit:
        card = visit.asks(EMERGENCY)
        expect(card.locator("p").first).to_be_in_viewport(ratio=1)
        for number in range(3):
            expect(card.get_by_role("link").nth(number)).to_be_in_viewport(ratio=0.9)
        rows = [card.get_by_role("link").nth(number).bounding_box() for number in range(3)]
        assert len({(row["x"], row["width"]) for row in rows if row}) == 1


@pytest.mark.parametrize("size", [SIZES["phone"], SIZES["desktop"], SIZES["200 %"]], ids=["phone", "desktop", "200 %"])
def test_the_header_and_the_field_stay_where_they_are(browser: Browser, site: Site, size: dict[str, int]) -> None:
    with visiting(browser, site, viewport=size) as visit:
        talk(visit)
        expect(visit.page.get_by_role("button", name="Menü").first).to_be_in_viewport(ratio=1)
        expect(visit.field).to_be_in_viewport(ratio=1)
        assert visit.page.evaluate("document.scrollingElement.scrollTop") == 0


@pytest.mark.parametrize(("motion", "behaviour"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_who_wants_less_motion_gets_none(browser: Browser, site: Site, motion: Any, behaviour: str) -> None:
    with visiting(browser, site, reduced_motion=motion) as visit:
        for place in ("html", "#log"):
            expect(visit.page.locator(place)).to_have_css("scroll-behavior", behaviour)
        moving = "() => document.getAnimations().filter((one) => one.effect.getTiming().duration > 0).length"
        visit.asks("Hund anmelden")
        assert visit.page.evaluate(moving) == 0


def test_text_can_be_spaced_out_without_loss(visit: Visit) -> None:
    # Source: WCAG 2.2, 1.4.12 (text spacing). Set through the object model, which the page's policy allows.
    visit.page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
            word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
        document.adoptedStyleSheets = [sheet];
    }""")
    talk(visit)
    assert not scrolls_sideways(visit.page)
    assert visit.page.evaluate(OVERFLOWING) == []
    clipped = """() => [...document.querySelectorAll("button")]
        .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent.trim())"""
    assert visit.page.evaluate(clipped) == []
