"""Transactions on both kinds of database."""

from __future__ import annotations

from sqlalchemy import text

from bot.storage.database import Database


def test_a_written_row_is_read_back(database: Database) -> None:
    with database.writing() as db:
        db.execute(text("INSERT INTO town_fact (name, value) VALUES ('probe', '{}')"))
    with database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM town_fact")).scalar_one() == 1
