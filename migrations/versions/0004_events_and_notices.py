"""events with registrations and reminders, subscriptions, broadcasts, the outbox, tokens for programs.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

NEW_ON_CONVERSATIONS = ("stopped_at", "paused_until", "unreachable_at")


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        for name in NEW_ON_CONVERSATIONS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _count_up_for_ever("turn", "letter")
    _events()
    _notices()
    _staff()


def downgrade() -> None:
    for name in (
        "api_token",
        "pace",
        "delivery",
        "broadcast",
        "subscription",
        "reminder",
        "reminder_wish",
        "registration",
        "event",
        "topic",
    ):
        op.drop_table(name)
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        for name in reversed(NEW_ON_CONVERSATIONS):
            batch_op.drop_column(name)


def _count_up_for_ever(*names: str) -> None:
    """Let SQLite never give the number of a deleted row to a new one; the table is made anew for it."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in names:
        with op.batch_alter_table(name, schema=None, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass


def _events() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_table(
        "event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("local_start", sa.String(length=20), nullable=False),
        sa.Column("local_end", sa.String(length=20), nullable=True),
        sa.Column("zone", sa.String(length=50), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participation", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("help", sa.JSON(), nullable=False),
        sa.Column("leads", sa.JSON(), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=True),
        sa.Column("series", sa.String(length=32), nullable=True),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("summary_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_series"), ["series"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index("ix_event_upcoming", ["state", "ends_at"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_registration_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_registration_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("event_id", "conversation_id", name=op.f("uq_registration_event_id_conversation_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_registration_offer", ["offer_until"], unique=False)
        batch_op.create_index("ix_registration_order", ["event_id", "state", "id"], unique=False)
    op.create_table(
        "reminder_wish",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("lead", sa.String(length=20), nullable=False),
        sa.Column("told", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_reminder_wish_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_reminder_wish_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_wish")),
        sa.UniqueConstraint(
            "event_id", "conversation_id", "lead", name=op.f("uq_reminder_wish_event_id_conversation_id_lead")
        ),
    )
    with op.batch_alter_table("reminder_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_wish_conversation_id"), ["conversation_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("lead", sa.String(length=20), nullable=False),
        sa.Column("is_wished", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_early", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_reminder_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("event_id", "lead", "is_wished", name=op.f("uq_reminder_event_id_lead_is_wished")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_due", ["queued_at", "due_at"], unique=False)


def _notices() -> None:
    op.create_table(
        "subscription",
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("topic_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_subscription_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_subscription_topic_id_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "topic_id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_topic_id"), ["topic_id"], unique=False)
    op.create_table(
        "broadcast",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("event_id", BIG_ID, nullable=True),
        sa.Column("without_event_id", BIG_ID, nullable=True),
        sa.Column("missing", sa.String(length=20), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_broadcast_event_id_event"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["without_event_id"], ["event.id"], name=op.f("fk_broadcast_without_event_id_event"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcast_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_broadcast_text_hash"), ["text_hash"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keeps_quiet", sa.Boolean(), nullable=False),
        sa.Column("event_id", BIG_ID, nullable=True),
        sa.Column("lead", sa.String(length=20), nullable=True),
        sa.Column("broadcast_id", BIG_ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unclear", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_ids", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_delivery_broadcast_id_broadcast"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_delivery_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_delivery_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_broadcast", ["broadcast_id", "state"], unique=False)
        batch_op.create_index("ix_delivery_conversation", ["conversation_id", "state"], unique=False)
        batch_op.create_index("ix_delivery_due", ["channel", "state", "priority", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_finished_at"), ["finished_at"], unique=False)
        batch_op.create_index("ix_delivery_state", ["state"], unique=False)
    op.create_table(
        "pace",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("free_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_pace")),
    )


def _staff() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("name", name=op.f("uq_api_token_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
