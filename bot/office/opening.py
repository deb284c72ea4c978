"""What every command of the office begins with: a transaction, moments, texts by language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.domain.errors import EnquiryError
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.services.audit import Mark

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@contextmanager
def office(*, writes: bool = True) -> Iterator[tuple[Session, Settings, datetime]]:
    """A transaction of the settings' database, and the moment; what goes wrong is one plain sentence."""
    from bot import main as program

    with plainly():
        settings = read_settings()
        with (
            program.open_migrated(settings) as database,
            database.writing() if writes else database.reading() as db,
        ):
            yield db, settings, program.now()


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one sentence why something is not done."""
    try:
        yield
    except (SettingsError, EnquiryError) as fault:
        raise click.ClickException(str(fault)) from fault


def mark(
    area: str,
    deed: str,
    subject: str | Callable[[Any], str],
    details: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]] | None = None,
) -> Mark:
    """What the trail says of a command that changes something, for `audit.record`."""
    from bot.services.audit import OPERATOR, Mark

    return Mark(OPERATOR, area, deed, subject, details or {})


def texts_of(given: tuple[str, ...], option: str) -> dict[str, str]:
    """Texts by language: "tr=Merhaba"; without a language German."""
    texts: dict[str, str] = {}
    for text in given:
        code, sign, rest = text.partition("=")
        is_named = bool(sign) and code.isascii() and code.replace("-", "").isalpha() and len(code) <= len("de-easy")
        texts["de" if not is_named else code] = rest if is_named else text
    if not texts:
        raise click.UsageError(f"{option} is missing")
    return texts
