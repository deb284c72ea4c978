"""since when a translation is older than the German text, a draft that is begun once, and replies that can come back.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("outdated", sa.JSON()))
    op.add_column("entry_draft", sa.Column("begun_by", sa.String(64)))
    op.create_index("ix_entry_draft_begun_by", "entry_draft", ["begun_by"], unique=True)
    op.add_column("canned_reply", sa.Column("removed_at", sa.DateTime(timezone=True)))
    _reckon()


def downgrade() -> None:
    op.drop_column("canned_reply", "removed_at")
    op.drop_index("ix_entry_draft_begun_by", "entry_draft")
    op.drop_column("entry_draft", "begun_by")
    op.drop_column("entry", "outdated")


def _reckon() -> None:
    """Reckon from the versions which texts are older than the German ones."""
    entry = sa.table("entry", sa.column("id"), sa.column("outdated", sa.JSON))
    at, record = sa.column("at", sa.DateTime(timezone=True)), sa.column("record", sa.JSON)
    version = sa.table("entry_version", sa.column("entry_id"), sa.column("number"), at, record)
    rows = op.get_bind().execute(sa.select(version).order_by(version.c.entry_id, version.c.number)).all()
    for entry_id, versions in groupby(rows, key=lambda row: row.entry_id):
        if found := _outdated([(_moment(row.at), row.record) for row in versions]):
            op.execute(entry.update().where(entry.c.id == entry_id).values(outdated=found))


def _moment(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def _outdated(versions: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Language -> since when, as bot/domain/translations.py reckons it."""
    known: dict[str, str] = {}
    for (_, before), (at, after) in pairwise(versions):
        written = {*(after.get("title") or {}), *(after.get("text") or {})} - {"de"}
        kept = {code for code in written if _said(before, code) == _said(after, code)}
        is_confirmed = before.get("checked_on") != after.get("checked_on")
        so_far = {} if is_confirmed else {code: since for code, since in known.items() if code in kept}
        known = (dict.fromkeys(kept, at) if _said(before, "de") != _said(after, "de") else {}) | so_far
    return known


def _said(record: Mapping[str, Any], language: str) -> tuple[Any, Any]:
    return (record.get("title") or {}).get(language), (record.get("text") or {}).get(language)
