"""What the command lists of events."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import main as program
from tests.test_cli import Lotse


def test_a_meeting_without_an_outcome_is_listed_until_it_has_one(lotse: Lotse, monkeypatch: pytest.MonkeyPatch) -> None:
    lotse("event", "add", "Bürgerforum", "--start", "2037-06-16T18:00", "--participation")
    assert lotse("event", "list", "--without-outcome").output == ""
    monkeypatch.setattr(program, "now", lambda: datetime.fromisoformat("2037-06-17T12:00+00:00"))
    assert lotse("event", "list").output == ""
    assert lotse("event", "list", "--without-outcome").output == "1 Tue 2037-06-16 18:00 Bürgerforum (published)\n"
    lotse("event", "outcome", "1", "--attendance", "12")
    assert lotse("event", "list", "--without-outcome").output == ""


def test_the_rest_of_a_series_moves_as_far(lotse: Lotse) -> None:
    lotse("event", "add", "Café", "--start", "2037-06-11T10:00", "--weekly-until", "2037-06-25")
    lotse("event", "move", "2", "--start", "2037-06-19T11:30", "--whole-series")
    assert [line[2:22] for line in lotse("event", "list").output.splitlines()] == [
        "Thu 2037-06-11 10:00",
        "Fri 2037-06-19 11:30",
        "Fri 2037-06-26 11:30",
    ]
