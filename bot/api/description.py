"""How the API is described: what FastAPI finds out by itself, put right and completed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from bot.api.access import Allowed, Doing
from bot.api.problems import PROBLEM_TYPE, Problem
from bot.domain.staff import RIGHTS, Right

DESCRIPTION = """Quartierslotse answers residents with what staff published.

Calls of the chat are open to everyone. All others take a token: `Authorization: Bearer TOKEN`, made on the machine by
`lotse token create NAME --role ROLE`. What a call changes stands in the audit trail under the token's name.

Errors are problem documents (RFC 9457). Lists are `{"items": [], "next": cursor}`; give `next` as `cursor` for what
follows, it is null at the end. Times are ISO 8601; without an offset they are those of the town. Texts that residents
see are maps from language code to text; a plain string means German."""

TAGS = (
    ("chat", "The public web chat, as a program talks to it."),
    ("entries", "What the town knows: answers, contact points, offers, and what the bot is not for."),
    ("topics", "What residents can subscribe to."),
    ("events", "Events and participation meetings, who is coming, and what they are reminded of."),
    ("broadcasts", "Notices to many."),
    ("questions", "The inbox of questions that no entry answered."),
    ("stats", "Numbers for the report."),
)


def right_of(route: APIRoute) -> Right | None:
    """The right that a call needs; None where it is open to everyone."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Doing):
            return dependency.call.allowed.right
        if isinstance(dependency.call, Allowed):
            return dependency.call.right
    return None


def calls(routers: Iterable[APIRouter]) -> Iterator[tuple[str, str, APIRoute]]:
    """Every described call: its method, its path as the description writes it, its route."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in sorted(route.methods or ()):
                    yield method, route.path_format, route


def operation_id(route: APIRoute) -> str:
    """A name for a call that programs can be made from: "entries-listed"."""
    return f"{route.tags[0] if route.tags else 'api'}-{route.name}"


def complete(document: dict[str, Any], routers: Iterable[APIRouter]) -> dict[str, Any]:
    """A description with a summary for each call, who may, and errors as they are: problem documents."""
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for method, path, route in calls(routers):
        operation = document["paths"][path][method.lower()]
        operation["summary"], _, rest = operation.get("description", "").partition(". ")
        operation["summary"] = re.sub(r"\s+", " ", operation["summary"]).rstrip(".")
        right = right_of(route)
        roles = [role.value for role in RIGHTS if right and right in RIGHTS[role]]
        operation["description"] = f"{rest.strip()}\n\n{_who(roles)}".strip()
        operation["x-roles"] = roles
        _describe_faults(operation, is_guarded=right is not None)
    return document


def _who(roles: list[str]) -> str:
    return f"For tokens with the role {', '.join(roles)}." if roles else "Open to everyone."


def _describe_faults(operation: dict[str, Any], *, is_guarded: bool) -> None:
    """Name each status that can come, with the type of document that comes then."""
    answers: dict[str, Any] = operation["responses"]
    takes = bool(operation.get("parameters")) or "requestBody" in operation
    wanted = {
        "400": "the body cannot be read" if "requestBody" in operation else None,
        "401": "no token, or an unknown one" if is_guarded else None,
        "403": "the token's role may not do this" if is_guarded else None,
        "413": "the body is too large" if "requestBody" in operation else None,
        "422": "something is not as described; the detail names the field" if takes else None,
    }
    answers |= {status: {"description": said} for status, said in wanted.items() if said}
    for status in [status for status in answers if status.startswith("4")]:
        answers[status] = {"description": answers[status]["description"], "content": _PROBLEM}
    operation["responses"] = dict(sorted(answers.items()))


_PROBLEM: Mapping[str, Any] = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
