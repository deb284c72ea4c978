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
