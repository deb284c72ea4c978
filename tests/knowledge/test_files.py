"""Knowledge goes out to files and comes back the same."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from knowledge.entry import Entry, EntryError, GoldenQuestion, OpeningHours, OpenTime, Phone, Position
from knowledge.files import ENDINGS, FaultyFile, read_entries, read_questions, write_entries
from tests.knowledge.small_town import SMALL_TOWN
from tests.knowledge.strategies import ANYTHING, LINE, PROSE, collections, entries
from tests.knowledge.test_record import JSON_VALUES
from tests.knowledge.workbooks import excel

TABLES = (".csv", ".xlsx")


def returned(ending: str, given_entries: Iterable[Entry]) -> list[Entry]:
    return read_entries("knowledge" + ending, write_entries("knowledge" + ending, given_entries))


# --- Out and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".yaml", ".jsonl"])
@settings(max_examples=40, deadline=None)
@given(given_entries=collections(entries(prose=ANYTHING, unknown=JSON_VALUES)))
def test_what_is_exported_is_imported_equal(ending: str, given_entries: list[Entry]) -> None:
    assert returned(ending, given_entries) == given_entries


@pytest.mark.parametrize("ending", TABLES)
@settings(max_examples=40, deadline=None, phases=set(Phase) - {Phase.shrink})  # a workbook for each step takes minutes
@given(
    given_entries=collections(
        entries(
            prose=PROSE,
            listed=LINE.map(lambda text: text.replace(",", "").strip()).filter(bool),
            unknown=LINE | st.lists(JSON_VALUES) | st.dictionaries(LINE, LINE),
        )
    )
)
def test_a_table_keeps_entries_too(ending: str, given_entries: list[Entry]) -> None:
    """Cells have limits of their own: they hold no control characters (Excel) and one kind of line break, a comma parts
    the items of a list, a line break the phrasings, blank is missing, and a lone number or truth value of an unknown
    field is text."""
    assert returned(ending, given_entries) == given_entries


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_entries_are_a_file_too(ending: str) -> None:
    assert returned(ending, []) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_whole_town_goes_out_and_comes_back(ending: str) -> None:
    assert returned(ending, SMALL_TOWN) == list(SMALL_TOWN)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(
            Entry("a", title={"de": "2024-01-01", "no": "no"}, keywords={"de": ("true", "1", "01", "~")}),
            id="values in disguise",
        ),
        pytest.param(Entry("007", title={"de": "1e5"}, address="0231"), id="numbers in disguise"),
        pytest.param(Entry("a", text={"de": "\n\n a\n  b \n"}), id="blanks and line breaks"),
        pytest.param(Entry("a", text={"de": "_x000D_ #N/A NULL"}), id="words of spreadsheets"),
        pytest.param(
            Entry("a", phones=(Phone("+49 231 1"),), keywords={"de": ("-x", "=y", "'n Abend")}), id="signs in front"
        ),
        pytest.param(
            Entry("a", opening_hours=OpeningHours((OpenTime(("mon",), "22:00", "02:00"),))), id="past midnight"
        ),
        pytest.param(Entry("a", position=Position(51.5, -0.000_001)), id="a position"),
        pytest.param(Entry("a", opening_hours=OpeningHours()), id="opening hours that say nothing"),
        pytest.param(Entry("a", extra={"=cmd": "=cmd", "x;y": "a;b", "zahl": "12"}), id="unknown fields"),
    ],
)
def test_peculiar_entries_come_back_equal(ending: str, entry: Entry) -> None:
    assert returned(ending, [entry]) == [entry]


@pytest.mark.parametrize("ending", TABLES)
@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(Entry("ja"), id="id"),
        pytest.param(Entry("a", kind="true"), id="kind"),
        pytest.param(Entry("a", address="Nein", source="ja"), id="address and source"),
    ],
)
def test_only_a_truth_value_is_read_from_yes_and_no(ending: str, entry: Entry) -> None:
    assert returned(ending, [entry]) == [entry]


@pytest.mark.parametrize("ending", TABLES)
@pytest.mark.parametrize("value", ["[siehe Akte]", "{Platzhalter", "[1]"])
def test_text_of_an_unknown_field_may_start_with_a_bracket(ending: str, value: str) -> None:
    entry = Entry("a", extra={"vermerk": value})
    assert returned(ending, [entry]) == [entry]


@pytest.mark.parametrize("ending", TABLES)
@pytest.mark.parametrize("name", ["title_x", "text_source", "cost_note", "when_exactly"])
def test_an_unknown_field_named_like_a_text_is_not_lost_in_silence(ending: str, name: str) -> None:
    entry = Entry("a", extra={name: "wichtig"})
    assert "wichtig" in str(returned(ending, [entry])[0])


@pytest.mark.parametrize("ending", TABLES)
def test_a_rare_line_separator_does_not_part_a_phrasing(ending: str) -> None:
    entry = Entry("a", phrasings={"de": ("Wohin\u2028damit?", "Wann?")})
    assert returned(ending, [entry]) == [entry]


@pytest.mark.parametrize("ending", TABLES)
def test_a_text_too_long_for_a_cell_is_kept_or_refused(ending: str) -> None:
    """Excel cuts a cell after 32,767 characters, Python's CSV reader refuses more than 131,072."""
    entry = Entry("a", phrasings={"de": tuple(f"Frage {number}" + "?" * 90 for number in range(1500))})
    try:
        written = write_entries("a" + ending, [entry])
    except EntryError as fault:
        assert (fault.entry, fault.field) == ("a", "phrasings.de")
    else:
        assert read_entries("a" + ending, written) == [entry]


def test_a_sign_that_xml_cannot_hold_does_not_spoil_the_workbook() -> None:
    (entry,) = returned(".xlsx", [Entry("a", text={"de": "Müll\ufffe\uffffabfuhr\x0b"})])
    assert entry.text["de"].startswith("Müll")


@pytest.mark.parametrize("ending", ENDINGS)
def test_dates_of_unknown_yaml_fields_can_be_exported(ending: str) -> None:
    given_entries = read_entries("a.yaml", b"- id: a\n  bewilligt: 2024-01-31\n  fristen: [2025-01-31]\n")
    assert str(returned(ending, given_entries)[0].extra["bewilligt"]) == "2024-01-31"


# --- Formulas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "'="])
def test_no_cell_of_a_csv_starts_like_a_formula(start: str) -> None:
    formula = start + "cmd|' /C calc'!A0"
    written = write_entries("a.csv", [Entry("a", title={"de": formula}, extra={"x": formula})]).decode("utf-8-sig")
    assert f"'{formula}" in written
    assert f";{formula}" not in written
    assert read_entries("a.csv", written.encode())[0].title == {"de": formula}


def test_cells_of_a_workbook_are_texts_whatever_they_look_like() -> None:
    data = write_entries("a.xlsx", [Entry("a", title={"de": "=1+1"}, address="2024-01-01", extra={"x": "007"})])
    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(min_row=2) for cell in row
    ]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {"=1+1", "2024-01-01", "007"} <= {cell.value for cell in cells}


def test_an_apostrophe_that_shields_nothing_stays() -> None:
    (entry,) = read_entries("a.csv", b"id;title_de\na;'n Abend\n")
    assert entry.title == {"de": "'n Abend"}


# --- German spreadsheets ---------------------------------------------------------------------------------------------

GERMAN = 'id;title_de;text_de;phrasings_de;call_first\r\nmuell;Müllabfuhr;„Größe“ für 5 €;"Wann?\r\nWo?";ja\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_german_spreadsheet_is_read_in_every_usual_encoding(encoding: str, line_end: str) -> None:
    (entry,) = read_entries("Wissen.CSV", GERMAN.replace("\r\n", line_end).encode(encoding))
    assert (entry.title, entry.text) == ({"de": "Müllabfuhr"}, {"de": "„Größe“ für 5 €"})
    assert (entry.phrasings, entry.call_first) == ({"de": ("Wann?", "Wo?")}, True)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found_in_the_first_row(separator: str) -> None:
    (entry,) = read_entries("a.csv", f"id{separator}title_de\na{separator}Müll\n".encode())
    assert entry.title == {"de": "Müll"}


def test_a_csv_export_opens_in_a_german_spreadsheet() -> None:
    written = write_entries("a.csv", [Entry("a", title={"de": "Müll"})])
    assert written.startswith(b"\xef\xbb\xbfid;kind;")
    assert written.endswith(b"\r\n")


def test_columns_may_be_plain_with_a_language_beside_them() -> None:
    (entry,) = read_entries("a.csv", "id;lang;title;phrasings\na;tr;Çöp;Nereye?\n".encode())
    assert (entry.title, entry.phrasings) == ({"tr": "Çöp"}, {"tr": ("Nereye?",)})


def test_lists_in_cells_are_separated_by_commas() -> None:
    (entry,) = read_entries("a.csv", b"id;languages;topics\na;de, tr,,ar ;  \n")
    assert (entry.languages, entry.topics) == (("de", "tr", "ar"), ())


def test_typed_cells_of_a_workbook_are_understood() -> None:
    data = excel(
        ["id", "title_de", "valid_from", "as_of", "call_first", "phone", None],
        ["a", "Müll", datetime(2026, 1, 2), 2024.0, True, 112, None],  # noqa: DTZ001
        [],
        [7, 6.5, date(2026, 1, 3), None, None, "0231 5"],
    )
    first, second = read_entries("a.xlsx", data)
    assert (first.valid_from, first.as_of, first.call_first, first.phones) == (
        date(2026, 1, 2),
        "2024",
        True,
        (Phone("112"),),
    )
    assert (second.id, second.title, second.valid_from) == ("7", {"de": "6.5"}, date(2026, 1, 3))


# --- Other encodings and forms ---------------------------------------------------------------------------------------


def test_the_ending_may_be_in_capitals() -> None:
    assert read_entries("A.YML", b"- id: a") == read_entries("a.JSONL", b'{"id": "a"}') == [Entry("a")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.yaml", b""),
        ("a.yaml", b"# nothing yet\n"),
        ("a.yaml", b"[]"),
        ("a.jsonl", b""),
        ("a.jsonl", b"\n \r\n"),
        ("a.csv", b""),
        ("a.csv", b"\r\n;;\r\n"),
        ("a.csv", b"\xef\xbb\xbfid;title_de\r\n"),
        ("a.xlsx", excel()),
        ("a.xlsx", excel(["id"])),
    ],
)
def test_an_empty_file_has_no_entries(name: str, data: bytes) -> None:
    assert read_entries(name, data) == []


def test_json_lines_may_have_blank_lines_and_separators_in_texts() -> None:
    data = '\ufeff{"id": "a", "title": "x\u2028y\u0085"}\r\n\r\n{"id": "b"}'.encode()
    first, second = read_entries("a.jsonl", data)
    assert (first.title, second.id) == ({"de": "x\u2028y\u0085"}, "b")


# --- Golden questions ------------------------------------------------------------------------------------------------


def test_questions_are_read_with_their_line() -> None:
    rows = [
        {"lang": "DE", "text": "Wohin damit?", "expect": "muell", "also": ["umwelt"], "style": "plain"},
        {"text": "Wie wird das Wetter?", "expect": None},
        {"text": "", "expect": "a", "also": None, "lang": ""},
    ]
    data = "\n\n".join(json.dumps(row) for row in rows).encode("utf-8-sig")
    assert read_questions(data) == [
        GoldenQuestion("Wohin damit?", "muell", "de", ("umwelt",), line=1),
        GoldenQuestion("Wie wird das Wetter?", None, None, (), line=3),
        GoldenQuestion("", "a", None, (), line=5),
    ]
    assert read_questions(b"") == []


def test_every_mistake_among_questions_is_told() -> None:
    rows = ["{x", "[]", '{"expect": "a"}', '{"text": "x", "expect": 3}', '{"text": "x", "also": "b"}']
    with pytest.raises(FaultyFile) as raised:
        read_questions("\n".join(rows).encode())
    told = [(fault.line, fault.field) for fault in raised.value.faults]
    assert sorted(told, key=str) == [(1, None), (2, None), (3, "text"), (4, "expect"), (5, "also")]
