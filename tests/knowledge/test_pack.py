"""A shelf survives a restart as bytes; other bytes are refused."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.entry import Entry
from knowledge.index import Index, assemble, build_index
from knowledge.match import match
from knowledge.pack import pack, unpack
from tests.knowledge.small_town import SMALL_TOWN, WORDINGS, offer

TOWN = build_index(SMALL_TOWN)
PACKED = pack(TOWN.shelves["de"])
QUESTIONS = [*(wording for _, wording in WORDINGS), "Spermül", "Müll abholung", "Was kostet ein Flug?", "", "🙂"]


def repacked(entries: list[Entry]) -> Index:
    """The index of `entries`, made of shelves that were packed."""
    return assemble(entries, {code: unpack(pack(shelf)) for code, shelf in build_index(entries).shelves.items()})


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_unpacked_shelf_answers_exactly_alike(question: str) -> None:
    again = assemble(SMALL_TOWN, {"de": unpack(PACKED)})
    assert match(again, question) == match(TOWN, question)


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([offer("a", "Sperrmüll")], id="one title"),
        pytest.param([offer("a", "Was ist das?")], id="stop words alone"),
        pytest.param([offer("a", "???")], id="no word at all"),
        pytest.param([offer("ä ö", "Çöp", "Nereye?", lang="tr")], id="another language"),
        pytest.param([Entry("a", text={"de": "Zeile eins\nZeile zwei\t\x00 drei."})], id="control characters"),
        pytest.param([offer("a", "Sperr\x1fmüll", "Wohin\x1f damit")], id="the separator of packed texts"),
        pytest.param([offer("a\x1fb", "Sperrmüll")], id="the separator in an id"),
    ],
)
def test_peculiar_knowledge_can_be_packed(entries: list[Entry]) -> None:
    index = build_index(entries)
    for question in ("Sperrmüll", "Nereye Çöp", "Zeile drei", "wohin damit", "???"):
        assert match(repacked(entries), question) == match(index, question)


def test_packing_again_gives_the_same_arrays() -> None:
    first, second = (np.load(io.BytesIO(data)) for data in (PACKED, pack(unpack(PACKED))))
    assert sorted(first.files) == sorted(second.files)
    assert all(np.array_equal(first[name], second[name]) for name in first.files)


@pytest.mark.parametrize(
    "data", [b"", b"abc", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x93NUMPY\x01\x00", b"\0" * 500]
)
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(PACKED) - 1))
def test_a_file_cut_short_is_refused(length: int) -> None:
    with pytest.raises(ValueError):
        unpack(PACKED[:length])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
@example(PACKED.index(b"PK\x01\x02") + 8, 1)  # the flag that says a member is encrypted
@example(PACKED.index(b"PK\x01\x02") + 10, 77)  # the way a member is compressed
@example(PACKED.index(b"PK\x01\x02") + 6, 200)  # the version of the format
def test_a_damaged_byte_is_refused_or_harmless(place: int, change: int) -> None:
    damaged = bytearray(PACKED)
    damaged[place] ^= change
    try:
        shelf = unpack(bytes(damaged))
    except ValueError:
        return
    assert match(assemble(SMALL_TOWN, {"de": shelf}), "Sperrmüll") == match(TOWN, "Sperrmüll")


def saved(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


class Intruder:
    """What would run code if a pickle were read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a pickle was run",)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(pickle.dumps(Intruder()), id="a pickle"),
        pytest.param(saved(language=np.array([Intruder()], dtype=object)), id="a pickle as an array"),
        pytest.param(saved(language=np.zeros(3, np.uint8)), id="arrays missing"),
    ],
)
def test_no_pickle_and_no_half_shelf_is_accepted(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(data)


def test_a_lone_array_is_refused() -> None:
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    with pytest.raises(ValueError):
        unpack(out.getvalue())
