"""When to try again to deliver a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Outcome, Result
from bot.domain.retry import LONGEST_WAIT, Again, Done, after_attempt


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("outcome", "attempts", "unclear", "expected"),
    [
        (Outcome(Result.DELIVERED), 1, 0, Done(delivered=True)),
        (Outcome(Result.DELIVERED), 9, 1, Done(delivered=True)),
        (Outcome(Result.BLOCKED), 1, 0, Done(delivered=False)),
        (Outcome(Result.IMPOSSIBLE), 1, 0, Done(delivered=False)),
        (Outcome(Result.LATER), 1, 0, Again(seconds(1))),
        (Outcome(Result.LATER), 2, 0, Again(seconds(2))),
        (Outcome(Result.LATER), 3, 0, Again(seconds(4))),
        (Outcome(Result.LATER), 9, 0, Again(seconds(256))),
        (Outcome(Result.LATER), 10, 0, Again(LONGEST_WAIT)),
        (Outcome(Result.LATER), 100_000, 0, Again(LONGEST_WAIT)),
        (Outcome(Result.LATER, wait=seconds(37)), 1, 0, Again(seconds(37))),
        (Outcome(Result.LATER, wait=seconds(3600)), 50, 0, Again(seconds(3600))),
        (Outcome(Result.LATER), 5, 5, Again(seconds(16))),  # it was refused, so it cannot arrive twice
        (Outcome(Result.UNCLEAR), 1, 1, Again(seconds(1))),
        (Outcome(Result.UNCLEAR), 4, 1, Again(seconds(8))),
        (Outcome(Result.UNCLEAR), 2, 2, Done(delivered=True)),
        (Outcome(Result.UNCLEAR), 7, 3, Done(delivered=True)),
    ],
)
def test_after_an_attempt(outcome: Outcome, attempts: int, unclear: int, expected: Again | Done) -> None:
    assert after_attempt(outcome, attempts, unclear) == expected


@given(st.integers(1, 10**6))
def test_without_a_word_of_the_other_side_nobody_waits_longer_than_five_minutes(attempts: int) -> None:
    again = after_attempt(Outcome(Result.LATER), attempts, 0)
    assert timedelta(seconds=1) <= again.wait <= timedelta(minutes=5)


@given(st.lists(st.just(Outcome(Result.UNCLEAR)), min_size=2, max_size=2))
def test_a_message_whose_arrival_is_unclear_is_repeated_at_most_once(outcomes: list[Outcome]) -> None:
    verdicts = [after_attempt(outcome, number, number) for number, outcome in enumerate(outcomes, 1)]
    assert [type(verdict) for verdict in verdicts] == [Again, Done]
