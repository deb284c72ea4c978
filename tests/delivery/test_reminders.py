"""Reminders of meetings: who gets one, when, and what says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import clock
from bot.domain.errors import Refused
from bot.services import agenda
from tests.delivery.office import CLOCK, Office, at


async def test_who_is_coming_is_reminded_a_day_and_two_hours_before(office: Office) -> None:
    anna = office.knows(7)
    office.knows(8)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna, seats=2)
    await office.works_at("2026-06-11T17:59")
    assert office.heard(7) == []
    await office.works_at("2026-06-11T18:00")
    [first] = office.heard(7)
    assert "Bürgerforum" in first
    assert "Freitag, 12. Juni 2026" in first
    assert "2 Plätze" in first
    await office.works_at("2026-06-12T15:59")
    assert len(office.heard(7)) == 1
    await office.works_at("2026-06-12T16:00")
    assert len(office.heard(7)) == 2
    await office.works_at("2026-06-12T18:00")
    assert (len(office.heard(7)), office.heard(8)) == (2, [])


async def test_the_office_sees_what_will_be_sent_when(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00", leads=("P1W", "P1D", "PT2H", "MORNING"))
    assert office.planned(meeting) == {"P1D": "11.06. 18:00", "MORNING": "12.06. 08:00", "PT2H": "12.06. 16:00"}


async def test_a_resident_chooses_a_lead_of_their_own(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    office.wishes(meeting, ben, "PT30M")
    office.wishes(meeting, ben, "PT30M")
    await office.works_at("2026-06-11T18:00")
    assert office.told([7, 8]) == [1, 0]
    await office.works_at("2026-06-12T17:30")
    assert office.told([7, 8]) == [1, 1]


async def test_the_usual_lead_as_a_wish_reminds_once(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    office.wishes(meeting, anna, "P1D")
    await office.works_at("2026-06-11T18:00")
    assert office.told([7]) == [1]


async def test_a_lead_that_is_past_already_is_refused(office: Office) -> None:
    meeting = office.plans("2026-06-09T18:00")
    with pytest.raises(Refused, match="reminder_too_late"):
        office.wishes(meeting, office.knows(7), "P1D")


async def test_who_signs_up_late_gets_no_stale_reminder(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    await office.works_at("2026-06-11T18:00")
    office.signs_up(meeting, ben)
    await office.works_on(60)
    assert office.told([7, 8]) == [1, 0]
    await office.works_at("2026-06-12T16:00")
    assert office.told([7, 8]) == [2, 1]


async def test_who_signs_up_while_the_program_is_off_gets_no_stale_reminder_either(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    office.now.moves(days=2, hours=7)  # an hour after it fell due
    office.signs_up(meeting, ben)
    await office.works()
    assert office.told([7, 8]) == [1, 0]


async def test_who_is_not_coming_any_more_is_not_reminded(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.signs_off(meeting, anna)
    await office.works_at("2026-06-11T18:00")
    assert office.heard(7) == []


async def test_who_waits_for_a_seat_is_not_reminded(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00", capacity=1)
    office.signs_up(meeting, anna)
    office.signs_up(meeting, ben)
    await office.works_at("2026-06-11T18:00")
    assert office.told([7, 8]) == [1, 0]


async def test_a_second_tick_and_a_second_process_change_nothing(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T18:00"), anna)
    await office.works_at("2026-06-11T18:00")
    with office.database.writing() as db:
        agenda.do_what_is_due(db, CLOCK, office.now())
    await office.works(office.process())
    await office.works_on(1, times=3)
    assert office.told([7]) == [1]
    assert office.is_at_rest()


async def test_many_are_reminded_each_once(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    numbers = range(1, 41)
    for number in numbers:
        office.signs_up(meeting, office.knows(number))
    await office.works_at("2026-06-11T18:00")
    assert office.told(numbers) == [1] * 40


# --- The program was off ---------------------------------------------------------------------------------------------


async def test_what_fell_due_while_the_program_was_off_goes_out_on_its_start(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T18:00"), anna)
    await office.works_at("2026-06-12T09:00")
    assert office.told([7]) == [1]


async def test_nothing_is_reminded_after_the_start(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T18:00"), anna)
    await office.works_at("2026-06-12T18:00")
    assert office.heard(7) == []
    assert office.is_at_rest()


async def test_nothing_is_reminded_after_the_start_when_telegram_was_away(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T18:00", leads=("PT2H",)), anna)
    with office.telegram.down():
        await office.works_at("2026-06-12T16:00")
    await office.works_at("2026-06-12T18:00")
    assert office.heard(7) == []
    assert office.reasons() == ["too_old"]


async def test_what_telegram_did_not_take_goes_out_when_it_is_back(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T18:00", leads=("PT2H",)), anna)
    with office.telegram.down():
        await office.works_at("2026-06-12T16:00")
        await office.works_on(60)
    await office.works_on(60)
    assert office.told([7]) == [1]


# --- Quiet hours -----------------------------------------------------------------------------------------------------


async def test_quiet_hours_hold_a_reminder_back_until_the_morning(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T22:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    assert office.planned(meeting) == {"P1D": "12.06. 08:00"}
    await office.works_at("2026-06-11T22:00")
    assert office.heard(7) == []
    await office.works_at("2026-06-12T08:00")
    assert office.told([7]) == [1]


async def test_a_reminder_that_would_come_too_late_goes_out_before_quiet_hours(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T08:30", leads=("PT2H",))
    office.signs_up(meeting, anna)
    assert office.planned(meeting) == {"PT2H": "11.06. 20:59"}
    await office.works_at("2026-06-11T20:59")
    assert office.told([7]) == [1]
    await office.works_at("2026-06-12T08:00")
    assert office.told([7]) == [1]


async def test_a_reminder_drawn_forward_is_sent_to_the_last_though_quiet_hours_begin(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T08:30", leads=("PT2H",)), anna)
    with office.telegram.down():
        await office.works_at("2026-06-11T20:59")
    await office.works_at("2026-06-11T21:01")
    assert office.told([7]) == [1]


async def test_a_reminder_drawn_forward_and_missed_wakes_nobody_at_night(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T08:30", leads=("PT2H",)), anna)
    await office.works_at("2026-06-12T03:00")
    assert office.heard(7) == []
    await office.works_at("2026-06-12T08:00")
    assert office.told([7]) == [1]


async def test_what_falls_due_while_the_program_is_off_in_quiet_hours_waits_for_the_morning(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-06-12T18:00", leads=("P1D",)), anna)
    await office.works_at("2026-06-11T23:00")
    assert office.heard(7) == []
    await office.works_at("2026-06-12T08:00")
    assert office.told([7]) == [1]


# --- The clocks change -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "due", "hours"),
    [
        ("2027-03-28T18:00", "2027-03-27T18:00", 23),  # put forward in the night between
        ("2026-10-25T18:00", "2026-10-24T18:00", 25),  # put back
    ],
)
async def test_a_day_before_is_the_same_time_of_day_though_the_clocks_change(
    office: Office, start: str, due: str, hours: int
) -> None:
    anna = office.knows(7)
    meeting = office.plans(start, leads=("P1D",))
    office.signs_up(meeting, anna)
    await office.works_at(due)
    assert office.told([7]) == [1]
    assert meeting.starts_at - office.now() == timedelta(hours=hours)


async def test_hours_before_are_elapsed_time_though_the_clocks_change(office: Office) -> None:
    meeting = office.plans("2026-10-25T10:00", leads=("PT15H",))
    assert office.planned(meeting) == {"PT15H": "24.10. 20:00"}


async def test_one_night_with_two_half_past_twos_reminds_once(office: Office) -> None:
    anna = office.knows(7)
    office.signs_up(office.plans("2026-10-25T18:00", leads=("MORNING",)), anna)
    office.now.moment = office.now.moment.replace(month=10, day=24, hour=22)
    for _ in range(24):
        await office.works_on(30 * 60)
    assert office.told([7]) == [1]


# --- What staff see of them ------------------------------------------------------------------------------------------


async def test_after_a_move_only_the_reminders_of_the_new_time_are_counted(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, anna)
    await office.works_at("2026-06-11T18:00")
    assert office.reminded(meeting) == {"P1D": ("sent", 1)}
    office.moves(meeting, "2026-06-19T18:00")
    await office.works()
    await office.works_at("2026-06-18T18:00")
    assert office.reminded(meeting) == {"P1D": ("sent", 1)}


async def test_who_signed_off_in_time_is_not_counted(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    for each in (anna, ben):
        office.signs_up(meeting, each)
    office.now.moment = at("2026-06-11T18:00")
    await clock.fall_due(office.desk, CLOCK)
    office.signs_off(meeting, ben)
    await office.works()
    assert office.reminded(meeting) == {"P1D": ("sent", 1)}
