"""The chat by keyboard alone, and as a screen reader hears it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.webchat.browsing import DESKTOP, PHONE, ZOOMED, Site, Visit, visiting
from tests.webchat.quarter import CLARIFIED

SEEN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height, 44) / 2, 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    window.stops ??= [];
    const isNew = one !== document.body && !stops.includes(one);
    stops.push(one);
    return {
        isNew,
        name: one.id || one.textContent.trim() || one.tagName,
        ring: style.outlineStyle === "solid" ? parseFloat(style.outlineWidth) : 0,
        isUncovered: one.contains(top) || top.contains(one) && top.closest("header, footer, form") === null,
        isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


def tabs(page: Page, key: str = "Tab", most: int = 80) -> list[str]:
    """What the keyboard reaches one after the other; each stop must show where it is, and not be covered."""
    names: list[str] = []
    page.evaluate("window.stops = []")
    for _ in range(most):
        page.keyboard.press(key)
        stop = page.evaluate(SEEN)
        if not stop["isNew"]:
            break
        assert stop["ring"] >= 2, stop
        assert stop["isInView"], stop
        assert stop["isUncovered"], stop
        names.append(stop["name"])
    return names


def test_tab_goes_through_the_page_in_the_order_it_is_read(visit: Visit) -> None:
    assert tabs(visit.page) == [
        *("Menü", "Mensch fragen", "🌐 Sprache", "log"),
        *("Hund anmelden", "Wo kann ich Bücher leihen?", "Tiere", "Weiteres", "text", "Senden", "Datenschutz"),
    ]


@pytest.mark.parametrize("size", [PHONE, DESKTOP, ZOOMED], ids=["phone", "desktop", "400 %"])
def test_the_focus_is_seen_everywhere_in_a_long_conversation(
    browser: Browser, site: Site, size: dict[str, int]
) -> None:
    with visiting(browser, site, viewport=size) as visit:
        for question in ("Umzug melden", "/menu", "Was steht in der Hausordnung?"):
            visit.asks(question)
        visit.page.locator("h1").click()
        forwards = tabs(visit.page)
        assert {"text", "Senden", "umzug@example.org", "Tiere"} <= set(forwards)


def test_the_way_back_is_the_way_there(visit: Visit) -> None:
    visit.asks("Umzug melden")
    visit.page.locator("h1").click()
    forwards = tabs(visit.page)
    assert tabs(visit.page, "Shift+Tab")[-len(forwards) :] == forwards[::-1]


def test_enter_sends_and_shift_enter_begins_a_new_line(visit: Visit) -> None:
    visit.field.focus()
    visit.page.keyboard.type("Hund")
    visit.page.keyboard.press("Shift+Enter")
    visit.page.keyboard.type("anmelden")
    expect(visit.field).to_have_value("Hund\nanmelden")
    visit.page.keyboard.press("Enter")
    expect(visit.newest.get_by_role("heading")).to_have_text("Hund anmelden")


def test_after_typing_the_focus_stays_in_the_field(visit: Visit) -> None:
    for question in ("Hund anmelden", "/menu"):
        visit.field.focus()
        visit.page.keyboard.type(question)
        visit.page.keyboard.press("Enter")
        expect(visit.field).to_have_value("")
        expect(visit.field).to_be_focused()


def test_enter_with_nothing_typed_sends_nothing(visit: Visit) -> None:
    visit.field.focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.type("   ")
    visit.page.keyboard.press("Enter")
    expect(visit.field).to_be_focused()
    expect(visit.page.locator(".yours")).to_have_count(0)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_button_answers_to_the_key_and_the_next_tab_goes_on_from_its_answer(visit: Visit, key: str) -> None:
    visit.asks(CLARIFIED)
    visit.page.get_by_role("button", name="Hund abmelden").focus()
    visit.page.keyboard.press(key)
    expect(visit.newest.get_by_role("heading")).to_have_text("Hund abmelden")
    expect(visit.page.locator("#newest")).to_be_focused()
    expect(visit.page.locator("#newest")).to_be_in_viewport()
    visit.page.keyboard.press("Tab")
    assert visit.newest.evaluate("answer => answer.contains(document.activeElement)")


def test_a_button_of_the_first_page_that_goes_away_does_not_take_the_focus_with_it(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Hund anmelden").press("Enter")
    expect(visit.page.locator("#newest")).to_be_focused()


def test_a_tap_with_the_mouse_goes_on_from_the_answer_too(visit: Visit) -> None:
    visit.taps("Menü")
    expect(visit.page.locator("#newest")).to_be_focused()
    assert visit.page.locator("#newest").evaluate("one => getComputedStyle(one).outlineStyle") == "none"


def test_new_messages_are_announced_once_and_politely(visit: Visit) -> None:
    log = visit.page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-relevant", "additions")
    expect(log).to_have_accessible_name("Gespräch")
    log.evaluate("""log => {
        window.changes = { added: 0, removed: 0 };
        new MutationObserver((all) => all.forEach((one) => {
            changes.added += [...one.addedNodes].filter((node) => node.nodeType === 1).length;
            changes.removed += [...one.removedNodes].filter((node) => node.nodeType === 1).length;
        })).observe(log, { childList: true });
    }""")
    visit.asks("Hund anmelden")
    assert visit.page.evaluate("changes") == {"added": 3, "removed": 1}, "question, answer, notice; the examples go"
    visit.asks("Hund abmelden")
    assert visit.page.evaluate("changes") == {"added": 5, "removed": 1}
    expect(log).not_to_have_attribute("aria-busy", "true")


def test_who_speaks_can_be_heard(visit: Visit) -> None:
    visit.asks("Hund anmelden")
    assert (visit.page.locator("#newest").text_content() or "").split() == ["Sie:", "Hund", "anmelden"]


def test_every_field_and_button_has_a_name(visit: Visit) -> None:
    visit.asks("/mydata")
    for role in ("button", "link", "textbox", "navigation", "log"):
        for one in visit.page.get_by_role(role).all():
            assert one.evaluate(
                "one => (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent).trim()"
            )
