"""What is done with a notice that is written, on the command line."""

from __future__ import annotations

from typing import Any

import click

from bot.office.broadcasts import AGAIN, broadcast
from bot.office.opening import mark, office, texts_of

NUMBER = click.argument("number", type=int)


@broadcast.command(name="approve")
@NUMBER
@AGAIN
def approve_broadcast(number: int, again: bool) -> None:
    """Send the draft NUMBER, at its time; `preview` shows it before."""
    from bot.services import broadcasts

    _do("approve", number, broadcasts.approve, may_repeat=again)


@broadcast.command(name="cancel")
@NUMBER
def cancel_broadcast(number: int) -> None:
    """Stop broadcast NUMBER: whoever was not written to yet never will be."""
    from bot.services import broadcasts

    _do("cancel", number, broadcasts.cancel)


@broadcast.command(name="resume")
@NUMBER
def resume_broadcast(number: int) -> None:
    """Go on with broadcast NUMBER, which was paused; `list` says why."""
    from bot.services import broadcasts

    _do("resume", number, broadcasts.go_on)


@broadcast.command(name="correct")
@NUMBER
@click.argument("texts", nargs=-1, required=True, metavar="TEXT ...")
def correct_broadcast(number: int, texts: tuple[str, ...]) -> None:
    """Put TEXT in the place of what was delivered of NUMBER; it is German, or names its language: tr=Merhaba."""
    from bot.services import amendments

    _do("correct", number, amendments.correct, texts_of(texts, "TEXT"))


@broadcast.command(name="withdraw")
@NUMBER
def withdraw_broadcast(number: int) -> None:
    """Take back what was delivered of NUMBER, or say that it does not hold."""
    from bot.services import amendments

    _do("withdraw", number, amendments.withdraw)


def _do(deed: str, number: int, how: Any, *args: Any, **kwargs: Any) -> None:
    """Do a deed, put it into the trail, and say how the broadcast stands then."""
    from bot.services import audit

    with office() as (db, _, now):
        after = audit.record(db, mark("broadcast", deed, str(number)), now, how, number, *args, now, **kwargs)
        click.echo(f"Broadcast {number}: {after.state}")
