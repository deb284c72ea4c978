"""Somebody at an office computer: reads, clicks, types, and looks at what a resident gets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.console.example import deliver
from tests.webchat.browsing import Site, Visit

MOST_TABS = 60
"""Steps after which nobody would go on."""

NAME_OF_FOCUS = """() => {
    const one = document.activeElement;
    return [one.labels?.[0]?.textContent, one.getAttribute("aria-label"), one.textContent].join(" ");
}"""


@dataclass
class Person:
    """Who works at the console; everything is found by what stands on the page."""

    visit: Visit
    clicks: list[str] = field(default_factory=list)
    """What was clicked so far."""

    def __post_init__(self) -> None:
        """Say yes to what a page asks before."""
        self.page.on("dialog", lambda question: question.accept())

    @property
    def page(self) -> Page:
        """What is on the screen."""
        return self.visit.page

    @property
    def site(self) -> Site:
        """The town this person works for."""
        return self.visit.site

    def opens(self, path: str) -> Person:
        """Go to an address that somebody was given."""
        self.visit.opens(path)
        return self

    def goes_to(self, *names: str) -> Person:
        """Follow links, the first of them in the menu."""
        self._click(self.page.get_by_role("navigation", name="Bereiche").get_by_role("link", name=names[0], exact=True))
        for name in names[1:]:
            self.follows(name)
        return self

    def follows(self, name: str) -> Person:
        """Click a link of the page."""
        return self._click(self.page.get_by_role("main").get_by_role("link", name=name).first)

    def presses(self, name: str) -> Person:
        """Send a form with a button, and see the page that answers."""
        with self.page.expect_navigation():
            return self._click(self.page.get_by_role("button", name=name, exact=True).first)

    def ticks(self, label: str) -> Person:
        """Tick a box, or choose one of several."""
        self.clicks.append(label)
        self.page.get_by_label(label, exact=True).first.check()
        return self

    def types(self, label: str, text: str) -> Person:
        """Fill in a field; what stood there is gone."""
        self._field(label).fill(text)
        return self

    def chooses(self, label: str, option: str) -> Person:
        """Choose in a list."""
        self._field(label).select_option(label=option)
        return self

    def reads(self, *words: str) -> Person:
        """See words on the page; wait for them a while."""
        for each in words:
            expect(self.page.get_by_role("main")).to_contain_text(each)
        return self

    def adds(self, label: str, line: str) -> Person:
        """Write another line below what stands in a field."""
        return self.types(label, f"{self._field(label).input_value()}\n{line}")

    def brings(self, label: str, file: Path) -> Person:
        """Choose a file of this computer."""
        self._field(label).set_input_files(file)
        return self

    def _click(self, what: Locator) -> Person:
        self.clicks.append(what.inner_text())
        what.click()
        return self

    def _field(self, label: str) -> Locator:
        # What is optional says so behind its label.
        named = self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(freiwillig\))?$"))
        return named.and_(self.page.locator("input, textarea, select")).first


@dataclass
class Neighbour:
    """Somebody with the chat on a phone."""

    visit: Visit

    def asks(self, text: str) -> Locator:
        """What the bot answers."""
        return self.visit.asks(text)

    def writes(self, text: str) -> None:
        """Say something to which the bot is silent."""
        self.visit.field.fill(text)
        self.visit.field.press("Enter")
        expect(self.visit.page.locator(".yours").last).to_contain_text(text)
        expect(self.visit.field).to_have_value("")

    def hears(self, words: str) -> None:
        """Get something that was not asked for, from the team or by itself."""
        self.visit.site.does(deliver(self.visit.site.town))
        self.visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # not only in 15 seconds
        expect(self.visit.page.locator("#log")).to_contain_text(words)


@dataclass
class Keyboard:
    """A page without a mouse: only what the tabulator reaches can be used."""

    page: Page

    def reaches(self, name: str) -> Keyboard:
        """Go on with the tabulator until something with a name has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if name in self.page.evaluate(NAME_OF_FOCUS):
                return self
        raise AssertionError(f"{name} cannot be reached")

    def enters(self, name: str) -> Keyboard:
        """Go there and use it."""
        self.reaches(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def types(self, text: str) -> Keyboard:
        """Write where the focus is."""
        self.page.keyboard.type(text)
        return self
