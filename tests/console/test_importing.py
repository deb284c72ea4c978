"""Import and export in the console."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace

import httpx
import openpyxl
import pytest

from bot.domain.staff import Role
from bot.services import audit, library
from bot.services.audit import Search
from knowledge.entry import Entry
from knowledge.files import read_entries, write_entries
from tests.conftest import TestTown
from tests.console.conftest import SignIn, words_of
from tests.small_quarter import ENTRIES, LIBRARY

PATH = "/console/exchange"
CHANGED = replace(LIBRARY, cost={"de": "1 Euro"}, text={"de": "Nur lesen.", "tr": "Oku."})
NEW = Entry("chor", title={"de": "Chor"}, text={"de": "Singen."}, phrasings={"de": ("Wo kann ich singen?",)})


def stored(office: TestTown) -> list[Entry]:
    with office.database.reading() as db:
        return library.all_entries(db)


def hidden(page: httpx.Response, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page.text)
    assert found
    return found[1]


async def bring(browser: httpx.AsyncClient, name: str, data: bytes, **more: str) -> httpx.Response:
    return await browser.post(PATH, files={"file": (name, data)}, data=more)


@pytest.mark.parametrize("ending", ["xlsx", "csv", "yaml", "jsonl"])
async def test_what_is_exported_comes_back_without_a_change(editor: httpx.AsyncClient, ending: str) -> None:
    file = await editor.get(f"{PATH}/entries.{ending}")
    assert file.headers["content-disposition"] == f'attachment; filename="eintraege.{ending}"'
    assert read_entries(f"a.{ending}", file.content) == sorted(ENTRIES, key=lambda entry: entry.id)
    page = words_of(await bring(editor, f"eintraege.{ending}", file.content))
    assert "0 Einträge neu anlegen und 0 ändern. 5 bleiben, wie sie sind." in page


async def test_a_file_is_first_looked_at_and_then_imported_whole(office: TestTown, editor: httpx.AsyncClient) -> None:
    before = stored(office)
    looked = await bring(editor, "meine.xlsx", write_entries("a.xlsx", [CHANGED, NEW]))
    page = words_of(looked)
    assert "Noch ist nichts übernommen. Die Datei meine.xlsx würde 1 Einträge neu anlegen und 1 ändern." in page
    assert "Bücherei Antwort (Deutsch), Kosten (Deutsch), Antwort (Türkisch)" in page
    assert "Käme neu dazu Chor chor" in page
    assert stored(office) == before
    done = await editor.post(PATH, data={"sure": "on", "kept": hidden(looked, "kept")})
    assert done.headers["location"] == "/console/entries"
    assert "Übernommen: 1 neu, 1 geändert, 0 unverändert." in words_of(await editor.get("/console/entries"))
    assert {entry.id: entry for entry in stored(office)}["buecherei"] == CHANGED
    assert "chor" in office.desk.snapshot.entries
    with office.database.reading() as db:
        (line, *_) = audit.listed(db, Search(area="entry"))
    assert (line.actor, line.deed, line.subject) == ("editor", "import", "meine.xlsx")


async def test_every_mistake_is_named_with_row_and_column(office: TestTown, editor: httpx.AsyncClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_entries("a.xlsx", [CHANGED, NEW, replace(NEW, id="c")])))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, name, value in ((2, "link", "example.org"), (3, "valid_from", "bald"), (4, "id", "chor")):
        sheet.cell(row, columns[name]).value = value
    out = io.BytesIO()
    book.save(out)
    before = stored(office)
    page = await bring(editor, "a.xlsx", out.getvalue())
    assert page.status_code == 422
    words = words_of(page)
    assert "2 link buecherei Bitte schreiben Sie eine Adresse, die mit https:// beginnt." in words
    assert "3 valid_from chor In Dateien steht ein Datum so: 2026-12-24. (bald)" in words
    assert "4 id chor Diese Kennung steht schon in Zeile 3." in words
    assert stored(office) == before


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", b"no workbook"), ("a.txt", b"id;kind"), ("a.csv", b"name;kind\nx;y"), ("a.yaml", b"a: ["), ("", b"x")],
)
async def test_what_cannot_be_read_is_said(editor: httpx.AsyncClient, name: str, data: bytes) -> None:
    page = await bring(editor, name, data)
    assert page.status_code == 422
    assert "Fehler" in words_of(page) or "Bitte wählen Sie eine Datei." in words_of(page)


async def test_what_changed_after_the_look_has_to_be_looked_at_again(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    looked = await bring(editor, "a.jsonl", write_entries("a.jsonl", [CHANGED]))
    with office.database.writing() as db:
        library.change(db, "buecherei", {"cost": "2 Euro"}, "Robin", office.now())
    again = await editor.post(PATH, data={"sure": "on", "kept": hidden(looked, "kept")})
    assert again.status_code == 409
    assert "Inzwischen hat jemand Einträge geändert." in words_of(again)
    done = await editor.post(PATH, data={"sure": "on", "kept": hidden(again, "kept")})
    assert done.status_code == 303


async def test_a_file_too_long_for_the_form_is_chosen_again(office: TestTown, editor: httpx.AsyncClient) -> None:
    noise = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000)]  # hardly packs any smaller
    data = write_entries("a.jsonl", [replace(NEW, extra={"noise": noise})])
    looked = await bring(editor, "a.jsonl", data)
    assert 'name="kept"' not in looked.text
    assert "Die Datei ist groß" in words_of(looked)
    assert (await bring(editor, "a.jsonl", data, sure="on")).status_code == 303
    assert "chor" in {entry.id for entry in stored(office)}


async def test_a_file_that_nobody_sealed_here_is_none(office: TestTown, editor: httpx.AsyncClient) -> None:
    before = stored(office)
    page = await editor.post(PATH, data={"sure": "on", "kept": "AAAA"})
    assert page.status_code == 422
    assert stored(office) == before


async def test_a_cell_that_looks_like_a_formula_stays_a_text(office: TestTown, editor: httpx.AsyncClient) -> None:
    with office.database.writing() as db:
        library.put(db, replace(NEW, title={"de": '=HYPERLINK("x")'}), "Kim", office.now())
    assert b"'=HYPERLINK" in (await editor.get(f"{PATH}/entries.csv")).content
    book = openpyxl.load_workbook(io.BytesIO((await editor.get(f"{PATH}/entries.xlsx")).content))
    assert [cell.data_type for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"] == []


async def test_who_may_only_read_exports_and_imports_nothing(office: TestTown, sign_in: SignIn) -> None:
    reader = await sign_in(Role.DATA_PROTECTION)
    assert (await reader.get(f"{PATH}/entries.csv")).status_code == 200
    assert 'type="file"' not in (await reader.get(PATH)).text
    assert (await bring(reader, "a.jsonl", write_entries("a.jsonl", [NEW]), sure="on")).status_code == 403
    assert "chor" not in {entry.id for entry in stored(office)}


async def test_a_format_that_is_not_there_leads_back(editor: httpx.AsyncClient) -> None:
    assert (await editor.get(f"{PATH}/entries.exe")).headers["location"] == PATH
