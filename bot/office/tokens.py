"""Tokens for programs, on the command line."""

from __future__ import annotations

import click

from bot.domain.staff import Role
from bot.office.opening import mark, office


@click.group()
def token() -> None:
    """Tokens with which programs use the API."""


@token.command(name="create")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it may do.")
def create_token(name: str, role: str) -> None:
    """Make a token for a program called NAME; it is shown once."""
    from bot.services import audit, tokens

    with office() as (db, _, now):
        made = audit.record(
            db, mark("token", "create", name, {"role": role}), now, tokens.create, name, Role(role), now
        )
    click.echo(f"Keep it safe, it is not shown again: {made}")


@token.command(name="list")
def list_tokens() -> None:
    """List the tokens by the names of their programs; they themselves are not shown again."""
    from bot.services import tokens

    with office(writes=False) as (db, settings, _now):
        for each in tokens.listed(db):
            click.echo(f"{each.name} ({each.role}), since {each.created_at.astimezone(settings.zone):%Y-%m-%d}")


@token.command(name="revoke")
@click.argument("name")
def revoke_token(name: str) -> None:
    """Let the token of NAME count for nothing, at once."""
    from bot.services import audit, tokens

    with office() as (db, _, now):
        audit.record(db, mark("token", "revoke", name), now, tokens.revoke, name)
    click.echo(f"Revoked: {name}")
