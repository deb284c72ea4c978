"""The inbox of open questions over the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from tests.api.conftest import client_of, is_problem, says
from tests.api.office import API, gets, shows
from tests.conftest import TestTown
from tests.small_quarter import UNKNOWN, furnish

QUESTIONS = f"{API}/questions"


@pytest.fixture
async def office(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the editors; somebody asked what nobody knows, and the team too."""
    await furnish(town)
    async with client_of(town.desk) as client:
        client.headers.update(shows(town, Role.EDITOR))
        session = (await says(client, text=UNKNOWN))["session"]
        await says(client, session=session, text="/team")
        yield client


async def test_open_questions_are_listed_without_who_asked(office: httpx.AsyncClient) -> None:
    listed = await gets(office, "questions?state=open")
    (one,) = listed["items"]
    assert listed["next"] is None
    assert (one["id"], one["state"], one["text"], one["language"]) == (1, "open", UNKNOWN, "de")
    assert one["asked_at"].startswith("2026-06-09T10:00")
    assert (one["answered_at"], one["entry_id"]) == (None, None)
    assert await gets(office, "questions/1") == one
    assert (await gets(office, "questions"))["items"] == [one]
    assert (await gets(office, "questions?state=linked"))["items"] == []


async def test_a_list_comes_in_parts(office: httpx.AsyncClient) -> None:
    for text in ("Quarkbällchen Planetarium", "Zwergpinguin Trompete"):
        await says(office, text=text)
    first = await gets(office, "questions?limit=2")
    rest = await gets(office, f"questions?limit=2&cursor={first['next']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None


async def test_an_answered_question_is_closed_and_answered_once(office: httpx.AsyncClient) -> None:
    answered = (await office.post(f"{QUESTIONS}/1/answer", json={"text": "Am Montag um drei."})).json()
    assert answered["state"] == "answered"
    assert (await gets(office, "questions"))["items"] == []
    assert is_problem(await office.post(f"{QUESTIONS}/1/answer", json={"text": "Noch einmal."}), 409)


async def test_a_linked_question_is_answered_by_its_entry_from_then_on(
    office: httpx.AsyncClient, town: TestTown
) -> None:
    linked = (await office.post(f"{QUESTIONS}/1/link", json={"entry_id": "buecherei"})).json()
    assert (linked["state"], linked["entry_id"]) == ("linked", "buecherei")
    await town.desk.refresh()
    assert (await says(office, text=UNKNOWN))["replies"][0]["entry_id"] == "buecherei"
    assert UNKNOWN in (await gets(office, "entries/buecherei"))["phrasings"]["de"]


async def test_an_entry_can_learn_other_words_than_those_asked(office: httpx.AsyncClient) -> None:
    body = {"entry_id": "buecherei", "phrasing": "Wo leihe ich ein Lexikon?"}
    assert (await office.post(f"{QUESTIONS}/1/link", json=body)).status_code == 200
    assert "Wo leihe ich ein Lexikon?" in (await gets(office, "entries/buecherei"))["phrasings"]["de"]


@pytest.mark.parametrize(
    ("call", "body", "status"),
    [
        ("1/answer", {}, 422),
        ("1/answer", {"text": ""}, 422),
        ("1/answer", {"text": "X", "entry_id": "buecherei"}, 422),
        ("1/answer", {"text": {"xx": "X"}}, 422),
        ("1/answer", {"text": "x" * 3001}, 422),
        ("1/answer", {"entry_id": "nirgends"}, 404),
        ("1/link", {}, 422),
        ("1/link", {"entry_id": "nirgends"}, 404),
        ("1/link", {"entry_id": "buecherei", "phrasing": "x" * 301}, 422),
        ("9/answer", {"text": "X"}, 404),
        ("9/link", {"entry_id": "buecherei"}, 404),
    ],
)
async def test_what_cannot_be_leaves_the_question_open(
    office: httpx.AsyncClient, call: str, body: dict[str, Any], status: int
) -> None:
    assert is_problem(await office.post(f"{QUESTIONS}/{call}", json=body), status)
    assert len((await gets(office, "questions"))["items"]) == 1


async def test_questions_are_for_those_who_answer(office: httpx.AsyncClient, town: TestTown) -> None:
    token = shows(town, Role.DATA_PROTECTION)
    assert is_problem(await office.get(QUESTIONS, headers=token), 403)
