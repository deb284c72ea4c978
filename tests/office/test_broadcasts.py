"""The QM sends notices on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.messages import Incoming
from bot.main import now
from bot.services import conversations, subscriptions
from bot.storage.database import Database
from bot.storage.keys import load_keys
from bot.storage.tables import ConversationRow
from tests.test_cli import Lotse

SOON = ("--start", "2037-06-16T18:00")


@pytest.fixture
def quarter(lotse: Lotse, tmp_path: Path) -> Lotse:
    """A topic with one subscriber."""
    lotse("topic", "add", "Feste")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'lotse.sqlite3'}", load_keys(tmp_path / "data"))
    with database.writing() as db:
        resident: ConversationRow = conversations.start(db, Incoming("web", "s" * 30, "1"), now())
        subscriptions.subscribe(db, resident, ["feste"], now())
    database.close()
    return lotse


def listed(lotse: Lotse) -> list[str]:
    return lotse("broadcast", "list").stdout.splitlines()


def test_a_draft_is_looked_at_and_approved(quarter: Lotse) -> None:
    draft = quarter("broadcast", "draft", "Hoffest.", "tr=Avlu şenliği.", "--topic", "feste", "--missing", "block")
    assert draft.stdout == "Broadcast 1: draft\n"
    shown = quarter("broadcast", "preview", "1").stdout
    assert "--- tr\nAvlu şenliği." in shown
    assert "1 residents, 1 will get it." in shown
    assert quarter("broadcast", "approve", "1").stdout == "Broadcast 1: sending\n"
    assert listed(quarter) == ["1 sending 1 queued"]


def test_what_waits_is_cancelled_and_what_was_sent_is_not_resumed(quarter: Lotse) -> None:
    quarter("broadcast", "send", "Hoffest.", "--at", "2037-06-10T09:00", "--yes")
    assert quarter("broadcast", "cancel", "1").stdout == "Broadcast 1: cancelled\n"
    for command in ("resume", "approve", "withdraw"):
        refused = quarter("broadcast", command, "1", exits=1)
        assert refused.stderr.startswith("Error: ")
    assert quarter("broadcast", "correct", "1", "Anders.", exits=1).stderr.endswith("can be corrected or withdrawn\n")


def test_the_same_again_has_to_be_meant(quarter: Lotse) -> None:
    quarter("broadcast", "send", "Hoffest.", "--yes")
    assert "same text" in quarter("broadcast", "send", "Hoffest.", "--yes", exits=1).stderr
    quarter("broadcast", "draft", "Hoffest.")
    assert "same text" in quarter("broadcast", "approve", "2", exits=1).stderr
    assert quarter("broadcast", "approve", "2", "--again").stdout == "Broadcast 2: sending\n"


def test_what_was_sent_is_withdrawn(quarter: Lotse) -> None:
    quarter("broadcast", "send", "Hoffest.", "--yes")
    quarter("broadcast", "cancel", "1")
    assert quarter("broadcast", "correct", "1", "Anders.").stdout == "Broadcast 1: cancelled\n"
    assert quarter("broadcast", "withdraw", "1").stdout == "Broadcast 1: cancelled\n"
    assert quarter("broadcast", "withdraw", "1", exits=1).stderr == "Error: it is withdrawn\n"


def test_an_event_becomes_a_draft_in_its_languages(quarter: Lotse) -> None:
    quarter("event", "add", "Bürgerforum", "tr=Forum", *SOON, "--place", "Bürgerhaus", "--participation")
    assert quarter("broadcast", "draft", "--event", "1").stdout == "Broadcast 1: draft\n"
    shown = quarter("broadcast", "preview", "1").stdout
    assert "Bürgerforum\nDienstag, 16. Juni 2037" in shown
    assert "--- tr\nForum\n" in shown
    assert quarter("broadcast", "draft", exits=2).stderr.endswith("TEXT is missing\n")


def test_without_a_staff_group_a_trial_is_refused(quarter: Lotse) -> None:
    quarter("broadcast", "draft", "Hoffest.")
    assert "LOTSE_STAFF_CHAT" in quarter("broadcast", "test", "1", exits=1).stderr


def test_a_report_is_shown_and_written(quarter: Lotse, tmp_path: Path) -> None:
    quarter("broadcast", "send", "Hoffest.", "--yes")
    shown = quarter("broadcast", "report", "1").stdout
    assert shown == "de: 1 queued, 1 residents\nall: 1 queued, 1 residents\n"
    quarter("broadcast", "report", "1", "report.xlsx")
    assert (tmp_path / "report.xlsx").read_bytes().startswith(b"PK")
    quarter("broadcast", "report", "1", "report.pdf", exits=2)


def test_a_picture_is_put_beside_a_draft(quarter: Lotse, tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    quarter("broadcast", "draft", "Hoffest.")
    assert "alt: it lacks de" in quarter("broadcast", "attach", "1", "plan.png", "--alt", "tr=Plan", exits=1).stderr
    assert quarter("broadcast", "attach", "1", "plan.png", "--alt", "Ein Plan.").stdout == "Attached: plan.png\n"
