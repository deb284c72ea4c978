"""An Excel file that a person can fill in."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.entry import Entry, FaultyFile, State
from knowledge.files import read_entries, write_entries
from knowledge.tables import LARGEST_UNPACKED


def sheet_of(*entries: Entry) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(write_entries("a.xlsx", entries)))
    return book.worksheets[0]


def lists_of(sheet: Worksheet) -> dict[str, str]:
    """Column -> what its cells offer to choose from."""
    rules = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    return {sheet[f"{str(rule.sqref).partition('2')[0]}1"].value: rule.formula1 for rule in rules}


def test_excel_offers_lists_where_only_some_values_are_right() -> None:
    found = lists_of(sheet_of(Entry("a", kind="Garten", call_first=True)))
    assert found == {
        "kind": '"offer,contact_point,event,topic,decline,Garten"',
        "state": '"draft,published,archived"',
        "call_first": '"ja,nein"',
    }


def test_excel_offers_no_list_that_it_could_not_read() -> None:
    assert "kind" not in lists_of(sheet_of(Entry("a", kind='Gar,ten"')))
    assert "kind" not in lists_of(
        sheet_of(*(Entry(f"a{number}", kind=f"Eine Art {number:020}") for number in range(20)))
    )


def test_what_a_person_chose_in_excel_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_entries("a.xlsx", [Entry("a", call_first=True)])))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name, value in (("id", "b"), ("kind", "offer"), ("state", "draft"), ("call_first", "nein")):
        sheet.cell(3, columns[name]).value = value
    out = io.BytesIO()
    book.save(out)
    assert read_entries("a.xlsx", out.getvalue()) == [
        Entry("a", call_first=True),
        Entry("b", kind="offer", state=State.DRAFT),
    ]


def test_a_file_that_grows_too_large_when_it_is_unpacked_is_not_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", bytes(LARGEST_UNPACKED + 1))
    assert len(packed.getvalue()) < 200_000
    with pytest.raises(FaultyFile, match="larger than 100 MB"):
        read_entries("entries.xlsx", packed.getvalue())
