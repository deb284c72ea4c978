"""When reminders fall due: on the wall clock, outside quiet hours, before the start."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.leads import Lead, read_lead
from bot.domain.quiet import QuietHours, read_quiet_hours
from bot.domain.reminders import TOO_SHORT, Due, due_at, plan, settle
from tests.conftest import BERLIN
from tests.domain.opening_cases import INSTANT, MINUTE, at
from tests.domain.test_leads import leads
from tests.domain.test_quiet import AUTUMN, MOMENTS, QUIET, SPRING

HOUR = timedelta(hours=1)
NIGHT = QuietHours(time(21), time(8), BERLIN)
LONG_AGO = at("2025-01-01 00:00")
DAYS = [datetime(2026, 1, 1, tzinfo=BERLIN) + timedelta(days=number) for number in range(5 * 365 + 1)]
"""Midnight of every day of 2026 to 2030 in Berlin."""


def day_of(moment: datetime) -> datetime:
    """The wall clock of Berlin, without its zone."""
    return moment.astimezone(BERLIN).replace(tzinfo=None)


def planned(
    start: str, *written: str, quiet: str = "21:00-08:00", now: str | datetime = LONG_AGO
) -> dict[str, str | None]:
    """When a meeting is reminded of, by the clock of Berlin; "!" marks what was drawn forward."""
    wanted = [read_lead(lead) for lead in written]
    moment = at(now) if isinstance(now, str) else now
    found = plan(at(start), wanted, BERLIN, read_quiet_hours(quiet, BERLIN), moment)
    marked = {str(lead): f"{day_of(due.at):%Y-%m-%d %H:%M}" + "!" * due.is_early for lead, due in found.items()}
    return {lead: marked.get(str(read_lead(lead))) for lead in written}


# --- When they fall due ----------------------------------------------------------------------------------------------


def test_the_last_day_looked_at_is_the_last_of_2030() -> None:
    assert (day_of(DAYS[-1]), len(set(DAYS))) == (datetime.fromisoformat("2030-12-31"), 1826)


@pytest.mark.parametrize("clock", ["00:00", "02:00", "02:30", "02:59", "03:00", "10:00", "18:00", "23:59"])
@pytest.mark.parametrize("days", [1, 7, 30])
def test_days_keep_what_the_wall_clock_shows_on_every_day(clock: str, days: int) -> None:
    hour, minute = map(int, clock.split(":"))
    left_out = 0
    for day in DAYS:
        start = day.replace(hour=hour, minute=minute).astimezone(UTC)
        due = due_at(start, Lead(days=days), BERLIN)
        expected = day_of(start) - timedelta(days=days)
        if day_of(due) != expected:
            left_out += 1
            assert expected.hour == 2
            assert day_of(due) == expected + HOUR
        assert due.tzinfo is UTC
        assert due.astimezone(BERLIN).fold == 0
    # A start that is left out itself is an hour later, and so is its reminder; only the five days after have another.
    assert left_out == (5 if hour == 2 else 0)


@pytest.mark.parametrize("hours", [1, 2, 24, 48])
def test_hours_are_elapsed_time_on_every_day(hours: int) -> None:
    for day in DAYS:
        start = day.replace(hour=1 + hours % 23).astimezone(UTC)
        assert start - due_at(start, Lead(elapsed=hours * HOUR), BERLIN) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "lead", "due"),
    [
        ("2026-06-09 18:00", "P1D", "2026-06-08T16:00Z"),
        ("2026-06-09 18:00", "P1W", "2026-06-02T16:00Z"),
        ("2026-06-09 18:00", "P1DT2H", "2026-06-08T14:00Z"),
        ("2026-06-09 18:00", "MORNING", "2026-06-09T06:00Z"),
        ("2026-03-29 18:00", "P1D", "2026-03-28T17:00Z"),
        ("2026-03-29 18:00", "PT24H", "2026-03-28T16:00Z"),
        ("2026-03-29 18:00", "MORNING", "2026-03-29T06:00Z"),
        ("2026-03-29 03:30", "PT2H", "2026-03-28T23:30Z"),
        ("2026-03-30 02:30", "P1D", "2026-03-29T01:30Z"),
        ("2026-03-30 02:30", "P1DT2H", "2026-03-28T23:30Z"),
        ("2026-04-05 02:30", "P7D", "2026-03-29T01:30Z"),
        ("2026-10-25 18:00", "P1D", "2026-10-24T16:00Z"),
        ("2026-10-25 18:00", "PT24H", "2026-10-24T17:00Z"),
        ("2026-10-25 18:00", "MORNING", "2026-10-25T07:00Z"),
        ("2026-10-25 03:30", "PT2H", "2026-10-25T00:30Z"),
        ("2026-10-26 02:30", "P1D", "2026-10-25T00:30Z"),
        ("2026-10-26 18:00", "P1DT18H", "2026-10-24T23:00Z"),
    ],
)
def test_a_reminder_falls_due(start: str, lead: str, due: str) -> None:
    assert due_at(at(start), read_lead(lead), BERLIN) == datetime.fromisoformat(due)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_start_in_the_hour_that_comes_twice(fold: int) -> None:
    start = at("2026-10-25 02:30", fold)
    assert due_at(start, Lead(days=1), BERLIN) == at("2026-10-24 02:30")
    assert due_at(start, Lead(elapsed=HOUR), BERLIN) == start - HOUR
    assert due_at(start, Lead(), BERLIN) == start


@given(MOMENTS, leads())
def test_where_the_start_was_written_down_does_not_matter(start: datetime, lead: Lead) -> None:
    assert due_at(start, lead, BERLIN) == due_at(start.astimezone(BERLIN), lead, BERLIN)


@given(MOMENTS, st.integers(0, 366), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_days_are_counted_before_hours(start: datetime, days: int, elapsed: timedelta) -> None:
    assert due_at(start, Lead(days, elapsed), BERLIN) == due_at(start, Lead(days), BERLIN) - elapsed


# --- Outside quiet hours ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "lead", "expected"),
    [
        ("2026-06-09 18:00", "P1D", "2026-06-08 18:00"),
        ("2026-06-09 18:00", "PT2H", "2026-06-09 16:00"),
        ("2026-06-09 18:00", "PT30M", "2026-06-09 17:30"),
        ("2026-06-09 18:00", "PT10H", "2026-06-09 08:00"),
        ("2026-06-09 18:00", "PT12H", "2026-06-09 08:00"),
        ("2026-06-09 18:00", "MORNING", "2026-06-09 08:00"),
        ("2026-06-09 07:00", "P1D", "2026-06-08 08:00"),
        ("2026-06-09 10:00", "PT2H", "2026-06-09 08:00"),
        ("2026-06-09 09:30", "PT2H", "2026-06-09 08:00"),
        ("2026-06-09 09:00", "PT2H", "2026-06-09 08:00"),
        ("2026-06-09 08:59", "PT2H", "2026-06-08 20:59!"),
        ("2026-06-09 08:30", "PT2H", "2026-06-08 20:59!"),
        ("2026-06-09 08:30", "PT30M", "2026-06-09 08:00"),
        ("2026-06-09 08:30", "MORNING", "2026-06-09 08:00"),
        ("2026-06-09 08:00", "MORNING", None),
        ("2026-06-09 07:00", "MORNING", None),
        ("2026-06-09 07:00", "PT2H", "2026-06-08 20:59!"),
        ("2026-06-09 00:30", "PT2H", "2026-06-08 20:59!"),
        ("2026-06-09 22:00", "PT30M", "2026-06-09 20:59!"),
        ("2026-06-09 21:00", "PT1M", "2026-06-09 20:59"),
        ("2026-06-09 18:00", "P0D", None),
        ("2026-06-09 22:00", "P0D", "2026-06-09 20:59!"),
        ("2026-03-29 08:30", "PT2H", "2026-03-28 20:59!"),
        ("2026-03-29 10:00", "PT8H", "2026-03-29 08:00"),
        ("2026-10-25 08:30", "PT2H", "2026-10-24 20:59!"),
        ("2026-10-25 10:00", "PT12H", "2026-10-25 08:00"),
    ],
)
def test_quiet_hours_hold_a_reminder_back_or_draw_it_forward(start: str, lead: str, expected: str | None) -> None:
    assert planned(start, lead) == {lead: expected}


@pytest.mark.parametrize(
    ("quiet", "start", "lead", "expected"),
    [
        ("off", "2026-06-09 08:30", "PT2H", "2026-06-09 06:30"),
        ("off", "2026-06-09 00:00", "PT2H", "2026-06-08 22:00"),
        ("off", "2026-06-09 18:00", "MORNING", "2026-06-09 08:00"),
        ("off", "2026-06-09 08:00", "MORNING", None),
        ("12:00-14:00", "2026-06-09 16:00", "PT3H", "2026-06-09 14:00"),
        ("12:00-14:00", "2026-06-09 15:00", "PT2H", "2026-06-09 14:00"),
        ("12:00-14:00", "2026-06-09 14:30", "PT2H", "2026-06-09 11:59!"),
        ("12:00-14:00", "2026-06-09 14:30", "PT8H", "2026-06-09 06:30"),
        ("22:00-09:30", "2026-06-09 18:00", "MORNING", "2026-06-09 09:30"),
        ("22:00-09:30", "2026-06-09 10:00", "MORNING", "2026-06-08 21:59!"),
        ("21:00-02:30", "2026-03-29 05:00", "PT4H", "2026-03-29 03:00"),
        ("02:30-08:00", "2026-03-29 08:30", "PT2H", "2026-03-29 01:59!"),
        ("21:00-02:30", "2026-10-25 05:00", "PT5H", "2026-10-25 02:30"),
    ],
)
def test_other_quiet_hours(quiet: str, start: str, lead: str, expected: str | None) -> None:
    assert planned(start, lead, quiet=quiet) == {lead: expected}


def test_the_evening_before_is_too_late_for_what_was_planned_in_the_night() -> None:
    written = ("P1D", "PT2H", "PT13H", "PT9H")
    of_the_evening = planned("2026-06-09 08:30", *written, now="2026-06-08 19:00")
    assert of_the_evening == {
        "P1D": None,
        "PT2H": "2026-06-08 20:59!",
        "PT13H": "2026-06-08 19:30",
        "PT9H": "2026-06-08 20:59!",
    }
    in_the_night = planned("2026-06-09 08:30", *written, now="2026-06-08 22:00")
    assert in_the_night == {"P1D": None, "PT2H": "2026-06-09 08:00", "PT13H": None, "PT9H": "2026-06-09 08:00"}
    assert planned("2026-06-09 07:30", "PT2H", now="2026-06-08 22:00") == {"PT2H": None}


def test_in_the_last_allowed_minute_a_reminder_can_still_go_out() -> None:
    now, start = at("2026-06-08 20:59:30"), at("2026-06-09 07:30")
    assert settle(start - 2 * HOUR, start, NIGHT, now) == Due(now, is_early=True)
    assert settle(start - 2 * HOUR, start, NIGHT, now + 30 * timedelta(seconds=1)) is None


def test_what_fell_due_already_is_not_planned() -> None:
    due = at("2026-06-08 18:00")
    found = [len(plan(at("2026-06-09 18:00"), [Lead(days=1)], BERLIN, NIGHT, due + by)) for by in (-INSTANT, INSTANT)]
    assert found == [1, 0]


def test_the_same_lead_twice_is_one_reminder() -> None:
    wanted = [read_lead(lead) for lead in ("P1D", "p1d", "PT24H", "P7D", "P1W")]
    assert set(plan(at("2026-06-09 18:00"), wanted, BERLIN, NIGHT, LONG_AGO)) == {*wanted[1:4]}


def test_a_morning_after_the_start_is_never_planned_after_it() -> None:
    assert planned("2026-06-09 03:00", "MORNING", quiet="08:00-00:00") == {"MORNING": None}
    assert planned("2026-06-09 07:00", "MORNING", quiet="21:00-09:00") == {"MORNING": "2026-06-08 20:59!"}


def test_after_a_night_switched_off_a_reminder_waits_for_the_morning_if_the_meeting_has_not_begun() -> None:
    due, now = at("2026-06-08 18:00"), at("2026-06-09 06:00")
    found = {clock: settle(due, at(f"2026-06-09 {clock}"), NIGHT, now) for clock in ("18:00", "08:30", "08:00")}
    assert found == {"18:00": Due(at("2026-06-09 08:00")), "08:30": Due(at("2026-06-09 08:00")), "08:00": None}
    assert settle(due, at("2026-06-09 07:00"), None, now) == Due(now)
    assert settle(due, now, None, now) is None


# --- Every day, and anything -----------------------------------------------------------------------------------------

USUAL = [read_lead(lead) for lead in ("P1D", "PT2H", "PT30M", "P1DT30M", "MORNING")]
STARTS = [time(0, 30), time(2, 30), time(7), time(8, 30), time(10), time(18), time(21, 30), time(23, 59)]


@pytest.mark.parametrize("quiet", ["21:00-08:00", "12:30-14:00", "00:00-06:00", "off"])
def test_on_every_day_each_reminder_is_before_the_start_and_disturbs_nobody(quiet: str) -> None:
    hours = read_quiet_hours(quiet, BERLIN)
    for number, day in enumerate(DAYS):
        clock = STARTS[number % len(STARTS)]
        start = day.replace(hour=clock.hour, minute=clock.minute).astimezone(UTC)
        leads_of_the_day = [USUAL[number % 5], USUAL[(number + 1) % 5]]
        for lead, due in plan(start, leads_of_the_day, BERLIN, hours, LONG_AGO).items():
            check(due, due_at(start, lead, BERLIN), start, hours, LONG_AGO)


@pytest.mark.parametrize(
    ("clock", "lead", "days_before", "expected"),
    [
        ("18:00", "P1D", 1, "18:00"),
        ("10:00", "PT2H", 0, "08:00"),
        ("09:30", "PT2H", 0, "08:00"),
        ("08:30", "PT2H", 1, "20:59"),
        ("18:00", "MORNING", 0, "08:00"),
        ("23:00", "P1D", 0, "08:00"),
    ],
)
def test_on_every_day_the_usual_reminders_come_at_the_same_time(
    clock: str, lead: str, days_before: int, expected: str
) -> None:
    hour, minute = map(int, clock.split(":"))
    wanted = read_lead(lead)
    for day in DAYS:
        start = day.replace(hour=hour, minute=minute)
        due = plan(start.astimezone(UTC), [wanted], BERLIN, NIGHT, LONG_AGO)[wanted].at
        assert f"{day_of(due):%Y-%m-%d %H:%M}" == f"{day - timedelta(days=days_before):%Y-%m-%d} {expected}"


def check(due: Due, wanted: datetime, start: datetime, quiet: QuietHours | None, now: datetime) -> None:
    """Whether a reminder keeps every promise."""
    assert now <= due.at < start
    assert due.at.tzinfo is UTC
    if quiet is None:
        assert due == Due(max(wanted, now))
        return
    assert not quiet.contain(due.at)
    if due.is_early:
        assert due.at < wanted
        assert quiet.contain(wanted)
        assert quiet.contain(due.at + MINUTE)
        assert quiet.next_allowed(wanted) > start - TOO_SHORT
    else:
        assert due.at == quiet.next_allowed(max(wanted, now))


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)), st.none() | QUIET, st.timedeltas(timedelta(days=-3)))
def test_what_is_settled_keeps_the_rule(
    start: datetime, before: timedelta, quiet: QuietHours | None, now_after: timedelta
) -> None:
    wanted = start - before
    now = wanted + max(timedelta(days=-400), min(now_after, timedelta(days=4)))
    moment = max(wanted, now)
    due = settle(wanted, start, quiet, now)
    if due:
        check(due, wanted, start, quiet, now)
        return
    first = quiet.next_allowed(moment) if quiet else moment
    assert first >= start
    if quiet and quiet.contain(moment):
        assert quiet.last_allowed(moment) <= now
        assert quiet.contain(now) or now >= moment


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)), QUIET)
@example(at("2026-06-09 09:00"), 2 * HOUR, NIGHT)
@example(at("2026-06-09 09:00") - INSTANT, 2 * HOUR, NIGHT)
def test_there_is_a_choice_only_in_the_last_hour(start: datetime, before: timedelta, quiet: QuietHours) -> None:
    due = settle(start - before, start, quiet, LONG_AGO - timedelta(days=5000))
    assume(quiet.contain(start - before))
    first, last = quiet.next_allowed(start - before), quiet.last_allowed(start - before)
    assert due == (Due(first) if first <= start - TOO_SHORT else Due(last, is_early=True))


@given(MOMENTS, st.lists(leads(), max_size=3), st.none() | QUIET, st.timedeltas(timedelta(days=-400), timedelta(1)))
@example(SPRING + 6 * HOUR, [Lead(days=1), Lead(elapsed=HOUR)], NIGHT, timedelta(days=-9))
@example(AUTUMN + 6 * HOUR, [Lead(days=1), Lead(elapsed=HOUR)], NIGHT, timedelta(days=-9))
def test_nothing_is_planned_at_or_after_the_start_or_before_now(
    start: datetime, wanted: list[Lead], quiet: QuietHours | None, now_after: timedelta
) -> None:
    now = start + now_after
    found = plan(start, wanted, BERLIN, quiet, now)
    for lead, due in found.items():
        check(due, due_at(start, lead, BERLIN), start, quiet, now)
    for lead in {*wanted} - {*found}:
        moment = due_at(start, lead, BERLIN)
        assert moment <= now or settle(moment, start, quiet, now) is None
    assert plan(start, reversed(wanted), BERLIN, quiet, now) == found


@given(MOMENTS, leads(), st.none() | QUIET)
def test_planning_again_before_it_is_due_changes_nothing(start: datetime, lead: Lead, quiet: QuietHours | None) -> None:
    early = due_at(start, lead, BERLIN) - timedelta(days=2)
    first = plan(start, [lead], BERLIN, quiet, early)
    moment = min([due.at for due in first.values()] + [due_at(start, lead, BERLIN)])
    assert plan(start, [lead], BERLIN, quiet, max(early, moment - MINUTE)) == first
