"""When to try again to deliver a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.messages import Outcome, Result

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
MOST_UNCLEAR = 1
"""An attempt whose end is unclear is repeated this often: rather a message twice than never, but not for ever."""


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after a while."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Done:
    """No further attempt."""

    delivered: bool


def after_attempt(outcome: Outcome, attempts: int, unclear: int) -> Again | Done:
    """What to do after an attempt to answer somebody.

    `attempts` counts those made, this one included; `unclear` those among them whose end is unclear. A refusal is
    waited out as long as the other side asks; otherwise waits double, from one second to five minutes.
    """
    if outcome.result is Result.DELIVERED:
        return Done(delivered=True)
    if outcome.result is Result.UNCLEAR and unclear > MOST_UNCLEAR:
        return Done(delivered=True)
    if outcome.result in (Result.LATER, Result.BROKEN, Result.UNCLEAR):
        return Again(outcome.wait or growing_wait(attempts))
    return Done(delivered=False)


def growing_wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: it doubles, from FIRST_WAIT to LONGEST_WAIT."""
    doublings = min(max(attempts, 1) - 1, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))
