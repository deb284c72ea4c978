"""A file with mistakes is told all of them, each with its place; what would be missing is named."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.entry import Entry, EntryError
from knowledge.files import ENDINGS, FaultyFile, read_entries, remarks, write_entries
from tests.knowledge.small_town import SMALL_TOWN
from tests.knowledge.workbooks import excel


def faults(name: str, data: str | bytes) -> list[tuple[int | None, str | None, str | None]]:
    """Line, entry and field of every mistake that a file is said to have."""
    with pytest.raises(FaultyFile) as raised:
        read_entries(name, data.encode() if isinstance(data, str) else data)
    return [(fault.line, fault.entry, fault.field) for fault in raised.value.faults]


@pytest.mark.parametrize("name", ["a.txt", "yaml", "", "a.json", "a.xls"])
def test_an_unknown_ending_is_refused_both_ways(name: str) -> None:
    assert faults(name, b"") == [(None, None, None)]
    with pytest.raises(EntryError):
        write_entries(name, [])


def test_every_mistake_is_told_with_line_entry_and_field() -> None:
    data = "- id: a\n  mail: x\n- title: y\n\n- id: c\n  link: www.c.de\n- id: d\n  valid_from: '31.12.2026'\n"
    assert faults("a.yaml", data) == [(1, "a", "mail"), (3, None, "id"), (5, "c", "link"), (7, "d", "valid_from")]


def test_two_mistakes_of_one_entry_are_both_told() -> None:
    assert faults("a.jsonl", '{"id": "a", "mail": "x", "link": "y"}') == [(1, "a", "mail"), (1, "a", "link")]


def test_a_mistake_says_what_was_given() -> None:
    with pytest.raises(FaultyFile, match=r'line 1, entry a, field mail: .*"nobody at home"'):
        read_entries("a.jsonl", b'{"id": "a", "mail": "nobody at home"}')


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.yaml", "- id: a\n- id: b\n- id: a\n- id: a\n", [(3, "a", "id"), (4, "a", "id")]),
        ("a.jsonl", '{"id": "a"}\n\n{"id": " a "}\n', [(3, "a", "id")]),
        ("a.csv", 'id;title_de\na;"x\ny"\nb;z\nb;w', [(5, "b", "id")]),
        ("a.xlsx", excel(["id"], ["a"], [None], ["a"]), [(4, "a", "id")]),
    ],
)
def test_an_id_that_stands_twice_is_told(name: str, data: str | bytes, expected: list[Any]) -> None:
    assert faults(name, data) == expected


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("- id: a\n  title: [x\n- id: b", 3),
        ("- id: a\n\tb: x", 2),
        ("- id: a\n  title: x: y", 2),
        ("- id: a\n  title: 'x\n", 3),
        ("- id: a\n- *b", 2),
        ("- id: a\n---\n- id: b", 2),
        ("- id: a\n  b: !!python/object/apply:os.getcwd []", 2),
    ],
)
def test_yaml_that_cannot_be_read_is_told_with_its_line(data: str, line: int) -> None:
    assert faults("a.yaml", data) == [(line, None, None)]


@pytest.mark.parametrize("data", ["id: a", "text", "3", "{}"])
def test_yaml_that_is_no_list_is_refused(data: str) -> None:
    assert faults("a.yaml", data) == [(1, None, None)]


def test_yaml_items_that_are_no_entries_are_refused_with_their_line() -> None:
    assert faults("a.yaml", "- id: a\n\n- just text\n") == [(3, None, None)]


def test_an_impossible_yaml_date_is_told_with_its_line() -> None:
    """YAML makes dates of what looks like one, and fails before a field can be named."""
    ((line, *_),) = faults("a.yaml", "- id: a\n  title: x\n- id: b\n  valid_from: 2026-02-30\n")
    assert line in (3, 4)


def test_every_broken_json_line_is_told_beside_other_mistakes() -> None:
    data = '{"id": "a"}\n[1]\n{x\n{"id": "b", "mail": "x"}'
    assert faults("a.jsonl", data) == [(2, None, None), (3, None, None), (4, "b", "mail")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("title_de;text_de\na;b", [(1, None, None)]),
        ("id;title_de\na;b;c", [(2, None, None)]),
        ('id;title_de\na;"b', [(2, None, None)]),
        ("id;mail\na;x\n\nb;y", [(2, "a", "mail"), (4, "b", "mail")]),
        ("id;title_de\n;x", [(2, None, "id")]),
        ("id;valid_from\na;31.12.2026", [(2, "a", "valid_from")]),
        ("id;opening_hours\na;Mo-Fr", [(2, "a", "opening_hours")]),
        ("id;position\na;51.5, 7.4", [(2, "a", "position")]),
        ('id;position\na;{"latitude": 51.5}', [(2, "a", "position.longitude")]),
    ],
)
def test_mistakes_in_a_table_are_told_with_their_row(data: str, expected: list[Any]) -> None:
    assert faults("a.csv", data) == expected


def test_broken_cells_are_told_beside_other_mistakes() -> None:
    data = "id;opening_hours;mail\na;{x;\nb;;y\n"
    assert faults("a.csv", data) == [(2, "a", "opening_hours"), (3, "b", "mail")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"id;title_de", excel(["id"])[:-30]])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert faults("a.xlsx", data) == [(None, None, None)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ENDINGS), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@example(".csv", b"\xff\xfe\x00")
@example(".jsonl", b"[" * 100_000)
@example(".jsonl", b"\xfe\xff\xd8")
@example(".yaml", b"\x00")
@example(".yaml", b"- ? [a]\n  : b")
def test_whatever_bytes_come_they_are_read_or_refused(ending: str, data: bytes) -> None:
    try:
        read_entries("a" + ending, data)
    except FaultyFile as fault:
        assert fault.faults


def test_deeply_nested_yaml_is_refused_and_does_not_end_the_process() -> None:
    program = "from knowledge.files import read_entries; read_entries('a.yaml', b'[' * 100_000)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "FaultyFile" in ended.stderr
    assert ended.returncode == 1


def test_what_is_unknown_is_named() -> None:
    found = remarks(
        [
            Entry("a", text={"de": "Text"}, kind="Fundsache", extra={"farbe": "rot"}),
            Entry("b", text={"de": "Text"}, extra={"farbe": "blau"}),
        ]
    )
    named = [str(one) for one in found]
    assert [sentence for sentence in named if "Fundsache" in sentence or "farbe" in sentence] == named
    assert len(named) == 2
    assert remarks(SMALL_TOWN) == []


def test_what_residents_would_miss_is_named() -> None:
    named = remarks([Entry("a"), Entry("b", text={"de": "Text"}, contact=("amt", "haus"))], others=["haus"])
    assert list(map(str, named)) == [
        "a says nothing, so residents are not shown it",
        "b refers to 'amt', which does not exist",
    ]
