"""All that the fake Telegram holds about one bot: chats, updates, calls, complaints; and who waits for a change."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api_chats import Conversation, Document
from tests.fakes.bot_api_faults import Fault, FaultKind, Faults, Pace
from tests.fakes.bot_api_people import Group, Resident, apply_settings
from tests.fakes.bot_api_rules import bad
from tests.fakes.bot_api_updates import Updates, Webhook


@dataclass
class Call:
    """One request of the bot."""

    method: str
    """As in the documentation, whatever its spelling in the address was."""
    parameters: dict[str, Any]
    """With their types; files are in `files`."""
    at: float
    """When it came, on the clock of the fake, in seconds."""
    files: dict[str, Document] = field(default_factory=dict)
    """The parts of a multipart body that are files, by parameter name."""
    status: int | None = None
    """HTTP status of the answer; None while there is none, and if there never will be one."""
    outcome: str = "under way"
    """ok, the description of the error, or what became of the connection."""
    is_accepted: bool = False
    """Whether Telegram did it, whatever the bot got to know."""
    remarks: list[str] = field(default_factory=list)
    """What is wrong with it though it is no error."""

    @property
    def chat(self) -> int | None:
        """The chat it names by number."""
        chat_id = str(self.parameters.get("chat_id", "")).strip()
        return int(chat_id) if chat_id.lstrip("-").isdecimal() else None


@dataclass(frozen=True)
class Tap:
    """A button was tapped."""

    conversation: Conversation
    """Where."""
    at: float
    """When, on the clock of the fake, in seconds."""


class Account:
    """One bot at Telegram. Every public name may be used from any thread."""

    bot_id = 7000000001
    bot_username = "quartierslotse_test_bot"
    bot_name = "Quartierslotse (test)"

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.changed = threading.Condition()
        """Guards everything here; told of every change."""
        self.clock = clock
        """Seconds since 1970; may be replaced to tell the time instead of waiting."""
        self.complaints: list[str] = []
        """What the bot did wrong, a sentence each; a test ends with `assert telegram.complaints == []`."""
        self.requests: list[Call] = []
        """Every call in order."""
        self.updates = Updates()
        self.webhook = Webhook()
        self.webhook_pause_seconds = 0.05
        """Between a failed push and the next attempt."""
        self.query_age_seconds = 900.0
        """A tap must be answered before it is as old as this; 0 makes every tap too old."""
        self.reads_all_group_messages = True
        """False: in groups the bot gets commands, mentions and replies only (privacy mode)."""
        self.menus: dict[tuple[str, str], list[dict[str, str]]] = {}
        """Commands of setMyCommands by (type of scope, language code)."""
        self.descriptions: dict[tuple[str, str], str] = {}
        """By (`description` or `short_description`, language code)."""
        self.documents: dict[str, Document] = {}
        """Everything sent with sendDocument, by file id."""
        self.taps: dict[str, Tap] = {}
        """By the id of the callback query."""
        self.pace = Pace()
        self._faults = Faults()
        self._conversations: dict[int, Resident | Group] = {}
        self._listeners: set[Callable[[], object]] = set()
        self._last_private_message_id = 0
        self._last_file = 0

    # The people

    def resident(self, user_id: int, **settings: Any) -> Resident:
        """The resident with this id, always the same one, who once started the bot, so that it may write to them.

        `settings` are first_name, last_name, username and language_code. A chat nobody ever asked for is unknown:
        the bot gets "chat not found".
        """
        with self.changed:
            resident = self._conversations.setdefault(user_id, Resident(self, user_id))
            assert isinstance(resident, Resident), f"{user_id} is a group"
            apply_settings(resident, settings)
            return resident

    def group(self, chat_id: int, **settings: Any) -> Group:
        """The supergroup with this id, with the bot in it; `settings` is its title."""
        with self.changed:
            group = self._conversations.setdefault(chat_id, Group(self, chat_id))
            assert isinstance(group, Group) and chat_id < 0, f"{chat_id} is not the id of a group"
            apply_settings(group, settings)
            return group

    # What the bot did

    def calls(self, method: str, chat: int | None = None) -> list[Call]:
        """The calls of one method in order, of one chat if it is named."""
        with self.changed:
            return [call for call in self.requests if call.method == method and chat in (None, call.chat)]

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.updates.waiting)

    @property
    def confirmed(self) -> int:
        """The highest update id the bot has confirmed; 0 before the first."""
        return self.updates.confirmed

    # What is to go wrong

    def fails(
        self,
        method: str,
        kind: FaultKind,
        *,
        chat: int | None = None,
        times: int | None = 1,
        seconds: float = 0.1,
        retry_after: int | None = None,
        description: str | None = None,
    ) -> Fault:
        """Scripts a fault for the next `times` calls (None: until `recovers`); see `FaultKind` for the kinds."""
        fault = Fault(method, kind, chat, times, seconds, retry_after, description)
        with self.changed:
            self._faults.scripted.append(fault)
        return fault

    def recovers(self, method: str | None = None, chat: int | None = None) -> None:
        """Forgets scripted faults: those of a method, of a chat, or all."""
        with self.changed:
            self._faults.clear(method, chat)

    def limits(self, overall_per_second: int | None = None, seconds_per_chat: float | None = None) -> None:
        """Answers 429 to messages that come faster; without arguments there is no limit."""
        with self.changed:
            self.pace = Pace(overall_per_second, seconds_per_chat)

    # Waiting

    def tell(self) -> None:
        """Wakes whoever waits for a change."""
        with self.changed:
            self.changed.notify_all()
            for listener in self._listeners:
                listener()

    async def until(self, is_over: Callable[[], bool], seconds: float | None) -> bool:
        """Waits in any event loop until `is_over`; False if it is not after `seconds`."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        deadline = None if seconds is None else loop.time() + seconds

        def wake() -> object:
            return loop.call_soon_threadsafe(woken.set)

        with self.changed:
            self._listeners.add(wake)
        try:
            while True:
                woken.clear()
                with self.changed:
                    if is_over():
                        return True
                try:
                    async with asyncio.timeout_at(deadline):
                        await woken.wait()
                except TimeoutError:
                    return False
        finally:
            with self.changed:
                self._listeners.discard(wake)

    # What the methods of the Bot API need

    def as_user(self) -> dict[str, Any]:
        """The bot as a User object."""
        return {"id": self.bot_id, "is_bot": True, "first_name": self.bot_name, "username": self.bot_username}

    def conversation(self, call: Call) -> Conversation:
        """The chat a call names. Raises Refusal 400 if there is none, 403 if the bot may not write there."""
        if not call.parameters.get("chat_id"):
            raise bad("chat_id is empty")
        conversation = self._conversations.get(call.chat or 0)
        if conversation is None:
            raise bad("chat not found")
        conversation.must_admit_bot()
        return conversation

    def deliver(self, kind: str, payload: dict[str, Any]) -> int | None:
        """An update for the bot; its id, or None if the bot does not want this kind."""
        with self.changed:
            update_id = self.updates.add(kind, payload)
            self.tell()
            return update_id

    def take_fault(self, call: Call) -> Fault | None:
        """The scripted fault that befalls this call."""
        return self._faults.take(call.method, call.chat)

    def new_query(self, conversation: Conversation) -> str:
        """The callback query id of a tap made now."""
        query_id = str(9_000_000_000_000_000_001 + len(self.taps))
        self.taps[query_id] = Tap(conversation, self.clock())
        return query_id

    def new_file(self) -> dict[str, Any]:
        """What every kind of file has."""
        with self.changed:
            self._last_file += 1
            return {"file_id": f"FILE-{self._last_file}", "file_unique_id": f"U{self._last_file}", "file_size": 1000}

    def next_private_message_id(self) -> int:
        self._last_private_message_id += 1
        return self._last_private_message_id
