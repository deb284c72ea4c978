"""Knowledge over the API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from bot.services import library, versions
from knowledge.record import write_record
from tests.api.conftest import client_of, is_problem, says
from tests.api.office import API, gets, makes, shows
from tests.conftest import TestTown

ENTRIES = f"{API}/entries"
WORKSHOP = {
    "id": "fahrradwerkstatt",
    "kind": "offer",
    "title": {"de": "Fahrradwerkstatt", "tr": "Bisiklet atölyesi"},
    "text": {"de": "Hier reparieren Sie Ihr Fahrrad selbst."},
    "phrasings": {"de": ["Wo kann ich mein Fahrrad reparieren?", "Fahrrad kaputt"]},
    "phone": "0231 000000",
    "opening_hours": {"weekly": [{"days": ["thu"], "from": "15:00", "to": "18:00"}]},
    "valid_to": "2026-12-31",
    "guide": {"fee": 3},
}


@pytest.fixture
async def office(town: TestTown) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the editors."""
    await town.knows("Hund anmelden", answer="Im Bürgerbüro.", entry_id="hund")
    async with client_of(town.desk) as client:
        client.headers.update(shows(town, Role.EDITOR))
        yield client


async def test_an_entry_has_the_shape_of_the_files_and_its_state(office: httpx.AsyncClient) -> None:
    made = await makes(office, "entries", **WORKSHOP)
    assert made == WORKSHOP | {"state": "published"}
    assert await gets(office, "entries/fahrradwerkstatt") == made


async def test_residents_find_a_new_entry_and_not_a_draft(office: httpx.AsyncClient, town: TestTown) -> None:
    await makes(office, "entries", **WORKSHOP)
    await makes(office, "entries", title="Segelverein", text="Am See.", state="draft")
    await town.desk.refresh()
    assert (await says(office, text="mein fahrad ist kaputt"))["replies"][0]["entry_id"] == "fahrradwerkstatt"
    assert "entry_id" not in (await says(office, text="Segelverein"))["replies"][0]


async def test_plain_texts_are_german_or_in_the_language_that_is_named(office: httpx.AsyncClient) -> None:
    german = await makes(office, "entries", title="Bücherschrank", text="Nehmen Sie ein Buch.", phrasings=["Bücher"])
    assert (german["title"], german["phrasings"]) == ({"de": "Bücherschrank"}, {"de": ["Bücher"]})
    turkish = await makes(office, "entries", title="Kitaplık", lang="tr")
    assert turkish["title"] == {"tr": "Kitaplık"}
    assert "lang" not in turkish


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Café für alle!", "cafe-fur-alle"), ({"tr": "Çay"}, "cay"), ({"ar": "مرحبا"}, "entry"), ("x" * 200, "x" * 60)],
)
async def test_a_missing_id_is_made_of_the_title(office: httpx.AsyncClient, title: Any, expected: str) -> None:
    assert (await makes(office, "entries", title=title))["id"] == expected
    assert (await makes(office, "entries", title=title))["id"] == f"{expected}-2"


async def test_an_id_is_given_once(office: httpx.AsyncClient) -> None:
    await makes(office, "entries", **WORKSHOP)
    assert is_problem(await office.post(ENTRIES, json=WORKSHOP), 409)


@pytest.mark.parametrize("entry_id", ["a/b", "a b", "ü%2F?#", "..x", "entries"])
async def test_whatever_the_id_is_its_entry_is_found(office: httpx.AsyncClient, entry_id: str) -> None:
    await makes(office, "entries", id=entry_id, title="X")
    path = httpx.URL("http://lotse.test").copy_with(raw_path=f"{ENTRIES}/{_quoted(entry_id)}".encode())
    assert (await office.get(path)).json()["id"] == entry_id


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": None}, "title"),
        ({"title": {}}, "title"),
        ({"title": {"german": "X"}}, "title"),
        ({"state": "hidden"}, "state"),
        ({"valid_to": "morgen"}, "valid_to"),
        ({"opening_hours": {"weekly": [{"days": ["someday"], "from": "15:00", "to": "18:00"}]}}, "opening_hours"),
        ({"mail": "niemand"}, "mail"),
        ({"text": {"de": "\ud800"}}, "text"),
        ({"guide": {"fee": float("nan")}}, "guide"),
        ({"id": "x" * 201}, "id"),
    ],
)
async def test_what_cannot_be_right_is_named(office: httpx.AsyncClient, fields: dict[str, Any], named: str) -> None:
    refused = await _post(office, WORKSHOP | fields)
    assert is_problem(refused, 422)
    assert named in refused.json()["detail"]
    assert len((await gets(office, "entries"))["items"]) == 1


async def _post(client: httpx.AsyncClient, record: dict[str, Any]) -> httpx.Response:
    """Post what httpx would refuse to write as JSON."""
    return await client.post(ENTRIES, content=json.dumps(record), headers={"content-type": "application/json"})


async def test_a_change_touches_what_it_names(office: httpx.AsyncClient) -> None:
    await makes(office, "entries", **WORKSHOP)
    path = f"{ENTRIES}/fahrradwerkstatt"
    changed = await office.patch(path, json={"text": {"tr": "Burada."}, "phone": None, "address": "Am Markt 1"})
    assert changed.status_code == 200
    after = await gets(office, "entries/fahrradwerkstatt")
    assert after == changed.json()
    assert after["text"] == {"de": "Hier reparieren Sie Ihr Fahrrad selbst.", "tr": "Burada."}
    assert ("phone" in after, after["address"], after["title"]) == (False, "Am Markt 1", WORKSHOP["title"])


@pytest.mark.parametrize("changes", [{"id": "anders"}, {"title": None}, {"mail": "x"}, {"a": ["\ud800"]}])
async def test_a_change_that_cannot_be_right_changes_nothing(
    office: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    before = await makes(office, "entries", **WORKSHOP)
    header = {"content-type": "application/json"}
    refused = await office.patch(f"{ENTRIES}/fahrradwerkstatt", content=json.dumps(changes), headers=header)
    assert is_problem(refused, 422)
    assert await gets(office, "entries/fahrradwerkstatt") == before


async def test_an_archived_entry_is_kept_and_not_found_by_residents(office: httpx.AsyncClient, town: TestTown) -> None:
    await makes(office, "entries", **WORKSHOP)
    await office.patch(f"{ENTRIES}/fahrradwerkstatt", json={"state": "archived"})
    await town.desk.refresh()
    assert (await gets(office, "entries/fahrradwerkstatt"))["state"] == "archived"
    assert (await says(office, text="fahrrad kaputt"))["replies"][0].get("entry_id") is None
    assert [one["id"] for one in (await gets(office, "entries?state=published"))["items"]] == ["hund"]


async def test_a_deleted_entry_is_gone_with_all_it_ever_said(office: httpx.AsyncClient, town: TestTown) -> None:
    await makes(office, "entries", **WORKSHOP)
    assert (await office.delete(f"{ENTRIES}/fahrradwerkstatt")).status_code == 204
    assert is_problem(await office.get(f"{ENTRIES}/fahrradwerkstatt"), 404)
    assert is_problem(await office.delete(f"{ENTRIES}/fahrradwerkstatt"), 404)
    with town.database.reading() as db:
        assert versions.history(db, "fahrradwerkstatt") == []
    await town.desk.refresh()
    assert (await says(office, text="fahrrad kaputt"))["replies"][0].get("entry_id") is None


async def test_two_writers_do_not_overwrite_each_other(office: httpx.AsyncClient) -> None:
    await makes(office, "entries", **WORKSHOP)
    path = f"{ENTRIES}/fahrradwerkstatt"
    read = (await office.get(path)).headers["etag"]
    first = await office.patch(path, json={"text": "Neu."}, headers={"If-Match": read})
    assert first.status_code == 200
    for late in (
        await office.patch(path, json={"text": "Anders."}, headers={"If-Match": read}),
        await office.delete(path, headers={"If-Match": f'"{"0" * 64}", {read}'}),
        await office.patch(path, json={"text": "Schwach."}, headers={"If-Match": f"W/{first.headers['etag']}"}),
    ):
        assert is_problem(late, 412)
    assert (await gets(office, "entries/fahrradwerkstatt"))["text"] == {"de": "Neu."}
    again = await office.patch(path, json={"text": "Noch einmal."}, headers={"If-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert (await office.delete(path, headers={"If-Match": "*"})).status_code == 204


async def test_a_list_comes_in_parts_and_by_kind(office: httpx.AsyncClient) -> None:
    for number in range(5):
        await makes(office, "entries", id=f"e{number}", title="X", kind="offer" if number % 2 else "topic")
    seen, cursor = [], ""
    while cursor is not None:
        part = await gets(office, f"entries?limit=2{cursor and f'&cursor={cursor}'}")
        seen += [one["id"] for one in part["items"]]
        cursor = part["next"]
    assert seen == ["e0", "e1", "e2", "e3", "e4", "hund"]
    assert [one["id"] for one in (await gets(office, "entries?kind=offer"))["items"]] == ["e1", "e3"]
    for query in ("limit=0", "limit=101", "state=hidden"):
        assert is_problem(await office.get(f"{ENTRIES}?{query}"), 422)


async def test_what_the_api_gives_it_takes(starter_town: TestTown) -> None:
    """Every entry of the starter knowledge, given out, deleted and brought back."""
    async with client_of(starter_town.desk) as client:
        client.headers.update(shows(starter_town, Role.EDITOR))
        before = starter_town.rows()["wording"]
        for one in (await gets(client, "entries"))["items"]:
            assert (await client.delete(f"{ENTRIES}/{one['id']}")).status_code == 204
            assert await makes(client, "entries", **one) == one
        assert starter_town.rows()["wording"] == before


async def test_each_version_names_the_program(office: httpx.AsyncClient, town: TestTown) -> None:
    await makes(office, "entries", **WORKSHOP)
    await office.patch(f"{ENTRIES}/fahrradwerkstatt", json={"text": "Neu."})
    with town.database.reading() as db:
        kept = versions.history(db, "fahrradwerkstatt")
        assert write_record(library.find(db, "fahrradwerkstatt"))["text"] == {"de": "Neu."}
    assert [(one.number, one.author) for one in kept] == [(2, "Terminkalender editor"), (1, "Terminkalender editor")]
