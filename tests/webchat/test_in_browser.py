"""The chat page in a real browser, with and without script: what works in both."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.services.dialogue import Policy
from tests.small_quarter import UNKNOWN
from tests.webchat.browsing import PHONE, Site, Visit, visiting
from tests.webchat.quarter import ARABIC_QUESTION, CLARIFIED, EMERGENCY


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def visit(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visit]:
    with visiting(browser, site, java_script_enabled=request.param) as visit:
        yield visit


def test_a_question_is_answered_with_a_card(visit: Visit) -> None:
    answer = visit.sends("Umzug melden")
    expect(answer.get_by_role("heading", name="Umzug")).to_be_visible()
    expect(answer.get_by_role("listitem")).to_have_text(["einen Ausweis", "die <b>Bestätigung</b> & etwas Zeit"])
    expect(answer.get_by_role("link", name="umzug@example.org")).to_have_attribute("href", "mailto:umzug@example.org")
    expect(visit.page.locator(".yours p")).to_have_text("Umzug melden")


def test_an_example_begins_the_conversation(visit: Visit) -> None:
    answer = visit.taps("Hund anmelden")
    expect(answer.get_by_role("heading", name="Hund anmelden")).to_be_visible()
    expect(visit.page.locator(".yours p")).to_have_text("Hund anmelden")
    expect(visit.page.get_by_role("button", name="Wo kann ich Bücher leihen?")).to_have_count(0)


def test_the_menu_leads_to_an_answer_without_typing(visit: Visit) -> None:
    visit.taps("Menü")
    visit.taps("Tiere")
    expect(visit.taps("Hund abmelden").get_by_role("heading", name="Hund abmelden")).to_be_visible()
    expect(visit.page.locator(".yours p")).to_have_text(["Menü", "Tiere", "Hund abmelden"])


def test_a_choice_is_made_and_what_stood_on_the_button_is_what_was_said(visit: Visit) -> None:
    visit.sends(CLARIFIED)
    expect(visit.taps("Hund anmelden").get_by_role("heading", name="Hund anmelden")).to_be_visible()
    expect(visit.page.locator(".yours p")).to_have_text([CLARIFIED, "Hund anmelden"])


def test_a_question_goes_to_the_team(visit: Visit) -> None:
    visit.sends(UNKNOWN)
    expect(visit.taps("Ja, das Team fragen").get_by_role("heading")).to_have_text("Ich habe es weitergegeben.")


def test_the_emergency_card_can_be_called_at_once(visit: Visit) -> None:
    card = visit.sends(EMERGENCY)
    expect(card.get_by_role("link").first).to_have_attribute("href", "tel:112")
    expect(card.get_by_role("link").first).to_be_in_viewport()


def test_arabic_runs_from_right_to_left(visit: Visit) -> None:
    answer = visit.sends(ARABIC_QUESTION)
    expect(answer).to_have_attribute("lang", "ar")
    expect(answer).to_have_css("direction", "rtl")
    said = visit.page.locator(".yours p")
    assert said.evaluate("one => one.matches(':dir(rtl)')")
    phone = answer.get_by_role("link", name="0231 00000000").locator("bdi")
    assert phone.evaluate("one => one.matches(':dir(ltr)')"), "a number keeps its order"


def test_what_is_typed_stays_while_buttons_are_tapped(visit: Visit) -> None:
    visit.field.fill("noch nicht fertig")
    visit.taps("Menü")
    expect(visit.field).to_have_value("noch nicht fertig")


def test_the_page_follows_a_chosen_language(visit: Visit) -> None:
    visit.taps("🌐 Sprache")
    visit.taps("English")
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    expect(visit.page.get_by_role("textbox", name="Your question")).to_be_visible()
    expect(visit.page.get_by_role("navigation").get_by_role("button")).to_have_text(
        ["Menu", "Ask a person", "🌐 Language"]
    )
    expect(visit.page.get_by_role("contentinfo").get_by_role("link").first).to_have_text("Privacy")
    expect(visit.taps("Menu").get_by_role("heading")).to_have_text("Menu")


def test_what_is_stored_can_be_saved_as_a_file(visit: Visit, tmp_path: Path) -> None:
    visit.sends("Hund anmelden")
    link = visit.sends("/mydata").get_by_role("link", name="meine-daten.json")
    address = link.get_attribute("href") or ""
    with visit.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "meine-daten.json"
    download.value.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == base64.b64decode(address.partition(",")[2])
    assert json.loads((tmp_path / "saved").read_bytes())


def test_after_forget_nothing_said_stays_on_the_page(visit: Visit) -> None:
    visit.sends("Hund anmelden")
    visit.sends("/forget")
    visit.taps("Ja, alles löschen")
    expect(visit.page.locator(".yours p")).to_have_text("Ja, alles löschen")
    expect(visit.page.locator("[name=session]")).to_have_value("")


def test_of_too_many_messages_the_text_comes_back_with_a_sentence(visit: Visit) -> None:
    visit.site.town.desk.policy = Policy(rate=1)
    try:
        visit.sends("Hund anmelden")
        visit.field.fill("eine lange Frage")
        visit.page.locator("#ask > button").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("Das waren viele Nachrichten auf einmal.")
        expect(visit.field).to_have_value("eine lange Frage")
        expect(visit.field).to_have_attribute("aria-describedby", "trouble")
        expect(visit.page.locator(".yours")).to_have_count(1)
    finally:
        visit.site.town.desk.policy = Policy()
    visit.complaints[:] = [one for one in visit.complaints if "429" not in one]


def test_nothing_runs_out_of_a_narrow_screen(visit: Visit) -> None:
    visit.sends("Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3)
    visit.sends("Umzug melden")
    widest = visit.page.locator("html").evaluate("page => page.scrollWidth")
    assert widest <= PHONE["width"]


def test_the_privacy_page_is_one_tap_away_and_leads_back(visit: Visit) -> None:
    with visit.page.expect_popup() as opened:
        visit.page.get_by_role("link", name="Datenschutz").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Datenschutz")
    opened.value.get_by_role("link", name="Zum Chat").click()
    expect(opened.value.get_by_role("textbox", name="Ihre Frage")).to_be_visible()
