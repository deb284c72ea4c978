"""What staff and the office's programs may do."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from bot.domain.errors import InvalidInput


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


LONGEST_NAME = 100
"""Characters of the name of an account or a token."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
"""Characters. Length counts, no rule asks for digits or signs. Source: NIST SP 800-63B, 5.1.1.2."""


def name_key(name: str) -> str:
    """By which an account is found: capitals and spaces around it do not matter."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def check_name(name: str) -> None:
    """Raise InvalidInput (name) where a name cannot be that of an account."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInput("It takes 1 to {most} characters.", field="name", most=LONGEST_NAME)


def check_password(password: str, name: str) -> None:
    """Raise InvalidInput (password) where one is easily guessed."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("It takes at least {least} characters.", field="password", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput("It takes at most {most} characters.", field="password", most=LONGEST_PASSWORD)
    rest = password.casefold().replace(name_key(name), "") if name.strip() else password
    if len(set(rest)) < 5:
        raise InvalidInput("It is too easily guessed. Take a sentence, for example.", field="password")
