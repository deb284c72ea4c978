"""Trains the model that tells emergencies: `make detector` writes lexicon/emergency/model.npz.

Its material are the phrases in lexicon/emergency/phrases, and as further harmless messages the phrasings of the starter
knowledge. Training needs a minute, is deterministic, and prints what cross-validation says of each language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from importlib import resources
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse as sp
import yaml

from knowledge.emergency import concepts, model
from knowledge.emergency.concepts import Reading
from knowledge.emergency.detect import SURE
from knowledge.emergency.kinds import Emergency
from knowledge.emergency.model import BUCKETS, KIND_BUCKETS, Model, Vector
from knowledge.lexicon_files import read_lexicon

ENTRIES = resources.files("knowledge").joinpath("content", "entries")

ABOUT_EMERGENCIES = {
    "anlaufstelle-notruf",
    "anlaufstelle-116117",
    "anlaufstelle-hilfetelefon",
    "anlaufstelle-frauenhaus-beratung",
    "anlaufstelle-polizei-bezirksdienst",
    "anlaufstelle-erziehungsberatung",
}
"""Entries whose phrasings may tell of an emergency."""

STRICTNESS = 0.02
"""Weight of the penalty on large weights, per message."""

ENTRY_WEIGHT = 0.3
"""How much a phrasing of an entry counts beside a phrase that was written for this."""

FOLDS = 5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A message whose answer is known."""

    text: str
    language: str
    kind: Emergency | None
    """None: harmless."""
    weight: float = 1.0


def examples() -> list[Example]:
    """All that there is to learn from."""
    found: list[Example] = []
    for language, phrases in read_lexicon("emergency", "phrases").items():
        for kind, texts in phrases["crisis"].items():
            found += [Example(text, language, Emergency(kind)) for text in texts]
        found += [Example(text, language, None) for text in phrases["harmless"]]
    return [*found, *_entry_examples()]


def _entry_examples() -> Iterator[Example]:
    for file in sorted(ENTRIES.iterdir(), key=lambda file: file.name):
        for record in yaml.safe_load(file.read_text("utf-8")):
            for language, texts in record.get("phrasings", {}).items() if record["id"] not in ABOUT_EMERGENCIES else ():
                yield from (Example(text, language, None, ENTRY_WEIGHT) for text in texts)


def readings(known: Sequence[Example]) -> list[Reading]:
    """Each message as its own language understands it; as the likeliest one does, where that has no concepts."""
    lexicons = {lexicon.language: lexicon for lexicon in concepts.lexicons()}
    return [
        lexicons[one.language].read(one.text) if one.language in lexicons else concepts.read(one.text)[0]
        for one in known
    ]


def train(known: Sequence[Example], read: Sequence[Reading], material: str = "") -> Model:
    """A model of messages and their readings."""
    alarm, offset = _logistic(
        _matrix([model.features(one) for one in read], BUCKETS),
        np.array([one.kind is not None for one in known], float),
        np.array([one.weight for one in known]),
    )
    told = [place for place, one in enumerate(known) if one.kind is not None]
    vectors = _matrix([model.kind_features(read[place]) for place in told], KIND_BUCKETS)
    kinds = [
        _logistic(vectors, np.array([known[place].kind is kind for place in told], float), np.ones(len(told)))
        for kind in Emergency
    ]
    return Model(
        alarm=alarm.astype(np.float32),
        offset=offset,
        kinds=np.stack([weights for weights, _ in kinds]).astype(np.float32),
        kind_offsets=np.array([offset for _, offset in kinds], np.float32),
        material=material,
    )


def _matrix(vectors: Sequence[Vector], width: int) -> sp.csr_matrix:
    ends = np.cumsum([0, *(len(numbers) for numbers, _ in vectors)])
    numbers = np.concatenate([numbers for numbers, _ in vectors])
    values = np.concatenate([values for _, values in vectors]).astype(np.float64)
    return sp.csr_matrix((values, numbers, ends), shape=(len(vectors), width))


def _logistic(vectors: sp.csr_matrix, answers: Floats, weights: Floats) -> tuple[Floats, float]:
    """Logistic regression: weights and offset that make the answers likeliest, with a penalty on large weights."""
    columns = vectors.T.tocsr()

    def loss(guess: Floats) -> tuple[float, Floats]:
        odds = vectors @ guess[:-1] + guess[-1]
        surprise = np.logaddexp(0, odds) - answers * odds
        wrong = weights * (1 / (1 + np.exp(-odds)) - answers)
        slope = np.append(columns @ wrong + STRICTNESS * guess[:-1], wrong.sum())
        return float(weights @ surprise + STRICTNESS / 2 * guess[:-1] @ guess[:-1]), slope

    start = np.zeros(vectors.shape[1] + 1)
    best = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return best[:-1], float(best[-1])


def cross_validate(known: Sequence[Example], read: Sequence[Reading]) -> Floats:
    """The score of each message by a model that has not seen it."""
    fold = np.arange(len(known)) % FOLDS
    scores = np.zeros(len(known))
    for held_out in range(FOLDS):
        seen = np.flatnonzero(fold != held_out).tolist()
        trained = train([known[place] for place in seen], [read[place] for place in seen])
        for place in np.flatnonzero(fold == held_out).tolist():
            scores[place] = trained.score(read[place])
    return scores


def material(known: Sequence[Example]) -> str:
    """Names all that the model learns from, and nothing else of those files: an answer's text asks for no new model."""
    learned = json.dumps([[astuple(one) for one in known], concepts.concept_words()])
    return f"{crc32(learned.encode()):08x}"


def main() -> None:
    """Train the model that comes with the program."""
    known = examples()
    read = readings(known)
    scores = cross_validate(known, read)
    for language in sorted({one.language for one in known}):
        places = [place for place, one in enumerate(known) if one.language == language and one.weight == 1]
        told = scores[[place for place in places if known[place].kind]]
        harmless = scores[[place for place in places if not known[place].kind]]
        print(  # noqa: T201
            f"{language}: {len(told)} told, {np.mean(told >= SURE):.1%} found; "
            f"{len(harmless)} harmless, {np.mean(harmless >= SURE):.1%} false alarms"
        )
    with resources.as_file(model.FILE) as file:
        model.save(train(known, read, material(known)), Path(file))


if __name__ == "__main__":
    main()
