"""What came since: answers of staff, reminders, notices (contract: GET /api/v1/chat?after=N)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.domain.messages import Attachment, Choice, Fact, Reply
from bot.services import conversations, letters
from tests.api.conftest import CHAT, is_problem, says
from tests.conftest import TestTown


async def writes(town: TestTown, session: str, *texts: str) -> None:
    """The team writes to a resident."""
    with town.database.writing() as db:
        conversation = conversations.find(db, "web", session)
        assert conversation is not None
        for text in texts:
            reply = Reply(text, title="Ihre Frage", facts=(Fact("Telefon", "110"),), choices=(Choice("Menü", "m"),))
            letters.put(db, conversation.id, reply, town.now())


async def fetches(client: httpx.AsyncClient, session: str, **query: int) -> dict[str, Any]:
    """What there is for a session."""
    answer = await client.get(CHAT, headers={"X-Session": session}, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def session(client: httpx.AsyncClient) -> str:
    """The session of somebody who asked something."""
    found: str = (await says(client, text="Hund"))["session"]
    return found


async def test_nothing_came_yet(client: httpx.AsyncClient, session: str) -> None:
    assert await fetches(client, session) == {"replies": [], "next": 0}
    assert await fetches(client, session, after=7) == {"replies": [], "next": 7}


async def test_a_letter_has_the_shape_of_a_reply(client: httpx.AsyncClient, town: TestTown, session: str) -> None:
    await writes(town, session, "Kommen Sie vorbei.")
    found = await fetches(client, session)
    (reply,) = found["replies"]
    assert reply["text"] == "Ihre Frage\n\nKommen Sie vorbei.\n\nTelefon: 110"
    assert reply["id"] == found["next"]
    assert [button["label"] for button in reply["buttons"]] == ["Menü"]


async def test_a_letter_tells_where_its_picture_is_and_what_it_shows(
    client: httpx.AsyncClient, town: TestTown, session: str
) -> None:
    plan = Attachment("plan.png", "image/png", "Ein Plan des Parks.", "/attachments/x")
    with town.database.writing() as db:
        conversation = conversations.find(db, "web", session)
        assert conversation is not None
        letters.put(db, conversation.id, Reply("Neues.", attachment=plan), town.now())
    (reply,) = (await fetches(client, session))["replies"]
    shown = {"name": "plan.png", "type": "image/png", "alternative": "Ein Plan des Parks.", "path": "/attachments/x"}
    assert reply["attachment"] == shown


async def test_only_what_came_after_a_number_is_given(client: httpx.AsyncClient, town: TestTown, session: str) -> None:
    await writes(town, session, "eins", "zwei")
    first = await fetches(client, session)
    assert [reply["body"] for reply in first["replies"]] == ["eins", "zwei"]
    assert (await fetches(client, session, after=first["next"]))["replies"] == []
    await writes(town, session, "drei")
    assert [one["body"] for one in (await fetches(client, session, after=first["next"]))["replies"]] == ["drei"]
    again = await fetches(client, session, after=first["replies"][0]["id"])
    assert [reply["body"] for reply in again["replies"]] == ["zwei", "drei"]


async def test_many_letters_come_in_parts(client: httpx.AsyncClient, town: TestTown, session: str) -> None:
    await writes(town, session, *(str(number) for number in range(letters.MOST_AT_ONCE + 5)))
    first = await fetches(client, session)
    rest = await fetches(client, session, after=first["next"])
    bodies = [reply["body"] for reply in (*first["replies"], *rest["replies"])]
    assert bodies == [str(number) for number in range(letters.MOST_AT_ONCE + 5)]


@pytest.mark.parametrize("stranger", ["", "x", "x" * 32, "../..", "' OR 1=1 --"])
async def test_a_stranger_gets_nothing(client: httpx.AsyncClient, town: TestTown, session: str, stranger: str) -> None:
    await writes(town, session, "Geheim")
    assert await fetches(client, stranger) == {"replies": [], "next": 0}


async def test_nobody_gets_the_letters_of_another(client: httpx.AsyncClient, town: TestTown, session: str) -> None:
    await writes(town, session, "Geheim")
    other = (await says(client, text="Hund"))["session"]
    assert (await fetches(client, other))["replies"] == []


async def test_after_forget_there_are_no_letters(client: httpx.AsyncClient, town: TestTown, session: str) -> None:
    await writes(town, session, "Geheim")
    (asked,) = (await says(client, text="/forget", session=session))["replies"]
    await says(client, action=asked["buttons"][0]["action"], session=session)
    assert (await fetches(client, session))["replies"] == []
    assert town.rows()["letter"] == []


@pytest.mark.parametrize("after", ["-1", "x", "", "1.5", "9" * 30])
async def test_a_number_that_is_none_is_a_problem(client: httpx.AsyncClient, session: str, after: str) -> None:
    answer = await client.get(CHAT, headers={"X-Session": session}, params={"after": after})
    assert is_problem(answer, 422)


async def test_a_call_without_a_session_is_a_problem(client: httpx.AsyncClient) -> None:
    assert is_problem(await client.get(CHAT), 422)
