"""attachments of broadcasts, what their reports need, what the office was told.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS_UP = {"sqlite_autoincrement": True}
"""What SQLite forgets of a table that is made anew."""

NEW_ON_BROADCASTS = ("settled_languages", "stops", "approved_size", "alerted_at")


def upgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=20), nullable=True))
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_languages", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("stops", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("approved_size", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True))
    # The defaults are for the rows that are there; new ones bring their own.
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.alter_column("settled_languages", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column("stops", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "attachment",
        sa.Column("broadcast_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("media_type", sa.String(length=50), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("alternative", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("telegram_id", sa.String(length=250), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_attachment_broadcast_id_broadcast"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("broadcast_id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("secret", name=op.f("uq_attachment_secret")),
    )


def downgrade() -> None:
    op.drop_table("attachment")
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        for name in reversed(NEW_ON_BROADCASTS):
            batch_op.drop_column(name)
    with op.batch_alter_table("delivery", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.drop_column("language")
    with op.batch_alter_table("event", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.drop_column("nudged_at")
