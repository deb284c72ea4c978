"""What only the script of the page does: letters, the session of a tab, a lost connection."""

from __future__ import annotations

from playwright.sync_api import Browser, Route, expect

from tests.webchat.browsing import Site, Visit, visiting

KEPT = "sessionStorage.getItem('quartierslotse.session')"


def session_of(visit: Visit) -> str:
    """The session that the page will send."""
    return visit.page.locator("[name=session]").input_value()


def test_before_the_first_message_nothing_is_kept(visit: Visit) -> None:
    visit.field.fill("noch nicht gesendet")
    assert visit.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    assert session_of(visit) == ""
    assert not [address for address in visit.requests if "/letters" in address]


def test_the_session_is_kept_over_a_reload_in_this_tab_alone(visit: Visit) -> None:
    visit.asks("Hund anmelden")
    session = session_of(visit)
    assert session == visit.page.evaluate(KEPT)
    visit.page.reload()
    assert session_of(visit) == session
    visit.asks("und was kostet das?")
    assert session_of(visit) == session
    other = visit.page.context.new_page()
    other.goto(visit.site.address)
    assert other.locator("[name=session]").input_value() == ""
    assert visit.page.evaluate("localStorage.length") == 0


def test_after_forget_the_session_is_gone(visit: Visit) -> None:
    visit.asks("Hund anmelden")
    session = session_of(visit)
    visit.asks("/forget")
    visit.taps("Ja, alles löschen")
    assert (session_of(visit), visit.page.evaluate(KEPT)) == ("", None)
    visit.page.reload()
    assert session_of(visit) == ""
    visit.asks("Hund anmelden")
    assert session_of(visit) not in ("", session)


def test_after_keeping_everything_the_session_stays(visit: Visit) -> None:
    visit.asks("Hund anmelden")
    session = session_of(visit)
    visit.asks("/forget")
    visit.taps("Nein, behalten")
    assert session_of(visit) == visit.page.evaluate(KEPT) == session


def test_a_letter_appears_without_a_reload_and_once(browser: Browser, site: Site) -> None:
    with visiting(browser, site) as visit:
        visit.page.clock.install()
        visit.page.reload()
        visit.asks("Hund anmelden")
        site.write(session_of(visit), "Die Antwort des Teams")
        letter = visit.page.get_by_role("log").get_by_text("Die Antwort des Teams")
        expect(letter).to_have_count(0)
        visit.page.clock.run_for(16_000)
        expect(letter).to_be_in_viewport()
        site.write(session_of(visit), "Noch eine")
        visit.page.clock.run_for(16_000)
        expect(visit.page.get_by_text("Noch eine")).to_be_in_viewport()
        visit.page.clock.run_for(60_000)
        expect(letter).to_have_count(1)


def test_a_letter_that_is_asked_for_twice_at_once_comes_once(browser: Browser, site: Site) -> None:
    with visiting(browser, site) as visit:
        visit.asks("Hund anmelden")
        site.write(session_of(visit), "Die Antwort des Teams")
        visit.page.evaluate("for (let i = 0; i < 3; i++) document.dispatchEvent(new Event('visibilitychange'))")
        visit.asks("Hund abmelden")
        expect(visit.page.get_by_text("Die Antwort des Teams")).to_have_count(1)


def test_a_letter_waits_for_a_reload(visit: Visit) -> None:
    visit.asks("Hund anmelden")
    visit.site.write(session_of(visit), "Die Antwort des Teams")
    visit.page.reload()
    expect(visit.page.get_by_role("log").get_by_text("Die Antwort des Teams")).to_be_visible()


def test_a_letter_does_not_take_the_focus(browser: Browser, site: Site) -> None:
    with visiting(browser, site) as visit:
        visit.page.clock.install()
        visit.page.reload()
        visit.asks("Hund anmelden")
        visit.field.fill("ich schreibe gera")
        site.write(session_of(visit), "Die Antwort des Teams")
        visit.page.clock.run_for(16_000)
        expect(visit.page.get_by_text("Die Antwort des Teams")).to_be_visible()
        expect(visit.field).to_be_focused()
        expect(visit.field).to_have_value("ich schreibe gera")


# --- Trouble ---------------------------------------------------------------------------------------------------------


def test_without_a_connection_the_text_comes_back_with_a_sentence(visit: Visit) -> None:
    visit.page.context.set_offline(True)
    visit.field.fill("eine lange Frage, die niemand zweimal tippen will")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("alert")).to_contain_text("Das hat nicht geklappt.")
    expect(visit.field).to_have_value("eine lange Frage, die niemand zweimal tippen will")
    expect(visit.field).to_be_focused()
    expect(visit.field).to_have_accessible_description(
        "Das hat nicht geklappt. Bitte prüfen Sie Ihre Verbindung und senden Sie noch einmal."
    )
    visit.page.context.set_offline(False)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#newest p")).to_have_text("eine lange Frage, die niemand zweimal tippen will")
    expect(visit.page.get_by_role("alert")).to_have_text("")
    visit.complaints.clear()


def test_without_a_connection_a_button_can_be_tapped_again(visit: Visit) -> None:
    visit.page.context.set_offline(True)
    visit.page.get_by_role("button", name="Hund anmelden").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Das hat nicht geklappt.")
    visit.page.context.set_offline(False)
    expect(visit.taps("Hund anmelden").get_by_role("heading")).to_have_text("Hund anmelden")
    visit.complaints.clear()


def test_a_page_that_cannot_follow_a_language_shows_the_answer_all_the_same(visit: Visit) -> None:
    visit.page.route("**/?lang=en", lambda route: route.abort())
    visit.asks("/language")
    visit.taps("English")
    expect(visit.newest).to_have_attribute("lang", "en")
    expect(visit.page.locator("#trouble")).to_have_text("")
    visit.complaints[:] = [one for one in visit.complaints if "ERR_FAILED" not in one]


def test_a_server_in_trouble_is_told_too(visit: Visit) -> None:
    visit.page.route("**/", lambda route: route.fulfill(status=503, body="out of order"))
    visit.field.fill("Hund anmelden")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("alert")).to_contain_text("Das hat nicht geklappt.")
    expect(visit.field).to_have_value("Hund anmelden")
    visit.complaints.clear()


def test_what_is_typed_while_an_answer_is_on_its_way_is_sent_after_it(visit: Visit) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.page.route("**/", hold, times=1)
    visit.field.fill("Hund anmelden")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#log[aria-busy]")).to_be_visible()
    visit.field.fill("Hund abmelden")
    visit.page.keyboard.press("Enter")
    held[0].continue_()
    expect(visit.page.locator(".yours p")).to_have_text(["Hund anmelden", "Hund abmelden"])
    expect(visit.field).to_have_value("")


def test_a_button_tapped_twice_is_sent_once(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Menü").dblclick()
    expect(visit.newest).to_be_visible()
    visit.asks("Hund anmelden")
    expect(visit.page.locator(".yours p")).to_have_text(["Menü", "Hund anmelden"])


def test_a_browser_that_keeps_nothing_can_talk_all_the_same(browser: Browser, site: Site) -> None:
    with visiting(browser, site) as visit:
        visit.page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('forbidden'); } });"
        )
        visit.page.reload()
        visit.asks("Hund anmelden")
        session = session_of(visit)
        visit.asks("Hund abmelden")
        assert session == session_of(visit) != ""
        assert all("this browser keeps no session" in one for one in visit.complaints)
        visit.complaints.clear()
