"""What stands in a database survives the migrations of a newer version."""

from __future__ import annotations

from sqlalchemy import text

from bot.services import broadcasts, inbox
from bot.services.audiences import Plan
from bot.services.inbox import Waiting, Work
from bot.storage import migrations
from bot.storage.database import Database
from tests.conftest import NOON


def test_messages_that_wait_survive(database: Database) -> None:
    migrations.migrate(database, "base")
    migrations.migrate(database, "0001")
    with database.writing() as db:
        insert = "INSERT INTO inbox (channel, update_key, sealed_update, received_at, attempts, delivered)"
        row = {"sealed": database.keys.seal("Hallo"), "now": NOON}
        db.execute(text(f"{insert} VALUES ('telegram', '5', :sealed, :now, 2, 1)"), row)
    migrations.migrate(database)
    with database.writing() as db:
        assert inbox.waiting(db, "telegram") == [Waiting("5", "Hallo", 2)]
        assert inbox.begin(db, "telegram", "5") == Work(3, 0, (None,))


OLD_BROADCAST = """
INSERT INTO broadcast (
    state, texts, text_hash, version, topics, languages, missing, is_urgent, is_withdrawn, reason, settled, created_at,
    started_at
) VALUES ('sent', '{}', '', 1, '[]', '[]', 'skip', false, false, '', :settled, :now, :now) RETURNING id
"""


def test_notices_keep_their_counts_and_numbers_are_not_given_again(database: Database) -> None:
    migrations.migrate(database, "0004")
    with database.writing() as db:
        old = db.execute(text(OLD_BROADCAST), {"settled": '{"sent": 3}', "now": NOON}).scalar_one()
    migrations.migrate(database)
    with database.writing() as db:
        found = broadcasts.find(db, old)
        assert (found.reached["sent"], sum(found.reached.values())) == (3, 3)
    migrations.migrate(database, "0004")
    migrations.migrate(database)
    with database.writing() as db:
        db.execute(text("DELETE FROM broadcast"))
        assert broadcasts.create(db, Plan({"de": "Neues."}), NOON).id > old
