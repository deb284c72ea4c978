"""The page with the figures, its pictures and the report for the funders."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import httpx
import openpyxl
import pytest
from sqlalchemy import delete

from bot.clock import count_days
from bot.domain.figures import Figure
from bot.domain.staff import Role
from bot.services import statistics
from bot.storage.tables import ConversationRow, TurnRow
from tests.conftest import Resident
from tests.console.conftest import SignIn, TestTown, words_of

JUNE = "first=2026-06-01&last=2026-06-30"
MAY = "first=2026-05-01&last=2026-05-31"
SECTIONS = ("questions", "languages", "topics", "unmet", "people", "notices", "meetings", "access")


async def asks(office: TestTown) -> None:
    """Six people ask in German, two in Turkish."""
    for number in range(6):
        await Resident(office, f"german-{number}", language="de").sends("Wo kann ich Bücher leihen?")
    for number in range(2):
        await Resident(office, f"turkish-{number}", language="tr").sends("Zwergpinguine fressen Heringe")


async def is_over(office: TestTown) -> None:
    """It is twenty days later, and the days before are counted."""
    office.now.moves(days=20)
    await count_days(office.desk)


def keeps(office: TestTown, first: date, days: int, **figures: int) -> None:
    """Numbers of earlier days, as they were kept."""
    counted = {first + timedelta(days=day): {(Figure(name), ""): value for name, value in figures.items()}
               for day in range(days)}  # fmt: skip
    with office.database.writing() as db:
        statistics.store(db, counted)


async def test_a_new_town_is_told_what_to_do(editor: httpx.AsyncClient) -> None:
    page = await editor.get("/console/figures")
    assert page.status_code == 200
    assert "In dieser Zeit wurde nichts gezählt" in words_of(page)
    assert "questions.svg" not in page.text


async def test_everybody_of_the_office_sees_the_figures(sign_in: SignIn, stranger: httpx.AsyncClient) -> None:
    for role in Role:
        browser = await sign_in(role)
        assert (await browser.get("/console/figures")).status_code == 200
        assert (await browser.get(f"/console/figures/report.csv?{JUNE}")).status_code == 200
    for path in ("/console/figures", f"/console/figures/questions.svg?{JUNE}", f"/console/figures/report.pdf?{JUNE}"):
        assert (await stranger.get(path)).status_code == 303


async def test_the_page_tells_what_was_asked_this_month(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    page = await editor.get("/console/figures")
    words = words_of(page)
    assert "1. Juni 2026 bis 30. Juni 2026" in words
    assert "Diese Zeit ist noch nicht um" in words
    assert "Fragen 8 Beantwortet 6 75 % Nachgefragt 0 0 %" in words.replace("\u00a0", " ")
    assert "Menschen, die geschrieben haben (jeder einmal gezählt) 8" in words
    assert len(page.content) < 200_000


async def test_small_groups_stand_nowhere(office: TestTown, editor: httpx.AsyncClient) -> None:
    office.now.moves(days=-20)
    await asks(office)
    for number in range(9):
        await Resident(office, f"arabic-{number}", language="ar").sends("Zwergpinguine fressen Heringe")
    await is_over(office)
    assert "Das steht hier für ganze Monate" in words_of(await editor.get(f"/console/figures?period=free&{MAY[:-2]}30"))
    page = words_of(await editor.get("/console/figures?period=last_month"))
    assert "Arabisch 9 9" in page
    assert "Deutsch nicht gezeigt nicht gezeigt" in page  # else the total would tell how many wrote in Turkish
    assert "Türkisch nicht gezeigt nicht gezeigt" in page
    table = (await editor.get(f"/console/figures/report.csv?{MAY}")).text
    assert re.findall(r"^.*Türkisch.*$", table, re.M)
    assert not re.findall(r"Türkisch.*;2\r?$", table, re.M)
    assert "Türk" not in (await editor.get(f"/console/figures/languages.svg?{MAY}")).text


async def test_a_number_that_tells_who_it_was_is_not_divided(office: TestTown, editor: httpx.AsyncClient) -> None:
    office.now.moves(days=-20)
    await Resident(office, "alone", language="tr").sends("Zwergpinguine fressen Heringe")
    await is_over(office)
    page = words_of(await editor.get("/console/figures?period=last_month"))
    assert "Fragen 1" in page
    assert "Türkisch" not in page
    assert "Fragen nach Sprache: Es gibt keine, oder es sind so wenige, dass" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("period=last_month", "1. Mai 2026 bis 31. Mai 2026"),
        ("period=quarter", "1. April 2026 bis 30. Juni 2026"),
        ("period=last_quarter", "1. Januar 2026 bis 31. März 2026"),
        ("period=year", "1. Januar 2026 bis 31. Dezember 2026"),
        ("period=last_year", "1. Januar 2025 bis 31. Dezember 2025"),
        ("period=free&first=2026-03-02&last=2026-03-02", "2. März 2026."),
        ("period=free&first=2.3.2026&last=02.03.2026", "2. März 2026."),
        ("period=free&first=9999-12-01&last=9999-12-31", "1. Dezember 9999 bis 31. Dezember 9999"),
        ("period=free&first=0001-01-01&last=0001-12-31", "In dieser Zeit wurde nichts gezählt"),
        ("period=nonsense", "1. Juni 2026 bis 30. Juni 2026"),
    ],
)
async def test_days_can_be_chosen(editor: httpx.AsyncClient, query: str, shown: str) -> None:
    page = await editor.get(f"/console/figures?{query}")
    assert page.status_code == 200
    assert shown in words_of(page)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-05-02", "2026-05-01", "Der letzte Tag darf nicht vor dem ersten liegen."),
        ("", "2026-05-01", "24.12.2026"),
        ("2000-01-01", "2026-01-01", "höchstens zwei Jahre"),
    ],
)
async def test_days_that_cannot_be_are_explained_and_stay(
    editor: httpx.AsyncClient, first: str, last: str, told: str
) -> None:
    page = await editor.get("/console/figures", params={"period": "free", "first": first, "last": last})
    assert page.status_code == 422
    assert told in words_of(page)
    assert f'value="{last}"' in page.text
    picture = await editor.get("/console/figures/questions.svg", params={"first": first, "last": last})
    assert picture.status_code == 409


async def test_pictures_stand_alone_and_say_what_they_show(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    keeps(office, date(2026, 6, 1), 5, questions=1000, answered=700, declined=300)
    for section in SECTIONS:
        answer = await editor.get(f"/console/figures/{section}.svg?{JUNE}")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-security-policy"].startswith("default-src 'none';")
        picture = ElementTree.fromstring(answer.content)  # noqa: S314 (we made it)
        names = [each.tag.rpartition("}")[2] for each in picture.iter() if isinstance(each.tag, str)]
        assert names[1:3] == ["title", "desc"]
        assert not {"script", "image", "use", "a"} & set(names)
        links = [value for each in picture.iter() for value in each.attrib.values() if "//" in value]
        assert links == []
        assert re.findall(r"@import|url\(\s*['\"]?(?!#)", answer.text) == []
    questions = (await editor.get(f"/console/figures/questions.svg?{JUNE}")).text
    assert "Fragen im Lauf der Zeit. 1. Juni: 1.000" in questions.replace("\u00a0", " ")
    assert (await editor.get(f"/console/figures/questions.svg?{JUNE}")).text == questions
    assert (await editor.get(f"/console/figures/nothing.svg?{JUNE}")).status_code == 404


async def test_each_picture_has_words_and_a_table(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    page = (await editor.get("/console/figures")).text
    pictures = re.findall(r"<img [^>]*>", page)
    assert pictures
    assert all(re.search(r'alt="[^"]{10,}"', each) and "/console/figures/" in each for each in pictures)
    assert page.count("<caption>") >= len(pictures)
    assert page.count("<table>") == page.count("<caption>")
    assert not re.search(r"<svg|style=|<th(?![^>]* scope=)[ >]", page)


async def test_the_report_is_the_same_when_the_residents_are_gone(office: TestTown, editor: httpx.AsyncClient) -> None:
    office.now.moves(days=-20)
    await asks(office)
    office.now.moves(days=20)
    await count_days(office.desk)
    endings = ("pdf", "xlsx", "csv")
    before = [(await editor.get(f"/console/figures/report.{ending}?{MAY}")).content for ending in endings]
    with office.database.writing() as db:
        db.execute(delete(TurnRow))
        db.execute(delete(ConversationRow))
    office.now.moves(minutes=30, seconds=7)
    after = [(await editor.get(f"/console/figures/report.{ending}?{MAY}")).content for ending in endings]
    assert after == before
    assert "Fragen;Anzahl;8" in before[2].decode("utf-8-sig")


async def test_the_report_is_a_file_of_its_kind(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    paper = await editor.get(f"/console/figures/report.pdf?{JUNE}")
    assert paper.headers["content-type"] == "application/pdf"
    assert 'filename="lotse-2026-06-01-2026-06-30.pdf"' in paper.headers["content-disposition"]
    assert paper.content.startswith(b"%PDF-")
    assert b"/Lang (de)" in paper.content
    assert b"/DisplayDocTitle true" in paper.content
    assert b"/Outlines" in paper.content
    book = openpyxl.load_workbook(io.BytesIO((await editor.get(f"/console/figures/report.xlsx?{JUNE}")).content))
    assert book.sheetnames[0] == "Überblick"
    assert len(book.sheetnames) == 1 + len(SECTIONS)
    assert "8" not in [cell.value for row in book.worksheets[1] for cell in row]
    assert 8 in [cell.value for row in book.worksheets[1] for cell in row]
    assert (await editor.get(f"/console/figures/report.exe?{JUNE}")).status_code == 404


async def test_no_name_becomes_a_formula(office: TestTown, editor: httpx.AsyncClient) -> None:
    office.now.moves(days=-20)
    await office.knows("=HYPERLINK(1)", answer="Nein.", entry_id="formel")
    for number in range(6):
        await Resident(office, f"someone-{number}").sends("=HYPERLINK(1)")
    await is_over(office)
    table = (await editor.get(f"/console/figures/report.csv?{MAY}")).text
    assert "'=HYPERLINK(1)" in table
    book = openpyxl.load_workbook(io.BytesIO((await editor.get(f"/console/figures/report.xlsx?{MAY}")).content))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value == "=HYPERLINK(1)"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


async def test_a_name_in_any_script_can_be_printed(office: TestTown, editor: httpx.AsyncClient) -> None:
    title = "Nachbarn „Şirin“ – Привет 😀 50 €"
    office.now.moves(days=-20)
    await office.knows(title, answer="Ja.", entry_id="nachbarn")
    for number in range(6):
        await Resident(office, f"someone-{number}").sends(title)
    await is_over(office)
    assert title in (await editor.get(f"/console/figures/report.csv?{MAY}")).text
    paper = await editor.get(f"/console/figures/report.pdf?{MAY}")
    assert paper.status_code == 200
