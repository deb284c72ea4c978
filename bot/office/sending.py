"""What is done with a notice that is written, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.office.broadcasts import AGAIN, broadcast
from bot.office.opening import mark, office, texts_of

if TYPE_CHECKING:
    from bot.domain.broadcasts import Broadcast

__all__ = ["broadcast"]

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


@broadcast.command(name="attach")
@NUMBER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--alt", multiple=True, required=True, help="What it shows; may name its language: tr=...")
def attach_to_broadcast(number: int, file: Path, alt: tuple[str, ...]) -> None:
    """Put FILE (PNG, JPEG or PDF, up to 5 MB) beside the draft NUMBER."""
    from bot.services import attachments, audit

    words = texts_of(alt, "--alt")
    with office() as (db, _, now):
        noted = mark("broadcast", "attach", str(number))
        audit.record(db, noted, now, attachments.attach, number, file.name, file.read_bytes(), words)
    click.echo(f"Attached: {file.name}")


@broadcast.command(name="report")
@NUMBER
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def report_broadcast(number: int, file: Path | None) -> None:
    """Say what became of broadcast NUMBER, or write it into FILE, which ends with .csv or .xlsx."""
    from bot.domain.reports import HEADER
    from bot.services import reports

    with office(writes=False) as (db, _, _now):
        found = reports.report(db, number)
    if file is None:
        for row in found.table():
            told = zip(HEADER[1:-1], row[1:-1], strict=True)
            click.echo(f"{row[0]}: " + ", ".join(f"{value} {name}" for name, value in told if value))
        return
    if file.suffix[1:] not in reports.FILES:
        raise click.UsageError("FILE must end with .csv or .xlsx")
    file.write_bytes(reports.FILES[file.suffix[1:]][0](found))
    click.echo(f"Written: {file}")


def _do(deed: str, number: int, how: Callable[..., Broadcast], *args: Any, **kwargs: Any) -> None:
    """Do a deed, put it into the trail, and say how the broadcast stands then."""
    from bot.services import audit

    with office() as (db, _, now):
        done = audit.record(
            db, mark("broadcast", deed, str(number)), now, lambda db: how(db, number, *args, now, **kwargs)
        )
        click.echo(f"Broadcast {number}: {done.state}")
