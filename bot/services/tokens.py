"""What programs of the office show to use the API."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, Refused
from bot.domain.staff import Role
from bot.storage.tables import TokenRow

LONGEST_NAME = 100
_PREFIX = "lotse_"
"""By which people and scanners know what it is."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that showed a token."""

    name: str
    role: Role


def create(db: Session, name: str, role: Role, now: datetime) -> str:
    """A new token for a program, which is shown once and kept only as a hash.

    Raises InvalidInput for an empty or too long name, Refused for one that has a token already.
    """
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInput(f"it takes 1 to {LONGEST_NAME} characters", field="name")
    if db.scalar(select(TokenRow.id).where(TokenRow.name == name)) is not None:
        raise Refused(f"there is a token {name!r} already")
    token = _PREFIX + secrets.token_urlsafe(32)
    db.add(TokenRow(name=name, role=role.value, token_hash=_hash(token), created_at=now))
    return token


def caller(db: Session, token: str) -> Caller | None:
    """The program that a token belongs to; None for an unknown one."""
    row = db.scalar(select(TokenRow).where(TokenRow.token_hash == _hash(token)))
    return Caller(row.name, Role(row.role)) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
