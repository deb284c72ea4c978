"""What an event says of itself, and the moments that local times name."""

from __future__ import annotations

from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.events import (
    DEFAULT_LEADS,
    LONGEST_WHEREABOUTS,
    NOWHERE,
    Event,
    EventState,
    bounds,
    on_the_clock,
    start_told,
    whereabouts,
)
from tests.conftest import BERLIN
from tests.domain.opening_cases import INSTANT, at
from tests.domain.test_quiet import MOMENTS

START = at("2026-06-09 18:00")
MEETING = Event(7, {"de": "Quartierskonferenz"}, START, participation=True, place={"de": "Aula", "tr": "Salon"})
LOCAL = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-01-01"))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- What it says of itself ------------------------------------------------------------------------------------------


def test_those_who_come_are_reminded_a_day_and_two_hours_before() -> None:
    assert [str(lead) for lead in DEFAULT_LEADS] == ["P1D", "PT2H"]


def test_an_event_has_begun_with_its_first_moment() -> None:
    assert [MEETING.has_begun(START - INSTANT), MEETING.has_begun(START)] == [False, True]


@pytest.mark.parametrize(("ends_at", "end"), [(None, "2026-06-09 20:00"), (at("2026-06-09 21:30"), "2026-06-09 21:30")])
def test_an_event_is_over_at_its_end_or_after_two_hours(ends_at: datetime | None, end: str) -> None:
    meeting = replace(MEETING, ends_at=ends_at)
    assert [meeting.is_over(START), meeting.is_over(at(end) - INSTANT), meeting.is_over(at(end))] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("state", EventState)
@pytest.mark.parametrize("participation", [True, False])
@pytest.mark.parametrize("capacity", [None, 1, 30])
@pytest.mark.parametrize("now", [START - INSTANT, START])
def test_residents_sign_up_for_a_published_meeting_until_it_begins(
    state: EventState, participation: bool, capacity: int | None, now: datetime
) -> None:
    meeting = replace(MEETING, state=state, participation=participation, capacity=capacity)
    needs_it = participation or capacity is not None
    assert meeting.takes_registrations(now) == (needs_it and state is EventState.PUBLISHED and now < START)


# --- What residents were told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"starts_at": START + timedelta(minutes=1)}, {"place": {"de": "Mensa"}}, {"place": None}, {"address": "Ring 1"}],
)
def test_another_time_or_place_is_another_whereabouts(change: dict[str, object]) -> None:
    assert whereabouts(replace(MEETING, **change)) != whereabouts(MEETING)


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"de": "Konferenz"}},
        {"ends_at": START + timedelta(hours=3)},
        {"place": {"de": "Aula"}},
        {"place": {"tr": "Salon", "de": "Aula", "en": "Hall"}},
        {"capacity": 3},
        {"version": 2},
    ],
)
def test_other_changes_do_not_move_a_meeting(change: dict[str, object]) -> None:
    assert whereabouts(replace(MEETING, **change)) == whereabouts(MEETING)


def test_a_cancelled_meeting_is_nowhere() -> None:
    cancelled = replace(MEETING, state=EventState.CANCELLED)
    assert whereabouts(cancelled) == whereabouts(replace(cancelled, place=None)) == NOWHERE
    assert whereabouts(MEETING) != NOWHERE


def test_without_german_the_place_is_named_in_the_first_language() -> None:
    assert "Salon" in whereabouts(replace(MEETING, place={"tr": "Salon", "en": "Hall"}))


@given(MOMENTS, st.text(), st.none() | st.text())
def test_the_start_that_was_told_can_be_read_back(start: datetime, place: str, address: str | None) -> None:
    told = whereabouts(replace(MEETING, starts_at=start, place={"de": place}, address=address))
    assert start_told(told) == start
    assert len(told) <= LONGEST_WHEREABOUTS


def test_a_long_place_is_cut_and_the_start_stays() -> None:
    told = whereabouts(replace(MEETING, place={"de": "|x" * 500}))
    assert (len(told), start_told(told)) == (300, START)


def test_another_address_behind_a_long_place_is_another_whereabouts() -> None:
    long = replace(MEETING, place={"de": "x" * 400}, address="Ring 1")
    assert whereabouts(replace(long, address="Ring 2")) != whereabouts(long)


# --- The clock on the wall -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-09T18:00", "2026-06-09T16:00Z"),
        ("2026-01-09T18:00", "2026-01-09T17:00Z"),
        ("2026-03-29T01:59", "2026-03-29T00:59Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00Z"),
        ("2026-10-25T01:59", "2026-10-24T23:59Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),
        ("2026-10-25T03:00", "2026-10-25T02:00Z"),
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30Z"),
        ("2026-03-29T02:30Z", "2026-03-29T02:30Z"),
        ("2026-06-09T18:00-04:00", "2026-06-09T22:00Z"),
    ],
)
def test_a_local_time_names_a_moment(text: str, moment: str) -> None:
    found = on_the_clock(local(text), BERLIN, "starts_at")
    assert (found, found.tzinfo) == (datetime.fromisoformat(moment), UTC)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    twice = local("2026-10-25T02:30")
    found = {on_the_clock(twice.replace(fold=fold), BERLIN, "starts_at") for fold in (0, 1)}
    assert found == {at("2026-10-25 02:30", fold=0)}


@pytest.mark.parametrize("clock", ["02:00", "02:00:00.000001", "02:30", "02:59:59.999999"])
@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_is_left_out_is_refused(clock: str, fold: int) -> None:
    with pytest.raises(InvalidInput, match="does not exist: the clocks are put forward then") as refused:
        on_the_clock(local(f"2026-03-29T{clock}").replace(fold=fold), BERLIN, "ends_at")
    assert refused.value.field == "ends_at"


@pytest.mark.parametrize("offset", ["", "Z", "+14:00", "-12:00"])
@pytest.mark.parametrize("day", [f"{MINYEAR:04}-01-01T00:00", f"{MAXYEAR}-12-31T23:59"])
def test_a_year_at_the_edge_of_the_calendar_is_refused(day: str, offset: str) -> None:
    with pytest.raises(InvalidInput, match="is no year in which an event can be"):
        on_the_clock(local(day + offset), BERLIN, "starts_at")


@given(MOMENTS)
def test_what_the_wall_clock_shows_leads_back_to_the_moment(moment: datetime) -> None:
    shown = moment.astimezone(BERLIN)
    found = on_the_clock(shown.replace(tzinfo=None), BERLIN, "starts_at")
    assert found == (moment - timedelta(hours=1) if shown.fold else moment)
    assert on_the_clock(shown, BERLIN, "starts_at") == moment


@given(LOCAL, st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu"]))
def test_the_wall_clock_shows_what_was_given_or_it_is_refused(given_time: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    try:
        moment = on_the_clock(given_time, zone, "starts_at")
    except InvalidInput:
        assert given_time.hour == 2
        assert given_time.month == 3
        return
    assert moment.astimezone(zone).replace(tzinfo=None) == given_time


# --- Days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        ("2026-06-09", "2026-06-09", 24),
        ("2026-06-08", "2026-06-14", 168),
        ("2026-03-29", "2026-03-29", 23),
        ("2026-03-23", "2026-03-29", 167),
        ("2026-10-25", "2026-10-25", 25),
        ("2026-10-19", "2026-10-25", 169),
    ],
)
def test_days_last_from_midnight_to_midnight(first: str, last: str, hours: int) -> None:
    begin, end = bounds(date.fromisoformat(first), date.fromisoformat(last), BERLIN)
    assert (begin, end - begin) == (at(f"{first} 00:00"), timedelta(hours=hours))
    assert (begin.tzinfo, end.tzinfo) == (UTC, UTC)


@given(MOMENTS, st.sampled_from([BERLIN, ZoneInfo("Africa/Cairo"), ZoneInfo("America/Havana"), ZoneInfo("UTC")]))
def test_every_moment_is_within_its_day_and_no_other(moment: datetime, zone: ZoneInfo) -> None:
    day, one = moment.astimezone(zone).date(), timedelta(days=1)
    found = [bounds(each, each, zone) for each in (day - one, day, day + one)]
    assert [begin <= moment < end for begin, end in found] == [False, True, False]
    assert found[0][1] == found[1][0]
    assert found[1][1] == found[2][0]
