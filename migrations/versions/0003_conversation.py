"""what a conversation remembers, questions for the team, letters to browsers.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("preference", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("notice", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edits", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("move", sa.String(length=30), nullable=False, server_default="give"))
        batch_op.add_column(sa.Column("entry_version", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("card", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("misses", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("helped", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("complaint", sa.String(length=20), nullable=True))
        batch_op.create_index("ix_turn_newest", ["conversation_id", "id"], unique=False)
    # The defaults are for the rows that are there; new ones bring their own.
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.alter_column("notice", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.alter_column("move", existing_type=sa.String(length=30), server_default=None)
        batch_op.alter_column("misses", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "question",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_question_turn_id_turn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_question_turn_id")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_state"), ["state"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("sealed_reply", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_letter_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_at"), ["at"], unique=False)
        batch_op.create_index("ix_letter_conversation", ["conversation_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("letter")
    op.drop_table("question")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index("ix_turn_newest")
        for name in ("complaint", "helped", "misses", "card", "entry_version", "move", "edits"):
            batch_op.drop_column(name)
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("notice")
        batch_op.drop_column("preference")
