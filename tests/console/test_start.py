"""The first page: what needs somebody now, and only what their role can do."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from bot.domain.staff import Role
from bot.storage.tables import CaseRow, ConversationRow, EntryDraftRow, QuestionGroupRow
from knowledge.entry import Entry
from tests.conftest import TestTown
from tests.console.conftest import SignIn, words_of


async def test_where_nothing_waits_the_page_says_what_to_do_next(admin: httpx.AsyncClient) -> None:
    page = words_of(await admin.get("/console"))
    assert "Im Moment nichts" in page
    assert "Zu den Einträgen" in page


@pytest.fixture
async def busy(office: TestTown) -> TestTown:
    """An office in which a person waits, a question is open, a draft is to be read and an entry to be checked."""
    now = office.now()
    with office.database.writing() as db:
        talk = ConversationRow(
            channel="web", pseudonym="p", sealed_address=b"", language="tr", created_at=now, last_seen_at=now
        )
        db.add(talk)
        db.flush()
        since = now - timedelta(hours=3)
        db.add(CaseRow(conversation_id=talk.id, state="waiting", language="tr", opened_at=since, waiting_since=since))
        group = QuestionGroupRow(language="de", count=4, wanted=2, days={}, state="open", first_at=since, last_at=now)
        draft = EntryDraftRow(entry_id="neu", record={}, edition=1, in_review=True, author="x", at=now)
        db.add_all([group, draft])
    await office.learns(Entry("alt", title={"de": "Alter Eintrag"}, text={"de": "x"}, next_check_on=date(2020, 1, 1)))
    return office


async def test_what_waits_is_counted_and_named(busy: TestTown, admin: httpx.AsyncClient) -> None:
    page = words_of(await admin.get("/console"))
    assert "1 Mensch wartet auf eine Antwort." in page
    assert "1 Frage hat noch keine Antwort." in page
    assert "2 Personen möchten eine Antwort vom Team." in page
    assert "Jemand bittet Sie um einen Blick" in page
    assert "Alter Eintrag" in page


async def test_nobody_sees_what_their_role_cannot_do(busy: TestTown, sign_in: SignIn) -> None:
    page = words_of(await (await sign_in(Role.DATA_PROTECTION)).get("/console"))
    assert "Mensch wartet" not in page
    assert "Alter Eintrag" not in page
