"""The public web chat as JSON (contract: POST /api/v1/chat)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

CHAT = "/api/v1/chat"


async def says(client: httpx.AsyncClient, **message: str) -> dict[str, Any]:
    """What the bot answers; it must have understood the call."""
    answer = await client.post(CHAT, json=message)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def test_an_answer_has_the_shape_of_the_contract(client: httpx.AsyncClient) -> None:
    answer = await says(client, text="Hund anmelden")
    assert set(answer) == {"session", "replies"}
    (reply,) = answer["replies"]
    assert reply["decision"] == "answer"
    assert reply["entry_id"] == "anmelden"
    assert reply["text"] == "Hund anmelden\n\nIm <b>Amt</b>.\n\nTelefon: 0231 93144018"
    assert reply["buttons"] == []
    assert (reply["title"], reply["body"], reply["language"]) == ("Hund anmelden", "Im <b>Amt</b>.", "de")
    assert reply["facts"] == [{"label": "Telefon", "value": "0231 93144018", "link": "tel:+4923193144018"}]


async def test_a_button_leads_to_its_answer(client: httpx.AsyncClient) -> None:
    asked = await says(client, text="Hund")
    (reply,) = asked["replies"]
    assert reply["decision"] == "clarify"
    assert "entry_id" not in reply
    assert all(set(button) == {"label", "action"} for button in reply["buttons"])
    assert {button["label"] for button in reply["buttons"]} == {"Hund anmelden", "Hund abmelden", "Nichts davon"}
    action = next(button["action"] for button in reply["buttons"] if button["label"] == "Hund abmelden")
    chosen = await says(client, action=action, session=asked["session"])
    assert chosen["replies"][0]["entry_id"] == "abmelden"
    assert chosen["session"] == asked["session"]


async def test_a_reply_to_no_question_has_no_decision(client: httpx.AsyncClient) -> None:
    (reply,) = (await says(client, text="/start"))["replies"]
    assert "decision" not in reply
    assert "entry_id" not in reply


async def test_the_same_words_twice_are_two_questions(client: httpx.AsyncClient) -> None:
    first = await says(client, text="Hund")
    second = await says(client, text="Hund", session=first["session"])
    actions = [{button["action"] for button in each["replies"][0]["buttons"]} for each in (first, second)]
    assert not actions[0] & actions[1]


async def test_a_session_is_kept_from_call_to_call(client: httpx.AsyncClient) -> None:
    session = (await says(client, text="Hund"))["session"]
    assert [(await says(client, text="Hund", session=session))["session"] for _ in range(2)] == [session] * 2


@pytest.mark.parametrize("session", ["", "x" * 32, "x", "x" * 500_000, "\0" * 32, "ä" * 32, "' OR 1=1 --", "😀" * 30])
async def test_an_unknown_session_starts_anew(client: httpx.AsyncClient, session: str) -> None:
    answer = await says(client, text="Hund anmelden", session=session)
    assert answer["session"] != session
    assert answer["replies"][0]["entry_id"] == "anmelden"


async def test_sessions_cannot_be_guessed(client: httpx.AsyncClient) -> None:
    sessions = {(await says(client, text="Hund"))["session"] for _ in range(20)}
    assert len(sessions) == 20
    assert all(len(session) >= 32 for session in sessions)  # 192 bits


async def test_a_button_of_another_session_does_nothing(client: httpx.AsyncClient) -> None:
    action = (await says(client, text="Hund"))["replies"][0]["buttons"][0]["action"]
    (reply,) = (await says(client, action=action))["replies"]
    assert reply["text"].startswith("Diese Auswahl gilt nicht mehr.")


# --- Calls that are not as described ---------------------------------------------------------------------------------


def is_problem(answer: httpx.Response, status: int) -> bool:
    """Whether this is a problem document (RFC 9457)."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["title"]
    return answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "null", "7", '"Hund"', "{}", "nonsense", '{"session": "x"}'),
        *('{"text": null}', '{"text": 7}', '{"text": ["a"]}', '{"text": NaN}', '{"action": {}}'),
        '{"text": "a", "session": 7}',
    ],
)
async def test_a_body_that_is_not_as_described_is_a_problem(client: httpx.AsyncClient, body: str) -> None:
    answer = await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert is_problem(answer, 422)
    assert answer.json()["detail"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"[" * 100_000, b'{"text": ' + b"9" * 10_000 + b"}"])
async def test_a_body_that_cannot_be_read_is_the_callers_problem(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert is_problem(answer, answer.status_code)
    assert answer.status_code in (400, 422)


async def test_a_problem_does_not_repeat_what_was_sent(client: httpx.AsyncClient) -> None:
    answer = await client.post(CHAT, json={"text": ["Zwergpinguin"], "session": {"Zwergpinguin": 1}})
    assert is_problem(answer, 422)
    assert "Zwergpinguin" not in answer.text


async def test_other_types_of_content_are_a_problem(client: httpx.AsyncClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await client.post(CHAT, content='{"text": "Hund"}', headers={"content-type": kind})
        assert is_problem(answer, answer.status_code)
        assert answer.status_code in (415, 422)


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
async def test_any_text_gets_a_kind_reply(client: httpx.AsyncClient, kind: str) -> None:
    body = f'{{"text": "{STRANGE[kind]}"}}'.encode()
    answer = await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    (reply,) = answer.json()["replies"]
    assert reply["text"].strip()
    assert reply.get("decision") in (None, "answer", "clarify", "decline")


@pytest.mark.parametrize("kind", STRANGE)
async def test_any_action_gets_a_kind_reply(client: httpx.AsyncClient, kind: str) -> None:
    action = STRANGE[kind] if len(STRANGE[kind]) < 1_000 else "o:1:" + "0" * 900
    body = f'{{"action": "{action}"}}'.encode()
    answer = await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["replies"][0]["text"].strip()


@pytest.mark.parametrize("action", ["o:1:0", "o:999999999999999999:0", "o:1:-", "none", "{}"])
async def test_an_unknown_action_gets_a_kind_reply(client: httpx.AsyncClient, action: str) -> None:
    (reply,) = (await says(client, action=action))["replies"]
    assert reply["text"].startswith("Diese Auswahl gilt nicht mehr.")


async def test_after_strange_messages_everything_still_works(client: httpx.AsyncClient) -> None:
    session = (await says(client, text="Hund"))["session"]
    for words in STRANGE.values():
        body = f'{{"text": "{words}", "session": {json.dumps(session)}}}'.encode()
        await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    answer = await says(client, text="Hund anmelden", session=session)
    assert answer["session"] == session
    assert answer["replies"][0]["entry_id"] == "anmelden"
