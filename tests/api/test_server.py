"""The limits and headers that hold for every answer of the one HTTP server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.server import HEADERS, LARGEST_BODY, POLICY
from bot.settings import Settings
from tests.api.conftest import CHAT, client_of, is_problem
from tests.conftest import TestTown

JSON = {"content-type": "application/json"}


def is_safe(answer: httpx.Response) -> bool:
    """Whether an answer carries every security header, and no cookie."""
    assert "set-cookie" not in answer.headers
    return {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def chunks(total: int, size: int = 100_000) -> AsyncIterator[bytes]:
    """A body of which nobody says beforehand how long it is."""
    yield b'{"text": "'
    for _ in range(total // size):
        yield b"x" * size
    yield b'"}'


# --- Bodies that are too large ---------------------------------------------------------------------------------------


async def test_a_body_that_announces_to_be_too_large_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, content=b"x" * (LARGEST_BODY + 1), headers=JSON)
    assert is_problem(answer, 413)


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "", "9" * 50, "+5"])
async def test_a_length_that_cannot_be_right_is_refused(client: httpx.AsyncClient, length: str) -> None:
    answer = await client.post(CHAT, content=b"{}", headers=JSON | {"content-length": length})
    assert is_problem(answer, answer.status_code)
    assert answer.status_code in (400, 413)


async def test_a_body_that_turns_out_to_be_too_large_is_refused(client: httpx.AsyncClient) -> None:
    assert is_problem(await client.post(CHAT, content=chunks(2 * LARGEST_BODY), headers=JSON), 413)


async def test_a_form_that_turns_out_to_be_too_large_is_refused(client: httpx.AsyncClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await client.post("/", content=chunks(2 * LARGEST_BODY), headers=form)).status_code == 413


async def test_a_body_in_chunks_that_is_small_enough_is_read(client: httpx.AsyncClient) -> None:
    assert (await client.post(CHAT, content=chunks(20_000, 1_000), headers=JSON)).status_code == 200


async def test_a_text_that_is_far_too_long_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, json={"text": "x" * 900_000})
    assert is_problem(answer, 422)
    assert len(answer.content) < 1_000


# --- Wrong paths and methods -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/chat/7", "/api/%00"])
async def test_an_unknown_path_of_the_api_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    assert is_problem(await client.get(path), 404)


@pytest.mark.parametrize("path", ["/nothing", "/static/", "/../etc/passwd", "/%2e%2e/bot", "/\u0441hat"])
async def test_an_unknown_page_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_a_wrong_method_of_the_api_is_a_problem_that_names_the_right_one(
    client: httpx.AsyncClient, method: str
) -> None:
    answer = await client.request(method, CHAT)
    assert is_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/chat.css"])
async def test_a_wrong_method_of_a_page_is_refused(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.delete(path)).status_code == 405


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/static/chat.css"])
async def test_monitors_may_ask_for_the_head_alone(client: httpx.AsyncClient, path: str) -> None:
    # Source: RFC 9110, 9.1: every server supports GET and HEAD.
    assert (await client.head(path)).status_code == 200


# --- Headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/privacy", "/letters", "/embed.js", "/static/chat.js", "/static/no", "/no"),
        *("/healthz", "/readyz", "/api/openapi.json", "/api/no", CHAT),
    ],
)
async def test_every_answer_has_the_security_headers_and_no_cookie(client: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST", "PUT", "OPTIONS", "HEAD"):
        assert is_safe(await client.request(method, path))


async def test_answers_to_bodies_have_the_security_headers_and_no_cookie(client: httpx.AsyncClient) -> None:
    for answer in (
        await client.post(CHAT, json={"text": "Hund"}),
        await client.post(CHAT, json={}),
        await client.post(CHAT, content=b"x" * (LARGEST_BODY + 1), headers=JSON),
        await client.post(CHAT, content=chunks(2 * LARGEST_BODY), headers=JSON),
        await client.post("/", data={"text": "Hund"}),
        await client.post("/", data={"text": "x" * 60_000}),
    ):
        assert is_safe(answer)


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", CHAT)])
async def test_an_answer_from_a_server_in_trouble_has_the_security_headers(
    town: TestTown, method: str, path: str
) -> None:
    async with client_of(town.desk) as client:  # its knowledge is not loaded yet
        answer = await client.request(method, path, json={"text": "Hund"})
    assert answer.status_code in (500, 503)
    assert is_safe(answer)


async def test_a_fault_of_ours_is_a_problem_that_tells_nothing_of_the_inside(
    client: httpx.AsyncClient, town: TestTown
) -> None:
    with town.database.writing() as db:
        db.connection().exec_driver_sql("DROP TABLE turn")
    answer = await client.post(CHAT, json={"text": "Zwergpinguin"})
    assert answer.status_code in (500, 503)
    assert is_problem(answer, answer.status_code)
    assert "turn" not in answer.text
    assert "Zwergpinguin" not in answer.text


@pytest.mark.parametrize(
    ("origins", "frames"),
    [
        ("*", "*"),
        ("none", "'none'"),
        ("", "'none'"),
        ("https://www.example.org", "https://www.example.org"),
        ("https://www.example.org  http://localhost:8000", "https://www.example.org http://localhost:8000"),
    ],
)
async def test_the_sites_of_the_settings_may_show_the_chat_and_nothing_else(
    client: httpx.AsyncClient, town: TestTown, origins: str, frames: str
) -> None:
    settings = Settings(_env_file=None, embed_origins=origins)  # type: ignore[call-arg]
    async with client_of(town.desk, settings.frames) as visitor:
        chat = (await visitor.get("/")).headers["content-security-policy"]
        asked = (await visitor.post("/", data={"text": "Hund"})).headers["content-security-policy"]
        assert chat == asked == POLICY.format(frames=frames)
        for path in ("/privacy", "/nothing", "/static/chat.css", "/embed.js", "/letters", "/healthz", CHAT):
            assert (await visitor.get(path)).headers["content-security-policy"] == POLICY.format(frames="'none'")


async def test_a_fault_of_ours_is_a_page_for_people(client: httpx.AsyncClient, town: TestTown) -> None:
    with town.database.writing() as db:
        db.connection().exec_driver_sql("DROP TABLE turn")
    answer = await client.post("/", data={"text": "Zwergpinguin"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "Das hat nicht geklappt." in answer.text
    assert "Zwergpinguin" not in answer.text
    assert is_safe(answer)


def test_the_security_policy_allows_nothing_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


# --- The description -------------------------------------------------------------------------------------------------


async def test_the_description_lists_the_api_alone(client: httpx.AsyncClient) -> None:
    description = (await client.get("/api/openapi.json")).json()
    assert CHAT in description["paths"]
    assert [path for path in description["paths"] if not path.startswith("/api/v1/")] == []
    assert description["info"]["version"] == "1.2.3"


async def test_the_description_names_the_fields_of_the_contract(client: httpx.AsyncClient) -> None:
    schemas = (await client.get("/api/openapi.json")).json()["components"]["schemas"]
    assert {"text", "action", "session"} <= set(schemas["ChatMessage"]["properties"])
    assert {"session", "replies"} == set(schemas["ChatAnswer"]["properties"])
    assert {"text", "decision", "entry_id", "buttons"} <= set(schemas["ChatReply"]["properties"])
    assert {"label", "action"} <= set(schemas["ChatButton"]["properties"])
