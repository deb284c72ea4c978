"""What the tables promise: retention, no names of residents, moments in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, delete, insert, select, text
from sqlalchemy import Table as AnyTable
from sqlalchemy.exc import DatabaseError, StatementError

from bot.storage.base import Moment, Table
from bot.storage.database import Database
from bot.storage.tables import RETENTION, AuditRow, InboxRow
from tests.conftest import NOON

KNOWLEDGE = {
    "entry",
    "wording",
    "phrase",
    "town_fact",
    "topic",
    "event",
    "reminder",
    "broadcast",
    "recurring",
    "api_token",
    "attachment",
    "entry_version",
    "entry_draft",
    "golden_question",
    "canned_reply",
    "figure",
    "staff",
    "setup_link",
    "staff_session",
    "audit",
}
"""Tables of what the town publishes or runs; every other table could hold something of a resident."""

PERSONAL = re.compile(
    r"(^|_)((first|last|sur|user|nick|full|display|family|given)_?)?names?($|_)"
    r"|handle|phone|mobile|number|mail|vorname|nachname|telefon|birth|street|plate|iban"
)


def test_every_table_says_how_long_its_rows_are_kept() -> None:
    assert set(RETENTION) == set(Table.metadata.tables)
    assert all(sentence.strip() for sentence in RETENTION.values())


def test_no_column_is_meant_for_a_residents_name_username_phone_or_mail() -> None:
    tables = [table for name, table in Table.metadata.tables.items() if name not in KNOWLEDGE]
    assert {"conversation", "turn", "inbox"} <= {table.name for table in tables}
    suspects = [f"{table.name}.{column.name}" for table in tables for column in table.c if PERSONAL.search(column.name)]
    assert suspects == []


@pytest.mark.parametrize("name", ["name", "first_name", "username", "user_name", "phone", "phone_number", "email"])
def test_the_check_for_personal_columns_can_fail(name: str) -> None:
    assert PERSONAL.search(name)


def test_texts_of_residents_have_only_sealed_columns() -> None:
    conversation = (table for name, table in Table.metadata.tables.items() if name not in KNOWLEDGE)
    unsealed = [f"{table.name}.{column.name}" for table in conversation for column in table.c if _holds_text(column)]
    assert unsealed == []


def _holds_text(column: Column[Any]) -> bool:
    """Whether any length of text fits into a column."""
    return type(column.type).__name__ == "Text"


NAMELESS = {"group_removal", "inbox", "lease", "lesson", "pace", "question_group", "sign_in_failure"}
"""Tables that hold nothing of a resident but what is sealed and goes by itself, and keyed hashes."""


def test_whatever_is_stored_of_a_resident_goes_with_their_conversation() -> None:
    personal = Table.metadata.tables.keys() - KNOWLEDGE - NAMELESS - {"conversation"}
    assert {"turn", "question", "letter"} <= personal
    assert [name for name in personal if not _hangs_on_a_conversation(Table.metadata.tables[name])] == []


def _hangs_on_a_conversation(table: AnyTable) -> bool:
    """Whether a row must name a conversation, or another row that does, and is deleted with it."""
    owners = [key for key in table.foreign_keys if key.ondelete == "CASCADE" and not key.parent.nullable]
    return any(
        owner.column.table.name == "conversation" or _hangs_on_a_conversation(owner.column.table) for owner in owners
    )


def test_every_moment_of_every_table_is_kept_in_utc() -> None:
    times = [column for table in Table.metadata.tables.values() for column in table.c if column.name.endswith("_at")]
    assert times
    assert all(isinstance(column.type, Moment) for column in times)


def _message(moment: datetime) -> InboxRow:
    return InboxRow(channel="web", update_key="1", sealed_update=b"", received_at=moment)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"), database.writing() as db:
        db.add(_message(NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-9, minutes=-30))])
def test_a_moment_comes_back_aware_and_in_utc(database: Database, zone: tzinfo) -> None:
    with database.writing() as db:
        db.add(_message(NOON.astimezone(zone) + timedelta(microseconds=1)))
    with database.reading() as db:
        moment = db.scalars(select(InboxRow.received_at)).one()
    assert moment == NOON + timedelta(microseconds=1)
    assert moment.utcoffset() == timedelta(0)


def test_no_moment_stays_none(database: Database) -> None:
    with database.writing() as db:
        db.add(_message(NOON))
    with database.reading() as db:
        assert db.scalars(select(InboxRow.done_at)).all() == [None]


def test_moments_are_compared_by_time_and_not_by_wall_clock(database: Database) -> None:
    later_on_the_wall = (NOON - timedelta(minutes=1)).astimezone(ZoneInfo("Asia/Tokyo"))
    with database.writing() as db:
        db.add(_message(later_on_the_wall))
    with database.reading() as db:
        assert db.scalars(select(InboxRow.id).where(InboxRow.received_at < NOON)).all()
        assert not db.scalars(select(InboxRow.id).where(InboxRow.received_at >= NOON)).all()


def _line(at: datetime) -> AuditRow:
    return AuditRow(at=at, actor="a", way="console", area="entry", deed="publish", subject="x", details={})


CHANGES = [
    ("UPDATE audit SET actor = 'somebody else'", "only added to"),
    ("DELETE FROM audit", "kept for a year"),
]


@pytest.mark.parametrize(("statement", "reason"), CHANGES)
def test_the_audit_trail_is_only_added_to(database: Database, statement: str, reason: str) -> None:
    with database.writing() as db:
        db.add(_line(datetime.now(UTC) - timedelta(days=360)))
    with pytest.raises(DatabaseError, match=reason), database.writing() as db:
        db.execute(text(statement))


def test_a_line_of_the_audit_trail_is_not_written_over(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        db.add(_line(NOON))
    with pytest.raises(DatabaseError, match="only added to"), sqlite_database.writing() as db:
        number = db.scalars(select(AuditRow.id)).one()
        over = {"actor": "b", "way": "console", "area": "entry", "deed": "publish", "subject": "x", "details": {}}
        db.execute(insert(AuditRow).prefix_with("OR REPLACE"), over | {"id": number, "at": NOON})


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_audit_trail_is_not_emptied(database: Database) -> None:
    with pytest.raises(DatabaseError, match="only added to"), database.writing() as db:
        db.execute(text("TRUNCATE audit"))


def test_what_the_audit_trail_has_kept_for_a_year_can_be_deleted(database: Database) -> None:
    with database.writing() as db:
        db.add(_line(datetime.now(UTC) - timedelta(days=365)))
    with database.writing() as db:
        assert len(db.scalars(delete(AuditRow).returning(AuditRow.id)).all()) == 1
