"""How the API is described: what FastAPI finds out by itself, put right and completed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from bot.api.access import Allowed, Doing
from bot.api.examples import EXAMPLES
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
    ("recurring", "Notices that come again: approved once, each sending a broadcast of its own."),
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
    for name, example in EXAMPLES.items():
        components[name]["examples"] = [example]
    for method, path, route in calls(routers):
        operation = document["paths"][path][method.lower()]
        operation["summary"], _, rest = operation.get("description", "").partition(". ")
        operation["summary"] = re.sub(r"\s+", " ", operation["summary"]).rstrip(".")
        right = right_of(route)
        roles = [role.value for role in RIGHTS if right and right in RIGHTS[role]]
        operation["description"] = f"{rest.strip()}\n\n{_who(roles)}".strip()
        operation["x-roles"] = roles
        for parameter in operation.get("parameters", ()):
            parameter.setdefault("description", _PARAMETERS.get(parameter["name"], ""))
        _describe_faults(operation, is_guarded=right is not None, is_looking=method == "GET")
    return document


def _who(roles: list[str]) -> str:
    return f"For tokens with the role {', '.join(roles)}." if roles else "Open to everyone."


def _describe_faults(operation: dict[str, Any], *, is_guarded: bool, is_looking: bool) -> None:
    """Name each status that can come and no other, with the type of document that comes then."""
    answers: dict[str, Any] = operation["responses"]
    has_body, names = "requestBody" in operation, {one["in"] for one in operation.get("parameters", ())}
    comes = {
        "400": has_body,
        "401": is_guarded,
        "403": is_guarded,
        "404": "path" in names or not is_looking,
        "409": not is_looking,
        "413": has_body,
        "422": has_body or bool(names),
    }
    said = {status: answers[status]["description"] for status in answers if comes.get(status, True)}
    said |= {status: words for status, words in _FAULTS.items() if comes[status]}
    kept = {status: answers[status] | {"description": _DONE[status]} for status in said if not status.startswith("4")}
    faults = {status: {"description": words, "content": _PROBLEM} for status, words in said.items()}
    operation["responses"] = dict(sorted((faults | kept).items()))


_PARAMETERS = {
    "cursor": "`next` of the part before; nothing for the first",
    "limit": "how many at most",
    "number": "its id",
    "entry_id": "its id",
    "kind": "those of this kind alone",
    "state": "those in this state alone",
    "ending": "which kind of file",
}
"""What calls have in common, where they say nothing else."""

_DONE = {"200": "done", "201": "made", "204": "done; there is nothing to say"}

_FAULTS = {
    "400": "the body cannot be read",
    "401": "no token, or an unknown one",
    "403": "the token's role may not do this",
    "413": "the body is too large",
    "422": "something is not as described; the detail names the field",
}


_PROBLEM: Mapping[str, Any] = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
