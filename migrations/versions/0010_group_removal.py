"""messages of the staff group that are to go, because whom they are about is forgotten.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("group_removal", sa.Column("group_message", sa.String(64), primary_key=True))


def downgrade() -> None:
    op.drop_table("group_removal")
