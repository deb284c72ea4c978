"""Alembic's way in: on the connection that bot.storage.migrations hands over, or, from Alembic's own command line, on
the database of the settings."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from bot.settings import read_settings
from bot.storage.base import Moment
from bot.storage.database import Database
from bot.storage.keys import load_keys
from bot.storage.tables import EntryRow


def render(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """A moment is a plain timestamp to a migration, which must not change when our own types do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=EntryRow.metadata,  # of all tables
        compare_type=True,
        render_item=render,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with Database(settings.database, load_keys(settings.data_dir)).engine.begin() as opened:
        run(opened)
