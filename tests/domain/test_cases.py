"""Conversations with a person: their states, and when the office is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import LONGEST_REPLY, Call, CaseState, Wait, calls_due, check_text, step
from bot.domain.errors import InvalidInput, Refused
from bot.domain.opening import LocalTime, time_open
from knowledge.entry import OpeningHours
from tests.conftest import BERLIN
from tests.domain.opening_cases import OFFICE, at

STEPS = {
    (CaseState.WAITING, CaseState.TAKEN),
    (CaseState.WAITING, CaseState.CLOSED),
    (CaseState.TAKEN, CaseState.WAITING),
    (CaseState.TAKEN, CaseState.TAKEN),
    (CaseState.TAKEN, CaseState.CLOSED),
}


def moment(text: str) -> LocalTime:
    return LocalTime(at(text), BERLIN, "DE-NW")


@pytest.mark.parametrize("now", CaseState)
@pytest.mark.parametrize("then", CaseState)
def test_only_these_steps_are_taken(now: CaseState, then: CaseState) -> None:
    if (now, then) in STEPS:
        assert step(now, then) is then
        return
    with pytest.raises(Refused) as fault:
        step(now, then)
    assert ("ended" in fault.value.reason) == (now is CaseState.CLOSED)


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST_REPLY + 1)])
def test_a_reply_says_something_and_stays_one_message(text: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        check_text(text)
    assert fault.value.field == "text"


def test_blanks_around_a_reply_are_left_out() -> None:
    assert check_text(f" {'x' * LONGEST_REPLY}\n") == "x" * LONGEST_REPLY


# --- Telling the office ----------------------------------------------------------------------------------------------

SINCE = at("2026-06-08 08:00")
"""Monday; the office is open from 8 to 12, on Thursday afternoon, and not on Friday afternoon."""

TOLD = Wait(SINCE, has_said_why=True, told_at=SINCE)


def test_words_are_told_of_at_once() -> None:
    assert calls_due(Wait(SINCE, has_said_why=True), LocalTime(SINCE, BERLIN, "DE-NW"), OFFICE) == [Call.TELL]


@pytest.mark.parametrize(("seconds", "calls"), [(0, []), (29, []), (30, [Call.TELL]), (90_000, [Call.TELL])])
def test_who_has_not_said_why_may_look_for_words(seconds: int, calls: list[Call]) -> None:
    now = LocalTime(SINCE + timedelta(seconds=seconds), BERLIN, "DE-NW")
    assert calls_due(Wait(SINCE, has_said_why=False), now, OFFICE) == calls


@pytest.mark.parametrize(
    ("now", "calls"),
    [
        ("2026-06-08 11:59", []),
        ("2026-06-08 12:00", [Call.REMIND]),
        ("2026-06-09 07:59", [Call.REMIND]),
        ("2026-06-09 08:00", [Call.REMIND, Call.ESCALATE]),
    ],
)
def test_the_office_is_reminded_after_four_of_its_hours_and_the_administrators_after_a_day(
    now: str, calls: list[Call]
) -> None:
    assert calls_due(TOLD, moment(now), OFFICE) == calls


def test_each_call_is_made_once() -> None:
    both = replace(TOLD, reminded_at=SINCE, escalated_at=SINCE)
    assert calls_due(both, moment("2026-07-08 12:00"), OFFICE) == []


@pytest.mark.parametrize("hours", [None, OpeningHours(by_appointment=True)])
def test_an_office_that_names_no_hours_has_the_usual_ones(hours: OpeningHours | None) -> None:
    assert calls_due(TOLD, moment("2026-06-08 12:59"), hours) == []
    assert calls_due(TOLD, moment("2026-06-08 13:00"), hours) == [Call.REMIND]


# --- The office's hours ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "now", "hours"),
    [
        ("2026-06-08 09:30", "2026-06-08 10:00", 0.5),
        ("2026-06-08 07:00", "2026-06-08 09:00", 1),
        ("2026-06-08 11:00", "2026-06-09 09:00", 2),
        ("2026-06-08 12:00", "2026-06-09 08:00", 0),
        ("2026-06-03 11:00", "2026-06-05 09:00", 2),  # Corpus Christi lies between
    ],
)
def test_only_the_hours_in_which_it_is_open_count(since: str, now: str, hours: float) -> None:
    assert time_open(OFFICE, at(since), moment(now)) == timedelta(hours=hours)


@given(st.integers(0, 60 * 24 * 50), st.integers(0, 60 * 24 * 10))
def test_it_is_never_open_longer_than_time_passes(begin: int, minutes: int) -> None:
    since = at("2026-03-01 00:00") + timedelta(minutes=begin)
    now = LocalTime(since + timedelta(minutes=minutes), BERLIN, "DE-NW")
    assert timedelta() <= time_open(OFFICE, since, now) <= timedelta(minutes=minutes)
