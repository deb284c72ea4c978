"""A small town whose knowledge fits on a page, and the starter content, each prepared once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pytest

import knowledge
from knowledge.entry import Entry
from knowledge.files import read_entries
from knowledge.index import Index, assemble, build_index, build_shelf, by_language, fingerprint
from knowledge.pack import pack, unpack
from knowledge.shelf import Shelf
from tests.knowledge.small_town import SMALL_TOWN

CONTENT = resources.files("knowledge").joinpath("content")


@pytest.fixture(scope="session")
def small_town() -> Index:
    return build_index(SMALL_TOWN)


@pytest.fixture(scope="session")
def starter_entries() -> Sequence[Entry]:
    """Everything a town starts with, from all files."""
    files = sorted(CONTENT.joinpath("entries").iterdir(), key=lambda file: file.name)
    return [entry for file in files for entry in read_entries(file.name, file.read_bytes())]


@pytest.fixture(scope="session")
def starter_index(starter_entries: Sequence[Entry], request: pytest.FixtureRequest) -> Index:
    """Built once: the packed shelves stay in pytest's cache folder until the content or the engine changes."""
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("shelves")
    engine = _engine()
    shelves: dict[str, Shelf] = {}
    for language, entries in by_language(starter_entries).items():
        file = folder / f"{fingerprint(language, entries)}-{engine}.npz"
        if file.exists():
            shelves[language] = unpack(file.read_bytes())
            continue
        shelves[language] = build_shelf(language, entries)
        for outdated in folder.glob(f"{language}-*.npz"):
            outdated.unlink(missing_ok=True)
        draft = folder / f"{language}.{os.getpid()}.tmp"
        draft.write_bytes(pack(shelves[language]))
        draft.replace(file)
    return assemble(starter_entries, shelves)


def _engine() -> str:
    """Changes with every line of the engine and its word lists, so that a cached shelf never hides a change."""
    package = Path(knowledge.__file__).parent
    files = sorted([*package.glob("*.py"), *package.glob("lexicon/stopwords/*")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
