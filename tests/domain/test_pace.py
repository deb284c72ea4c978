"""How fast messages go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import CATCH_UP, HEADROOM, UNANSWERED, Journey, Window, next_slots
from tests.conftest import NOON

RATE = 25
SECOND, MILLISECOND, INSTANT = timedelta(seconds=1), timedelta(milliseconds=1), timedelta(microseconds=1)
GAP = SECOND / (RATE * HEADROOM)
RATES = st.sampled_from([0.5, 1.0, 20.0, 25.0, 30.0]) | st.floats(0.1, 1000)


@dataclass
class Senders:
    """Some that take a slot, wait for it, send, and come for the next when their work is done."""

    rate: float
    many: int = 1
    count: int = 1

    def send(self, number: int, works: list[timedelta]) -> list[datetime]:
        """When messages go out whose senders are busy for so long after each."""
        ready = [NOON] * self.many
        free_from, sent = None, []
        for turn in range(number):
            sender = min(range(self.many), key=lambda one: ready[one])
            now = ready[sender]
            slots = next_slots(free_from, self.count, self.rate, now)
            free_from = slots.until
            leaves = max(slots.begin, now)
            sent += [leaves] * self.count
            ready[sender] = leaves + works[turn % len(works)]
        return sorted(sent)


def most_within(sent: list[datetime], window: timedelta) -> int:
    """The most messages that any window of such a length holds."""
    first, most = 0, 0
    for last, moment in enumerate(sent):
        while moment - sent[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


def busy(seed: int, usual: float, seldom: float, idle: float) -> list[timedelta]:
    """How long a sender is busy each time, in milliseconds: usually, one time in twenty, one time in three hundred."""
    random = Random(seed)
    spans = random.choices([usual, seldom, idle], [0.95, 0.047, 0.003], k=5000)
    return [timedelta(milliseconds=random.uniform(0, span)) for span in spans]


# --- Never too fast --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [1, 5, 20, 25, 30])
@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.parametrize("spans", [(0, 0, 0), (30, 60, 5000), (60, 200, 1000), (80, 80, 80)])
def test_no_second_nor_minute_holds_more_than_the_rate(rate: int, many: int, spans: tuple[float, float, float]) -> None:
    sent = Senders(rate, many).send(3000, busy(rate, *spans))
    found = {seconds: most_within(sent, seconds * SECOND) for seconds in (1, 2, 10, 60)}
    assert all(most <= rate * seconds for seconds, most in found.items()), found


@given(st.lists(st.integers(0, 150_000), min_size=40, max_size=200), st.integers(1, 3))
def test_whatever_senders_do_a_second_holds_no_more_than_the_rate(busy_for: list[int], many: int) -> None:
    sent = Senders(RATE, many).send(300, [micros * INSTANT for micros in busy_for])
    assert most_within(sent, SECOND) <= RATE


@pytest.mark.parametrize("count", [2, 10])
def test_messages_that_leave_together_take_as_many_slots(count: int) -> None:
    sent = Senders(250, count=count).send(1000, busy(count, 10, 60, 5000))
    assert most_within(sent, SECOND) <= 250 + count
    assert most_within(sent, 10 * SECOND) <= 10 * 250


def test_what_may_be_made_up_fits_into_the_headroom_of_a_second() -> None:
    assert (SECOND + CATCH_UP) * HEADROOM <= SECOND


@given(RATES, st.integers(1, 50), st.none() | st.timedeltas(timedelta(hours=-1), timedelta(hours=1)))
def test_slots_are_evenly_spaced_and_never_given_twice(rate: float, count: int, ahead: timedelta | None) -> None:
    free_from = None if ahead is None else NOON + ahead
    slots = next_slots(free_from, count, rate, NOON)
    assert slots.begin >= (free_from or NOON)
    assert slots.begin >= NOON - CATCH_UP
    assert abs((slots.until - slots.begin) - count * SECOND / (rate * HEADROOM)) <= INSTANT
    following = next_slots(slots.until, 1, rate, NOON)
    assert following.begin >= slots.until


# --- Not too slow either ---------------------------------------------------------------------------------------------


def test_the_first_message_leaves_at_once() -> None:
    assert next_slots(None, 1, RATE, NOON).begin == NOON


def test_who_comes_early_waits() -> None:
    ahead = NOON + 3 * SECOND
    assert next_slots(ahead, 1, RATE, NOON).begin == ahead


@pytest.mark.parametrize("late", [timedelta(0), INSTANT, 5 * MILLISECOND, CATCH_UP])
def test_lateness_up_to_the_limit_is_made_up(late: timedelta) -> None:
    assert next_slots(NOON, 1, RATE, NOON + late).begin == NOON


@pytest.mark.parametrize("late", [CATCH_UP + INSTANT, SECOND, timedelta(days=400)])
def test_more_lateness_is_lost(late: timedelta) -> None:
    assert next_slots(NOON, 1, RATE, NOON + late).begin == NOON + late - CATCH_UP


@pytest.mark.parametrize("works", [[5], [40], [60, 10], [60, 21, 1], [0, 60, 20]])
def test_a_sender_who_is_late_now_and_then_loses_no_time(works: list[int]) -> None:
    sent = Senders(RATE).send(3000, [work * MILLISECOND for work in works])
    late = [moment - NOON - number * GAP for number, moment in enumerate(sent)]
    assert max(late) <= CATCH_UP
    assert min(late) > -3000 * INSTANT, "but for what rounding to microseconds takes from each gap"


def test_jitter_costs_hardly_any_time() -> None:
    sent = Senders(RATE).send(5000, busy(7, usual=55, seldom=80, idle=0))
    assert sent[-1] - NOON < 1.01 * 4999 * GAP


def test_ten_thousand_messages_take_as_long_as_the_rate_says() -> None:
    sent = Senders(RATE, many=3).send(10_000, [5 * MILLISECOND])
    assert 9_999 / RATE <= (sent[-1] - sent[0]).total_seconds() <= 10_000 / (0.95 * RATE)


# --- After a rest ----------------------------------------------------------------------------------------------------


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.sampled_from([1.0, 20.0, 25.0, 30.0, 45.0]))
def test_there_is_no_burst_after_idling(idle: timedelta, rate: float) -> None:
    now = NOON + idle
    free_from, begins = NOON, []
    for _ in range(50):
        slots = next_slots(free_from, 1, rate, now)
        free_from = slots.until
        begins.append(max(slots.begin, now))
    assert begins[1] > begins[0]
    assert begins[1] - begins[0] >= SECOND / (rate * HEADROOM) - CATCH_UP - INSTANT
    assert most_within(begins, SECOND) <= rate


def test_a_channel_that_asked_for_a_pause_gets_it_and_no_burst_after_it() -> None:
    held_until = NOON + 37 * SECOND
    slots = next_slots(held_until, 1, RATE, NOON)
    assert slots.begin == held_until
    assert next_slots(slots.until, 1, RATE, held_until).begin - held_until >= GAP - INSTANT


# --- What takes longer to arrive -------------------------------------------------------------------------------------


def arrivals(way: list[float], back: float, rate: int, number: int = 300) -> list[datetime]:
    """When messages arrive at Telegram that a window lets go as early as it may, which take so many ms there and back.

    The way there is one of `way`, in turn.
    """
    window, now, arrived = Window(), NOON, []
    under_way: list[tuple[datetime, Journey]] = []
    for turn in range(number):
        while (wait := window.wait(rate, now)) > timedelta():
            now += min(wait, MILLISECOND)
            for ends, journey in [each for each in under_way if each[0] <= now]:
                window.answered(journey, ends)
                under_way.remove((ends, journey))
        there = way[turn % len(way)] * MILLISECOND
        under_way.append((now + there + back * MILLISECOND, window.leaves(now)))
        arrived.append(now + there)
    return sorted(arrived)


@pytest.mark.parametrize("rate", [1, 5, 25])
@pytest.mark.parametrize("way", [[1], [80] + [1] * 29, [1, 30, 2], [200, 1], [1, 1, 400]])
def test_no_second_holds_more_than_the_rate_whatever_way_messages_take(rate: int, way: list[float]) -> None:
    assert most_within(arrivals(way, back=1, rate=rate), SECOND) <= rate


@pytest.mark.parametrize("rate", [5, 25])
def test_a_long_way_that_is_always_the_same_costs_no_time(rate: int) -> None:
    arrived = arrivals([120], back=100, rate=rate)
    settled = arrived[2 * rate :]
    assert (settled[-1] - settled[0]) / SECOND <= 1.02 * len(settled) / rate


def test_a_message_without_an_answer_holds_up_the_next_ones_for_a_while_only() -> None:
    window = Window()
    window.leaves(NOON)
    assert window.wait(1, NOON + SECOND) > timedelta()
    assert window.wait(1, NOON + UNANSWERED + SECOND) <= timedelta()
    assert window.wait(2, NOON) <= timedelta()
