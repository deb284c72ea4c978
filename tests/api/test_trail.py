"""What programs do stands in the trail, under the names of their tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from bot.clock import fall_due
from bot.delivery import Delivery, Lane
from bot.desk import StaffRoom
from bot.domain.broadcasts import BroadcastState
from bot.domain.messages import Outcome, Reply, Result, Sent
from bot.domain.staff import Role
from bot.server import create_app
from bot.services import audit
from bot.services.audit import Recorded, Search, Way
from bot.services.notices import Rules
from bot.storage.tables import BroadcastRow
from bot.webchat.sender import WebSender
from tests.api.conftest import CHAT, is_problem
from tests.api.office import API, shows
from tests.api.test_access import guarded
from tests.conftest import BERLIN, TestTown

FORUM = {"title": "Forum", "starts_at": "2026-06-16T18:00", "ends_at": "2026-06-16T20:00"}


class Group:
    """A staff group that gets everything."""

    async def send(self, address: str, reply: Reply) -> Sent:
        return Sent(Outcome(Result.DELIVERED))

    async def replace(self, address: str, message_ids: Sequence[int | None], reply: Reply) -> Sent:
        raise AssertionError("nothing is changed there")

    async def remove(self, address: str, message_ids: Sequence[int | None], instead: Reply) -> Sent:
        raise AssertionError("nothing is taken back there")


class Office:
    """A program of the administrators that does one thing after the other, and what the trail says of it."""

    def __init__(self, town: TestTown, client: httpx.AsyncClient):
        self.town, self.client = town, client
        self.done: set[tuple[str, str]] = set()

    async def does(
        self, method: str, path: str, /, said: tuple[str, str, str], *, form: Any = None, **body: Any
    ) -> dict[str, Any]:
        """Call; that must succeed and leave exactly one line, which says area, deed and subject. Returns its details.

        `path` is that of the description, its parameter filled with the subject.
        """
        before = len(self.trail())
        filled = path.replace("{number}", said[2]).replace("{entry_id}", said[2])
        answer = await self.client.request(method, f"{API}/{filled}", **(form or {"json": body}))
        assert answer.is_success, answer.text
        lines = self.trail()
        assert len(lines) == before + 1
        newest = lines[0]
        assert (newest.actor, newest.way) == ("Terminkalender admin", Way.API)
        assert (newest.area, newest.deed, newest.subject) == said
        self.done.add((method, f"{API}/{path}"))
        return dict(newest.details)

    async def works(self) -> None:
        """Send what is due."""
        await fall_due(self.town.desk, self.town.desk.clock)
        delivery = Delivery(self.town.desk, Lane("web", WebSender(self.town.desk)), Rules(BERLIN), self.town.now)
        await delivery.deliver_due(asyncio.Event())
        await fall_due(self.town.desk, self.town.desk.clock)

    def pauses(self, number: int) -> None:
        """Let a broadcast be paused, as after too many failures."""
        with self.town.database.writing() as db:
            paused = update(BroadcastRow).where(BroadcastRow.id == number)
            db.execute(paused.values(state=BroadcastState.PAUSED.value, started_at=None))

    def trail(self) -> list[Recorded]:
        with self.town.database.reading() as db:
            return audit.listed(db, Search())


@pytest.fixture
async def office(town: TestTown) -> AsyncIterator[Office]:
    """An office with a staff group, in a town that knows one thing."""
    await town.knows("Sofa", answer="EDG.")
    app = create_app(town.desk, "1.2.3", staff=StaffRoom(Group(), "-100"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lotse.test") as client:
        client.headers.update(shows(town, Role.ADMIN))
        yield Office(town, client)


async def test_every_change_leaves_one_line(office: Office) -> None:
    await keep_knowledge(office)
    await hold_events(office)
    await write_to_many(office)
    await write_again_and_again(office)
    await answer_questions(office)
    changing = {call for call in guarded(office.town.desk) if call[0] != "GET"}
    assert office.done == changing - {("POST", f"{API}/broadcasts/preview")}


async def keep_knowledge(office: Office) -> None:
    await office.does("POST", "entries", ("entry", "create", "bad"), id="bad", title="Freibad")
    noted = await office.does("PATCH", "entries/{entry_id}", ("entry", "change", "bad"), text="Offen.", mail=None)
    assert noted == {"fields": ["mail", "text"]}
    await office.does("DELETE", "entries/{entry_id}", ("entry", "delete", "bad"))


async def hold_events(office: Office) -> None:
    await office.does("POST", "topics", ("topic", "create", "feste"), name="Feste")
    await office.client.post(CHAT, json={"text": "/subscribe feste"})
    await office.does("POST", "events", ("event", "create", "1"), **FORUM, topics=["feste"])
    noted = await office.does("PATCH", "events/{number}", ("event", "change", "1"), place="Saal")
    assert noted == {"fields": ["place"]}
    await office.does("POST", "events/{number}/broadcast", ("event", "announce", "1"))
    await office.does("POST", "events", ("event", "create", "2"), **FORUM)
    await office.does("POST", "events/{number}/cancel", ("event", "cancel", "2"))
    office.town.now.moves(days=8)
    await office.does("POST", "events/{number}/outcome", ("event", "outcome", "1"), attendance=12)


async def write_again_and_again(office: Office) -> None:
    rule = {"texts": "Heute ist Café.", "first": "2026-07-02T10:00", "until": "2026-07-31"}
    await office.does("POST", "recurring", ("recurring", "create", "1"), **rule)
    await office.does("PUT", "recurring/{number}", ("recurring", "change", "1"), **rule)
    await office.does("POST", "recurring/{number}/approve", ("recurring", "approve", "1"))
    noted = await office.does("POST", "recurring/{number}/skip", ("recurring", "skip", "1"), day="2026-07-09")
    assert noted == {"day": "2026-07-09"}
    await office.does("POST", "recurring/{number}/stop", ("recurring", "stop", "1"))


async def write_to_many(office: Office) -> None:
    await office.does("POST", "broadcasts", ("broadcast", "create", "2"), texts="Hoffest", draft=True)
    await office.does("PATCH", "broadcasts/{number}", ("broadcast", "change", "2"), texts="Großes Hoffest")
    picture = {"files": {"file": ("plan.png", b"\x89PNG\r\n\x1a\n")}, "data": {"alt": '{"de": "Ein Plan."}'}}
    await office.does("POST", "broadcasts/{number}/attachment", ("broadcast", "attach", "2"), form=picture)
    await office.does("DELETE", "broadcasts/{number}/attachment", ("broadcast", "detach", "2"))
    await office.does("POST", "broadcasts/{number}/test", ("broadcast", "test", "2"))
    await office.does("POST", "broadcasts/{number}/approve", ("broadcast", "approve", "2"))
    await office.works()
    await office.does("POST", "broadcasts/{number}/correct", ("broadcast", "correct", "2"), texts="Kleines Hoffest")
    await office.does("POST", "broadcasts/{number}/withdraw", ("broadcast", "withdraw", "2"))
    await office.does("POST", "broadcasts", ("broadcast", "create", "3"), texts="Flohmarkt")
    await office.does("POST", "broadcasts/{number}/cancel", ("broadcast", "cancel", "3"))
    await office.does("POST", "broadcasts", ("broadcast", "create", "4"), texts="Fest", send_at="2026-07-01T10:00")
    office.pauses(4)
    await office.does("POST", "broadcasts/{number}/resume", ("broadcast", "resume", "4"))


async def answer_questions(office: Office) -> None:
    await office.does("POST", "entries", ("entry", "create", "zoo"), id="zoo", title="Zoo", text="Im Süden.")
    for text in ("Pinguine füttern", "Quantenphysik lernen"):
        await office.client.post(CHAT, json={"text": text})
    await office.does("POST", "questions/{number}/answer", ("question", "answer", "1"), text="Um drei.")
    noted = await office.does("POST", "questions/{number}/link", ("question", "link", "2"), entry_id="zoo")
    assert noted == {"entry": "zoo"}


async def test_what_was_not_done_leaves_no_line(office: Office) -> None:
    for method, path, body in (
        ("DELETE", "entries/nirgends", None),
        ("POST", "topics", {}),
        ("POST", "events/7/cancel", None),
        ("POST", "broadcasts", {"texts": "An niemanden"}),
        ("POST", "broadcasts/7/test", None),
        ("POST", "questions/7/link", {"entry_id": "sofa"}),
    ):
        refused = await office.client.request(method, f"{API}/{path}", json=body)
        assert is_problem(refused, refused.status_code)
    assert office.trail() == []


async def test_the_trail_holds_no_token(office: Office) -> None:
    await office.does("POST", "topics", ("topic", "create", "feste"), name="Feste")
    token = office.client.headers["Authorization"].removeprefix("Bearer ")
    assert token not in repr(office.town.rows())
