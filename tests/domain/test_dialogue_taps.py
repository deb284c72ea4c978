"""What the bot does after a button was tapped, an old or forged one too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import (
    Action,
    BackToBot,
    ChooseOption,
    Forget,
    OpenEntry,
    OpenEvent,
    OpenEvents,
    OpenMenu,
    OpenTopics,
    PassOn,
    Rate,
    RunCommand,
    SetLanguage,
    Subscribe,
    mark,
)
from bot.domain.dialogue import State, Tapped, Turn, next_turn
from bot.domain.moves import (
    AskTeam,
    Complaint,
    EraseAll,
    Give,
    GiveMarked,
    GiveUp,
    HandBack,
    KeepAll,
    Move,
    OldButton,
    Run,
    ShowMenu,
    Speak,
    TakePart,
    TakeRating,
)
from bot.domain.participation import AskPause, OpenOwn
from knowledge.commands import Command
from tests.conftest import NOON
from tests.domain.exchanges import ACTIONS, AGES, STATES, TURNS, turn

OFFER = turn(entry_ids=("sofa", "kita"))
CARD = turn(entry_id="sofa")
UNANSWERED = turn(can_be_passed_on=True)
ASKED = replace(turn(), asked_to_forget=True)
DAY = timedelta(hours=24)

REFERRING = (ChooseOption, Rate, PassOn, Forget)
"""Actions that mean something only together with the turn they name."""

WISHES = {
    Command.EVENTS: OpenEvents(),
    Command.REGISTER: OpenEvents(),
    Command.REMIND: OpenEvents(),
    Command.UNREGISTER: OpenOwn(),
    Command.TOPICS: OpenTopics(),
    Command.SUBSCRIBE: OpenTopics(),
    Command.UNSUBSCRIBE: OpenTopics(),
    Command.PAUSE: AskPause(),
}
"""Commands that want something with events or notices, without saying more."""


def move_after(action: Action | None, named: Turn | None = None, state: State | None = None) -> Move:
    return next_turn(Tapped(action), state or State(), named, NOON)


@pytest.mark.parametrize(
    ("action", "move"),
    [
        (OpenMenu(), ShowMenu()),
        (OpenMenu(mark("wohnen")), ShowMenu(mark("wohnen"))),
        (OpenMenu(mark("wohnen"), 2), ShowMenu(mark("wohnen"), 2)),
        (OpenEntry(mark("sofa")), GiveMarked(mark("sofa"))),
        (OpenEntry(mark("sofa"), mark("wohnen")), GiveMarked(mark("sofa"), mark("wohnen"))),
        (SetLanguage("tr"), Speak("tr")),
        (BackToBot(), HandBack()),
        (RunCommand("fly"), OldButton()),
        (None, OldButton()),
        *((RunCommand(command), Run(command)) for command in Command if command not in WISHES),
        *((RunCommand(command), TakePart(wish)) for command, wish in WISHES.items()),
        (OpenEvent(7), TakePart(OpenEvent(7))),
        (Subscribe("feste", is_wanted=True), TakePart(Subscribe("feste", is_wanted=True))),
    ],
    ids=repr,
)
def test_buttons_that_refer_to_nothing_never_grow_old(action: Action | None, move: Move) -> None:
    assert move_after(action) == move


@pytest.mark.parametrize(
    ("action", "named", "move"),
    [
        (ChooseOption(7, 0), OFFER, Give("sofa", confirms=7)),
        (ChooseOption(7, 1), OFFER, Give("kita", confirms=7)),
        (ChooseOption(7, None), OFFER, GiveUp(7)),
        (Rate(7, helped=True), CARD, TakeRating(7, True, None)),
        (Rate(7, helped=False), CARD, TakeRating(7, False, None)),
        *((Rate(7, None, place), CARD, TakeRating(7, None, each)) for place, each in enumerate(Complaint)),
        (PassOn(7), UNANSWERED, AskTeam(7)),
        (Forget(7, is_confirmed=True), ASKED, EraseAll()),
        (Forget(7, is_confirmed=False), ASKED, KeepAll()),
    ],
    ids=repr,
)
def test_a_button_lasts_24_hours_and_belongs_to_its_resident(action: Action, named: Turn, move: Move) -> None:
    assert move_after(action, replace(named, at=NOON)) == move
    assert move_after(action, replace(named, at=NOON - DAY)) == move
    assert move_after(action, replace(named, at=NOON - DAY - timedelta(microseconds=1))) == OldButton()
    assert move_after(action, None) == OldButton()


@pytest.mark.parametrize(
    ("action", "named"),
    [
        (ChooseOption(7, 2), OFFER),
        (ChooseOption(7, 9), OFFER),
        (ChooseOption(7, 0), CARD),
        (ChooseOption(7, None), CARD),
        (Rate(7, helped=True), OFFER),
        (Rate(7, None, len(Complaint)), CARD),
        (PassOn(7), CARD),
        (Forget(7, is_confirmed=True), UNANSWERED),
        (Forget(7, is_confirmed=False), OFFER),
    ],
    ids=repr,
)
def test_a_button_that_its_turn_never_had_is_old(action: Action, named: Turn) -> None:
    assert move_after(action, named) == OldButton()


@pytest.mark.parametrize("misses", [0, 1, 2])
def test_none_of_these_says_whether_it_is_the_second_miss(misses: int) -> None:
    assert move_after(ChooseOption(7, None), OFFER, State(misses=misses)) == GiveUp(7, is_again=misses > 0)


def test_an_older_offer_can_still_be_chosen_from() -> None:
    newer = State(last=replace(turn(), number=8), card="garden")
    assert move_after(ChooseOption(7, 0), OFFER, newer) == Give("sofa", confirms=7)


@given(ACTIONS.filter(lambda action: isinstance(action, REFERRING)), STATES)
def test_buttons_of_other_residents_are_harmless(action: Action, state: State) -> None:
    assert move_after(action, None, state) == OldButton()


@given(ACTIONS, TURNS, STATES, AGES)
def test_nothing_is_done_to_a_turn_of_another_day(action: Action, named: Turn, state: State, age: timedelta) -> None:
    move = move_after(action, replace(named, at=NOON - DAY - timedelta(seconds=1) - age), state)
    assert isinstance(action, REFERRING) == (move == OldButton())


@given(st.none() | ACTIONS, st.none() | TURNS, STATES)
def test_only_a_confirmed_wish_to_forget_erases(action: Action | None, named: Turn | None, state: State) -> None:
    if move_after(action, named, state) == EraseAll():
        assert isinstance(action, Forget)
        assert action.is_confirmed
        assert named
        assert named.asked_to_forget
