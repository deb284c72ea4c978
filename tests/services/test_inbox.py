"""Messages are written down before their channel hears that they arrived."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, null, select, update

from bot.services import inbox
from bot.services.inbox import Answered, Original, Waiting, Work
from bot.storage.database import Database
from bot.storage.keys import KeyFault, Keys
from bot.storage.tables import InboxRow
from tests.conftest import ToldTime

CHANNEL = "telegram"


def store(database: Database, now: ToldTime, key: str, content: str = "Hallo", channel: str = CHANNEL) -> bool:
    with database.writing() as db:
        return inbox.store(db, channel, key, content, now())


def begin(database: Database, key: str) -> Work | None:
    with database.writing() as db:
        return inbox.begin(db, CHANNEL, key)


def finish(database: Database, now: ToldTime, key: str) -> None:
    with database.writing() as db:
        inbox.done(db, CHANNEL, key, now())


def progress(database: Database, key: str, sent_ids: list[int | None], unclear: int) -> None:
    with database.writing() as db:
        inbox.progress(db, CHANNEL, key, sent_ids, unclear)


def answer(database: Database, now: ToldTime, key: str, answered: Answered, of: str | None = None) -> None:
    with database.writing() as db:
        inbox.answered(db, CHANNEL, key, answered, of, now())


def original(database: Database, message: str, text: str) -> Original | None:
    with database.reading() as db:
        return inbox.original(db, CHANNEL, message, text)


def forget(database: Database, now: ToldTime) -> int:
    with database.writing() as db:
        return inbox.forget_done(db, now())


def waiting(database: Database) -> list[Waiting]:
    with database.reading() as db:
        return inbox.waiting(db, CHANNEL)


def test_a_message_is_stored_once(database: Database, now: ToldTime) -> None:
    assert store(database, now, "1", "erste")
    assert not store(database, now, "1", "zweite")
    assert waiting(database) == [Waiting("1", "erste", 0)]


def test_the_same_number_on_another_channel_is_another_message(database: Database, now: ToldTime) -> None:
    assert store(database, now, "1")
    assert store(database, now, "1", channel="web")
    assert len(waiting(database)) == 1


def test_messages_wait_in_the_order_in_which_they_came(database: Database, now: ToldTime) -> None:
    for key in ("9", "10", "2"):
        store(database, now, key)
    assert [each.key for each in waiting(database)] == ["9", "10", "2"]


def test_the_order_stays_after_older_messages_were_forgotten(database: Database, now: ToldTime) -> None:
    for key in ("1", "2", "3"):
        store(database, now, key)
    finish(database, now, "3")
    now.moves(days=3)
    assert forget(database, now) == 1
    store(database, now, "4")
    assert [each.key for each in waiting(database)] == ["1", "2", "4"]


@pytest.mark.parametrize("content", ["", "ä\0😀", "x" * 100_000])
def test_any_content_comes_back_as_it_was(database: Database, now: ToldTime, content: str) -> None:
    store(database, now, "1", content)
    assert waiting(database) == [Waiting("1", content, 0)]


def test_a_message_is_sealed_at_rest(database: Database, keys: Keys, now: ToldTime) -> None:
    store(database, now, "1", "Zwergpinguin")
    with database.reading() as db:
        sealed = bytes(db.scalar(select(InboxRow.sealed_update)))
    assert b"Zwergpinguin" not in sealed
    assert keys.open(sealed) == "Zwergpinguin"
    with pytest.raises(KeyFault):
        Keys(b"x" * 32).open(sealed)


def test_the_text_is_gone_when_the_message_is_done(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    finish(database, now, "1")
    assert waiting(database) == []
    with database.reading() as db:
        assert db.execute(select(InboxRow.sealed_update, InboxRow.done_at)).one() == (None, now())


def test_a_done_message_is_recognised_when_it_comes_again(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    finish(database, now, "1")
    assert not store(database, now, "1")
    assert begin(database, "1") is None


def test_what_is_done_is_forgotten_after_two_days(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    store(database, now, "2")
    finish(database, now, "1")
    now.moves(days=2)
    assert forget(database, now) == 0
    assert not store(database, now, "1")
    now.moves(seconds=1)
    assert forget(database, now) == 1
    assert store(database, now, "1")
    assert [each.key for each in waiting(database)] == ["2", "1"]


def test_what_is_not_done_is_never_forgotten(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    now.moves(days=400)
    assert forget(database, now) == 0
    assert len(waiting(database)) == 1


def test_each_beginning_is_counted(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    assert [begin(database, "1") for _ in range(3)] == [Work(1, 0, ()), Work(2, 0, ()), Work(3, 0, ())]
    assert waiting(database)[0].attempts == 3


def test_how_far_the_replies_came_is_remembered_and_clears_the_attempts(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    begin(database, "1")
    progress(database, "1", [11, None], unclear=1)
    assert begin(database, "1") == Work(1, 1, (11, None))
    progress(database, "1", [11, None, 13], unclear=0)
    assert begin(database, "1") == Work(1, 0, (11, None, 13))


def test_replies_that_were_counted_by_an_older_version_are_not_sent_again(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    with database.writing() as db:
        db.execute(update(InboxRow).values(delivered=2))
    assert begin(database, "1") == Work(1, 0, (None, None))


def test_what_is_undone_is_named_and_can_be_read_one_by_one(database: Database, now: ToldTime) -> None:
    for key in ("9", "10", "2"):
        store(database, now, key, f"Text {key}")
    store(database, now, "9", channel="web")
    finish(database, now, "10")
    with database.reading() as db:
        assert inbox.undone(db, CHANNEL) == ["9", "2"]
        assert inbox.waiting(db, CHANNEL, ["2", "10", "missing"]) == [Waiting("2", "Text 2", 0)]
        assert inbox.waiting(db, CHANNEL, []) == []


def test_an_edit_finds_its_original_and_what_was_replied(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    answer(database, now, "1", Answered("7/12", "Sofa", (21, 22)))
    assert original(database, "7/12", "Sofa") == Original("1", (21, 22), has_same_text=True)
    assert original(database, "7/12", "Schrank") == Original("1", (21, 22), has_same_text=False)
    assert original(database, "8/12", "Sofa") is None


def test_edits_of_an_edit_find_the_first_message_with_the_newest_replies(database: Database, now: ToldTime) -> None:
    store(database, now, "1")
    answer(database, now, "1", Answered("7/12", "Sofa", (21,)))
    store(database, now, "2")
    answer(database, now, "2", Answered("7/12", "Schrank", (21, 23)), of="1")
    assert begin(database, "2") is None
    assert original(database, "7/12", "Schrank") == Original("1", (21, 23), has_same_text=True)


def test_what_edits_need_holds_no_chat_and_no_text_and_goes_after_ten_minutes(
    database: Database, now: ToldTime
) -> None:
    store(database, now, "1")
    answer(database, now, "1", Answered("4711/12", "Zwergpinguin", (21,)))
    with database.reading() as db:
        stored = repr(db.execute(select(InboxRow.__table__)).all())
    assert not re.search(r"\b4711\b|Zwergpinguin", stored)
    now.moves(minutes=10)
    assert forget(database, now) == 0
    assert original(database, "4711/12", "Zwergpinguin").sent_ids == (21,)
    now.moves(seconds=1)
    assert forget(database, now) == 0
    assert original(database, "4711/12", "Zwergpinguin") == Original("1", (), has_same_text=False)
    with database.reading() as db:
        assert db.execute(select(InboxRow.text_ref, InboxRow.sent_ids)).one() == (None, None)
        assert db.scalar(select(func.count()).where(InboxRow.sent_ids.is_(null()))) == 1
    now.moves(days=2)
    assert forget(database, now) == 1
    assert original(database, "4711/12", "Zwergpinguin") is None


def test_unknown_messages_do_no_harm(database: Database, now: ToldTime) -> None:
    assert begin(database, "missing") is None
    finish(database, now, "missing")
    progress(database, "missing", [1], unclear=0)
    answer(database, now, "missing", Answered("7/12", "", ()))
    assert waiting(database) == []
    assert original(database, "7/12", "") is None


def test_a_message_that_comes_twice_at_once_is_stored_once(database: Database, now: ToldTime) -> None:
    start = threading.Barrier(6)

    def arrive() -> bool:
        start.wait()
        return store(database, now, "1")

    with ThreadPoolExecutor(6) as threads:
        news = [arriving.result() for arriving in [threads.submit(arrive) for _ in range(6)]]
    assert sorted(news) == [False] * 5 + [True]
