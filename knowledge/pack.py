"""A shelf as bytes and back, so that a restart need not build it anew.

Plain arrays in NumPy's own format, read without pickle: a file that was tampered with can give wrong answers at worst,
never run code.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.bm25 import Bm25
from knowledge.classifier import Classifier
from knowledge.features import Analyzer, Vocabulary
from knowledge.profile import Profiles
from knowledge.shelf import Calibration, Passage, Shelf

Arrays = dict[str, NDArray[Any]]


def pack(shelf: Shelf) -> bytes:
    """The bytes from which `unpack` makes an equal shelf."""
    arrays: Arrays = {
        "language": _texts([shelf.language]),
        "fingerprint": _texts([shelf.fingerprint]),
        "entry_ids": _texts(shelf.entry_ids),
        "spellings": _texts(shelf.analyzer.known),
        "stems": _texts(shelf.analyzer.known.values()),
        "features": _texts(shelf.vocabulary.names),
        "feature_idf": shelf.vocabulary.idf,
        "passage_owner": np.array([passage.owner for passage in shelf.passages], dtype=np.int32),
        "passage_field": _texts(passage.field for passage in shelf.passages),
        "passage_text": _texts(passage.text for passage in shelf.passages),
        "passage_starts": shelf.passage_starts,
        "spelled": _texts(shelf.spelled),
        "calibration": shelf.calibration.weights,
        "calibration_asked": np.array([shelf.calibration.asked]),
    }
    arrays |= _sparse("by_feature", shelf.by_feature)
    for name, scorer in (("words", shelf.words), ("letters", shelf.letters)):
        arrays |= {f"{name}_terms": _texts(scorer.terms), f"{name}_idf": scorer.idf}
        arrays |= _sparse(f"{name}_scores", scorer.scores)
    arrays |= {"profile_idf": shelf.profiles.idf} | _sparse("profiles", shelf.profiles.by_term)
    if shelf.classifier:
        arrays["classifier"] = shelf.classifier.weights
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    return out.getvalue()


def unpack(data: bytes) -> Shelf:
    """The shelf that was packed; raises ValueError if these are not its bytes."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return _shelf({name: arrays[name] for name in arrays.files})
    except Exception as fault:  # on damaged bytes NumPy and zipfile raise nearly anything, from KeyError to SyntaxError
        raise ValueError(f"not a packed shelf: {fault}") from fault


def _shelf(arrays: Arrays) -> Shelf:
    language = _read(arrays["language"])[0]
    known = dict(zip(_read(arrays["spellings"]), _read(arrays["stems"]), strict=True))
    fields, texts = _read(arrays["passage_field"]), _read(arrays["passage_text"])
    passages = zip(arrays["passage_owner"].tolist(), fields, texts, strict=True)
    letters = _scorer("letters", arrays)
    return Shelf(
        language=language,
        fingerprint=_read(arrays["fingerprint"])[0],
        entry_ids=tuple(_read(arrays["entry_ids"])),
        analyzer=Analyzer(language, known),
        vocabulary=Vocabulary(_read(arrays["features"]), arrays["feature_idf"]),
        words=_scorer("words", arrays),
        letters=letters,
        profiles=Profiles(letters.position, arrays["profile_idf"], _read_sparse("profiles", arrays)),
        passages=tuple(Passage(owner, field, text) for owner, field, text in passages),
        passage_starts=arrays["passage_starts"],
        by_feature=_read_sparse("by_feature", arrays),
        spelled=tuple(_read(arrays["spelled"])),
        classifier=Classifier(arrays["classifier"]) if "classifier" in arrays else None,
        calibration=Calibration(arrays["calibration"], int(arrays["calibration_asked"][0])),
    )


def _scorer(name: str, arrays: Arrays) -> Bm25:
    return Bm25(_read(arrays[f"{name}_terms"]), arrays[f"{name}_idf"], _read_sparse(f"{name}_scores", arrays))


def _texts(texts: Iterable[str]) -> NDArray[Any]:
    """Texts as one array of JSON: far smaller than NumPy's own strings, which are all as wide as the widest."""
    return np.frombuffer(json.dumps(list(texts), ensure_ascii=False).encode(), dtype=np.uint8)


def _read(array: NDArray[Any]) -> Sequence[str]:
    texts: list[str] = json.loads(array.tobytes())
    return texts


def _sparse(name: str, matrix: sp.csr_array) -> Arrays:
    parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr, "shape": np.array(matrix.shape)}
    return {f"{name}_{part}": array for part, array in parts.items()}


def _read_sparse(name: str, arrays: Arrays) -> sp.csr_array:
    data, indices, indptr, shape = (arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr", "shape"))
    return sp.csr_array((data, indices, indptr), shape=tuple(shape.tolist()))
