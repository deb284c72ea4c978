"""The way from residents to the bot: the queue of updates, and pushing it to a webhook."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.fakes.bot_api_rules import Refusal, allowed_updates

if TYPE_CHECKING:
    from tests.fakes.bot_api_account import Account, Call

FIRST_UPDATE_ID = 700_000_001
ONLY_WHEN_ASKED_FOR = {"chat_member", "message_reaction", "message_reaction_count"}
WEBHOOK_SECONDS = 10
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_SET = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"


class Updates:
    """Updates in order, each until the bot confirms it: by a higher offset, or by a 2xx of its webhook."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        """Not confirmed yet, oldest first."""
        self.confirmed = 0
        """The highest update id that was ever confirmed; 0 before the first."""
        self.withheld: list[tuple[str, dict[str, Any]]] = []
        """What the bot did not want to hear: kind and payload left out by allowed_updates."""
        self.allowed: list[str] | None = None
        """The last allowed_updates that was given."""
        self.poll = 0
        """Counts getUpdates calls: only the newest may wait."""
        self._next_id = FIRST_UPDATE_ID

    def add(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queues an update; its id, or None if the bot does not want this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED_FOR
        if not wanted:
            self.withheld.append((kind, payload))
            return None
        update_id, self._next_id = self._next_id, self._next_id + 1
        self.waiting.append({"update_id": update_id, kind: payload})
        return update_id

    def confirm_below(self, offset: int) -> None:
        """A positive offset confirms all updates below it; a negative one all but that many of the newest."""
        if offset < 0:
            offset = self.waiting[offset]["update_id"] if len(self.waiting) >= -offset else 0
        gone = [update["update_id"] for update in self.waiting if update["update_id"] < offset]
        if gone:
            self.confirmed = gone[-1]
            self.waiting = self.waiting[len(gone) :]


@dataclass
class Webhook:
    """Where updates are pushed to."""

    url: str = ""
    """Empty: the bot asks for its updates itself."""
    secret_token: str = ""
    """Goes along in X-Telegram-Bot-Api-Secret-Token."""
    max_connections: int = 40
    """Only kept: the fake pushes one update at a time, in order."""
    last_error_date: int | None = None
    """When a push last failed, Unix time."""
    last_error_message: str = ""
    """Why it failed."""
    failures: int = 0
    """How many pushes have failed."""


async def get_updates(account: "Account", call: "Call") -> list[dict[str, Any]]:
    """The oldest unconfirmed updates, as soon as there are any or the timeout is over.

    Raises Refusal 409 if a webhook is set, or if another getUpdates comes while this one waits.
    """
    limit = min(max(call.parameters.get("limit", 100), 1), 100)
    timeout = min(max(call.parameters.get("timeout", 0), 0), 50)
    updates = account.updates
    with account.changed:
        if account.webhook.url:
            raise Refusal(409, WEBHOOK_IS_SET)
        updates.confirm_below(call.parameters.get("offset", 0))
        wanted = allowed_updates(call.parameters, call.remarks)
        updates.allowed = updates.allowed if wanted is None else wanted
        updates.poll += 1
        this_poll = updates.poll
        account.tell()

    def is_over() -> bool:
        return updates.poll != this_poll or bool(account.webhook.url) or bool(updates.waiting)

    await account.until(is_over, timeout)
    with account.changed:
        if updates.poll != this_poll:
            raise Refusal(409, TERMINATED)
        if account.webhook.url:
            raise Refusal(409, "Conflict: terminated by setWebhook request", is_blamed=False)
        return list(updates.waiting[:limit])


async def push_updates(account: "Account") -> None:
    """Posts every update to the webhook, again and again until it is taken. Runs as long as the server."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)) as session:
        while True:
            await account.until(lambda: bool(account.webhook.url and account.updates.waiting), None)
            with account.changed:
                if not (account.webhook.url and account.updates.waiting):
                    continue
                hook, update = account.webhook, account.updates.waiting[0]
            fault = await _push(session, hook, update)
            with account.changed:
                if fault is None:
                    account.updates.confirm_below(update["update_id"] + 1)
                else:
                    hook.failures += 1
                    hook.last_error_date, hook.last_error_message = int(account.clock()), fault
                account.tell()
            if fault is not None:
                await asyncio.sleep(account.webhook_pause_seconds)


async def _push(session: aiohttp.ClientSession, hook: Webhook, update: dict[str, Any]) -> str | None:
    """None if the webhook took the update, otherwise why not."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret_token} if hook.secret_token else {}
    try:
        async with session.post(hook.url, json=update, headers=headers, allow_redirects=False) as response:
            await response.read()
            is_taken = 200 <= response.status < 300
            return None if is_taken else f"Wrong response from the webhook: {response.status} {response.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except (aiohttp.ClientError, OSError) as error:
        return f"Connection failed: {type(error).__name__}"
