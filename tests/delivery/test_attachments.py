"""A picture or leaflet comes with a notice, and nobody is left out by it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine, event

from bot.domain.attachments import LARGEST
from bot.domain.broadcasts import Broadcast
from bot.domain.errors import InvalidInput, Refused
from bot.domain.staff import Role
from bot.server import create_app
from bot.services import attachments, broadcasts, letters, tokens
from bot.services.audiences import Plan
from tests.delivery.office import Office

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n" + bytes(40)
WORDS = {"de": "Ein Plan des Parks."}


def attaches(office: Office, number: int, content: bytes = PNG, words: dict[str, str] | None = None) -> Broadcast:
    with office.database.writing() as db:
        return attachments.attach(db, number, "plan.png", content, WORDS if words is None else words)


async def sent(office: Office, text: str = "Neues.", content: bytes = PNG) -> int:
    """A notice with a file that three residents have, one after the other."""
    office.readers(3)
    number = office.drafts(text)
    attaches(office, number, content)
    office.approves(number)
    await office.works()
    return number


# --- Telegram --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "method", "kind"), [(PNG, "sendPhoto", "photo"), (PDF, "sendDocument", "document")]
)
async def test_it_is_sent_with_the_notice_as_its_caption(
    office: Office, content: bytes, method: str, kind: str
) -> None:
    number = await sent(office, content=content)
    assert office.counts(number) == {"sent": 3}
    assert office.heard(1) == ["Neues.\n\n🖼 Ein Plan des Parks."]
    assert office.telegram.resident(1).heard[0].buttons
    assert len(office.telegram.calls(method)) == 3


def attachments_of(office: Office, number: int) -> str:
    """By what Telegram knows the file of a notice."""
    with office.database.reading() as db:
        found = attachments.of(db, number, "de", "telegram")
        assert found is not None
        return found.telegram_id


async def test_it_is_uploaded_once_and_named_from_then_on(office: Office) -> None:
    office.readers(30)
    number = office.drafts()
    attaches(office, number)
    office.approves(number)
    await office.works()
    calls = office.telegram.calls("sendPhoto")
    uploads = [call for call in calls if call.files]
    assert len(calls) == 30
    assert len(uploads) < 30
    assert {call.parameters["photo"] for call in calls[-5:]} == {attachments_of(office, number)}


async def test_the_file_is_not_read_again_once_telegram_has_it(office: Office) -> None:
    number = await sent(office)
    office.corrects(number, "Anderes.")
    with statements() as said:
        await office.works_on(1)
    assert [one for one in said if "FROM attachment" in one]
    assert not [one for one in said if "attachment.content" in one]


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked while the block runs."""
    said: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_long_notice_follows_as_a_message_of_its_own(office: Office) -> None:
    await sent(office, "Neues. " * 200)
    first, second = office.heard(1)
    assert first == "🖼 Ein Plan des Parks."
    assert second.startswith("Neues. Neues.")
    assert [bool(message.buttons) for message in office.telegram.resident(1).heard] == [False, True]


async def test_a_correction_changes_the_caption_and_a_withdrawal_takes_the_picture(office: Office) -> None:
    number = await sent(office)
    office.corrects(number, "Anderes.")
    await office.works_on(1)
    [message] = office.telegram.resident(1).messages.values()
    assert "Anderes." in message["caption"]
    assert len(office.telegram.calls("sendPhoto")) == 3
    office.withdraws(number)
    await office.works_on(1)
    assert office.telegram.resident(1).messages == {}


# --- The web chat ----------------------------------------------------------------------------------------------------


async def test_in_a_browser_it_is_behind_an_address_that_nobody_guesses(office: Office) -> None:
    office.subscribes(office.knows(7, channel="web"), "parks")
    number = office.drafts()
    attaches(office, number, PDF)
    office.approves(number)
    await office.works()
    with office.database.reading() as db:
        [letter] = letters.after(db, "web", "7", 0)
    shown = letter.reply.attachment
    assert shown is not None
    assert (shown.alternative, shown.content, len(shown.path)) == ("Ein Plan des Parks.", b"", 45)
    async with client(office) as browser:
        file = await browser.get(shown.path)
        assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
        assert file.headers["x-content-type-options"] == "nosniff"
        assert (await browser.get("/attachments/1")).status_code == 404


async def test_a_picture_is_shown_with_its_words_and_a_leaflet_is_a_link(office: Office) -> None:
    office.subscribes(office.knows(7, channel="web"), "parks")
    for content in (PNG, PDF):
        number = office.drafts(f"Neues {len(content)}.")
        attaches(office, number, content)
        office.approves(number)
        await office.works_on(2)
    await office.desk.refresh()
    async with client(office) as browser:
        page = (await browser.get("/letters", headers={"X-Session": "7"})).text
    assert re.search(r'<img class="attachment" src="/attachments/[\w-]{32}" alt="Ein Plan des Parks.">', page)
    assert re.search(r'<a class="file" href="/attachments/[\w-]{32}"[^>]*>plan.png</a>: Ein Plan des Parks.', page)


def client(office: Office, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(office.desk, "0"))
    return httpx.AsyncClient(transport=transport, base_url="http://lotse.test", headers=headers)


# --- What is taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"GIF89a" + bytes(9), b"<svg/>", PNG + bytes(LARGEST)])
def test_what_is_no_picture_or_leaflet_or_too_large_is_refused(office: Office, content: bytes) -> None:
    office.readers(1)
    with pytest.raises(InvalidInput, match="file: "):
        attaches(office, office.drafts(), content)


def test_each_language_of_the_notice_needs_words(office: Office) -> None:
    office.readers(1)
    number = office.drafts({"de": "Neues.", "tr": "Haber."})
    with pytest.raises(InvalidInput, match="alt: it lacks tr"):
        attaches(office, number)
    with pytest.raises(InvalidInput, match="500"):
        attaches(office, number, words={"de": "x" * 501, "tr": "Plan."})
    attaches(office, number, words=WORDS | {"tr": "Plan."})
    with office.database.writing() as db:
        plan = broadcasts.planned(db, number)
        broadcasts.edit(db, number, Plan({"en": "News."}, plan.audience), office.now())
    with pytest.raises(InvalidInput, match="alt: it lacks en"):
        office.approves(number)


async def test_only_a_draft_gets_another_file(office: Office) -> None:
    number = await sent(office)
    with pytest.raises(Refused):
        attaches(office, number)


async def test_a_program_brings_it_and_takes_it_away(office: Office) -> None:
    office.readers(1)
    path = f"/api/v1/broadcasts/{office.drafts()}/attachment"
    with office.database.writing() as db:
        token = tokens.create(db, "Terminkalender", Role.QM, office.now())
    async with client(office, Authorization=f"Bearer {token}") as program:
        large = {"file": ("plan.png", PNG + bytes(3_000_000))}
        assert (await program.post(path, files=large, data={"alt": '{"de": "Ein Plan."}'})).status_code == 200
        for alt in ('{"en": "A map."}', "[]", '{"xx": "?"}'):
            assert (await program.post(path, files=large, data={"alt": alt})).status_code == 422
        assert (await program.delete(path)).status_code == 200
    with office.database.reading() as db:
        assert attachments.of(db, 1, "de", "web") is None
