"""What programs of the office show to use the API."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.domain.staff import LONGEST_NAME, Role
from bot.storage.tables import TokenRow

_PREFIX = "lotse_"
"""By which people and scanners know what it is."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that showed a token."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: all but itself."""

    name: str
    """What the program is."""
    role: Role
    created_at: datetime


def create(db: Session, name: str, role: Role, now: datetime) -> str:
    """A new token for a program, which is shown once and kept only as a hash.

    Raises InvalidInput for an empty or too long name, Refused for one that has a token already.
    """
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInput("It takes 1 to {most} characters.", field="name", most=LONGEST_NAME)
    if db.scalar(select(TokenRow.id).where(TokenRow.name == name)) is not None:
        raise Refused("There is a token {name!r} already.", name=name)
    token = _PREFIX + secrets.token_urlsafe(32)
    db.add(TokenRow(name=name, role=role.value, token_hash=_hash(token), created_at=now))
    return token


def caller(db: Session, token: str) -> Caller | None:
    """The program that a token belongs to; None for an unknown one."""
    row = db.scalar(select(TokenRow).where(TokenRow.token_hash == _hash(token)))
    return Caller(row.name, Role(row.role)) if row else None


def listed(db: Session) -> list[Token]:
    """All tokens by the names of their programs."""
    rows = db.scalars(select(TokenRow).order_by(TokenRow.name))
    return [Token(row.name, Role(row.role), row.created_at) for row in rows]


def revoke(db: Session, name: str) -> None:
    """Take a program's token back, at once and for ever; raises NotFound."""
    if db.scalar(delete(TokenRow).where(TokenRow.name == name).returning(TokenRow.id)) is None:
        raise NotFound("token", name)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
