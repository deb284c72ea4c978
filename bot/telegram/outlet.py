"""The way out to Telegram for a process that takes in nothing: the one that delivers."""

from __future__ import annotations

from typing import Any

import httpx
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.services.pace import Rate
from bot.telegram.application import SEND_SECONDS
from bot.telegram.sender import TelegramSender


class Connections(BaseRequest):
    """As many connections as are needed at once, the one used last first; who sends limits how many that are.

    The library's own pool looks through all its connections with every request: with ten of them a request cost twice
    as much when it was measured, with thirty four times.
    """

    def __init__(self) -> None:
        self._certificates = httpx.create_ssl_context()  # reading them takes longer than a request
        self._all: list[HTTPXRequest] = []
        self._idle: list[HTTPXRequest] = []

    @property
    def read_timeout(self) -> float:
        """How long an answer is waited for, in seconds."""
        return SEND_SECONDS

    async def initialize(self) -> None:
        """Nothing to prepare: a connection is made when it is needed."""

    async def shutdown(self) -> None:
        """Close all connections."""
        for each in self._all:
            await each.shutdown()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make a request on a connection that nobody uses now."""
        one = self._idle.pop() if self._idle else self._opened()
        try:
            return await one.do_request(*args, **kwargs)
        finally:
            self._idle.append(one)

    def _opened(self) -> HTTPXRequest:
        one = HTTPXRequest(
            connection_pool_size=1,
            read_timeout=SEND_SECONDS,
            write_timeout=SEND_SECONDS,
            httpx_kwargs={"verify": self._certificates},
        )
        self._all.append(one)
        return one


class Outlet:
    """A sender with connections of its own, to be closed at the end."""

    def __init__(self, token: str, api_url: str, rate: Rate | None = None):
        """`rate` is the pace of everything that this process sends; None for none."""
        self._connections = Connections()
        self.sender = TelegramSender(Bot(token, base_url=f"{api_url}/bot", request=self._connections), rate)

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.shutdown()
