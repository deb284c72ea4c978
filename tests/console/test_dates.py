"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.console.dates import as_iso, day_of
from bot.console.entry_form import read
from bot.console.forms import Filled


@pytest.mark.parametrize("text", ["2026-12-24", "24.12.2026", " 24. 12. 2026 "])
def test_a_day_can_be_typed_in_two_ways(text: str) -> None:
    assert day_of(text.strip()) == date(2026, 12, 24)


@pytest.mark.parametrize("text", ["", "bald", "24.12.", "31.2.2026", "2026/12/24", "²4.12.2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day_of(text)


def test_the_form_of_an_entry_takes_both_and_keeps_what_it_does_not_know() -> None:
    typed = {"valid_from": ["1.2.2026"], "valid_to": ["2026-03-01"], "exception.0.first": ["24.12.2026"]}
    record = read(Filled(typed), {}, ["de"], {}).record
    assert (record["valid_from"], record["valid_to"]) == ("2026-02-01", "2026-03-01")
    assert record["opening_hours"]["exceptions"][0]["last"] == "2026-12-24"
    assert as_iso("bald") == "bald"
