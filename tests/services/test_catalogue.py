"""The list of entries, what refers to one, and which are alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.errors import NotFound
from bot.domain.quiet import Clock
from bot.services import catalogue, drafts, events, library, links
from bot.services.catalogue import CHANGED, IN_REVIEW, PAGE, Search
from bot.services.links import Link
from bot.storage.database import Database
from knowledge.entry import CONTACT_POINT, DECLINE, Entry, Phone, State
from tests.conftest import BERLIN, ToldTime

CLOCK = Clock(BERLIN)
TODAY = date(2026, 6, 9)
OFFICE = Entry(
    "buero",
    kind=CONTACT_POINT,
    title={"de": "Ämterlotse", "tr": "Büro"},
    text={"de": "Hier.", "tr": "Burada."},
    phrasings={"de": ("Wo sitzt das Team?",)},
    phones=(Phone("0231 / 50-123 45"), Phone("+49 231 777", {"de": "Not"})),
    address="Musterplatz 1",
    next_check_on=TODAY,
)
CHOIR = Entry("chor", title={"de": "Chor"}, text={"de": "Singen."}, contact=("buero",), related=("alt",))
OLD = Entry("alt", state=State.ARCHIVED, title={"de": "Altes"}, text={"de": "?"}, next_check_on=TODAY)
SKETCH = Entry("skizze", state=State.DRAFT, text={"de": "?"})
NEW = Entry(
    "neu", kind="offer", title={"de": "Neues Büro"}, phrasings={"de": ("Was ist neu?",)}, phones=(Phone("0231 9"),)
)


@pytest.fixture
def stored(database: Database, now: ToldTime) -> Database:
    with database.writing() as db:
        library.import_entries(db, [OFFICE, CHOIR, OLD, SKETCH], now())
        drafts.save(db, NEW, 0, None, "Kim", now())
        drafts.save(db, replace(CHOIR, text={"de": "Lauter."}), 0, library.version_of(CHOIR), "Kim", now())
        drafts.hand_in(db, "chor", 1)
    return database


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Search(), ["buero", "chor", "neu", "skizze"]),
        (Search(state="archived"), ["alt"]),
        (Search(state="draft"), ["neu", "skizze"]),
        (Search(state="published"), ["buero", "chor"]),
        (Search(state=CHANGED), ["chor", "neu"]),
        (Search(state=IN_REVIEW), ["chor"]),
        (Search(kind=CONTACT_POINT), ["buero"]),
        (Search(kind="offer"), ["neu"]),
        (Search(is_due=True), ["buero"]),
        (Search(without_text="tr"), ["chor", "neu", "skizze"]),
        (Search(without_text="de"), ["neu"]),
        (Search(without_phrasing="de"), ["chor", "skizze"]),
        (Search(words="ämterl"), ["buero"]),
        (Search(words="ÄMTER"), ["buero"]),
        (Search(words="sitzt das"), ["buero"]),
        (Search(words="büro"), ["neu", "buero"]),
        (Search(words="0231 5012"), ["buero"]),
        (Search(words="0231777"), ["buero"]),
        (Search(words="was ist neu"), ["neu"]),
        (Search(words="%"), []),
        (Search(words="SKIZZ"), ["skizze"]),
    ],
)
def test_only_what_is_wanted_is_listed_by_title(stored: Database, wanted: Search, ids: list[str]) -> None:
    with stored.reading() as db:
        listing = catalogue.search(db, wanted, 1, TODAY)
    assert ([item.id for item in listing.items], listing.count) == (ids, len(ids))


def test_a_search_lists_titles_first_and_refusals_last(stored: Database, now: ToldTime) -> None:
    found = [
        Entry("a", kind=DECLINE, title={"de": "Müll anderswo"}, text={"de": "Nein."}),
        Entry("b", title={"de": "Abfall"}, text={"de": "Ja."}, phrasings={"de": ("Wohin mit Müll?",)}),
        Entry("c", title={"de": "Gelber Müll"}, text={"de": "Ja."}),
        Entry("d", title={"de": "Müll"}, text={"de": "Ja."}),
    ]
    with stored.writing() as db:
        library.import_entries(db, found, now())
        listing = catalogue.search(db, Search(words="müll"), 1, TODAY)
    assert [item.id for item in listing.items] == ["d", "c", "b", "a"]


def test_an_item_tells_its_languages_and_its_draft(stored: Database) -> None:
    with stored.reading() as db:
        office, choir, new = (catalogue.item(db, name) for name in ("buero", "chor", "neu"))
        with pytest.raises(NotFound):
            catalogue.item(db, "missing")
    assert (office.written, office.asked, office.draft) == ({"de", "tr"}, {"de"}, None)
    assert choir.draft and choir.draft.in_review and not choir.is_new
    assert new.is_new and (new.title, new.written, new.asked) == ("Neues Büro", set(), {"de"})


def test_a_text_older_than_the_german_one_is_told(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        library.change(db, "buero", {"text": {"de": "Woanders."}}, "Kim", now())
        assert catalogue.item(db, "buero").stale == {"tr": now()}
        library.change(db, "buero", {"text": {"tr": "Baska yerde."}}, "Kim", now())
        assert catalogue.item(db, "buero").stale == {}


def test_a_draft_that_changes_german_makes_other_texts_stale(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        drafts.save(db, replace(OFFICE, title={"de": "Amt", "tr": "Büro"}), 0, None, "Kim", now())
        assert catalogue.item(db, "buero").stale == {"tr": now()}


def test_long_lists_come_in_pages(database: Database, now: ToldTime) -> None:
    with database.writing() as db:
        library.import_entries(db, [Entry(f"e{number:03}") for number in range(PAGE + 3)], now())
    with database.reading() as db:
        first, second, beyond = (catalogue.search(db, Search(), page, TODAY) for page in (1, 2, 9))
    assert (len(first.items), first.pages, first.count) == (PAGE, 2, PAGE + 3)
    assert [item.id for item in second.items] == ["e050", "e051", "e052"]
    assert beyond == second


def test_what_refers_to_an_entry_is_told(stored: Database, now: ToldTime) -> None:
    with stored.writing() as db:
        starts_at = datetime(2026, 7, 1, 18, tzinfo=BERLIN)
        (fair,) = events.create(db, events.Draft({"de": "Fest"}, starts_at, entry_id="buero"), CLOCK, now())
        found = links.to(db, "buero")
        assert [link.title for link in found.contact] == ["Chor"]
        assert found.events == (Link(str(fair.id), "Fest"),)
        assert (found.related, found.broadcasts, bool(found)) == ((), (), True)
        assert [link.id for link in links.to(db, "alt").related] == ["chor"]
        assert not links.to(db, "buer")


@pytest.mark.parametrize(
    ("entry", "same"),
    [
        (Entry("x", title={"de": "Chor "}), [("chor", ("title",))]),
        (Entry("x", title={"de": "Der Ämterlotse"}), [("buero", ("title",))]),
        (Entry("x", phones=(Phone("0231 5012345"),)), [("buero", ("phone",))]),
        (Entry("x", phones=(Phone("0231777"),), address="musterplatz 1"), [("buero", ("phone", "address"))]),
        (Entry("x", title={"de": "Chor im Viertel"}), [("chor", ("title",))]),
        (Entry("x", title={"de": "Ganz anders"}), []),
        (CHOIR, []),
    ],
)
def test_entries_that_may_be_the_same_are_told(
    stored: Database, entry: Entry, same: list[tuple[str, tuple[str, ...]]]
) -> None:
    with stored.reading() as db:
        assert [(twin.id, twin.same) for twin in links.twins(db, entry)] == same


def test_ids_that_lead_nowhere_are_told(stored: Database) -> None:
    with stored.reading() as db:
        assert links.missing(db, ["buero", "alt", "gone", "gone"]) == ["alt", "gone"]
