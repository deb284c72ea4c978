"""A linear model over the concepts, words and letters of a message: how likely it tells of an emergency, and of which.

It is trained by knowledge/emergency/training.py and kept in lexicon/emergency/model.npz.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from knowledge.emergency.concepts import Reading
from knowledge.emergency.kinds import Emergency
from knowledge.lexicon_files import LEXICON

FILE = LEXICON.joinpath("emergency", "model.npz")

BUCKETS = 1 << 18
"""Features are numbered by a hash; two that share a number do little harm."""

KIND_BUCKETS = 1 << 15

GROUPS = {"concept": 1.6, "word": 1.0, "letters": 1.0}
"""Each group of features counts as one vector of this length, however many of them a message has."""

SKIPPED = 3
"""Words that are no neighbours make a pair too, up to this distance."""

LETTERS = range(2, 6)

Vector = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
"""Numbers of features, and their values."""


def features(reading: Reading) -> Vector:
    """What the model sees of a message."""
    numbers: list[int] = []
    values: list[float] = []
    for group, length in GROUPS.items():
        named = sorted({_number(feature, BUCKETS) for feature in _GROUPS[group](reading)})
        numbers += named
        values += [length / math.sqrt(len(named))] * len(named) if named else []
    return np.array(numbers, np.int64), np.array(values, np.float32)


def kind_features(reading: Reading) -> Vector:
    """What tells one kind of emergency from another: the concepts, and the words that say who does it to whom."""
    told = [*_concepts(reading), *_words(reading)]
    named = sorted({_number(feature, KIND_BUCKETS) for feature in told})
    return np.array(named, np.int64), np.full(len(named), 1 / math.sqrt(len(named) or 1), np.float32)


def _concepts(reading: Reading) -> Iterator[str]:
    """Concepts, pairs of them anywhere in the message, and pairs of neighbours in their order."""
    named = sorted(set().union(*reading.places))
    yield from (f"c {name}" for name in named)
    yield from (f"p {one} {other}" for one, other in combinations(named, 2))
    for before, after in zip(reading.places, reading.places[1:], strict=False):
        yield from (f"o {one} {other}" for one in before for other in after)
    unknown = sum(not place for place in reading.places)
    yield from (f"length {min(12, len(reading.words))}", f"unknown {min(8, unknown)}", f"concepts {min(8, len(named))}")


def _words(reading: Reading) -> Iterator[str]:
    """Words, and pairs that stand near each other."""
    spoken = ["<", *reading.words, ">"]
    yield from (f"w {word}" for word in reading.words)
    for place, word in enumerate(spoken):
        yield from (f"s {word} {other}" for other in spoken[place + 1 : place + 1 + SKIPPED])


def _letters(reading: Reading) -> Iterator[str]:
    """Pieces of words."""
    for word in reading.words:
        padded = f" {word} "
        for size in LETTERS:
            yield from (padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))


_GROUPS = {"concept": _concepts, "word": _words, "letters": _letters}


def _number(feature: str, buckets: int) -> int:
    return crc32(feature.encode(errors="replace")) % buckets


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the features."""

    alarm: npt.NDArray[np.float32]
    """One for each feature."""
    offset: float
    kinds: npt.NDArray[np.float32]
    """One row for each kind of emergency, one column for each of the fewer features that tell them apart."""
    kind_offsets: npt.NDArray[np.float32]
    material: str
    """Names what it was trained on."""

    def score(self, reading: Reading) -> float:
        """The logarithm of the odds that a message tells of an emergency: 0 is even, above is likelier."""
        numbers, values = features(reading)
        return float(self.alarm[numbers] @ values) + self.offset

    def kind(self, reading: Reading) -> Emergency:
        """The kind of emergency that a message most likely tells of."""
        numbers, values = kind_features(reading)
        return list(Emergency)[int(np.argmax(self.kinds[:, numbers] @ values + self.kind_offsets))]


def save(model: Model, file: Path) -> None:
    """Write a model in half precision, which changes no decision that matters."""
    np.savez_compressed(
        file,
        alarm=model.alarm.astype(np.float16),
        offset=np.float32(model.offset),
        kinds=model.kinds.astype(np.float16),
        kind_offsets=model.kind_offsets,
        material=np.array(model.material),
    )


@cache
def load() -> Model:
    """The model that comes with the program."""
    with resources.as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        return Model(
            alarm=stored["alarm"].astype(np.float32),
            offset=float(stored["offset"]),
            kinds=stored["kinds"].astype(np.float32),
            kind_offsets=stored["kind_offsets"],
            material=str(stored["material"]),
        )
