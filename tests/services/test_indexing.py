"""The snapshot that residents are answered from, and the cache behind it."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import mark
from bot.domain.holidays import NORTH_RHINE_WESTPHALIA
from bot.domain.menu import title_of
from bot.domain.town import Section
from bot.services import indexing
from bot.services.indexing import NEWEST_KEPT, Material, ShelfCache, Snapshot, Workshop, build_here
from knowledge import decide, match
from knowledge.entry import Entry, Phone, State
from tests.conftest import BERLIN
from tests.services.conftest import CountingBuild

DAY = date(2026, 6, 9)
TOWN_HALL = Entry(
    "rathaus", text={"de": "Text."}, title={"de": "Rathaus"}, phrasings={"de": ("Wann hat das Rathaus geöffnet?",)}
)
DOGS = Entry(
    "hund", text={"de": "Text."}, title={"de": "Hund anmelden"}, phrasings={"de": ("Wo melde ich meinen Hund an?",)}
)
MUSEUM = Entry("muze", text={"tr": "Metin."}, title={"tr": "Müze"}, phrasings={"tr": ("Müze ne zaman açık?",)})

BUILDS = (build_here, Workshop())


@pytest.fixture
def build() -> CountingBuild:
    return CountingBuild()


def take(shelves: ShelfCache, *entries: Entry, day: date = DAY, facts: Mapping[str, Any] | None = None) -> Snapshot:
    return indexing.snapshot(Material(1, entries, facts or {}), day, BERLIN, shelves)


def finds(snapshot: Snapshot, question: str) -> str | None:
    return getattr(decide(match(snapshot.index, question)), "entry_id", None)


# --- The cache -------------------------------------------------------------------------------------------------------


def test_a_shelf_that_is_in_the_folder_is_not_built_again(tmp_path: Path, build: CountingBuild) -> None:
    take(ShelfCache(tmp_path, build), TOWN_HALL, DOGS)
    after_restart = take(ShelfCache(tmp_path, build), TOWN_HALL, DOGS)
    assert build.built == ["de"]
    assert finds(after_restart, "wann hat das rathaus geofnet") == "rathaus"


def test_a_shelf_in_memory_needs_no_folder(tmp_path: Path, build: CountingBuild) -> None:
    shelves = ShelfCache(tmp_path, build)
    take(shelves, TOWN_HALL)
    for file in tmp_path.iterdir():
        file.unlink()
    take(shelves, TOWN_HALL)
    assert build.built == ["de"]


def test_a_change_builds_only_the_language_it_concerns(tmp_path: Path, build: CountingBuild) -> None:
    shelves = ShelfCache(tmp_path, build)
    take(shelves, TOWN_HALL, MUSEUM)
    assert sorted(build.built) == ["de", "tr"]
    take(shelves, TOWN_HALL, DOGS, MUSEUM)
    assert sorted(build.built) == ["de", "de", "tr"]


def test_going_back_to_an_earlier_version_builds_nothing(tmp_path: Path, build: CountingBuild) -> None:
    shelves = ShelfCache(tmp_path, build)
    for entries in ([TOWN_HALL], [TOWN_HALL, DOGS], [TOWN_HALL]):
        snapshot = take(shelves, *entries)
    assert build.built == ["de", "de"]
    assert finds(snapshot, "Wo melde ich meinen Hund an?") is None


def damaged(content: bytes) -> dict[str, bytes]:
    half = len(content) // 2
    return {
        "empty": b"",
        "garbage": b"this is no shelf",
        "no array": b"PK\x05\x06" + bytes(18),
        "one array": b"\x93NUMPY\x01\x00",
        "cut short": content[:half],
        "end missing": content[:-1],
        "beginning missing": content[1:],
        "zeros in the middle": content[:half] + bytes(64) + content[half + 64 :],
        "zeros in a header": content[:40] + bytes(64) + content[104:],
    }


@pytest.mark.parametrize("kind", damaged(b""))
def test_a_damaged_cache_file_is_built_anew(
    tmp_path: Path, build: CountingBuild, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    take(ShelfCache(tmp_path, build), TOWN_HALL, DOGS)
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    file.write_bytes(damaged(content)[kind])
    with caplog.at_level(logging.WARNING):
        snapshot = take(ShelfCache(tmp_path, build), TOWN_HALL, DOGS)
    assert build.built == ["de", "de"]
    assert "damaged" in caplog.text
    assert finds(snapshot, "wann hat das rathaus geofnet") == "rathaus"
    take(ShelfCache(tmp_path, build), TOWN_HALL, DOGS)
    assert build.built == ["de", "de"]  # and the file is whole again


def test_a_cache_file_cut_anywhere_is_built_anew(tmp_path: Path, build: CountingBuild) -> None:
    take(ShelfCache(tmp_path, build), TOWN_HALL)
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    for length in range(0, len(content), len(content) // 40):
        file.write_bytes(content[:length])
        take(ShelfCache(tmp_path, build), TOWN_HALL)
    assert len(build.built) == 1 + len(range(0, len(content), len(content) // 40))


def unwritable_folders(tmp_path: Path) -> dict[str, Path]:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file stands where the folder should be")
    return {"a file": blocked, "below a file": blocked / "cache", "a kernel folder": Path("/proc/lotse-cache")}


@pytest.mark.parametrize("kind", ["a file", "below a file", "a kernel folder"])
def test_a_cache_that_cannot_be_written_only_warns(
    tmp_path: Path, build: CountingBuild, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    with caplog.at_level(logging.WARNING):
        snapshot = take(ShelfCache(unwritable_folders(tmp_path)[kind], build), TOWN_HALL)
    assert finds(snapshot, "wann hat das rathaus geofnet") == "rathaus"
    assert "the search index cannot be" in caplog.text


def test_a_cache_file_that_cannot_be_read_is_built_anew(tmp_path: Path, build: CountingBuild) -> None:
    take(ShelfCache(tmp_path, build), TOWN_HALL)
    (file,) = tmp_path.iterdir()
    file.unlink()
    file.mkdir()  # reading it fails for root, too
    assert finds(take(ShelfCache(tmp_path, build), TOWN_HALL), "Wann hat das Rathaus geöffnet?") == "rathaus"


def test_only_the_newest_shelves_stay_and_nothing_else_is_deleted(tmp_path: Path, build: CountingBuild) -> None:
    for number in range(NEWEST_KEPT + 5):
        file = tmp_path / f"old-{number}.npz"
        file.write_bytes(b"")
        os.utime(file, (number, number))
    (tmp_path / "notes.txt").write_text("kept")
    take(ShelfCache(tmp_path, build), TOWN_HALL)
    names = {file.name for file in tmp_path.iterdir()}
    assert len(names) == NEWEST_KEPT + 1
    assert {"notes.txt", f"old-{NEWEST_KEPT + 4}.npz"} < names
    assert "old-0.npz" not in names


def test_a_process_of_its_own_builds_the_same_shelf(tmp_path: Path) -> None:
    here, apart = (take(ShelfCache(tmp_path / type(build).__name__, build), TOWN_HALL, DOGS) for build in BUILDS)
    for question in ("wann hat das rathaus geofnet", "Hund", "Quantenphysik"):
        assert match(apart.index, question) == match(here.index, question)


# --- Validity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_there"), [(-1, False), (0, True), (5, True), (10, True), (11, False)], ids=str)
def test_an_entry_is_known_from_its_first_to_its_last_day(tmp_path: Path, days: int, is_there: bool) -> None:
    fair = Entry(
        "markt",
        title={"de": "Weihnachtsmarkt"},
        text={"de": "Text."},
        phrasings={"de": ("Wo ist der Weihnachtsmarkt?",)},
        valid_from=DAY,
        valid_to=DAY + timedelta(days=10),
    )
    snapshot = take(ShelfCache(tmp_path, build_here), fair, TOWN_HALL, day=DAY + timedelta(days=days))
    assert ("markt" in snapshot.entries) == is_there
    assert (finds(snapshot, "Wo ist der Weihnachtsmarkt?") == "markt") == is_there
    assert "rathaus" in snapshot.entries


def test_an_entry_that_is_not_published_is_not_in_a_snapshot(tmp_path: Path) -> None:
    drafts = [Entry(state.value, state=state, title={"de": state.value}, text={"de": "Text."}) for state in State]
    assert set(take(ShelfCache(tmp_path, build_here), *drafts).entries) == {"published"}


# --- Contacts --------------------------------------------------------------------------------------------------------

OFFICE = Entry("buero", title={"de": "Quartiersbüro"}, phones=(Phone("0231 1"),))
CLUB = Entry("verein", title={"de": "Verein"}, phones=(Phone("0231 2"),))


def contacts(tmp_path: Path, entry: Entry | None, *others: Entry, office: str | None = "buero") -> list[str]:
    entries = [each for each in (entry, *others) if each]
    facts = {"office": {"entry": office}} if office else {}
    return [each.id for each in take(ShelfCache(tmp_path, build_here), *entries, facts=facts).contacts(entry)]


def test_the_contacts_an_entry_names_come_in_its_order(tmp_path: Path) -> None:
    entry = Entry("one", text={"de": "Text."}, title={"de": "Eins"}, contact=("verein", "missing", "buero"))
    assert contacts(tmp_path, entry, OFFICE, CLUB) == ["verein", "buero"]


def test_an_entry_that_names_nobody_leads_to_the_office(tmp_path: Path) -> None:
    assert contacts(tmp_path, Entry("one", text={"de": "Text."}, title={"de": "Eins"}), OFFICE, CLUB) == ["buero"]


def test_an_entry_whose_contact_is_gone_leads_to_the_office(tmp_path: Path) -> None:
    assert contacts(tmp_path, Entry("one", text={"de": "Text."}, title={"de": "Eins"}, contact=("gone",)), OFFICE) == [
        "buero"
    ]


@pytest.mark.parametrize("fields", [{"phones": (Phone("0231 3"),)}, {"address": "Am Markt 1"}])
def test_an_entry_that_can_be_reached_itself_needs_no_office(tmp_path: Path, fields: dict[str, Any]) -> None:
    assert contacts(tmp_path, Entry("one", text={"de": "Text."}, title={"de": "Eins"}, **fields), OFFICE) == []


def test_without_an_entry_there_is_the_office(tmp_path: Path) -> None:
    assert contacts(tmp_path, None, OFFICE, CLUB) == ["buero"]


@pytest.mark.parametrize("office", [None, "gone"])
def test_a_town_without_an_office_names_nobody(tmp_path: Path, office: str | None) -> None:
    assert contacts(tmp_path, None, CLUB, office=office) == []


# --- What buttons and menus need -------------------------------------------------------------------------------------


def test_every_entry_is_found_by_the_mark_that_buttons_carry(tmp_path: Path) -> None:
    snapshot = take(ShelfCache(tmp_path, build_here), TOWN_HALL, DOGS)
    assert snapshot.marks == {mark("rathaus"): "rathaus", mark("hund"): "hund"}


def test_the_menu_of_a_language_is_made_once(tmp_path: Path) -> None:
    snapshot = take(ShelfCache(tmp_path, build_here), TOWN_HALL, MUSEUM)
    assert snapshot.menu("tr") is snapshot.menu("tr")
    (page,) = snapshot.menu("tr").sections[0].pages
    assert [title_of(entry, "tr") for entry in page] == ["Müze", "Rathaus"]


def test_what_the_town_says_of_itself_is_read_from_its_facts(tmp_path: Path) -> None:
    facts = {
        "name": {"de": "Bote"},
        "examples": {"de": ["Wann ist Markt?"]},
        "holidays": {"region": "DE-BY"},
        "sections": {"amt": {"name": {"de": "Amt"}, "topics": ["verwaltung", "papiere"]}},
        "controller": {"de": "Stadt Musterstadt"},
        "imprint": {"link": "https://stadt.example/impressum"},
    }
    town = take(ShelfCache(tmp_path, build_here), TOWN_HALL, facts=facts).town
    assert (town.name, town.examples) == ({"de": "Bote"}, {"de": ("Wann ist Markt?",)})
    assert town.sections == (Section("amt", {"de": "Amt"}, frozenset({"verwaltung", "papiere"})),)
    assert (town.holidays, town.zone) == ("DE-BY", BERLIN)
    assert (town.controller, town.imprint) == ({"de": "Stadt Musterstadt"}, "https://stadt.example/impressum")


def test_a_town_that_says_nothing_of_itself_has_a_calendar_all_the_same(tmp_path: Path) -> None:
    town = take(ShelfCache(tmp_path, build_here), TOWN_HALL).town
    assert (town.holidays, town.sections, town.office) == (NORTH_RHINE_WESTPHALIA, (), None)
