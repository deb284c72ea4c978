"""The way out to browsers: they fetch what waits for them, so it only has to be laid there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk import Desk
from bot.domain.messages import Outcome, Reply, Result, Sent
from bot.services import letters


class WebSender:
    """Lays messages into the letter box of a browser's session."""

    def __init__(self, desk: Desk):
        self._desk = desk

    async def send(self, address: str, reply: Reply) -> Sent:
        """Lay a message there; BLOCKED where the session is forgotten."""
        number = await self._desk.database.write(letters.put_for, "web", address, reply, self._desk.now())
        return Sent(Outcome(Result.DELIVERED), (number,)) if number else _GONE

    async def replace(self, address: str, message_ids: Sequence[int | None], reply: Reply) -> Sent:
        """Change messages that lie there; whoever has read them gets the new one as well."""
        await self._desk.database.write(letters.take_back, "web", address, message_ids)
        return await self.send(address, reply)

    async def remove(self, address: str, message_ids: Sequence[int | None], instead: Reply) -> Sent:
        """Take messages away; what stands in for them tells whoever has read them."""
        return await self.replace(address, message_ids, instead)


_GONE = Sent(Outcome(Result.BLOCKED, reason="the session is forgotten"))
