"""notices that come again, and which broadcast is a sending of which.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS_UP = {"sqlite_autoincrement": True}
"""What SQLite forgets of a table that is made anew."""


def upgrade() -> None:
    op.create_table(
        "recurring",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("event_id", BIG_ID, nullable=True),
        sa.Column("missing", sa.String(length=20), nullable=False),
        sa.Column("local_first", sa.String(length=20), nullable=False),
        sa.Column("every", sa.String(length=20), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("skip", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_recurring_event_id_event"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring")),
        **COUNTS_UP,
    )
    op.create_index("ix_recurring_next", "recurring", ["state", "next_at"])
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.add_column(sa.Column("recurring_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_broadcast_recurring_id_recurring"),
            "recurring",
            ["recurring_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index(batch_op.f("ix_broadcast_recurring_id"), ["recurring_id"])


def downgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.drop_index(batch_op.f("ix_broadcast_recurring_id"))
        batch_op.drop_constraint(batch_op.f("fk_broadcast_recurring_id_recurring"), type_="foreignkey")
        batch_op.drop_column("recurring_id")
    op.drop_table("recurring")
