"""Make docs/chat.png anew, from a running chat: `python docs/picture.py http://127.0.0.1:8080`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(address: str) -> None:
    """Ask the chat at `address` and keep a picture of the answer, as on a phone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="de-DE")
        page.goto(address)
        page.get_by_role("textbox", name="Ihre Frage").fill("Mein altes Sofa muss weg")
        page.get_by_role("button", name="Senden").click()
        page.get_by_role("heading", name="Sperrmüll").wait_for()
        page.wait_for_timeout(500)
        page.screenshot(path=Path(__file__).with_name("chat.png"))
        browser.close()


main(sys.argv[1])
