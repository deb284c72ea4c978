"""The people around the bot: residents in private chats, members of a group. What they do, and what they are told."""

import re
from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_chats import Conversation, Heard, button_rows
from tests.fakes.bot_api_html import utf16_length
from tests.fakes.bot_api_rules import TEXT_LIMIT

if TYPE_CHECKING:
    from tests.fakes.bot_api_account import Account

FIRST_NAME = "Ottokarine"
LAST_NAME = "Niemandsland"
USERNAME = "ottokarine_niemandsland"
"""Names nobody has: a test may search the database and the logs for them."""

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(@\w+)?(?![\w/])")


@dataclass(frozen=True)
class Said:
    """Something a resident did. Awaiting it waits until the bot has answered with a message, and gives that."""

    update_id: int | None
    """The update that tells the bot; None if the bot does not get to know (allowed_updates, group privacy)."""
    message_id: int
    """The message that was written or edited, or that carries the tapped button."""
    query_id: str | None
    """Of a tap: the callback query."""
    conversation: Conversation
    """Where."""
    heard_before: int
    """How much the conversation had heard by then."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the bot has confirmed the update, so that Telegram will not give it again."""
        return self.update_id is not None and self.conversation.account.confirmed >= self.update_id

    def __await__(self) -> Generator[Any, None, Heard]:
        return self.conversation.hears_after(self.heard_before).__await__()


class Person(ABC):
    """Somebody who writes to the bot in one conversation."""

    account: "Account"
    id: int
    first_name: str = FIRST_NAME
    last_name: str | None = LAST_NAME
    username: str | None = USERNAME
    language_code: str | None = "de"

    @property
    @abstractmethod
    def conversation(self) -> Conversation:
        """Where this person writes."""

    def as_user(self) -> dict[str, Any]:
        """The User object of the Bot API."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        known = {name: value for name, value in optional.items() if value is not None}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}

    def writes(self, text: str, reply_to: Heard | Said | int | None = None) -> Said:
        """A text message; a word that begins with a slash is marked as a command."""
        content: dict[str, Any] = _written(text)
        if reply_to is not None:
            content["reply_to_message"] = self.conversation.message(_message_id(reply_to))
        return self.sends(**content)

    def sends(self, **content: Any) -> Said:
        """A message with any content, named as in the Bot API's Message: `sends(dice={...})`."""
        with self.account.changed:
            conversation = self.conversation
            conversation.must_be_open()
            message = {
                "message_id": conversation.next_message_id(),
                "from": self.as_user(),
                "chat": conversation.as_chat(),
                "date": int(self.account.clock()),
                **content,
            }
            conversation.messages[message["message_id"]] = message
            return self._tell("message", message, message["message_id"])

    def edits(self, text: str, message: Said | int | None = None) -> Said:
        """Another text for an own message, the newest if none is named; below a picture, another caption."""
        with self.account.changed:
            own = self._own()
            number = _message_id(message) if message is not None else max(own)
            assert number in own, f"{self.id} has not written message {number} in {self.conversation}"
            return self._change(number, **(_written(text) if "text" in own[number] else {"caption": text}))

    def _own(self) -> dict[int, dict[str, Any]]:
        messages = self.conversation.messages
        return {number: sent for number, sent in messages.items() if sent["from"]["id"] == self.id}

    def _change(self, number: int, **content: Any) -> Said:
        self.conversation.must_be_open()
        edited = {**self.conversation.messages[number], "edit_date": int(self.account.clock()), **content}
        self.conversation.messages[number] = edited
        return self._tell("edited_message", edited, number)

    def taps(self, label: str, on: Heard | int | None = None) -> Said:
        """Taps a button of the newest message that has it now, or of the message named.

        A `Heard` is tapped as it was heard, even if the bot has taken its buttons away since: a slow phone still
        shows them. Raises AssertionError if there is no such button, or if it only opens a page.
        """
        with self.account.changed:
            conversation = self.conversation
            conversation.must_be_open()
            if on is None and any(name == label for row in conversation.keyboard for name, _ in row):
                return self.writes(label)
            message_id, data = self._button(label, on)
            assert not re.match(r"(https?|tg)://", data), f"{label!r} opens {data}; the bot does not notice"
            query_id = self.account.new_query(conversation)
            query = {
                "id": query_id,
                "from": self.as_user(),
                "chat_instance": f"-{abs(conversation.id)}0{self.account.bot_id}",
                "message": conversation.message(message_id),
                "data": data,
            }
            return self._tell("callback_query", query, message_id, query_id)

    def _button(self, label: str, on: Heard | int | None) -> tuple[int, str]:
        """The message with the button, and the callback data or address behind it."""
        conversation = self.conversation
        if isinstance(on, Heard):
            shown = [(on.message_id, on.buttons)]
        else:
            newest_first = sorted(conversation.messages.items(), reverse=True)
            shown = [(number, button_rows(sent.get("reply_markup"))) for number, sent in newest_first]
        for number, rows in shown:
            targets = [target for row in rows for name, target in row if name == label]
            if targets and (number == on or not isinstance(on, int)):
                return number, targets[0] or ""
        raise AssertionError(f"no button {label!r} to tap\n{conversation.story()}")

    def sends_voice(self, seconds: int = 4) -> Said:
        """A voice message."""
        return self.sends(voice={**self.account.new_file(), "duration": seconds, "mime_type": "audio/ogg"})

    def sends_photo(self, caption: str | None = None) -> Said:
        """A photo in two sizes."""
        sizes = [{**self.account.new_file(), "width": side, "height": side} for side in (90, 800)]
        return self.sends(photo=sizes, **({"caption": caption} if caption else {}))

    def sends_sticker(self, emoji: str = "👍") -> Said:
        """A sticker."""
        plain = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.sends(sticker={**self.account.new_file(), **plain, "emoji": emoji})

    def sends_location(self, latitude: float, longitude: float, live_seconds: int = 0) -> Said:
        """A place on the map, or where the person is for some time; see `moves`."""
        live = {"live_period": live_seconds} if live_seconds else {}
        return self.sends(location={"latitude": latitude, "longitude": longitude, **live})

    def moves(self, latitude: float, longitude: float) -> Said:
        """The newest live location changes, which is an edited message without words."""
        with self.account.changed:
            live = [number for number, sent in self._own().items() if "live_period" in sent.get("location", {})]
            assert live, f"{self.id} shares no live location in {self.conversation}"
            location = self.conversation.messages[max(live)]["location"]
            return self._change(max(live), location={**location, "latitude": latitude, "longitude": longitude})

    def sends_contact(self, phone_number: str = "+49 234 5550100", first_name: str = FIRST_NAME) -> Said:
        """An address card; by default the person's own."""
        return self.sends(contact={"phone_number": phone_number, "first_name": first_name, "user_id": self.id})

    def _tell(self, kind: str, payload: dict[str, Any], message_id: int, query_id: str | None = None) -> Said:
        heard_before = len(self.conversation.heard)
        is_told = kind == "callback_query" or self.conversation.bot_may_read(payload)
        update_id = self.account.deliver(kind, payload) if is_told else None
        return Said(update_id, message_id, query_id, self.conversation, heard_before)


class Resident(Conversation, Person):
    """Somebody in a private chat with the bot."""

    def __init__(self, account: "Account", chat_id: int) -> None:
        super().__init__(account, chat_id)
        self.username = f"{USERNAME}_{chat_id}"

    @property
    def conversation(self) -> Conversation:
        return self

    def as_chat(self) -> dict[str, Any]:
        known = {name: value for name, value in self.as_user().items() if name in {"first_name", "last_name"}}
        username = {"username": self.username} if self.username else {}
        return {"id": self.id, "type": "private", **known, **username}

    def next_message_id(self) -> int:
        # All private chats of an account share one count, so no two residents see the same number.
        return self.account.next_private_message_id()

    def blocks(self) -> None:
        """Blocks the bot: it is told, and gets 403 from now on."""
        self._stand("kicked", self.as_user())

    def unblocks(self) -> None:
        """Takes the block back, which by itself does not begin a conversation."""
        self._stand("member", self.as_user())


class Group(Conversation):
    """A supergroup the bot is in; `member(7)` writes there."""

    def __init__(self, account: "Account", chat_id: int) -> None:
        super().__init__(account, chat_id)
        self.title = "Gruppe Niemandsland"
        self._members: dict[int, Member] = {}
        self._last_message_id = 0

    def member(self, user_id: int, **settings: Any) -> "Member":
        """The member with this id, always the same one; `settings` are its names and language."""
        member = self._members.setdefault(user_id, Member(self, user_id))
        apply_settings(member, settings)
        return member

    def as_chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "supergroup", "title": self.title}

    def next_message_id(self) -> int:
        # Each supergroup counts for itself: a message id alone does not say which chat.
        self._last_message_id += 1
        return self._last_message_id

    def bot_may_read(self, message: dict[str, Any]) -> bool:
        if self.account.reads_all_group_messages:
            return True
        is_command = any(entity["type"] == "bot_command" for entity in message.get("entities", []))
        is_reply = message.get("reply_to_message", {}).get("from", {}).get("id") == self.account.bot_id
        return is_command or is_reply or f"@{self.account.bot_username}" in message.get("text", "")

    def removes_bot(self, by: int = 1) -> None:
        """An administrator throws the bot out: it is told, and gets 403 from now on."""
        self._stand("kicked", self.member(by).as_user())

    def adds_bot(self, by: int = 1) -> None:
        """An administrator takes the bot in again."""
        self._stand("member", self.member(by).as_user())


class Member(Person):
    """Somebody in a group."""

    def __init__(self, group: Group, user_id: int) -> None:
        self.account = group.account
        self.id = user_id
        self.username = f"{USERNAME}_{user_id}"
        self._group = group

    @property
    def conversation(self) -> Conversation:
        return self._group


def apply_settings(somebody: Person | Group, settings: dict[str, Any]) -> None:
    """Sets names and language; a misspelt one is an error here and not a setting nobody reads."""
    for name, value in settings.items():
        if name not in {"first_name", "last_name", "username", "language_code", "title"} or not hasattr(somebody, name):
            raise TypeError(f"{type(somebody).__name__} has no {name}")
        setattr(somebody, name, value)


def _written(text: str) -> dict[str, Any]:
    assert text.strip(), "an empty message cannot be sent"
    assert utf16_length(text) <= TEXT_LIMIT, "a phone sends a longer text in several messages"
    commands = [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _COMMAND.finditer(text)
    ]
    return {"text": text, **({"entities": commands} if commands else {})}


def _message_id(message: Heard | Said | int) -> int:
    return message if isinstance(message, int) else message.message_id
