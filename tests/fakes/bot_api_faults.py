"""What goes wrong on purpose: scripted faults and rate limits."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.bot_api_rules import Refusal

FaultKind = Literal["drop_before", "drop_after", "hang", "slow"] | int
"""What happens to a call: a status (429, 403, 400, 500, 502 ...) instead of the deed, or

- drop_before: the connection breaks off before Telegram took the call
- drop_after: Telegram did the deed, then the connection breaks off without an answer
- hang: nothing is done for some seconds, then it is done and answered (never, if the caller has left by then)
- slow: it is done at once, the answer takes some seconds
"""

DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass
class Fault:
    """One scripted fault and how far it has gone."""

    method: str
    """The method it befalls, `*` for all but getUpdates: a bot that hears nothing is a fault of its own."""
    kind: FaultKind
    """What happens."""
    chat: int | None = None
    """Only calls that name this chat by chat_id; None for all."""
    times: int | None = 1
    """How many calls more; None until cleared."""
    seconds: float = 0.0
    """How long `hang` and `slow` take."""
    retry_after: int | None = None
    """What a 429 says."""
    description: str | None = None
    """What an error status says; None for the usual words."""
    used: int = 0
    """How many calls it has befallen."""

    def befalls(self, method: str, chat: int | None) -> bool:
        is_meant = self.method in {method, "*"} and (self.method, method) != ("*", "getUpdates")
        return is_meant and self.chat in {None, chat} and self.times != 0

    def refusal(self) -> Refusal:
        """The answer of a fault that is a status."""
        assert isinstance(self.kind, int)
        if self.kind == 429:
            return too_many_requests(self.retry_after or 1)
        description = self.description or DESCRIPTIONS.get(self.kind, "Bad Request")
        return Refusal(self.kind, description, is_blamed=False)


@dataclass
class Faults:
    """The script: what was asked for first happens first."""

    scripted: list[Fault] = field(default_factory=list)

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The fault that befalls this call, counted down."""
        for fault in self.scripted:
            if fault.befalls(method, chat):
                fault.used += 1
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    def clear(self, method: str | None, chat: int | None) -> None:
        """Forgets the faults of a method, of a chat, or all of them."""
        self.scripted = [
            fault
            for fault in self.scripted
            if (method is not None and fault.method != method) or (chat is not None and fault.chat != chat)
        ]


@dataclass
class Pace:
    """How fast messages may come; off until set. Source: Bots FAQ, "My bot is hitting limits"."""

    overall_per_second: int | None = None
    """Messages in any second, over all chats."""
    seconds_per_chat: float | None = None
    """Time between two messages to the same chat."""
    recent: deque[float] = field(default_factory=deque)
    """When messages of the last second were accepted."""
    last_in: dict[int, float] = field(default_factory=dict)
    """When each chat got its last message."""

    def admit(self, chat: int, now: float) -> None:
        """Counts a message. Raises Refusal 429 if it comes too early; such a one does not count."""
        while self.recent and now - self.recent[0] >= 1:
            self.recent.popleft()
        if self.overall_per_second is not None and len(self.recent) >= self.overall_per_second:
            raise too_many_requests(1)
        if self.seconds_per_chat is not None and chat in self.last_in:
            missing = self.last_in[chat] + self.seconds_per_chat - now
            if missing > 0:
                raise too_many_requests(math.ceil(missing))
        self.recent.append(now)
        self.last_in[chat] = now


def too_many_requests(retry_after: int) -> Refusal:
    """429; no complaint, because a bot learns its limits only by it."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after, is_blamed=False)
