"""lease, and what the inbox knows of an answered message.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("duty", sa.String(length=50), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("duty", name=op.f("pk_lease")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        # The default is for the messages that are there; new ones bring their own.
        batch_op.add_column(sa.Column("unclear", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("message_ref", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("text_ref", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("sent_ids", sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_inbox_message_ref"), ["message_ref"], unique=False)
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.alter_column("unclear", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_message_ref"))
        batch_op.drop_column("sent_ids")
        batch_op.drop_column("text_ref")
        batch_op.drop_column("message_ref")
        batch_op.drop_column("unclear")
    op.drop_table("lease")
