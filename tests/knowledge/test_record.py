"""One entry as files and the API write it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry import Entry, FaultyFile, OpenException, OpeningHours, OpenTime, Phone, Position, State
from knowledge.record import read_record, write_record
from tests.knowledge.strategies import ANYTHING, entries

JSON_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | ANYTHING,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANYTHING, inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(entries(prose=ANYTHING, unknown=JSON_VALUES))
def test_a_written_record_is_json_and_reads_back_equal(entry: Entry) -> None:
    assert read_record(json.loads(json.dumps(write_record(entry)))) == entry


def test_what_is_empty_is_not_written() -> None:
    assert write_record(Entry("a")) == {"id": "a", "kind": "topic"}


def test_plain_strings_are_in_the_language_of_the_record() -> None:
    entry = read_record({"id": "a", "lang": "TR", "title": "Çöp", "text": "x", "phrasings": ["y"], "cost": "z"})
    assert (entry.title, entry.text, entry.phrasings, entry.cost) == (
        {"tr": "Çöp"},
        {"tr": "x"},
        {"tr": ("y",)},
        {"tr": "z"},
    )
    assert "lang" not in entry.extra


@pytest.mark.parametrize("more", [{}, {"lang": None}], ids=["no lang", "null"])
def test_without_a_language_a_plain_string_is_german(more: dict[str, Any]) -> None:
    assert read_record({"id": "a", "title": "Müll"} | more).title == {"de": "Müll"}


def test_maps_and_plain_strings_may_stand_side_by_side() -> None:
    entry = read_record({"id": "a", "lang": "tr", "title": {"DE": "Müll", "de-easy": "Abfall"}, "text": "Çöp"})
    assert (entry.title, entry.text) == ({"de": "Müll", "de-easy": "Abfall"}, {"tr": "Çöp"})


def test_one_phrasing_needs_no_list() -> None:
    assert read_record({"id": "a", "phrasings": "Wohin?"}).phrasings == {"de": ("Wohin?",)}
    assert read_record({"id": "a", "phrasings": {"tr": "Nereye?"}}).phrasings == {"tr": ("Nereye?",)}


def test_phrasings_keep_their_order_without_blanks_and_repeats() -> None:
    entry = read_record({"id": "a", "phrasings": [" b ", "a", "", "b", "  "]})
    assert entry.phrasings == {"de": ("b", "a")}


def test_kind_text_and_phrasings_may_be_missing() -> None:
    assert read_record({"id": "a", "title": "x"}) == Entry("a", title={"de": "x"})


def test_empty_and_null_fields_are_as_missing() -> None:
    record = {"id": "a", "title": {"de": None, "tr": ""}, "text": "", "phrasings": [], "phone": None, "cost": {}}
    assert read_record(record) == Entry("a")


def test_unknown_kinds_and_fields_are_kept() -> None:
    entry = read_record({"id": "a", "kind": "Fundsache", "farbe": ["rot", 3], "x": {"y": None}})
    assert (entry.kind, entry.extra) == ("Fundsache", {"farbe": ["rot", 3], "x": {"y": None}})


def test_numbers_are_read_as_the_text_they_look_like() -> None:
    entry = read_record({"id": 7, "title": {"de": 112}, "as_of": 2024, "opening_hours": {"as_of": date(2024, 5, 1)}})
    assert (entry.id, entry.title, entry.as_of) == ("7", {"de": "112"}, "2024")
    assert entry.opening_hours == OpeningHours(as_of="2024-05-01")


@pytest.mark.parametrize(
    ("given_phone", "phones"),
    [
        ("0231 1", (Phone("0231 1"),)),
        (["0231 1", "0231 2"], (Phone("0231 1"), Phone("0231 2"))),
        ([{"number": "0231 1", "label": {"de": "Büro"}}], (Phone("0231 1", {"de": "Büro"}),)),
    ],
)
def test_phones_are_written_as_is_convenient(given_phone: object, phones: tuple[Phone, ...]) -> None:
    assert read_record({"id": "a", "phone": given_phone}).phones == phones


def test_opening_hours_are_data() -> None:
    hours = {
        "weekly": [{"days": ["mon", "holiday"], "from": "08:00", "to": "24:00"}],
        "exceptions": [
            {"first": "2026-12-24"},
            {"first": "2026-12-28", "last": "2026-12-30", "from": "09:00", "to": "12:00"},
        ],
        "by_appointment": True,
    }
    assert read_record({"id": "a", "opening_hours": hours}).opening_hours == OpeningHours(
        weekly=(OpenTime(("mon", "holiday"), "08:00", "24:00"),),
        exceptions=(
            OpenException(date(2026, 12, 24), date(2026, 12, 24)),
            OpenException(date(2026, 12, 28), date(2026, 12, 30), "09:00", "12:00"),
        ),
        by_appointment=True,
    )


def test_a_position_is_two_numbers() -> None:
    position = {"latitude": 51.5, "longitude": 7}
    assert read_record({"id": "a", "position": position}).position == Position(51.5, 7.0)
    assert write_record(Entry("a", position=Position(51.5, 7.0)))["position"] == position


@pytest.mark.parametrize("corner", [Position(90, 180), Position(-90, -180), Position(0, 0)])
def test_a_position_may_be_anywhere_on_the_earth(corner: Position) -> None:
    entry = Entry("a", position=corner)
    assert read_record(write_record(entry)) == entry


def test_days_in_any_order_come_back_equal() -> None:
    hours = {"weekly": [{"days": ["tue", "mon"], "from": "08:00", "to": "12:00"}]}
    entry = read_record({"id": "a", "opening_hours": hours})
    assert read_record(write_record(entry)) == entry


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({}, "id"),
        ({"id": ""}, "id"),
        ({"id": "  "}, "id"),
        ({"id": ["a"]}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": "a", "kind": ""}, "kind"),
        ({"id": "a", "state": "gone"}, "state"),
        ({"id": "a", "title": 7}, "title"),
        ({"id": "a", "text": {"de": ["x"]}}, "text.de"),
        ({"id": "a", "phrasings": {"de": ["x", ["y"]]}}, "phrasings.de.1"),
        ({"id": "a", "mail": "info@dortmund"}, "mail"),
        ({"id": "a", "mail": "info dortmund.de"}, "mail"),
        ({"id": "a", "link": "www.dortmund.de"}, "link"),
        ({"id": "a", "link": "javascript:alert(1)"}, "link"),
        ({"id": "a", "link": "https://dortmund.de/a b"}, "link"),
        ({"id": "a", "valid_from": "2026-02-30"}, "valid_from"),
        ({"id": "a", "valid_to": "31.12.2026"}, "valid_to"),
        ({"id": "a", "checked_on": "gestern"}, "checked_on"),
        ({"id": "a", "call_first": "vielleicht"}, "call_first"),
        ({"id": "a", "related": "b"}, "related"),
        ({"id": "a", "phone": [{"nummer": "1"}]}, "phone.0.number"),
        ({"id": "a", "position": "51.5, 7.4"}, "position"),
        ({"id": "a", "position": {"latitude": 51.5}}, "position.longitude"),
        ({"id": "a", "position": {"longitude": 7.4}}, "position.latitude"),
        ({"id": "a", "position": {"latitude": 90.1, "longitude": 7.4}}, "position.latitude"),
        ({"id": "a", "position": {"latitude": 51.5, "longitude": -180.1}}, "position.longitude"),
        ({"id": "a", "position": {"latitude": float("nan"), "longitude": 7.4}}, "position.latitude"),
        ({"id": "a", "position": {"latitude": 51.5, "longitude": float("inf")}}, "position.longitude"),
        ({"id": "a", "position": {"latitude": True, "longitude": 7.4}}, "position.latitude"),
        ({"id": "a", "position": {"latitude": "51,5", "longitude": 7.4}}, "position.latitude"),
        ({"id": "a", "position": {"latitude": 51.5, "longitude": 7.4, "height": 80}}, "position.height"),
        ({"id": "a", "opening_hours": "9-12"}, "opening_hours"),
        (
            {"id": "a", "opening_hours": {"weekly": [{"days": ["mo"], "from": "08:00", "to": "09:00"}]}},
            "opening_hours.weekly.0.days.0",
        ),
        (
            {"id": "a", "opening_hours": {"weekly": [{"days": [], "from": "08:00", "to": "09:00"}]}},
            "opening_hours.weekly.0.days",
        ),
        (
            {"id": "a", "opening_hours": {"weekly": [{"days": ["mon"], "from": "25:00", "to": "09:00"}]}},
            "opening_hours.weekly.0.from",
        ),
        (
            {"id": "a", "opening_hours": {"weekly": [{"days": ["mon"], "from": "8:00", "to": "09:00"}]}},
            "opening_hours.weekly.0.from",
        ),
        ({"id": "a", "opening_hours": {"exceptions": [{"first": "soon"}]}}, "opening_hours.exceptions.0.first"),
        ({"id": "a", "opening_hours": {"closed": True}}, "opening_hours.closed"),
    ],
)
def test_a_mistake_names_its_field(record: dict[str, Any], field: str) -> None:
    with pytest.raises(FaultyFile) as fault:
        read_record(record, line=4)
    told = fault.value.faults[0]
    assert (told.line, told.field) == (4, field)
    assert told.entry == (record.get("id") if record.get("id") == "a" else told.entry)


def test_every_mistake_of_a_record_is_named() -> None:
    with pytest.raises(FaultyFile) as fault:
        read_record({"id": "a", "mail": "x", "link": "y", "valid_to": "z"})
    assert [told.field for told in fault.value.faults] == ["mail", "link", "valid_to"]


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ({"id": "a", "title": {"deutsch": "x"}}, "deutsch"),
        ({"id": "a", "lang": "german", "title": "x"}, "german"),
        ({"id": "a", "keywords": {"d": ["x"]}}, "keywords"),
        ({"id": "a", "valid_from": "2026-02-02", "valid_to": "2026-02-01"}, "valid_to"),
    ],
)
def test_what_does_not_fit_together_is_named(record: dict[str, Any], named: str) -> None:
    with pytest.raises(FaultyFile, match=named):
        read_record(record)


def test_an_exception_that_opens_must_also_close() -> None:
    """Otherwise the time is lost when the entry is written."""
    with pytest.raises(FaultyFile):
        read_record({"id": "a", "opening_hours": {"exceptions": [{"first": "2026-12-24", "from": "09:00"}]}})


@pytest.mark.parametrize("text", ["\ud800", "Sperr\udfffmüll"])
def test_half_a_character_is_no_text(text: str) -> None:
    """A lone surrogate cannot be stored, sent or indexed."""
    with pytest.raises(FaultyFile) as fault:
        read_record({"id": "a", "title": text})
    assert fault.value.faults[0].field == "title"


def test_state_is_published_unless_told() -> None:
    assert read_record({"id": "a"}).state is State.PUBLISHED
    assert read_record({"id": "a", "state": "draft"}).state is State.DRAFT
