"""The way out to Telegram for a process that takes in nothing: the one that delivers."""

from __future__ import annotations

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.telegram.application import SEND_SECONDS
from bot.telegram.sender import TelegramSender

CONNECTIONS = 16


class Outlet:
    """A sender with connections of its own, to be closed at the end."""

    def __init__(self, token: str, api_url: str):
        self._request = HTTPXRequest(
            connection_pool_size=CONNECTIONS, read_timeout=SEND_SECONDS, write_timeout=SEND_SECONDS
        )
        self.sender = TelegramSender(Bot(token, base_url=f"{api_url}/bot", request=self._request))

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()
