"""An office in the middle of its year: something to look at in every area of the console."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from bot.clock import count_days, fall_due, sort_questions
from bot.delivery import Delivery, Lane
from bot.domain.broadcasts import Audience
from bot.domain.events import EventState, Help
from bot.domain.recurring import Rhythm
from bot.domain.staff import Role
from bot.services import (
    broadcasts,
    canned,
    drafts,
    events,
    handover,
    learning,
    library,
    recurring,
    staff,
    tokens,
    topics,
)
from bot.services.audiences import Plan
from bot.services.events import Draft
from bot.services.grouping import Sorter
from bot.services.handover import Author
from bot.services.notices import Rules
from bot.webchat.sender import WebSender
from knowledge.entry import Entry, State
from tests.conftest import BERLIN, NOON, Resident, TestTown
from tests.small_quarter import LIBRARY, OFFICE, UNKNOWN

Result = TypeVar("Result")

COLLEAGUE = Author("kollegin")
WORDS = "Die Laterne vor dem Haus ist kaputt"


async def deliver(town: TestTown) -> None:
    """Do what the moment brings, and let what is due arrive in the web chat."""
    await fall_due(town.desk, town.desk.clock)
    delivery = Delivery(town.desk, Lane("web", WebSender(town.desk)), Rules(BERLIN), town.now)
    await delivery.deliver_due(asyncio.Event())
    await fall_due(town.desk, town.desk.clock)


async def work(town: TestTown) -> None:
    """Let a month pass in which everything happens that an office knows; then it is NOON again."""
    town.now.moment = NOON - timedelta(days=30)
    await _keep_knowledge(town)
    await _gather(town)
    town.now.moment = NOON
    await town.desk.refresh()
    await _talk(town)
    await _write_to_many(town)
    await count_days(town.desk)


def does(town: TestTown, deed: Callable[..., Result], *args: Any) -> Result:
    """Do a deed in a transaction of its own."""
    with town.database.writing() as db:
        return deed(db, *args)


async def says(town: TestTown, name: str, *texts: str, language: str = "de") -> Resident:
    """Somebody writes to the bot."""
    resident = Resident(town, f"session-of-{name}-in-the-example", language=language)
    for text in texts:
        await resident.sends(text, key=f"{town.now()}: {text}")
    return resident


async def _keep_knowledge(town: TestTown) -> None:
    now = town.now()
    due = replace(LIBRARY, id="alt", title={"de": "Alter Eintrag"}, next_check_on=date(2026, 1, 1), contact=("buero",))
    gone = replace(LIBRARY, id="weg", title={"de": "Was es nicht mehr gibt"}, state=State.ARCHIVED)
    await town.learns(due, gone)
    changed = replace(OFFICE, text={"de": "Hier sitzt das Team. Kommen Sie vorbei."})
    does(town, library.put, changed, COLLEAGUE.name, now)
    changed = replace(LIBRARY, text={"de": "Lesen, leihen, vorlesen.", "tr": "Kitaplar"})
    known = does(town, library.find, LIBRARY.id)
    does(town, drafts.save, changed, 0, library.version_of(known), COLLEAGUE.name, now)
    does(town, drafts.save, Entry("neu", title={"de": "Ein neuer Eintrag"}), 0, None, COLLEAGUE.name, now)
    does(town, drafts.hand_in, "neu", 1)
    does(town, staff.add, "Neue Kollegin", Role.EDITOR, "de", now)
    does(town, tokens.create, "Terminkalender", Role.QM, now)


async def _gather(town: TestTown) -> None:
    clock, now = town.desk.clock, town.now()
    for name in ("Wohnen", "Feste"):
        does(town, topics.create, {"de": name})
    for name in ("eins", "zwei", "drei"):
        await says(town, name, "/subscribe all", language="tr" if name == "drei" else "de")
    forum = Draft(
        {"de": "Bürgerforum"},
        datetime(2026, 6, 16, 18),  # noqa: DTZ001 (what the town's clock shows)
        description={"de": "Wir sprechen über den Platz."},
        place={"de": "Bürgerhaus"},
        participation=True,
        capacity=2,
        help=tuple(Help),
        topics=("wohnen",),
    )
    past = replace(forum, title={"de": "Ortstermin"}, starts_at=datetime(2026, 6, 1, 18))  # noqa: DTZ001
    fest = replace(forum, title={"de": "Hoffest", "tr": "Şenlik"}, starts_at=datetime(2026, 6, 20, 15), capacity=None)  # noqa: DTZ001
    for one in (forum, past, fest, replace(fest, title={"de": "Entwurf"}, state=EventState.DRAFT), fest):
        does(town, events.create, one, clock, now)
    for name in ("eins", "zwei", "drei"):
        await says(town, name, "/register 1 1", "/register 2 1")
    does(town, events.cancel, 5, now)


async def _talk(town: TestTown) -> None:
    now = town.now()
    asked = await says(town, "eins", UNKNOWN)
    await asked.taps("Ja, das Team fragen")
    await says(town, "zwei", "gartenzwerge Quantenphisik")
    await says(town, "vier", "Wer repariert Drachenboote?")
    await says(town, "fünf", "Kann ich hier Ufos landen?", "Wo kann ich Bücher leihen?", "Hund anmelden", "Hund")
    await sort_questions(town.desk, Sorter())
    with town.database.reading() as db:
        newest = learning.listed(db, learning.QuestionState.OPEN, None, 10)[-1]
    does(town, learning.link_question, newest.id, LIBRARY.id, COLLEAGUE.name, BERLIN, now, "Ufos leihen")
    await says(town, "sechs", "/team", WORDS)
    await says(town, "sieben", "/team", "Wann ist der Platz fertig?")
    await says(town, "acht", "/team", "Danke")
    does(town, handover.reply, 2, COLLEAGUE, "Im Herbst.", now)
    does(town, handover.note, 2, COLLEAGUE, "Im Amt nachfragen.", now)
    does(town, handover.close, 3, now)
    does(town, canned.create, "Danke", {"de": "Danke für den Hinweis."})


async def _write_to_many(town: TestTown) -> None:
    now = town.now()
    plans = [
        Plan({"de": "Am Samstag ist Hoffest.", "tr": "Cumartesi şenlik var."}),
        Plan({"de": "Der Platz wird umgebaut."}, Audience(topics=("wohnen",))),
        Plan({"de": "Morgen ist Forum."}, Audience(event_id=1), send_at=now + timedelta(days=2)),
        Plan({"de": "Doch nicht."}),
    ]
    sent, _, planned, stopped = [does(town, broadcasts.create, plan, now) for plan in plans]
    for one in (sent, planned, stopped):
        does(town, broadcasts.approve, one.id, now)
    does(town, broadcasts.cancel, stopped.id, now)
    weekly = Rhythm(datetime(2026, 6, 11, 10), until=date(2026, 7, 9), skip=frozenset({date(2026, 6, 18)}))  # noqa: DTZ001
    for text in ("Heute ist Café.", "Heute ist Sprechstunde."):
        does(town, recurring.create, recurring.Draft({"de": text}, weekly), town.desk.clock, now)
    does(town, recurring.approve, 1, None, None, 0, town.desk.clock, now)
    await deliver(town)
