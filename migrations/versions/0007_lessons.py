"""what staff did with open questions, and indexes to find those, groups and near misses by.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS_UP = {"sqlite_autoincrement": True}
"""What SQLite forgets of a table that is made anew."""

NEW = {
    "turn": {"ix_turn_move": ["move", "at"], "ix_turn_helped": ["helped", "at"]},
    "question": {
        "ix_question_state": ["state", "id"],
        "ix_question_new": ["state", "group_id"],
        "ix_question_group": ["group_id", "id"],
    },
    "question_group": {"ix_question_group_rank": ["state", "wanted", "count", "last_at", "id"]},
}
OLD = {
    "question": {"ix_question_state": ["state"], "ix_question_group_id": ["group_id"]},
    "question_group": {"ix_question_group_open": ["state", "last_at"]},
}


def upgrade() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=True),
        sa.Column("sealed_phrasing", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("sealed_texts", sa.LargeBinary(), nullable=True),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["question_group.id"], name=op.f("fk_lesson_group_id_question_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_lesson_group_id"), "lesson", ["group_id"])
    with op.batch_alter_table("delivery", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.add_column(sa.Column("lesson_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_lesson_id_lesson"), "lesson", ["lesson_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_index(batch_op.f("ix_delivery_lesson_id"), ["lesson_id"])
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)
    with op.batch_alter_table("delivery", schema=None, table_kwargs=COUNTS_UP) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_lesson_id"))
        batch_op.drop_constraint(batch_op.f("fk_delivery_lesson_id_lesson"), type_="foreignkey")
        batch_op.drop_column("lesson_id")
    op.drop_table("lesson")


def _replace(gone: dict[str, dict[str, list[str]]], new: dict[str, dict[str, list[str]]]) -> None:
    for table, indexes in gone.items():
        for name in indexes:
            op.drop_index(name, table)
    for table, indexes in new.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns)
