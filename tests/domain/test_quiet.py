"""The hours in which nobody is woken, on the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.quiet import QuietHours, read_quiet_hours
from tests.conftest import BERLIN
from tests.domain.opening_cases import INSTANT, MINUTE, at

NIGHT = QuietHours(time(21), time(8), BERLIN)
SIESTA = QuietHours(time(12, 30), time(14), BERLIN)
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
"""When the clocks of Berlin are changed: from 2:00 to 3:00, and from 3:00 back to 2:00."""

CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0)) | st.sampled_from(
    [time(0), time(1, 59), time(2), time(2, 15), time(2, 30), time(2, 59), time(3), time(8), time(21), time(23, 59)]
)
ZONES = st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
QUIET = st.builds(QuietHours, CLOCKS, CLOCKS, ZONES).filter(lambda quiet: quiet.start != quiet.end)
MOMENTS = st.builds(
    lambda moment, later: moment + later,
    st.sampled_from([SPRING, AUTUMN]),
    st.timedeltas(timedelta(days=-2), timedelta(days=2)) | st.timedeltas(timedelta(days=-3000), timedelta(days=3000)),
)


def is_quiet(quiet: QuietHours, moment: datetime) -> bool:
    """What the wall clock says, reckoned another way: so many minutes after the beginning."""
    clock = moment.astimezone(quiet.zone)
    since, length = (
        (60 * (one.hour - quiet.start.hour) + one.minute - quiet.start.minute) % 1440 for one in (clock, quiet.end)
    )
    return since < length


@pytest.mark.parametrize(
    ("quiet", "clock", "expected"),
    [
        (NIGHT, "20:59", False),
        (NIGHT, "21:00", True),
        (NIGHT, "23:59", True),
        (NIGHT, "00:00", True),
        (NIGHT, "07:59", True),
        (NIGHT, "08:00", False),
        (NIGHT, "12:00", False),
        (SIESTA, "12:29", False),
        (SIESTA, "12:30", True),
        (SIESTA, "13:59", True),
        (SIESTA, "14:00", False),
        (SIESTA, "00:00", False),
        (QuietHours(time(0), time(6), BERLIN), "00:00", True),
        (QuietHours(time(0), time(6), BERLIN), "23:59", False),
        (QuietHours(time(22), time(0), BERLIN), "23:59", True),
        (QuietHours(time(22), time(0), BERLIN), "00:00", False),
    ],
)
@pytest.mark.parametrize("day", ["2026-01-15", "2026-03-29", "2026-06-09", "2026-10-25"])
def test_the_wall_clock_says_whether_it_is_quiet(quiet: QuietHours, clock: str, expected: bool, day: str) -> None:
    assert quiet.contain(at(f"{day} {clock}")) is expected


@pytest.mark.parametrize("day", ["2026-06-09", "2026-03-29", "2026-10-25"])
def test_the_beginning_is_quiet_and_the_end_is_not(day: str) -> None:
    begin, end = at(f"{day} 21:00"), at(f"{day} 08:00")
    assert [NIGHT.contain(moment) for moment in (begin - INSTANT, begin, end, end - INSTANT)] == [False, True] * 2


@pytest.mark.parametrize(
    ("quiet", "moment", "last", "following"),
    [
        (NIGHT, "2026-06-09 21:00", "2026-06-09 20:59", "2026-06-10 08:00"),
        (NIGHT, "2026-06-09 23:30", "2026-06-09 20:59", "2026-06-10 08:00"),
        (NIGHT, "2026-06-10 00:00", "2026-06-09 20:59", "2026-06-10 08:00"),
        (NIGHT, "2026-06-10 07:59:59", "2026-06-09 20:59", "2026-06-10 08:00"),
        (NIGHT, "2026-06-10 08:00", "2026-06-10 08:00", "2026-06-10 08:00"),
        (NIGHT, "2026-06-10 13:14:15", "2026-06-10 13:14:15", "2026-06-10 13:14:15"),
        (NIGHT, "2026-12-31 23:30", "2026-12-31 20:59", "2027-01-01 08:00"),
        (SIESTA, "2026-06-09 13:00", "2026-06-09 12:29", "2026-06-09 14:00"),
        (NIGHT, "2026-03-28 22:00", "2026-03-28 20:59", "2026-03-29 08:00"),
        (NIGHT, "2026-03-29 07:00", "2026-03-28 20:59", "2026-03-29 08:00"),
        (NIGHT, "2026-10-24 22:00", "2026-10-24 20:59", "2026-10-25 08:00"),
        (NIGHT, "2026-10-25 07:00", "2026-10-24 20:59", "2026-10-25 08:00"),
    ],
)
def test_what_falls_into_quiet_hours_has_a_minute_before_and_after(
    quiet: QuietHours, moment: str, last: str, following: str
) -> None:
    assert (quiet.last_allowed(at(moment)), quiet.next_allowed(at(moment))) == (at(last), at(following))


@pytest.mark.parametrize(
    ("start", "end", "moment", "last", "following"),
    [
        ("21:00", "02:30", "2026-03-29T00:59Z", "2026-03-28T19:59Z", "2026-03-29T01:00Z"),
        ("02:30", "08:00", "2026-03-29T03:00Z", "2026-03-29T00:59Z", "2026-03-29T06:00Z"),
        ("21:00", "02:30", "2026-10-25T00:29Z", "2026-10-24T18:59Z", "2026-10-25T00:30Z"),
        ("21:00", "02:30", "2026-10-25T01:15Z", "2026-10-25T00:59Z", "2026-10-25T01:30Z"),
        ("02:30", "08:00", "2026-10-25T00:45Z", "2026-10-25T00:29Z", "2026-10-25T01:00Z"),
        ("02:30", "08:00", "2026-10-25T01:45Z", "2026-10-25T01:29Z", "2026-10-25T07:00Z"),
    ],
    ids=["end left out", "begin left out", "end, first time", "end, second time", "begin, first", "begin, second"],
)
def test_times_that_are_left_out_or_come_twice(start: str, end: str, moment: str, last: str, following: str) -> None:
    quiet = read_quiet_hours(f"{start}-{end}", BERLIN)
    assert quiet is not None
    found = [look(datetime.fromisoformat(moment)) for look in (quiet.last_allowed, quiet.next_allowed)]
    assert found == [datetime.fromisoformat(last), datetime.fromisoformat(following)]


def test_hours_that_the_clock_change_leaves_out_disturb_nobody() -> None:
    quiet = QuietHours(time(2, 15), time(2, 45), BERLIN)
    assert not any(quiet.contain(SPRING + minutes * MINUTE) for minutes in range(-60, 60))


@given(QUIET, MOMENTS)
def test_quiet_is_what_lies_between_the_two_times(quiet: QuietHours, moment: datetime) -> None:
    assert quiet.contain(moment) == is_quiet(quiet, moment)
    assert quiet.contain(moment) == quiet.contain(moment.astimezone(ZoneInfo("Asia/Kathmandu")))


@given(QUIET, MOMENTS)
def test_the_next_allowed_moment_is_the_first_one(quiet: QuietHours, moment: datetime) -> None:
    found = quiet.next_allowed(moment)
    assert found >= moment
    assert found.tzinfo is UTC
    assert not is_quiet(quiet, found)
    if found > moment:
        minutes = (found - moment) // MINUTE
        assert all(
            is_quiet(quiet, moment + past * MINUTE) for past in range(minutes + 1) if moment + past * MINUTE < found
        )
        assert is_quiet(quiet, found - INSTANT)
        assert quiet.next_allowed(found) == found


@given(QUIET, MOMENTS)
def test_the_last_allowed_minute_is_the_nearest_before(quiet: QuietHours, moment: datetime) -> None:
    found = quiet.last_allowed(moment)
    assert found <= moment
    assert found.tzinfo is UTC
    assert not is_quiet(quiet, found)
    if found < moment:
        begin = found + MINUTE
        assert all(is_quiet(quiet, begin + past * MINUTE) for past in range((moment - begin) // MINUTE + 1))
        assert not is_quiet(quiet, begin - INSTANT)


@given(QUIET, MOMENTS, MOMENTS)
def test_later_is_never_allowed_earlier(quiet: QuietHours, one: datetime, other: datetime) -> None:
    one, other = sorted((one, other))
    assert quiet.next_allowed(one) <= quiet.next_allowed(other)
    assert quiet.last_allowed(one) <= quiet.last_allowed(other)


def test_the_night_of_every_day_ends_at_eight() -> None:
    for number in range(5 * 365 + 1):
        day = datetime(2026, 1, 1, 8, tzinfo=BERLIN) + timedelta(days=number)
        eve = day - timedelta(days=1)
        assert NIGHT.next_allowed(day.replace(hour=6, minute=number % 60)) == day
        assert NIGHT.last_allowed(eve.replace(hour=21, minute=number % 60)) == eve.replace(hour=20, minute=59)


# --- The setting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("21:00-08:00", time(21), time(8)),
        ("21:00 - 8:00", time(21), time(8)),
        (" 21:00–07:30 ", time(21), time(7, 30)),
        ("12:30-14:00", time(12, 30), time(14)),
        ("00:00-23:59", time(0), time(23, 59)),
    ],
)
def test_quiet_hours_are_two_times_of_day(text: str, start: time, end: time) -> None:
    assert read_quiet_hours(text, BERLIN) == QuietHours(start, end, BERLIN)


@pytest.mark.parametrize("text", ["off", " OFF ", "Off", "08:00-08:00", "00:00-0:00"])
def test_no_quiet_hours(text: str) -> None:
    assert read_quiet_hours(text, BERLIN) is None


@pytest.mark.parametrize(
    "text",
    ["", "on", "21-8", "21:00", "21:00-", "-08:00", "24:00-08:00", "21:60-08:00", "21:00-08:00-09:00", "9pm-8am"],
)
def test_anything_else_is_refused_with_a_right_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="such as 21:00-08:00, or off"):
        read_quiet_hours(text, BERLIN)


@given(CLOCKS, CLOCKS)
def test_every_pair_of_times_can_be_set(start: time, end: time) -> None:
    expected = None if start == end else QuietHours(start, end, BERLIN)
    assert read_quiet_hours(f"{start:%H:%M}-{end:%H:%M}", BERLIN) == expected


@given(CLOCKS, MOMENTS)
def test_hours_that_end_when_they_begin_are_none(clock: time, moment: datetime) -> None:
    quiet = QuietHours(clock, clock, BERLIN)
    assert quiet.next_allowed(moment) == quiet.last_allowed(moment) == moment
