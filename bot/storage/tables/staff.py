"""Who may do what in the office."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NEVER_AGAIN, BigId, Table


class TokenRow(Table):
    """What a program of the office shows to use the API."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    """What the program is; no person's name."""
    role: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token: it is long and random, so that nothing slower is needed."""
    created_at: Mapped[datetime]


class StaffRow(Table):
    """Somebody of the office who signs in to the console."""

    __tablename__ = "staff"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    """What they sign in with; capitals do not matter, see `name_key`."""
    name_key: Mapped[str] = mapped_column(String(100), unique=True)
    """The name folded, by which it is found."""
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2; none until they chose one."""
    language: Mapped[str] = mapped_column(String(20))
    """Of the console."""
    mail: Mapped[str | None] = mapped_column(String(200))
    """Where they are told that somebody waits; none: not at all."""
    wants_digest: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they get a mail on Mondays with what is to be done."""
    digest_on: Mapped[date | None]
    """The Monday of the newest one that was sent, or was not needed."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    """When they were locked out; what they did stays in the audit trail."""


class SetupLinkRow(Table):
    """A link by which somebody chooses a password, once."""

    __tablename__ = "setup_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token in the link."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    """Whose; none: of the first administrator, who has no account yet."""
    expires_at: Mapped[datetime]


class StaffSessionRow(Table):
    """A browser in which somebody is signed in."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime] = mapped_column(index=True)
    """When a page was last asked for."""


class SignInFailureRow(Table):
    """An attempt to sign in that failed: too many of them, and the next must wait."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    """Keyed hash of the name or the network address that was tried."""
    at: Mapped[datetime] = mapped_column(index=True)


class AuditRow(Table):
    """Who did what, when: only ever added to. Triggers of the database refuse changes, and deletions within a year."""

    __tablename__ = "audit"
    __table_args__ = (
        # As the page of the trail filters it, newest first.
        Index("ix_audit_actor", "actor", "id"),
        Index("ix_audit_area", "area", "id"),
        Index("ix_audit_subject", "subject", "id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(120))
    """The name of an account or of a program's token; "lotse" for the command line, empty for who is not signed in."""
    way: Mapped[str] = mapped_column(String(20))
    """console, api or command."""
    area: Mapped[str] = mapped_column(String(30))
    """entry, event, broadcast, question, case, staff, topic ..."""
    deed: Mapped[str] = mapped_column(String(40))
    """What was done to it: "publish"."""
    subject: Mapped[str] = mapped_column(String(200))
    """The public id of what it was done to."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What changed: nothing that a resident wrote, no address of theirs."""
