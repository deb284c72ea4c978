"""Whether this installation is well: one finding for each thing that often is not."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.domain.errors import InvalidInput
from bot.mail import Mailer, MailFault, read_server
from bot.main import open_database
from bot.settings import Settings
from bot.storage import migrations

LEAST_FREE_BYTES = 200_000_000
OLDEST_BUILD = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that stands before this program was written is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    subject: str
    is_fine: bool
    detail: str


async def examine(settings: Settings) -> list[Finding]:
    """Check everything, however many faults there are."""
    return [
        Finding("settings", is_fine=True, detail=f"time zone {settings.timezone}, web address {settings.web_address}"),
        *_examine_database(settings),
        await _examine_telegram(settings),
        await _examine_mail(settings),
        _examine_disk(settings),
        _examine_clock(settings),
    ]


def _examine_database(settings: Settings) -> list[Finding]:
    try:
        with open_database(settings) as database:
            behind = migrations.pending(database)
            kind = database.engine.dialect.name
    except InvalidInput as fault:
        return [Finding("database", is_fine=False, detail=str(fault))]
    detail = "pending: `lotse run` brings them" if behind else "none pending"
    return [Finding("database", is_fine=True, detail=kind), Finding("migrations", is_fine=not behind, detail=detail)]


async def _examine_telegram(settings: Settings) -> Finding:
    token = settings.telegram_token.get_secret_value()
    if not token:
        return Finding("telegram", is_fine=True, detail="off (LOTSE_TELEGRAM_TOKEN is empty)")
    try:
        async with Bot(token, base_url=f"{settings.telegram_api_url}/bot") as bot:
            return Finding("telegram", is_fine=True, detail=f"@{bot.username}")
    except InvalidToken:
        return Finding("telegram", is_fine=False, detail="LOTSE_TELEGRAM_TOKEN: Telegram does not accept this token")
    except TelegramError as fault:
        return Finding("telegram", is_fine=False, detail=f"cannot be reached ({type(fault).__name__})")


async def _examine_mail(settings: Settings) -> Finding:
    url = settings.smtp_url.get_secret_value()
    if not url:
        return Finding("mail", is_fine=True, detail="off (LOTSE_SMTP_URL is empty)")
    try:
        return Finding("mail", is_fine=True, detail=await Mailer(read_server(url)).examine())
    except MailFault as fault:
        return Finding("mail", is_fine=False, detail=f"LOTSE_SMTP_URL: {fault}")


def _examine_disk(settings: Settings) -> Finding:
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as fault:
        return Finding("disk", is_fine=False, detail=f"{settings.data_dir}: {fault.strerror}")
    return Finding("disk", is_fine=free >= LEAST_FREE_BYTES, detail=f"{free / 1e9:.1f} GB free in {settings.data_dir}")


def _examine_clock(settings: Settings) -> Finding:
    moment = datetime.now(UTC)
    local = moment.astimezone(settings.zone)
    return Finding("clock", is_fine=moment > OLDEST_BUILD, detail=f"{local:%Y-%m-%d %H:%M} in {settings.timezone}")
