"""What buttons carry."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.actions import (
    LONGEST_ACTION,
    NONE,
    PERIODS,
    Action,
    Need,
    OpenEntry,
    OpenEvent,
    OpenEvents,
    OpenMenu,
    OpenTopics,
    Pause,
    Rate,
    Remind,
    SaveEvent,
    SignOff,
    SignUp,
    Subscribe,
    TakeOffer,
    mark,
    read_action,
    write_action,
)
from bot.domain.events import MOST_SEATS, Help
from tests.domain.exchanges import ACTIONS as TALK
from tests.domain.exchanges import NUMBERS
from tests.domain.test_leads import leads

TOPICS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True)
EVENTS: st.SearchStrategy[Action] = st.one_of(
    st.builds(OpenEvents, st.none() | st.sampled_from(PERIODS)),
    st.builds(OpenEvent, NUMBERS),
    st.builds(SignUp, NUMBERS, st.none() | st.integers(1, MOST_SEATS)),
    st.builds(Need, NUMBERS, st.sampled_from(Help)),
    st.builds(SignOff, NUMBERS),
    st.builds(TakeOffer, NUMBERS),
    st.builds(Remind, NUMBERS, st.none() | st.just(NONE) | leads().map(str)),
    st.builds(SaveEvent, NUMBERS),
    st.builds(OpenTopics),
    st.builds(Subscribe, TOPICS, st.booleans()),
    st.builds(Pause, st.integers(0, 999)),
)
"""Every action about events and notices."""
ACTIONS = TALK | EVENTS

ALMOST = st.from_regex(
    r"\s?[oemclrawfxvgnudtik]:?[+-]?[\w-]{0,18}:?([\d+ynx-]{0,4}|[A-Za-z_\d]{0,8})\s?", fullmatch=True
)
"""What looks like an action, with letters and digits of every script."""


@given(ACTIONS)
def test_an_action_survives_the_way_to_the_resident_and_back(action: Action) -> None:
    assert read_action(write_action(action)) == action


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (OpenEvents(), "v"),
        (OpenEvents("weekend"), "v:weekend"),
        (OpenEvent(17), "v:17"),
        (SignUp(17), "g:17"),
        (SignUp(17, 3), "g:17:3"),
        (SignUp(17, MOST_SEATS), "g:17:20"),
        (Need(17, Help.CHILD_CARE), "n:17:child_care"),
        (SignOff(17), "u:17"),
        (TakeOffer(17), "x:17"),
        (Remind(17), "d:17"),
        (Remind(17, "P1DT30M"), "d:17:P1DT30M"),
        (Remind(17, "MORNING"), "d:17:MORNING"),
        (Remind(17, NONE), "d:17:-"),
        (SaveEvent(17), "i:17"),
        (OpenTopics(), "t"),
        (Subscribe("umwelt-2", is_wanted=True), "t:umwelt-2:+"),
        (Subscribe("umwelt-2", is_wanted=False), "t:umwelt-2:-"),
        (Pause(7), "k:7"),
        (Pause(0), "k:0"),
    ],
)
def test_an_action_lasts_because_old_buttons_carry_it(action: Action, text: str) -> None:
    assert (write_action(action), read_action(text)) == (text, action)


@given(ACTIONS)
@example(Subscribe("x" * 40, is_wanted=False))
@example(Need(10**18 - 1, Help.INTERPRETER))
@example(Remind(10**18 - 1, "P100DT6383H59M"))
@example(OpenEntry(mark("x" * 500), mark("Straße")))
@example(OpenMenu(mark("x"), 999))
@example(Rate(10**18 - 1, None, 3))
def test_an_action_fits_into_a_button_of_telegram(action: Action) -> None:
    assert 1 <= len(write_action(action).encode()) <= LONGEST_ACTION == 64


@given(ACTIONS, ACTIONS)
def test_different_actions_are_written_differently(one: Action, other: Action) -> None:
    assert (write_action(one) == write_action(other)) == (one == other)


@given(st.text() | ALMOST)
def test_what_this_bot_never_wrote_is_no_action(text: str) -> None:
    action = read_action(text)
    assert action is None or write_action(action) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "z",
        "o",
        "o:1",
        "o:1:",
        "o::1",
        "o:1:2:3",
        "o:1:10",
        "o:01:1",
        "O:1:1",
        "o:-1:0",
        "o:1:1\n",
        "o:١:٠",
        "o:1000000000000000000:0",
        "e:",
        "e:rathaus",
        "e:0123456789ABCDEF",
        "e:0123456789abcdef:",
        "m:",
        "m:0123456789abcdef:-1",
        "m:0123456789abcdef:1000",
        "m:0123456789abcdef:07",
        "c:",
        "c:MENU",
        "c:../etc",
        "l:",
        "l:d",
        "l:de easy",
        "r:1:",
        "r:1:++",
        "a:",
        "a:1:1",
        "w:",
        "w:1",
        "f:1",
        "f:1:j",
        *("v:", "v:0x1", "v:Today", "v:tomorrow ", "v:yesterday", "v:-1", "v:01", "v:1:1", "v:today:1"),
        *("g", "g:", "g:1:", "g:1:0", "g:1:-1", "g:1:01", "g:1:100", "g:١", "g:1:٢", "g:today"),
        *("n:1", "n:1:", "n:1:Child", "n:1:child care", "n:child_care", "n:1:" + "x" * 21),
        *("u", "u:", "u:1:1", "x", "x:", "x:1:1", "x:1000000000000000000", "i", "i:", "i:1:1"),
        *("d", "d:", "d:1:", "d:1:p1d", "d:1:P1D:", "d:1:--", "d:1:P-1D", "d:P1D", "d:1:" + "P" * 21),
        *("t:", "t:umwelt", "t:umwelt:", "t:umwelt:y", "t::+", "t:Umwelt:+", "t:ümwelt:+", "t:a b:+"),
        *("t:" + "x" * 41 + ":+", "t:+", "t:umwelt:++", "t:umwelt:+\n", "t:../etc:+"),
        *("k", "k:", "k:-1", "k:07", "k:1000", "k:1:1", "k:٧", "k:1.5"),
        "o:1:0; DROP TABLE turn",
        "o:1:0" * 100,
    ],
)
def test_a_damaged_action_is_none(text: str) -> None:
    assert read_action(text) is None


@given(st.text())
def test_a_mark_is_sixteen_hexadecimal_digits(name: str) -> None:
    assert re.fullmatch("[0-9a-f]{16}", mark(name))


@given(st.sets(st.text(max_size=40), max_size=50))
def test_different_names_have_different_marks(names: set[str]) -> None:
    assert len({mark(name) for name in names}) == len(names)


def test_a_mark_lasts_because_old_buttons_carry_it() -> None:
    assert mark("anlaufstelle-quartiersbuero") == "2fa09d74ec6d022c"
