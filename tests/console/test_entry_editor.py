"""Writing an entry in the console: new, draft, two people, check and publish."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from bot.console import entry_form
from bot.console.forms import Filled
from bot.domain.staff import Role
from bot.services import drafts, library
from bot.services.drafts import Draft, new_id
from bot.storage.tables import GoldenRow
from knowledge.entry import Entry, OpenException, OpeningHours, OpenTime, Phone, Position
from knowledge.record import read_record, write_record
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, words_of
from tests.small_quarter import LIBRARY, OFFICE

PATH = "/console/entries"


def fields_of(page: httpx.Response) -> dict[str, list[str]]:
    """What the form of a page would send, as a browser reads it."""
    form = re.search(r'<form method="post" action="[^"]*/edit".*?</form>', page.text, re.S)
    assert form
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", form[0]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") not in ("checkbox", "radio") or re.search(r"\schecked(?:\s|>)", tag):
            found.setdefault(attributes["name"], []).append(unescape(attributes.get("value", "on")))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form[0], re.S):
        found.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return found


async def form_of(browser: httpx.AsyncClient, entry_id: str = "buecherei", second: str = "") -> dict[str, list[str]]:
    return fields_of(await browser.get(f"{PATH}/{entry_id}/edit?second={second}"))


async def save(browser: httpx.AsyncClient, fields: Mapping[str, Any], entry_id: str = "buecherei") -> httpx.Response:
    return await browser.post(f"{PATH}/{entry_id}/edit", data=dict(fields))


def draft_of(office: TestTown, entry_id: str = "buecherei") -> Draft | None:
    with office.database.reading() as db:
        return drafts.find(db, entry_id)


# --- New --------------------------------------------------------------------------------------------------------------


async def test_from_a_new_entry_to_what_a_resident_reads(office: TestTown, editor: httpx.AsyncClient) -> None:
    begun = await editor.post(f"{PATH}/new", data={"title": "Klavier leihen", "kind": "offer"})
    assert begun.headers["location"] == f"{PATH}/klavier-leihen/edit"
    fields = await form_of(editor, "klavier-leihen")
    fields |= {"text.de": ["Bei uns steht eins."], "phrasings.de": ["Wo gibt es ein Klavier?"], "deed": ["publish"]}
    saved = await save(editor, fields, "klavier-leihen")
    assert saved.headers["location"] == f"{PATH}/klavier-leihen/publish"
    resident = Resident(office)
    assert (await resident.writes("Wo gibt es ein Klavier?")).decision != "answer"
    await editor.get(saved.headers["location"])
    published = await publish(editor, "klavier-leihen", edition=2)
    assert published.status_code == 303
    assert (await resident.writes("Wo gibt es ein Klavier?")).text.startswith("Bei uns steht eins.")


async def publish(
    browser: httpx.AsyncClient, entry_id: str = "buecherei", edition: int = 1, **more: str
) -> httpx.Response:
    """Publish as soon as the questions were asked."""
    for _ in range(100):
        answer = await browser.post(f"{PATH}/{entry_id}/publish", data={"edition": str(edition)} | more)
        if "Prüfung läuft noch" not in answer.text:
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError("the questions were never all asked")


async def test_what_is_there_already_is_told_before_a_new_one_begins(editor: httpx.AsyncClient) -> None:
    again = await editor.post(f"{PATH}/new", data={"title": "Die Bücherei", "kind": "offer"})
    assert again.status_code == 409
    assert "Vielleicht gibt es so einen Eintrag schon: Bücherei (ein ähnlicher Titel)" in words_of(again)
    assert 'value="Die Bücherei"' in again.text
    sure = await editor.post(f"{PATH}/new", data={"title": "Die Bücherei", "kind": "offer", "anyway": "on"})
    assert sure.headers["location"] == f"{PATH}/die-bucherei/edit"


async def test_a_double_click_begins_one_entry(office: TestTown, editor: httpx.AsyncClient) -> None:
    page = await editor.get(f"{PATH}/new")
    once = re.search(r'name="once" value="([^"]+)"', page.text)
    assert once
    form = {"title": "Klavier leihen", "kind": "offer", "once": once[1]}
    clicks = await asyncio.gather(*(editor.post(f"{PATH}/new", data=form) for _ in range(3)))
    assert {click.headers["location"] for click in clicks} == {f"{PATH}/klavier-leihen/edit"}
    with office.database.reading() as db:
        assert [draft.entry.id for draft in drafts.listed(db)] == ["klavier-leihen"]


async def test_a_double_click_saves_once(office: TestTown, editor: httpx.AsyncClient) -> None:
    fields = await form_of(editor) | {"text.de": ["Eins."]}
    clicks = await asyncio.gather(*(save(editor, fields) for _ in range(3)))
    assert [click.status_code for click in clicks] == [303, 303, 303]
    draft = draft_of(office)
    assert draft and draft.edition == 1


async def test_parts_of_the_form_are_folded_while_nothing_stands_in_them(editor: httpx.AsyncClient) -> None:
    begun = await editor.post(f"{PATH}/new", data={"title": "Klavier leihen", "kind": "offer"})
    page = (await editor.get(begun.headers["location"])).text
    assert page.count('<details class="card part">') == 3
    assert 'name="text.en"' not in page
    assert (await editor.get(f"{PATH}/buecherei/edit")).text.count('<details class="card part" open>') == 3
    fields = await form_of(editor, "klavier-leihen") | {"mail": ["kein at"]}
    faulty = await save(editor, fields, "klavier-leihen")
    assert faulty.text.count('<details class="card part" open>') == 1


async def test_a_title_is_needed(editor: httpx.AsyncClient) -> None:
    assert (await editor.post(f"{PATH}/new", data={"title": " ", "kind": "offer"})).status_code == 422


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Büro & Ämter", "buro-amter"),
        ("!!", "eintrag"),
        ("new", "new-2"),
        ("Chor", "chor-3"),
        ("ÄÖ " * 60, "ao-" * 19 + "ao"),
    ],
)
def test_an_id_is_made_of_the_title_and_taken_by_nobody(title: str, made: str) -> None:
    assert new_id(title, {"chor", "chor-2"}) == made


# --- The form ---------------------------------------------------------------------------------------------------------

RICH = replace(
    LIBRARY,
    title={"de": "Bücherei", "tr": "Kütüphane", "ar": "مكتبة"},
    phrasings={"de": ("Eins?", "Zwei?"), "ar": ("كتب",)},
    keywords={"de": ("Buch",)},
    phones=(Phone("0231 1", {"de": "Büro", "ar": "مكتب"}), Phone("0231 2")),
    mail="a@example.org",
    link="https://example.org",
    opening_hours=OpeningHours(
        weekly=(
            OpenTime(("mon", "wed"), "09:00", "12:00"),
            OpenTime(("mon",), "14:00", "18:00"),
            OpenTime(("holiday",), "20:00", "24:00"),
        ),
        exceptions=(OpenException(date(2026, 12, 24), date(2026, 12, 26), note={"de": "Weihnachten", "ar": "عيد"}),),
        by_appointment=True,
        note={"de": "klingeln"},
        as_of="2025",
    ),
    languages=("de", "xx"),
    contact=("buero",),
    call_first=True,
    topics=("lesen", "spielen"),
    related=("anmelden", "abmelden"),
    valid_from=date(2026, 1, 1),
    valid_to=date(2027, 1, 1),
    source="Aushang",
    as_of="2025",
    checked_on=date(2026, 1, 1),
    next_check_on=date(2026, 7, 1),
    position=Position(51.5, 7.25),
    extra={"colour": "rot"},
)


@pytest.mark.parametrize("entry", [RICH, OFFICE, Entry("leer")], ids=lambda entry: entry.id)
def test_a_form_that_nobody_touched_changes_nothing(entry: Entry) -> None:
    languages, names = ("de", "tr"), {"buero": "Quartiersbüro", "anmelden": "Hund anmelden", "abmelden": "abmelden"}
    filled = Filled[Any](entry_form.typed(entry, languages, names))
    reading = entry_form.read(filled, write_record(entry), languages, {name: key for key, name in names.items()})
    assert reading.faults == {}
    assert read_record(reading.record) == entry


async def test_the_page_sends_back_what_it_showed(office: TestTown, editor: httpx.AsyncClient) -> None:
    with office.database.writing() as db:
        library.put(db, RICH, "Import", office.now())
    assert (await save(editor, await form_of(editor))).status_code == 303
    saved = draft_of(office)
    assert saved and saved.entry == RICH


async def test_what_is_typed_becomes_a_draft_field_by_field(office: TestTown, editor: httpx.AsyncClient) -> None:
    fields = await form_of(editor, second="en")
    fields |= {
        "title.en": ["Library"],
        "phrasings.de": ["Wo sind Bücher?\r\n\r\n  Und Comics?  "],
        "phone.0.number": ["0231 5"],
        "phone.0.label.de": ["Ausleihe"],
        "hours.sat.0.from": [""],
        "hours.sat.0.to": [""],
        "hours.mon.0.from": ["9"],
        "hours.mon.0.to": ["12.30"],
        "hours.mon.1.from": ["1400"],
        "hours.mon.1.to": ["24"],
        "hours.tue.0.from": ["9"],
        "hours.tue.0.to": ["12:30 Uhr"],
        "exception.0.first": ["2026-12-24"],
        "contact": ["Quartiersbüro", ""],
        "position": [""],
        "checked": ["on"],
        "months": ["12"],
    }
    assert (await save(editor, fields)).status_code == 303
    saved = draft_of(office)
    assert saved and saved.entry == replace(
        LIBRARY,
        title={"de": "Bücherei", "en": "Library"},
        phrasings={"de": ("Wo sind Bücher?", "Und Comics?")},
        phones=(Phone("0231 5", {"de": "Ausleihe"}),),
        opening_hours=OpeningHours(
            weekly=(OpenTime(("mon", "tue"), "09:00", "12:30"), OpenTime(("mon",), "14:00", "24:00")),
            exceptions=(OpenException(date(2026, 12, 24), date(2026, 12, 24)),),
        ),
        contact=("buero",),
        position=None,
        checked_on=date(2026, 6, 9),
        next_check_on=date(2027, 6, 9),
    )


@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("mail", "kein at", "E-Mail-Adresse wie"),
        ("link", "example.org", "mit https:// beginnt"),
        ("valid_to", "2020-01-01", "nicht vor dem ersten"),
        ("hours.sun.0.from", "25", "Uhrzeit wie 9:30"),
        ("hours.sun.0.to", "9", "Uhrzeit wie 9:30"),
        ("contact", "Niemand", "gibt es nicht"),
        ("position", "hier", "zwei Zahlen"),
        ("position", "151, 7", "zwei Zahlen"),
        ("exception.1.first", "gestern", "ein Datum wie"),
        ("exception.1.note.de", "Ferien", "füllen"),
        ("phone.1.label.de", "Not", "füllen"),
    ],
)
async def test_a_fault_stands_at_its_field_and_everything_typed_stays(
    office: TestTown, editor: httpx.AsyncClient, name: str, typed: str, fault: str
) -> None:
    fields = await form_of(editor) | {"text.de": ["Ganz neuer Text"], "valid_from": ["2026-01-01"], name: [typed]}
    page = await save(editor, fields)
    assert page.status_code == 422
    assert fault in words_of(page)
    assert "Ganz neuer Text" in page.text
    assert f'value="{typed}"' in page.text
    assert 'class="fault"' in page.text
    assert draft_of(office) is None


async def test_another_language_is_shown_after_saving(office: TestTown, editor: httpx.AsyncClient) -> None:
    fields = await form_of(editor, second="en") | {"text.en": ["Books."], "turn_to": ["ar"]}
    saved = await save(editor, fields)
    assert saved.headers["location"].endswith("/edit?second=ar")
    page = await editor.get(saved.headers["location"])
    assert 'name="text.ar"' in page.text
    await save(editor, fields_of(page) | {"text.ar": ["كتب"]})
    draft = draft_of(office)
    assert draft and draft.entry.text == {"de": "Lesen und leihen.", "en": "Books.", "ar": "كتب"}


async def test_two_people_cannot_overwrite_each_other_unnoticed(office: TestTown, sign_in: SignIn) -> None:
    one, other = await sign_in(Role.EDITOR), await sign_in(Role.QM)
    first, second = await form_of(one), await form_of(other)
    assert (await save(one, first | {"text.de": ["Eins."]})).status_code == 303
    page = await save(other, second | {"text.de": ["Zwei."]})
    assert page.status_code == 409
    assert "Antwort (Deutsch) Eins. Zwei." in words_of(page)
    assert "editor, Di., 9. Juni 2026" in words_of(page)
    kept = draft_of(office)
    assert kept and kept.entry.text == {"de": "Eins."}
    assert (await save(other, fields_of(page))).status_code == 303
    kept = draft_of(office)
    assert kept and (kept.entry.text, kept.author) == ({"de": "Zwei."}, "qm")


async def test_who_saved_nothing_new_makes_no_new_edition(office: TestTown, editor: httpx.AsyncClient) -> None:
    await save(editor, await form_of(editor) | {"text.de": ["Eins."]})
    await save(editor, await form_of(editor))
    kept = draft_of(office)
    assert kept and kept.edition == 1


async def test_the_preview_follows_what_is_typed_and_hints_at_hard_words(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    fields = await form_of(editor, second="en") | {
        "text.de": ["Der Wohnberechtigungsschein wird ausgestellt."],
        "text.en": ["Come in."],
    }
    part = await editor.post(f"{PATH}/buecherei/preview", data=fields)
    assert "<html" not in part.text
    for words in ("Der Wohnberechtigungsschein wird ausgestellt.", "Come in.", "Ein langes Wort", "Wer tut es?"):
        assert words in words_of(part)
    assert draft_of(office) is None


async def test_a_contact_point_tells_how_many_entries_change_with_it(editor: httpx.AsyncClient) -> None:
    page = words_of(await editor.get(f"{PATH}/buero/edit"))
    assert "1 Eintrag nennt diese Anlaufstelle. Was Sie hier ändern, ändert sich auch dort." in page


async def test_a_number_that_is_changed_once_is_right_everywhere(office: TestTown, editor: httpx.AsyncClient) -> None:
    await save(editor, await form_of(editor, "buero") | {"phone.0.number": ["0231 99999999"]}, "buero")
    await editor.get(f"{PATH}/buero/publish")
    await publish(editor, "buero")
    said = (await Resident(office).writes("Hund anmelden")).plain()
    assert "0231 99999999" in said
    assert "0231 00000000" not in said


async def test_a_phrasing_that_leads_elsewhere_is_warned_of_with_both_texts(editor: httpx.AsyncClient) -> None:
    saved = await save(editor, await form_of(editor) | {"phrasings.de": ["Wo sind Bücher?\nHund abmelden"]})
    assert saved.status_code == 303
    page = words_of(await editor.get(saved.headers["location"]))
    assert "„Hund abmelden“ (Deutsch): die Antwort ist Hund abmelden , dort steht „Hund abmelden“" in page


# --- Check and publish ------------------------------------------------------------------------------------------------


async def test_publishing_shows_the_change_and_makes_a_version(office: TestTown, editor: httpx.AsyncClient) -> None:
    await save(editor, await form_of(editor) | {"text.de": ["Nur lesen."]})
    page = words_of(await editor.get(f"{PATH}/buecherei/publish"))
    assert "Antwort (Deutsch) Lesen und leihen. Nur lesen." in page
    assert (await publish(editor)).headers["location"] == f"{PATH}/buecherei"
    assert draft_of(office) is None
    assert "Version 2 jetzt" in words_of(await editor.get(f"{PATH}/buecherei/versions"))


async def test_until_the_check_is_over_the_page_says_what_happens(office: TestTown, editor: httpx.AsyncClient) -> None:
    await save(editor, await form_of(editor) | {"phrasings.de": ["Wo kann ich Bücher leihen?\nWo ist Lesestoff?"]})
    page = await editor.get(f"{PATH}/buecherei/publish")
    assert "fällt weg: Gibt es eine Bibliothek?" in words_of(page)
    assert "kommt dazu: Wo ist Lesestoff?" in words_of(page)
    assert (await publish(editor)).status_code == 303


async def test_who_does_not_wait_says_so_with_a_button_of_its_own(office: TestTown, editor: httpx.AsyncClient) -> None:
    await save(editor, await form_of(editor) | {"text.de": ["Eins."]})
    answer = await editor.post(f"{PATH}/buecherei/publish", data={"edition": "1", "anyway": "unasked"})
    assert answer.status_code == 303
    assert draft_of(office) is None


async def test_questions_that_get_worse_must_be_seen_first(office: TestTown, editor: httpx.AsyncClient) -> None:
    with office.database.writing() as db:
        question = "Gibt es eine Bibliothek?"
        db.add(GoldenRow(language="de", text=question, expect="buecherei", author="Kim", at=office.now()))
    fields = await form_of(editor) | {
        "phrasings.de": ["Spielzeug?"],
        "title.de": ["Spielothek"],
        "text.de": ["Spiele."],
    }
    await save(editor, fields)
    refused = await publish(editor)
    assert refused.status_code == 409
    assert "1 Frage würde schlechter beantwortet als jetzt." in words_of(refused)
    assert "Gibt es eine Bibliothek? Bücherei keine Antwort schlechter" in words_of(refused)
    assert "Noch nicht veröffentlicht. Bitte lesen Sie unten" in words_of(refused)
    assert "Sie darf schlechter beantwortet werden: „Gibt es eine Bibliothek?“" in words_of(refused)
    assert (await publish(editor, anyway="unasked")).status_code == 409
    seen = re.search(r'name="anyway" value="(\w+)"', refused.text)
    assert seen
    assert (await publish(editor, anyway=seen[1])).status_code == 303


async def test_what_is_missing_is_named_instead_of_a_button(office: TestTown, editor: httpx.AsyncClient) -> None:
    await editor.post(f"{PATH}/new", data={"title": "Leer", "kind": "topic"})
    page = await editor.get(f"{PATH}/leer/publish")
    assert "Der Eintrag sagt noch nichts." in words_of(page)
    assert 'action="/console/entries/leer/publish"' not in page.text
    assert (await publish(editor, "leer", anyway="on")).status_code == 422


async def test_a_new_entry_with_a_known_number_may_be_there_already(editor: httpx.AsyncClient) -> None:
    await editor.post(f"{PATH}/new", data={"title": "Leer", "kind": "topic"})
    await save(editor, await form_of(editor, "leer") | {"phone.0.number": ["0231 / 000 000 00"]}, "leer")
    page = words_of(await editor.get(f"{PATH}/leer/publish"))
    assert "Vielleicht gibt es so einen Eintrag schon: Quartiersbüro (dieselbe Telefonnummer)" in page


async def test_a_draft_that_somebody_changed_meanwhile_is_not_published(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    await save(editor, await form_of(editor) | {"text.de": ["Eins."]})
    await save(editor, await form_of(editor) | {"text.de": ["Zwei."]})
    assert (await publish(editor, edition=1)).headers["location"] == f"{PATH}/buecherei"
    assert draft_of(office)


async def test_the_part_that_tells_the_progress_ends_by_itself(editor: httpx.AsyncClient) -> None:
    await save(editor, await form_of(editor) | {"text.de": ["Eins."]})
    for _ in range(100):
        part = await editor.get(f"{PATH}/buecherei/publish?part=run")
        if part.headers.get("X-Done"):
            break
        await asyncio.sleep(0.05)
    assert "<html" not in part.text
    assert "Alle bekommen" in words_of(part)


@pytest.mark.parametrize("path", ["new", "buecherei/edit", "buecherei/publish"])
async def test_who_may_only_read_does_not_write(office: TestTown, sign_in: SignIn, path: str) -> None:
    reader = await sign_in(Role.DATA_PROTECTION)
    assert (await reader.get(f"{PATH}/{path}")).status_code == 403
    assert (await reader.post(f"{PATH}/{path}", data={"title": "A", "kind": "offer"})).status_code == 403
    assert draft_of(office) is None
