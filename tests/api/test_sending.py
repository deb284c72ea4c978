"""Broadcasts over the API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from bot.services import broadcasts
from tests.api.conftest import is_problem
from tests.api.office import API, gets, makes, shows
from tests.conftest import TestTown

TEXTS = {"de": "Am Samstag ist Hoffest.", "tr": "Cumartesi avlu şenliği var."}


async def test_a_notice_is_sent_at_once(office: httpx.AsyncClient) -> None:
    made = await makes(office, "broadcasts", texts=TEXTS, topics=["feste"], languages=[])
    assert (made["state"], made["audience"]) == ("sending", 2)
    assert made["counts"]["queued"] == 2
    assert sum(made["counts"].values()) == 2
    assert set(made["counts"]) == {"queued", "sending", "sent", "failed", "skipped", "cancelled", "unknown"}


async def test_a_notice_waits_for_its_time_or_its_approval(office: httpx.AsyncClient) -> None:
    later = await makes(office, "broadcasts", texts=TEXTS, send_at="2026-06-10T09:00")
    assert (later["state"], later["send_at"], later["counts"]) == ("scheduled", "2026-06-10T07:00:00Z", {})
    draft = await makes(office, "broadcasts", texts=TEXTS, draft=True)
    assert (draft["state"], draft["audience"]) == ("draft", 2)
    approved = await office.post(f"{API}/broadcasts/{draft['id']}/approve")
    assert approved.json()["state"] == "sending"
    assert [one["id"] for one in (await gets(office, "broadcasts"))["items"]] == [later["id"], draft["id"]]


async def test_a_notice_is_stopped_for_whoever_did_not_get_it(office: httpx.AsyncClient) -> None:
    made = await makes(office, "broadcasts", texts=TEXTS)
    stopped = (await office.post(f"{API}/broadcasts/{made['id']}/cancel")).json()
    assert (stopped["state"], stopped["counts"]["cancelled"], stopped["audience"]) == ("cancelled", 2, 2)


async def test_the_same_notice_is_not_sent_twice_by_mistake(office: httpx.AsyncClient) -> None:
    await makes(office, "broadcasts", texts=TEXTS)
    assert is_problem(await office.post(f"{API}/broadcasts", json={"texts": TEXTS}), 409)
    assert len((await gets(office, "broadcasts"))["items"]) == 1
    assert (await makes(office, "broadcasts", texts=TEXTS, may_repeat=True))["state"] == "sending"


async def test_a_preview_counts_and_shows_and_writes_nothing(office: httpx.AsyncClient) -> None:
    seen = (await office.post(f"{API}/broadcasts/preview", json={"texts": TEXTS, "topics": ["feste"]})).json()
    assert (seen["audience"], seen["reachable"], seen["languages"], seen["missing"]) == (2, 2, {"de": 2}, [])
    assert "Cumartesi" in seen["texts"]["tr"]
    assert (await gets(office, "broadcasts"))["items"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"texts": {}}, "texts"),
        ({"texts": {"xx": "Hallo"}}, "texts"),
        ({"texts": "Am {datum} ist Fest"}, "texts.de"),
        ({"texts": "Am { ist Fest"}, "texts.de"),
        ({"texts": "{title:>999999999}"}, "texts.de"),
        ({"texts": "x" * 3501}, "texts.de"),
        ({"topics": ["gibt-es-nicht"]}, "topics"),
        ({"languages": ["xx"]}, "languages"),
        ({"event_id": 99}, "event_id"),
        ({"send_at": "2027-03-28T02:30"}, "send_at"),
        ({"not_after": "2026-06-09T11:00"}, "not_after"),
        ({"send_at": "2026-06-12T09:00", "not_after": "2026-06-11T09:00"}, "not_after"),
    ],
)
async def test_what_cannot_be_right_is_named(office: httpx.AsyncClient, fields: dict[str, Any], field: str) -> None:
    refused = await office.post(f"{API}/broadcasts", json={"texts": TEXTS} | fields)
    assert is_problem(refused, 422)
    assert field in refused.json()["detail"]
    assert (await gets(office, "broadcasts"))["items"] == []


async def test_a_notice_to_nobody_is_not_sent(office: httpx.AsyncClient) -> None:
    await makes(office, "topics", name="Leer")
    assert is_problem(await office.post(f"{API}/broadcasts", json={"texts": TEXTS, "topics": ["leer"]}), 409)


async def test_whoever_is_registered_is_an_audience(office: httpx.AsyncClient) -> None:
    event = await makes(office, "events", title="Forum", starts_at="2026-06-16T18:00", participation=True)
    await office.post(f"{API}/chat", json={"text": f"/register {event['id']} 1"})
    made = await makes(office, "broadcasts", texts="Bitte bringen Sie {title} mit.", event_id=event["id"])
    assert made["audience"] == 1


async def test_only_what_was_sent_is_corrected(office: httpx.AsyncClient, town: TestTown) -> None:
    made = await makes(office, "broadcasts", texts=TEXTS, draft=True)
    path = f"{API}/broadcasts/{made['id']}"
    assert is_problem(await office.post(f"{path}/correct", json={"texts": "Anders"}), 409)
    assert is_problem(await office.post(f"{path}/withdraw"), 409)
    assert is_problem(await office.post(f"{path}/resume"), 409)
    with town.desk.database.reading() as db:
        assert broadcasts.find(db, made["id"]).texts == TEXTS


async def test_what_is_urgent_needs_an_admin(office: httpx.AsyncClient, town: TestTown) -> None:
    assert is_problem(await office.post(f"{API}/broadcasts", json={"texts": TEXTS, "urgent": True}), 403)
    draft = await makes(office, "broadcasts", texts=TEXTS, draft=True)
    path = f"{API}/broadcasts/{draft['id']}"
    assert is_problem(await office.patch(path, json={"urgent": True}), 403)
    admin = shows(town, Role.ADMIN)
    assert (await office.patch(path, json={"urgent": True}, headers=admin)).json()["urgent"] is True
    assert is_problem(await office.post(f"{path}/approve"), 403)
    assert (await office.post(f"{path}/approve", headers=admin)).json()["state"] == "sending"


async def test_a_draft_is_changed_field_by_field(office: httpx.AsyncClient) -> None:
    event = await makes(office, "events", title="Forum", starts_at="2026-06-16T18:00", participation=True)
    draft = await makes(office, "broadcasts", texts=TEXTS, topics=["feste"], send_at="2026-06-10T09:00", draft=True)
    path = f"{API}/broadcasts/{draft['id']}"
    changed = (await office.patch(path, json={"texts": "Neu.", "without_event_id": event["id"]})).json()
    assert changed == draft | {"texts": {"de": "Neu."}, "without_event_id": event["id"], "version": 2}
    assert (await office.patch(path, json={"send_at": None})).json()["send_at"] is None
    refused = await office.patch(path, json={"texts": {}})
    assert is_problem(refused, 422)
    assert "texts" in refused.json()["detail"]
    assert (await gets(office, f"broadcasts/{draft['id']}"))["texts"] == {"de": "Neu."}


async def test_a_change_makes_what_waits_for_its_time_a_draft_again(office: httpx.AsyncClient) -> None:
    waiting = await makes(office, "broadcasts", texts=TEXTS, send_at="2026-06-10T09:00")
    changed = await office.patch(f"{API}/broadcasts/{waiting['id']}", json={"texts": "Neu."})
    assert changed.json()["state"] == "draft"
    sent = await makes(office, "broadcasts", texts=TEXTS)
    assert is_problem(await office.patch(f"{API}/broadcasts/{sent['id']}", json={"texts": "Neu."}), 409)


async def test_approving_a_repetition_has_to_be_meant(office: httpx.AsyncClient) -> None:
    await makes(office, "broadcasts", texts=TEXTS)
    draft = await makes(office, "broadcasts", texts=TEXTS, draft=True)
    path = f"{API}/broadcasts/{draft['id']}/approve"
    assert is_problem(await office.post(path), 409)
    assert (await office.post(path, json={"may_repeat": True})).json()["state"] == "sending"


async def test_a_report_is_read_and_taken_along(office: httpx.AsyncClient) -> None:
    sent = await makes(office, "broadcasts", texts=TEXTS)
    path = f"broadcasts/{sent['id']}/report"
    found = await gets(office, path)
    assert (found["states"]["queued"], found["languages"]) == (2, {"de": {"queued": 2}})
    assert (found["stops"], found["stop_rate"]) == (0, None)
    file = await office.get(f"{API}/{path}.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == f'attachment; filename="broadcast-{sent["id"]}.csv"'
    assert file.text.splitlines()[-1].startswith("all;2;")
    assert (await office.get(f"{API}/{path}.xlsx")).content.startswith(b"PK")
    assert is_problem(await office.get(f"{API}/{path}.pdf"), 422)
    assert is_problem(await office.get(f"{API}/broadcasts/99/report.csv"), 404)
