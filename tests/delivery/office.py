"""The office of a quarter and what it does: plans meetings, writes notices, has them delivered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clock
from bot.delivery import Delivery, Lane
from bot.desk import Desk
from bot.domain.broadcasts import Audience, Broadcast
from bot.domain.events import Event
from bot.domain.leads import read_lead
from bot.domain.messages import Incoming, Reply
from bot.domain.participation import Wish
from bot.domain.quiet import Clock, read_quiet_hours
from bot.domain.registrations import Registration
from bot.domain.town import Town
from bot.services import (
    agenda,
    amendments,
    audiences,
    broadcasts,
    conversations,
    events,
    letters,
    registrations,
    reminders,
    subscriptions,
    topics,
)
from bot.services.audiences import Plan
from bot.services.events import Draft
from bot.services.indexing import ShelfCache, build_here
from bot.services.notices import Rules
from bot.services.pace import Rate
from bot.services.participation import Participant, fulfil
from bot.storage.database import Database
from bot.storage.tables import ConversationRow, DeliveryRow
from bot.telegram.outlet import Outlet
from bot.webchat.sender import WebSender
from tests.conftest import BERLIN, ToldTime
from tests.fakes.bot_api import BotApi

FAST = Rate("telegram", 5000)
CLOCK = Clock(BERLIN, read_quiet_hours("21:00-08:00", BERLIN))


class Leaves(asyncio.Event):
    """A request to stop that comes at the moment when there is nothing to do but wait."""

    async def wait(self) -> bool:
        self.set()
        return True


class Office:
    """Everything is told the time by `now`; a resident's number is that of their chat or, with `web`, session."""

    def __init__(self, database: Database, telegram: BotApi, folder: Path, now: ToldTime):
        self.database, self.telegram, self.now = database, telegram, now
        self.desk = Desk(database, BERLIN, ShelfCache(folder / "cache", build=build_here), now)
        self.outlet = Outlet(telegram.token, telegram.url)
        self._began = time.monotonic()
        self.deliveries = self.process()

    def process(self, cap: int = 0) -> list[Delivery]:
        """The deliveries of a process, one for each channel."""
        rules = Rules(BERLIN, cap)
        lanes = (
            Lane("telegram", self.outlet.sender, FAST, CLOCK.quiet),
            Lane("web", WebSender(self.desk), quiet=CLOCK.quiet),
        )
        return [Delivery(self.desk, lane, rules, self._moment) for lane in lanes]

    def _moment(self) -> datetime:
        """Told time, which moves as well while something is sent: the pace is that of a machine."""
        return self.now() + timedelta(seconds=time.monotonic() - self._began)

    async def works(self, deliveries: Sequence[Delivery] = ()) -> list[tuple[int, str]]:
        """What the ticks of a second do, until nothing is due any more; the broadcasts that were paused."""
        await clock.fall_due(self.desk, CLOCK)
        paused: list[tuple[int, str]] = []
        for delivery in deliveries or self.deliveries:
            paused += await delivery.deliver_due(asyncio.Event())
        await clock.fall_due(self.desk, CLOCK)
        return paused

    async def works_at(self, local: str) -> list[tuple[int, str]]:
        """Let time pass up to a local moment, then work."""
        self.now.moment = at(local)
        return await self.works()

    async def works_on(self, seconds: int, times: int = 1) -> list[tuple[int, str]]:
        """Work again and again after some seconds."""
        paused: list[tuple[int, str]] = []
        for _ in range(times):
            self.now.moves(seconds=seconds)
            paused += await self.works()
        return paused

    def is_at_rest(self) -> bool:
        """Whether nothing would happen now."""
        with self.database.reading() as db:
            return not agenda.is_anything_due(db, self.now())

    # --- Residents ---------------------------------------------------------------------------------------------------

    def knows(self, number: int, language: str = "de", channel: str = "telegram") -> int:
        """A resident who has written before; the number of their conversation."""
        with self.database.writing() as db:
            return self._start(db, number, language, channel)

    def subscribes(self, conversation: int, *topic_ids: str) -> None:
        """Subscribe a resident to topics, which are made where they are missing."""
        with self.database.writing() as db:
            self._subscribe(db, conversation, topic_ids)

    def readers(self, count: int, topic: str = "parks") -> list[int]:
        """Residents 1, 2, 3 ... who subscribed to a topic."""
        with self.database.writing() as db:
            found = [self._start(db, number) for number in range(1, count + 1)]
            for conversation in found:
                self._subscribe(db, conversation, [topic])
        return found

    def _start(self, db: Session, number: int, language: str = "de", channel: str = "telegram") -> int:
        if channel == "telegram":
            self.telegram.resident(number)
        row = conversations.start(db, Incoming(channel, str(number), "1"), self.now())
        row.language = language
        db.flush()
        return row.id

    def _subscribe(self, db: Session, conversation: int, topic_ids: Sequence[str]) -> None:
        known = {topic.id for topic in topics.all_topics(db)}
        for topic_id in topic_ids:
            if topic_id not in known:
                topics.create(db, {"de": topic_id.title()}, topic_id)
        subscriptions.subscribe(db, db.get_one(ConversationRow, conversation), topic_ids, self.now())

    def stops(self, conversation: int) -> None:
        """A resident ends all notices."""
        with self.database.writing() as db:
            subscriptions.stop(db, db.get_one(ConversationRow, conversation), self.now())

    def pauses(self, conversation: int, days: int) -> None:
        """A resident wants no notices for some days."""
        with self.database.writing() as db:
            subscriptions.pause(db, db.get_one(ConversationRow, conversation), days, self.now())

    def writes_again(self, conversation: int) -> None:
        """Somebody who was lost is heard of."""
        with self.database.writing() as db:
            subscriptions.find_again(db, db.get_one(ConversationRow, conversation), self.now())

    def subscribed(self, conversation: int) -> list[str]:
        """The topics of a resident."""
        with self.database.reading() as db:
            return subscriptions.of(db, db.get_one(ConversationRow, conversation))

    def is_reachable(self, conversation: int) -> bool:
        """Whether anything is still sent to a resident."""
        with self.database.reading() as db:
            return db.get_one(ConversationRow, conversation).unreachable_at is None

    def heard(self, number: int) -> list[str]:
        """What a resident was told in Telegram, oldest first."""
        return [message.text for message in self.telegram.resident(number).heard]

    def told(self, numbers: Sequence[int]) -> list[int]:
        """How often each of some residents was told something."""
        return [len(self.heard(number)) for number in numbers]

    def read_in_browser(self, number: int) -> list[str]:
        """What lies in the letter box of a browser, oldest first."""
        with self.database.reading() as db:
            return [letter.reply.plain() for letter in letters.after(db, "web", str(number), 0)]

    # --- Meetings ----------------------------------------------------------------------------------------------------

    def plans(self, starts_at: str, title: str = "Bürgerforum", **fields: Any) -> Event:
        """A participation meeting at a local time."""
        fields["leads"] = tuple(map(read_lead, fields.get("leads", ("P1D", "PT2H"))))
        draft = Draft({"de": title}, datetime.fromisoformat(starts_at), **{"participation": True, **fields})
        with self.database.writing() as db:
            return events.create(db, draft, CLOCK, self.now())[0]

    def moves(self, event: Event, to: str | None = None, **changes: Any) -> Event:
        """Change an event, its local time for example."""
        if to:
            changes["starts_at"] = datetime.fromisoformat(to)
        with self.database.writing() as db:
            return events.change(db, event.id, changes, CLOCK, self.now())

    def cancels(self, event: Event) -> None:
        """Cancel an event."""
        with self.database.writing() as db:
            events.cancel(db, event.id, self.now())

    def signs_up(self, event: Event, conversation: int, seats: int = 1) -> Registration:
        """Sign a resident up, or change that."""
        with self.database.writing() as db:
            return registrations.register(db, events.find(db, event.id), conversation, seats, CLOCK.quiet, self.now())

    def signs_off(self, event: Event, conversation: int) -> bool:
        """Take a registration back."""
        with self.database.writing() as db:
            return registrations.unregister(db, events.find(db, event.id), conversation, CLOCK.quiet, self.now())

    def accepts(self, event: Event, conversation: int) -> Registration:
        """Take the seats that were offered."""
        with self.database.writing() as db:
            return registrations.accept(db, events.find(db, event.id), conversation, self.now())

    def acts(self, wish: Wish, conversation: int) -> Reply:
        """What a resident is answered who taps a button or writes a command."""
        with self.database.writing() as db:
            row = db.get_one(ConversationRow, conversation)
            return fulfil(wish, Participant(db, row, "de", Town(BERLIN), CLOCK, "", self.now()))

    def registration(self, event: Event, conversation: int) -> Registration | None:
        """A resident's registration."""
        with self.database.reading() as db:
            return registrations.of(db, event.id, conversation)

    def wishes(self, event: Event, conversation: int, lead: str) -> None:
        """A resident wants to be reminded by a lead of their own."""
        with self.database.writing() as db:
            reminders.wish(db, events.find(db, event.id), conversation, read_lead(lead), CLOCK, self.now())

    def planned(self, event: Event) -> dict[str, str]:
        """The reminders of an event: lead -> local moment."""
        with self.database.reading() as db:
            rows = reminders.listed(db, events.find(db, event.id))
            return {row.lead: f"{row.due_at.astimezone(BERLIN):%d.%m. %H:%M}" for row in rows}

    def reminded(self, event: Event) -> dict[str, tuple[str, int]]:
        """How far the reminders of an event are: lead -> state, residents."""
        with self.database.reading() as db:
            rows = reminders.listed(db, events.find(db, event.id))
            return {row.lead: (row.state, row.recipients) for row in rows}

    # --- Notices -----------------------------------------------------------------------------------------------------

    def drafts(self, texts: dict[str, str] | str = "Neues vom Park.", topic: str = "parks", **plan: Any) -> int:
        """A broadcast to those who subscribed to a topic; its number."""
        written = {"de": texts} if isinstance(texts, str) else texts
        plan.setdefault("audience", Audience(topics=(topic,)))
        with self.database.writing() as db:
            return broadcasts.create(db, Plan(written, **plan), self.now()).id

    def approves(self, number: int, *, may_repeat: bool = False) -> Broadcast:
        """Approve a broadcast."""
        with self.database.writing() as db:
            return broadcasts.approve(db, number, self.now(), may_repeat=may_repeat)

    def sends(self, texts: dict[str, str] | str = "Neues vom Park.", topic: str = "parks", **plan: Any) -> int:
        """Draft and approve a broadcast; its number."""
        number = self.drafts(texts, topic, **plan)
        self.approves(number)
        return number

    def stops_sending(self, number: int) -> Broadcast:
        """Cancel a broadcast."""
        with self.database.writing() as db:
            return broadcasts.cancel(db, number, self.now())

    def goes_on(self, number: int) -> Broadcast:
        """Go on with a broadcast that was paused."""
        with self.database.writing() as db:
            return broadcasts.go_on(db, number, self.now())

    def corrects(self, number: int, text: str) -> Broadcast:
        """Put another text in the place of what was delivered."""
        with self.database.writing() as db:
            return amendments.correct(db, number, {"de": text}, self.now())

    def withdraws(self, number: int) -> Broadcast:
        """Take back what was delivered."""
        with self.database.writing() as db:
            return amendments.withdraw(db, number, self.now())

    def broadcast(self, number: int) -> Broadcast:
        """A broadcast as it stands."""
        with self.database.reading() as db:
            return broadcasts.find(db, number)

    def counts(self, number: int) -> dict[str, int]:
        """The states of deliveries of which there are some, with their numbers."""
        return {state: count for state, count in self.broadcast(number).reached.items() if count}

    def preview(self, number: int, cap: int = 0) -> audiences.Preview:
        """Whom a draft would go to."""
        with self.database.reading() as db:
            row = db.get_one(broadcasts.BroadcastRow, number)
            return audiences.preview(db, broadcasts.plan_of(row), self.now(), cap)

    def reasons(self) -> list[str]:
        """Why messages were not sent, or failed, in their order."""
        with self.database.reading() as db:
            return [reason for reason in db.scalars(select(DeliveryRow.reason).order_by(DeliveryRow.id)) if reason]


def at(local: str) -> datetime:
    """A moment of Berlin's wall clock, "2026-06-12T18:00"."""
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN)
