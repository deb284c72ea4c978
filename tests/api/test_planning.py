"""Topics, events and their reminders over the API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import vobject
from icalendar import Calendar

from bot.domain.staff import Role
from tests.api.conftest import client_of, is_problem
from tests.api.office import API, gets, makes, shows
from tests.conftest import TestTown

FORUM = {
    "title": {"de": "Bürgerforum", "tr": "Mahalle toplantısı"},
    "place": "Quartiersbüro",
    "starts_at": "2026-06-16T18:00",
    "ends_at": "2026-06-16T20:00",
    "participation": True,
    "capacity": 10,
}


@pytest.fixture
async def office(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the QM."""
    await town.knows("Sofa", answer="EDG.")
    async with client_of(town.desk) as client:
        client.headers.update(shows(town))
        yield client


async def test_a_topic_is_made_and_listed(office: httpx.AsyncClient) -> None:
    assert await makes(office, "topics", name={"de": "Wohnen & Miete", "tr": "Konut"}) == {
        "id": "wohnen-miete",
        "name": {"de": "Wohnen & Miete", "tr": "Konut"},
    }
    await makes(office, "topics", name="Feste", id="feste")
    listed = await gets(office, "topics")
    assert [topic["id"] for topic in listed["items"]] == ["wohnen-miete", "feste"]
    assert listed["next"] is None


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": "Ümlaut", "id": "Üm"}, {"name": "X", "id": "x" * 41}])
async def test_a_topic_needs_a_name_and_a_plain_id(office: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    assert is_problem(await office.post(f"{API}/topics", json=fields), 422)


async def test_a_topic_is_not_made_twice(office: httpx.AsyncClient) -> None:
    await makes(office, "topics", name="Feste")
    assert is_problem(await office.post(f"{API}/topics", json={"name": "Feste"}), 409)


async def test_an_event_is_planned_on_the_local_clock(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    assert made["starts_at"] == "2026-06-16T18:00:00+02:00"
    assert made["place"] == {"de": "Quartiersbüro"}
    assert made["reminders"] == ["P1D", "PT2H"]
    assert await gets(office, f"events/{made['id']}") == made | {"announced": []}
    planned = await gets(office, f"events/{made['id']}/reminders")
    assert [(one["lead"], one["due_at"], one["state"], one["recipients"]) for one in planned["items"]] == [
        ("P1D", "2026-06-15T18:00:00+02:00", "planned", 0),
        ("PT2H", "2026-06-16T16:00:00+02:00", "planned", 0),
    ]


async def test_a_moved_event_has_a_new_version_and_new_reminders(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    path = f"{API}/events/{made['id']}"
    moved = (await office.patch(path, json={"starts_at": "2026-06-17T17:00", "ends_at": "2026-06-17T19:00"})).json()
    assert (moved["version"], moved["starts_at"]) == (2, "2026-06-17T17:00:00+02:00")
    planned = await gets(office, f"events/{made['id']}/reminders")
    assert [one["due_at"] for one in planned["items"]] == ["2026-06-16T17:00:00+02:00", "2026-06-17T15:00:00+02:00"]


async def test_a_cancelled_event_stays_cancelled(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    path = f"{API}/events/{made['id']}"
    assert (await office.post(f"{path}/cancel")).json()["state"] == "cancelled"
    assert (await office.post(f"{path}/cancel")).status_code == 200
    assert (await gets(office, f"events/{made['id']}/reminders"))["items"] == []
    assert is_problem(await office.patch(path, json={"title": "Doch"}), 409)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_at": "2026-06-01T18:00", "ends_at": None}, "starts_at"),
        ({"ends_at": "2026-06-16T17:00"}, "ends_at"),
        ({"starts_at": "2027-03-28T02:30", "ends_at": None}, "starts_at"),
        ({"capacity": 0}, "capacity"),
        ({"topics": ["gibt-es-nicht"]}, "topics"),
        ({"reminders": ["morgen"]}, "morgen"),
        ({"title": {"de": " "}}, "title"),
        ({"title": {"xx": "?"}}, "title"),
    ],
)
async def test_what_cannot_be_right_is_named(office: httpx.AsyncClient, fields: dict[str, Any], field: str) -> None:
    refused = await office.post(f"{API}/events", json=FORUM | fields)
    assert is_problem(refused, 422)
    assert field in refused.json()["detail"]
    assert (await gets(office, "events"))["items"] == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-06-20T19:00", "2026-06-20T21:00:00+02:00"),
        ("2026-06-15T10:00", "2026-06-15T12:00:00+02:00"),
        ("2026-10-24T23:30", "2026-10-25T01:30:00+02:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T04:30:00+01:00"),
    ],
    ids=["later", "earlier", "before the clocks go back", "over the change, on the clock"],
)
async def test_an_event_that_is_moved_lasts_as_long_as_before(office: httpx.AsyncClient, start: str, end: str) -> None:
    made = await makes(office, "events", **FORUM)
    moved = await office.patch(f"{API}/events/{made['id']}", json={"starts_at": start})
    assert (moved.status_code, moved.json()["ends_at"]) == (200, end)


async def test_a_weekly_event_that_ends_when_it_starts_is_refused(office: httpx.AsyncClient) -> None:
    fields = {"ends_at": FORUM["starts_at"], "repeat": {"every": "week", "until": "2026-07-01"}}
    refused = await office.post(f"{API}/events", json=FORUM | fields)
    assert is_problem(refused, 422)
    assert "ends_at" in refused.json()["detail"]


async def test_a_weekly_event_keeps_its_time_over_the_change_of_clocks(office: httpx.AsyncClient) -> None:
    repeat = {"every": "week", "until": "2026-11-01", "skip": ["2026-10-18"]}
    await makes(office, "events", title="Café", starts_at="2026-10-11T10:00", repeat=repeat)
    times = [event["starts_at"] for event in (await gets(office, "events"))["items"]]
    assert times == ["2026-10-11T10:00:00+02:00", "2026-10-25T10:00:00+01:00", "2026-11-01T10:00:00+01:00"]


async def test_registrations_name_nobody(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    session = (await office.post(f"{API}/chat", json={"text": f"/register {made['id']} 3"})).json()["session"]
    registered = await gets(office, f"events/{made['id']}/registrations")
    assert registered["items"] == [{"state": "confirmed", "seats": 3, "needs": [], "place": None}]
    assert (registered["seats"], registered["capacity"], registered["waiting"]) == (3, 10, 0)
    assert session not in str(registered)


async def test_the_calendar_is_open_to_everyone_and_read_by_two_readers(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    await makes(office, "events", title="Entwurf", starts_at="2026-06-20T10:00", state="draft")
    del office.headers["Authorization"]
    answer = await office.get("/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    read = Calendar.from_ical(answer.content)
    assert [event["summary"] for event in read.walk("VEVENT")] == ["Bürgerforum"]
    second = vobject.readOne(answer.text)
    assert second.vevent.dtstart.value.isoformat() == "2026-06-16T18:00:00+02:00"
    assert "DTSTART;TZID=Europe/Berlin:20260616T180000" in answer.text
    assert second.vtimezone.tzid.value == "Europe/Berlin"
    assert (await office.get(f"/calendar/{made['id']}.ics?lang=tr")).text.count("Mahalle toplantısı") == 1
    assert (await office.get("/calendar/99.ics")).status_code == 404


async def test_a_calendar_hears_of_moves_and_cancellations(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    before = (await office.get("/calendar.ics")).text
    await office.patch(f"{API}/events/{made['id']}", json={"place": "Kulturzentrum"})
    await office.post(f"{API}/events/{made['id']}/cancel")
    after = (await office.get("/calendar.ics")).text
    uid = re.compile(r"UID:(\S+)")
    assert uid.findall(before) == uid.findall(after)
    assert ("SEQUENCE:0" in before, "SEQUENCE:2" in after) == (True, True)
    assert ("STATUS:CONFIRMED" in before, "STATUS:CANCELLED" in after) == (True, True)


async def test_a_poster_has_a_code_that_opens_the_event(office: httpx.AsyncClient) -> None:
    made = await makes(office, "events", **FORUM)
    picture = await office.get(f"{API}/events/{made['id']}/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<?xml")
    assert (await office.get(f"{API}/events/99/qr.svg")).status_code == 404


@pytest.mark.parametrize("path", ["topics", "events", "events/1", "events/1/reminders", "broadcasts", "broadcasts/1"])
async def test_nothing_is_shown_without_a_token(office: httpx.AsyncClient, path: str) -> None:
    for header in ({}, {"Authorization": "Bearer falsch"}, {"Authorization": "Basic abc"}):
        office.headers.pop("Authorization", None)
        answer = await office.get(f"{API}/{path}", headers=header)
        assert is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.DATA_PROTECTION])
async def test_only_some_roles_plan_and_send(office: httpx.AsyncClient, town: TestTown, role: Role) -> None:
    office.headers.update(shows(town, role))
    assert (await office.get(f"{API}/events")).status_code == 200
    for path, body in (("topics", {"name": "X"}), ("events", FORUM), ("broadcasts", {"texts": "X"})):
        assert is_problem(await office.post(f"{API}/{path}", json=body), 403)


async def test_the_description_lists_every_call_and_its_token(office: httpx.AsyncClient) -> None:
    described = (await office.get("/api/openapi.json")).json()
    calls = {(method, path): call for path, methods in described["paths"].items() for method, call in methods.items()}
    assert all(path.startswith(API) for _, path in calls)
    open_to_all = {path for (_, path), call in calls.items() if "security" not in call}
    assert open_to_all == {f"{API}/chat"}


async def test_the_rest_of_a_series_moves_as_far(office: httpx.AsyncClient) -> None:
    repeat = {"every": "week", "until": "2026-11-01"}
    first = await makes(office, "events", title="Café", starts_at="2026-10-11T10:00", repeat=repeat)
    change = {"starts_at": "2026-10-19T11:00", "whole_series": True}
    moved = await office.patch(f"{API}/events/{first['id'] + 1}", json=change)
    assert moved.json()["starts_at"] == "2026-10-19T11:00:00+02:00"
    found = [one["starts_at"][:16] for one in (await gets(office, "events"))["items"]]
    assert found == ["2026-10-11T10:00", "2026-10-19T11:00", "2026-10-26T11:00", "2026-11-02T11:00"]
