"""The desk takes up what changes in the knowledge, and keeps the sessions of browsers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import tidy
from bot.desk import Desk
from bot.domain.messages import Incoming
from bot.services import inbox, library
from bot.services.indexing import ShelfCache, build_here
from bot.storage.tables import InboxRow, TurnRow
from knowledge.entry import Entry
from tests.conftest import BERLIN, Resident, TestTown, ToldTime
from tests.services.conftest import CountingBuild

QUESTION = "Wann hat das Rathaus geöffnet?"


def desk_of_another_process(town: TestTown, folder: Path, build: CountingBuild | None = None) -> Desk:
    return Desk(town.database, BERLIN, ShelfCache(folder / "other cache", build or build_here), town.now)


async def asks(desk: Desk, text: str = QUESTION) -> str | None:
    replies = await desk.receive(Incoming("web", "7", f"{desk.now()}-{text}", text=text))
    return replies[0].entry_id


async def test_before_the_first_refresh_a_desk_is_not_ready(any_town: TestTown) -> None:
    assert not any_town.desk.is_ready
    with pytest.raises(RuntimeError):
        _ = any_town.desk.snapshot
    assert await any_town.desk.refresh()
    assert any_town.desk.is_ready


async def test_a_change_made_by_another_process_is_taken_up(any_town: TestTown, tmp_path: Path) -> None:
    other = desk_of_another_process(any_town, tmp_path)
    assert await other.refresh()
    assert await asks(other) is None
    await any_town.knows(QUESTION, answer="Um acht.", entry_id="rathaus")
    any_town.now.moves(seconds=2)
    assert await asks(other) is None  # not before it looks
    assert await other.refresh()
    any_town.now.moves(seconds=2)
    assert await asks(other) == "rathaus"


async def test_changed_facts_of_the_town_are_taken_up(any_town: TestTown, tmp_path: Path) -> None:
    other = desk_of_another_process(any_town, tmp_path)
    await other.refresh()
    await any_town.database.write(library.put_town_facts, {"greeting": {"de": "Moin!"}})
    assert await other.refresh()
    assert other.snapshot.town.greeting == {"de": "Moin!"}


async def test_a_refresh_without_a_change_builds_nothing(any_town: TestTown, tmp_path: Path) -> None:
    build = CountingBuild()
    other = desk_of_another_process(any_town, tmp_path, build)
    await any_town.knows(QUESTION, answer="Um acht.")
    assert await other.refresh()
    known = other.snapshot
    assert [await other.refresh() for _ in range(3)] == [False] * 3
    assert other.snapshot is known
    assert build.built == ["de"]


async def test_desks_that_are_asked_to_refresh_at_once_do_it_once(any_town: TestTown, tmp_path: Path) -> None:
    build = CountingBuild()
    other = desk_of_another_process(any_town, tmp_path, build)
    await any_town.knows(QUESTION, answer="Um acht.")
    assert sorted(await asyncio.gather(*(other.refresh() for _ in range(5)))) == [False] * 4 + [True]
    assert build.built == ["de"]


async def test_with_a_new_local_day_the_validity_of_entries_changes(any_town: TestTown, now: ToldTime) -> None:
    now.moment = datetime(2026, 6, 9, 21, 59, tzinfo=UTC)  # 23:59 in Berlin
    await any_town.knows(QUESTION, answer="Nur heute.", entry_id="heute", valid_to=date(2026, 6, 9))
    await any_town.knows(QUESTION, answer="Ab morgen.", entry_id="morgen", valid_from=date(2026, 6, 10))
    assert await asks(any_town.desk) == "heute"
    now.moves(minutes=1)
    assert await any_town.desk.refresh()
    assert await asks(any_town.desk) == "morgen"
    assert not await any_town.desk.refresh()


async def test_a_refresh_that_fails_leaves_what_was_known(any_town: TestTown, tmp_path: Path) -> None:
    def build(language: str, entries: Sequence[Entry], earlier: Path | None, file: Path) -> None:
        if len(entries) > 1:
            raise MemoryError
        build_here(language, entries, earlier, file)

    other = Desk(any_town.database, BERLIN, ShelfCache(tmp_path / "other", build), any_town.now)
    await any_town.knows(QUESTION, answer="Um acht.", entry_id="rathaus")
    await other.refresh()
    await any_town.knows("Wo melde ich meinen Hund an?", answer="Im Amt.")
    with pytest.raises(MemoryError):
        await other.refresh()
    assert await asks(other) == "rathaus"
    with pytest.raises(MemoryError):
        await other.refresh()  # it tries again, and is not locked up


async def test_an_unknown_session_of_a_browser_starts_anew(any_town: TestTown) -> None:
    await any_town.desk.refresh()
    for given in (None, "", "x" * 30, "ä" * 30, "x" * 10_000, "a b", "\0" * 30):
        session = await any_town.desk.web_session(given)
        assert session != given
        assert len(session) >= 32


async def test_a_known_session_of_a_browser_is_kept(any_town: TestTown) -> None:
    await any_town.desk.refresh()
    session = await any_town.desk.web_session(None)
    await any_town.desk.receive_web(session, text="Hallo")
    assert await any_town.desk.web_session(session) == session


async def test_the_address_of_another_channel_is_no_session(any_town: TestTown) -> None:
    await any_town.desk.refresh()
    await any_town.desk.receive(Incoming("telegram", "1" * 30, "1", text="Hallo"))
    assert await any_town.desk.web_session("1" * 30) != "1" * 30


# --- What is deleted leaves the files --------------------------------------------------------------------------------


def sealed(town: TestTown) -> list[bytes]:
    """The beginning of everything sealed that the database holds now: no two are equal, and none is torn by a page."""
    values = [value for rows in town.rows().values() for row in rows for value in row.values()]
    return [value[:100] for value in values if isinstance(value, bytes)]


def found_in_files(town: TestTown, values: list[bytes]) -> int:
    """How many of these stand in the files of the database, or in its rows where it is a server."""
    if town.database.engine.dialect.name != "sqlite":
        return sum(value in sealed(town) for value in values)
    file = Path(str(town.database.engine.url.database))
    content = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return sum(value in content for value in values)


async def test_tidying_forgets_what_is_no_longer_needed(any_town: TestTown, now: ToldTime) -> None:
    await any_town.desk.refresh()
    await asks(any_town.desk)
    await any_town.database.write(inbox.store, "telegram", "1", "Hallo", now())
    await any_town.database.write(inbox.done, "telegram", "1", now())
    await tidy(any_town.desk)
    with any_town.database.reading() as db:
        assert db.scalars(select(TurnRow.sealed_replies)).one() is not None
        assert db.scalars(select(InboxRow.update_key)).all() == ["1"]
    now.moves(days=2, seconds=1)
    await tidy(any_town.desk)
    with any_town.database.reading() as db:
        assert db.scalars(select(TurnRow.sealed_replies)).one() is None
        assert db.scalars(select(InboxRow.update_key)).all() == []


async def test_what_tidying_deletes_is_gone_from_the_files(any_town: TestTown, now: ToldTime) -> None:
    await any_town.desk.refresh()
    await asks(any_town.desk)
    replies = [row["sealed_replies"][:100] for row in any_town.rows()["turn"]]
    assert found_in_files(any_town, replies) == 1
    now.moves(minutes=16)
    await tidy(any_town.desk)
    assert found_in_files(any_town, replies) == 0


async def test_who_is_forgotten_is_gone_from_the_files_at_once(any_town: TestTown) -> None:
    await any_town.desk.refresh()
    somebody = Resident(any_town)
    for text in ("Zwergpinguin", "/mydata", "/forget"):
        await somebody.sends(text)
    left = sealed(any_town)
    assert found_in_files(any_town, left) == len(left) == 5  # an address, three times replies, a question
    await somebody.taps("Ja, alles löschen")
    await any_town.desk.scrub()
    assert sealed(any_town) == []
    assert found_in_files(any_town, left) == 0


async def test_who_publishes_does_not_wait_for_long_and_residents_get_it_all_the_same(
    town: TestTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.PATIENCE_SECONDS", 0.05)
    go_on = threading.Event()

    def build_slowly(language: str, entries: Sequence[Entry], earlier: Path | None, file: Path) -> None:
        assert go_on.wait(60)
        build_here(language, entries, earlier, file)

    desk = Desk(town.database, BERLIN, ShelfCache(tmp_path / "slow", build_slowly), town.now)
    await town.knows(QUESTION, answer="Bis 16 Uhr.", entry_id="rathaus")
    assert not await desk.take_up()
    go_on.set()
    monkeypatch.setattr("bot.desk.PATIENCE_SECONDS", 60)
    assert await desk.take_up()
    assert await asks(desk) == "rathaus"
