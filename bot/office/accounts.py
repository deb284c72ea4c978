"""Accounts of staff for the console, on the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.domain.staff import Role
from bot.office.opening import mark, office
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.services.staff import Member


@click.group()
def user() -> None:
    """Accounts of those who work with the console."""


@user.command(name="add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", help="Of the console: de or en.")
def add_user(name: str, role: str, language: str) -> None:
    """Give NAME an account; prints the link by which they choose a password, once."""
    from bot.services import audit, staff

    with office() as (db, settings, now):
        noted = mark("staff", "add", lambda made: str(made[0].name), {"role": role})
        _, token = audit.record(db, noted, now, staff.add, name, Role(role), language, now)
    click.echo(_invitation(settings, token))


@user.command(name="list")
def list_users() -> None:
    """List the accounts."""
    from bot.services import staff

    with office(writes=False) as (db, settings, _now):
        for each in staff.listed(db):
            click.echo(_line(each, settings))


@user.command(name="reset")
@click.argument("name")
def reset_user(name: str) -> None:
    """Give NAME a new set-up link; the old password and all sessions end at once."""
    from bot.services import audit, staff

    with office() as (db, settings, now):
        found = staff.named(db, name)
        noted = mark("staff", "renew link", found.name)
        token = audit.record(db, noted, now, staff.rescue, found.id, now)
    click.echo(_invitation(settings, token))


@user.command(name="disable")
@click.argument("name")
def disable_user(name: str) -> None:
    """Lock NAME out at once; what they did stays in the audit trail."""
    from bot.services import audit, staff

    with office() as (db, settings, now):
        found = staff.named(db, name)
        changed = audit.record(db, mark("staff", "disable", found.name), now, staff.disable, found.id, now)
        click.echo(_line(changed, settings))


@user.command(name="enable")
@click.argument("name")
def enable_user(name: str) -> None:
    """Let NAME in again."""
    from bot.services import audit, staff

    with office() as (db, settings, now):
        found = staff.named(db, name)
        changed = audit.record(db, mark("staff", "enable", found.name), now, staff.enable, found.id)
        click.echo(_line(changed, settings))


def _invitation(settings: Settings, token: str) -> str:
    from bot.services.staff import SETUP_LASTS

    return f"To be opened once, within {SETUP_LASTS.days} days, to choose a password: {settings.setup_address(token)}"


def _line(one: Member, settings: Settings) -> str:
    state = "disabled" if one.is_disabled else "" if one.has_password else "no password yet"
    return ", ".join(filter(None, [f"{one.name} ({one.role})", state, _seen(one.last_seen_at, settings)]))


def _seen(at: datetime | None, settings: Settings) -> str:
    return f"last here {at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if at else ""
