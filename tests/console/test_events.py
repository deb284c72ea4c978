"""Events on the console: looked at, written, moved, cancelled, and what came of them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from bot.domain.events import Event
from bot.domain.staff import Role
from bot.services import broadcasts, events, letters, topics
from tests.conftest import BERLIN, Resident, TestTown
from tests.console.conftest import SignIn, words_of
from tests.console.example import deliver

EVENTS = "/console/events"

FORUM = {
    "title-de": "Bürgerforum",
    "title-tr": "Yurttaş forumu",
    "place-de": "Aula",
    "day": "2026-06-16",
    "start": "18:00",
    "end": "20:00",
    "participation": "on",
    "capacity": "40",
    "leads": ["P1D", "PT2H"],
    "state": "published",
}


async def plans(browser: httpx.AsyncClient, **fields: Any) -> str:
    """Write an event down; where its page is."""
    done = await browser.post(f"{EVENTS}/new", data=FORUM | fields)
    assert done.status_code == 303, words_of(done)
    return str(done.headers["location"])


async def signs_up(office: TestTown, name: str, number: int, language: str = "de") -> Resident:
    """A resident who has registered for an event."""
    resident = Resident(office, f"session-of-{name}-who-signs-up", language=language)
    await resident.sends(f"/register {number} 1")
    return resident


def stored(office: TestTown, number: int = 1) -> Event:
    """An event as it is."""
    with office.database.reading() as db:
        return events.find(db, number)


def letters_to(office: TestTown, resident: Resident) -> list[str]:
    """What came to a resident without being asked for."""
    with office.database.reading() as db:
        return [each.reply.text for each in letters.after(db, "web", resident.address, 0)]


def hidden(page: httpx.Response) -> dict[str, list[str]]:
    """What a page of confirmation hands on."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text):
        found.setdefault(name, []).append(value)
    return found


LOOKED_AT = ["", "/list", "/1", "/1/people", "/1/poster", "/1/qr.svg"]
PLANNED = ["/new", "/1/edit", "/1/cancel"]
DONE = ["/new", "/days", "/1/edit", "/1/publish", "/1/cancel", "/1/outcome"]


@pytest.mark.parametrize("role", list(Role))
async def test_everyone_looks_and_only_planners_plan(
    sign_in: SignIn, qm: httpx.AsyncClient, stranger: httpx.AsyncClient, role: Role
) -> None:
    await plans(qm)
    browser, may_plan = await sign_in(role), role in {Role.ADMIN, Role.QM}
    for path in LOOKED_AT:
        assert (await browser.get(EVENTS + path)).status_code == 200, path
        assert (await stranger.get(EVENTS + path)).status_code == 303, path
    for path in PLANNED:
        assert (await browser.get(EVENTS + path)).status_code == (200 if may_plan else 403), path
    for path in [*DONE, "/1/announce"]:
        assert ((await browser.post(EVENTS + path)).status_code == 403) != may_plan, path
        assert (await stranger.post(EVENTS + path)).status_code == 303, path
    shown = words_of(await browser.get(f"{EVENTS}/1"))
    assert ("Ändern oder verlegen" in shown) == may_plan


async def test_an_event_is_written_in_two_languages_and_stands_in_its_month(
    qm: httpx.AsyncClient, office: TestTown
) -> None:
    page = await qm.get(await plans(qm))
    assert "Gespeichert" in words_of(page)
    assert "Di., 16. Juni 2026, 18:00 – 20:00" in words_of(page)
    assert "Yurttaş forumu" in page.text
    event = stored(office)
    assert (event.title, event.capacity, list(map(str, event.leads))) == (
        {"de": "Bürgerforum", "tr": "Yurttaş forumu"},
        40,
        ["P1D", "PT2H"],
    )
    assert "18:00 Bürgerforum" in words_of(await qm.get(EVENTS))
    assert "Bürgerforum" not in words_of(await qm.get(EVENTS, params={"month": "2026-07"}))
    assert "ist nichts geplant" in words_of(await qm.get(EVENTS, params={"month": "2026-07"}))
    assert (await qm.get(EVENTS, params={"month": "Unsinn"})).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"title-de": "", "title-tr": ""}, "title-de", "braucht einen Titel"),
        ({"day": "morgen"}, "day", "24.12.2026"),
        ({"day": "2026-06-01"}, "start", "schon vorbei"),
        ({"day": "2027-03-28", "start": "02:30", "end": ""}, "start", "gibt es nicht"),
        ({"end": "17:00"}, "end", "nach dem Anfang"),
        ({"capacity": "0"}, "capacity", "mindestens 1"),
        ({"every": "week"}, "until", "Bis wann"),
        ({"every": "week", "until": "2026-05-01"}, "until", "Vor diesem Tag"),
        ({"every": "week", "until": "2026-07-01", "skip": "Heiligabend"}, "skip", "24.12.2026"),
    ],
)
async def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(
    qm: httpx.AsyncClient, office: TestTown, fields: dict[str, str], field: str, fault: str
) -> None:
    page = await qm.post(f"{EVENTS}/new", data=FORUM | {"description-de": "Wir reden <mit>."} | fields)
    assert page.status_code == 422
    assert fault in re.sub(r".*?id=\"e-" + field + '"', "", page.text, flags=re.S).partition("</p>")[0]
    assert "Wir reden &lt;mit&gt;." in page.text
    for typed in filter(None, fields.values()):
        assert f'value="{typed}"' in page.text
    with office.database.reading() as db:
        assert events.listed(db) == []


async def test_a_rule_shows_its_days_before_it_makes_them(qm: httpx.AsyncClient, office: TestTown) -> None:
    rule = {"every": "week", "interval": "1", "until": "2026-07-07", "skip": "23.06.2026"}
    shown = words_of(await qm.post(f"{EVENTS}/days", data=FORUM | rule))
    assert "3 Termine: Di., 16. Juni 2026, 18:00 Di., 30. Juni 2026, 18:00 Di., 7. Juli 2026, 18:00" in shown
    whole = await qm.post(f"{EVENTS}/new", data=FORUM | rule | {"show": "on"})
    assert "3 Termine:" in words_of(whole)
    with office.database.reading() as db:
        assert events.listed(db) == []
    await qm.post(f"{EVENTS}/new", data=FORUM | rule)
    with office.database.reading() as db:
        assert [event.starts_at.day for event in events.listed(db)] == [16, 30, 7]


async def test_a_time_that_comes_twice_is_said_to_be_the_first(qm: httpx.AsyncClient) -> None:
    night = {"day": "2026-10-25", "start": "02:30", "end": ""}
    assert "zweimal" in words_of(await qm.post(f"{EVENTS}/days", data=FORUM | night))
    assert "Gemeint ist die erste" in words_of(await qm.get(await plans(qm, **night)))


async def test_a_button_that_is_pressed_twice_makes_one_event(qm: httpx.AsyncClient, office: TestTown) -> None:
    assert await plans(qm) == await plans(qm)
    with office.database.reading() as db:
        assert len(events.listed(db)) == 1


async def test_a_copy_needs_only_another_day(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm)
    page = await qm.get(f"{EVENTS}/new", params={"copy": 1})
    assert 'value="Bürgerforum"' in page.text
    assert 'name="day" type="date" value=""' in page.text


async def test_who_is_told_of_a_move_is_shown_before_and_told_exactly_that(
    qm: httpx.AsyncClient, office: TestTown
) -> None:
    await plans(qm)
    german, turkish = await signs_up(office, "eins", 1), await signs_up(office, "drei", 1, "tr")
    version = str(stored(office).version)
    page = await qm.post(f"{EVENTS}/1/edit", data=FORUM | {"day": "2026-06-17", "version": version})
    assert "2 Menschen bekommen Bescheid" in words_of(page)
    assert "Türkisch (1 Mensch)" in words_of(page)
    assert stored(office).starts_at.day == 16
    assert letters_to(office, german) == []
    back = await qm.post(f"{EVENTS}/1/edit", data=hidden(page) | {"back": "on"})
    assert 'value="2026-06-17"' in back.text
    assert stored(office).starts_at.day == 16
    done = await qm.post(f"{EVENTS}/1/edit", data=hidden(page))
    assert done.status_code == 303
    assert stored(office).starts_at.day == 17
    await deliver(office)
    for resident in (german, turkish):
        (told,) = letters_to(office, resident)
        assert told in page.text


async def test_a_change_that_nobody_has_to_know_is_saved_at_once(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm)
    resident = await signs_up(office, "eins", 1)
    done = await qm.post(f"{EVENTS}/1/edit", data=FORUM | {"capacity": "50", "version": str(stored(office).version)})
    assert done.status_code == 303
    await deliver(office)
    assert (stored(office).capacity, letters_to(office, resident)) == (50, [])


async def test_two_people_at_one_event_see_each_others_changes(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm)
    old = str(stored(office).version)
    await qm.post(f"{EVENTS}/1/edit", data=FORUM | {"place-de": "Kirche", "version": old})
    page = await qm.post(f"{EVENTS}/1/edit", data=FORUM | {"title-de": "Großes Forum", "version": old})
    assert page.status_code == 422
    assert "Jemand anders hat diesen Termin inzwischen geändert" in words_of(page)
    assert "Inzwischen von jemand anderem gespeichert: Kirche" in words_of(page)
    assert 'value="Großes Forum"' in page.text
    assert stored(office).place == {"de": "Kirche"}
    again = hidden(page)["version"]
    assert (await qm.post(f"{EVENTS}/1/edit", data=FORUM | {"version": again})).status_code == 303
    assert stored(office).place == {"de": "Aula"}


async def test_who_is_told_of_a_cancellation_is_shown_before_and_told_exactly_that(
    qm: httpx.AsyncClient, office: TestTown
) -> None:
    await plans(qm)
    resident = await signs_up(office, "eins", 1)
    page = await qm.get(f"{EVENTS}/1/cancel")
    assert "1 Mensch bekommt Bescheid" in words_of(page)
    assert stored(office).state == "published"
    assert (await qm.post(f"{EVENTS}/1/cancel", data=hidden(page))).status_code == 303
    await deliver(office)
    (told,) = letters_to(office, resident)
    assert told in page.text
    assert "Abgesagt" in words_of(await qm.get(f"{EVENTS}/1"))


async def test_the_rest_of_a_series_is_cancelled_in_one_step(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm, every="week", until="2026-07-07")
    page = await qm.get(f"{EVENTS}/2/cancel", params={"whole": 1})
    assert "Dieser und alle späteren (3 Termine)" in words_of(page)
    await qm.post(f"{EVENTS}/2/cancel", data=hidden(page))
    assert [stored(office, number).state for number in (1, 2, 3, 4)] == ["published", *["cancelled"] * 3]


async def test_the_rest_of_a_series_moves_in_one_step_and_is_told_in_one_message(
    qm: httpx.AsyncClient, office: TestTown
) -> None:
    await plans(qm, every="week", until="2026-07-07")
    resident = await signs_up(office, "eins", 1)
    await resident.sends("/register 2 1")
    page = await qm.get(f"{EVENTS}/1/edit")
    assert "Dieser und alle 3 späteren Tage" in words_of(page)
    change = hidden(page) | FORUM | {"start": "19:30", "end": "21:30", "scope": "later"}
    asked = await qm.post(f"{EVENTS}/1/edit", data=change)
    assert "1 Mensch" in words_of(asked)
    assert "Diese Termine haben sich geändert." in words_of(asked)
    assert (await qm.post(f"{EVENTS}/1/edit", data=hidden(asked))).status_code == 303
    local = [stored(office, number).starts_at.astimezone(BERLIN) for number in (1, 2, 3)]
    assert [f"{each:%d.%m. %H:%M}" for each in local] == ["16.06. 19:30", "23.06. 19:30", "30.06. 19:30"]
    await deliver(office)
    (told,) = letters_to(office, resident)
    assert told.count("19:30 Uhr") == 2


async def test_an_event_that_changed_meanwhile_is_not_cancelled_unseen(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm)
    page = await qm.get(f"{EVENTS}/1/cancel")
    await qm.post(f"{EVENTS}/1/edit", data=FORUM | {"capacity": "50", "version": hidden(page)["version"]})
    refused = await qm.post(f"{EVENTS}/1/cancel", data=hidden(page))
    assert (refused.status_code, stored(office).state) == (409, "published")
    assert "inzwischen geändert" in words_of(refused)


async def test_a_draft_is_published(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm, state="draft")
    assert "Veröffentlichen" in words_of(await qm.get(f"{EVENTS}/1"))
    await qm.post(f"{EVENTS}/1/publish")
    assert stored(office).state == "published"


async def test_the_list_is_filtered(qm: httpx.AsyncClient, office: TestTown, sign_in: SignIn) -> None:
    with office.database.writing() as db:
        topics.create(db, {"de": "Wohnen"})
    await plans(qm, topics="wohnen")
    await plans(qm, **{"title-de": "Hoffest", "title-tr": "", "participation": ""}, state="draft", day="2026-06-20")
    both, forum, fest = {"Bürgerforum", "Hoffest"}, {"Bürgerforum"}, {"Hoffest"}
    asked: list[tuple[dict[str, str], set[str]]] = [
        ({}, both),
        ({"when": "past"}, set()),
        ({"state": "draft"}, fest),
        ({"topic": "wohnen"}, forum),
        ({"topic": "wohn"}, set()),
        ({"participation": "yes"}, forum),
        ({"participation": "no"}, fest),
        ({"lacks": "tr"}, fest),
        ({"lacks": "de"}, set()),
        ({"outcome": "missing"}, set()),
        ({"state": "Unsinn", "lacks": "xx"}, both),
    ]
    for filters, wanted in asked:
        page = words_of(await qm.get(f"{EVENTS}/list", params=filters))
        assert {name for name in both if name in page} == wanted, filters
    office.now.moves(days=30)
    later = await sign_in(Role.QM)
    page = words_of(await later.get(f"{EVENTS}/list", params={"outcome": "missing", "when": "past"}))
    assert "Bürgerforum" in page
    assert "Hoffest" not in page


async def test_registrations_are_numbers_without_names(qm: httpx.AsyncClient, office: TestTown) -> None:
    await plans(qm, capacity="1")
    await signs_up(office, "eins", 1)
    await signs_up(office, "zwei", 1)
    assert "1 / 1 Plätze sind vergeben" in words_of(await qm.get(f"{EVENTS}/1"))
    page = await qm.get(f"{EVENTS}/1/people")
    assert "1 kommt 1" in words_of(page)
    assert "2 wartet, Platz 1 1" in words_of(page)
    assert "session-of" not in page.text


async def test_a_poster_leads_to_the_event(qm: httpx.AsyncClient) -> None:
    await plans(qm)
    assert "/?start=e_1" in (await qm.get(f"{EVENTS}/1/poster")).text
    code = await qm.get(f"{EVENTS}/1/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert "<svg" in code.text
    assert (await qm.get(f"{EVENTS}/99/qr.svg")).status_code == 404


async def test_an_event_becomes_a_notice_in_one_step_and_is_known_to_be_announced(
    qm: httpx.AsyncClient, office: TestTown
) -> None:
    with office.database.writing() as db:
        topics.create(db, {"de": "Wohnen"})
    await plans(qm, topics="wohnen")
    assert "noch nicht angekündigt" in words_of(await qm.get(f"{EVENTS}/1"))
    done = await qm.post(f"{EVENTS}/1/announce")
    page = await qm.get(done.headers["location"])
    assert "Verschickt ist noch nichts" in words_of(page)
    with office.database.reading() as db:
        assert set(broadcasts.find(db, 1).texts) == {"de", "tr"}
    assert "Rundnachricht 1 Entwurf" in words_of(await qm.get(f"{EVENTS}/1"))


async def test_what_came_of_a_meeting_is_noted_and_told_as_it_was_shown(
    qm: httpx.AsyncClient, office: TestTown, sign_in: SignIn
) -> None:
    await plans(qm)
    resident = await signs_up(office, "eins", 1)
    early = await qm.post(f"{EVENTS}/1/outcome", data={"attendance": "17"})
    assert (early.status_code, "noch nicht begonnen" in words_of(early)) == (409, True)
    office.now.moves(days=8)
    qm = await sign_in(Role.QM)
    assert (await qm.post(f"{EVENTS}/1/outcome", data={"attendance": "17"})).status_code == 303
    assert "17 Menschen waren da" in words_of(await qm.get(f"{EVENTS}/1"))
    page = await qm.post(f"{EVENTS}/1/outcome", data={"attendance": "17", "summary-de": "Wir pflanzen Bäume."})
    assert "1 Mensch bekommt Bescheid" in words_of(page)
    assert (await qm.post(f"{EVENTS}/1/outcome", data=hidden(page))).status_code == 303
    await deliver(office)
    told = letters_to(office, resident)[-1]
    assert "Wir pflanzen Bäume." in told
    assert told in page.text
    wrong = await qm.post(f"{EVENTS}/1/outcome", data={"attendance": "viele", "summary-de": "Text"})
    assert (wrong.status_code, "eine Zahl" in words_of(wrong), "Text</textarea>" in wrong.text) == (422, True, True)
