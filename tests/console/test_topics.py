"""Topics on the console: added, renamed in all languages, put in order."""

from __future__ import annotations

import json

import httpx
import pytest

from bot.domain.staff import Role
from bot.services import topics
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, words_of

TOPICS = "/console/topics"


def names(office: TestTown) -> list[dict[str, str]]:
    """The names of all topics, in their order."""
    with office.database.reading() as db:
        return [dict(topic.name) for topic in topics.all_topics(db)]


@pytest.mark.parametrize("role", list(Role))
async def test_everyone_looks_and_only_planners_change(
    sign_in: SignIn, qm: httpx.AsyncClient, stranger: httpx.AsyncClient, role: Role
) -> None:
    await qm.post(TOPICS, data={"name-de": "Wohnen"})
    browser, may_plan = await sign_in(role), role in {Role.ADMIN, Role.QM}
    shown = words_of(await browser.get(TOPICS))
    assert "Wohnen" in shown
    assert ("Thema anlegen" in shown) == may_plan
    assert (await browser.get(f"{TOPICS}/wohnen")).status_code == (200 if may_plan else 403)
    for path in ("", "/wohnen", "/wohnen/up", "/wohnen/down"):
        assert ((await browser.post(TOPICS + path)).status_code == 403) != may_plan, path
        assert (await stranger.post(TOPICS + path)).status_code == 303, path


async def test_an_empty_list_says_what_to_do(qm: httpx.AsyncClient) -> None:
    assert "Es gibt noch kein Thema" in words_of(await qm.get(TOPICS))


async def test_a_topic_is_added_in_several_languages_and_subscribed_to(qm: httpx.AsyncClient, office: TestTown) -> None:
    assert (await qm.post(TOPICS, data={"name-de": "Parks", "name-tr": "Parklar"})).status_code == 303
    assert names(office) == [{"de": "Parks", "tr": "Parklar"}]
    await Resident(office).sends("/subscribe parks")
    assert "Parks parks 1 2 von 11" in words_of(await qm.get(TOPICS))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name-tr": "Parklar"}, "deutschen Namen"),
        ({"name-de": "x" * 61, "name-tr": "Parklar"}, "Höchstens 60"),
        ({"name-de": "Wohnen", "name-tr": "Parklar"}, "gibt es schon"),
        ({"name-de": "!!!", "name-tr": "Parklar"}, "keine Kennung"),
    ],
)
async def test_a_name_that_cannot_be_is_said_and_what_was_typed_stays(
    qm: httpx.AsyncClient, office: TestTown, typed: dict[str, str], fault: str
) -> None:
    await qm.post(TOPICS, data={"name-de": "Wohnen"})
    page = await qm.post(TOPICS, data=typed)
    assert page.status_code == 422
    assert fault in words_of(page)
    assert 'id="e-name-de"' in page.text
    assert 'value="Parklar"' in page.text
    assert names(office) == [{"de": "Wohnen"}]


async def test_the_order_is_changed_one_by_one(qm: httpx.AsyncClient, office: TestTown) -> None:
    for name in ("Eins", "Zwei", "Drei"):
        await qm.post(TOPICS, data={"name-de": name})
    await qm.post(f"{TOPICS}/drei/up")
    assert [name["de"] for name in names(office)] == ["Eins", "Drei", "Zwei"]
    await qm.post(f"{TOPICS}/eins/down")
    assert [name["de"] for name in names(office)] == ["Drei", "Eins", "Zwei"]
    await qm.post(f"{TOPICS}/drei/up")
    await qm.post(f"{TOPICS}/zwei/down")
    assert [name["de"] for name in names(office)] == ["Drei", "Eins", "Zwei"]
    assert (await qm.post(f"{TOPICS}/gibt-es-nicht/up")).status_code == 404


async def test_two_people_at_one_topic_see_each_others_changes(qm: httpx.AsyncClient, office: TestTown) -> None:
    await qm.post(TOPICS, data={"name-de": "Parks"})
    known = json.dumps({"de": "Parks"})
    assert (await qm.post(f"{TOPICS}/parks", data={"name-de": "Grün", "known": known})).status_code == 303
    page = await qm.post(f"{TOPICS}/parks", data={"name-de": "Bäume", "known": known})
    assert page.status_code == 422
    assert "Inzwischen von jemand anderem gespeichert: Grün" in words_of(page)
    assert 'value="Bäume"' in page.text
    assert names(office) == [{"de": "Grün"}]
    again = {"name-de": "Bäume", "known": json.dumps({"de": "Grün"})}
    assert (await qm.post(f"{TOPICS}/parks", data=again)).status_code == 303
    assert names(office) == [{"de": "Bäume"}]
    assert (await qm.get(f"{TOPICS}/gibt-es-nicht")).status_code == 404
