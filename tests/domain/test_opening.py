"""Open or closed, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.domain.holidays import public_holiday
from bot.domain.opening import DAYS_AHEAD, Closed, LocalTime, Open, status
from knowledge.entry import PUBLIC_HOLIDAY, WEEKDAYS, OpenException, OpeningHours
from tests.conftest import BERLIN
from tests.domain.opening_cases import INSTANT, OFFICE, at, closed_on, open_on, weekly


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (at("2026-06-09 08:00") - INSTANT, Closed(at("2026-06-09 08:00"))),
        (at("2026-06-09 08:00"), Open(at("2026-06-09 12:00"))),
        (at("2026-06-09 12:00") - INSTANT, Open(at("2026-06-09 12:00"))),
        (at("2026-06-09 12:00"), Closed(at("2026-06-10 08:00"))),
        (at("2026-06-11 12:00"), Closed(at("2026-06-11 14:00"))),
        (at("2026-06-12 12:00"), Closed(at("2026-06-15 08:00"))),
    ],
    ids=["before", "first minute", "last minute", "end", "noon break", "weekend"],
)
def test_an_office_is_open_from_its_first_minute_to_before_its_end(now: datetime, state: Open | Closed) -> None:
    assert status(OFFICE, now, BERLIN) == state


@pytest.mark.parametrize(
    ("hours", "now", "state"),
    [
        (weekly(("mon", "10:00", "12:00"), ("mon", "12:00", "14:00")), "2026-06-08 10:00", "2026-06-08 14:00"),
        (weekly(("mon", "12:00", "14:00"), ("mon", "10:00", "13:00")), "2026-06-08 10:00", "2026-06-08 14:00"),
        (weekly(("mon", "10:00", "14:00"), ("mon", "11:00", "12:00")), "2026-06-08 10:00", "2026-06-08 14:00"),
        (weekly(("fri", "20:00", "02:00")), "2026-06-13 01:59", "2026-06-13 02:00"),
        (weekly(("sun", "20:00", "02:00")), "2026-06-15 00:00", "2026-06-15 02:00"),
        (weekly(("fri", "20:00", "24:00")), "2026-06-12 23:59", "2026-06-13 00:00"),
        (weekly(("fri", "20:00", "24:00"), ("sat", "00:00", "03:00")), "2026-06-12 20:00", "2026-06-13 03:00"),
        (weekly(("fri sat", "08:00", "08:00")), "2026-06-12 08:00", "2026-06-14 08:00"),
        (weekly(("sat sun", "00:00", "24:00")), "2026-06-13 00:00", "2026-06-15 00:00"),
    ],
    ids=[
        "adjacent",
        "overlapping",
        "one within another",
        "past midnight",
        "past the week",
        "to midnight",
        "over midnight",
        "a day each",
        "weekend",
    ],
)
def test_open_without_a_break_until(hours: OpeningHours, now: str, state: str) -> None:
    assert status(hours, at(now), BERLIN) == Open(at(state))
    assert isinstance(status(hours, at(state), BERLIN), Closed)


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (OpeningHours(), None),
        (OpeningHours(by_appointment=True), None),
        (OpeningHours(note={"de": "nachts"}, as_of="2024"), None),
        (OpeningHours(exceptions=(closed_on("2026-06-10"), open_on("2026-06-12", "10:00", "12:00"))), None),
        (OpeningHours(exceptions=(closed_on("2026-06-08", "2026-06-10"),), by_appointment=True), Closed(None)),
        (OpeningHours(exceptions=(open_on("2026-06-09", "10:00", "12:00"),)), Closed(at("2026-06-09 10:00"))),
        (OpeningHours(exceptions=(open_on("2026-06-09", "08:00", "12:00"),)), Open(at("2026-06-09 12:00"))),
        (OpeningHours(exceptions=(open_on("2026-06-08", "20:00", "09:30"),)), Open(at("2026-06-09 09:30"))),
        (OpeningHours(always=True), Open(None)),
        (OpeningHours(OFFICE.weekly, always=True), Open(None)),
        (weekly((" ".join((*WEEKDAYS, PUBLIC_HOLIDAY)), "00:00", "24:00")), Open(None)),
        (OpeningHours(always=True, exceptions=(closed_on("2026-06-11"),)), Open(at("2026-06-11 00:00"))),
        (OpeningHours(always=True, exceptions=(closed_on("2026-06-09"),)), Closed(at("2026-06-10 00:00"))),
    ],
)
def test_what_the_data_tell_at_nine_on_a_tuesday(hours: OpeningHours, state: Open | Closed | None) -> None:
    assert status(hours, at("2026-06-09 09:00"), BERLIN) == state


CORPUS_CHRISTI, ALL_SAINTS = "2026-06-04", "2027-11-01"
"""A Thursday and a Monday."""


@pytest.mark.parametrize(
    ("day", "name", "opens"),
    [
        (CORPUS_CHRISTI, "Fronleichnam", "2026-06-05 08:00"),
        (ALL_SAINTS, "Allerheiligen", "2027-11-02 08:00"),
        ("2026-04-03", "Karfreitag", "2026-04-07 08:00"),
        ("2026-12-25", "Erster Weihnachtstag", "2026-12-28 08:00"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "09:00", "16:00", "23:59"])
def test_an_office_is_closed_on_a_public_holiday(day: str, name: str, opens: str, clock: str) -> None:
    state = status(OFFICE, at(f"{day} {clock}"), BERLIN)
    assert isinstance(state, Closed)
    assert (state.opens, (state.holiday or {})["de"]) == (at(opens), name)


def test_on_the_eve_the_holiday_is_passed_over() -> None:
    assert status(OFFICE, at("2026-06-03 12:00"), BERLIN) == Closed(at("2026-06-05 08:00"))


def test_other_regions_have_other_holidays() -> None:
    hamburg = partial(public_holiday, region="DE-HH")
    assert status(OFFICE, at(f"{CORPUS_CHRISTI} 09:00"), BERLIN, hamburg) == Open(at(f"{CORPUS_CHRISTI} 12:00"))


@pytest.mark.parametrize(
    ("region", "state"), [("DE-NW", Closed(at("2026-06-05 08:00"))), ("DE-HH", Open(at(f"{CORPUS_CHRISTI} 12:00")))]
)
def test_a_local_time_knows_the_clock_and_the_holidays_of_its_town(region: str, state: Open | Closed) -> None:
    found = LocalTime(at(f"{CORPUS_CHRISTI} 09:00"), BERLIN, region).state_of(OFFICE)
    assert found == (state if isinstance(state, Open) else Closed(state.opens, public_holiday(date(2026, 6, 4))))


def test_the_same_moment_is_another_time_elsewhere() -> None:
    morning = at("2026-06-09 09:00")
    assert isinstance(LocalTime(morning, BERLIN, "DE-NW").state_of(OFFICE), Open)
    assert isinstance(LocalTime(morning, ZoneInfo("America/New_York"), "DE-NW").state_of(OFFICE), Closed)


MUSEUM = weekly(("tue wed thu", "10:00", "18:00"), ("sun holiday", "11:00", "17:00"))


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        ("10:30", Closed(at(f"{CORPUS_CHRISTI} 11:00"))),
        ("11:00", Open(at(f"{CORPUS_CHRISTI} 17:00"))),
        ("17:30", Closed(at("2026-06-07 11:00"))),
    ],
)
def test_on_a_holiday_the_hours_for_holidays_apply(clock: str, state: Open | Closed) -> None:
    assert status(MUSEUM, at(f"{CORPUS_CHRISTI} {clock}"), BERLIN) == state


def test_only_what_the_holiday_closes_is_closed_for_it() -> None:
    tuesdays = weekly(("tue", "10:00", "14:00"))
    assert status(tuesdays, at(f"{CORPUS_CHRISTI} 10:00"), BERLIN) == Closed(at("2026-06-09 10:00"))


def test_a_night_that_began_before_the_holiday_ends_as_ever() -> None:
    nights = weekly(("wed", "20:00", "03:00"))
    assert status(nights, at(f"{CORPUS_CHRISTI} 01:00"), BERLIN) == Open(at(f"{CORPUS_CHRISTI} 03:00"))


@pytest.mark.parametrize(
    ("exceptions", "now", "state"),
    [
        ((closed_on("2026-06-09"),), "2026-06-09 09:00", Closed(at("2026-06-10 08:00"))),
        ((closed_on("2026-06-09", "2026-06-19"),), "2026-06-09 09:00", Closed(at("2026-06-22 08:00"))),
        ((open_on("2026-06-09", "15:00", "16:00"),), "2026-06-09 09:00", Closed(at("2026-06-09 15:00"))),
        ((open_on("2026-06-13", "10:00", "16:00"),), "2026-06-13 10:00", Open(at("2026-06-13 16:00"))),
        ((open_on(CORPUS_CHRISTI, "10:00", "12:00"),), "2026-06-04 11:00", Open(at("2026-06-04 12:00"))),
        ((closed_on(CORPUS_CHRISTI),), "2026-06-04 11:00", Closed(at("2026-06-05 08:00"))),
        (
            (open_on("2026-06-09", "09:00", "10:00"), open_on("2026-06-09", "13:00", "15:00")),
            "2026-06-09 10:00",
            Closed(at("2026-06-09 13:00")),
        ),
        (
            (closed_on("2026-06-08", "2026-06-19"), open_on("2026-06-10", "09:00", "10:00")),
            "2026-06-09 09:00",
            Closed(at("2026-06-10 09:00")),
        ),
        (
            (
                OpenException(date(2026, 6, 8), date(2026, 6, 12), "10:00", "11:00"),
                closed_on("2026-06-09"),
            ),
            "2026-06-09 10:30",
            Closed(at("2026-06-10 10:00")),
        ),
    ],
    ids=[
        "closed",
        "holidays of the house",
        "other hours",
        "a Saturday",
        "open on a holiday",
        "closed on a holiday",
        "two spans",
        "open within a closed week",
        "closed within a week of other hours",
    ],
)
def test_an_exception_wins_over_the_week(exceptions: tuple[OpenException, ...], now: str, state: Open | Closed) -> None:
    assert status(OpeningHours(OFFICE.weekly, exceptions), at(now), BERLIN) == state


def test_the_next_opening_is_looked_for_as_far_as_promised() -> None:
    now = at("2026-06-09 09:00")
    days = [(now + timedelta(days=ahead)).date().isoformat() for ahead in (DAYS_AHEAD, DAYS_AHEAD + 1)]
    found, missed = (
        status(OpeningHours(exceptions=(closed_on("2026-06-09"), open_on(day, "10:00", "11:00"))), now, BERLIN)
        for day in days
    )
    assert (found, missed) == (Closed(at("2026-08-08 10:00")), Closed(None))


@pytest.mark.parametrize(
    ("span", "opens", "closes"),
    [
        (("01:00", "04:00"), "2026-03-29T00:00Z", "2026-03-29T02:00Z"),
        (("02:30", "05:00"), "2026-03-29T01:00Z", "2026-03-29T03:00Z"),
        (("01:00", "02:30"), "2026-03-29T00:00Z", "2026-03-29T01:00Z"),
        (("02:30", "03:15"), "2026-03-29T01:00Z", "2026-03-29T01:15Z"),
        (("02:10", "02:50"), "2026-04-05T00:10Z", "2026-04-05T00:50Z"),
    ],
    ids=["around", "opens within", "closes within", "opens within, closes soon", "within: not before next week"],
)
def test_in_the_night_when_an_hour_is_skipped(span: tuple[str, str], opens: str, closes: str) -> None:
    hours = weekly(("sun", *span))
    first = datetime.fromisoformat(opens)
    assert status(hours, at("2026-03-28 12:00"), BERLIN) == Closed(first)
    assert status(hours, first, BERLIN) == Open(datetime.fromisoformat(closes))


@pytest.mark.parametrize(
    ("span", "opens", "closes"),
    [
        (("01:00", "04:00"), "2026-10-24T23:00Z", "2026-10-25T03:00Z"),
        (("02:30", "05:00"), "2026-10-25T00:30Z", "2026-10-25T04:00Z"),
        (("01:00", "02:30"), "2026-10-24T23:00Z", "2026-10-25T00:30Z"),
        (("02:10", "02:50"), "2026-10-25T00:10Z", "2026-10-25T00:50Z"),
        (("02:00", "03:00"), "2026-10-25T00:00Z", "2026-10-25T02:00Z"),
    ],
    ids=["around", "opens within", "closes within", "within: the first time only", "both hours"],
)
def test_in_the_night_when_an_hour_comes_twice(span: tuple[str, str], opens: str, closes: str) -> None:
    hours = weekly(("sun", *span))
    first, last = datetime.fromisoformat(opens), datetime.fromisoformat(closes)
    assert status(hours, at("2026-10-24 12:00"), BERLIN) == Closed(first)
    assert status(hours, first, BERLIN) == Open(last)
    assert isinstance(status(hours, last, BERLIN), Closed)


def test_moments_are_given_in_utc() -> None:
    local = at("2026-06-09 09:00").astimezone(BERLIN)
    opened, shut = status(OFFICE, local, BERLIN), status(OFFICE, local + timedelta(hours=4), BERLIN)
    assert isinstance(opened, Open)
    assert isinstance(shut, Closed)
    assert [moment.tzinfo for moment in (opened.until, shut.opens) if moment] == [UTC, UTC]
