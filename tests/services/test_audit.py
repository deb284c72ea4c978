"""The audit trail: what is found in it, and when it goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from bot.clock import tidy
from bot.services import audit
from bot.services.audit import NOBODY, Actor, Mark, Search, Way
from bot.storage.database import Database
from bot.storage.tables import AuditRow
from tests.conftest import NOON, TestTown

LINES = [("Petra", "entry", "sofa"), ("", "session", "Klaus"), ("Klaus", "entry", "kita"), ("Petra", "staff", "Klaus")]
"""Who, about what, to which."""


def write(database: Database, at: datetime = NOON) -> None:
    with database.writing() as db:
        for name, area, subject in LINES:
            audit.note(db, Mark(Actor(name, Way.CONSOLE), area, "publish", subject), at)


def test_who_and_what_can_be_filtered_by(database: Database) -> None:
    with database.reading() as db:
        assert (audit.actors(db), audit.areas(db)) == ([], [])
    for _ in range(2):
        write(database)
    with database.reading() as db:
        assert audit.actors(db) == ["Klaus", "Petra"]  # and nobody
        assert audit.areas(db) == ["entry", "session", "staff"]
        found = audit.listed(db, Search(actor="Petra", area="entry"))
        assert [(each.actor, each.area, each.subject) for each in found] == 2 * [LINES[0]]
        assert [each.actor for each in audit.listed(db, Search(subject="Klaus"))] == 2 * ["Petra", NOBODY.name]


@pytest.mark.parametrize("column", ["actor", "area", "subject"])
def test_a_filter_is_looked_up_and_not_read_through(sqlite_database: Database, column: str) -> None:
    rows = select(AuditRow).where(AuditRow.__table__.c[column] == "x").order_by(AuditRow.id.desc())
    with sqlite_database.reading() as db:
        query = rows.compile(db.get_bind(), compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in db.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    assert plan == [f"SEARCH audit USING INDEX ix_audit_{column} ({column}=?)"]


async def test_a_line_goes_after_a_year(town: TestTown) -> None:
    kept = town.desk.policy.retention.trail
    write(town.database, NOON - timedelta(days=3650))
    write(town.database, town.now() - kept)
    await tidy(town.desk)
    with town.database.reading() as db:
        assert [each.at for each in audit.listed(db, Search())] == [town.now() - kept] * len(LINES)
