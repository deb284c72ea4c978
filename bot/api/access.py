"""Who may call what: a token in the header, the right that its role has, and the trail of what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.domain.errors import NotAllowed
from bot.domain.staff import Right, may
from bot.services import audit, tokens
from bot.services.audit import Actor, Mark, Way
from bot.services.tokens import Caller

Given = ParamSpec("Given")
Result = TypeVar("Result")

_BEARER = HTTPBearer(auto_error=False, description="made by `lotse token create`")
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class Allowed:
    """A dependency that lets only those in who have a right: 401 without a known token, 403 without the right."""

    def __init__(self, desk: Desk, right: Right):
        self.desk, self.right = desk, right

    async def __call__(self, shown: Shown) -> Caller:
        """Who calls."""
        known = await self.desk.database.read(tokens.caller, shown.credentials) if shown else None
        if known is None:
            raise HTTPException(401, "Show a token: Authorization: Bearer ...", {"WWW-Authenticate": "Bearer"})
        if not may(known.role, self.right):
            raise NotAllowed(f"a token of the role {known.role} may not do this")
        return known


@dataclass(frozen=True, slots=True)
class Act:
    """A change that a caller may make; it is made by `write`, which puts it into the trail."""

    desk: Desk
    caller: Caller
    mark: Mark

    def noting(self, **details: Any) -> Act:
        """The same, with what the trail is to say of it: nothing that a resident wrote."""
        return replace(self, mark=replace(self.mark, details=details))

    async def write(
        self, deed: Callable[Concatenate[Session, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """What `deed(db, ...)` returns; it and its line in the trail are one transaction."""
        return await self.desk.database.write(audit.record, self.mark, self.desk.now(), deed, *args, **kwargs)

    async def note(self) -> None:
        """Put into the trail what was done outside the database, after it was done."""
        await self.write(lambda _: None)


class Doing:
    """A dependency of calls that change something: it lets only those in who have a right, and gives an `Act`.

    What is acted on is named by the path; where the call makes something new, by the `id` of what the deed returns.
    """

    def __init__(self, desk: Desk, right: Right, area: str, deed: str):
        self.allowed = Allowed(desk, right)
        self.area, self.deed = area, deed

    async def __call__(self, request: Request, shown: Shown) -> Act:
        """What the caller may do."""
        caller = await self.allowed(shown)
        mark = Mark(Actor(caller.name, Way.API), self.area, self.deed, _subject(request.path_params))
        return Act(self.allowed.desk, caller, mark)


def _subject(path: Mapping[str, Any]) -> str | Callable[[Any], str]:
    return str(next(iter(path.values()))) if path else lambda made: str(made.id)
