"""Open questions in the console: who sees them, what can be done, how it is taken back."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.clock import sort_questions
from bot.domain.staff import Role
from bot.services import audit, library
from bot.services.audit import Search
from bot.services.grouping import Sorter
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, words_of
from tests.small_quarter import UNKNOWN

PATH = "/console/questions"
SAME = "gartenzwerge Quantenphisik"


async def asks(office: TestTown, text: str = UNKNOWN, name: str = "one", *, team: bool = False) -> Resident:
    """A resident asks something, and the team too."""
    resident = Resident(office, f"somebody-{name}")
    await resident.sends(text)
    if team:
        await resident.taps("Ja, das Team fragen")
    await sort_questions(office.desk, Sorter())
    return resident


def phrasings(office: TestTown, entry_id: str = "buecherei") -> tuple[str, ...]:
    with office.database.reading() as db:
        return tuple(library.find(db, entry_id).phrasings["de"])


def states(office: TestTown) -> list[str]:
    return [row["state"] for row in office.rows()["question_group"]]


def trail(office: TestTown) -> list[tuple[str, str, str]]:
    with office.database.reading() as db:
        lines = audit.listed(db, Search(actor="editor"))
    return [(line.area, line.deed, line.subject) for line in lines]


async def undoes(browser: httpx.AsyncClient) -> httpx.Response:
    """Tap the button below the message of the page that comes next."""
    page = await browser.get(PATH)
    found = re.search(r'action="(/console/questions/undo/\d+)"', page.text)
    assert found, words_of(page)
    await browser.post(found[1])
    return await browser.get(PATH)


# --- Looking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
async def test_only_who_answers_residents_reads_what_they_ask(office: TestTown, sign_in: SignIn, role: Role) -> None:
    await asks(office)
    browser = await sign_in(role)
    expected = 403 if role is Role.DATA_PROTECTION else 200
    for path in (PATH, f"{PATH}/1", f"{PATH}/near-misses"):
        page = await browser.get(path)
        assert page.status_code == expected
        assert expected == 200 or "Gartenzwerge" not in page.text
    for deed in ("link", "answer", "rule-out", "ignore", "entry", "reopen"):
        assert ((await browser.post(f"{PATH}/1/{deed}")).status_code == 403) is (expected == 403)


async def test_the_list_shows_what_waits_and_nothing_where_nothing_does(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    assert "Keine offenen Fragen" in words_of(await editor.get(PATH))
    await asks(office, "Mondkalb tanzt Polka", "two")
    await asks(office, team=True)
    page = await editor.get(PATH)
    assert words_of(page).index(UNKNOWN) < words_of(page).index("Mondkalb")
    assert "2 Fragen" in words_of(page)
    assert "Mondkalb" not in words_of(await editor.get(f"{PATH}?team=on"))
    assert "keine solche Frage" in words_of(await editor.get(f"{PATH}?state=linked"))
    assert (await editor.get(f"{PATH}?state=x&page=x&language=x&guess=x")).status_code == 200


async def test_one_question_tells_how_it_was_asked_and_what_the_bot_says(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    await asks(office, team=True)
    await asks(office, SAME, "two")
    words = words_of(await editor.get(f"{PATH}/1"))
    for part in ("2 Mal gefragt", "1 Person hat das Team gefragt", SAME, UNKNOWN, "Er sagt, dass er es nicht weiß"):
        assert part in words
    assert (await editor.get(f"{PATH}/99")).status_code == 404


async def test_words_that_are_gone_are_said_to_be(office: TestTown, editor: httpx.AsyncClient) -> None:
    resident = await asks(office)
    await resident.sends("/forget")
    await resident.taps("Ja, alles löschen")
    assert "Der Wortlaut ist gelöscht" in words_of(await editor.get(PATH))
    assert "Die Fragen selbst sind gelöscht" in words_of(await editor.get(f"{PATH}/1"))


async def test_where_the_bot_nearly_helped(office: TestTown, editor: httpx.AsyncClient) -> None:
    assert "Nichts in den letzten 30 Tagen" in words_of(await editor.get(f"{PATH}/near-misses"))
    resident = Resident(office)
    await resident.sends("Hund anmelden")
    await resident.taps("👎 Nicht hilfreich")
    await resident.taps("Es ist veraltet")
    await resident.sends("Hund")
    await resident.taps("Nichts davon")
    words = words_of(await editor.get(f"{PATH}/near-misses"))
    assert "1 Mal „Nicht hilfreich“ : veraltet" in words.replace("“:", "“ :")
    assert "1 Mal „Nichts davon“" in words


# --- Doing -----------------------------------------------------------------------------------------------------------


async def test_a_question_becomes_a_phrasing_after_a_look_at_what_that_changes(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    resident = await asks(office, team=True)
    given = {"other": "bücherei", "phrasing": UNKNOWN, "tells": "on"}
    check = await editor.post(f"{PATH}/1/link", data=given | {"step": "check"})
    assert check.status_code == 200
    assert "Künftig Er antwortet mit: Bücherei" in words_of(check)
    assert states(office) == ["open"]
    done = await editor.post(f"{PATH}/1/link", data=given | {"step": "save"})
    assert (done.status_code, done.headers["location"]) == (303, PATH)
    assert "„Bücherei“ kennt diese Frage von jetzt an. Eine Person" in words_of(await editor.get(PATH))
    assert (await resident.writes(UNKNOWN)).entry_id == "buecherei"
    assert trail(office) == [("question", "link", "1")]


async def test_every_deed_is_taken_back_with_one_button(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, team=True)
    before = phrasings(office)
    deeds = {
        "link": {"entry": "buecherei", "phrasing": UNKNOWN, "step": "save"},
        "answer": {"text": "Im Zoo.", "language": "de"},
        "rule-out": {"refusal": "wetter", "phrasing": UNKNOWN},
        "ignore": {},
    }
    for deed, given in deeds.items():
        assert (await editor.post(f"{PATH}/1/{deed}", data=given)).status_code == 303
        assert states(office) != ["open"]
        assert "Es ist wieder wie vorher" in words_of(await undoes(editor))
        assert states(office) == ["open"]
    assert phrasings(office) == before
    assert [deed for _, deed, _ in trail(office)][::2] == ["undo"] * 4


async def test_a_phrasing_near_another_entry_is_warned_of(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    given = {"entry": "buecherei", "phrasing": "Hund anmelden bitte", "step": "check"}
    words = words_of(await editor.post(f"{PATH}/1/link", data=given))
    assert "Zurzeit kommt darauf ein anderer Eintrag: Hund anmelden" in words


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"phrasing": UNKNOWN}, "Bitte wählen Sie einen Eintrag"),
        ({"phrasing": UNKNOWN, "other": "Gibt es nicht"}, "keinen Eintrag mit diesem Titel"),
        ({"phrasing": "Ich bin [Name]", "entry": "buecherei"}, "nehmen Sie [Name] heraus"),
        ({"phrasing": "", "entry": "buecherei"}, "füllen Sie dieses Feld"),
    ],
)
async def test_what_cannot_be_linked_is_said_beside_its_field_and_stays(
    office: TestTown, editor: httpx.AsyncClient, given: dict[str, str], fault: str
) -> None:
    await asks(office)
    page = await editor.post(f"{PATH}/1/link", data=given)
    assert page.status_code == 422
    assert fault in words_of(page)
    assert all(f'value="{value}"' in page.text for value in given.values() if value)
    assert states(office) == ["open"]


async def test_an_answer_needs_words_and_what_was_typed_stays(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, team=True)
    page = await editor.post(f"{PATH}/1/answer", data={"text": "", "language": "tr"})
    assert page.status_code == 422
    assert "füllen Sie dieses Feld" in words_of(page)
    page = await editor.post(f"{PATH}/1/answer", data={"text": "Halb <fertig>", "language": "xx"})
    assert "Halb &lt;fertig&gt;" in page.text
    assert "keine Sprache xx" in words_of(page)


async def test_what_a_colleague_did_meanwhile_is_not_done_again(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    await editor.post(f"{PATH}/1/ignore")
    again = await editor.post(f"{PATH}/1/rule-out", data={"refusal": ""})
    assert again.headers["location"] == f"{PATH}/1"
    page = words_of(await editor.get(f"{PATH}/1"))
    assert "editor hat diese Frage inzwischen bearbeitet" in page
    await editor.post(f"{PATH}/1/reopen")
    assert states(office) == ["open"]


async def test_a_new_entry_begins_with_the_question(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    first = await editor.post(f"{PATH}/1/entry")
    assert first.headers["location"] == "/console/entries/frage-1/edit"
    assert (await editor.post(f"{PATH}/1/entry")).headers["location"] == first.headers["location"]
    (draft,) = office.rows()["entry_draft"]
    assert (draft["edition"], draft["record"]["phrasings"]) == (1, {"de": [UNKNOWN]})
    assert states(office) == ["open"]
