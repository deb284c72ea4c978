"""Who may call what: a token in the header, and the right that its role has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.desk import Desk
from bot.domain.errors import NotAllowed
from bot.domain.staff import Right, may
from bot.services import tokens
from bot.services.tokens import Caller

_BEARER = HTTPBearer(auto_error=False, description="made by `lotse token create`")


def allowed(desk: Desk, right: Right) -> Callable[..., Awaitable[Caller]]:
    """A dependency that lets only those in who have a right: 401 without a known token, 403 without the right."""

    async def check(shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Caller:
        known = await desk.database.read(tokens.caller, shown.credentials) if shown else None
        if known is None:
            raise HTTPException(401, "Show a token: Authorization: Bearer ...", {"WWW-Authenticate": "Bearer"})
        if not may(known.role, right):
            raise NotAllowed(f"a token of the role {known.role} may not do this")
        return known

    return check
