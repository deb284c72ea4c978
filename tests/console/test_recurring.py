"""Recurring notices on the console: written, approved once, a day left out, stopped."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.console.words import words
from bot.domain.recurring import LeftOut, Recurring, RecurringState
from bot.domain.staff import Role
from bot.services import agenda, audit, recurring, topics
from bot.services.audit import Search
from bot.services.broadcasts import EVENT_CANCELLED
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, words_of
from tests.console.test_broadcasts import hidden
from tests.delivery.office import at

RECURRING = "/console/broadcasts/recurring"

CAFE = {"text-de": "Heute ist Café.", "to": "all", "missing": "fall_back", "every": "week", "interval": "1"}
CAFE |= {"day": "2026-06-11", "time": "10:00", "until": "2026-07-02", "skip": "18.06.2026"}


@pytest.fixture
async def reader(office: TestTown) -> Resident:
    """A resident who wants to hear of festivals; it is Tuesday, 9 June 2026."""
    with office.database.writing() as db:
        topics.create(db, {"de": "Feste"})
    resident = Resident(office, "session-of-somebody-who-reads")
    await resident.sends("/subscribe feste")
    return resident


async def writes(browser: httpx.AsyncClient, **fields: Any) -> str:
    """Save a draft; where its page is."""
    done = await browser.post(f"{RECURRING}/new", data=CAFE | fields)
    assert done.status_code == 303, words_of(done)
    return str(done.headers["location"])


async def approves(browser: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """Press the button on the page of a draft."""
    return await browser.post(f"{address}/approve", data=hidden(await browser.get(address)) | fields)


def stored(office: TestTown, number: int = 1) -> Recurring:
    with office.database.reading() as db:
        return recurring.find(db, number)


PAGES = ["", "/1"]
FORMS = ["/new", "/1/edit"]
DEEDS = ["/new", "/live", "/1/edit", "/1/skip", "/1/approve", "/1/stop"]


@pytest.mark.parametrize("role", list(Role))
async def test_everyone_looks_and_only_senders_send(
    sign_in: SignIn, qm: httpx.AsyncClient, reader: Resident, role: Role
) -> None:
    await writes(qm)
    browser, may_send = await sign_in(role), role in {Role.ADMIN, Role.QM}
    for path in PAGES:
        assert (await browser.get(RECURRING + path)).status_code == 200, path
    for path in FORMS:
        assert (await browser.get(RECURRING + path)).status_code == (200 if may_send else 403), path
    for path in DEEDS:
        assert ((await browser.post(RECURRING + path)).status_code == 403) != may_send, path


async def test_it_is_written_looked_at_and_approved_once(
    office: TestTown, qm: httpx.AsyncClient, reader: Resident
) -> None:
    page = words_of(await qm.get(address := await writes(qm, day="2026-06-09", time="13:00")))
    for said in ("Jede Woche um 13:00 Uhr", "Di., 9. Juni 2026, 13:00", "Di., 16. Juni 2026", "1 Mensch"):
        assert said in page
    done = await approves(qm, address)
    assert done.status_code == 303
    assert "läuft" in words_of(await qm.get(address))
    office.now.moves(hours=1)
    with office.database.writing() as db:
        agenda.do_what_is_due(db, office.desk.clock, office.now())
    assert "Wird verschickt" in words_of(await qm.get(address))
    sent = words_of(await qm.get("/console/broadcasts/1"))
    assert "Sie gehört zu einer regelmäßigen Rundnachricht" in sent
    assert "regelmäßig" in words_of(await qm.get("/console/broadcasts"))


async def test_a_day_is_left_out_and_taken_back(office: TestTown, qm: httpx.AsyncClient, reader: Resident) -> None:
    address = await writes(qm)
    await approves(qm, address)
    await qm.post(f"{address}/skip", data={"day": "2026-06-11"})
    assert stored(office).next_at == at("2026-06-25T10:00")
    await qm.post(f"{address}/skip", data={"day": "2026-06-11", "again": "on"})
    assert stored(office).next_at == at("2026-06-11T10:00")
    page = await qm.post(f"{address}/skip", data={"day": "irgendwann"})
    assert page.status_code == 422


async def test_it_is_stopped_for_good(office: TestTown, qm: httpx.AsyncClient, reader: Resident) -> None:
    address = await writes(qm)
    await approves(qm, address)
    await qm.post(f"{address}/stop")
    assert stored(office).state is RecurringState.STOPPED
    assert "Ganz beenden" not in words_of(await qm.get(address))
    with office.database.reading() as db:
        noted = [(each.area, each.deed, each.subject) for each in audit.listed(db, Search())]
    assert {("recurring", deed, "1") for deed in ("create", "approve", "stop")} <= set(noted)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text-tr": "", "text-de": ""}, "einen Text"),
        ({"until": ""}, "Bis wann?"),
        ({"until": "2026-06-10"}, "Der letzte Tag liegt vor dem ersten."),
        ({"day": ""}, "Bitte füllen Sie dieses Feld aus."),
        ({"skip": "Weihnachten"}, "Weihnachten"),
        ({"to": "topics"}, "Thema"),
        ({"day": "2026-05-01", "until": "2026-05-31"}, "So ginge sie nie hinaus"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    qm: httpx.AsyncClient, reader: Resident, fields: dict[str, str], said: str
) -> None:
    page = await qm.post(f"{RECURRING}/new", data=CAFE | {"text-tr": "Bugün kafe var."} | fields)
    assert page.status_code == 422
    assert said in words_of(page)
    assert fields.get("text-tr", "Bugün kafe var.") in page.text


async def test_two_people_do_not_overwrite_each_other(
    office: TestTown, qm: httpx.AsyncClient, reader: Resident
) -> None:
    address = await writes(qm)
    assert (await qm.post(f"{address}/edit", data=CAFE | {"version": "1", "text-de": "Neu."})).status_code == 303
    late = await qm.post(f"{address}/edit", data=CAFE | {"version": "1", "text-de": "Anders."})
    assert late.status_code == 422
    assert "Neu." in words_of(late)
    assert stored(office).texts["de"] == "Neu."


async def test_while_somebody_writes_the_days_and_the_reach_are_shown(qm: httpx.AsyncClient, reader: Resident) -> None:
    seen = words_of(await qm.post(f"{RECURRING}/live", data=CAFE))
    assert "Do., 11. Juni 2026, 10:00" in seen
    assert "Do., 18. Juni 2026" not in seen
    assert "1 Mensch" in seen


@pytest.mark.parametrize("reason", [*LeftOut, EVENT_CANCELLED])
def test_why_nothing_was_sent_is_said_in_german(reason: str) -> None:
    assert words("de").gettext(str(reason)) != reason
