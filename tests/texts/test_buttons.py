"""No message is a dead end: what stands under it leads on, and fits."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import (
    LONGEST_ACTION,
    Action,
    BackToBot,
    OpenEntry,
    OpenMenu,
    RunCommand,
    SetLanguage,
    mark,
    read_action,
)
from bot.domain.menu import Menu, build_menu
from bot.domain.messages import Reply
from bot.domain.town import Section
from bot.texts import emergency, privacy, team, wording
from bot.texts.buttons import LONGEST_LABEL, button, entry_button, foot, language_button, rating
from bot.texts.catalog import offered
from knowledge.commands import Command
from knowledge.entry import OFFER, Entry
from tests.domain.exchanges import ACTIONS
from tests.texts.replies import every_reply

WITHOUT_BUTTONS = {"forgotten", "too_many", "no_page"}
"""Nothing is left to refer to; nothing more is answered now; a page of the web has a link."""

WITHOUT_PERSON = {*WITHOUT_BUTTONS, "notice", "ask_forget"}
"""It stands beside another message; it asks for yes or no."""

MOST_BUTTONS = 100
"""Of one message. Source: Telegram answers REPLY_MARKUP_TOO_LONG to more."""

LANGUAGES = pytest.mark.parametrize("language", offered())


def words_a_message(module: ModuleType) -> set[str]:
    """The public functions of a module that give a reply."""
    functions = inspect.getmembers(module, inspect.isfunction)
    own = {name: each for name, each in functions if each.__module__ == module.__name__ and not name.startswith("_")}
    return {name for name, each in own.items() if each.__annotations__.get("return") == "Reply"}


def test_every_message_is_looked_at() -> None:
    known = {name for name, _ in every_reply("de")}
    assert known == set().union(*map(words_a_message, (wording, team, privacy, emergency)))


@LANGUAGES
def test_every_message_says_something(language: str) -> None:
    for name, reply in every_reply(language):
        assert reply.plain().strip(), name
        assert all(fact.label and fact.value for fact in reply.facts), name


@LANGUAGES
def test_every_message_leads_on(language: str) -> None:
    for name, reply in every_reply(language):
        assert bool(reply.choices) == (name not in WITHOUT_BUTTONS), name


@LANGUAGES
def test_a_person_is_one_tap_away(language: str) -> None:
    for name, reply in every_reply(language):
        if name not in WITHOUT_PERSON:
            assert {RunCommand(Command.TEAM), BackToBot()} & {*actions(reply)}, name


@LANGUAGES
def test_the_menu_is_one_tap_away(language: str) -> None:
    for name, reply in every_reply(language):
        if name not in {*WITHOUT_BUTTONS, "notice", "ask_forget", "menu"}:
            assert {OpenMenu(), BackToBot()} & {*actions(reply)}, name


@LANGUAGES
def test_buttons_fit_and_are_read_again(language: str) -> None:
    for name, reply in every_reply(language):
        assert len(reply.choices) <= MOST_BUTTONS, name
        for choice in reply.choices:
            assert 1 <= len(choice.label.strip()) <= LONGEST_LABEL == 60, name
            assert len(choice.action.encode()) <= LONGEST_ACTION, name
            assert read_action(choice.action) is not None, name


@LANGUAGES
def test_no_button_stands_twice_under_a_message(language: str) -> None:
    for name, reply in every_reply(language):
        carried = [(choice.label, choice.action) for choice in reply.choices]
        assert len(set(carried)) == len(carried), name


@LANGUAGES
def test_the_first_button_begins_a_row(language: str) -> None:
    for name, reply in every_reply(language):
        assert not any(choice.beside for choice in reply.choices[:1]), name


# --- Each button -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Rathaus", "Rathaus"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 58 + " yz", "x" * 58 + "…"),
        ("ß" * 300, "ß" * 59 + "…"),
    ],
)
def test_a_long_label_is_cut_at_60_characters(label: str, shown: str) -> None:
    assert button(label, OpenMenu()).label == shown


@given(st.text(), ACTIONS)
def test_a_button_carries_its_action_whatever_its_label(label: str, action: Action) -> None:
    made = button(label, action)
    assert read_action(made.action) == action
    assert len(made.label) <= LONGEST_LABEL


def test_the_foot_leads_back_to_the_menu_and_to_a_person() -> None:
    assert [choice.label for choice in foot("de")] == ["Menü", "Mensch fragen"]
    assert [choice.label for choice in foot("de", OpenMenu(mark("wohnen")))] == ["Zurück", "Menü", "Mensch fragen"]
    assert [choice.beside for choice in foot("de", OpenMenu())] == [False, True, True]


@pytest.mark.parametrize("entry_id", ["rathaus", "x" * 500, "straße-ämter", "اب" * 40])
def test_an_entry_is_opened_whatever_its_id(entry_id: str) -> None:
    choice = entry_button(Entry(entry_id), "de", mark("wohnen"))
    assert read_action(choice.action) == OpenEntry(mark(entry_id), mark("wohnen"))


def test_thumbs_stand_side_by_side() -> None:
    up, down = rating(7, "de")
    assert (up.label, up.beside, down.label, down.beside) == ("👍 Hilfreich", False, "👎 Nicht hilfreich", True)


def test_the_way_to_another_language_can_be_read_by_those_who_need_it() -> None:
    assert language_button("de").label == "🌐 Sprache / Language"
    assert language_button("en").label == "🌐 Language"


@LANGUAGES
def test_every_language_can_be_chosen_under_its_own_name(language: str) -> None:
    reply = wording.ask_language(language)
    chosen = [choice.label for choice in reply.choices if isinstance(read_action(choice.action), SetLanguage)]
    assert chosen == ["Deutsch", "Deutsch (einfach)", "English", *chosen[3:]]
    assert len(chosen) == len(offered())


# --- From the menu to every card -------------------------------------------------------------------------------------


def actions(reply: Reply) -> list[object]:
    return [read_action(choice.action) for choice in reply.choices]


def cards_within(menu: Menu, opened: Reply, taps: int, language: str) -> dict[str, int]:
    """The marks of the entries that can be opened from a message, with the fewest taps to each."""
    found: dict[str, int] = {}
    for action in actions(opened):
        if isinstance(action, OpenEntry):
            found[action.mark] = min(taps, found.get(action.mark, taps))
        elif isinstance(action, OpenMenu) and action.section and taps < 4:
            section = menu.section(action.section)
            assert section
            below = wording.menu_section(section, action.page, language)
            for mark_, needed in cards_within(menu, below, taps + 1, language).items():
                found[mark_] = min(needed, found.get(mark_, needed))
    return found


@pytest.mark.parametrize("sections", [(), (Section("wohnen", {"de": "Wohnen"}, frozenset({"wohnen"})),)], ids=len)
@pytest.mark.parametrize("count", [1, 140, 1_000, 10_000])
def test_every_card_can_be_opened_with_four_taps(count: int, sections: tuple[Section, ...]) -> None:
    entries = [
        Entry(f"e{number}", OFFER, title={"de": f"Nummer {number}"}, topics=("wohnen",) if number % 2 else ())
        for number in range(count)
    ]
    menu = build_menu(entries, sections, "de")
    found = cards_within(menu, wording.menu(menu, "de"), 2, "de")
    assert set(found) == {mark(entry.id) for entry in entries}
    assert max(found.values()) <= 4


@pytest.mark.parametrize("count", [1, 140, 1_000, 10_000])
def test_no_part_of_the_menu_has_more_buttons_than_messengers_take(count: int) -> None:
    menu = build_menu([Entry(f"e{number}", OFFER) for number in range(count)], (), "de")
    assert len(wording.menu(menu, "de").choices) <= MOST_BUTTONS
    for section in menu.sections:
        for page in (None, *range(len(section.pages))):
            assert len(wording.menu_section(section, page, "de").choices) <= MOST_BUTTONS


@LANGUAGES
def test_each_part_of_the_menu_leads_back_where_one_came_from(language: str) -> None:
    menu = build_menu([Entry(f"e{number}", OFFER) for number in range(25)], (), language)
    (section,) = menu.sections
    assert RunCommand(Command.START) in actions(wording.menu(menu, language))
    assert OpenMenu() in actions(wording.menu_section(section, None, language))
    assert OpenMenu(section.mark) in actions(wording.menu_section(section, 1, language))
