"""A resident at each door of the bot, who hears the same kind of thing at both."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any, Protocol

import httpx

from bot.services import inbox
from tests.api.conftest import client_of
from tests.conftest import TestTown
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_chats import Heard
from tests.fakes.bot_api_people import Resident, Said
from tests.telegram.conftest import door_to

CHAT = "/api/v1/chat"

CHAT_ID = 4_711_081_512
"""Of the resident on Telegram."""


@dataclass(frozen=True)
class Turn:
    """One message of the bot, without what a door adds to it."""

    title: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    """What stands on the buttons."""
    file: str = ""
    """The name of a file that came with it."""


class Door(Protocol):
    """A resident in front of the bot."""

    async def writes(self, text: str) -> list[Turn]:
        """All that is said to a text."""

    async def taps(self, label: str) -> list[Turn]:
        """All that is said to a tapped button, the newest with that label."""


class WebDoor:
    """The web chat, over HTTP."""

    def __init__(self, client: httpx.AsyncClient):
        self._client = client
        self.session: str | None = None
        """What the server calls this resident."""
        self._buttons: dict[str, str] = {}

    async def writes(self, text: str) -> list[Turn]:
        """Send a text."""
        return await self._send({"text": text})

    async def taps(self, label: str) -> list[Turn]:
        """Send the action of a button."""
        return await self._send({"action": self._buttons[label]})

    async def _send(self, message: dict[str, str]) -> list[Turn]:
        known = {"session": self.session} if self.session else {}
        answer = await self._client.post(CHAT, json={"language": "de"} | message | known)
        assert answer.status_code == 200, answer.text
        content = answer.json()
        self.session = content["session"]
        for reply in content["replies"]:
            self._buttons |= {button["label"]: button["action"] for button in reply["buttons"]}
        return [self._turn(reply) for reply in content["replies"]]

    @staticmethod
    def _turn(reply: dict[str, Any]) -> Turn:
        return Turn(
            title=reply.get("title", ""),
            text=reply["body"],
            facts=tuple((fact["label"], fact["value"]) for fact in reply["facts"]),
            labels=tuple(button["label"] for button in reply["buttons"]),
            file=reply.get("file", {}).get("name", ""),
        )


class TelegramDoor:
    """Telegram, as a person with a phone sees it."""

    def __init__(self, town: TestTown, resident: Resident):
        self._town = town
        self.resident = resident

    async def writes(self, text: str) -> list[Turn]:
        """Send a text."""
        return await self._told(self.resident.writes(text))

    async def taps(self, label: str) -> list[Turn]:
        """Tap a button."""
        return await self._told(self.resident.taps(label))

    async def _told(self, said: Said) -> list[Turn]:
        await self.resident.account.until(lambda: said.is_confirmed, 20)
        async with asyncio.timeout(20):
            while await self._town.database.read(inbox.undone, "telegram"):
                await asyncio.sleep(0.005)
        return [turn_of(messages) for messages in whole_replies(self.resident.heard[said.heard_before :])]


def whole_replies(messages: Sequence[Heard]) -> Iterator[list[Heard]]:
    """The messages of each reply: buttons stand under its last one; the last words of all have none."""
    reply: list[Heard] = []
    for message in messages:
        reply.append(message)
        if message.buttons:
            yield reply
            reply = []
    if reply:
        yield reply


def turn_of(messages: Sequence[Heard]) -> Turn:
    """What the messages of one reply say."""
    html = "\n\n".join(message.html for message in messages if message.html)
    title = re.match(r"<b>([^<]*[^<:])</b>(?:\n\n|$)", html)
    facts = re.findall(r"^<b>([^<]*):</b> (.*)$", html, re.MULTILINE)
    text = re.sub(r"^<b>[^<]*:</b> .*$", "", html[title.end() :] if title else html, flags=re.MULTILINE)
    return Turn(
        title=unescape(title[1]) if title else "",
        text=unescape(text).strip(),
        facts=tuple((unescape(label), unescape(value)) for label, value in facts),
        labels=tuple(label for row in messages[-1].buttons for label, _ in row),
        file=next((message.document.name for message in messages if message.document), ""),
    )


@asynccontextmanager
async def web_door(town: TestTown) -> AsyncIterator[WebDoor]:
    """Somebody with a browser."""
    async with client_of(town.desk) as client:
        yield WebDoor(client)


@asynccontextmanager
async def telegram_door(town: TestTown) -> AsyncIterator[TelegramDoor]:
    """Somebody with Telegram; the bot must never send what the real server would refuse."""
    with BotApi(clock=lambda: town.now().timestamp()) as telegram:
        async with door_to(telegram, town.desk).open():
            yield TelegramDoor(town, telegram.resident(CHAT_ID, language_code="de"))
        assert telegram.complaints == []


async def says(door: Door, words: str) -> list[Turn]:
    """All that is said to a text, or to a tapped button, whose label stands in brackets."""
    is_tap = words.startswith("[") and words.endswith("]")
    return await (door.taps(words[1:-1]) if is_tap else door.writes(words))


DOORS: dict[str, Callable[[TestTown], AbstractAsyncContextManager[Door]]] = {"telegram": telegram_door, "web": web_door}
