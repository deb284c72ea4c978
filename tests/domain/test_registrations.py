"""Who gets a seat, who waits, and until when an offer holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.events import Event
from bot.domain.quiet import read_quiet_hours
from bot.domain.registrations import LAST_OFFER, OFFER_LASTS, Asking, Terms, fits, next_offers
from tests.conftest import BERLIN
from tests.domain.opening_cases import INSTANT, at

START = at("2026-06-09 18:00")
LAST = START - timedelta(hours=2)
MEETING = Event(7, {"de": "Quartierskonferenz"}, START, participation=True, capacity=10)
EARLY = START - timedelta(days=7)

SEATS = st.integers(1, 20)
LISTS = st.lists(SEATS, max_size=12).map(
    lambda wanted: [Asking(*each) for each in zip(count(100), wanted, strict=False)]
)
CAPACITIES = st.none() | st.integers(1, 60)


def offers(*seats: int, taken: int, capacity: int | None = 10, now: datetime = EARLY) -> list[int]:
    """The places on the waiting list, from 1, that are offered seats."""
    waiting = [Asking(place, wanted) for place, wanted in enumerate(seats, 1)]
    return next_offers(replace(MEETING, capacity=capacity), taken, iter(waiting), None, now)[0]


@pytest.mark.parametrize(
    ("capacity", "taken", "seats", "expected"),
    [
        (10, 0, 10, True),
        (10, 0, 11, False),
        (10, 9, 1, True),
        (10, 9, 2, False),
        (10, 10, 1, False),
        (10, 12, 1, False),
        (1, 0, 1, True),
        (None, 10**6, 20, True),
    ],
)
def test_there_is_room_up_to_the_capacity(capacity: int | None, taken: int, seats: int, expected: bool) -> None:
    assert fits(replace(MEETING, capacity=capacity), taken, seats) is expected


def test_seats_are_offered_in_the_order_of_the_list() -> None:
    assert offers(1, 1, 1, taken=8) == [1, 2]


def test_a_smaller_request_may_pass_one_that_does_not_fit() -> None:
    assert offers(4, 1, 3, 2, taken=7) == [2, 4]


def test_whoever_was_passed_is_first_again_when_more_is_free() -> None:
    assert offers(4, 3, taken=7) == [2]
    assert offers(4, 3, taken=6) == [1]


def test_seats_left_over_stay_free_where_nobody_fits() -> None:
    assert offers(4, 5, 6, taken=7) == []


def test_a_full_meeting_offers_nothing() -> None:
    assert (offers(1, taken=10), offers(1, taken=13), offers(taken=0)) == ([], [], [])


def test_without_a_capacity_everybody_is_offered_seats() -> None:
    assert offers(20, 20, 1, taken=500, capacity=None) == [1, 2, 3]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (EARLY, EARLY + timedelta(hours=12)),
        (LAST - timedelta(hours=12, minutes=1), LAST - timedelta(minutes=1)),
        (LAST - timedelta(hours=12), LAST),
        (LAST - timedelta(hours=3), LAST),
        (LAST - INSTANT, LAST),
    ],
    ids=["a week before", "just in time", "twelve hours", "three hours", "the last moment"],
)
def test_an_offer_holds_twelve_hours_but_not_later_than_two_hours_before(now: datetime, until: datetime) -> None:
    offered, terms = next_offers(MEETING, 0, [Asking(5, 1)], None, now)
    assert terms
    assert (offered, terms.until) == ([5], until)


@pytest.mark.parametrize(
    ("hours", "start", "now", "until", "keeps_quiet"),
    [
        ("21:00-08:00", "2026-06-19 18:00", "2026-06-09 12:00", "2026-06-10 00:00", True),
        ("21:00-08:00", "2026-06-19 18:00", "2026-06-09 21:00", "2026-06-10 20:00", True),
        ("20:00-08:00", "2026-06-19 18:00", "2026-06-09 20:00", "2026-06-10 20:00", True),
        ("21:00-08:00", "2026-06-10 14:00", "2026-06-09 22:00", "2026-06-10 12:00", True),
        ("21:00-08:00", "2026-06-10 11:00", "2026-06-09 22:00", "2026-06-10 09:00", False),
        ("20:00-08:00", "2026-06-10 10:00", "2026-06-09 20:00", "2026-06-10 08:00", False),
        ("21:00-08:00", "2026-06-10 00:00", "2026-06-09 20:30", "2026-06-09 22:00", False),
    ],
    ids=["by day", "at night", "a long night", "four hours", "one hour", "over when it may be told", "in the evening"],
)
def test_an_offer_counts_from_when_it_may_be_told(
    hours: str, start: str, now: str, until: str, keeps_quiet: bool
) -> None:
    meeting, quiet = replace(MEETING, starts_at=at(start)), read_quiet_hours(hours, BERLIN)
    assert next_offers(meeting, 0, [Asking(5, 1)], quiet, at(now)) == ([5], Terms(at(until), keeps_quiet))


@pytest.mark.parametrize("now", [LAST, LAST + INSTANT, START, START + timedelta(days=1)])
def test_nobody_is_offered_a_seat_later_than_two_hours_before(now: datetime) -> None:
    assert next_offers(MEETING, 0, [Asking(5, 1)], None, now) == ([], None)


@given(CAPACITIES, st.integers(0, 60), LISTS, st.timedeltas(timedelta(days=-30), timedelta(days=1)))
@example(10, 7, [Asking(1, 4), Asking(2, 1), Asking(3, 3), Asking(4, 2)], timedelta(days=-1))
def test_offers_keep_every_promise(
    capacity: int | None, taken: int, waiting: list[Asking], now_after: timedelta
) -> None:
    meeting, now = replace(MEETING, capacity=capacity), START + now_after
    offered, terms = next_offers(meeting, taken, waiting, None, now)
    if terms is None:
        assert now >= START - LAST_OFFER
        assert offered == []
        return
    assert now < terms.until <= min(now + OFFER_LASTS, START - LAST_OFFER)
    assert offered == [asking.id for asking in waiting if asking.id in offered]
    used = taken
    for asking in waiting:
        assert (asking.id in offered) == fits(meeting, used, asking.seats)
        used += asking.seats if asking.id in offered else 0
    assert capacity is None or used <= max(capacity, taken)


@given(CAPACITIES, st.integers(0, 60), LISTS)
def test_a_second_look_offers_nothing_more(capacity: int | None, taken: int, waiting: list[Asking]) -> None:
    meeting = replace(MEETING, capacity=capacity)
    offered, _ = next_offers(meeting, taken, waiting, None, EARLY)
    used = taken + sum(asking.seats for asking in waiting if asking.id in offered)
    still = [asking for asking in waiting if asking.id not in offered]
    assert next_offers(meeting, used, still, None, EARLY)[0] == []


@given(st.integers(1, 30), st.integers(0, 40), LISTS)
def test_the_first_who_fits_is_never_passed(capacity: int, taken: int, waiting: list[Asking]) -> None:
    fitting = [asking.id for asking in waiting if taken + asking.seats <= capacity]
    offered, _ = next_offers(replace(MEETING, capacity=capacity), taken, waiting, None, EARLY)
    assert offered[:1] == fitting[:1]
