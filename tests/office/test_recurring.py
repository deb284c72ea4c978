"""Notices that come again, on the command line."""

from __future__ import annotations

from tests.test_cli import Lotse

CAFE = ("recurring", "add", "Heute ist Café.", "--first", "2037-06-11T10:00", "--until", "2037-06-25")


def test_it_is_written_approved_and_stopped(lotse: Lotse) -> None:
    added = lotse(*CAFE, "--skip", "2037-06-18").stdout.splitlines()
    assert added == [
        "Recurring notice 1: draft: Heute ist Café.",
        "  Thu 2037-06-11 10:00",
        "  Thu 2037-06-25 10:00",
    ]
    running = "Recurring notice 1: running, next Thu 2037-06-11 10:00: Heute ist Café.\n"
    assert lotse("recurring", "approve", "1").stdout == running
    assert "next Thu 2037-06-25" in lotse("recurring", "skip", "1", "2037-06-11").stdout
    assert lotse("recurring", "skip", "1", "2037-06-11", "--again").stdout == running
    assert lotse("recurring", "list").stdout == running
    assert lotse("recurring", "stop", "1").stdout == "Recurring notice 1: stopped: Heute ist Café.\n"
    assert "has ended" in lotse("recurring", "skip", "1", "2037-06-18", exits=1).stderr


def test_without_an_end_it_is_not_taken(lotse: Lotse) -> None:
    assert "until when" in lotse(*CAFE[:5], exits=1).stderr
