"""All that crosses a channel: what a resident sends, what they are told, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.languages import isolate
from knowledge.entry import Position


class Media(StrEnum):
    """What a message is made of that has no words."""

    VOICE = "voice"
    """Also round video messages."""
    PICTURE = "picture"
    """Also videos."""
    STICKER = "sticker"
    """Also animations and dice."""
    CONTACT = "contact"
    LOCATION = "location"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of one resident, whatever door it came through.

    Doors drop names, usernames and numbers here: nothing behind this line knows who a resident is. Nothing of a
    picture, a voice message or a contact card comes in, only that there was one.
    """

    channel: str
    """The door: "telegram", "web" or "terminal"."""
    address: str
    """Where replies go: a chat id, a session."""
    key: str
    """Names this message; a repeat of it carries the same key."""
    text: str = ""
    """What was typed; empty where a button was tapped, or something without text was sent."""
    action: str = ""
    """What the tapped button carries."""
    language: str | None = None
    """What the channel says of the resident's language."""
    media: Media | None = None
    """What it is made of, where it has no words (a caption is text)."""
    position: Position | None = None
    """Where the resident is, with Media.LOCATION; never stored."""
    edits: str | None = None
    """The key of the message that this one replaces, where the resident edited it."""
    sent_at: datetime | None = None
    """When the resident sent it, where the channel knows; long ago after an outage."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button."""

    label: str
    action: str
    """Comes back as `Incoming.action`; at most 64 bytes of UTF-8. Source: Bot API, InlineKeyboardButton."""
    beside: bool = False
    """Whether it stands in one row with the button before it, where there is room."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an answer card."""

    label: str
    value: str
    link: str | None = None
    """Where the value leads: https:, tel: or mailto:."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that comes with a reply."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or leaflet that stays with us and comes with a reply."""

    name: str
    media_type: str
    alternative: str
    """What is to be seen, for those who cannot see it."""
    path: str
    """Where a browser finds it."""
    content: bytes = b""
    """The file itself, for a channel that does not have it yet."""
    telegram_id: str = ""
    """By what Telegram knows it, once it has it."""

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown, and need not be opened."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a resident, as content; each door gives it its own form."""

    text: str
    title: str | None = None
    facts: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()
    decision: str | None = None
    """answer, clarify, decline, emergency or handover (to a person), where this replies to a question."""
    entry_id: str | None = None
    """The entry that was given."""
    language: str = "de"
    """That of title and text."""
    own_language: str = ""
    """That of labels and buttons, the bot's own words, where the text has another; empty: the same."""
    file: File | None = None
    attachment: Attachment | None = None

    def plain(self) -> str:
        """The whole message as plain text."""
        card = "\n".join(f"{fact.label}: {isolate(fact.value, self.language)}" for fact in self.facts)
        return "\n\n".join(part for part in (self.title, self.text, card) if part)


class Result(StrEnum):
    """What became of one attempt to deliver a message."""

    DELIVERED = "delivered"
    LATER = "later"
    """It was not accepted and may be sent again: too fast, or the other side was not to be reached."""
    BROKEN = "broken"
    """The other side answered with a fault of its own (5xx): it was hardly accepted, but nobody knows."""
    UNCLEAR = "unclear"
    """The connection broke after sending: it may have arrived."""
    BLOCKED = "blocked"
    """The resident does not want messages from us, or is gone."""
    IMPOSSIBLE = "impossible"
    """It will never be accepted as it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt."""

    result: Result
    wait: timedelta | None = None
    """How long the other side asked us to wait."""
    reason: str = ""
    """For the log; never holds text of the message or an address."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one attempt, and what it left in the chat."""

    outcome: Outcome
    message_ids: tuple[int | None, ...] = ()
    """The channel's numbers of the messages that arrived, in order."""
    file_id: str = ""
    """By what the channel knows the attachment that was uploaded."""


class Sender(Protocol):
    """The way out of one channel."""

    async def send(self, address: str, reply: Reply) -> Sent:
        """Try once to deliver `reply`."""

    async def replace(self, address: str, message_ids: Sequence[int | None], reply: Reply) -> Sent:
        """Try once to put `reply` in the place of what was delivered; beside it, where it cannot be changed."""

    async def remove(self, address: str, message_ids: Sequence[int | None], instead: Reply) -> Sent:
        """Try once to take back what was delivered; where that is too late, `instead` takes its place."""
