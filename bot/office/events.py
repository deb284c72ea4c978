"""Events and participation meetings, on the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.office.opening import MOMENT, mark, office, texts_of
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.domain.events import Event


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
    from bot.services import audit, events
    from bot.services.events import Draft

    with office() as (db, settings, now):
        one = Draft(
            title=texts_of(titles, "TITLE"),
            starts_at=start,
            ends_at=end,
            place=texts_of(fields["place"], "--place") if fields["place"] else None,
            description=texts_of(fields["description"], "--description") if fields["description"] else None,
            address=fields["address"],
            participation=fields["participation"],
            capacity=fields["seats"],
            topics=fields["topics"],
            leads=tuple(map(read_lead, fields["remind"])) or DEFAULT_LEADS,
            state=EventState.DRAFT if draft else EventState.PUBLISHED,
        )
        repeat = Repeat(Every.WEEK, weekly_until.date()) if weekly_until else None
        noted = mark("event", "create", lambda made: str(made[0].id))
        made = audit.record(db, noted, now, events.create, one, settings.clock, now, repeat)
        for each in made:
            click.echo(f"Added: {_line(each, settings)}")


@event.command(name="list")
@click.option("--without-outcome", is_flag=True, help="Those that are over and of which nobody noted how many came.")
def list_events(without_outcome: bool) -> None:
    """List the events that are to come."""
    from bot.services import events, registrations

    with office(writes=False) as (db, settings, now):
        for each in events.without_outcome(db, now) if without_outcome else events.upcoming(db, now):
            coming = registrations.attendance(db, each.id)
            seats = f", {coming.seats} seats taken, {coming.waiting} waiting" if each.takes_registrations(now) else ""
            click.echo(_line(each, settings) + seats)


@event.command(name="move")
@click.argument("number", type=int)
@click.option("--start", type=MOMENT, help="Local time.")
@click.option("--end", type=MOMENT, help="Local time.")
@click.option("--place", multiple=True, help="Where it is; may name its language: tr=...")
@click.option("--whole-series", is_flag=True, help="The later events of its series too, moved as far.")
def move_event(
    number: int, start: datetime | None, end: datetime | None, place: tuple[str, ...], whole_series: bool
) -> None:
    """Move event NUMBER; everyone who is coming is told."""
    from bot.services import audit, events

    changes: dict[str, Any] = {"starts_at": start, "ends_at": end}
    changes["place"] = texts_of(place, "--place") if place else None
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        raise click.UsageError("say what changes: --start, --end or --place")
    with office() as (db, settings, now):
        noted = mark("event", "change", str(number), {"fields": sorted(given), "whole_series": whole_series})
        deed = (number, given, settings.clock, now)
        moved = audit.record(db, noted, now, events.change, *deed, whole_series=whole_series)
        click.echo(f"Moved: {_line(moved, settings)}")


@event.command(name="cancel")
@click.argument("number", type=int)
@click.option("--whole-series", is_flag=True, help="The later events of its series too.")
def cancel_event(number: int, whole_series: bool) -> None:
    """Cancel event NUMBER; everyone who is coming is told."""
    from bot.services import audit, events

    with office() as (db, settings, now):
        noted = mark("event", "cancel", str(number), {"whole_series": whole_series})
        for each in audit.record(db, noted, now, events.cancel, number, now, whole_series=whole_series):
            click.echo(f"Cancelled: {_line(each, settings)}")


@event.command(name="outcome")
@click.argument("number", type=int)
@click.option("--attendance", type=click.IntRange(min=0), help="How many came.")
@click.option("--summary", multiple=True, help="What came of it; may name its language. Sent to those who signed up.")
def note_outcome(number: int, attendance: int | None, summary: tuple[str, ...]) -> None:
    """Note how many came to event NUMBER and what came of it."""
    from bot.services import audit, events

    with office() as (db, _, now):
        texts = texts_of(summary, "--summary") if summary else {}
        noted = mark("event", "outcome", str(number))
        told = audit.record(db, noted, now, events.note_outcome, number, attendance, texts, now)
        click.echo(f"Noted. {told} residents are told.")


def _line(one: Event, settings: Settings) -> str:
    title = one.title.get("de") or next(iter(one.title.values()))
    return f"{one.id} {one.starts_at.astimezone(settings.zone):%a %Y-%m-%d %H:%M} {title} ({one.state})"
