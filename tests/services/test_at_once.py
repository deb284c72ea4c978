"""Two people, or somebody and the sorter, at one thing at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.errors import Overtaken
from bot.services import learning, library, questions, reviewing
from bot.storage.database import Database
from bot.storage.tables import QuestionRow
from knowledge.entry import Entry, State
from tests.conftest import TestTown, ToldTime
from tests.services.test_learning import asks, group, states

OLD = Entry("amt", title={"de": "Amt"}, text={"de": "Alt."})
NEW = replace(OLD, text={"de": "Neu."})
TODAY = date(2026, 6, 9)


def beside(database: Database, deed: Callable[..., Any], *args: Any) -> Future[Any]:
    """Begin a deed in a thread of its own; it waits for the transaction that is open when this is called."""

    def do() -> Any:
        with database.writing() as db:
            return deed(db, *args)

    pool = ThreadPoolExecutor(1)
    doing = pool.submit(do)
    pool.shutdown(wait=False)
    _until_it_waits(database)
    return doing


def _until_it_waits(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        return  # every write begins by waiting for the one before
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with database.engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("nothing waits")


@pytest.fixture
def stored(database: Database, now: ToldTime) -> Database:
    """A database with one published entry."""
    with database.writing() as db:
        library.put(db, OLD, "Kim", now())
    return database


def current(database: Database) -> Entry:
    with database.reading() as db:
        return library.find(db, "amt")


def test_still_right_confirms_no_text_that_somebody_changes_meanwhile(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        library.put(db, NEW, "Petra", now())
        confirming = beside(stored, reviewing.confirm, "amt", library.version_of(OLD), TODAY, "Klaus", now())
    with pytest.raises(Overtaken):
        confirming.result()
    assert current(stored) == NEW


def test_going_back_a_version_keeps_an_entry_archived(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        library.put(db, NEW, "Kim", now())
    with stored.writing() as db:
        library.archive(db, "amt", "Petra", now())
        going_back = beside(stored, reviewing.roll_back, "amt", 1, "Klaus", now())
    assert going_back.result() == current(stored) == replace(OLD, state=State.ARCHIVED)


def test_an_import_sees_what_is_published_while_it_waits(stored: Database, now: ToldTime) -> None:
    with stored.reading() as db:
        seen = library.revision(db)

    def bring(db: Any) -> Any:
        return library.import_entries(db, [replace(OLD, kind="offer")], now(), "Klaus", compared_with=seen)

    with stored.writing() as db:
        library.put(db, NEW, "Petra", now())
        importing = beside(stored, bring)
    with pytest.raises(Overtaken):
        importing.result()
    assert current(stored) == NEW


@pytest.mark.parametrize("deed", ["ignore", "undo"])
async def test_a_click_waits_for_whoever_has_a_question_of_the_group(quarter: TestTown, deed: str) -> None:
    # Residents and the sorter have a question first, then its group: else each would wait for the other.
    await asks(quarter)
    number = await group(quarter)
    turn = quarter.rows()["question"][0]["turn_id"]
    given: tuple[Any, ...] = (learning.ignore, number)
    if deed == "undo":
        with quarter.database.writing() as db:
            lesson = learning.ignore(db, number, "anna", quarter.now())
        given = (learning.undo, lesson.id)
    with quarter.database.writing() as db:
        db.execute(select(QuestionRow.id).with_for_update())
        clicking = beside(quarter.database, *given, "anna", quarter.now())
        questions.pass_on(db, turn, quarter.now())
    clicking.result()
    assert states(quarter) == ([("ignored", "ignored")] if deed == "ignore" else [("open", "")])
