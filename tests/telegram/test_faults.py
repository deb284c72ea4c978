"""What happens when Telegram, or the way to it, misbehaves."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInput
from bot.telegram import application
from tests.conftest import TestTown
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import SOFA


@pytest.mark.parametrize(
    ("fault", "settings"),
    [(429, {"retry_after": 1}), ("drop_before", {}), (500, {}), (502, {})],
)
async def test_an_answer_that_was_not_accepted_is_sent_again(
    bot: TestTown, telegram: BotApi, fault: int | str, settings: dict[str, float]
) -> None:
    telegram.fails("sendMessage", fault, times=1, **settings)
    heard = await telegram.resident(7).writes(SOFA)
    assert "EDG" in heard.text


async def test_an_answer_whose_end_is_unclear_is_repeated_once_at_most(bot: TestTown, telegram: BotApi) -> None:
    telegram.fails("sendMessage", "drop_after", times=None)
    resident = telegram.resident(7)
    resident.writes(SOFA)
    await resident.hears(2)
    telegram.recovers()
    await resident.writes("Kita anmelden")
    assert [heard.text.rsplit("\n", 1)[-1] for heard in resident.heard] == [
        "Rufen Sie die EDG an.",
        "Rufen Sie die EDG an.",
        "Im Kita-Portal.",
    ]


async def test_who_blocked_the_bot_is_not_written_to_again_and_again(bot: TestTown, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", 403, chat=7, times=1)
    resident.writes(SOFA)
    await telegram.resident(8).writes(SOFA)
    heard = await resident.writes("Kita anmelden")
    assert "Kita-Portal" in heard.text
    assert len(telegram.calls("sendMessage", chat=7)) == 2


async def test_questions_wait_while_telegram_is_down(bot: TestTown, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    with telegram.down():
        resident.writes(SOFA)
    await resident.hears(1, seconds=20)
    assert "EDG" in (resident.last_heard or "")


async def test_a_wrong_token_is_one_plain_sentence(knowing: TestTown, telegram: BotApi) -> None:
    with pytest.raises(InvalidInput, match="LOTSE_TELEGRAM_TOKEN: Telegram does not accept this token"):
        async with application.running(knowing.desk, "123456:wrong", telegram.url):
            pass
    telegram.complaints.clear()  # the server's own word for it


async def test_a_start_while_telegram_is_out_of_reach_succeeds_later(knowing: TestTown, telegram: BotApi) -> None:
    telegram.goes_down()
    async with application.running(knowing.desk, telegram.token, telegram.url):
        telegram.comes_back()
        telegram.resident(7).writes(SOFA)
        await telegram.resident(7).hears(1, seconds=20)


async def test_stopping_while_telegram_is_down_does_not_hang(knowing: TestTown, telegram: BotApi) -> None:
    telegram.goes_down()
    async with application.running(knowing.desk, telegram.token, telegram.url):
        assert telegram.calls("getMe") == []
    telegram.comes_back()


async def test_an_update_that_was_fetched_twice_is_answered_once(knowing: TestTown, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    # The first confirmation never arrives, so Telegram hands the update out again.
    async with application.running(knowing.desk, telegram.token, telegram.url):
        said = resident.writes(SOFA)
        await said
        telegram.fails("getUpdates", "drop_before", times=3)
    async with application.running(knowing.desk, telegram.token, telegram.url):
        await resident.writes("Kita anmelden")
    assert [heard.text.rsplit("\n", 1)[-1] for heard in resident.heard] == ["Rufen Sie die EDG an.", "Im Kita-Portal."]


async def test_what_was_written_down_but_not_answered_is_answered_after_a_restart(
    knowing: TestTown, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", 429, times=None, retry_after=60)
    async with application.running(knowing.desk, telegram.token, telegram.url):
        said = resident.writes(SOFA)
        await telegram.until(lambda: said.is_confirmed and bool(telegram.calls("sendMessage")), 10)
    telegram.recovers()
    async with application.running(knowing.desk, telegram.token, telegram.url):
        await resident.hears(1)
    assert len(resident.heard) == 1
