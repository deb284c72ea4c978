"""What Telegram shows of the bot before anybody has written: its menu of commands and its description."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.domain.town import Town
from bot.texts import profile
from bot.texts.catalog import languages
from knowledge.entry import DEFAULT_LANGUAGE

log = logging.getLogger(__name__)

MOST_LANGUAGES = 12
"""In how many languages the bot introduces itself; each takes three calls."""


async def introduce(bot: Bot, town: Town) -> None:
    """Set commands and descriptions, for everyone in German and for each language there is; no fault matters much."""
    for code, language in _audiences():
        description, short = profile.profile(town, language)
        try:
            await bot.set_my_commands(profile.commands(language), language_code=code)
            await bot.set_my_description(description, language_code=code)
            await bot.set_my_short_description(short, language_code=code)
        except RetryAfter as fault:
            log.info("the bot's description is left as it is: Telegram asks to wait %s", fault.retry_after)
            return
        except TelegramError as fault:
            log.warning("the bot's description could not be set for %s: %s", code or "everyone", type(fault).__name__)


def _audiences() -> Iterator[tuple[str | None, str]]:
    """Pairs of the code that Telegram knows (two letters, None: everyone) and the language to word it in."""
    yield None, DEFAULT_LANGUAGE
    for language in [code for code in languages() if len(code) == 2][:MOST_LANGUAGES]:
        yield language, language
