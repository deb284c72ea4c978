"""What the quarter starts with is complete, coherent and plainly worded."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pytest
import yaml

from knowledge.entry import DECLINE, KNOWN_KINDS, Entry, State
from knowledge.files import read_entries, remarks, write_entries
from knowledge.index import Index
from knowledge.normalize import fold, words
from tests.knowledge.conftest import CONTENT

FILES = sorted(CONTENT.joinpath("entries").iterdir(), key=lambda file: file.name)
LONGEST_SENTENCE_WORDS = 16
FEWEST_PHRASINGS = 12
CALL_FIRST = "Bitte vorher anrufen"


@pytest.fixture(scope="module")
def residents_entries(starter_entries: Sequence[Entry]) -> list[Entry]:
    """All but the declines."""
    return [entry for entry in starter_entries if entry.kind != DECLINE]


@pytest.fixture(scope="module")
def by_id(starter_entries: Sequence[Entry]) -> dict[str, Entry]:
    return {entry.id: entry for entry in starter_entries}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_of_entries_is_read_without_fault(file: object) -> None:
    assert read_entries(file.name, file.read_bytes())  # type: ignore[attr-defined]


def test_ids_are_unique_over_all_files(starter_entries: Sequence[Entry]) -> None:
    assert [name for name, count in Counter(entry.id for entry in starter_entries).items() if count > 1] == []


def test_ids_are_plain_so_that_links_and_files_can_name_them(starter_entries: Sequence[Entry]) -> None:
    assert [entry.id for entry in starter_entries if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id)] == []


def test_every_entry_is_published_and_of_a_known_kind(starter_entries: Sequence[Entry]) -> None:
    assert [entry.id for entry in starter_entries if entry.state is not State.PUBLISHED] == []
    assert {entry.kind for entry in starter_entries} <= set(KNOWN_KINDS)
    assert remarks(starter_entries) == []


def test_the_quarter_has_140_entries(residents_entries: list[Entry]) -> None:
    assert len(residents_entries) == 140


def test_every_entry_has_a_german_title_and_text(starter_entries: Sequence[Entry]) -> None:
    assert [entry.id for entry in starter_entries if not (entry.title.get("de") and entry.text.get("de"))] == []


def test_titles_are_told_apart(residents_entries: list[Entry]) -> None:
    titles = Counter(fold(entry.title["de"]) for entry in residents_entries)
    assert [title for title, count in titles.items() if count > 1] == []


def test_every_entry_is_asked_for_in_a_dozen_ways(residents_entries: list[Entry]) -> None:
    few = {entry.id: len(entry.phrasings.get("de", ())) for entry in residents_entries}
    assert {name: count for name, count in few.items() if count < FEWEST_PHRASINGS} == {}


def test_no_phrasing_belongs_to_two_entries(starter_entries: Sequence[Entry]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in starter_entries:
        for phrasing in entry.phrasings.get("de", ()):
            owners[" ".join(words(fold(phrasing)))].add(entry.id)
    assert {phrasing: sorted(names) for phrasing, names in owners.items() if len(names) > 1} == {}


def test_every_entry_that_is_named_exists(starter_entries: Sequence[Entry], by_id: dict[str, Entry]) -> None:
    lost = [
        (entry.id, name) for entry in starter_entries for name in (*entry.contact, *entry.related) if name not in by_id
    ]
    assert lost == []


def test_no_entry_names_itself_or_a_decline(residents_entries: list[Entry], by_id: dict[str, Entry]) -> None:
    assert [entry.id for entry in residents_entries if entry.id in (*entry.contact, *entry.related)] == []
    named = {name for entry in residents_entries for name in (*entry.contact, *entry.related) if name in by_id}
    assert [name for name in sorted(named) if by_id[name].kind == DECLINE] == []


def test_every_entry_tells_whom_to_call_or_where_to_go(residents_entries: list[Entry], by_id: dict[str, Entry]) -> None:
    def is_reachable(entry: Entry) -> bool:
        return bool(entry.phones or entry.address)

    lost = [
        entry.id
        for entry in residents_entries
        if not (is_reachable(entry) or any(is_reachable(by_id[name]) for name in entry.contact if name in by_id))
    ]
    assert lost == []


def test_what_the_card_says_by_itself_stands_in_no_text(residents_entries: list[Entry]) -> None:
    """The card asks to call first, and tells how old the facts are."""
    assert [entry.id for entry in residents_entries if f"{CALL_FIRST}:" in entry.text["de"]] == []


def sentences(text: str) -> Iterable[str]:
    """The sentences of a text; a line of a list stands for itself, abbreviations and dates do not end one."""
    for line in text.splitlines():
        yield from re.split(r"(?<=[^\W\d]{2}[.!?:])\s+(?=[A-ZÄÖÜ„\d])|(?<=[.!?:])\s+(?=[A-ZÄÖÜ„])", line.strip())


def test_sentences_are_short(residents_entries: list[Entry]) -> None:
    long = [
        f"{entry.id} ({count}): {sentence}"
        for entry in residents_entries
        for sentence in sentences(entry.text["de"])
        if (count := len(re.findall(r"[^\W_]+(?:[-.,:/][^\W_]+)*", sentence))) > LONGEST_SENTENCE_WORDS
    ]
    assert long == []


INVENTED = [
    r"\bTODO\b|\bTBD\b|\bFIXME\b|\bXXX+\b|\?\?\?|lorem ipsum",
    r"\bMuster(?:mann|frau|straße|stadt|haus)|\bJohn Doe\b|\bBeispielstr",
    r"example\.(?:com|org|net|de)|beispiel\.de|domain\.de|muster\.de",
    r"\b0?123 ?45|\b(?:0231|0800|0202)[ /-]?(\d)\1{4,}\b|1234567|\b555[- ]\d{4}\b",
    r"\[(?:Name|Ort|Datum|Telefon|Adresse|Link)[^\]]*\]|<[A-Za-zÄÖÜäöü ]+>|\{\{|\bPlatzhalter\b",
]


@pytest.mark.parametrize("pattern", INVENTED)
def test_nothing_looks_like_an_invented_placeholder(starter_entries: Sequence[Entry], pattern: str) -> None:
    """Phrasings may be nonsense, because residents write that; what the quarter says may not."""
    suspicious = []
    for entry in starter_entries:
        said = [*entry.title.values(), *entry.text.values(), *entry.when.values(), *entry.cost.values()]
        said += [*entry.audience.values(), *entry.accessibility.values(), *(phone.number for phone in entry.phones)]
        said += [entry.address or "", entry.mail or "", entry.link or "", entry.source or ""]
        suspicious += [(entry.id, text) for text in said if re.search(pattern, text, re.IGNORECASE)]
    assert suspicious == []


def test_phone_numbers_have_digits_enough(starter_entries: Sequence[Entry]) -> None:
    numbers = [(entry.id, phone.number) for entry in starter_entries for phone in entry.phones]
    assert [
        each for each in numbers if not re.fullmatch(r"(?:\+49|0)[\d /-]{5,}\d|1\d{2}|116 ?\d{3}|115", each[1])
    ] == []


def test_the_emergency_entry_is_for_residents(starter_index: Index, by_id: dict[str, Entry]) -> None:
    assert starter_index.emergency_entry is not None
    entry = by_id[starter_index.emergency_entry]
    assert entry.kind != DECLINE
    assert {"110", "112"} <= {phone.number for phone in entry.phones}


def test_the_town_sends_people_to_an_office_that_exists(by_id: dict[str, Entry]) -> None:
    town = yaml.safe_load(CONTENT.joinpath("town.yaml").read_bytes())
    office = by_id[town["office"]["entry"]]
    assert office.phones
    assert office.address
    assert town["name"]["de"]
    assert town["greeting"]["de"]


@pytest.mark.parametrize("ending", [".yaml", ".jsonl", ".csv", ".xlsx"])
def test_the_content_goes_out_and_comes_back(starter_entries: Sequence[Entry], ending: str) -> None:
    assert read_entries("a" + ending, write_entries("a" + ending, starter_entries)) == list(starter_entries)
