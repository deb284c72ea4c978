"""Notices on the console: written, looked at, sent, stopped, corrected, and what became of them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import httpx
import openpyxl
import pytest

from bot.desk import StaffRoom
from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.messages import Incoming, Outcome, Reply, Result, Sent
from bot.domain.staff import Role
from bot.server import create_app
from bot.services import broadcasts, conversations, subscriptions, topics
from bot.storage.tables import BroadcastRow
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, words_of
from tests.console.example import deliver
from tests.console.test_events import hidden, letters_to, plans

NOTICES = "/console/broadcasts"

FEST = {"text-de": "Am Samstag ist Hoffest.", "text-tr": "Cumartesi şenlik var.", "to": "all", "missing": "fall_back"}

PICTURE = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
async def readers(office: TestTown) -> list[Resident]:
    """Two residents who want to hear of festivals, one of them in Turkish."""
    with office.database.writing() as db:
        topics.create(db, {"de": "Feste"})
        topics.create(db, {"de": "Wohnen"})
    found = []
    for name, language in (("eins", "de"), ("drei", "tr")):
        resident = Resident(office, f"session-of-{name}-who-reads", language=language)
        await resident.sends("/subscribe feste")
        found.append(resident)
    return found


async def writes(browser: httpx.AsyncClient, **fields: Any) -> str:
    """Save a draft; where its page is."""
    done = await browser.post(f"{NOTICES}/new", data=FEST | fields)
    assert done.status_code == 303, words_of(done)
    return str(done.headers["location"])


async def approves(browser: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """Press the button on the page of a draft."""
    page = await browser.get(address)
    return await browser.post(f"{address}/approve", data=hidden(page) | fields)


def stored(office: TestTown, number: int = 1) -> Broadcast:
    """A notice as it is."""
    with office.database.reading() as db:
        return broadcasts.find(db, number)


LOOKED_AT = ["", "/1", "/1/progress", "/1/report.csv", "/1/report.xlsx"]
WRITTEN = ["/new", "/1/edit", "/1/attachment", "/1/correct"]
DONE = ["/new", "/live", "/1/edit", "/1/attachment", "/1/detach", "/1/approve", "/1/test", "/1/resume", "/1/cancel"]


@pytest.mark.parametrize("role", list(Role))
async def test_everyone_looks_and_only_senders_send(
    sign_in: SignIn, qm: httpx.AsyncClient, stranger: httpx.AsyncClient, readers: list[Resident], role: Role
) -> None:
    await writes(qm)
    browser, may_send = await sign_in(role), role in {Role.ADMIN, Role.QM}
    for path in LOOKED_AT:
        assert (await browser.get(NOTICES + path)).status_code == 200, path
        assert (await stranger.get(NOTICES + path)).status_code == 303, path
    for path in WRITTEN:
        assert (await browser.get(NOTICES + path)).status_code == (200 if may_send else 403), path
    for path in [*DONE, "/1/correct", "/1/withdraw"]:
        assert ((await browser.post(NOTICES + path)).status_code == 403) != may_send, path
        assert (await stranger.post(NOTICES + path)).status_code == 303, path
    assert ("Kopieren" in words_of(await browser.get(f"{NOTICES}/1"))) == may_send


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"text-de": "", "text-tr": ""}, "text-de", "braucht einen Text"),
        ({"text-tr": "{datum}"}, "text-tr", "lässt sich nicht ersetzen"),
        ({"text-tr": "Ein { allein"}, "text-tr", "geschweifte Klammer"),
        ({"text-de": "x" * 3501}, "text-de", "höchstens 3500"),
        ({"to": "topics"}, "topics", "mindestens ein Thema"),
        ({"to": "topics", "topics": "unbekannt"}, "topics", "gibt es nicht"),
        ({"to": "registered"}, "event_id", "Wählen Sie den Termin"),
        ({"later": "on"}, "send_day", "Tag und Uhrzeit"),
        ({"later": "on", "send_day": "2027-03-28", "send_time": "02:30"}, "send_day", "gibt es nicht"),
        ({"after_day": "2026-06-09", "after_time": "11:00"}, "after_day", "zu spät"),
    ],
)
async def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident], fields: dict[str, str], field: str, fault: str
) -> None:
    page = await qm.post(f"{NOTICES}/new", data=FEST | fields)
    assert page.status_code == 422
    assert fault in re.sub(r".*?id=\"e-" + field + '"', "", page.text, flags=re.S).partition("</p>")[0]
    for name, typed in (FEST | fields).items():
        if name.startswith("text-") and typed:
            assert f"{typed}</textarea>" in page.text
    with office.database.reading() as db:
        assert broadcasts.listed(db) == []


async def test_while_somebody_writes_it_is_counted_and_shown(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    seen = await qm.post(f"{NOTICES}/live", data=FEST | {"to": "topics", "topics": "feste"})
    words = words_of(seen)
    assert "2 Menschen bekämen sie jetzt Deutsch: 1 Türkisch: 1" in words
    assert "23 von 3.500 Zeichen" in words
    assert "Cumartesi şenlik var." in words
    assert "<html" not in seen.text
    half = await qm.post(f"{NOTICES}/live", data=FEST | {"text-de": "{when}"})
    assert (half.status_code, "{when} lässt sich nicht ersetzen" in words_of(half)) == (200, True)
    none = await qm.post(f"{NOTICES}/live", data={"to": "all", "missing": "skip"})
    assert "Schreiben Sie einen Text" in words_of(none)
    with office.database.reading() as db:
        assert broadcasts.listed(db) == []


async def test_what_is_shown_is_what_is_sent(qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]) -> None:
    await plans(qm)
    address = await writes(qm, **{"text-de": "Kommen Sie: {title}, {when}.", "event_id": "1"})
    page = await qm.get(address)
    assert stored(office).audience.topics == ("feste", "wohnen")
    assert "2 Menschen bekämen sie jetzt" in words_of(page)
    assert (await approves(qm, address)).status_code == 303
    await deliver(office)
    for resident in readers:
        (told,) = letters_to(office, resident)
        assert told in page.text
    assert "Bürgerforum, Dienstag, 16. Juni 2026" in letters_to(office, readers[0])[0]


async def test_a_button_that_is_pressed_twice_sends_once(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    form = hidden(await qm.get(address))
    for _ in range(2):
        assert (await qm.post(f"{address}/approve", data=form)).status_code == 303
    await deliver(office)
    assert "schon unterwegs" in words_of(await qm.get(address))
    assert [letters_to(office, resident) for resident in readers] == [[FEST["text-de"]], [FEST["text-tr"]]]


async def test_what_goes_to_many_needs_their_number_typed(qm: httpx.AsyncClient, office: TestTown) -> None:
    with office.database.writing() as db:
        topics.create(db, {"de": "Feste"})
        for number in range(101):
            row = conversations.start(db, Incoming("web", f"session-number-{number}-of-many", "1"), office.now())
            subscriptions.subscribe(db, row, ["feste"], office.now())
    address = await writes(qm)
    assert "Tippen Sie die Zahl der Menschen ein: 101" in words_of(await qm.get(address))
    for typed in ("", "100", "viele"):
        page = await approves(qm, address, count=typed)
        assert (page.status_code, stored(office).state) == (422, BroadcastState.DRAFT), typed
        assert 'id="e-count"' in page.text
    assert (await approves(qm, address, count="101")).status_code == 303
    assert stored(office).state is BroadcastState.SENDING


async def test_what_changed_since_it_was_looked_at_is_not_sent(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    form = hidden(await qm.get(address))
    await qm.post(f"{address}/edit", data=FEST | {"text-de": "Anders.", "version": "1"})
    page = await qm.post(f"{address}/approve", data=form)
    assert (page.status_code, stored(office).state) == (422, BroadcastState.DRAFT)
    assert "inzwischen geändert" in words_of(page)
    assert "Anders." in words_of(page)


async def test_the_same_text_once_more_needs_a_tick(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    await approves(qm, await writes(qm))
    address = await writes(qm)
    page = await approves(qm, address)
    assert (page.status_code, "denselben Text" in words_of(page)) == (422, True)
    assert stored(office, 2).state is BroadcastState.DRAFT
    assert (await approves(qm, address, again="on")).status_code == 303


async def test_nobody_is_no_audience(qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]) -> None:
    address = await writes(qm, to="topics", topics="wohnen")
    page = await qm.get(address)
    assert "Niemand bekäme sie" in words_of(page)
    assert (await qm.post(f"{address}/approve", data={"version": "1"})).status_code == 422


async def test_two_people_at_one_draft_see_each_others_changes(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    await qm.post(f"{address}/edit", data=FEST | {"text-de": "Von ihr.", "version": "1"})
    page = await qm.post(f"{address}/edit", data=FEST | {"text-de": "Von ihm.", "version": "1"})
    assert page.status_code == 422
    assert "Inzwischen von jemand anderem gespeichert: Von ihr." in words_of(page)
    assert "Von ihm.</textarea>" in page.text
    assert stored(office).texts["de"] == "Von ihr."
    await qm.post(f"{address}/edit", data=FEST | {"text-de": "Von ihm.", "version": hidden(page)["version"]})
    assert stored(office).texts["de"] == "Von ihm."


async def test_what_is_planned_stands_out_when_it_is_overdue(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm, later="on", send_day="2026-06-09", send_time="12:30")
    await approves(qm, address)
    assert "Sie geht am Di., 9. Juni 2026, 12:30 hinaus" in words_of(await qm.get(address))
    assert "Überfällig" not in words_of(await qm.get(NOTICES))
    office.now.moves(minutes=36)
    assert "Überfällig" in words_of(await qm.get(NOTICES))
    assert "Überfällig." in words_of(await qm.get(address))
    await deliver(office)
    assert stored(office).state is BroadcastState.SENT


async def test_what_was_paused_says_why_and_goes_on(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm, later="on", send_day="2026-06-09", send_time="12:30")
    await approves(qm, address)
    with office.database.writing() as db:
        row = db.get_one(BroadcastRow, 1)
        row.approved_size = 40
    office.now.moves(minutes=31)
    await deliver(office)
    assert "Angehalten" in words_of(await qm.get(NOTICES))
    page = words_of(await qm.get(address))
    assert "Freigegeben war er für 40 Menschen, jetzt ginge er an 2" in page
    assert (await qm.post(f"{address}/resume")).status_code == 303
    await deliver(office)
    assert stored(office).state is BroadcastState.SENT


async def test_only_the_administration_sends_what_is_urgent(
    qm: httpx.AsyncClient, admin: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    assert 'name="urgent"' not in (await qm.get(f"{NOTICES}/new")).text
    assert (await qm.post(f"{NOTICES}/new", data=FEST | {"urgent": "on"})).status_code == 403
    address = await writes(admin, urgent="on")
    assert "nur die Verwaltung" in words_of(await qm.get(address)).replace("Nur", "nur")
    assert (await qm.post(f"{address}/approve", data={"version": "1"})).status_code == 403
    assert (await approves(admin, address)).status_code == 303


async def test_progress_is_followed_stopped_corrected_and_taken_back(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    await approves(qm, address)
    assert f'data-poll="{address}/progress"' in (await qm.get(address)).text
    part = await qm.get(f"{address}/progress")
    assert ("0 von 2 sind erledigt" in words_of(part), "X-Done" in part.headers) == (True, False)
    await deliver(office)
    part = await qm.get(f"{address}/progress")
    assert ("2 von 2 sind erledigt" in words_of(part), "X-Done" in part.headers) == (True, True)
    wrong = await qm.post(f"{address}/correct", data={"text-de": "{datum}"})
    assert (wrong.status_code, "{datum}</textarea>" in wrong.text) == (422, True)
    assert (await qm.post(f"{address}/correct", data={"text-de": "Am Sonntag."})).status_code == 303
    await deliver(office)
    assert "Am Sonntag." in letters_to(office, readers[0])[-1]
    assert (await qm.post(f"{address}/withdraw")).status_code == 303
    assert "Zurückgenommen" in words_of(await qm.get(NOTICES))
    again = await qm.post(f"{address}/withdraw")
    assert (again.status_code, "zurückgenommen" in words_of(again)) == (409, True)


async def test_a_stopped_notice_goes_to_nobody_else(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    await approves(qm, address)
    await qm.post(f"{address}/cancel")
    await deliver(office)
    assert [letters_to(office, resident) for resident in readers] == [[], []]
    assert "Vorher gestoppt 1 1 2" in words_of(await qm.get(address))


async def test_the_report_counts_by_language_and_can_be_taken_along(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm, **{"text-de": "=1+1 ist Fest."})
    await approves(qm, address)
    await deliver(office)
    assert "Angekommen 1 1 2" in words_of(await qm.get(address))
    csv = await qm.get(f"{address}/report.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="rundnachricht-1.csv"'
    assert "'=1+1 ist Fest." in csv.text
    book = openpyxl.load_workbook(io.BytesIO((await qm.get(f"{address}/report.xlsx")).content))
    assert [row[0].value for row in book.worksheets[0].iter_rows()] == ["language", "de", "tr", "all"]
    assert (await qm.get(f"{address}/report.pdf")).status_code == 404


async def test_a_picture_comes_with_words_for_those_who_cannot_see_it(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    file = {"file": ("Plakat.png", PICTURE, "image/png")}
    words = {"alt-de": "Ein Plakat", "alt-tr": "Afiş"}
    refused: list[tuple[Mapping[str, Any], dict[str, str], str]] = [
        ({}, words, "e-file"),
        ({"file": ("Plakat.png", b"GIF89a", "image/png")}, words, "e-file"),
        (file, {"alt-de": "Ein Plakat"}, "e-alt-de"),
    ]
    for files, given, fault in refused:
        page = await qm.post(f"{address}/attachment", data=given, files=files)
        assert page.status_code == 422
        assert f'id="{fault}"' in page.text
        assert "Ein Plakat</textarea>" in page.text
    assert (await qm.post(f"{address}/attachment", data=words, files=file)).status_code == 303
    assert 'alt="Ein Plakat"' in (await qm.get(address)).text
    await qm.post(f"{address}/detach")
    assert "Es kommt keine Datei mit" in words_of(await qm.get(address))


class Group:
    """The team's group, which remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Reply] = []

    async def send(self, address: str, reply: Reply) -> Sent:
        """Take a message."""
        self.shown.append(reply)
        return Sent(Outcome(Result.DELIVERED))

    async def replace(self, address: str, message_ids: Any, reply: Reply) -> Sent:
        """Take a message in the place of another."""
        return await self.send(address, reply)

    async def remove(self, address: str, message_ids: Any, instead: Reply) -> Sent:
        """Take a message instead of another."""
        return await self.send(address, instead)


async def test_the_team_is_shown_it_first_and_residents_hear_nothing(
    qm: httpx.AsyncClient, office: TestTown, readers: list[Resident]
) -> None:
    address = await writes(qm)
    nobody = await qm.post(f"{address}/test")
    assert (nobody.status_code, "LOTSE_STAFF_CHAT" in words_of(nobody)) == (409, True)
    group = Group()
    transport = httpx.ASGITransport(create_app(office.desk, "1.2.3", staff=StaffRoom(group, "-100")))
    async with httpx.AsyncClient(transport=transport, base_url="http://lotse.test", cookies=qm.cookies) as browser:
        assert (await browser.post(f"{address}/test")).status_code == 303
    assert ["TEST (de)" in group.shown[0].text, "TEST (tr)" in group.shown[1].text] == [True, True]
    await deliver(office)
    assert [letters_to(office, resident) for resident in readers] == [[], []]


async def test_the_list_has_pages_and_states(qm: httpx.AsyncClient, readers: list[Resident]) -> None:
    for number in range(27):
        await writes(qm, **{"text-de": f"Nachricht Nummer {number}."})
    first = await qm.get(NOTICES)
    assert "Nummer 26." in words_of(first)
    assert "Nummer 1." not in words_of(first)
    onward = re.search(r'href="([^"]*before=\d+)"', first.text)
    assert onward
    assert "Nummer 1." in words_of(await qm.get(onward[1]))
    assert "in diesem Zustand" in words_of(await qm.get(NOTICES, params={"state": "sent"}))
