"""Topics that residents subscribe to, on the command line."""

from __future__ import annotations

import click

from bot.office.opening import mark, office, texts_of


@click.group()
def topic() -> None:
    """Topics that residents can subscribe to."""


@topic.command(name="add")
@click.argument("names", nargs=-1, required=True, metavar="NAME ...")
@click.option("--id", "topic_id", help="Letters a-z, digits and hyphens; made of the name where it is missing.")
def add_topic(names: tuple[str, ...], topic_id: str | None) -> None:
    """Add a topic; NAME is German, or names its language: tr=Konut."""
    from bot.services import audit, topics

    with office() as (db, _, now):
        noted = mark("topic", "create", lambda made: str(made.id))
        made = audit.record(db, noted, now, topics.create, texts_of(names, "NAME"), topic_id)
    click.echo(f"Added: {made.id}")


@topic.command(name="list")
def list_topics() -> None:
    """List the topics."""
    from bot.services import topics

    with office(writes=False) as (db, _, _now):
        for each in topics.all_topics(db):
            click.echo(f"{each.id}: {each.name.get('de') or next(iter(each.name.values()))}")
