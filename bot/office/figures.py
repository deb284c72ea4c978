"""The report for the funders, on the command line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from bot.office.opening import office


@click.command()
@click.argument("period")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", help="Language of the report (de).")
def report(period: str, file: Path, lang: str) -> None:
    """Write the figures of PERIOD (2026, 2026-Q4 or 2026-11) to FILE: .pdf, .xlsx or .csv."""
    from bot.console.figures import MEDIA, file_of
    from bot.console.figures.content import Writer
    from bot.console.words import say
    from bot.domain.figures import read_period
    from bot.services import naming, statistics

    ending = file.suffix.removeprefix(".").lower()
    if ending not in MEDIA:
        raise click.BadParameter(f"it must end in {', '.join(f'.{each}' for each in MEDIA)}", param_hint="FILE")
    with office(writes=False) as (db, settings, now):
        days = read_period(period)
        counts = statistics.counts(db, days.first, days.last, settings.zone, now)
        names = naming.names(db, counts, lang, settings.zone)
    data = file_of(Writer(counts, names, partial(say, lang), lang), ending)
    try:
        file.write_bytes(data)
    except OSError as fault:
        raise click.ClickException(f"{file}: {fault.strerror}") from fault
    click.echo(f"Report from {days.first} to {days.last}: {file}")
