"""A program of the office, with a token."""

from __future__ import annotations

from typing import Any

import httpx

from bot.domain.staff import Role
from bot.services import tokens
from tests.conftest import TestTown

API = "/api/v1"


def shows(town: TestTown, role: Role = Role.QM, name: str = "Terminkalender") -> dict[str, str]:
    """The header that a program with a role shows."""
    with town.desk.database.writing() as db:
        token = tokens.create(db, f"{name} {role}", role, town.desk.now())
    return {"Authorization": f"Bearer {token}"}


async def makes(client: httpx.AsyncClient, area: str, **fields: Any) -> dict[str, Any]:
    """Post something that must be accepted; what it is then."""
    answer = await client.post(f"{API}/{area}", json=fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def gets(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """What a call gives; it must be there."""
    answer = await client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
