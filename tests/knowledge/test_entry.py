"""What an entry says of itself."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.entry import Entry, EntryError, GoldenQuestion, State

TODAY = date(2026, 6, 9)


@pytest.mark.parametrize(
    ("entry", "current"),
    [
        pytest.param(Entry("a"), True, id="published, without dates"),
        pytest.param(Entry("a", state=State.DRAFT), False, id="draft"),
        pytest.param(Entry("a", state=State.ARCHIVED), False, id="archived"),
        pytest.param(Entry("a", valid_from=TODAY), True, id="first day"),
        pytest.param(Entry("a", valid_from=date(2026, 6, 10)), False, id="not yet"),
        pytest.param(Entry("a", valid_to=TODAY), True, id="last day"),
        pytest.param(Entry("a", valid_to=date(2026, 6, 8)), False, id="no longer"),
    ],
)
def test_an_entry_is_current_when_published_and_valid(entry: Entry, current: bool) -> None:
    assert entry.is_current(TODAY) is current


def test_languages_written_are_told_once_in_the_order_of_the_file() -> None:
    entry = Entry("a", title={"tr": "x"}, text={"de": "y", "tr": "z"}, keywords={"ar": ("w",)}, cost={"ru": "v"})
    assert entry.languages_written() == ("tr", "de", "ar")


def test_a_golden_question_accepts_what_it_expects_and_what_is_as_right() -> None:
    assert GoldenQuestion("?", "a", also=("b",)).accepted == {"a", "b"}
    assert GoldenQuestion("?", None, also=("b",)).accepted == frozenset()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (EntryError("wrong"), "wrong"),
        (EntryError("wrong", line=3), "line 3: wrong"),
        (EntryError("wrong", line=3, entry="a", field="mail"), "line 3, entry a, field mail: wrong"),
        (EntryError("wrong", field="mail"), "field mail: wrong"),
    ],
)
def test_an_error_names_its_place(fault: EntryError, sentence: str) -> None:
    assert str(fault) == sentence
