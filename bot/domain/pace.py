"""How fast messages go out: one pace for all processes, because Telegram counts them together."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

HEADROOM = 0.975
"""The share of the allowed rate that is used: messages do not arrive exactly as evenly as they are sent."""

CATCH_UP = timedelta(milliseconds=20)
"""How late a message may be and the next one still make up for it. With more than the headroom of a second, a second
could hold one message more than the rate allows."""

SECOND = timedelta(seconds=1)
"""In none of them may more messages arrive than the rate says."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The moments at which some messages may go out."""

    begin: datetime
    """When the first may."""
    until: datetime
    """When the next one after them may."""


def next_slots(free_from: datetime | None, count: int, rate: float, now: datetime) -> Slots:
    """`count` slots at `rate` messages a second; `free_from` is when the first one is free, None if none was taken.

    They are evenly spaced. Time in which nothing was sent is lost but for CATCH_UP, so there is never a burst.
    """
    begin = max(free_from, now - CATCH_UP) if free_from else now
    return Slots(begin, begin + timedelta(seconds=count / (rate * HEADROOM)))


UNANSWERED = timedelta(seconds=2)
"""So late is what left and was not answered yet, until the answer tells."""

ENOUGH = 5
"""So many answers tell how long one usually takes."""

MARGIN = timedelta(milliseconds=10)
"""By which the quickest answers may be slower than what is possible."""


@dataclass(slots=True, eq=False)
class Journey:
    """A message on its way."""

    left: datetime
    took: timedelta | None = None
    """How long it was until the answer came; None: it has not come yet."""

    def arrival(self, usual: timedelta) -> datetime:
        """When it arrived at the latest, where a message usually takes so long."""
        return self.left + (UNANSWERED if self.took is None else max(timedelta(), self.took - usual))


class Window:
    """The newest messages of a process, so that it never sends one with which a second would hold too many.

    Evenly spaced slots do not do where one message takes longer to arrive than those after it, because a connection is
    made or a machine is busy. When a message arrives is not known, only when the answer is there: by what this took
    longer than the quickest of late, the message may have been late.
    """

    def __init__(self) -> None:
        self._newest: deque[Journey] = deque()
        self._took: deque[timedelta] = deque(maxlen=50)

    def wait(self, most: int, now: datetime) -> timedelta:
        """How long one more has to wait where a second may hold `most`; zero or less: it may leave."""
        while self._newest and self._newest[0].arrival(timedelta()) + SECOND <= now:
            self._newest.popleft()
        if len(self._newest) < most:
            return timedelta()
        usual = max(timedelta(), min(self._took) - MARGIN) if len(self._took) >= ENOUGH else timedelta()
        return sorted(each.arrival(usual) for each in self._newest)[-most] + SECOND - now

    def leaves(self, now: datetime) -> Journey:
        """Note that a message leaves."""
        journey = Journey(now)
        self._newest.append(journey)
        return journey

    def answered(self, journey: Journey, now: datetime) -> None:
        """Note that a message was answered, whatever the answer is."""
        journey.took = now - journey.left
        self._took.append(journey.took)
