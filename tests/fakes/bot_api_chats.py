"""A chat as the people in it see it: what the bot told them, and waiting for it."""

import asyncio
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_rules import Refusal, bad

if TYPE_CHECKING:
    from tests.fakes.bot_api_account import Account

ButtonRows = list[list[tuple[str, str | None]]]
"""Rows of (label, callback data or address); None for a button of a reply keyboard, which only writes its label."""


@dataclass(frozen=True)
class Document:
    """A file the bot sent."""

    name: str
    """As the resident sees it."""
    mime_type: str
    """As the bot named it."""
    content: bytes
    """All of it; empty if the bot named an address only."""


@dataclass(frozen=True)
class Notice:
    """The small note that answers a tap."""

    text: str
    """Empty if the bot only made the waiting sign go away."""
    is_alert: bool
    """Whether it has to be closed."""
    query_id: str
    """Which tap it answers."""


@dataclass(frozen=True)
class Heard:
    """A message the bot sent or put in the place of an older one."""

    message_id: int
    """The same for a message and what it is edited to."""
    text: str
    """As shown: without tags. Of a document its caption."""
    html: str
    """As the bot wrote it."""
    buttons: ButtonRows
    """Under the message, when it came."""
    method: str
    """sendMessage, sendDocument or editMessageText."""
    edited: bool
    """Whether it replaced an older text."""
    at: float
    """When, on the clock of the fake, in seconds."""
    parameters: dict[str, Any]
    """All the bot said with it."""
    document: Document | None = None
    """The file, if it is one."""


class Conversation(ABC):
    """A chat with the bot."""

    def __init__(self, account: "Account", chat_id: int) -> None:
        self.account = account
        self.id = chat_id
        self.messages: dict[int, dict[str, Any]] = {}
        """All messages that stand in the chat now, of both sides, by id; as Message objects."""
        self.notices: list[Notice] = []
        """How taps were answered."""
        self.actions: list[str] = []
        """What the bot said it was doing: typing ..."""
        self.keyboard: ButtonRows = []
        """The keyboard in the place of the phone's own, until the bot removes it."""
        self.standing = "member"
        """How the bot stands here: member; kicked, by a group or by a resident who blocked it; left."""
        self._heard: list[Heard] = []
        self._waited_for = 0

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()} {self.id}"

    # What was heard

    @property
    def heard(self) -> list[Heard]:
        """Everything the bot said, in order; an edited text is a record of its own."""
        with self.account.changed:
            return list(self._heard)

    @property
    def last_heard(self) -> str | None:
        """The text the bot said last; None before the first."""
        return self.heard[-1].text if self.heard else None

    @property
    def last_buttons(self) -> ButtonRows:
        """The inline buttons that stand now under what the bot said last."""
        with self.account.changed:
            sent = self.messages.get(self._heard[-1].message_id, {}) if self._heard else {}
            return button_rows(sent.get("reply_markup"))

    def waits_for(self, n: int = 1, seconds: float = 10) -> list[Heard]:
        """Blocks until the bot has said `n` things not waited for before, and gives them.

        Raises AssertionError with the whole story when the time is over. Not for a test whose own event loop runs
        the bot: there use `hears`.
        """
        with self.account.changed:
            if not self.account.changed.wait_for(lambda: self._unread() >= n, seconds):
                raise AssertionError(self._in_vain(n, seconds))
            return self._take(n)

    async def hears(self, n: int = 1, seconds: float = 10) -> list[Heard]:
        """Like `waits_for`, without holding up the event loop."""
        if not await self.account.until(lambda: self._unread() >= n, seconds):
            raise AssertionError(self._in_vain(n, seconds))
        with self.account.changed:
            return self._take(n)

    async def hears_after(self, heard_before: int, seconds: float = 10) -> Heard:
        """What the bot said first after the first `heard_before` things; those before count as waited for."""
        if not await self.account.until(lambda: len(self._heard) > heard_before, seconds):
            raise AssertionError(self._in_vain(1, seconds))
        with self.account.changed:
            self._waited_for = max(self._waited_for, heard_before + 1)
            return self._heard[heard_before]

    def _unread(self) -> int:
        return len(self._heard) - self._waited_for

    def _take(self, n: int) -> list[Heard]:
        first, self._waited_for = self._waited_for, self._waited_for + n
        return self._heard[first : self._waited_for]

    def _in_vain(self, n: int, seconds: float) -> str:
        try:
            asyncio.get_running_loop()
            hint = "\n(If the bot runs in the event loop of the test, `waits_for` holds it up: use `await hears`.)"
        except RuntimeError:
            hint = ""
        return f"{self} waited {seconds} s for {n} more from the bot, {self._unread()} came{hint}\n{self.story()}"

    def story(self) -> str:
        """What was heard here, what the bot has not fetched, what it did last, and what it did wrong."""
        with self.account.changed:
            heard = [f"{record.method}: {record.text!r} {record.buttons or ''}" for record in self._heard]
            queue = [json.dumps(update, ensure_ascii=False) for update in self.account.updates.waiting]
            calls = [f"{call.method} {call.chat or ''}: {call.outcome}" for call in self.account.requests[-8:]]
            withheld = [kind for kind, _ in self.account.updates.withheld]
            parts = {
                "heard": heard[-8:],
                "not confirmed by the bot": queue[:8],
                "not wanted by the bot": withheld[-8:],
                "last calls": calls,
                "complaints": self.account.complaints[-8:],
            }
        return "\n".join(f"  {name}:" + "".join(f"\n    {line}" for line in lines) for name, lines in parts.items())

    # What the methods of the Bot API need

    @abstractmethod
    def as_chat(self) -> dict[str, Any]:
        """The Chat object of the Bot API."""

    @abstractmethod
    def next_message_id(self) -> int:
        """A number no message of this chat has had."""

    def bot_may_read(self, message: dict[str, Any]) -> bool:
        """Whether the bot gets this message of a person at all."""
        return True

    def message(self, message_id: int) -> dict[str, Any]:
        """A message as it stands, without its own `reply_to_message`, as it is quoted in others."""
        assert message_id in self.messages, f"there is no message {message_id} in {self}"
        return {name: value for name, value in self.messages[message_id].items() if name != "reply_to_message"}

    def must_be_open(self) -> None:
        """Raises AssertionError if nobody can write to the bot here: the test has lost the thread."""
        assert self.standing == "member", f"the bot is {self.standing} in {self}"

    def must_admit_bot(self) -> None:
        """Raises Refusal 403 if the bot may not write here; no complaint, because it learns that only so."""
        reasons = {
            ("kicked", True): "bot was blocked by the user",
            ("kicked", False): "bot was kicked from the supergroup chat",
            ("left", False): "bot is not a member of the supergroup chat",
        }
        if self.standing != "member":
            reason = reasons[self.standing, self.id > 0]
            raise Refusal(403, f"Forbidden: {reason}", is_blamed=False)

    def own_message(self, message_id: int | None, deed: str) -> dict[str, Any]:
        """A message the bot may change. Raises Refusal 400 otherwise; `deed` is edit or delete."""
        if message_id is None:
            raise bad("message identifier is not specified")
        if message_id not in self.messages:
            raise bad(f"message to {deed} not found")
        message = self.messages[message_id]
        is_own = message["from"]["id"] == self.account.bot_id
        if not is_own and (deed == "edit" or self.id < 0):
            raise bad(f"message can't be {deed.rstrip('e')}ed")
        return message

    def hear(self, record: Heard) -> None:
        """The bot has said something."""
        self._heard.append(record)

    def leave(self) -> None:
        """The bot goes by itself."""
        if self.id > 0:
            raise bad("chat member status can't be changed in private chats")
        self._stand("left", self.account.as_user())

    def _stand(self, standing: str, by: dict[str, Any]) -> None:
        with self.account.changed:
            assert self.standing != standing, f"the bot is {standing} in {self} already"
            bot = self.account.as_user()
            change = {
                "chat": self.as_chat(),
                "from": by,
                "date": int(self.account.clock()),
                "old_chat_member": _chat_member(bot, self.standing),
                "new_chat_member": _chat_member(bot, standing),
            }
            self.standing = standing
            self.account.deliver("my_chat_member", change)


def button_rows(markup: dict[str, Any] | None) -> ButtonRows:
    """The buttons of a reply_markup."""
    markup = markup or {}
    if "keyboard" in markup:
        return [[(b if isinstance(b, str) else b["text"], None) for b in row] for row in markup["keyboard"]]
    rows = markup.get("inline_keyboard", [])
    return [[(button["text"], button.get("callback_data") or button.get("url")) for button in row] for row in rows]


def _chat_member(user: dict[str, Any], standing: str) -> dict[str, Any]:
    return {"user": user, "status": standing, **({"until_date": 0} if standing == "kicked" else {})}
