"""What several people do with one meeting at the same moment: everyone acts on it as it is, not as it was."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from bot.domain.actions import SignUp
from bot.domain.leads import read_lead
from bot.services import events, registrations, reminders
from tests.delivery.office import CLOCK, Office


async def test_who_signed_up_while_the_place_changed_knows_the_new_one(office: Office) -> None:
    anna = office.knows(7)
    before = office.plans("2026-06-12T18:00", place={"de": "Schule"})
    office.moves(before, place={"de": "Kirche"})
    with office.database.writing() as db:
        registrations.register(db, before, anna, 1, None, office.now())
    office.moves(before, place={"de": "Schule"})
    await office.works()
    [told] = office.heard(7)
    assert "Schule" in told


async def test_who_wished_a_reminder_while_the_start_moved_gets_it_before_the_new_one(office: Office) -> None:
    anna = office.knows(7)
    before = office.plans("2026-06-12T18:00", leads=())
    office.moves(before, "2026-06-19T18:00")
    with office.database.writing() as db:
        reminders.wish(db, before, anna, read_lead("PT30M"), CLOCK, office.now())
    assert office.planned(before) == {"PT30M": "19.06. 17:30"}
    await office.works()
    assert office.heard(7) == []


async def test_the_answer_tells_the_event_as_it_is_when_the_seat_is_given(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", place={"de": "Schule"})
    with ThreadPoolExecutor(1) as threads:
        with office.database.writing() as db:
            events.change(db, meeting.id, {"place": {"de": "Kirche"}}, CLOCK, office.now())
            answer = threads.submit(office.acts, SignUp(meeting.id, 1), anna)
            time.sleep(0.3)  # it waits for the change
        told = answer.result()
    assert "Kirche" in [fact.value for fact in told.facts]


async def test_twenty_first_wishes_at_once_are_all_fulfilled(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00", leads=())
    numbers = range(1, 21)
    residents = [office.knows(number) for number in numbers]
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda each: office.wishes(meeting, each, "PT2H"), residents))
    await office.works_at("2026-06-12T16:00")
    assert office.told(numbers) == [1] * 20
