"""numbers of many years are summed up in one pass: rows in the order of their days, totals in an index of their own.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_anew(with_rowid=False)
    op.create_index("ix_figure_part", "figure", ["part", "day", "name", "value"])


def downgrade() -> None:
    op.drop_index("ix_figure_part", "figure")
    _make_anew(with_rowid=True)


def _make_anew(*, with_rowid: bool) -> None:
    """SQLite decides how a table lies on the disk when it is made."""
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("figure", recreate="always", table_kwargs={"sqlite_with_rowid": with_rowid}):
            pass
