"""Tokens for programs, on the command line."""

from __future__ import annotations

import click

from bot.domain.staff import Role
from bot.office.opening import office


@click.group()
def token() -> None:
    """Tokens with which programs use the API."""


@token.command(name="create")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it may do.")
def create_token(name: str, role: str) -> None:
    """Make a token for a program called NAME; it is shown once."""
    from bot.services import tokens

    with office() as (db, _, now):
        made = tokens.create(db, name, Role(role), now)
    click.echo(f"Keep it safe, it is not shown again: {made}")
