"""Rows of an entry's form: as many as were typed in, whatever somebody calls the boxes."""

from __future__ import annotations

import pytest

from bot.console.entry_form import read, rows, spans
from bot.console.forms import Filled


@pytest.mark.parametrize("number", ["3000000", "1" * 400, "²", "٣", "x", ""])
def test_a_row_that_no_form_has_makes_no_rows(number: str) -> None:
    filled: Filled[None] = Filled({f"phone.{number}.number": ["1"], f"hours.mo.{number}.from": ["9"]})
    assert list(rows(filled, "phone")) == [0, 1]
    assert list(spans(filled)) == [0, 1]
    assert read(filled, {}, ["de"], {}).record["phone"] == []


def test_every_row_that_was_typed_in_is_read() -> None:
    filled: Filled[None] = Filled({"phone.0.number": [""], "phone.7.number": ["0231 1"], "hours.mo.2.from": ["9"]})
    assert list(rows(filled, "phone")) == [7, 8, 9]
    assert list(spans(filled)) == [0, 1, 2, 3]
    assert read(filled, {}, ["de"], {}).record["phone"] == [{"number": "0231 1", "label": {}}]
