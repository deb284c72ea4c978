"""An open question that is answered with an entry, and one that stands in the wrong group."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx

from bot.services import library
from knowledge.entry import State
from tests.conftest import TestTown
from tests.console.conftest import words_of
from tests.console.test_questions import PATH, SAME, asks, states
from tests.small_quarter import LIBRARY


async def test_an_entry_is_searched_looked_at_and_sent(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, team=True)
    assert f'href="{PATH}/1/with-entry"' in (await editor.get(f"{PATH}/1")).text
    found = await editor.get(f"{PATH}/1/with-entry?words=hund")
    assert "Hund abmelden Hund anmelden" in words_of(found)
    seen = words_of(await editor.get(f"{PATH}/1/with-entry?words=hund&entry=anmelden"))
    assert "Sie haben gefragt: „Quantenphysik der Gartenzwerge“ Im Amt." in seen
    assert "An diese Person senden" in seen
    sent = await editor.post(f"{PATH}/1/with-entry", data={"entry": "anmelden"})
    assert sent.headers["location"] == PATH
    assert states(office) == ["answered"]
    assert [row["lesson_id"] for row in office.rows()["delivery"]] == [1]
    assert office.rows()["lesson"][0]["entry_id"] == "anmelden"


async def test_without_words_the_bot_names_what_it_thinks_of(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, team=True)
    page = words_of(await editor.get(f"{PATH}/1/with-entry"))
    assert "Der Bot denkt an" in page
    assert "Kein Eintrag passt" in words_of(await editor.get(f"{PATH}/1/with-entry?words=xyzzy"))


async def test_only_what_residents_see_is_sent(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office, team=True)
    with office.database.writing() as db:
        library.put(db, replace(LIBRARY, state=State.ARCHIVED), "Kim", office.now())
    await office.desk.refresh()
    assert "Bücherei" not in words_of(await editor.get(f"{PATH}/1/with-entry?words=buecherei"))
    assert (await editor.get(f"{PATH}/1/with-entry?entry=buecherei")).status_code == 404
    await editor.post(f"{PATH}/1/with-entry", data={"entry": "buecherei"})
    assert states(office) == ["open"]


async def test_where_nobody_waits_nothing_is_sent(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    assert (await editor.get(f"{PATH}/1/with-entry")).headers["location"] == f"{PATH}/1"
    assert "with-entry" not in (await editor.get(f"{PATH}/1")).text


async def test_a_question_is_taken_out_of_its_group(office: TestTown, editor: httpx.AsyncClient) -> None:
    await asks(office)
    assert "Herausnehmen" not in words_of(await editor.get(f"{PATH}/1"))
    await asks(office, SAME, "two")
    page = await editor.get(f"{PATH}/1")
    newest = re.findall(r'name="question" value="(\d+)"', page.text)
    assert len(newest) == 2
    done = await editor.post(f"{PATH}/1/take-out", data={"question": max(newest)})
    assert done.headers["location"] == f"{PATH}/2"
    assert "Diese Frage steht jetzt für sich." in words_of(await editor.get(f"{PATH}/2"))
    assert SAME in words_of(await editor.get(f"{PATH}/2"))
    assert SAME not in words_of(await editor.get(f"{PATH}/1"))
    again = await editor.post(f"{PATH}/2/take-out", data={"question": max(newest)})
    assert again.headers["location"] == f"{PATH}/2"
    assert "lauten gleich" in words_of(await editor.get(f"{PATH}/2"))
    assert (await editor.post(f"{PATH}/1/take-out", data={"question": "999"})).status_code == 404
