"""The life of a broadcast."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.broadcasts import BATCH, BroadcastState, has_changed, is_failing, step
from bot.domain.errors import Refused

DRAFT, APPROVED, SCHEDULED, SENDING, PAUSED, SENT, CANCELLED, FAILED = BroadcastState

ALLOWED = {
    (DRAFT, APPROVED),
    (DRAFT, CANCELLED),
    (APPROVED, DRAFT),
    (APPROVED, SCHEDULED),
    (APPROVED, SENDING),
    (APPROVED, CANCELLED),
    (SCHEDULED, DRAFT),
    (SCHEDULED, SENDING),
    (SCHEDULED, PAUSED),
    (SCHEDULED, CANCELLED),
    (SENDING, SENT),
    (SENDING, PAUSED),
    (SENDING, CANCELLED),
    (SENDING, FAILED),
    (PAUSED, DRAFT),
    (PAUSED, SENDING),
    (PAUSED, CANCELLED),
}
ENDS = {SENT, CANCELLED, FAILED}
PAIRS = list(product(BroadcastState, repeat=2))


@pytest.mark.parametrize(("now", "then"), PAIRS, ids=[f"{now} to {then}" for now, then in PAIRS])
def test_a_broadcast_goes_from_one_state_to_another(now: BroadcastState, then: BroadcastState) -> None:
    if (now, then) in ALLOWED:
        assert step(now, then) is then
    else:
        with pytest.raises(Refused, match=f"^a broadcast that is {now} cannot become {then}$"):
            step(now, then)


def reachable(start: BroadcastState, without: BroadcastState | None = None) -> set[BroadcastState]:
    """The states that follow in any number of steps that do not touch one of them."""
    found: set[BroadcastState] = set()
    ahead = {start}
    while ahead:
        found |= ahead
        ahead = {then for now, then in PAIRS if now in ahead and can(now, then) and then != without} - found
    return found - {start}


def can(now: BroadcastState, then: BroadcastState) -> bool:
    try:
        step(now, then)
    except Refused:
        return False
    return True


def test_every_state_can_be_reached() -> None:
    assert reachable(DRAFT) == {*BroadcastState} - {DRAFT}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_an_end_is_an_end(end: BroadcastState) -> None:
    assert reachable(end) == set()


@pytest.mark.parametrize("state", sorted({*BroadcastState} - ENDS))
def test_whatever_has_not_ended_can_be_cancelled_and_can_end(state: BroadcastState) -> None:
    assert can(state, CANCELLED)
    assert SENT in reachable(state)


def test_nothing_is_sent_that_was_not_approved() -> None:
    assert reachable(DRAFT, without=APPROVED) == {CANCELLED}


def test_nothing_is_sent_without_sending() -> None:
    assert SENT not in reachable(DRAFT, without=SENDING)


def test_what_is_being_sent_becomes_a_draft_again_only_where_it_was_paused() -> None:
    assert reachable(SENDING, without=PAUSED) == {SENT, CANCELLED, FAILED}


@pytest.mark.parametrize(
    ("failed", "looked_at", "expected"),
    [
        (0, 0, False),
        (19, 19, False),
        (0, 20, False),
        (4, 20, False),
        (5, 20, True),
        (20, 20, True),
        (5, 25, False),
        (6, 25, True),
        (20, 100, False),
        (21, 100, True),
    ],
)
def test_more_than_a_fifth_of_a_batch_is_too_much(failed: int, looked_at: int, expected: bool) -> None:
    assert is_failing(failed, looked_at) is expected


@given(st.integers(0, 200), st.integers(0, 200))
def test_too_much_is_told_by_whole_numbers(failed: int, more: int) -> None:
    looked_at = failed + more
    assert is_failing(failed, looked_at) == (looked_at >= BATCH == 20 and 5 * failed > looked_at)


@pytest.mark.parametrize(
    ("approved", "now", "expected"),
    [
        (10, 14, False),
        (10, 15, True),
        (10, 5, True),
        (0, 5, True),
        (200, 209, False),
        (200, 210, True),
        (200, 190, True),
    ],
)
def test_an_audience_has_changed_with_five_residents_and_a_twentieth(approved: int, now: int, expected: bool) -> None:
    assert has_changed(approved, now) is expected
