"""An event becomes a notice in one step."""

from __future__ import annotations

import httpx

from bot.domain.staff import Role
from tests.api.conftest import is_problem
from tests.api.office import API, gets, makes, shows
from tests.conftest import TestTown

FORUM = {
    "title": {"de": "Forum {neu}", "tr": "Forum"},
    "description": {"de": "Wir reden über den {Park}.", "en": "We talk about the park."},
    "place": "Bürgerhaus",
    "starts_at": "2026-06-16T18:00",
    "participation": True,
    "topics": ["feste"],
}


async def test_a_draft_has_all_languages_of_the_event(office: httpx.AsyncClient) -> None:
    event = await makes(office, "events", **FORUM)
    made = await makes(office, f"events/{event['id']}/broadcast")
    assert (made["state"], made["event_id"], made["topics"], made["audience"]) == ("draft", event["id"], ["feste"], 2)
    assert (
        made["texts"]["de"] == "{title}\n{when}\n{place}\nWir reden über den {{Park}}.\nBitte melden Sie sich hier an."
    )
    assert list(made["texts"]) == ["de", "en", "tr"]
    assert made["texts"]["tr"].endswith("{place}\nLütfen buradan kayıt olun.")
    seen = (
        await office.post(f"{API}/broadcasts/preview", json={"texts": made["texts"], "event_id": event["id"]})
    ).json()
    assert seen["texts"]["de"].startswith("Forum {neu}\nDienstag, 16. Juni 2026")
    assert (await office.post(f"{API}/broadcasts/{made['id']}/approve")).json()["state"] == "sending"


async def test_an_event_tells_when_it_was_announced(office: httpx.AsyncClient) -> None:
    event = await makes(office, "events", **FORUM)
    assert (await gets(office, f"events/{event['id']}"))["announced"] == []
    sent = await makes(office, f"events/{event['id']}/broadcast")
    await office.post(f"{API}/broadcasts/{sent['id']}/approve")
    draft = await makes(office, f"events/{event['id']}/broadcast")
    assert (await gets(office, f"events/{event['id']}"))["announced"] == [
        {"id": sent["id"], "state": "sending", "at": "2026-06-09T12:00:00+02:00"},
        {"id": draft["id"], "state": "draft", "at": None},
    ]


async def test_an_event_without_topics_is_for_all_subscribers(office: httpx.AsyncClient) -> None:
    event = await makes(office, "events", **FORUM | {"topics": [], "description": "x" * 5000})
    made = await makes(office, f"events/{event['id']}/broadcast")
    assert (made["topics"], made["audience"]) == (["feste"], 2)
    assert made["texts"]["de"].count("x") < 3500


async def test_what_nobody_can_come_to_is_not_announced(office: httpx.AsyncClient, town: TestTown) -> None:
    event = await makes(office, "events", **FORUM)
    path = f"{API}/events/{event['id']}/broadcast"
    assert is_problem(await office.post(path, headers=shows(town, Role.EDITOR)), 403)
    await office.post(f"{API}/events/{event['id']}/cancel")
    assert is_problem(await office.post(path), 409)
    draft = await makes(office, "events", **FORUM | {"state": "draft"})
    assert is_problem(await office.post(f"{API}/events/{draft['id']}/broadcast"), 422)
    assert is_problem(await office.post(f"{API}/events/99/broadcast"), 404)
