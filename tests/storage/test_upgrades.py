"""What stands in a database survives the migrations of a newer version."""

from __future__ import annotations

from sqlalchemy import text

from bot.services import inbox
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
