"""The public web chat as JSON (contract: POST /api/v1/chat)."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from bot.services.dialogue import Policy
from tests.api.conftest import CHAT, is_problem, says
from tests.conftest import TestTown
from tests.small_quarter import UNKNOWN

OLD_BUTTON = "Diese Auswahl gilt nicht mehr."


async def test_an_answer_has_the_shape_of_the_contract(client: httpx.AsyncClient) -> None:
    answer = await says(client, text="Hund anmelden")
    assert set(answer) == {"session", "replies"}
    reply, notice = answer["replies"]
    assert (reply["decision"], reply["entry_id"]) == ("answer", "anmelden")
    assert reply["text"].startswith("Hund anmelden\n\nIm Amt.\n\nQuartiersbüro: 0231 00000000\n")
    assert (reply["title"], reply["body"], reply["language"]) == ("Hund anmelden", "Im Amt.", "de")
    assert {"label": "Quartiersbüro", "value": "0231 00000000", "link": "tel:+4923100000000"} in reply["facts"]
    assert [set(button) for button in reply["buttons"]] == [{"label", "action", "beside"}] * len(reply["buttons"])
    assert "decision" not in notice, "the privacy notice stands beside the first answer"


@pytest.mark.parametrize(
    ("text", "decision", "entry_id"),
    [
        ("Hund anmelden", "answer", "anmelden"),
        ("Hund", "clarify", None),
        (UNKNOWN, "decline", None),
        ("Wie wird das Wetter?", "decline", None),
        ("Hilfe, es brennt!", "emergency", None),
        ("/team", "handover", None),
        ("/start", None, None),
        ("/menu", None, None),
    ],
)
async def test_a_reply_names_what_was_decided(
    client: httpx.AsyncClient, text: str, decision: str | None, entry_id: str | None
) -> None:
    reply = (await says(client, text=text))["replies"][0]
    assert (reply.get("decision"), reply.get("entry_id")) == (decision, entry_id)
    assert ("decision" in reply, "entry_id" in reply) == (decision is not None, entry_id is not None)


async def test_a_button_leads_to_its_answer(client: httpx.AsyncClient) -> None:
    asked = await says(client, text="Hund")
    actions = {button["label"]: button["action"] for button in asked["replies"][0]["buttons"]}
    assert set(actions) == {"Hund anmelden", "Hund abmelden", "Nichts davon", "Menü", "Mensch fragen"}
    chosen = await says(client, action=actions["Hund abmelden"], session=asked["session"])
    assert chosen["replies"][0]["entry_id"] == "abmelden"
    assert chosen["session"] == asked["session"]


async def test_the_same_words_twice_are_two_questions(client: httpx.AsyncClient) -> None:
    first = await says(client, text="Hund")
    second = await says(client, text="Hund", session=first["session"])
    none = [
        next(button["action"] for button in each["replies"][0]["buttons"] if button["label"] == "Nichts davon")
        for each in (first, second)
    ]
    assert none[0] != none[1]


async def test_the_language_of_the_browser_is_answered_in(client: httpx.AsyncClient) -> None:
    reply = (await says(client, text="/help", language="en-GB"))["replies"][0]
    assert (reply["title"], reply["language"]) == ("Help", "en")


async def test_what_is_stored_comes_as_a_file(client: httpx.AsyncClient) -> None:
    session = (await says(client, text=UNKNOWN))["session"]
    (reply,) = (await says(client, text="/mydata", session=session))["replies"]
    assert (reply["file"]["name"], reply["file"]["type"]) == ("meine-daten.json", "application/json")
    stored = json.loads(base64.b64decode(reply["file"]["content"], validate=True))
    assert UNKNOWN in json.dumps(stored, ensure_ascii=False)


async def test_forget_asks_once_and_its_last_reply_has_no_buttons(client: httpx.AsyncClient, town: TestTown) -> None:
    session = (await says(client, text=UNKNOWN))["session"]
    (asked,) = (await says(client, text="/forget", session=session))["replies"]
    (last,) = (await says(client, action=asked["buttons"][0]["action"], session=session))["replies"]
    assert last["buttons"] == []
    assert town.rows()["conversation"] == town.rows()["turn"] == []
    assert (await says(client, text="Hund", session=session))["session"] != session


# --- The session -----------------------------------------------------------------------------------------------------


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
    reply = (await says(client, action=action))["replies"][0]
    assert reply["text"].startswith(OLD_BUTTON)


@pytest.mark.parametrize("action", ["o:1:0", "o:999999999999999999:0", "o:1:-", "none", "{}"])
async def test_an_unknown_action_gets_a_kind_reply(client: httpx.AsyncClient, action: str) -> None:
    reply = (await says(client, action=action))["replies"][0]
    assert reply["text"].startswith(OLD_BUTTON)


# --- Too many messages -----------------------------------------------------------------------------------------------


async def test_more_messages_than_are_answered_are_a_problem_that_says_when_to_return(
    client: httpx.AsyncClient, town: TestTown
) -> None:
    town.desk.policy = Policy(rate=3)
    session = (await says(client, text="Hund"))["session"]
    for _ in range(2):
        await says(client, text="Hund", session=session)
    for _ in range(3):
        answer = await client.post(CHAT, json={"text": "Hund", "session": session})
        assert is_problem(answer, 429)
        assert answer.headers["retry-after"] == "60"
    town.now.moves(seconds=61)
    assert (await says(client, text="Hund", session=session))["session"] == session


@pytest.mark.parametrize("text", ["Hilfe, es brennt!", "/stop", "/forget"])
async def test_what_cannot_wait_is_answered_after_any_number(
    client: httpx.AsyncClient, town: TestTown, text: str
) -> None:
    town.desk.policy = Policy(rate=1)
    session = (await says(client, text="Hund"))["session"]
    for _ in range(3):
        await client.post(CHAT, json={"text": "Hund", "session": session})
    assert (await says(client, text=text, session=session))["replies"][0]["text"]


async def test_the_limit_is_each_residents_own(client: httpx.AsyncClient, town: TestTown) -> None:
    town.desk.policy = Policy(rate=1)
    assert len({(await says(client, text="Hund"))["session"] for _ in range(5)}) == 5
