"""The fake under test, the real library beside it, and a plain client for what the library would refuse to send."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from telegram import Bot

from tests.fakes.bot_api import BotApi


class PlainClient:
    """Posts to the fake without any library; gives status and body."""

    def __init__(self, telegram: BotApi) -> None:
        self._base = f"{telegram.url}/bot{telegram.token}"
        self.client = httpx.Client(timeout=5)

    def __call__(self, method: str, **parameters: object) -> httpx.Response:
        return self.client.post(f"{self._base}/{method}", json=parameters)

    def fault(self, method: str, **parameters: object) -> str:
        """The description of the error that must come."""
        answer = self(method, **parameters)
        assert answer.json()["ok"] is False, answer.text
        assert answer.json()["error_code"] == answer.status_code
        return str(answer.json()["description"])


@pytest.fixture(autouse=True)
def library_without_deprecations(monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise reading RetryAfter.retry_after is a warning of the library, and warnings are errors here.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def telegram() -> Iterator[BotApi]:
    with BotApi() as running:
        yield running


@pytest.fixture
def post(telegram: BotApi) -> Iterator[PlainClient]:
    client = PlainClient(telegram)
    yield client
    client.client.close()


@pytest.fixture
async def bot(telegram: BotApi) -> AsyncIterator[Bot]:
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as running:
        yield running
