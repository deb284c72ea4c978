"""The office's work on the command line: topics, events, broadcasts, tokens. The same deeds as over the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.domain.errors import EnquiryError
from bot.domain.staff import Role
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.domain.events import Event

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
ASK_FOR_NUMBER = 100
"""Above so many residents their number must be typed before anything is sent."""


@contextmanager
def _office(*, writes: bool = True) -> Iterator[tuple[Session, Settings, datetime]]:
    """A transaction of the settings' database, and the moment; what goes wrong is one plain sentence."""
    from bot import main as program

    try:
        settings = read_settings()
        with (
            program.open_migrated(settings) as database,
            database.writing() if writes else database.reading() as db,
        ):
            yield db, settings, program.now()
    except (SettingsError, EnquiryError) as fault:
        raise click.ClickException(str(fault)) from fault


def _texts(given: tuple[str, ...], option: str) -> dict[str, str]:
    """Texts by language: "tr=Merhaba"; without a language German."""
    texts: dict[str, str] = {}
    for text in given:
        code, sign, rest = text.partition("=")
        is_named = bool(sign) and code.isascii() and code.replace("-", "").isalpha() and len(code) <= len("de-easy")
        texts["de" if not is_named else code] = rest if is_named else text
    if not texts:
        raise click.UsageError(f"{option} is missing")
    return texts


# --- Tokens ----------------------------------------------------------------------------------------------------------


@click.group()
def token() -> None:
    """Tokens with which programs use the API."""


@token.command(name="create")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it may do.")
def create_token(name: str, role: str) -> None:
    """Make a token for a program called NAME; it is shown once."""
    from bot.services import tokens

    with _office() as (db, _, now):
        made = tokens.create(db, name, Role(role), now)
    click.echo(f"Keep it safe, it is not shown again: {made}")


# --- Topics ----------------------------------------------------------------------------------------------------------


@click.group()
def topic() -> None:
    """Topics that residents can subscribe to."""


@topic.command(name="add")
@click.argument("names", nargs=-1, required=True, metavar="NAME ...")
@click.option("--id", "topic_id", help="Letters a-z, digits and hyphens; made of the name where it is missing.")
def add_topic(names: tuple[str, ...], topic_id: str | None) -> None:
    """Add a topic; NAME is German, or names its language: tr=Konut."""
    from bot.services import topics

    with _office() as (db, _, _now):
        made = topics.create(db, _texts(names, "NAME"), topic_id)
    click.echo(f"Added: {made.id}")


@topic.command(name="list")
def list_topics() -> None:
    """List the topics."""
    from bot.services import topics

    with _office(writes=False) as (db, _, _now):
        for each in topics.all_topics(db):
            click.echo(f"{each.id}: {each.name.get('de') or next(iter(each.name.values()))}")


# --- Events ----------------------------------------------------------------------------------------------------------


@click.group()
def event() -> None:
    """Events and participation meetings."""


@event.command(name="add")
@click.argument("titles", nargs=-1, required=True, metavar="TITLE ...")
@click.option("--start", type=MOMENT, required=True, help="Local time, for example 2026-12-01T18:00.")
@click.option("--end", type=MOMENT, help="Local time.")
@click.option("--place", multiple=True, help="Where it is; may name its language: tr=...")
@click.option("--description", multiple=True, help="What it is about; may name its language.")
@click.option("--address", help="Street and town, for a map.")
@click.option("--participation", is_flag=True, help="Residents have a say there, and sign up.")
@click.option("--seats", type=click.IntRange(min=1), help="How many seats there are.")
@click.option("--topic", "topics", multiple=True, help="Id of a topic; may be given several times.")
@click.option("--remind", multiple=True, help="Before the start: P1D, PT2H, MORNING; may be given several times.")
@click.option("--weekly-until", type=click.DateTime(["%Y-%m-%d"]), help="Comes again each week until this day.")
@click.option("--draft", is_flag=True, help="Not yet for residents.")
def add_event(
    titles: tuple[str, ...],
    start: datetime,
    end: datetime | None,
    weekly_until: datetime | None,
    draft: bool,
    **fields: Any,
) -> None:
    """Add an event; TITLE is German, or names its language: tr=Toplantı."""
    from bot.domain.events import DEFAULT_LEADS, EventState
    from bot.domain.leads import read_lead
    from bot.domain.series import Every, Repeat
    from bot.services import events
    from bot.services.events import Draft

    with _office() as (db, settings, now):
        one = Draft(
            title=_texts(titles, "TITLE"),
            starts_at=start,
            ends_at=end,
            place=_texts(fields["place"], "--place") if fields["place"] else None,
            description=_texts(fields["description"], "--description") if fields["description"] else None,
            address=fields["address"],
            participation=fields["participation"],
            capacity=fields["seats"],
            topics=fields["topics"],
            leads=tuple(map(read_lead, fields["remind"])) or DEFAULT_LEADS,
            state=EventState.DRAFT if draft else EventState.PUBLISHED,
        )
        repeat = Repeat(Every.WEEK, weekly_until.date()) if weekly_until else None
        made = events.create(db, one, settings.clock, now, repeat)
        for each in made:
            click.echo(f"Added: {_line(each, settings)}")


@event.command(name="list")
def list_events() -> None:
    """List the events that are to come."""
    from bot.services import events, registrations

    with _office(writes=False) as (db, settings, now):
        for each in events.upcoming(db, now):
            coming = registrations.attendance(db, each.id)
            seats = f", {coming.seats} seats taken, {coming.waiting} waiting" if each.takes_registrations(now) else ""
            click.echo(_line(each, settings) + seats)


@event.command(name="move")
@click.argument("number", type=int)
@click.option("--start", type=MOMENT, help="Local time.")
@click.option("--end", type=MOMENT, help="Local time.")
@click.option("--place", multiple=True, help="Where it is; may name its language: tr=...")
def move_event(number: int, start: datetime | None, end: datetime | None, place: tuple[str, ...]) -> None:
    """Move event NUMBER; everyone who is coming is told."""
    from bot.services import events

    changes: dict[str, Any] = {"starts_at": start, "ends_at": end}
    changes["place"] = _texts(place, "--place") if place else None
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        raise click.UsageError("say what changes: --start, --end or --place")
    with _office() as (db, settings, now):
        click.echo(f"Moved: {_line(events.change(db, number, given, settings.clock, now), settings)}")


@event.command(name="cancel")
@click.argument("number", type=int)
@click.option("--whole-series", is_flag=True, help="The later events of its series too.")
def cancel_event(number: int, whole_series: bool) -> None:
    """Cancel event NUMBER; everyone who is coming is told."""
    from bot.services import events

    with _office() as (db, settings, now):
        for each in events.cancel(db, number, now, whole_series=whole_series):
            click.echo(f"Cancelled: {_line(each, settings)}")


@event.command(name="outcome")
@click.argument("number", type=int)
@click.option("--attendance", type=click.IntRange(min=0), help="How many came.")
@click.option("--summary", multiple=True, help="What came of it; may name its language. Sent to those who signed up.")
def note_outcome(number: int, attendance: int | None, summary: tuple[str, ...]) -> None:
    """Note how many came to event NUMBER and what came of it."""
    from bot.services import events

    with _office() as (db, _, now):
        texts = _texts(summary, "--summary") if summary else {}
        click.echo(f"Noted. {events.note_outcome(db, number, attendance, texts, now)} residents are told.")


def _line(one: Event, settings: Settings) -> str:
    title = one.title.get("de") or next(iter(one.title.values()))
    return f"{one.id} {one.starts_at.astimezone(settings.zone):%a %Y-%m-%d %H:%M} {title} ({one.state})"


# --- Broadcasts ------------------------------------------------------------------------------------------------------


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
@click.option("--yes", is_flag=True, help="Do not ask.")
def send_broadcast(texts: tuple[str, ...], at: datetime | None, yes: bool, **rule: Any) -> None:
    """Send a notice; TEXT is German, or names its language: tr=Merhaba. Shows it and asks first."""
    from bot.domain.broadcasts import Audience
    from bot.domain.events import on_the_clock
    from bot.services import broadcasts
    from bot.services.audiences import Plan

    with _office(writes=False) as (db, settings, now):
        send_at = on_the_clock(at, settings.zone, "--at") if at else None
        audience = Audience(rule["topics"], rule["languages"], rule["event_id"])
        plan = Plan(_texts(texts, "TEXT"), audience, send_at=send_at, is_urgent=rule["urgent"])
        broadcasts.check(db, plan)
        if not yes:
            _show_and_ask(db, plan, settings, now)
    # A transaction of its own: nobody else could write while a person thinks about it.
    with _office() as (db, _, now):
        sent = broadcasts.approve(db, broadcasts.create(db, plan, now).id, now, may_repeat=True)
    click.echo(f"Broadcast {sent.id}: {sent.state}")


@broadcast.command(name="list")
def list_broadcasts() -> None:
    """List the broadcasts with their counts."""
    from bot.services import broadcasts

    with _office(writes=False) as (db, _, _now):
        for each in broadcasts.listed(db):
            counts = ", ".join(f"{count} {state}" for state, count in each.reached.items() if count)
            click.echo(f"{each.id} {each.state} {counts} {each.reason}".rstrip())


@broadcast.command(name="cancel")
@click.argument("number", type=int)
def cancel_broadcast(number: int) -> None:
    """Stop broadcast NUMBER: whoever was not written to yet never will be."""
    from bot.services import broadcasts

    with _office() as (db, _, now):
        click.echo(f"Broadcast {number}: {broadcasts.cancel(db, number, now).state}")


def _show_and_ask(db: Session, plan: Any, settings: Settings, now: datetime) -> None:
    from bot.services import audiences, notices
    from bot.services.notices import Rules

    seen = audiences.preview(db, plan, now, settings.notice_cap)
    for language, reply in notices.preview(db, plan, Rules(settings.zone, settings.notice_cap), now).items():
        click.echo(f"--- {language}\n{reply.plain()}\n")
    held = "".join(f", {count} held back ({reason})" for reason, count in seen.held_back.items())
    click.echo(f"{seen.audience} residents, {seen.reachable} will get it{held}.")
    if seen.missing:
        click.echo(f"No text in: {', '.join(seen.missing)}")
    if seen.audience > ASK_FOR_NUMBER:
        if click.prompt("Type their number to send it", type=int) != seen.audience:
            raise click.ClickException("That is not their number; nothing was sent.")
    elif not click.confirm("Send it?"):
        raise click.ClickException("Nothing was sent.")
