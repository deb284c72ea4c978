"""The human page of the API: made of its description, without a script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

PATH = "/api/docs"
STYLE = f"{PATH}/docs.css"
_REFERENCE = "#/components/schemas/"


def router() -> APIRouter:
    """The page and its style; no part of the described API."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(PATH)
    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(json.dumps(request.app.openapi())))

    @routes.get(STYLE)
    async def style() -> Response:
        content = (resources.files("bot.api") / "static" / "docs.css").read_bytes()
        return Response(content, media_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})

    return routes


@cache
def _page(description: str) -> str:
    document = json.loads(description)
    areas = [(tag, [call for call in _calls(document) if tag["name"] in call["tags"]]) for tag in document["tags"]]
    return _template().render(
        info=document["info"],
        areas=[(tag, calls) for tag, calls in areas if calls],
        shapes=document["components"]["schemas"],
        style=STYLE,
        kind=_kind,
        prose=_prose,
        body=_body,
        example=_example,
    )


@cache
def _template() -> Template:
    loader = PackageLoader("bot.api")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("docs.html")


def _calls(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield call | {"method": method.upper(), "path": path}


def _prose(text: str) -> list[tuple[str, bool]]:
    """A sentence in pieces, each with whether it is code, which stands between backticks."""
    return [(piece, bool(number % 2)) for number, piece in enumerate(text.split("`"))]


def _kind(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a value is, in words; each with the shape that it leads to, if any."""
    if reference := schema.get("$ref"):
        name = reference.removeprefix(_REFERENCE)
        return [(name, name)]
    if either := schema.get("anyOf") or schema.get("oneOf"):
        kinds = [_kind(one) for one in either]
        return [part for number, kind in enumerate(kinds) for part in ([(" or ", "")] if number else []) + kind]
    match schema.get("type"):
        case "array":
            return [("list of ", ""), *_kind(schema.get("items", {}))]
        case "object" if isinstance(inner := schema.get("additionalProperties"), dict) and inner:
            return [("map to ", ""), *_kind(inner)]
        case _:
            return [(_plain(schema), "")]


def _plain(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    kind = str(schema.get("type", "anything"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _body(call: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of what a call takes or, in an answer, gives; None for nothing."""
    for content in call.get("content", {}).values():
        schema: Mapping[str, Any] = content.get("schema", {})
        return schema
    return None


def _example(shape: Mapping[str, Any]) -> str:
    """An example of a shape as JSON; empty where none is given."""
    given = shape.get("examples") or ([shape["example"]] if "example" in shape else [])
    return json.dumps(given[0], ensure_ascii=False, indent=2) if given else ""
