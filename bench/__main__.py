"""`make bench`: every measurement, as tables. Compare figures of one run only: machines differ."""

from __future__ import annotations

import click

from bench import broadcast, console, crash_matrix, fuzz, growth, quality, round_trip, ticks

MEASUREMENTS = {
    "quality": quality.measure,
    "growth": growth.measure,
    "round-trip": round_trip.measure,
    "broadcast": broadcast.measure,
    "ticks": ticks.measure,
    "crash-matrix": crash_matrix.measure,
    "console": console.measure,
    "fuzz": fuzz.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASUREMENTS)))
def main(names: tuple[str, ...]) -> None:
    """Run some measurements, or all of them."""
    for name in names or MEASUREMENTS:
        print(f"\n== {name}\n")
        MEASUREMENTS[name]()


main()
