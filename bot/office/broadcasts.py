"""Notices to many, on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.office.opening import MOMENT, mark, office, plainly, texts_of
from bot.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.domain.messages import Reply
    from bot.services.audiences import Plan

ASK_FOR_NUMBER = 100
"""Above so many residents their number must be typed before anything is sent."""

MISSING = ("fall-back", "skip", "block")
TIMES = (("at", "--at"), ("not_after", "--not-after"))
AGAIN = click.option("--again", is_flag=True, help="Send it although some got the same text within a day.")


@click.group()
def broadcast() -> None:
    """Notices to many residents."""


def planned(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that takes a notice's audience and time."""
    options = (
        click.option("--topic", "topics", multiple=True, help="To those who subscribed to this; also several times."),
        click.option("--language", "languages", multiple=True, help="To those who are written to in this; likewise."),
        click.option("--event", "event_id", type=int, help="What it is about; without topics: to those registered."),
        click.option("--without-event", "without_event_id", type=int, help="Not to those registered for this event."),
        click.option("--at", type=MOMENT, help="Local time; now, where it is missing."),
        click.option("--not-after", type=MOMENT, help="Local time when it is too late."),
        click.option("--missing", type=click.Choice(MISSING), default=MISSING[0], help="For languages without a text."),
        click.option("--urgent", is_flag=True, help="Quiet hours and the weekly cap do not hold."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@broadcast.command(name="send")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT ...")
@planned
@AGAIN
@click.option("--yes", is_flag=True, help="Do not ask.")
def send_broadcast(texts: tuple[str, ...], again: bool, yes: bool, **rule: Any) -> None:
    """Send a notice; TEXT is German, or names its language: tr=Merhaba. Shows it and asks first."""
    from bot.services import audit, broadcasts

    with office(writes=False) as (db, settings, now):
        plan = _plan(texts_of(texts, "TEXT"), settings, **rule)
        broadcasts.check(db, plan, now)
        if not yes:
            _show_and_ask(db, plan, settings, now)
    # A transaction of its own: nobody else could write while a person thinks about it.
    with office() as (db, _, now):
        noted = mark("broadcast", "send", lambda sent: str(sent.id))
        sent = audit.record(db, noted, now, broadcasts.send, plan, now, may_repeat=again)
    click.echo(f"Broadcast {sent.id}: {sent.state}")


@broadcast.command(name="draft")
@click.argument("texts", nargs=-1, metavar="[TEXT ...]")
@planned
def draft_broadcast(texts: tuple[str, ...], **rule: Any) -> None:
    """Write a notice down without sending it; with --event alone it announces that event in all its languages."""
    from bot.services import announcing, audit, broadcasts

    noted = mark("broadcast", "create", lambda made: str(made.id))
    with office() as (db, settings, now):
        if texts or rule["event_id"] is None:
            plan = _plan(texts_of(texts, "TEXT"), settings, **rule)
            made = audit.record(db, noted, now, broadcasts.create, plan, now)
        else:
            made = audit.record(db, noted, now, announcing.announce, rule["event_id"], settings.zone, now)
    click.echo(f"Broadcast {made.id}: {made.state}")


@broadcast.command(name="preview")
@click.argument("number", type=int)
def preview_broadcast(number: int) -> None:
    """Show whom broadcast NUMBER would go to now, and how it looks in each language."""
    from bot.services import broadcasts

    with office(writes=False) as (db, settings, now):
        _show(db, broadcasts.planned(db, number), settings, now)


@broadcast.command(name="test")
@click.argument("number", type=int)
def test_broadcast(number: int) -> None:
    """Show broadcast NUMBER to the staff group, in each of its languages and marked TEST."""
    from bot.services import audit, notices
    from bot.services.notices import Rules

    with office(writes=False) as (db, settings, now):
        replies = notices.trials(db, number, Rules(settings.zone), now)
    with plainly():
        asyncio.run(_show_staff(settings, replies))
    with office() as (db, _, now):
        audit.record(db, mark("broadcast", "test", str(number)), now, lambda _: None)
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


def _plan(texts: Mapping[str, str], settings: Settings, **rule: Any) -> Plan:
    from bot.domain.broadcasts import Audience, Missing
    from bot.domain.events import on_the_clock
    from bot.services.audiences import Plan

    moments = {name: on_the_clock(rule[name], settings.zone, option) for name, option in TIMES if rule[name]}
    return Plan(
        texts,
        Audience(rule["topics"], rule["languages"], rule["event_id"], rule["without_event_id"]),
        missing=Missing(rule["missing"].replace("-", "_")),
        send_at=moments.get("at"),
        not_after=moments.get("not_after"),
        is_urgent=rule["urgent"],
    )


def _show_and_ask(db: Session, plan: Plan, settings: Settings, now: datetime) -> None:
    """Show a notice and its audience; raises ClickException where it is not meant to be sent."""
    audience = _show(db, plan, settings, now)
    if audience > ASK_FOR_NUMBER:
        if click.prompt("Type their number to send it", type=int) != audience:
            raise click.ClickException("That is not their number; nothing was sent.")
    elif not click.confirm("Send it?"):
        raise click.ClickException("Nothing was sent.")


def _show(db: Session, plan: Plan, settings: Settings, now: datetime) -> int:
    """Show a notice and its audience; how many these are."""
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
    return seen.audience
