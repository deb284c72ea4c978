"""The queue between Telegram and the handlers: an update is written down before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
import json
import logging

from telegram import Bot, Update
from telegram.error import NetworkError

from bot.desk import Desk
from bot.services import inbox
from bot.services.inbox import Waiting
from bot.telegram.incoming import CHANNEL

log = logging.getLogger(__name__)

AT_A_TIME = 500
"""Messages whose content is read from the inbox at once."""


async def write_down(desk: Desk, update: Update) -> bool:
    """Put an update into the inbox; False if it was there before."""
    content = json.dumps(update.to_dict())
    return await desk.database.write(inbox.store, CHANNEL, str(update.update_id), content, desk.now())


class InboxQueue(asyncio.Queue[object]):
    """An update queue for python-telegram-bot that loses nothing when the process dies.

    Polling, the library awaits `put` for every update before it asks for the next with an offset that confirms these.
    What comes in by webhook, maybe to another process, and what an earlier process left, is fetched by `take_up`. An
    update that is queued twice does no harm: the handlers work on what is not done, one update of a chat at a time.
    """

    def __init__(self, desk: Desk):
        super().__init__()
        self._desk = desk
        self._known: set[str] = set()

    async def put(self, item: object) -> None:
        """Write an update down, then queue it; one that is known already is not queued again."""
        if isinstance(item, Update):
            try:
                is_new = await write_down(self._desk, item)
            except Exception as fault:
                log.exception("an update could not be written down and will be fetched again")
                # The one kind of error after which the library fetches the same updates again.
                raise NetworkError("the inbox cannot be written") from fault
            if not is_new:
                return
            self._known.add(str(item.update_id))
        await super().put(item)

    async def take_up(self, bot: Bot) -> int:
        """Queue what waits in the inbox and is not queued yet, in its order; returns how many."""
        waiting = await self._desk.database.read(inbox.undone, CHANNEL)
        new = [key for key in waiting if key not in self._known]
        self._known = {*waiting}
        count = 0
        for start in range(0, len(new), AT_A_TIME):
            for each in await self._desk.database.read(inbox.waiting, CHANNEL, new[start : start + AT_A_TIME]):
                count += await self._take_in(each, bot)
        return count

    async def _take_in(self, waiting: Waiting, bot: Bot) -> bool:
        try:
            update = Update.de_json(json.loads(waiting.content), bot)
        except Exception:
            log.exception("update %s cannot be understood and is set aside", waiting.key)
            await self._desk.database.write(inbox.done, CHANNEL, waiting.key, self._desk.now())
            return False
        await super().put(update)
        return True
