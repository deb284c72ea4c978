"""Entries in the console: the list, one of them, clicks, and trying a question."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import httpx
import pytest

from bot.domain.staff import Role
from bot.services import drafts, library
from knowledge.entry import Entry, State
from tests.conftest import Resident, TestTown
from tests.console.conftest import SignIn, begin_session, words_of
from tests.small_quarter import LIBRARY, OFFICE, REGISTER

PATH = "/console/entries"


def stored(office: TestTown, entry_id: str = "buecherei") -> Entry:
    with office.database.reading() as db:
        return library.find(db, entry_id)


def put(office: TestTown, entry: Entry) -> None:
    with office.database.writing() as db:
        library.put(db, entry, "Import", office.now())


def draft(office: TestTown, entry: Entry) -> None:
    with office.database.writing() as db:
        drafts.save(db, entry, 0, library.version_of(LIBRARY), "Robin", office.now())


async def test_the_list_shows_every_entry_with_its_languages(office: TestTown, editor: httpx.AsyncClient) -> None:
    put(office, replace(LIBRARY, text=dict(LIBRARY.text) | {"tr": "Kitap."}))
    await office.desk.refresh()
    page = words_of(await editor.get(PATH))
    assert "5 Einträge" in page
    assert "Bücherei Anlaufstelle Veröffentlicht de ✓ tr ✓" in page
    assert "Hund anmelden Angebot Veröffentlicht de ✓ tr – (fehlt)" in page


@pytest.mark.parametrize(
    ("query", "found", "missed"),
    [
        ("words=bibliothek", "Bücherei", "Hund"),
        ("kind=decline", "Wetter", "Bücherei"),
        ("state=archived", "Kein Eintrag passt", "Bücherei"),
        ("without_text=tr&words=hund+an", "Hund anmelden", "Hund abmelden"),
        ("due=on", "Kein Eintrag passt", "Bücherei"),
        ("page=99", "Bücherei", "Seite 99"),
        ("state=nonsense&page=x", "Bücherei", "nonsense"),
    ],
)
async def test_the_list_shows_what_is_looked_for(
    office: TestTown, editor: httpx.AsyncClient, query: str, found: str, missed: str
) -> None:
    page = words_of(await editor.get(f"{PATH}?{query}"))
    listed = page.partition("Nur fällige Prüfungen")[2]
    assert found in listed
    assert missed not in listed


async def test_a_filter_stays_in_the_form(editor: httpx.AsyncClient) -> None:
    page = (await editor.get(f"{PATH}?words=%22%3Chund&kind=offer")).text
    assert 'value="&#34;&lt;hund"' in page
    assert '<option value="offer" selected>' in page


async def test_an_entry_is_shown_as_residents_see_it(editor: httpx.AsyncClient) -> None:
    page = words_of(await editor.get(f"{PATH}/buecherei"))
    assert "Lesen und leihen." in page
    assert "Samstag 10 bis 14 Uhr" in page
    assert "Das hat noch niemand bestätigt." in page
    assert "Telefon 0231 00000000" not in page
    assert "Telefon 0231 00000000" in words_of(await editor.get(f"{PATH}/buero"))


async def test_it_is_shown_in_each_language(editor: httpx.AsyncClient) -> None:
    page = await editor.get(f"{PATH}/buecherei?in=tr")
    assert "Adres" in words_of(page)
    assert '<option value="tr" selected>' in page.text


async def test_what_links_here_is_told(editor: httpx.AsyncClient) -> None:
    page = words_of(await editor.get(f"{PATH}/buero"))
    assert "1 Eintrag nennt diese Anlaufstelle." in page
    assert "Als Anlaufstelle (1) Hund anmelden" in page
    assert "Als verwandter Eintrag (1) Hund abmelden" in words_of(await editor.get(f"{PATH}/anmelden"))


async def test_an_entry_that_is_not_there_is_a_page_that_says_so(editor: httpx.AsyncClient) -> None:
    for more in ("", "/edit", "/versions", "/publish"):
        assert (await editor.get(f"{PATH}/gone{more}")).status_code == 404


async def test_ids_of_files_may_hold_anything(office: TestTown, editor: httpx.AsyncClient) -> None:
    odd = Entry("a/b c?d", title={"de": "Seltsam"}, text={"de": "Text."})
    put(office, odd)
    await office.desk.refresh()
    assert f'href="{PATH}/a/b%20c%3Fd"' in (await editor.get(PATH)).text
    assert "Seltsam" in words_of(await editor.get(f"{PATH}/a/b%20c%3Fd"))
    assert (await editor.get(f"{PATH}/a/b%20c%3Fd/edit")).status_code == 200


async def test_still_right_takes_one_click(office: TestTown, editor: httpx.AsyncClient) -> None:
    put(office, replace(LIBRARY, next_check_on=date(2026, 6, 1), checked_on=date(2026, 3, 1)))
    listed = await editor.get(f"{PATH}?due=on")
    assert "fällig Stimmt noch" in words_of(listed)
    assert 'action="/console/entries/buecherei/confirm?list=due%3Don"' in listed.text
    done = await editor.post(f"{PATH}/buecherei/confirm?list=due%3Don", data=version_on(listed))
    assert done.headers["location"] == f"{PATH}?due=on"
    assert "9. Sept. 2026" in words_of(await editor.get(PATH))
    assert stored(office).checked_on == date(2026, 6, 9)
    assert "buecherei" in office.desk.snapshot.entries


def version_on(page: httpx.Response) -> dict[str, str]:
    """What the form of "Stimmt noch" on a page would send."""
    found = re.search(r'name="version" value="(\w+)"', page.text)
    assert found
    return {"version": found[1]}


async def test_still_right_is_said_of_what_was_read_alone(office: TestTown, editor: httpx.AsyncClient) -> None:
    page = await editor.get(f"{PATH}/buecherei")
    put(office, replace(LIBRARY, text={"de": "Nur lesen."}))
    await editor.post(f"{PATH}/buecherei/confirm", data=version_on(page))
    assert "Jemand hat diesen Eintrag inzwischen geändert" in words_of(await editor.get(f"{PATH}/buecherei"))
    assert stored(office).checked_on is None


async def test_what_never_was_public_is_not_published_by_bringing_it_back(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    put(office, Entry("plan", title={"de": "Plan"}, state=State.DRAFT))
    assert (await editor.post(f"{PATH}/plan/bring-back")).status_code == 409
    await editor.post(f"{PATH}/plan/archive")
    await editor.post(f"{PATH}/plan/bring-back")
    assert "Man sieht ihn noch nicht" in words_of(await editor.get(f"{PATH}/plan"))
    assert stored(office, "plan").state is State.DRAFT


async def test_a_translation_that_is_too_old_is_told_and_no_longer_shown(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    put(office, replace(LIBRARY, text={"de": "Lesen.", "tr": "Kitap."}, phrasings={"tr": ("Kütüphane nerede?",)}))
    put(
        office,
        replace(LIBRARY, text={"de": "Lesen und spielen.", "tr": "Kitap."}, phrasings={"tr": ("Kütüphane nerede?",)}),
    )
    await office.desk.refresh()
    resident = Resident(office, language="tr")
    assert (await resident.writes("Kütüphane nerede?")).text == "Kitap."
    assert "Nach 30 Tagen steht dort stattdessen" in words_of(await editor.get(f"{PATH}/buecherei"))
    office.now.moves(days=31)
    await office.desk.refresh()
    said = await resident.writes("Kütüphane nerede?")
    assert said.language == "de"
    assert said.text.endswith("Lesen und spielen.")
    assert said.text != "Lesen und spielen."  # a sentence in Turkish says why
    entered = await fresh(office, editor)
    page = words_of(await entered.get(f"{PATH}/buecherei?in=tr"))
    assert "Älter als der deutsche Text: Türkisch (seit Di., 9. Juni 2026)" in page
    assert "Nicht mehr gezeigt wird: Türkisch." in page
    assert "Kitap." not in page
    assert "Übersetzungen, die nicht mehr gezeigt werden 1 Eintrag" in words_of(await entered.get("/console"))
    assert "Bücherei" in words_of(await entered.get(f"{PATH}?outdated=on"))


async def fresh(office: TestTown, browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser that signs in again, after a session has ended."""
    browser.cookies.clear()
    browser.cookies.set("lotse", begin_session(office, Role.EDITOR))
    return browser


async def test_what_is_archived_is_no_longer_found_until_it_is_brought_back(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    await editor.post(f"{PATH}/buecherei/archive")
    assert stored(office).state is State.ARCHIVED
    assert "buecherei" not in office.desk.snapshot.entries
    page = await editor.get(f"{PATH}/buecherei")
    assert f'action="{PATH}/buecherei/bring-back"' in page.text
    await editor.post(f"{PATH}/buecherei/bring-back")
    assert "buecherei" in office.desk.snapshot.entries


async def test_a_draft_is_handed_in_taken_back_and_thrown_away(office: TestTown, editor: httpx.AsyncClient) -> None:
    draft(office, replace(LIBRARY, text={"de": "Nur leihen."}))
    page = words_of(await editor.get(f"{PATH}/buecherei"))
    assert "Entwurf von Robin" in page
    assert "Was der Entwurf ändert" in page
    await editor.post(f"{PATH}/buecherei/hand-in", data={"edition": "1"})
    assert "Zur Prüfung gegeben" in words_of(await editor.get(f"{PATH}?state=review"))
    await editor.post(f"{PATH}/buecherei/take-back", data={"edition": "1"})
    assert "Kein Eintrag passt" in words_of(await editor.get(f"{PATH}?state=review"))
    old = await editor.post(f"{PATH}/buecherei/discard", data={"edition": "7"})
    assert old.status_code == 409
    await editor.post(f"{PATH}/buecherei/discard", data={"edition": "1"})
    assert "Nur leihen" not in words_of(await editor.get(f"{PATH}/buecherei"))


async def test_what_was_published_meanwhile_is_shown_and_taken_over(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    draft(office, replace(LIBRARY, text={"de": "Nur leihen."}))
    put(office, replace(LIBRARY, cost={"de": "1 Euro"}, text={"de": "Nur lesen."}))
    page = await editor.get(f"{PATH}/buecherei")
    assert "während der Entwurf entstand" in words_of(page)
    assert "1 Euro" in words_of(page)
    for refused in (
        await editor.post(f"{PATH}/buecherei/publish", data={"edition": "1", "anyway": "unasked"}),
        await editor.get(f"{PATH}/buecherei/publish"),
    ):
        assert refused.headers["location"] == f"{PATH}/buecherei"
    assert "Nicht veröffentlicht: Jemand hat diesen Eintrag" in words_of(await editor.get(f"{PATH}/buecherei"))
    await editor.post(f"{PATH}/buecherei/take-over", data={"edition": "1"})
    with office.database.reading() as db:
        taken = drafts.find(db, "buecherei")
    assert taken and (taken.entry.text, taken.entry.cost) == ({"de": "Nur leihen."}, {"de": "1 Euro"})


@pytest.mark.parametrize("deed", ["confirm", "archive", "bring-back", "discard", "hand-in", "take-back", "take-over"])
async def test_who_may_only_read_changes_nothing(office: TestTown, sign_in: SignIn, deed: str) -> None:
    reader = await sign_in(Role.DATA_PROTECTION)
    before = stored(office)
    assert (await reader.post(f"{PATH}/buecherei/{deed}", data={"edition": "1"})).status_code == 403
    assert stored(office) == before
    page = (await reader.get(f"{PATH}/buecherei")).text
    assert "/edit" not in page
    assert '<form method="post" action="/console/entries/buecherei/try' in page


# --- Trying -----------------------------------------------------------------------------------------------------------


async def ask(browser: httpx.AsyncClient, question: str, entry_id: str = "buecherei") -> str:
    return words_of(await browser.post(f"{PATH}/{entry_id}/try", data={"question": question, "lang": "de"}))


async def test_a_question_is_tried_on_what_is_published(editor: httpx.AsyncClient) -> None:
    page = await ask(editor, "Wo kann ich Bücher leihen?")
    assert "Die Antwort ist gleich dieser Eintrag." in page
    assert "Wörter, die zählten" in page
    assert "Die Antwort ist gleich ein anderer Eintrag." in await ask(editor, "Hund abmelden")
    assert "Der Bot sagt, dass er es nicht weiß" in await ask(editor, "Quantenphysik der Gartenzwerge")


async def test_a_question_is_tried_on_the_draft_and_residents_notice_nothing(
    office: TestTown, editor: httpx.AsyncClient
) -> None:
    draft(office, replace(LIBRARY, phrasings={"de": ("Verleiht ihr Schallplatten?",)}))
    assert "Die Antwort ist gleich dieser Eintrag." in await ask(editor, "verleiht ihr schalplatten")
    with office.database.writing() as db:
        drafts.discard(db, "buecherei", 1)
    assert "Die Antwort ist gleich dieser Eintrag." not in await ask(editor, "verleiht ihr schalplatten")


async def test_an_empty_question_is_asked_for(editor: httpx.AsyncClient) -> None:
    page = await editor.post(f"{PATH}/buecherei/try", data={"question": " "})
    assert page.status_code == 422
    assert "füllen Sie" in words_of(page)


async def test_what_somebody_typed_is_never_markup(editor: httpx.AsyncClient) -> None:
    page = await editor.post(f"{PATH}/buecherei/try", data={"question": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text


# --- Versions ---------------------------------------------------------------------------------------------------------


async def test_versions_show_what_changed_and_one_can_go_back(office: TestTown, editor: httpx.AsyncClient) -> None:
    put(office, replace(LIBRARY, cost={"de": "1 Euro"}, phones=OFFICE.phones))
    page = words_of(await editor.get(f"{PATH}/buecherei/versions"))
    assert "Version 2 jetzt" in page
    assert "Kosten (Deutsch) kostenlos 1 Euro" in page
    assert "Telefonnummern nichts 0231 00000000" in page
    done = await editor.post(f"{PATH}/buecherei/versions/1/restore")
    assert done.status_code == 303
    assert stored(office) == LIBRARY
    page = words_of(await editor.get(f"{PATH}/buecherei/versions"))
    assert "Version 3 jetzt" in page
    assert "editor" in page


async def test_long_histories_come_in_pages(office: TestTown, editor: httpx.AsyncClient) -> None:
    for number in range(22):
        put(office, replace(REGISTER, cost={"de": f"{number} Euro"}))
    page = await editor.get(f"{PATH}/anmelden/versions")
    assert "Version 23 jetzt" in words_of(page)
    assert "Version 3 " not in words_of(page)
    older = await editor.get(f"{PATH}/anmelden/versions?before=4")
    assert "Version 3 " in words_of(older)
    assert "jetzt" not in words_of(older).partition("Version 3")[2].partition("Version 2")[0]
    assert "versions?before=4" in page.text
