"""What staff and the office's programs may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who somebody is in the office."""

    ADMIN = "admin"
    QM = "qm"
    EDITOR = "editor"
    DATA_PROTECTION = "data_protection"


class Right(StrEnum):
    """What one may be allowed."""

    READ = "read"
    """Look at events, topics and broadcasts, and who is coming in numbers."""
    PLAN = "plan"
    """Write, move and cancel events, and keep the topics."""
    SEND = "send"
    """Write to many residents."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.QM: frozenset(Right),
    Role.EDITOR: frozenset({Right.READ}),
    Role.DATA_PROTECTION: frozenset({Right.READ}),
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]
