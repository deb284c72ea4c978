"""Working drafts: two people at one entry, review, publishing, going back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import InvalidInput, NotFound, Overtaken
from bot.services import drafts, library, reviewing, versions
from bot.services.drafts import Draft
from bot.storage.database import Database
from knowledge.entry import Entry, Phone, State
from tests.conftest import ToldTime

ENTRY = Entry("amt", title={"de": "Amt"}, text={"de": "Hier."}, phones=(Phone("0231 1"),))
CHANGED = replace(ENTRY, text={"de": "Dort."})


@pytest.fixture
def stored(database: Database, now: ToldTime) -> Database:
    """A database with one published entry."""
    with database.writing() as db:
        library.put(db, ENTRY, "Kim", now())
    return database


def save(database: Database, now: ToldTime, entry: Entry, edition: int = 0, author: str = "Kim") -> Draft:
    with database.writing() as db:
        return drafts.save(db, entry, edition, library.version_of(ENTRY), author, now())


def publish(database: Database, now: ToldTime, edition: int = 1, entry_id: str = "amt") -> Entry:
    with database.writing() as db:
        return reviewing.publish(db, entry_id, edition, "Kim", now())


def current(database: Database) -> Entry:
    with database.reading() as db:
        return library.find(db, "amt")


def test_residents_see_a_draft_only_when_it_is_published(stored: Database, now: ToldTime) -> None:
    save(stored, now, CHANGED)
    assert current(stored) == ENTRY
    publish(stored, now)
    assert current(stored) == CHANGED
    with stored.reading() as db:
        assert drafts.listed(db) == []
        assert [one.number for one in versions.history(db, "amt")] == [2, 1]


def test_two_people_cannot_overwrite_each_other_unnoticed(stored: Database, now: ToldTime) -> None:
    save(stored, now, CHANGED, author="Kim")
    with pytest.raises(Overtaken):
        save(stored, now, replace(ENTRY, text={"de": "Woanders."}), author="Robin")
    with stored.reading() as db:
        kept = drafts.find(db, "amt")
    assert kept and (kept.entry, kept.author, kept.edition) == (CHANGED, "Kim", 1)
    assert save(stored, now, ENTRY, edition=1, author="Robin").edition == 2


@pytest.mark.parametrize("deed", ["publish", "discard", "hand in", "take over"])
def test_what_was_saved_meanwhile_has_to_be_seen_first(stored: Database, now: ToldTime, deed: str) -> None:
    save(stored, now, CHANGED)
    save(stored, now, CHANGED, edition=1)
    with stored.writing() as db, pytest.raises(Overtaken):
        match deed:
            case "publish":
                reviewing.publish(db, "amt", 1, "Kim", now())
            case "discard":
                drafts.discard(db, "amt", 1)
            case "hand in":
                drafts.hand_in(db, "amt", 1)
            case _:
                drafts.take_over(db, "amt", 1, "Kim", now())


def test_a_draft_that_is_gone_cannot_be_saved_over(stored: Database, now: ToldTime) -> None:
    save(stored, now, CHANGED)
    publish(stored, now)
    with pytest.raises(Overtaken):
        save(stored, now, CHANGED, edition=1)
    with stored.writing() as db, pytest.raises(NotFound):
        drafts.discard(db, "amt", 1)


def test_what_was_published_meanwhile_is_shown_and_can_be_taken_over(stored: Database, now: ToldTime) -> None:
    draft = save(stored, now, CHANGED)
    with stored.writing() as db:
        assert drafts.published_meanwhile(db, draft) is None
        library.change(db, "amt", {"phone": "0231 2", "text": "Nirgends."}, "Import", now())
        theirs = drafts.published_meanwhile(db, draft)
        assert theirs and theirs.text == {"de": "Nirgends."}
    with pytest.raises(Overtaken):
        publish(stored, now)
    with stored.writing() as db:
        taken = drafts.take_over(db, "amt", 1, "Kim", now())
        assert drafts.published_meanwhile(db, taken) is None
    assert publish(stored, now, edition=2) == replace(CHANGED, phones=(Phone("0231 2"),))


def test_a_new_entry_is_there_only_once_it_is_published(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        drafts.save(db, CHANGED, 0, None, "Kim", now())
        with pytest.raises(NotFound):
            library.find(db, "amt")
    publish(database, now)
    assert current(database) == CHANGED


def test_a_draft_of_an_entry_that_came_meanwhile_has_to_be_looked_at(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        drafts.save(db, CHANGED, 0, None, "Kim", now())
        library.put(db, ENTRY, "Import", now())
    with pytest.raises(Overtaken):
        publish(database, now)


def test_a_draft_can_be_handed_in_and_taken_back(stored: Database, now: ToldTime) -> None:
    save(stored, now, CHANGED)
    seen = []
    for in_review in (True, False):
        with stored.writing() as db:
            drafts.hand_in(db, "amt", 1, in_review=in_review)
        with stored.reading() as db:
            draft = drafts.find(db, "amt")
            seen.append(draft and draft.in_review)
    assert seen == [True, False]


@pytest.mark.parametrize(
    ("entry", "field"),
    [(replace(ENTRY, title={"tr": "Ofis"}), "title.de"), (Entry("amt", title={"de": "Amt"}), "text.de")],
)
def test_what_residents_would_miss_is_named_before_publishing(
    stored: Database, now: ToldTime, entry: Entry, field: str
) -> None:
    save(stored, now, entry)
    with pytest.raises(InvalidInput) as refused:
        publish(stored, now)
    assert refused.value.field == field


def test_an_archived_entry_is_published_again_with_its_draft(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        library.archive(db, "amt", "Kim", now())
        archived = library.find(db, "amt")
        drafts.save(db, archived, 0, library.version_of(archived), "Kim", now())
    assert publish(stored, now).state is State.PUBLISHED


def test_going_back_is_a_new_version(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        library.put(db, replace(CHANGED, state=State.ARCHIVED), "Kim", now())
        reviewing.roll_back(db, "amt", 1, "Robin", now())
        newest = versions.history(db, "amt")[0]
    assert (newest.number, newest.author) == (3, "Robin")
    assert current(stored) == replace(ENTRY, state=State.ARCHIVED)


def test_still_right_sets_both_days_in_one_go(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        reviewing.confirm(db, "amt", library.version_of(ENTRY), date(2026, 6, 9), "Kim", now())
    assert current(stored) == replace(ENTRY, checked_on=date(2026, 6, 9), next_check_on=date(2026, 12, 9))


def test_a_save_that_comes_twice_is_one(stored: Database, now: ToldTime) -> None:
    assert save(stored, now, CHANGED) == save(stored, now, CHANGED)
    with pytest.raises(Overtaken):
        save(stored, now, CHANGED, author="Robin")


def test_what_a_colleague_changed_elsewhere_in_the_entry_is_published_too(stored: Database, now: ToldTime) -> None:
    save(stored, now, CHANGED)
    with stored.writing() as db:
        reviewing.confirm(db, "amt", library.version_of(ENTRY), date(2026, 6, 9), "Petra", now())
        library.change(db, "amt", {"phrasings": {"de": ["Wo ist das Amt?"]}}, "Petra", now())
    published = publish(stored, now)
    assert (published.text, published.checked_on) == (CHANGED.text, date(2026, 6, 9))
    assert published.phrasings == {"de": ("Wo ist das Amt?",)}


def test_what_was_archived_meanwhile_is_not_published_unseen(stored: Database, now: ToldTime) -> None:
    save(stored, now, CHANGED)
    with stored.writing() as db:
        library.archive(db, "amt", "Petra", now())
    with pytest.raises(Overtaken):
        publish(stored, now)
    assert current(stored).state is State.ARCHIVED
