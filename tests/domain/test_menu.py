"""Every entry that answers something stands in the menu, a few taps away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.actions import mark
from bot.domain.menu import MOST_BUTTONS, OTHERS, Menu, build_menu, title_of
from bot.domain.town import Section
from bot.services.starter import starter_entries, starter_facts
from knowledge.entry import CONTACT_POINT, DECLINE, KNOWN_KINDS, OFFER, Entry
from tests.knowledge.strategies import IDENTIFIERS, collections, entries

TOPICS = ("geld", "wohnen", "familie")
SECTIONS = tuple(Section(topic, {"de": topic.title()}, frozenset({topic})) for topic in TOPICS)


def many(count: int, *topics: str) -> list[Entry]:
    """Entries in no order, each third one with one of the topics."""
    order = [(number * 7919) % 10_007 for number in range(count)]
    return [
        Entry(
            f"entry-{number}",
            OFFER,
            title={"de": f"Angebot {number:05}"},
            topics=(topics[number % len(topics)],) if topics else (),
        )
        for number in order
    ]


def listed(menu: Menu) -> list[str]:
    """The ids of the entries of a menu, as often as they stand in it."""
    return [entry.id for section in menu.sections for page in section.pages for entry in page]


def taps(menu: Menu) -> int:
    """The taps to the farthest entry: one each for the menu, a section, a page where there are several, the entry."""
    return max((4 if len(section.pages) > 1 else 3 for section in menu.sections), default=0)


def most_buttons(menu: Menu) -> int:
    """Of one message."""
    pages = [section.pages for section in menu.sections]
    return max([len(menu.sections), *map(len, pages), *(len(page) for each in pages for page in each)], default=0)


@pytest.mark.parametrize("topics", [(), TOPICS, (*TOPICS, "anderes")], ids=["none", "of sections", "others too"])
@pytest.mark.parametrize("sections", [(), SECTIONS], ids=["without sections", "with sections"])
@pytest.mark.parametrize("count", [1, 140, 1_000, 10_000])
def test_every_entry_is_at_most_four_taps_away(
    count: int, sections: Sequence[Section], topics: tuple[str, ...]
) -> None:
    menu = build_menu(many(count, *topics), sections, "de")
    assert sorted(listed(menu)) == sorted(entry.id for entry in many(count))
    assert taps(menu) <= 4
    assert most_buttons(menu) <= MOST_BUTTONS
    assert all(page for section in menu.sections for page in section.pages)
    assert len({section.mark for section in menu.sections}) == len(menu.sections)


SECTION_LISTS = st.lists(
    st.builds(
        Section,
        IDENTIFIERS,
        st.just({"de": "Teil"}),
        st.sets(st.sampled_from(("a", "b", "c"))).map(frozenset),
    ),
    max_size=4,
    unique_by=lambda section: section.id,
)


@settings(max_examples=60, deadline=None)
@given(
    collections(
        st.builds(
            Entry,
            IDENTIFIERS,
            st.sampled_from((*KNOWN_KINDS, "Fundsache")),
            title=st.dictionaries(st.sampled_from(("de", "tr")), st.text(max_size=5)),
            topics=st.lists(st.sampled_from(("a", "b", "c", "d")), max_size=3).map(tuple),
        ),
        most=30,
    ),
    SECTION_LISTS,
    st.sampled_from(("de", "de-easy", "tr", "en")),
)
def test_no_entry_is_lost_and_nothing_is_empty(found: list[Entry], sections: list[Section], language: str) -> None:
    menu = build_menu(found, sections, language)
    assert set(listed(menu)) == {entry.id for entry in found if entry.kind != DECLINE}
    assert all(section.pages and all(section.pages) for section in menu.sections)
    assert taps(menu) <= 4


@settings(max_examples=40, deadline=None)
@given(collections(entries(), most=5), st.data())
def test_the_order_of_entries_changes_nothing(found: list[Entry], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(found))
    assert build_menu(shuffled, (), "de") == build_menu(found, (), "de")


def test_the_starter_knowledge_has_a_section_for_every_entry() -> None:
    sections = [
        Section(name, section["name"], frozenset(section["topics"]))
        for name, section in starter_facts()["sections"].items()
    ]
    menu = build_menu(starter_entries(), sections, "de")
    assert [section.mark for section in menu.sections] == [mark(section.id) for section in sections]
    assert taps(menu) <= 4


def test_an_entry_stands_in_every_section_it_belongs_to() -> None:
    both = Entry("both", OFFER, topics=("geld", "wohnen"))
    menu = build_menu([both, Entry("home", OFFER, topics=("wohnen", "other"))], SECTIONS, "de")
    assert [(section.name["de"], len(section.pages[0])) for section in menu.sections] == [("Geld", 1), ("Wohnen", 2)]


def test_what_belongs_to_no_section_comes_last() -> None:
    menu = build_menu([Entry("lost", OFFER), Entry("home", OFFER, topics=("wohnen",))], SECTIONS, "de")
    assert [section.name.get("de") for section in menu.sections] == ["Wohnen", None]
    assert menu.sections[-1].mark == mark(OTHERS)


def test_what_the_bot_is_not_for_stands_nowhere() -> None:
    assert build_menu([Entry("weather", DECLINE, topics=("geld",))], SECTIONS, "de") == Menu(())


def test_titles_stand_in_the_order_of_the_alphabet_of_their_reader() -> None:
    titles = {"b": "Zoo", "a": "ämter", "d": "Öl", "c": "Amt", "e": "Oper"}
    shown = [Entry(name, OFFER, title={"de": title, "tr": title[::-1]}) for name, title in titles.items()]
    german, turkish = (build_menu(shown, (), language) for language in ("de", "tr"))
    assert [title_of(entry, "de") for entry in german.sections[0].pages[0]] == ["Amt", "ämter", "Öl", "Oper", "Zoo"]
    assert [title_of(entry, "tr") for entry in turkish.sections[0].pages[0]] == ["lÖ", "ooZ", "repO", "retmä", "tmA"]


@pytest.mark.parametrize(
    ("count", "pages"), [(1, [1]), (10, [10]), (11, [5, 6]), (25, [8, 8, 9]), (100, [10] * 10), (110, [10] * 11)]
)
def test_pages_are_about_equally_long(count: int, pages: list[int]) -> None:
    (section,) = build_menu(many(count), (), "de").sections
    assert [len(page) for page in section.pages] == pages


def test_a_section_that_is_too_large_for_messengers_comes_in_parts() -> None:
    first, second = build_menu(many(MOST_BUTTONS**2 + 1), (), "de").sections
    assert (first.part, second.part) == (1, 2)
    assert first.pages[-1][-1].id < second.pages[0][0].id


def test_a_section_is_found_by_its_mark() -> None:
    menu = build_menu([Entry("home", OFFER, topics=("wohnen",))], SECTIONS, "de")
    assert menu.section(mark("wohnen")) == menu.sections[0]
    assert menu.section(mark("geld")) is None
    assert menu.section("") is None


@pytest.mark.parametrize(
    ("title", "language", "shown"),
    [
        ({"de": "Rathaus", "tr": "Belediye"}, "tr", "Belediye"),
        ({"de": "Rathaus"}, "tr", "Rathaus"),
        ({"en": "Town hall"}, "tr", "Town hall"),
        ({}, "de", "rathaus"),
    ],
)
def test_an_entry_is_shown_by_its_title_or_at_least_its_id(title: dict[str, str], language: str, shown: str) -> None:
    assert title_of(Entry("rathaus", CONTACT_POINT, title=title), language) == shown
