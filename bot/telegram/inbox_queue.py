"""The queue between Telegram and the handlers: an update is written down before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
import json
import logging

from telegram import Bot, Update
from telegram.error import NetworkError

from bot.desk import Desk
from bot.services import inbox

log = logging.getLogger(__name__)

CHANNEL = "telegram"


class InboxQueue(asyncio.Queue[object]):
    """An update queue for python-telegram-bot that loses nothing when the process dies.

    The library awaits `put` for every update before it asks for the next with an offset that confirms these.
    """

    def __init__(self, desk: Desk):
        super().__init__()
        self._desk = desk

    async def put(self, item: object) -> None:
        """Write an update down, then queue it; one that is known already is not queued again."""
        if isinstance(item, Update):
            try:
                if not await self._desk.database.write(
                    inbox.store, CHANNEL, str(item.update_id), json.dumps(item.to_dict()), self._desk.now()
                ):
                    return
            except Exception as fault:
                log.exception("an update could not be written down and will be fetched again")
                # The one kind of error after which the library fetches the same updates again.
                raise NetworkError("the inbox cannot be written") from fault
        await super().put(item)

    async def take_up(self, bot: Bot) -> int:
        """Queue what an earlier process left undone, in its order; returns how many."""
        left = await self._desk.database.read(inbox.waiting, CHANNEL)
        for waiting in left:
            await super().put(Update.de_json(json.loads(waiting.content), bot))
        return len(left)
