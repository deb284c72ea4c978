"""Make the pictures of docs/handbuch.md anew: `PYTHONPATH=. python docs/handbook_pictures.py`.

They show the office of the tests (tests/console/example.py), so no real person is on them.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bot.domain.staff import Role
from tests.console import example
from tests.console.browsing import enter
from tests.webchat.browsing import serve

FOLDER = Path(__file__).with_name("pictures")
WINDOW = {"width": 1280, "height": 800}
WIDTH, COLOURS = 1000, 90


def move(page: Page) -> None:
    """Move the event by an hour, up to the page that asks whether that is meant."""
    page.get_by_label("Beginnt um").fill("19:00")
    page.get_by_role("main").get_by_role("button", name="Speichern").click()
    page.get_by_role("heading", level=1, name="Diese Änderung speichern?").wait_for()


def write(page: Page) -> None:
    """Write a notice, up to the page that sends it."""
    page.locator("#f-text-de").fill("Am Samstag ist Hoffest. Kommen Sie vorbei!")
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_role("button", name="verschicken").wait_for()


def stay(_: Page) -> None:
    """Show the page as it is."""


PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "start": ("/console", stay),
    "entry": ("/console/entries/buero/edit", stay),
    "question": ("/console/questions/1", stay),
    "case": ("/console/cases/2", stay),
    "event": ("/console/events/1", stay),
    "move": ("/console/events/1/edit", move),
    "broadcast": ("/console/broadcasts/new", write),
    "figures": ("/console/figures", stay),
}
"""Name of a file -> address of a page, and what is done there first."""


def keep(picture: bytes, file: Path) -> None:
    """Write a picture small."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    small = whole.resize((WIDTH, whole.height * WIDTH // whole.width), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as site, sync_playwright() as playwright:
        site.does(example.work(site.town))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport=WINDOW, locale="de-DE")
        enter(context, site, Role.QM)
        page = context.new_page()
        for name, (path, reach) in PICTURES.items():
            page.goto(site.address + path)
            reach(page)
            page.wait_for_load_state("networkidle")
            keep(page.screenshot(), FOLDER / f"{name}.png")
        browser.close()


main()
