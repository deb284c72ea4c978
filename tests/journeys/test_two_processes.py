"""Stories of two processes that share one data folder: one takes over from the other, or they share the work."""

from __future__ import annotations

import httpx

from tests.fakes.bot_api import BotApi
from tests.journeys.conftest import Program

SOFA, ANSWER = "altes sofa", "Rufen Sie die EDG an."


def state(program: Program) -> str:
    checks: dict[str, str] = httpx.get(f"http://{program.address}/readyz").json()["checks"]
    return checks["telegram"]


def asks(telegram: BotApi, number: int) -> None:
    """A resident asks, and hears the answer."""
    resident = telegram.resident(number)
    resident.writes(SOFA)
    assert ANSWER in resident.waits_for(1)[0].text


def test_a_second_process_answers_when_the_first_is_killed(program: Program, telegram: BotApi) -> None:
    second = Program(program.folder, LOTSE_TELEGRAM_TOKEN=telegram.token, LOTSE_TELEGRAM_API_URL=telegram.url)
    try:
        program.starts()
        asks(telegram, 1)
        second.starts()
        assert (state(program), state(second)) == ("polling", "waiting for another process")
        asks(telegram, 2)
        program.is_killed()
        asks(telegram, 3)
        assert state(second) == "polling"
        assert second.stops() == 0
    finally:
        second.ends()
    assert "Traceback" not in program.log.read_text()


def test_one_process_serves_the_webhook_and_another_answers(program: Program, telegram: BotApi) -> None:
    settings = {
        "LOTSE_TELEGRAM_TOKEN": telegram.token,
        "LOTSE_TELEGRAM_API_URL": telegram.url,
        "LOTSE_TELEGRAM_MODE": "webhook",
        "LOTSE_PUBLIC_URL": f"http://{program.address}",
        "LOTSE_BIND": program.address,
    }
    web, worker = Program(program.folder, **settings), Program(program.folder, **settings)
    web.address = worker.address = program.address
    try:
        web.starts("--only", "web")
        worker.starts("--only", "telegram,worker")
        asks(telegram, 1)
        assert state(web) == "webhook"
        assert worker.stops() == 0
        said = telegram.resident(2).writes(SOFA)
        with telegram.changed:
            assert telegram.changed.wait_for(lambda: said.is_confirmed, 10)
        assert telegram.resident(2).heard == []
        worker.starts("--only", "telegram")
        assert ANSWER in telegram.resident(2).waits_for(1, seconds=20)[0].text
    finally:
        web.ends()
        worker.ends()
    assert telegram.calls("getUpdates") == []
    assert telegram.webhook.secret_token not in program.log.read_text()
