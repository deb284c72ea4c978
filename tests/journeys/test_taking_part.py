"""A resident finds a meeting, signs up and is reminded, at both doors alike; time is a Tuesday noon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from bot.domain.events import Event, Help
from bot.domain.quiet import Clock
from bot.services import events, registrations, subscriptions, topics
from bot.services.events import Draft
from bot.storage.tables import ConversationRow
from tests.conftest import BERLIN, TestTown
from tests.journeys.doors import DOORS, Door, Turn, says
from tests.small_quarter import furnish

CLOCK = Clock(BERLIN)


@pytest.fixture(params=DOORS)
async def door(request: pytest.FixtureRequest, town: TestTown) -> AsyncIterator[Door]:
    await furnish(town)
    async with DOORS[request.param](town) as door:
        await door.writes("Hallo")  # the privacy notice is read
        yield door


def plans(
    town: TestTown, title: str = "Bürgerforum Musterstadt", start: str = "2026-06-13T18:00", **more: Any
) -> Event:
    """A meeting with ten seats, where staff plan none otherwise."""
    fields = {"participation": True, "capacity": 10, "place": {"de": "Quartiersbüro"}} | more
    draft = Draft({"de": title, "tr": "Mahalle forumu"}, datetime.fromisoformat(start), **fields)
    with town.desk.database.writing() as db:
        return events.create(db, draft, CLOCK, town.now())[0]


async def only(door: Door, words: str) -> Turn:
    """The one message that is said to something."""
    (turn,) = await says(door, words)
    return turn


@pytest.mark.parametrize(
    "words",
    [
        "Was ist am Wochenende los?",
        "was ist denn am wochende so los hier",
        "/events weekend",
        "/events 13.6.",
        "am Samstag?",
    ],
)
async def test_what_is_on_is_found_in_many_words(door: Door, town: TestTown, words: str) -> None:
    plans(town)
    plans(town, "Sprechstunde", "2026-06-24T10:00")
    told = await only(door, words)
    assert "18 Uhr: Bürgerforum Musterstadt (Quartiersbüro)" in told.text
    assert "Sprechstunde" not in told.text
    assert told.labels[0] == "Sa., 13. Juni · Bürgerforum Musterstadt"


async def test_a_quiet_week_is_said_plainly(door: Door) -> None:
    told = await only(door, "Was ist morgen los?")
    assert (told.title, told.text) == ("Mittwoch, 10. Juni 2026", "Soweit ich weiß, ist nichts geplant.")


async def test_two_taps_sign_up_and_one_takes_it_back(door: Door, town: TestTown) -> None:
    meeting = plans(town, help=(Help.INTERPRETER,))
    await says(door, f"/start e_{meeting.id}")
    await says(door, "[✅ Anmelden]")
    told = await only(door, "[2]")
    assert told.text.startswith("Sie sind angemeldet: 2 Plätze.")
    assert ("Wann", "Samstag, 13. Juni 2026, 18 Uhr") in told.facts
    needed = await only(door, "[Ich brauche Übersetzung]")
    assert "✔ Ich brauche Übersetzung" in needed.labels
    assert seats(town, meeting) == (2, {"interpreter": 1})
    await says(door, "[Ich komme nicht]")
    assert seats(town, meeting) == (0, {})


async def test_a_full_meeting_has_a_waiting_list(door: Door, town: TestTown) -> None:
    meeting = plans(town, capacity=1)
    with town.desk.database.writing() as db:
        other = ConversationRow(channel="web", pseudonym="x", sealed_address=b"", notice=0)
        other.created_at = other.last_seen_at = town.now()
        db.add(other)
        db.flush()
        registrations.register(db, meeting, other.id, 1, None, town.now())
    told = await only(door, f"/register {meeting.id} 1")
    assert "Warteliste" in told.text
    assert "die Nummer 1" in told.text


@pytest.mark.parametrize("words", ["/register 99 1", "/unregister 99", "/remind 99 PT1H"])
async def test_what_is_gone_leads_to_what_is_on(door: Door, words: str) -> None:
    told = await only(door, words)
    assert "gibt es nicht mehr" in told.text
    assert {"Heute", "Menü", "Mensch fragen"} <= set(told.labels)


@pytest.mark.parametrize("words", ["/start e_99", "/start t_gibtesnicht", "/start e_", "/start x_1"])
async def test_a_link_that_leads_nowhere_greets(door: Door, words: str) -> None:
    assert (await only(door, words)).text == "Moin!"


@pytest.mark.parametrize("words", ["/register 1 0", "/register 1 11", "/register 1 999999999999"])
async def test_more_seats_than_there_are_are_refused_kindly(door: Door, town: TestTown, words: str) -> None:
    plans(town)
    told = await only(door, words)
    assert "angemeldet" not in told.text
    assert "Menü" in told.labels


async def test_a_reminder_of_ones_own_is_kept_once_and_taken_back(door: Door, town: TestTown) -> None:
    meeting = plans(town, participation=False, capacity=None)
    await says(door, f"/remind {meeting.id}")
    await says(door, "[1 Stunde vorher]")
    assert "Ich erinnere Sie" in (await only(door, f"/remind {meeting.id} PT1H")).text
    asked = await only(door, f"/remind {meeting.id}")
    assert "✔ 1 Stunde vorher" in asked.labels
    await says(door, "[Keine Erinnerung]")
    assert not any(label.startswith("✔") for label in (await only(door, f"/remind {meeting.id}")).labels)


async def test_topics_are_chosen_and_left_by_a_tap(door: Door, town: TestTown) -> None:
    with town.desk.database.writing() as db:
        topics.create(db, {"de": "Feste"}, "feste")
        topics.create(db, {"de": "Wohnen"}, "wohnen")
    assert (await only(door, "/topics")).labels[:2] == ("Feste", "Wohnen")
    assert "Feste" in (await only(door, "[Feste]")).text
    assert "✔ Feste" in (await only(door, "/topics")).labels
    assert subscribed(town) == ["feste"]
    await says(door, "/subscribe all")
    assert subscribed(town) == ["feste", "wohnen"]
    await says(door, "/unsubscribe wohnen")
    await says(door, "/pause 7")
    assert subscribed(town) == ["feste"]
    assert "These" not in (await only(door, "/subscribe gibtesnicht")).text
    await says(door, "/stop")
    assert subscribed(town) == []


async def test_a_stop_names_what_one_stays_signed_up_for(door: Door, town: TestTown) -> None:
    meeting = plans(town)
    await says(door, f"/register {meeting.id} 1")
    assert "Bürgerforum Musterstadt" in (await only(door, "/stop")).text


async def test_a_calendar_file_comes_with_the_event(door: Door, town: TestTown) -> None:
    meeting = plans(town)
    await says(door, f"/start e_{meeting.id}")
    assert (await only(door, "[📅 In den Kalender]")).file == f"2026-06-13-{meeting.id}.ics"


async def test_an_event_is_found_by_its_name(door: Door, town: TestTown) -> None:
    plans(town, "Bürgerforum")
    assert (await only(door, "Wann ist denn das Bürgerforum?")).title == "Bürgerforum"


def seats(town: TestTown, meeting: Event) -> tuple[int, dict[str, int]]:
    """Seats that are taken, and what help is needed."""
    with town.desk.database.reading() as db:
        coming = registrations.attendance(db, meeting.id)
    return coming.seats, coming.needs


def subscribed(town: TestTown) -> list[str]:
    """The topics of the one resident."""
    with town.desk.database.reading() as db:
        return subscriptions.of(db, db.query(ConversationRow).one())
