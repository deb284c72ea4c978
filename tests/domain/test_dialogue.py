"""What the bot does next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dialogue import (
    LONGEST_MESSAGE,
    AskBack,
    Chosen,
    Decline,
    Give,
    GiveUp,
    Greet,
    Move,
    Offer,
    OldButton,
    OnlyText,
    TooLong,
    after_choice,
    after_question,
    before_question,
    choice_action,
    is_greeting,
    read_choice,
)
from knowledge.decide import MOST_OPTIONS, Answer, Clarify, Decision, Unknown
from tests.conftest import NOON

TURNS = st.integers(0, 10**18 - 1)
PLACES = st.none() | st.integers(0, 9)
ALMOST = st.from_regex(r"\s?o:[+-]?\d*:[\d-]?\s?", fullmatch=True)
"""What looks like a button's action, with digits of every script."""


@given(TURNS, PLACES)
def test_a_choice_survives_the_way_to_the_resident_and_back(turn: int, place: int | None) -> None:
    assert read_choice(choice_action(turn, place)) == Chosen(turn, place)


@given(TURNS, PLACES)
def test_an_action_fits_into_a_button_of_telegram(turn: int, place: int | None) -> None:
    assert 1 <= len(choice_action(turn, place).encode()) <= 64


@given(TURNS, st.none() | st.integers(0, MOST_OPTIONS))
def test_actions_of_different_buttons_differ(turn: int, place: int | None) -> None:
    other = 0 if place is None else place + 1
    assert len({choice_action(turn, place), choice_action(turn, other), choice_action(turn + 1, place)}) == 3


@given(st.text() | ALMOST)
def test_what_this_bot_never_wrote_is_no_choice(action: str) -> None:
    chosen = read_choice(action)
    assert chosen is None or choice_action(chosen.turn, chosen.place) == action


@pytest.mark.parametrize(
    "action", ["", "o", "o:1", "o:1:", "o::1", "o:1:2:3", "o:1:10", "O:1:1", "o:-1:0", "o:1:1\n", "o:١:٠"]
)
def test_a_damaged_action_is_no_choice(action: str) -> None:
    assert read_choice(action) is None


@pytest.mark.parametrize(
    ("decision", "move"),
    [
        (Answer("one"), Give("one")),
        (Clarify(("one", "two")), AskBack(("one", "two"))),
        (Unknown(), Decline()),
        (Unknown("why"), Decline("why")),
    ],
)
def test_after_a_question(decision: Decision, move: Move) -> None:
    assert after_question(decision) == move


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("", OnlyText()),
        (" \n\t\u3000", OnlyText()),
        ("/start", Greet()),
        ("/start e_7", Greet()),
        ("  /help", Greet()),
        ("/startle", None),
        ("start", None),
        ("Wie /start ich?", None),
        ("Hallo", None),
        ("?", None),
        ("\0", None),
        ("x" * LONGEST_MESSAGE, None),
        ("x" * (LONGEST_MESSAGE + 1), TooLong()),
    ],
)
def test_before_a_question(text: str, move: Move | None) -> None:
    assert before_question(text) == move


@given(st.text())
def test_every_message_is_a_question_or_has_a_move(text: str) -> None:
    move = before_question(text)
    assert isinstance(move, OnlyText) == (not text.strip())
    assert isinstance(move, Greet) == is_greeting(text)


OFFER = Offer(5, ("one", "two"), NOON)


@pytest.mark.parametrize(
    ("place", "move"), [(0, Give("one")), (1, Give("two")), (2, OldButton()), (9, OldButton()), (None, GiveUp())]
)
def test_after_a_choice(place: int | None, move: Move) -> None:
    assert after_choice(Chosen(5, place), OFFER, NOON) == move


@pytest.mark.parametrize("place", [0, None])
def test_a_button_lasts_24_hours(place: int | None) -> None:
    later = NOON + timedelta(hours=24)
    assert after_choice(Chosen(5, place), OFFER, later) != OldButton()
    assert after_choice(Chosen(5, place), OFFER, later + timedelta(microseconds=1)) == OldButton()


@pytest.mark.parametrize(("chosen", "offer"), [(None, None), (None, OFFER), (Chosen(5, 0), None)])
def test_a_button_without_its_offer_is_old(chosen: Chosen | None, offer: Offer | None) -> None:
    assert after_choice(chosen, offer, NOON) == OldButton()


@given(PLACES, st.lists(st.text(), max_size=3), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_only_what_was_offered_is_given(place: int | None, entry_ids: list[str], passed: timedelta) -> None:
    match after_choice(Chosen(5, place), Offer(5, entry_ids, NOON), NOON + passed):
        case Give(entry_id):
            assert entry_ids[place] == entry_id
            assert passed <= timedelta(hours=24)
        case move:
            assert move in (GiveUp(), OldButton())
