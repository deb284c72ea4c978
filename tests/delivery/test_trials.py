"""A notice is shown to staff before it goes out."""

from __future__ import annotations

import httpx
import pytest

from bot.desk import StaffRoom
from bot.domain.errors import Refused
from bot.domain.staff import Role
from bot.server import create_app
from bot.services import notices, tokens
from bot.services.notices import Rules
from tests.api.office import API
from tests.conftest import BERLIN
from tests.delivery.office import Office

GROUP = -1001
BOTH = {"de": "Hoffest.", "tr": "Avlu şenliği."}


def room_of(office: Office, address: str = str(GROUP)) -> StaffRoom:
    """The staff group of an office, which has the bot as a member."""
    office.telegram.group(GROUP)
    return StaffRoom(office.outlet.sender, address)


def a_draft(office: Office) -> int:
    office.readers(2)
    return office.drafts(BOTH)


def trials(office: Office, number: int) -> list[notices.Reply]:
    with office.database.reading() as db:
        return notices.trials(db, number, Rules(BERLIN), office.now())


async def test_staff_see_each_language_marked_and_nobody_else_gets_it(office: Office) -> None:
    number = a_draft(office)
    await room_of(office).show(trials(office, number))
    await office.works()
    shown = [call.parameters["text"] for call in office.telegram.calls("sendMessage")]
    assert shown == ["TEST (de)\n\nHoffest.", "TEST (tr)\n\nAvlu şenliği."]
    assert office.broadcast(number).reached == {}
    assert office.told([1, 2]) == [0, 0]


async def test_without_a_group_one_sentence_says_so(office: Office) -> None:
    with pytest.raises(Refused, match="LOTSE_STAFF_CHAT"):
        await room_of(office, "").show(trials(office, a_draft(office)))


async def test_a_group_that_cannot_be_told_is_named(office: Office) -> None:
    office.telegram.fails("sendMessage", 403, description="Forbidden: bot was kicked from the supergroup chat")
    with pytest.raises(Refused, match="cannot be told: Forbidden"):
        await room_of(office).show(trials(office, a_draft(office)))


async def test_a_program_shows_a_draft_to_staff(office: Office) -> None:
    number = a_draft(office)
    with office.database.writing() as db:
        headers = {"Authorization": f"Bearer {tokens.create(db, 'Terminkalender', Role.QM, office.now())}"}
    transport = httpx.ASGITransport(create_app(office.desk, "0", staff=room_of(office)))
    async with httpx.AsyncClient(transport=transport, base_url="http://lotse.test", headers=headers) as program:
        assert (await program.post(f"{API}/broadcasts/{number}/test")).json() == {"shown": 2}
        assert (await program.post(f"{API}/broadcasts/99/test")).status_code == 404
