"""who is still to be told of a call to the office, replies that are sent once, and the digest of the week.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "staff_call",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("staff_id", BIG_ID, nullable=True),
        sa.Column("call", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["staff_case.id"], name=op.f("fk_staff_call_case_id_staff_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_call_staff_id_staff"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_staff_call_case_id"), "staff_call", ["case_id"])
    op.create_index(op.f("ix_staff_call_staff_id"), "staff_call", ["staff_id"])
    op.add_column("case_message", sa.Column("once", sa.String(64), nullable=True))
    op.create_index(op.f("ix_case_message_once"), "case_message", ["once"], unique=True)
    op.add_column("staff", sa.Column("wants_digest", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("staff", sa.Column("digest_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "digest_on")
    op.drop_column("staff", "wants_digest")
    op.drop_index(op.f("ix_case_message_once"), table_name="case_message")
    op.drop_column("case_message", "once")
    op.drop_table("staff_call")
