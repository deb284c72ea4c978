"""Notices that come again, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.office.broadcasts import MISSING
from bot.office.opening import MOMENT, mark, office, texts_of
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.domain.recurring import Recurring

DAY = click.DateTime(["%Y-%m-%d"])
NUMBER = click.argument("number", type=int)


@click.group()
def recurring() -> None:
    """Notices that come again, such as each Thursday at ten."""


@recurring.command(name="add")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT ...")
@click.option("--first", type=MOMENT, required=True, help="The first time, local: 2026-12-03T10:00.")
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="week", help="After what it comes again.")
@click.option("--interval", type=click.IntRange(1, 52), default=1, help="Each time, each second time and so on.")
@click.option("--until", type=DAY, help="The last day; without it that of the last date of its event.")
@click.option("--skip", type=DAY, multiple=True, help="A day on which nothing is sent; also several times.")
@click.option("--topic", "topics", multiple=True, help="To those who subscribed to this; also several times.")
@click.option("--language", "languages", multiple=True, help="To those who are written to in this; likewise.")
@click.option("--event", "event_id", type=int, help="One date of the event it is about; each time is about the next.")
@click.option("--missing", type=click.Choice(MISSING), default=MISSING[0], help="For languages without a text.")
def add_recurring(texts: tuple[str, ...], first: datetime, **rule: Any) -> None:
    """Write a recurring notice down; TEXT is German, or names its language. Nothing is sent before `approve`."""
    from bot.domain.broadcasts import Audience, Missing
    from bot.domain.recurring import Rhythm
    from bot.domain.series import Every
    from bot.services import audit
    from bot.services import recurring as services
    from bot.services.recurring import Draft

    until = rule["until"].date() if rule["until"] else None
    skipped = frozenset(day.date() for day in rule["skip"])
    rhythm = Rhythm(first, Every(rule["every"]), rule["interval"], until, skipped)
    audience = Audience(rule["topics"], rule["languages"], rule["event_id"])
    draft = Draft(texts_of(texts, "TEXT"), rhythm, audience, Missing(rule["missing"].replace("-", "_")))
    with office() as (db, settings, now):
        noted = mark("recurring", "create", lambda made: str(made.id))
        made = audit.record(db, noted, now, services.create, draft, settings.clock, now)
        click.echo(_line(made, settings))
        for each in services.coming(db, draft, settings.zone, now):
            why = f" ({each.left_out})" if each.left_out else ""
            click.echo(f"  {each.at.astimezone(settings.zone):%a %Y-%m-%d %H:%M}{why}")


@recurring.command(name="list")
def list_recurring() -> None:
    """List the recurring notices, and when each goes out next."""
    from bot.services import recurring as services

    with office(writes=False) as (db, settings, _now):
        for each in services.listed(db):
            click.echo(_line(each, settings))


@recurring.command(name="approve")
@NUMBER
@click.option("--count", type=int, help="How many residents get it, where they are many.")
def approve_recurring(number: int, count: int | None) -> None:
    """Approve all sendings of NUMBER at once: from then on it goes out by itself."""
    from bot.services import recurring as services

    def deed(db: Any, settings: Settings, now: datetime) -> Recurring:
        return services.approve(db, number, None, count, settings.notice_cap, settings.clock, now)

    _do("approve", number, deed)


@recurring.command(name="skip")
@NUMBER
@click.argument("day", type=DAY)
@click.option("--again", is_flag=True, help="Send it after all.")
def skip_recurring(number: int, day: datetime, again: bool) -> None:
    """Send nothing of NUMBER on DAY, as in 2026-12-24."""
    from bot.services import recurring as services

    def deed(db: Any, settings: Settings, now: datetime) -> Recurring:
        return services.skip(db, number, day.date(), settings.clock, now, is_skipped=not again)

    _do("skip", number, deed)


@recurring.command(name="stop")
@NUMBER
def stop_recurring(number: int) -> None:
    """Send nothing of NUMBER any more."""
    from bot.services import recurring as services

    _do("stop", number, lambda db, _, now: services.stop(db, number, now))


def _do(name: str, number: int, deed: Callable[[Any, Settings, datetime], Recurring]) -> None:
    """Do a deed, put it into the trail, and say how the notice stands then."""
    from bot.services import audit

    with office() as (db, settings, now):
        noted = mark("recurring", name, str(number))
        click.echo(_line(audit.record(db, noted, now, deed, settings, now), settings))


def _line(one: Recurring, settings: Settings) -> str:
    text = one.texts.get("de") or next(iter(one.texts.values()))
    when = f", next {one.next_at.astimezone(settings.zone):%a %Y-%m-%d %H:%M}" if one.next_at else ""
    return f"Recurring notice {one.id}: {one.state}{when}: {click.unstyle(text).splitlines()[0][:60]}"
