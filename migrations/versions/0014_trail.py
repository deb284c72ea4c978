"""an audit trail from which nobody deletes within a year, and which is quick to filter.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# A day less than the program keeps it (bot/domain/retention.py): the database's clock may be another machine's.
KEPT_DAYS = 364

FILTERS = ("actor", "area", "subject")


def upgrade() -> None:
    op.drop_index("ix_audit_actor", "audit")
    op.drop_index("ix_audit_subject", "audit")
    for column in FILTERS:
        op.create_index(f"ix_audit_{column}", "audit", [column, "id"])
    if op.get_bind().dialect.name == "postgresql":
        _keep_on_postgresql()
    else:
        _keep_on_sqlite()


def _keep_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF OLD.at > now() - interval '{KEPT_DAYS} days' THEN "
        "RAISE EXCEPTION 'the audit trail is kept for a year'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
    )
    op.execute(
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_changes()"
    )


def _keep_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit "
        f"WHEN OLD.at > datetime('now', '-{KEPT_DAYS} days') "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is kept for a year'); END"
    )
    # INSERT OR REPLACE deletes without asking the trigger above. Source: SQLite, "ON CONFLICT clause", REPLACE.
    op.execute(
        "CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit "
        "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_is_not_emptied ON audit")
        op.execute("DROP TRIGGER audit_is_kept ON audit")
        op.execute("DROP FUNCTION audit_is_kept()")
    else:
        op.execute("DROP TRIGGER audit_is_not_replaced")
        op.execute("DROP TRIGGER audit_is_kept")
    for column in FILTERS:
        op.drop_index(f"ix_audit_{column}", "audit")
    op.create_index("ix_audit_actor", "audit", ["actor"])
    op.create_index("ix_audit_subject", "audit", ["area", "subject", "id"])
