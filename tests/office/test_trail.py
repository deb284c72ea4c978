"""What is done on the command line stands in the trail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli import main
from bot.domain.messages import Incoming
from bot.services import conversations, subscriptions
from bot.storage.database import Database
from bot.storage.keys import load_keys
from tests.conftest import NOON
from tests.test_cli import Lotse

START = ("--start", "2037-06-16T18:00")
COFFEE = ("Heute ist Café.", "--first")

DEEDS: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[str, str, str]]] = {
    ("topic", "add"): (("Wohnen",), ("topic", "create", "wohnen")),
    ("event", "add"): (("Bürgerforum", *START), ("event", "create", "1")),
    ("event", "move"): (("1", "--place", "Bürgerhaus"), ("event", "change", "1")),
    ("event", "cancel"): (("1",), ("event", "cancel", "1")),
    ("recurring", "add"): ((*COFFEE, "2037-06-18T10:00", "--until", "2037-07-30"), ("recurring", "create", "1")),
    ("recurring", "skip"): (("1", "2037-06-25"), ("recurring", "skip", "1")),
    ("recurring", "approve"): (("1",), ("recurring", "approve", "1")),
    ("recurring", "stop"): (("1",), ("recurring", "stop", "1")),
    ("user", "add"): (("Redaktion", "--role", "editor"), ("staff", "add", "Redaktion")),
    ("user", "reset"): (("redaktion",), ("staff", "renew link", "Redaktion")),
    ("user", "disable"): (("redaktion",), ("staff", "disable", "Redaktion")),
    ("user", "enable"): (("redaktion",), ("staff", "enable", "Redaktion")),
    ("token", "create"): (("Kalender", "--role", "qm"), ("token", "create", "Kalender")),
    ("token", "revoke"): (("Kalender",), ("token", "revoke", "Kalender")),
    ("import",): (("town.yaml",), ("entry", "import", "town.yaml")),
}
"""Command -> arguments, and what the trail says then: area, deed, subject. In the order in which they can be done."""

SENDING = {("broadcast", deed) for deed in ("send", "draft", "attach", "test", "approve", "cancel")}
"""Commands that need a subscriber or a draft."""

AFTERWARDS = {("event", "outcome"), *(("broadcast", deed) for deed in ("resume", "correct", "withdraw"))}
"""Commands for what has begun, which is not to be had here: the same deeds are tested over the API."""

LOOKING = {
    ("run",), ("ask",), ("evaluate",), ("export",), ("doctor",), ("report",), ("topic", "list"), ("event", "list"),
    ("user", "list"), ("token", "list"), ("broadcast", "list"), ("broadcast", "preview"), ("broadcast", "report"),
    ("recurring", "list"),
}  # fmt: skip
"""Commands that change nothing of what staff see."""


def test_every_command_that_changes_something_leaves_a_line(lotse: Lotse, tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text("- {id: bad, title: {de: Freibad}, text: {de: Offen.}}\n", encoding="utf-8")
    for command, (arguments, _) in DEEDS.items():
        lotse(*command, *arguments)
    lines = trail(tmp_path)
    assert [line[:5] for line in lines] == [("lotse", "command", *said) for _, said in DEEDS.values()]
    assert json.loads(lines[2][5]) == {"fields": ["place"], "whole_series": False}
    assert json.loads(lines[-1][5]) == {"added": 1, "changed": 0}


def test_a_notice_that_is_shown_sent_and_stopped_leaves_its_lines(lotse: Lotse, tmp_path: Path) -> None:
    lotse("topic", "add", "Wohnen")
    somebody_subscribes(tmp_path, "wohnen")
    lotse("broadcast", "send", "Flohmarkt", "--yes", "--at", "2037-06-16T18:00")
    lotse("broadcast", "cancel", "1")
    lotse("broadcast", "draft", "Hoffest")
    lotse("broadcast", "test", "2", exits=1)  # there is no staff group here
    lotse("broadcast", "approve", "2")
    said = [line[3:5] for line in trail(tmp_path) if line[2] == "broadcast"]
    assert said == [("send", "1"), ("cancel", "1"), ("create", "2"), ("approve", "2")]


def test_what_was_not_done_leaves_no_line(lotse: Lotse, tmp_path: Path) -> None:
    lotse("event", "cancel", "7", exits=1)
    (tmp_path / "town.yaml").write_text("- {id: bad, title: {de: Freibad}, text: {de: Offen.}}\n", encoding="utf-8")
    lotse("import", "town.yaml", "--dry-run")
    assert trail(tmp_path) == []


def test_every_command_is_known_here() -> None:
    assert set(_commands(main)) <= {*DEEDS, *SENDING, *AFTERWARDS, *LOOKING}


def trail(folder: Path) -> list[tuple[str, ...]]:
    """All lines: actor, way, area, deed, subject, details."""
    with sqlite3.connect(folder / "data" / "lotse.sqlite3") as database:
        lines = database.execute("SELECT actor, way, area, deed, subject, details FROM audit ORDER BY id").fetchall()
    database.close()
    return lines


def somebody_subscribes(folder: Path, topic_id: str) -> None:
    """Let a resident want notices about a topic."""
    database = Database(f"sqlite:///{folder / 'data' / 'lotse.sqlite3'}", load_keys(folder / "data"))
    with database.writing() as db:
        conversation = conversations.start(db, Incoming("web", "chat-4711", "1"), NOON)
        subscriptions.subscribe(db, conversation, [topic_id], NOON)
    database.close()


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name)
