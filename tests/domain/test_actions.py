"""What buttons carry."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.actions import LONGEST_ACTION, Action, OpenEntry, OpenMenu, Rate, mark, read_action, write_action
from tests.domain.exchanges import ACTIONS

ALMOST = st.from_regex(r"\s?[oemclrawfx]:?[+-]?[\w-]{0,18}:?[\d+ynx-]{0,4}\s?", fullmatch=True)
"""What looks like an action, with letters and digits of every script."""


@given(ACTIONS)
def test_an_action_survives_the_way_to_the_resident_and_back(action: Action) -> None:
    assert read_action(write_action(action)) == action


@given(ACTIONS)
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
        "x",
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
