"""What the town knows, as JSON: the shape of the knowledge files."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import AfterValidator

from bot.api.access import Act, Allowed, Doing
from bot.api.entry_shapes import LONGEST_ID, ChangedEntry, Entries, Entry, NewEntry
from bot.api.fields import whole
from bot.api.problems import OUTDATED, RESPONSES, STAFF
from bot.desk import Desk
from bot.domain.staff import Right
from bot.services import library, records
from knowledge import entry as domain
from knowledge.entry import State
from knowledge.record import write_record

MOST = 100

Id = Annotated[str, Path(min_length=1, max_length=LONGEST_ID), AfterValidator(whole)]
IfMatch = Annotated[
    str | None,
    Header(description="the ETag of what was read; 412 where somebody changed it since"),
]
TAG: dict[str, Any] = {"ETag": {"description": "names this version of the entry", "schema": {"type": "string"}}}
TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": TAG}}


def router(desk: Desk) -> APIRouter:
    """The entry calls over a desk."""
    routes = APIRouter(prefix="/api/v1/entries", tags=["entries"], responses=STAFF)
    _add_reading(routes, desk)
    _add_writing(routes, desk)
    return routes


def _add_reading(routes: APIRouter, desk: Desk) -> None:
    reading = [Depends(Allowed(desk, Right.READ))]

    @routes.get("", dependencies=reading, responses=RESPONSES, response_model_exclude_unset=True)
    async def listed(
        cursor: Annotated[str | None, Query(max_length=LONGEST_ID), AfterValidator(whole)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
        kind: Annotated[str, Query(max_length=50), AfterValidator(whole)] = "",
        state: State | None = None,
    ) -> Entries:
        """List the entries by their ids: those of a kind, or in a state, where one is named."""
        found = await desk.database.read(library.listed, cursor, limit, library.Wanted(kind, state))
        following = found[-1].id if len(found) >= limit else None
        return Entries(items=[_shown(one) for one in found], next=following)

    @routes.get("/{entry_id:path}", dependencies=reading, responses=TAGGED, response_model_exclude_unset=True)
    async def one(entry_id: Id, response: Response) -> Entry:
        """Show one entry, whatever its state."""
        return _tagged(await desk.database.read(library.find, entry_id), response)


def _add_writing(routes: APIRouter, desk: Desk) -> None:
    creating, changing, deleting = (
        Depends(Doing(desk, Right.WRITE, "entry", deed)) for deed in ("create", "change", "delete")
    )

    @routes.post("", status_code=201, responses=RESPONSES | {201: {"headers": TAG}}, response_model_exclude_unset=True)
    async def create(new: NewEntry, response: Response, act: Act = creating) -> Entry:
        """Store a new entry: published, unless its state says otherwise. Residents find it within seconds."""
        return _tagged(await act.write(records.create, new, act.caller.name, desk.now()), response)

    @routes.patch("/{entry_id:path}", responses=RESPONSES | OUTDATED | TAGGED, response_model_exclude_unset=True)
    async def change(
        entry_id: Id, changes: ChangedEntry, response: Response, if_match: IfMatch = None, act: Act = changing
    ) -> Entry:
        """Change some fields; `{"state": "archived"}` hides an entry and keeps it, with its versions."""
        noted = act.noting(fields=sorted(map(whole, changes)))
        args = (entry_id, changes, _versions(if_match), act.caller.name, desk.now())
        return _tagged(await noted.write(records.change, *args), response)

    @routes.delete("/{entry_id:path}", status_code=204, responses=OUTDATED)
    async def delete(entry_id: Id, if_match: IfMatch = None, act: Act = deleting) -> None:
        """Delete an entry with all its versions, for ever; to hide and keep it, change its state to `archived`."""
        await act.write(records.remove, entry_id, _versions(if_match))


def _versions(if_match: str | None) -> Collection[str] | None:
    """The versions that a program knows; None: any will do. Source: RFC 9110, 13.1.1."""
    if if_match is None or if_match.strip() == "*":
        return None
    return re.findall(r'(?<!W/)"([^"]*)"', if_match)


def _tagged(one: domain.Entry, response: Response) -> Entry:
    response.headers["ETag"] = f'"{library.version_of(one)}"'
    return _shown(one)


def _shown(one: domain.Entry) -> Entry:
    empty: dict[str, Any] = {"title": {}, "text": {}, "phrasings": {}}
    return Entry.model_validate({"id": one.id, "kind": one.kind, "state": one.state} | empty | write_record(one))
