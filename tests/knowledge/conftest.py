"""A small town whose knowledge fits on a page, and the starter content, each prepared once."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import pytest

from bot.services.indexing import ShelfCache, packed_shelf
from knowledge.entry import Entry
from knowledge.files import read_entries
from knowledge.index import Index, build_index, by_language
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
    """Built once for each content: the packed shelves stay in pytest's cache folder, named by their fingerprint."""
    cache = request.config.cache
    assert cache is not None
    shelves = ShelfCache(cache.mkdir("shelves"), build=packed_shelf)
    ready = [shelves.shelf(language, entries) for language, entries in by_language(starter_entries).items()]
    shelves.tidy()
    return build_index(starter_entries, ready)
