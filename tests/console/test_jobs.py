"""The ten most common jobs of the office, from signing in to what a resident gets of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from bot.clock import sort_questions
from bot.domain.staff import Role
from bot.services import staff, topics
from bot.services.grouping import Sorter
from tests.console.browsing import at_desk
from tests.console.conftest import PASSWORD
from tests.console.example import WORDS, does
from tests.console.person import Keyboard, Neighbour, Person
from tests.webchat.browsing import Site, visiting, window


def replace_in_excel(file: Path, old: str, new: str) -> None:
    """Change a cell, as somebody does who opens the file."""
    book = load_workbook(file)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == old]
    assert len(cells) == 1
    cells[0].value = new
    book.save(file)


WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def person(browser: Browser, site: Site) -> Iterator[Person]:
    """Somebody of the neighbourhood management, signed in."""
    with at_desk(browser, site, Role.QM, viewport=WIDE) as visit:
        yield Person(visit)


@pytest.fixture
def resident(browser: Browser, site: Site) -> Iterator[Neighbour]:
    """Somebody with the chat on a phone."""
    with visiting(browser, site) as visit:
        yield Neighbour(visit)


def test_a_newcomer_changes_an_answer(browser: Browser, site: Site, resident: Neighbour) -> None:
    _, token = does(site.town, staff.add, "Nova", Role.EDITOR, "de", site.town.now())
    with window(browser, site, viewport=WIDE) as visit:
        person = Person(visit).opens(f"/console/setup/{token}")
        person.types("Passwort", PASSWORD).presses("Speichern und anmelden")
        person.goes_to("Einträge", "Bücherei", "Bearbeiten")
        person.types("Antwort – Deutsch", "Lesen und Tee trinken.").presses("Speichern, prüfen, veröffentlichen")
        person.reads("Tee trinken", "Fragen wurden gestellt").presses("Veröffentlichen")
        person.reads("Veröffentlicht.")
        assert len(person.clicks) == 6
    expect(resident.asks("Wo kann ich Bücher leihen?")).to_contain_text("Tee trinken")


def test_a_new_entry(person: Person, resident: Neighbour) -> None:
    person.goes_to("Einträge", "Neuer Eintrag")
    person.types("Titel auf Deutsch", "Reparaturcafé").ticks("Angebot").presses("Beginnen")
    person.types("Antwort – Deutsch", "Wir reparieren gemeinsam Toaster.")
    person.types("Formulierungen – Deutsch", "Mein Toaster ist kaputt\nWo wird repariert?")
    expect(person.page.locator("#preview")).to_contain_text("Toaster")
    person.presses("Speichern, prüfen, veröffentlichen").reads("Wir reparieren").presses("Veröffentlichen")
    person.reads("Veröffentlicht.")
    expect(resident.asks("mein toaster ist kaput")).to_contain_text("Wir reparieren gemeinsam Toaster.")


def test_another_phrasing(person: Person, resident: Neighbour) -> None:
    question = "Muss ich leise sein?"
    person.goes_to("Einträge", "Hausordnung", "Bearbeiten")
    person.adds("Formulierungen – Deutsch", question).presses("Entwurf speichern")
    person.goes_to("Einträge", "Hausordnung").types("Frage", question).presses("Fragen")
    person.reads("dieser Eintrag").follows("Prüfen und veröffentlichen").presses("Veröffentlichen")
    person.reads("Veröffentlicht.")
    expect(resident.asks(question)).to_contain_text("Hausordnung")


def test_an_open_question_becomes_a_phrasing(person: Person, resident: Neighbour) -> None:
    question = "Drachenboote zähmen"
    resident.asks(question)
    resident.visit.taps("Ja, das Team fragen")
    person.site.does(sort_questions(person.site.town.desk, Sorter()))
    person.opens("/console").follows("Offene Fragen").follows(question).types("Ein anderer Eintrag", "Umzug")
    person.presses("Prüfen, was sich ändert").reads("Neue Formulierung von", "Umzug")
    person.presses("Formulierung hinzufügen").reads("Eine Person")
    person.site.town.now.moves(minutes=15)  # until then it could be taken back
    resident.hears("Dann zum Amt.")
    expect(resident.asks("drachenbote zämen")).to_contain_text("Dann zum Amt.")


def test_an_answer_to_a_waiting_person(person: Person, resident: Neighbour) -> None:
    resident.asks("/team")
    resident.writes(WORDS)
    person.opens("/console").reads("Mensch wartet auf eine Antwort").follows("Menschen warten")
    person.follows("Gespräch").reads(WORDS).types("Ihre Antwort", "Wir kümmern uns.").presses("Senden")
    resident.hears("Wir kümmern uns.")
    person.reads("zugestellt").presses("Beenden, der Bot macht weiter")
    resident.hears("beendet")
    expect(resident.asks("Hund anmelden")).to_contain_text("Im Amt.")


def test_an_event_is_planned_and_moved(person: Person, resident: Neighbour) -> None:
    person.goes_to("Termine", "Termin anlegen").types("Titel", "Straßenfest").types("Ort", "Musterplatz")
    person.types("Tag", "2026-06-20").types("Beginnt um", "15:00")
    person.ticks("Beteiligung: Die Menschen reden mit und melden sich an").presses("Speichern")
    person.reads("Straßenfest", "Sa., 20. Juni 2026, 15:00")
    expect(resident.asks("/events")).to_contain_text("Straßenfest")
    number = person.page.url.rpartition("/")[2]
    resident.asks(f"/register {number} 2")
    person.follows("Ändern oder verlegen").types("Beginnt um", "16:30").presses("Speichern")
    person.reads("Diese Änderung speichern?", "1 Mensch", "16:30 Uhr").presses(
        "Speichern und 1 Menschen Bescheid geben"
    )
    person.reads("16:30")
    resident.hears("16:30 Uhr")


def test_a_notice_to_many(person: Person, resident: Neighbour) -> None:
    does(person.site.town, topics.create, {"de": "Feste"})
    resident.asks("/subscribe all")
    person.goes_to("Rundnachrichten", "Rundnachricht schreiben").types(
        "Text der Rundnachricht", "Am Samstag ist Hoffest."
    )
    expect(person.page.locator("#seen")).to_contain_text("Hoffest")
    person.presses("Entwurf speichern").reads("Am Samstag ist Hoffest.").presses("An 1 Menschen verschicken")
    resident.hears("Am Samstag ist Hoffest.")


def test_a_file_of_entries(person: Person, resident: Neighbour, tmp_path: Path) -> None:
    person.goes_to("Einträge", "Import und Export")
    with person.page.expect_download() as download:
        person.follows("Excel")
    file = tmp_path / "entries.xlsx"
    download.value.save_as(file)
    replace_in_excel(file, "Per Post.", "Per Post oder im Netz.")
    person.brings("Datei", file).presses("Datei ansehen").reads("Noch ist nichts übernommen.", "Hund abmelden")
    person.presses("Jetzt alles übernehmen")
    expect(resident.asks("Hund abmelden")).to_contain_text("oder im Netz")


def test_the_figures_and_their_report(person: Person) -> None:
    person.goes_to("Zahlen").reads("Fragen und Antworten")
    with person.page.expect_download() as download:
        person.follows("PDF zum Drucken")
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_a_question_is_answered_by_keyboard_alone(person: Person, resident: Neighbour) -> None:
    resident.asks("/team")
    resident.writes("Wann kommt die Bank zurück?")
    keys = Keyboard(person.opens("/console").page)
    keys.enters("Menschen warten").enters("Gespräch ").reaches("Ihre Antwort").types("Im Mai.").enters("Senden")
    person.reads("Im Mai.")
    resident.hears("Im Mai.")


def test_an_answer_is_changed_without_script(browser: Browser, site: Site, resident: Neighbour) -> None:
    with at_desk(browser, site, Role.EDITOR, viewport=WIDE, java_script_enabled=False) as visit:
        person = Person(visit).opens("/console/entries").follows("Sprachcafé").follows("Bearbeiten")
        person.types("Antwort – Deutsch", "Hier reden alle.").presses("Speichern, prüfen, veröffentlichen")
        person.presses("Veröffentlichen").reads("Veröffentlicht.", "Hier reden alle.")
    expect(resident.asks("Wo ist das Sprachcafé?")).to_contain_text("Hier reden alle.")
