"""What the bot does next, whatever was said: what always wins, what is limited, what is said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain import actions, moves
from bot.domain.dialogue import (
    LONGEST_MESSAGE,
    Said,
    Shown,
    State,
    Tapped,
    Turn,
    Typed,
    is_stale,
    misses_after,
    next_turn,
)
from bot.domain.messages import Media
from bot.domain.moves import Move, Run, StaySilent, TooMany
from knowledge.commands import Command
from knowledge.decide import Answer, Clarify, Unknown
from knowledge.emergency import Emergency
from knowledge.entry import Position
from tests.conftest import NOON
from tests.domain.exchanges import (
    FIRE,
    IDS,
    RATES,
    SAID,
    SENT,
    STATES,
    TURNS,
    TYPED,
    after_decline,
    turn,
    typed,
)

MICROSECOND = timedelta(microseconds=1)
QUESTION = typed("Wohin mit dem alten Sofa?", Answer("sofa"))
BURST = State(last=turn(0), recent=20)
"""As many messages as are answered in a minute, in the tests below."""


@given(SAID, STATES, st.none() | TURNS, RATES, SENT)
def test_whatever_is_said_there_is_a_move(
    said: Said, state: State, named: Turn | None, rate: int, sent_at: datetime | None
) -> None:
    assert isinstance(next_turn(said, state, named, NOON, rate=rate, sent_at=sent_at), get_args(Move))


@given(SAID, STATES, st.none() | TURNS)
def test_only_what_is_at_hand_is_given(said: Said, state: State, named: Turn | None) -> None:
    match next_turn(said, state, named, NOON):
        case moves.Give(entry_id) | moves.Detail(entry_id):
            at_hand = [state.card, *(state.last.entry_ids if state.last else ()), *(named.entry_ids if named else ())]
            decision = said.decision if isinstance(said, Typed) else None
            assert entry_id in [*at_hand, decision.entry_id if isinstance(decision, Answer) else None]
        case moves.AskBack(entry_ids):
            assert entry_ids
            assert set(entry_ids).isdisjoint(state.turned_down)
            assert state.misses < 2


# --- An emergency ----------------------------------------------------------------------------------------------------


@given(TYPED, st.none() | IDS, st.sampled_from(Emergency), STATES, RATES, SENT)
def test_an_emergency_always_wins(
    said: Typed, entry_id: str | None, kind: Emergency, state: State, rate: int, sent_at: datetime | None
) -> None:
    assume(said.text.strip())
    said = replace(said, decision=Answer(entry_id, kind))
    warning = moves.Warn(entry_id, kind, said.nearest, is_for_team=state.is_with_team)
    assert next_turn(said, state, None, NOON, rate=rate, sent_at=sent_at) == warning


@pytest.mark.parametrize(
    ("said", "state"),
    [
        pytest.param(FIRE, replace(after_decline(), is_with_team=True), id="while a person has the conversation"),
        pytest.param(FIRE, replace(BURST, was_told_to_wait=True), id="after far too many messages"),
        pytest.param(replace(FIRE, text="x" * (LONGEST_MESSAGE + 1)), State(), id="in too long a text"),
        pytest.param(replace(FIRE, command=Command.HELP), State(last_command=Command.HELP), id="in a command"),
        pytest.param(replace(FIRE, text="ja"), after_decline(), id="in an answer"),
    ],
)
def test_an_emergency_is_heard(said: Typed, state: State) -> None:
    sent_at = NOON - timedelta(days=2)
    move = next_turn(said, state, None, NOON, rate=20, sent_at=sent_at)
    assert move == moves.Warn("notruf", Emergency.FIRE, is_for_team=state.is_with_team)


# --- Too many messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "recent", "is_told", "move"),
    [
        (20, 19, False, moves.Give("sofa")),
        (20, 20, False, TooMany()),
        (20, 20, True, StaySilent()),
        (20, 500, True, StaySilent()),
        (20, 19, True, moves.Give("sofa")),
        (1, 1, False, TooMany()),
        (0, 10_000, False, moves.Give("sofa")),
    ],
    ids=["below", "first too many", "told already", "still more", "a minute later", "strict", "no limit"],
)
def test_of_too_many_messages_one_gets_a_notice_and_the_rest_silence(
    rate: int, recent: int, is_told: bool, move: Move
) -> None:
    state = State(last=turn(0), recent=recent, was_told_to_wait=is_told)
    assert next_turn(QUESTION, state, None, NOON, rate=rate) == move


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(Typed("/menu", Command.MENU), id="a command"),
        pytest.param(Tapped(actions.OpenMenu()), id="a button"),
        pytest.param(Tapped(None), id="a forged button"),
        pytest.param(Shown(Media.VOICE), id="a voice message"),
        pytest.param(Shown(Media.LOCATION, Position(51.5, 7.4)), id="a location"),
        pytest.param(typed("x" * (LONGEST_MESSAGE + 1)), id="too long a text"),
        pytest.param(typed(""), id="nothing"),
    ],
)
def test_the_limit_counts_for_whatever_is_sent(said: Said) -> None:
    assert next_turn(said, BURST, None, NOON, rate=20) == TooMany()
    assert next_turn(said, replace(BURST, was_told_to_wait=True), None, NOON, rate=20) == StaySilent()


@given(STATES, RATES, SENT, st.sampled_from([Command.STOP, Command.FORGET]), st.booleans())
def test_stop_and_forget_are_never_swallowed(
    state: State, rate: int, sent_at: datetime | None, command: Command, is_tapped: bool
) -> None:
    said = Tapped(actions.RunCommand(command)) if is_tapped else Typed(f"/{command}", command)
    assert next_turn(said, state, None, NOON, rate=rate, sent_at=sent_at) == Run(command)


@pytest.mark.parametrize("word", ["stop", "STOPP!", "dur", "стоп", "توقف", "alles löschen", "vergiss mich"])
def test_nor_are_their_natural_words(word: str) -> None:
    move = next_turn(typed(word), replace(BURST, was_told_to_wait=True, is_with_team=True), None, NOON, rate=20)
    assert isinstance(move, Run)
    assert move.command in (Command.STOP, Command.FORGET)


def test_nor_is_the_wish_to_be_forgotten() -> None:
    burst = replace(BURST, was_told_to_wait=True)
    asked = replace(turn(), asked_to_forget=True)
    assert next_turn(Tapped(actions.Forget(7, is_confirmed=True)), burst, asked, NOON, rate=20) == moves.EraseAll()


@pytest.mark.parametrize("named", [None, turn(), replace(turn(), asked_to_forget=True)], ids=["none", "other", "asked"])
def test_other_taps_on_the_question_whether_to_forget_do_not_escape_the_limit(named: Turn | None) -> None:
    assert next_turn(Tapped(actions.Forget(7, is_confirmed=False)), BURST, named, NOON, rate=20) == TooMany()


def test_forged_wishes_to_be_forgotten_do_not_escape_the_limit() -> None:
    assert next_turn(Tapped(actions.Forget(7, is_confirmed=True)), BURST, turn(), NOON, rate=20) == TooMany()


@given(STATES, st.timedeltas(timedelta(minutes=1, microseconds=1), timedelta(days=2)))
def test_the_limit_is_not_for_what_waited_while_the_bot_was_off(state: State, waited: timedelta) -> None:
    move = next_turn(QUESTION, state, None, NOON, rate=1, sent_at=NOON - waited)
    assert not isinstance(move, TooMany | StaySilent)


# --- After an outage -------------------------------------------------------------------------------------------------

GREETED = State(last=turn(0), last_command=Command.START)
HOURS_AGO = State(last=turn(180), last_command=Command.START)


@pytest.mark.parametrize(
    ("waited", "move"),
    [
        (timedelta(seconds=60), Run(Command.START)),
        (timedelta(seconds=60) + MICROSECOND, StaySilent()),
        (timedelta(days=1), StaySilent()),
    ],
)
def test_a_stale_command_that_was_just_answered_is_not_answered_again(waited: timedelta, move: Move) -> None:
    assert next_turn(Typed("/start", Command.START), GREETED, None, NOON, sent_at=NOON - waited) == move


@pytest.mark.parametrize(
    ("said", "sent_at", "move"),
    [
        pytest.param(Typed("/start", Command.START), None, Run(Command.START), id="a channel without times"),
        pytest.param(Typed("/menu", Command.MENU), NOON - timedelta(hours=1), Run(Command.MENU), id="another command"),
        pytest.param(QUESTION, NOON - timedelta(hours=1), moves.Give("sofa"), id="a question"),
    ],
)
def test_everything_else_is_answered_after_an_outage(said: Said, sent_at: datetime | None, move: Move) -> None:
    assert next_turn(said, GREETED, None, NOON, sent_at=sent_at) == move


@given(st.timedeltas(timedelta(0), timedelta(hours=3) - MICROSECOND))
def test_a_command_that_was_sent_after_the_answer_to_the_same_is_always_answered(waited: timedelta) -> None:
    said = Typed("/start", Command.START)
    assert next_turn(said, HOURS_AGO, None, NOON, sent_at=NOON - waited) == Run(Command.START)


def test_the_first_of_stale_commands_is_answered() -> None:
    assert next_turn(Typed("/start", Command.START), State(), None, NOON, sent_at=NOON - timedelta(days=1)) == Run(
        Command.START
    )


@pytest.mark.parametrize(
    ("sent_at", "is_late"),
    [
        (None, False),
        (NOON, False),
        (NOON + timedelta(days=1), False),
        (NOON - timedelta(hours=6), False),
        (NOON - timedelta(hours=6) - MICROSECOND, True),
    ],
)
def test_an_apology_is_due_after_six_hours(sent_at: datetime | None, is_late: bool) -> None:
    assert is_stale(NOON, sent_at) == is_late


# --- Questions without an answer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "misses"),
    [
        (moves.Decline(), 2),
        (moves.Decline(is_again=True), 2),
        (moves.GiveUp(7), 2),
        (moves.AskBack(("sofa",)), 1),
        (moves.OldButton(), 1),
        (moves.OnlyText(), 1),
        (TooMany(), 1),
        (StaySilent(), 1),
        (moves.Decline("why"), 0),
        (moves.Give("sofa"), 0),
        (Run(Command.MENU), 0),
        (moves.ShowMenu(), 0),
        (moves.AskTeam(7), 0),
    ],
    ids=repr,
)
def test_misses_are_counted_in_a_row(move: Move, misses: int) -> None:
    assert misses_after(move, State(misses=1)) == misses


@given(st.lists(st.sampled_from([Unknown(), Clarify(("sofa",)), Clarify(("sofa", "kita"))]), min_size=1, max_size=8))
def test_whoever_turns_everything_down_is_asked_back_at_most_twice(decisions: list[Unknown | Clarify]) -> None:
    state, asked = State(), 0
    for decision in decisions:
        move = next_turn(Typed("?", decision=decision), state, None, NOON)
        if isinstance(move, moves.AskBack):
            asked += 1
            offer = turn(0, entry_ids=move.entry_ids)
            move = next_turn(typed("nein"), State(last=offer, misses=state.misses), None, NOON)
            assert isinstance(move, moves.GiveUp)
        state = State(last=turn(0), misses=misses_after(move, state))
    assert asked <= 2
    assert state.misses == len(decisions)
