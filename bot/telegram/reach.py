"""Whether Telegram is in reach, as seen from every call that is made anyway."""

from __future__ import annotations

from typing import Any

from telegram.error import NetworkError
from telegram.request import HTTPXRequest


class Reach:
    """What the newest call told."""

    def __init__(self) -> None:
        self.is_there = False
        """Whether Telegram answered, and knew the token."""


class WatchedRequest(HTTPXRequest):
    """The library's way to Telegram; notes how each call ends."""

    def __init__(self, reach: Reach, **settings: Any):
        super().__init__(**settings)
        self._reach = reach

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make one call; status and body."""
        try:
            status, body = await super().do_request(*args, **kwargs)
        except NetworkError:
            self._reach.is_there = False
            raise
        # 401 and 404 are the answers to a token that is not known (any more).
        self._reach.is_there = status < 500 and status not in (401, 404)
        return status, body
