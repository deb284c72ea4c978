"""What building an index and asking it cost as the knowledge grows."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time

import numpy as np

from bot.services.starter import starter_entries
from knowledge import Entry, build_index, match
from knowledge.pack import pack, unpack

SIZES = (100, 1_000, 10_000)
PHRASINGS = 5
QUESTIONS = 300


def measure() -> None:
    """Print one line per size, each measured in a process of its own, so that its memory is its own."""
    print(f"{'entries':>8} {'build s':>8} {'load s':>7} {'p50 ms':>7} {'p99 ms':>7} {'cache MB':>9} {'peak MB':>8}")
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "bench.growth", str(size)], check=True)


def measure_one(size: int) -> None:
    """Print the figures of one size."""
    entries = invented(size)
    started = time.perf_counter()
    index = build_index(entries)
    built = time.perf_counter() - started
    packed = pack(index.shelves["de"])
    started = time.perf_counter()
    unpack(packed)
    loaded = time.perf_counter() - started
    chance = random.Random(2)
    times = []
    for entry in chance.choices(entries, k=QUESTIONS):
        question = " ".join(chance.sample(entry.phrasings["de"][0].split(), k=3))
        started = time.perf_counter()
        match(index, question, "de")
        times.append((time.perf_counter() - started) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"{size:>8} {built:>8.2f} {loaded:>7.2f} {np.percentile(times, 50):>7.2f} {np.percentile(times, 99):>7.2f} "
        f"{len(packed) / 1e6:>9.1f} {peak:>8.0f}"
    )


def invented(size: int) -> list[Entry]:
    """Entries of words that occur as unevenly as real ones do, some of them the quarter's own."""
    chance = random.Random(1)
    own = {word for entry in starter_entries() for phrase in entry.phrasings.get("de", ()) for word in phrase.split()}
    words = sorted(own)
    chance.shuffle(words)
    words += [f"{chance.choice(words)}{chance.choice(words)}".lower() for _ in range(size * 4)]
    weights = [1 / (rank + 10) for rank in range(len(words))]

    def phrase(length: int) -> str:
        return " ".join(chance.choices(words, weights, k=length))

    return [
        Entry(
            f"entry-{number}",
            title={"de": phrase(4)},
            text={"de": phrase(40)},
            phrasings={"de": tuple(phrase(6) for _ in range(PHRASINGS))},
        )
        for number in range(size)
    ]


if __name__ == "__main__":
    measure_one(int(sys.argv[1]))
