"""Notices that come again, over the API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from tests.api.conftest import is_problem
from tests.api.office import API, gets, makes, shows
from tests.conftest import TestTown

CAFE: dict[str, Any] = {"texts": "Heute ist Café.", "first": "2026-06-11T10:00", "until": "2026-06-25"}


async def test_it_is_written_approved_and_stopped(office: httpx.AsyncClient) -> None:
    made = await makes(office, "recurring", **CAFE, topics=["feste"], skip=["2026-06-18"])
    assert (made["state"], made["next_at"], made["first"]) == ("draft", None, "2026-06-11T10:00:00")
    assert [each["at"] for each in made["coming"]] == ["2026-06-11T08:00:00Z", "2026-06-25T08:00:00Z"]
    address = f"{API}/recurring/{made['id']}"
    approved = (await office.post(f"{address}/approve")).json()
    assert (approved["state"], approved["next_at"]) == ("running", "2026-06-11T08:00:00Z")
    skipped = (await office.post(f"{address}/skip", json={"day": "2026-06-11"})).json()
    assert (skipped["state"], skipped["next_at"]) == ("running", "2026-06-25T08:00:00Z")
    stopped = (await office.post(f"{address}/stop")).json()
    assert (stopped["state"], stopped["next_at"], stopped["coming"]) == ("stopped", None, [])
    assert [one["id"] for one in (await gets(office, "recurring"))["items"]] == [made["id"]]
    for deed in ("approve", "skip"):
        assert is_problem(await office.post(f"{address}/{deed}", json={"day": "2026-06-18"}), 409)


async def test_a_change_needs_a_new_approval(office: httpx.AsyncClient) -> None:
    made = await makes(office, "recurring", **CAFE)
    address = f"{API}/recurring/{made['id']}"
    await office.post(f"{address}/approve")
    changed = (await office.put(address, json=CAFE | {"texts": "Neu."})).json()
    assert (changed["state"], changed["next_at"], changed["texts"]) == ("draft", None, {"de": "Neu."})


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first": "2026-06-11T10:00+02:00"}, "first"),
        ({"first": "0001-01-01T10:00"}, "first"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": None}, "until"),
        ({"event_id": 99}, "event_id"),
        ({"topics": ["nirgends"]}, "topics"),
    ],
)
async def test_what_cannot_be_right_names_the_field(
    office: httpx.AsyncClient, fields: dict[str, Any], field: str
) -> None:
    answer = await office.post(f"{API}/recurring", json=CAFE | fields)
    assert is_problem(answer, 422)
    assert field in answer.json()["detail"]


async def test_only_senders_write(town: TestTown, office: httpx.AsyncClient) -> None:
    await makes(office, "recurring", **CAFE)
    reader = shows(town, Role.EDITOR)
    assert (await office.get(f"{API}/recurring/1", headers=reader)).status_code == 200
    assert (await office.post(f"{API}/recurring/1/approve", headers=reader)).status_code == 403
