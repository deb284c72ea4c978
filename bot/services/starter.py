"""The knowledge this program comes with, for a database that has none yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import yaml
from sqlalchemy.orm import Session

from bot.services import canned, library, topics
from bot.storage.database import Lock, lock
from knowledge.entry import Entry, GoldenQuestion
from knowledge.files import read_entries, read_questions

AUTHOR = "starter"
"""Who wrote what this program comes with, in the history of its entries."""

CONTENT = resources.files("knowledge") / "content"


def load_if_empty(db: Session, now: datetime) -> int:
    """Put the starter knowledge into an empty database; returns the number of entries, 0 if there were some before."""
    lock(db, Lock.STARTER)  # of several processes that start at once, one loads it
    if not library.is_empty(db):
        return 0
    imported = library.import_entries(db, starter_entries(), now, AUTHOR)
    library.put_town_facts(db, starter_facts())
    for topic in starter_topics():
        topics.create(db, topic["name"], topic["id"])
    for reply in starter_replies():
        canned.create(db, reply["name"], reply["texts"])
    return len(imported.added)


def starter_entries() -> list[Entry]:
    """The entries of `knowledge/content/entries`; raises FaultyFile where one of the files has mistakes."""
    files = sorted((CONTENT / "entries").iterdir(), key=lambda file: file.name)
    return [entry for file in files for entry in read_entries(file.name, file.read_bytes())]


@cache
def starter_questions() -> Sequence[GoldenQuestion]:
    """Questions whose right answer among the starter entries is known."""
    files = sorted((CONTENT / "golden").iterdir(), key=lambda file: file.name)
    return tuple(question for file in files for question in read_questions(file.read_bytes()))


def starter_topics() -> list[dict[str, Any]]:
    """What residents can subscribe to: ids, and names by language."""
    listed: list[dict[str, Any]] = yaml.safe_load((CONTENT / "topics.yaml").read_text(encoding="utf-8"))
    return listed


def starter_replies() -> list[dict[str, Any]]:
    """What staff can answer with at once: names, and texts by language."""
    listed: list[dict[str, Any]] = yaml.safe_load((CONTENT / "canned.yaml").read_text(encoding="utf-8"))
    return listed


def starter_facts() -> dict[str, Any]:
    """What the quarter says of itself."""
    facts: dict[str, Any] = yaml.safe_load((CONTENT / "town.yaml").read_text(encoding="utf-8"))
    return facts
