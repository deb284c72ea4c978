"""Calls that are not as described, and messages that nobody expected."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.api.conftest import CHAT, is_problem, says

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "null", "7", '"Hund"', "{}", "nonsense", '{"session": "x"}'),
        *('{"text": null}', '{"text": 7}', '{"text": ["a"]}', '{"text": NaN}', '{"action": {}}'),
        *('{"text": "a", "session": 7}', '{"text": "a", "language": 7}'),
    ],
)
async def test_a_body_that_is_not_as_described_is_a_problem(client: httpx.AsyncClient, body: str) -> None:
    answer = await client.post(CHAT, content=body, headers=JSON)
    assert is_problem(answer, 422)
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe\x00", id="no UTF-8"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"text": ' + b"9" * 10_000 + b"}", id="a long number"),
    ],
)
async def test_a_body_that_cannot_be_read_is_the_callers_problem(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(CHAT, content=body, headers=JSON)
    assert is_problem(answer, answer.status_code)
    assert answer.status_code in (400, 422)


async def test_a_problem_does_not_repeat_what_was_sent(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, json={"text": ["Zwergpinguin"], "session": {"Zwergpinguin": 1}})
    assert is_problem(answer, 422)
    assert "Zwergpinguin" not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_other_types_of_content_are_a_problem(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(CHAT, content='{"text": "Hund"}', headers={"content-type": kind})
    assert is_problem(answer, answer.status_code)
    assert answer.status_code in (415, 422)


async def test_fields_that_are_not_described_do_no_harm(client: httpx.AsyncClient) -> None:
    assert (await says(client, text="Hund anmelden", more="x"))["replies"][0]["entry_id"] == "anmelden"


# --- Strange messages ------------------------------------------------------------------------------------------------

STRANGE = {
    "lone surrogate": r"\ud800",
    "lone surrogate in words": r"Hund \udfff anmelden",
    "NUL": r"\u0000",
    "NUL in words": r"Hund\u0000anmelden",
    "10,000 characters": "x" * 10_000,
    "10,000 words": "Hund " * 10_000,
    "emoji only": "😀👨‍👩‍👧🇩🇪",
    "SQL": "'; DROP TABLE entry; --",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }} ${7*7} %s {0}",
    "control characters": r"\u0001\u001b[31m\u007f\u2028\u202e",
    "combining characters": "Z" + "\u0301" * 3_000,
    "nothing": "",
    "blanks": r" \n\t\u3000",
    "right to left": "مرحبا كيف أسجل كلبي؟",
    "one character": "?",
    "path": "../../etc/passwd",
}


@pytest.mark.parametrize("kind", STRANGE)
async def test_anything_gets_a_kind_reply(client: httpx.AsyncClient, kind: str) -> None:
    action = STRANGE[kind] if len(STRANGE[kind]) < 1_000 else "o:1:" + "0" * 900
    for body in (f'{{"text": "{STRANGE[kind]}"}}', f'{{"action": "{action}"}}'):
        answer = await client.post(CHAT, content=body.encode(), headers=JSON)
        assert answer.status_code == 200, answer.text
        reply = answer.json()["replies"][0]
        assert reply["text"].strip()
        assert reply.get("decision") in (None, "answer", "clarify", "decline")


async def test_after_strange_messages_everything_still_works(client: httpx.AsyncClient) -> None:
    session = (await says(client, text="Hund"))["session"]
    for words in STRANGE.values():
        body = f'{{"text": "{words}", "session": {json.dumps(session)}}}'.encode()
        await client.post(CHAT, content=body, headers=JSON)
    answer = await says(client, text="Hund anmelden", session=session)
    assert answer["session"] == session
    assert answer["replies"][0]["entry_id"] == "anmelden"
