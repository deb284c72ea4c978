"""A meeting is moved, moved back, cancelled: what those who are coming are told, and what becomes of reminders."""

from __future__ import annotations

import asyncio

import pytest

from bot import clock
from bot.domain.errors import InvalidInput, Refused
from bot.domain.events import EventState
from bot.services import subscriptions
from bot.storage.tables import ConversationRow
from tests.delivery.office import CLOCK, Office, at


async def test_moved_later_is_told_once_with_both_dates_and_reminds_at_the_new_time(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-19T19:00")
    await office.works()
    await office.works_on(60)
    [told] = office.heard(7)
    assert "12. Juni" in told
    assert "19. Juni" in told
    await office.works_at("2026-06-12T16:00")
    assert office.told([7]) == [1]  # nothing of the old time
    await office.works_at("2026-06-18T19:00")
    assert office.told([7]) == [2]


async def test_moved_earlier_reminds_earlier(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-19T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-12T18:00")
    await office.works()
    await office.works_at("2026-06-11T18:00")
    assert office.told([7]) == [2]
    await office.works_at("2026-06-18T18:00")
    assert office.told([7]) == [2]


async def test_moved_into_the_lead_time_tells_the_new_date_and_sends_no_stale_reminder(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-19T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-09T15:00")
    assert office.planned(meeting) == {"PT2H": "09.06. 13:00"}
    await office.works()
    assert office.told([7]) == [1]
    await office.works_at("2026-06-09T13:00")
    assert office.told([7]) == [2]


async def test_moved_after_its_reminder_reminds_again_before_the_new_time(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    await office.works_at("2026-06-11T18:00")
    office.moves(meeting, "2026-06-15T18:00")
    await office.works()
    await office.works_at("2026-06-14T18:00")
    assert office.told([7]) == [3]  # reminder, new date, reminder


async def test_moved_into_the_past_is_refused_and_changes_nothing(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    planned = office.planned(meeting)
    with pytest.raises(InvalidInput, match="into the past"):
        office.moves(meeting, "2026-06-08T18:00")
    await office.works()
    assert (office.heard(7), office.planned(meeting)) == ([], planned)


async def test_moved_twice_before_anything_was_sent_is_told_once(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-13T18:00")
    office.moves(meeting, "2026-06-14T18:00")
    await office.works()
    [told] = office.heard(7)
    assert "12. Juni" in told
    assert "14. Juni" in told


async def test_moved_twice_with_a_notice_between_is_told_twice(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-13T18:00")
    await office.works()
    office.moves(meeting, "2026-06-14T18:00")
    await office.works_on(1)
    assert office.told([7]) == [2]
    assert "13. Juni" in office.heard(7)[1]


async def test_moved_back_before_the_notice_went_out_is_told_to_nobody(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-19T18:00")
    office.moves(meeting, "2026-06-12T18:00")
    await office.works()
    assert office.heard(7) == []
    await office.works_at("2026-06-11T18:00")
    assert office.told([7]) == [1]


async def test_moved_back_after_the_notice_is_told_again(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-19T18:00")
    await office.works()
    office.moves(meeting, "2026-06-12T18:00")
    await office.works_on(1)
    assert office.told([7]) == [2]
    await office.works_at("2026-06-11T18:00")
    assert office.told([7]) == [3]


async def test_moved_back_after_the_reminder_does_not_remind_of_the_same_again(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    await office.works_at("2026-06-11T18:00")
    office.moves(meeting, "2026-06-13T18:00")
    office.moves(meeting, "2026-06-12T18:00")
    await office.works_on(60)
    assert office.told([7]) == [1]


async def test_a_new_place_is_told_and_leaves_the_reminders(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",), place={"de": "Schule"})
    office.signs_up(meeting, anna)
    office.moves(meeting, place={"de": "Kirche"})
    await office.works()
    assert "Kirche" in office.heard(7)[0]
    await office.works_at("2026-06-11T18:00")
    assert office.told([7]) == [2]


@pytest.mark.parametrize(("back", "news"), [(True, False), (False, True)], ids=["and back", "once"])
async def test_a_new_place_takes_no_reminder_that_is_on_its_way(office: Office, *, back: bool, news: bool) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",), place={"de": "Schule"})
    office.signs_up(meeting, anna)
    office.now.moment = at("2026-06-11T18:00")
    await clock.fall_due(office.desk, CLOCK)  # addressed, not sent yet
    office.moves(meeting, place={"de": "Kirche"})
    if back:
        office.moves(meeting, place={"de": "Schule"})
    await office.works()
    await office.works_on(1)
    [told] = office.heard(7)
    assert "Nicht vergessen" in told
    assert ("Der Ort hat sich geändert" in told) is news


async def test_a_new_text_is_told_to_nobody(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, description={"de": "Mit Kaffee."})
    await office.works()
    assert office.heard(7) == []


async def test_who_only_wished_to_be_reminded_is_told_too(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00")
    office.wishes(meeting, anna, "PT30M")
    office.signs_up(meeting, ben)
    office.wishes(meeting, ben, "PT30M")
    office.moves(meeting, "2026-06-19T18:00")
    await office.works()
    assert office.told([7, 8]) == [1, 1]


async def test_a_move_at_night_is_told_in_the_morning(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.now.moves(hours=10)  # 22:00
    office.moves(meeting, "2026-06-13T18:00")
    await office.works()
    assert office.heard(7) == []
    await office.works_at("2026-06-10T08:00")
    assert office.told([7]) == [1]


async def test_a_move_at_night_to_the_next_morning_is_told_at_once(office: Office) -> None:
    """Though an earlier move of the same night could have waited."""
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.now.moves(hours=10)  # 22:00
    office.moves(meeting, "2026-06-19T18:00")
    await office.works()
    office.moves(meeting, "2026-06-10T07:00")
    await office.works()
    assert office.told([7]) == [1]


async def test_a_move_while_the_notice_of_another_is_on_its_way_is_told_too(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-19T18:00")
    office.telegram.fails("sendMessage", "slow", seconds=0.3)
    working = asyncio.create_task(office.works())
    assert await office.telegram.until(lambda: len(office.telegram.resident(7).heard) == 1, 20)
    office.moves(meeting, "2026-06-12T18:00")
    await working
    await office.works_on(1, times=2)
    assert office.told([7]) == [2]


# --- Who could not be reached ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_wish", [True, False])
async def test_a_move_that_could_not_be_told_is_told_when_they_are_back(office: Office, *, has_wish: bool) -> None:
    anna = office.knows(7)
    meeting, other = office.plans("2026-06-12T18:00"), office.plans("2026-06-12T10:00", "Frühstück")
    office.signs_up(other, anna)
    if has_wish:
        office.wishes(meeting, anna, "PT30M")
    else:
        office.signs_up(meeting, anna)
    office.telegram.resident(7).blocks()
    office.moves(meeting, "2026-06-19T18:00")
    await office.works()
    office.telegram.resident(7).unblocks()
    office.writes_again(anna)
    await office.works_on(1, times=2)
    [told] = office.heard(7)
    assert "19. Juni" in told
    office.writes_again(anna)
    await office.works_on(1)
    assert office.told([7]) == [1]


async def test_a_move_that_was_taken_back_meanwhile_is_not_told(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.telegram.resident(7).blocks()
    office.moves(meeting, "2026-06-19T18:00")
    await office.works()
    office.moves(meeting, "2026-06-12T18:00")
    office.telegram.resident(7).unblocks()
    office.writes_again(anna)
    await office.works_on(1)
    assert office.heard(7) == []


async def test_a_cancellation_that_could_not_be_told_is_told_once_when_they_are_back(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    soon, later = office.plans("2026-06-10T18:00", "Frühstück"), office.plans("2026-06-12T18:00")
    office.signs_up(later, ben)
    for meeting in (soon, later):
        office.signs_up(meeting, anna)
    office.telegram.resident(7).blocks()
    for meeting in (soon, later):
        office.cancels(meeting)
    await office.works()
    await office.works_on(2)
    office.now.moves(days=2)  # the first would be over
    office.telegram.resident(7).unblocks()
    for _ in range(2):
        office.writes_again(anna)
        await office.works_on(1)
        with office.database.writing() as db:
            subscriptions.lose(db.get_one(ConversationRow, anna), office.now())
    [told] = office.heard(7)
    assert "abgesagt" in told
    assert "Bürgerforum" in told
    assert office.told([8]) == [1]


# --- Cancelled -------------------------------------------------------------------------------------------------------


async def test_cancelled_is_told_once_to_everyone_and_ends_the_reminders(office: Office) -> None:
    anna, ben, cem = office.knows(7), office.knows(8), office.knows(9)
    office.knows(10)
    meeting = office.plans("2026-06-12T18:00", capacity=1)
    office.signs_up(meeting, anna)
    office.signs_up(meeting, ben)  # waits
    office.wishes(meeting, cem, "PT30M")
    office.cancels(meeting)
    office.cancels(meeting)
    await office.works()
    await office.works_on(60)
    assert office.told([7, 8, 9, 10]) == [1, 1, 1, 0]
    assert "abgesagt" in office.heard(7)[0]
    await office.works_at("2026-06-12T16:00")
    assert office.told([7, 8, 9, 10]) == [1, 1, 1, 0]


async def test_cancelled_takes_back_what_is_still_on_its_way(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.moves(meeting, "2026-06-13T18:00")
    office.cancels(meeting)
    await office.works()
    [told] = office.heard(7)
    assert "abgesagt" in told


async def test_cancelled_at_night_wakes_nobody_unless_it_is_soon(office: Office) -> None:
    anna = office.knows(7)
    soon, later = office.plans("2026-06-10T09:00", "Frühstück"), office.plans("2026-06-12T18:00", "Fest")
    office.signs_up(soon, anna)
    office.signs_up(later, anna)
    office.now.moves(hours=10)  # 22:00
    office.cancels(soon)
    office.cancels(later)
    await office.works()
    await office.works_on(60)
    [told] = office.heard(7)
    assert "Frühstück" in told
    await office.works_at("2026-06-10T08:00")
    assert "Fest" in office.heard(7)[1]


async def test_what_is_cancelled_stays_cancelled(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00")
    office.cancels(meeting)
    with pytest.raises(Refused):
        office.moves(meeting, "2026-06-19T18:00")
    with pytest.raises(Refused):
        office.moves(meeting, state=EventState.PUBLISHED)


async def test_a_draft_reminds_and_tells_nobody_until_it_is_published(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", state=EventState.DRAFT)
    assert office.planned(meeting) == {}
    office.moves(meeting, "2026-06-13T18:00")
    office.moves(meeting, state=EventState.PUBLISHED)
    assert office.planned(meeting) == {"P1D": "12.06. 18:00", "PT2H": "13.06. 16:00"}
    office.signs_up(meeting, anna)
    await office.works()
    assert office.heard(7) == []


async def test_two_messages_to_one_chat_are_a_second_apart(office: Office) -> None:
    office.telegram.limits(seconds_per_chat=1)
    anna = office.knows(7)
    for title in ("Frühstück", "Fest"):
        meeting = office.plans("2026-06-12T18:00", title)
        office.signs_up(meeting, anna)
        office.cancels(meeting)
    await office.works()
    assert office.told([7]) == [1]
    await office.works_on(1)
    assert office.told([7]) == [2]
    assert [call.status for call in office.telegram.calls("sendMessage")] == [200, 200]
