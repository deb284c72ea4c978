"""Seats of a meeting: who gets one, who waits, whom a free one is offered to and until when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.actions import SignOff, TakeOffer
from bot.domain.broadcasts import Audience
from bot.domain.errors import Refused
from bot.domain.events import Event, EventState, Help
from bot.domain.registrations import RegistrationState
from bot.services import events, registrations
from tests.delivery.office import Office

CONFIRMED, WAITING, OFFERED = RegistrationState.CONFIRMED, RegistrationState.WAITING, RegistrationState.OFFERED


def states(office: Office, event: Event, conversations: list[int]) -> list[RegistrationState | None]:
    found = [office.registration(event, each) for each in conversations]
    return [each.state if each else None for each in found]


def full(
    office: Office, capacity: int = 1, waiting: int = 2, starts_at: str = "2026-06-19T18:00"
) -> tuple[Event, list[int]]:
    """A meeting with no seat left, those who have seats, and those who wait."""
    meeting = office.plans(starts_at, capacity=capacity)
    residents = [office.knows(number) for number in range(1, capacity + waiting + 1)]
    for each in residents:
        office.signs_up(meeting, each)
    return meeting, residents


async def test_fifty_at_once_for_ten_seats_make_ten_and_an_ordered_list(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00", capacity=10)
    residents = [office.knows(number) for number in range(1, 51)]
    with ThreadPoolExecutor(50) as threads:
        mine = list(threads.map(lambda each: office.signs_up(meeting, each), residents))
    assert [each.state for each in mine].count(CONFIRMED) == 10
    assert sorted(each.place for each in mine if each.place) == list(range(1, 41))
    with office.database.reading() as db:
        listed = registrations.listed(db, meeting.id)
        assert registrations.attendance(db, meeting.id).seats == 10
    assert [each.place for each in listed if each.place] == list(range(1, 41))
    assert all(office.registration(meeting, each) == own for each, own in zip(residents, mine, strict=True))


async def test_everyone_leaves_at_once_and_everyone_who_waits_is_offered_one_seat(office: Office) -> None:
    meeting, residents = full(office, capacity=8, waiting=8)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda each: office.signs_off(meeting, each), residents[:8]))
    assert states(office, meeting, residents) == [None] * 8 + [OFFERED] * 8
    await office.works()
    assert office.told(range(1, 17)) == [0] * 8 + [1] * 8


async def test_signing_up_twice_changes_nothing(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", capacity=2)
    assert office.signs_up(meeting, anna) == office.signs_up(meeting, anna)
    with office.database.reading() as db:
        assert registrations.attendance(db, meeting.id).registrations == 1


async def test_seats_can_be_changed_as_long_as_there_is_room(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00", capacity=4)
    office.signs_up(meeting, ben)
    assert office.signs_up(meeting, anna, 1).seats == 1
    assert office.signs_up(meeting, anna, 3).seats == 3
    with pytest.raises(Refused, match="too_many_seats"):
        office.signs_up(meeting, anna, 4)
    mine = office.registration(meeting, anna)
    assert mine
    assert (mine.state, mine.seats) == (CONFIRMED, 3)


async def test_fewer_seats_let_the_next_one_in(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-19T18:00", capacity=2)
    office.signs_up(meeting, anna, 2)
    office.signs_up(meeting, ben)
    office.signs_up(meeting, anna, 1)
    assert states(office, meeting, [anna, ben]) == [CONFIRMED, OFFERED]


@pytest.mark.parametrize("seats", [0, 3, 21])
async def test_no_more_seats_than_there_are(office: Office, seats: int) -> None:
    meeting = office.plans("2026-06-12T18:00", capacity=2)
    with pytest.raises(Refused, match="too_many_seats"):
        office.signs_up(meeting, office.knows(7), seats)


async def test_nobody_signs_up_for_what_has_begun_is_cancelled_or_open_to_all(office: Office) -> None:
    anna = office.knows(7)
    soon, other = office.plans("2026-06-09T13:00"), office.plans("2026-06-12T18:00")
    office.cancels(other)
    with pytest.raises(Refused, match="event_over"):
        office.signs_up(other, anna)
    office.now.moves(hours=1)
    with pytest.raises(Refused, match="event_over"):
        office.signs_up(soon, anna)
    with pytest.raises(Refused, match="no_sign_up"):
        office.signs_up(office.plans("2026-06-12T18:00", participation=False), anna)


async def test_who_asked_before_the_cancelling_was_known_does_not_get_in_after_it(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00")
    office.cancels(meeting)
    with office.database.writing() as db, pytest.raises(Refused, match="event_over"):
        registrations.register(db, meeting, anna, 1, None, office.now())


async def test_the_help_that_is_needed_is_counted(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-12T18:00", help=(Help.INTERPRETER,))
    office.signs_up(meeting, anna)
    with office.database.writing() as db:
        event = events.find(db, meeting.id)
        registrations.need(
            db,
            event,
            anna,
            Help.INTERPRETER,
        )
        registrations.need(db, event, anna, Help.CHILD_CARE)  # is not offered
        assert registrations.attendance(db, meeting.id).needs == {"interpreter": 1}
        registrations.need(db, event, anna, Help.INTERPRETER)
        assert registrations.attendance(db, meeting.id).needs == {}


async def test_who_signs_off_is_not_reminded_by_their_own_wish_either(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-12T18:00", leads=())
    office.signs_up(meeting, anna)
    for each in (anna, ben):
        office.wishes(meeting, each, "PT2H")
    office.acts(SignOff(meeting.id), anna)
    told = office.acts(SignOff(meeting.id), ben)  # the button stands below "moved", where nobody need be signed up
    assert told.text.startswith("Ich erinnere Sie nicht")
    await office.works_at("2026-06-12T16:00")
    assert office.told([7, 8]) == [0, 0]


async def test_who_signs_off_still_gets_the_notices_they_subscribed_to(office: Office) -> None:
    [anna] = office.readers(1)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.now.moves(hours=10)  # 22:00
    number = office.sends("{title}: noch Plätze frei.", audience=Audience(("parks",), (), meeting.id))
    office.signs_off(meeting, anna)
    await office.works_at("2026-06-10T08:00")
    assert office.counts(number) == {"sent": 1}


# --- The waiting list ------------------------------------------------------------------------------------------------


async def test_a_seat_that_becomes_free_is_offered_to_the_first_who_waits(office: Office) -> None:
    meeting, residents = full(office)
    assert office.signs_off(meeting, residents[0])
    await office.works()
    assert office.told([1, 2, 3]) == [0, 1, 0]
    assert "ist 1 Platz frei geworden" in office.heard(2)[0]
    assert "10. Juni 2026, 0 Uhr" in office.heard(2)[0]  # twelve hours
    assert office.accepts(meeting, residents[1]).state is CONFIRMED
    await office.works_at("2026-06-10T09:00")
    assert states(office, meeting, residents) == [None, CONFIRMED, WAITING]


async def test_an_offer_that_nobody_answers_goes_to_the_next(office: Office) -> None:
    meeting, residents = full(office)
    office.signs_off(meeting, residents[0])
    await office.works()
    await office.works_at("2026-06-09T23:59")
    assert states(office, meeting, residents) == [None, OFFERED, WAITING]
    await office.works_at("2026-06-10T00:00")
    assert states(office, meeting, residents) == [None, None, OFFERED]
    with pytest.raises(Refused, match="no_offer"):
        office.accepts(meeting, residents[1])
    await office.works_at("2026-06-10T08:00")
    assert office.told([1, 2, 3]) == [0, 1, 1]


async def test_an_offer_turned_down_goes_to_the_next_at_once(office: Office) -> None:
    meeting, residents = full(office)
    office.signs_off(meeting, residents[0])
    office.signs_off(meeting, residents[1])
    await office.works()
    assert office.told([1, 2, 3]) == [0, 0, 1]


async def test_no_seat_is_offered_later_than_two_hours_before_the_start(office: Office) -> None:
    meeting, residents = full(office, starts_at="2026-06-09T18:00")
    office.now.moves(hours=4)  # 16:00
    office.signs_off(meeting, residents[0])
    await office.works()
    assert states(office, meeting, residents) == [None, WAITING, WAITING]
    assert office.heard(2) == []


async def test_an_offer_shortly_before_the_start_ends_two_hours_before_it_and_wakes_people(office: Office) -> None:
    meeting, residents = full(office, starts_at="2026-06-10T08:30")
    office.now.moves(hours=10)  # 22:00
    office.signs_off(meeting, residents[0])
    await office.works()
    assert " 6:30" in office.heard(2)[0]
    await office.works_at("2026-06-10T06:30")
    assert states(office, meeting, residents) == [None, None, WAITING]


async def test_an_offer_at_night_waits_for_the_morning_where_there_is_time(office: Office) -> None:
    meeting, residents = full(office)
    office.now.moves(hours=10)
    office.signs_off(meeting, residents[0])
    await office.works()
    assert office.heard(2) == []
    await office.works_at("2026-06-10T08:00")
    assert office.told([2]) == [1]


async def test_an_offer_at_night_is_kept_twelve_hours_from_the_morning_on(office: Office) -> None:
    meeting, residents = full(office)
    await office.works_at("2026-06-09T21:00")
    office.signs_off(meeting, residents[0])
    await office.works_at("2026-06-10T09:00")
    assert states(office, meeting, residents) == [None, OFFERED, WAITING]
    assert "10. Juni 2026, 20 Uhr" in office.heard(2)[0]
    await office.works_at("2026-06-10T20:00")
    assert states(office, meeting, residents) == [None, None, OFFERED]


async def test_more_seats_let_as_many_in_as_there_is_room(office: Office) -> None:
    meeting, residents = full(office, capacity=1, waiting=3)
    office.moves(meeting, capacity=3)
    await office.works()
    assert states(office, meeting, residents) == [CONFIRMED, OFFERED, OFFERED, WAITING]
    assert office.told([1, 2, 3, 4]) == [0, 1, 1, 0]


async def test_fewer_seats_take_nobody_s_away(office: Office) -> None:
    meeting, residents = full(office, capacity=3, waiting=1)
    office.moves(meeting, capacity=1)
    assert states(office, meeting, residents) == [CONFIRMED, CONFIRMED, CONFIRMED, WAITING]


async def test_seats_can_be_given_back_after_there_are_fewer(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00", capacity=4)
    anna = office.knows(7)
    office.signs_up(meeting, anna, 4)
    office.moves(meeting, capacity=1)
    assert office.signs_up(meeting, anna, 4).seats == 4
    mine = office.signs_up(meeting, anna, 2)
    assert (mine.state, mine.seats) == (CONFIRMED, 2)
    with pytest.raises(Refused, match="too_many_seats"):
        office.signs_up(meeting, anna, 3)


async def test_a_group_that_does_not_fit_lets_the_next_one_go_first(office: Office) -> None:
    meeting = office.plans("2026-06-19T18:00", capacity=2)
    anna, ben, cem = (office.knows(number) for number in (7, 8, 9))
    office.signs_up(meeting, anna)
    office.signs_up(meeting, ben, 2)  # waits
    other = office.knows(10)
    office.signs_up(meeting, other)
    office.signs_up(meeting, cem)  # waits
    office.signs_off(meeting, other)
    assert states(office, meeting, [anna, ben, cem]) == [CONFIRMED, WAITING, OFFERED]


async def test_a_seat_that_is_kept_for_somebody_is_not_given_away(office: Office) -> None:
    meeting, residents = full(office, waiting=1)
    office.signs_off(meeting, residents[0])
    assert office.signs_up(meeting, office.knows(9)).state is WAITING


async def test_who_was_offered_a_seat_is_reminded_only_when_they_took_it(office: Office) -> None:
    meeting, residents = full(office, waiting=1, starts_at="2026-06-10T18:00")
    office.signs_off(meeting, residents[0])
    await office.works_at("2026-06-09T18:00")
    assert office.told([2]) == [1]
    office.accepts(meeting, residents[1])
    await office.works_at("2026-06-10T16:00")
    assert office.told([2]) == [2]


@pytest.mark.parametrize("ends_by", ["cancelling", "beginning"])
async def test_nobody_takes_a_seat_of_what_is_over(office: Office, ends_by: str) -> None:
    meeting, residents = full(office, waiting=1)
    office.signs_off(meeting, residents[0])
    if ends_by == "cancelling":
        office.cancels(meeting)
    else:
        office.now.moves(days=10, hours=6)
    with pytest.raises(Refused, match="event_over"):
        office.accepts(meeting, residents[1])


async def test_nobody_takes_a_seat_that_is_kept_no_longer(office: Office) -> None:
    meeting, residents = full(office, waiting=1)
    office.signs_off(meeting, residents[0])
    office.now.moves(hours=12)
    with pytest.raises(Refused, match="no_offer"):
        office.accepts(meeting, residents[1])


async def test_an_offer_ends_in_time_for_a_meeting_that_is_moved_to_an_earlier_hour(office: Office) -> None:
    meeting, residents = full(office)
    office.signs_off(meeting, residents[0])
    await office.works()
    office.moves(meeting, "2026-06-09T20:00")
    await office.works_at("2026-06-09T17:59")
    assert states(office, meeting, residents) == [None, OFFERED, WAITING]
    await office.works_at("2026-06-09T18:00")
    assert states(office, meeting, residents) == [None, None, WAITING]


async def test_an_offer_that_waits_for_the_morning_is_told_at_once_when_the_morning_is_too_late(office: Office) -> None:
    meeting, residents = full(office)
    await office.works_at("2026-06-09T22:00")
    office.signs_off(meeting, residents[0])
    await office.works()
    assert office.heard(2) == []
    office.moves(meeting, "2026-06-10T09:00")
    await office.works_on(1, times=2)
    assert any("frei geworden" in told and " 7 Uhr" in told for told in office.heard(2))
    assert office.accepts(meeting, residents[1]).state is CONFIRMED


async def test_who_takes_a_seat_after_ending_all_notices_is_reminded(office: Office) -> None:
    meeting, residents = full(office, waiting=1)
    office.signs_off(meeting, residents[0])
    await office.works()
    office.stops(residents[1])
    office.acts(TakeOffer(meeting.id), residents[1])
    await office.works_at("2026-06-18T18:00")
    assert office.told([2]) == [2]


async def test_what_came_of_it_is_told_once_to_those_who_were_signed_up(office: Office) -> None:
    meeting, _ = full(office, waiting=1, starts_at="2026-06-09T18:00")
    assert meeting.state is EventState.PUBLISHED
    with office.database.writing() as db, pytest.raises(Refused):
        events.note_outcome(db, meeting.id, 12, {"de": "Der Park kommt."}, office.now())
    office.now.moves(days=1)
    for _ in range(2):
        with office.database.writing() as db:
            events.note_outcome(db, meeting.id, 12, {"de": "Der Park kommt."}, office.now())
        await office.works_on(60)
    assert office.told([1, 2]) == [1, 0]
    assert "Der Park kommt." in office.heard(1)[0]
