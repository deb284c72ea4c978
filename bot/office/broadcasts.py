"""Notices to many, on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.office.opening import MOMENT, office, plainly, texts_of
from bot.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.domain.messages import Reply

ASK_FOR_NUMBER = 100
"""Above so many residents their number must be typed before anything is sent."""


@click.group()
def broadcast() -> None:
    """Notices to many residents."""


@broadcast.command(name="send")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT ...")
@click.option("--topic", "topics", multiple=True, help="To those who subscribed to this; may be given several times.")
@click.option("--language", "languages", multiple=True, help="To those who speak this; may be given several times.")
@click.option("--event", "event_id", type=int, help="The event it is about; without topics: to those registered.")
@click.option("--at", type=MOMENT, help="Local time; now, where it is missing.")
@click.option("--urgent", is_flag=True, help="Quiet hours and the weekly cap do not hold.")
@click.option("--again", is_flag=True, help="Send it although some got the same text within a day.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def send_broadcast(texts: tuple[str, ...], at: datetime | None, again: bool, yes: bool, **rule: Any) -> None:
    """Send a notice; TEXT is German, or names its language: tr=Merhaba. Shows it and asks first."""
    from bot.domain.broadcasts import Audience
    from bot.domain.events import on_the_clock
    from bot.services import broadcasts
    from bot.services.audiences import Plan

    with office(writes=False) as (db, settings, now):
        send_at = on_the_clock(at, settings.zone, "--at") if at else None
        audience = Audience(rule["topics"], rule["languages"], rule["event_id"])
        plan = Plan(texts_of(texts, "TEXT"), audience, send_at=send_at, is_urgent=rule["urgent"])
        broadcasts.check(db, plan, now)
        if not yes:
            _show_and_ask(db, plan, settings, now)
    # A transaction of its own: nobody else could write while a person thinks about it.
    with office() as (db, _, now):
        sent = broadcasts.approve(db, broadcasts.create(db, plan, now).id, now, may_repeat=again)
    click.echo(f"Broadcast {sent.id}: {sent.state}")


@broadcast.command(name="test")
@click.argument("number", type=int)
def test_broadcast(number: int) -> None:
    """Show broadcast NUMBER to the staff group, in each of its languages and marked TEST."""
    from bot.services import notices
    from bot.services.notices import Rules

    with office(writes=False) as (db, settings, now):
        replies = notices.trials(db, number, Rules(settings.zone), now)
    with plainly():
        asyncio.run(_show_staff(settings, replies))
    click.echo(f"The staff group has it in {len(replies)} languages.")


async def _show_staff(settings: Settings, replies: Sequence[Reply]) -> None:
    from bot import main as program
    from bot.desk import StaffRoom

    async with program.open_outlet(settings) as outlet:
        await StaffRoom(outlet.sender if outlet else None, settings.staff_chat).show(replies)


@broadcast.command(name="list")
def list_broadcasts() -> None:
    """List the broadcasts with their counts."""
    from bot.services import broadcasts

    with office(writes=False) as (db, _, _now):
        for each in broadcasts.listed(db):
            counts = ", ".join(f"{count} {state}" for state, count in each.reached.items() if count)
            click.echo(f"{each.id} {each.state} {counts} {each.reason}".rstrip())


@broadcast.command(name="cancel")
@click.argument("number", type=int)
def cancel_broadcast(number: int) -> None:
    """Stop broadcast NUMBER: whoever was not written to yet never will be."""
    from bot.services import broadcasts

    with office() as (db, _, now):
        click.echo(f"Broadcast {number}: {broadcasts.cancel(db, number, now).state}")


def _show_and_ask(db: Session, plan: Any, settings: Settings, now: datetime) -> None:
    from bot.services import audiences, notices
    from bot.services.notices import Rules

    seen = audiences.preview(db, plan, now, settings.notice_cap)
    for language, reply in notices.preview(db, plan, Rules(settings.zone, settings.notice_cap), now).items():
        click.echo(f"--- {language}\n{reply.plain()}\n")
    held = "".join(f", {count} held back ({reason})" for reason, count in seen.held_back.items())
    click.echo(f"{seen.audience} residents, {seen.reachable} will get it{held}.")
    if seen.repeats:
        click.echo("Some of them got the same text within the last 24 hours; --again sends it all the same.")
    if seen.missing:
        click.echo(f"No text in: {', '.join(seen.missing)}")
    if seen.audience > ASK_FOR_NUMBER:
        if click.prompt("Type their number to send it", type=int) != seen.audience:
            raise click.ClickException("That is not their number; nothing was sent.")
    elif not click.confirm("Send it?"):
        raise click.ClickException("Nothing was sent.")
