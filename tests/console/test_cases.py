"""Conversations with a person, as the office sees and answers them."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from bot.domain.staff import Role
from bot.services import canned, conversations, handover
from bot.storage.tables import ConversationRow
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, words_of

WORDS = "Die Laterne <vor> dem Haus ist kaputt"
CASES = "/console/cases"


async def asks(office: TestTown, name: str = "r", *texts: str) -> int:
    """A resident asks for a person; the number of the case."""
    resident = Resident(office, name)
    await resident.sends("/team")
    for text in texts:
        await resident.sends(text)
    number: int = office.rows()["staff_case"][-1]["id"]
    return number


def said(office: TestTown) -> list[tuple[str, str | None, str]]:
    keys = office.database.keys
    return [(row["side"], row["author"], keys.open(row["sealed_text"])) for row in office.rows()["case_message"]]


def case(office: TestTown) -> dict[str, object]:
    return office.rows()["staff_case"][-1]


async def test_without_anybody_the_page_says_what_stands_there_later(editor: httpx.AsyncClient) -> None:
    page = await editor.get(CASES)
    assert "Im Moment spricht niemand mit dem Team." in words_of(page)


async def test_who_waits_longest_stands_first(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, "first", "Ich warte schon")
    office.now.moves(minutes=5)
    await asks(office, "second", WORDS)
    text = words_of(await editor.get(CASES))
    assert "Noch nicht übernommen (2)" in text
    assert text.index("Ich warte schon") < text.index("Die Laterne <vor>")
    assert "Wartet auf Antwort: vor 5 Minuten" in text
    assert words_of(await editor.get(f"{CASES}/queue")) in text  # the part that is fetched again and again


async def test_a_conversation_is_taken_left_and_taken_over(
    office: TestTown, editor: httpx.AsyncClient, qm: httpx.AsyncClient
) -> None:
    number = await asks(office, "r", WORDS)
    await editor.post(f"{CASES}/{number}/take", data={"holder": ""})
    assert "Von mir übernommen (1)" in words_of(await editor.get(CASES))
    assert "Von anderen übernommen (1)" in words_of(await qm.get(CASES))
    late = await qm.post(f"{CASES}/{number}/take", data={"holder": ""}, follow_redirects=True)
    assert "Dieses Gespräch hat inzwischen editor übernommen." in words_of(late)
    holder = re.search(r'name="holder" value="(\d+)"', late.text)
    assert holder
    await qm.post(f"{CASES}/{number}/take", data={"holder": holder[1]})
    assert "übernommen von qm" in words_of(await editor.get(f"{CASES}/{number}"))
    await qm.post(f"{CASES}/{number}/release")
    assert case(office)["state"] == "waiting"
    assert (await qm.post(f"{CASES}/{number}/release")).status_code == 409


async def test_an_answer_goes_to_the_resident_and_its_way_is_seen(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office, "r", WORDS)
    sent = await editor.post(f"{CASES}/{number}/reply", data={"text": "Wir schauen nach.", "do": "send"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{CASES}/{number}")
    page = words_of(await editor.get(f"{CASES}/{number}"))
    assert "Team: editor" in page
    assert "Wir schauen nach. unterwegs" in page
    assert said(office)[1:] == [("staff", "editor", "Wir schauen nach.")]
    trail = [(row["actor"], row["deed"], row["subject"], row["details"]) for row in office.rows()["audit"]]
    assert trail == [("editor", "reply", str(number), {})]  # never what was written


def hidden(page: httpx.Response, name: str) -> str:
    """What a form on a page says without being asked."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found
    return found[1]


async def test_a_double_click_sends_once_and_another_text_is_sent_too(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    path = f"{CASES}/{await asks(office, 'r', WORDS)}"
    once = hidden(await editor.get(path), "once")
    form = {"text": "Wir schauen nach.", "once": once}
    both = await asyncio.gather(*(editor.post(f"{path}/reply", data=form) for _ in range(2)))
    assert [(one.status_code, one.headers["location"]) for one in both] == [(303, path)] * 2
    for _ in range(2):
        await editor.post(f"{path}/note", data={"note": "Kennt die Familie.", "once": once})
    assert [text for _, _, text in said(office)] == [WORDS, "Wir schauen nach.", "Kennt die Familie."]
    assert [row["deed"] for row in office.rows()["audit"]] == ["reply", "note"]
    await editor.post(f"{path}/reply", data=form | {"text": "Noch etwas."})  # back to the page, and on
    assert said(office)[-1][2] == "Noch etwas."
    assert hidden(await editor.get(path), "once") != once


async def test_what_came_since_the_page_was_made_is_neither_ended_nor_answered(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    number = await asks(office, "r", WORDS)
    path = f"{CASES}/{number}"
    seen = hidden(await editor.get(path), "seen")
    office.now.moves(minutes=1)
    await Resident(office, "r").sends("Es riecht nach Gas?", key="gas")
    page = await editor.post(f"{path}/close", data={"seen": seen})
    assert page.status_code == 409
    assert "Es ist inzwischen etwas dazugekommen." in words_of(page)
    await editor.post(f"{path}/reply", data={"text": "Guten Tag!", "seen": seen})
    assert (case(office)["state"], case(office)["waiting_since"]) == ("taken", office.now())
    seen = hidden(await editor.get(f"{path}/talk"), "seen")  # what was fetched meanwhile was read
    await editor.post(f"{path}/close", data={"seen": seen})
    assert case(office)["state"] == "closed"


@pytest.mark.parametrize("seen", ["x", "1" + "0" * 30, "-1"])
async def test_a_number_that_no_page_has_ends_nothing(office: TestTown, editor: httpx.AsyncClient, seen: str) -> None:
    number = await asks(office, "r", WORDS)
    assert (await editor.post(f"{CASES}/{number}/close", data={"seen": seen})).status_code == 409
    assert (await editor.post(f"{CASES}/{number}/reply", data={"text": "Ja", "seen": seen})).status_code == 422
    assert len(said(office)) == 1


async def test_a_message_stays_until_somebody_reads_it(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office, "r", WORDS)
    await editor.post(f"{CASES}/{number}/note", data={"note": "Kennt die Familie."})
    await editor.get(f"{CASES}/queue")  # of another tab
    await editor.get(f"{CASES}/{number}/talk")
    assert "Die Notiz ist gespeichert." in words_of(await editor.get(CASES))
    assert "Die Notiz ist gespeichert." not in words_of(await editor.get(CASES))


async def test_without_a_button_the_answer_is_sent(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office)
    await editor.post(f"{CASES}/{number}/reply", data={"text": "Guten Tag!"})
    assert said(office) == [("staff", "editor", "Guten Tag!")]


@pytest.mark.parametrize("text", ["", "x" * 3501])
async def test_an_answer_that_cannot_be_sent_stays_with_its_fault(
    office: TestTown, editor: httpx.AsyncClient, text: str
) -> None:
    number = await asks(office)
    page = await editor.post(f"{CASES}/{number}/reply", data={"text": text})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert text in page.text
    assert said(office) == []


async def test_a_draft_is_not_lost_when_a_colleague_was_faster(
    office: TestTown, editor: httpx.AsyncClient, qm: httpx.AsyncClient
) -> None:
    number = await asks(office, "r", WORDS)
    await qm.post(f"{CASES}/{number}/reply", data={"text": "Ich kümmere mich."})
    draft = {"text": "Mein Entwurf <b>", "holder": "", "do": "send"}
    page = await editor.post(f"{CASES}/{number}/reply", data=draft)
    assert page.status_code == 409
    assert "inzwischen qm übernommen" in words_of(page)
    assert "Mein Entwurf &lt;b&gt;" in page.text
    assert len(said(office)) == 2
    holder = re.search(r'name="holder" value="(\d+)"', page.text)
    assert holder
    await editor.post(f"{CASES}/{number}/reply", data=draft | {"holder": holder[1], "do": "send_anyway"})
    assert said(office)[-1] == ("staff", "editor", "Mein Entwurf <b>")


async def test_an_entry_is_found_and_put_into_what_was_written(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office)
    found = await editor.post(
        f"{CASES}/{number}/reply", data={"text": "Guten Tag!", "search": "Hund anmelden", "do": "search"}
    )
    assert 'value="entry:anmelden"' in found.text
    assert "Guten Tag!" in found.text
    put = await editor.post(f"{CASES}/{number}/reply", data={"text": "Guten Tag!", "do": "entry:anmelden"})
    draft = re.search(r"<textarea id=\"f-text\"[^>]*>\n(.*?)</textarea>", put.text, re.S)
    assert draft
    assert draft[1].startswith("Guten Tag!\n\nHund anmelden\n\n")
    await editor.post(f"{CASES}/{number}/reply", data={"text": draft[1], "entry": "anmelden"})
    assert office.rows()["case_message"][-1]["entry_id"] == "anmelden"
    nothing = await editor.post(f"{CASES}/{number}/reply", data={"search": "", "do": "search"})
    assert "Kein Eintrag passt." in words_of(nothing)


async def test_a_text_that_is_ready_comes_in_the_residents_language(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    number = await asks(office)
    with office.database.writing() as db:
        ready = canned.create(db, "Gruß", {"de": "Guten Tag!", "tr": "Merhaba!"}).number
        conversation = conversations.find(db, "web", "r")
        assert conversation
        conversation.preference = "tr"
    page = await editor.post(f"{CASES}/{number}/reply", data={"do": f"canned:{ready}"})
    assert "Merhaba!</textarea>" in page.text


async def test_a_note_stays_inside_and_looks_so(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office)
    await editor.post(f"{CASES}/{number}/note", data={"note": "Kennt die Familie."})
    page = await editor.get(f"{CASES}/{number}")
    assert "Notiz von editor Nur intern" in words_of(page)
    assert office.rows()["delivery"] == []
    empty = await editor.post(f"{CASES}/{number}/note", data={"note": " "})
    assert (empty.status_code, "Bitte schreiben Sie etwas." in words_of(empty)) == (422, True)


async def test_the_end_hands_back_and_leaves_it_to_be_read(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office, "r", WORDS)
    part = await editor.get(f"{CASES}/{number}/talk")
    assert "X-Done" not in part.headers
    await editor.post(f"{CASES}/{number}/close")
    assert (await editor.get(f"{CASES}/{number}/talk")).headers["X-Done"] == "1"
    assert f'href="{CASES}/{number}"' in (await editor.get(f"{CASES}/closed")).text
    page = words_of(await editor.get(f"{CASES}/{number}"))
    assert "Der Bot antwortet dieser Person wieder." in page
    assert (await editor.post(f"{CASES}/{number}/close")).status_code == 409


async def test_who_went_back_without_an_answer_is_marked(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, "r", WORDS)
    await Resident(office, "r").sends("/menu", key="back")
    assert "nicht beantwortet" in words_of(await editor.get(f"{CASES}/closed"))


async def test_ended_conversations_come_in_pages(office: TestTown, editor: httpx.AsyncClient) -> None:
    await Resident(office, "r").sends("/menu")
    with office.database.writing() as db:
        conversation = conversations.find(db, "web", "r")
        assert conversation
        for _ in range(51):
            handover.close(db, handover.begin(db, conversation, office.now()).id, office.now())
    first = await editor.get(f"{CASES}/closed")
    (older,) = re.findall(r'href="(/console/cases/closed\?before=\d+)"', first.text)
    second = await editor.get(older)
    assert (first.text.count("<tr>"), second.text.count("<tr>")) == (51, 2)


async def test_the_resident_who_cannot_be_reached_is_named_so(office: TestTown, editor: httpx.AsyncClient) -> None:
    number = await asks(office)
    with office.database.writing() as db:
        db.query(ConversationRow).update({"unreachable_at": office.now() - timedelta(hours=1)})
    assert "Antworten kommen nicht an." in words_of(await editor.get(f"{CASES}/{number}"))


@pytest.mark.parametrize("path", [CASES, f"{CASES}/closed", f"{CASES}/1", f"{CASES}/1/talk", "/console/canned"])
async def test_data_protection_reads_no_conversation(office: TestTown, sign_in: SignIn, path: str) -> None:
    await asks(office, "r", WORDS)
    browser = await sign_in(Role.DATA_PROTECTION)
    page = await browser.get(path)
    assert page.status_code == 403
    assert "Laterne" not in page.text


async def test_a_conversation_that_is_not_there(editor: httpx.AsyncClient) -> None:
    assert (await editor.get(f"{CASES}/999")).status_code == 404
    assert (await editor.post(f"{CASES}/999/reply", data={"text": "x"})).status_code == 404


# --- Texts kept ready ------------------------------------------------------------------------------------------------

CANNED = "/console/canned"


async def test_a_text_is_kept_changed_and_deleted(office: TestTown, editor: httpx.AsyncClient) -> None:
    await editor.post(f"{CANNED}/new", data={"name": "Gruß", "text-de": "Guten Tag!", "text-tr": " "})
    (row,) = office.rows()["canned_reply"]
    assert (row["name"], row["texts"]) == ("Gruß", {"de": "Guten Tag!"})
    page = await editor.get(f"{CANNED}/{row['id']}")
    mark = re.search(r'name="mark" value="(\w+)"', page.text)
    assert mark
    change = {"name": "Gruß", "mark": mark[1], "text-de": "Guten Tag!", "text-tr": "Merhaba!"}
    await editor.post(f"{CANNED}/{row['id']}", data=change)
    assert "Deutsch, Türkisch" in words_of(await editor.get(CANNED))
    late = await editor.post(f"{CANNED}/{row['id']}", data=change | {"text-de": "Moin!"})
    assert (late.status_code, "inzwischen geändert" in words_of(late), "Moin!" in late.text) == (422, True, True)
    await editor.post(f"{CANNED}/{row['id']}/delete", data={"mark": mark[1]})
    refused = await editor.get(f"{CANNED}/{row['id']}")
    assert "inzwischen geändert" in words_of(refused)
    newest = re.search(r'/delete"><input type="hidden" name="mark" value="(\w+)"', refused.text)
    assert newest
    await editor.post(f"{CANNED}/{row['id']}/delete", data={"mark": newest[1]})
    gone = await editor.get(CANNED)
    assert "Es gibt noch keinen Textbaustein." in words_of(gone)
    assert (await editor.get(f"{CANNED}/{row['id']}")).status_code == 404
    undo = re.search(r'action="([^"]+/bring-back)"', gone.text)
    assert undo
    await editor.post(undo[1])
    assert "Deutsch, Türkisch" in words_of(await editor.get(CANNED))


async def test_the_name_of_a_deleted_text_can_be_given_again_and_its_words_go_in_an_hour(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    for name in ("Gruß", "Dank", "Gruß"):
        added = await editor.post(f"{CANNED}/new", data={"name": name, "text-de": "Guten Tag!"})
        assert added.status_code == 303
        with office.database.writing() as db:
            for one in canned.listed(db):
                canned.remove(db, one.number, one.mark, office.now())
    assert [row["name"] for row in office.rows()["canned_reply"]] == ["Dank", "Gruß"]
    office.now.moves(hours=2)
    with office.database.writing() as db:
        last = canned.create(db, "Ort", {"de": "Hier."})
        canned.remove(db, last.number, last.mark, office.now())
    assert [row["name"] for row in office.rows()["canned_reply"]] == ["Ort"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "text-de": "x"}, "f-name"),
        ({"name": "gruss", "text-de": "x"}, "f-name"),
        ({"name": "Neu"}, "f-text-de"),
        ({"name": "Neu", "text-tr": "x" * 3501}, "f-text-tr"),
    ],
)
async def test_a_text_that_cannot_be_kept_names_its_field(
    office: TestTown, editor: httpx.AsyncClient, data: dict[str, str], field: str
) -> None:
    await editor.post(f"{CANNED}/new", data={"name": "Gruss", "text-de": "Guten Tag!"})
    page = await editor.post(f"{CANNED}/new", data=data)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert len(office.rows()["canned_reply"]) == 1
