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
    """Look at entries, events, topics, broadcasts and figures, and who is coming in numbers."""
    WRITE = "write"
    """Write entries, publish and archive them."""
    ANSWER = "answer"
    """Read and answer what residents ask: open questions, and conversations with a person."""
    PLAN = "plan"
    """Write, move and cancel events, and keep the topics."""
    SEND = "send"
    """Write to many residents."""
    URGENT = "urgent"
    """Write to many in quiet hours too, and to those who had their share of notices."""
    AUDIT = "audit"
    """Read who did what."""
    ACCOUNTS = "accounts"
    """Give accounts and tokens, and take them back."""


_EDITOR = frozenset({Right.READ, Right.WRITE, Right.ANSWER})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.QM: _EDITOR | {Right.PLAN, Right.SEND},
    Role.EDITOR: _EDITOR,
    Role.DATA_PROTECTION: frozenset({Right.READ, Right.AUDIT}),
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]
