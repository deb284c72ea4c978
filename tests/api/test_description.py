"""How the API is described, to programs and to people."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from tests.api.office import API, shows
from tests.conftest import TestTown

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture
async def described(office: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await office.get("/api/openapi.json")).json()
    return document


def calls(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", call)
        for path, methods in document["paths"].items()
        for method, call in methods.items()
    ]


async def test_only_calls_of_programs_are_described(described: dict[str, Any]) -> None:
    assert all(path.startswith(f"{API}/") for path in described["paths"])
    for promised in (
        *("POST /chat", "GET /chat", "GET /topics", "POST /topics", "GET /entries", "POST /entries", "GET /stats"),
        *("GET /entries/{entry_id}", "PATCH /entries/{entry_id}", "DELETE /entries/{entry_id}", "GET /events"),
        *("POST /events", "GET /events/{number}", "PATCH /events/{number}", "POST /events/{number}/cancel"),
        *("GET /events/{number}/registrations", "GET /events/{number}/reminders", "GET /broadcasts", "GET /questions"),
        *("POST /broadcasts", "GET /broadcasts/{number}", "POST /broadcasts/{number}/cancel"),
        *("POST /questions/{number}/answer", "POST /questions/{number}/link"),
    ):
        method, _, path = promised.partition(" ")
        assert method.lower() in described["paths"][API + path], promised


async def test_every_call_says_what_it_does_who_may_and_what_can_come(described: dict[str, Any]) -> None:
    names = [call["operationId"] for _, call in calls(described)]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in described["tags"]}
    for name, call in calls(described):
        assert 5 < len(call["summary"]) < 120, name
        assert not call["summary"].endswith("."), name
        assert set(call["tags"]) <= tags, name
        assert call["x-roles"] or call["description"].endswith("Open to everyone."), name
        faults = {status: answer for status, answer in call["responses"].items() if status.startswith("4")}
        assert all(answer["content"] == PROBLEM for answer in faults.values()), name
        assert ({"401", "403"} <= set(faults)) == ("security" in call), name
        assert ("413" in faults) == ("requestBody" in call), name


async def test_every_body_of_json_has_an_example_that_it_takes(
    office: httpx.AsyncClient, town: TestTown, described: dict[str, Any]
) -> None:
    shapes, admin = described["components"]["schemas"], shows(town, Role.ADMIN)
    for name, call in calls(described):
        method, _, path = name.partition(" ")
        content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
        for shape in re.findall(r"#/components/schemas/(\w+)", str(content)):
            (example,) = shapes[shape]["examples"]
            answer = await office.request(method, re.sub(r"\{\w+\}", "1", path), json=example, headers=admin)
            assert answer.status_code in (200, 201, 404, 409), (name, answer.text)


async def test_people_read_the_same_on_a_page_without_a_script(
    office: httpx.AsyncClient, described: dict[str, Any]
) -> None:
    page = await office.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert len(page.content) < 200_000
    text = unescape(re.sub(r"<[^>]+>", "", page.text))
    for name, call in calls(described):
        assert name in text
        assert call["summary"].replace("`", "") in text
    targets = set(re.findall(r'href="#([^"]+)"', page.text))
    assert targets <= set(re.findall(r'id="([^"]+)"', page.text))
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    style = await office.get(re.findall(r'stylesheet" href="([^"]+)"', page.text)[0])
    assert style.headers["content-type"] == "text/css; charset=utf-8"
