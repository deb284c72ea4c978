"""What the bot does after words, and which words refer to what was said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import OpenEvent
from bot.domain.dialogue import LONGEST_MESSAGE, Said, Shown, State, Typed, hands_back, next_turn
from bot.domain.messages import Media
from bot.domain.moves import (
    AskBack,
    AskTeam,
    Decline,
    Detail,
    EraseAll,
    Give,
    GiveUp,
    HandBack,
    KeepAll,
    Move,
    OnlyText,
    Run,
    ShowMenu,
    ShowNearest,
    Speak,
    TakePart,
    TakeWords,
    TooLong,
)
from knowledge.commands import Attribute, Command
from knowledge.decide import Answer, Clarify, Decision, Unknown
from knowledge.entry import Position
from tests.conftest import NOON
from tests.domain.exchanges import after_card, after_decline, after_offer, turn, typed

TEN_MINUTES = 10.0
JUST_LATER = 10 + 1e-6


def move_after(said: Said, state: State | None = None) -> Move:
    return next_turn(said, state or State(), None, NOON)


# --- Questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "move"),
    [
        (Answer("sofa"), Give("sofa")),
        (Clarify(("sofa", "kita")), AskBack(("sofa", "kita"))),
        (Clarify(("sofa",)), AskBack(("sofa",))),
        (Unknown(), Decline()),
        (Unknown("wetter"), Decline("wetter")),
    ],
    ids=repr,
)
def test_a_first_question(decision: Decision, move: Move) -> None:
    assert move_after(typed("Was ist damit?", decision)) == move


@pytest.mark.parametrize(
    ("decision", "misses", "move"),
    [
        (Unknown(), 1, Decline(is_again=True)),
        (Unknown("wetter"), 1, Decline("wetter")),
        (Clarify(("sofa", "kita")), 1, AskBack(("sofa", "kita"))),
        (Clarify(("sofa", "kita")), 2, Decline(is_again=True)),
        (Clarify(("sofa",)), 9, Decline(is_again=True)),
        (Answer("sofa"), 9, Give("sofa")),
    ],
    ids=repr,
)
def test_after_misses_the_bot_knows_when_to_stop_asking(decision: Decision, misses: int, move: Move) -> None:
    assert move_after(typed("Was ist damit?", decision), after_decline(misses=misses)) == move


@pytest.mark.parametrize(
    ("offered", "turned_down", "move"),
    [
        (("sofa", "kita"), ("sofa",), AskBack(("kita",))),
        (("sofa", "kita"), ("garden",), AskBack(("sofa", "kita"))),
        (("sofa", "kita"), ("kita", "sofa"), Decline(is_again=True)),
        (("sofa",), ("sofa", "kita", "garden"), Decline(is_again=True)),
    ],
)
def test_what_was_turned_down_is_not_offered_again(
    offered: tuple[str, ...], turned_down: tuple[str, ...], move: Move
) -> None:
    state = State(last=turn(), misses=1, turned_down=turned_down)
    assert move_after(typed("Was ist damit?", Clarify(offered)), state) == move


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("", OnlyText()),
        (" \n\t\u3000", OnlyText()),
        ("?", Decline()),
        ("\0", Decline()),
        ("x" * LONGEST_MESSAGE, Decline()),
        ("x" * (LONGEST_MESSAGE + 1), TooLong()),
    ],
    ids=["empty", "blank", "a sign", "a control character", "long", "too long"],
)
def test_nothing_and_too_much(text: str, move: Move) -> None:
    assert move_after(Typed(text, decision=Unknown())) == move


@pytest.mark.parametrize("media", Media)
def test_what_has_no_words_gets_a_word(media: Media) -> None:
    assert move_after(Shown(media)) == OnlyText(media)


def test_a_location_gets_what_is_near() -> None:
    assert move_after(Shown(Media.LOCATION, Position(51.5, 7.4))) == ShowNearest(Position(51.5, 7.4))


# --- Commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", Command)
@pytest.mark.parametrize("state", [State(), after_offer("sofa"), after_card("sofa")], ids=repr)
def test_a_command_is_run_whatever_went_before(command: Command, state: State) -> None:
    assert move_after(Typed(f"/{command}", command), state) == Run(command)


def test_a_language_can_be_named_with_the_command() -> None:
    assert move_after(Typed("/language tr", Command.LANGUAGE, "tr")) == Speak("tr")
    assert move_after(Typed("/language", Command.LANGUAGE)) == Run(Command.LANGUAGE)


@pytest.mark.parametrize(
    "text", ["1", "ja", "Und wann offen?", "Wohin mit dem Sofa?", "Menü", "Deutsch", "abbrechen", "ein Mensch"]
)
def test_words_to_a_person_are_not_read_as_anything_else(text: str) -> None:
    for state in (after_card("sofa"), after_forget(), after_decline()):
        assert move_after(typed(text, Answer("sofa")), replace(state, is_with_team=True)) == TakeWords()


@pytest.mark.parametrize(
    ("command", "move"),
    [
        *((command, Run(command)) for command in (Command.STOP, Command.FORGET, Command.PRIVACY, Command.MYDATA)),
        *((command, Run(command)) for command in (Command.LANGUAGE, Command.START, Command.MENU)),
        *((command, Run(Command.TEAM)) for command in (Command.TEAM, Command.HELP, Command.EVENTS, Command.SUBSCRIBE)),
    ],
)
def test_what_only_the_bot_can_do_it_does_while_a_person_has_the_conversation(command: Command, move: Move) -> None:
    assert move_after(Typed(f"/{command}", command), replace(after_card("sofa"), is_with_team=True)) == move


def test_only_a_button_deletes_everything_while_a_person_has_the_conversation() -> None:
    """A "ja" may answer that person."""
    assert move_after(typed("ja"), replace(after_forget(), is_with_team=True)) == TakeWords()


def test_a_link_opens_its_event_without_taking_the_conversation_from_a_person() -> None:
    said = Typed("/start e_7", Command.START, "e_7", wish=OpenEvent(7))
    move = move_after(said, replace(after_card("sofa"), is_with_team=True))
    assert (move, hands_back(move)) == (TakePart(OpenEvent(7)), False)


@pytest.mark.parametrize("move", [HandBack(), ShowMenu(), ShowMenu("wohnen"), Run(Command.START), Run(Command.MENU)])
def test_who_goes_to_the_menu_takes_the_conversation_back(move: Move) -> None:
    assert hands_back(move)


def test_a_place_is_not_used_while_a_person_has_the_conversation() -> None:
    said = Shown(Media.LOCATION, Position(51.5, 7.4))
    assert move_after(said, State(is_with_team=True)) == OnlyText(Media.LOCATION)


# --- After an offer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("1.", 0),
        ("das erste", 0),
        ("Das Erste bitte!", 0),
        ("eins", 0),
        ("2", 1),
        ("zweite", 1),
        ("3", 2),
        ("das letzte", 2),
        ("first", 0),
        ("ikinci", 1),
        ("третье", 2),
        ("الأول", 0),
        ("١", 0),
    ],
)
def test_an_option_is_chosen_by_its_place(text: str, place: int) -> None:
    ids = ("sofa", "kita", "garden")
    assert move_after(typed(text), after_offer(*ids)) == Give(ids[place], confirms=7)


def test_a_place_that_was_not_offered_is_no_choice() -> None:
    assert move_after(typed("3"), after_offer("sofa", "kita")) == Decline()


@pytest.mark.parametrize("text", ["ja", "Ja, bitte", "genau", "yes", "evet", "да", "نعم"])
def test_yes_takes_the_only_option(text: str) -> None:
    assert move_after(typed(text), after_offer("sofa")) == Give("sofa", confirms=7)


def test_yes_to_several_options_chooses_none_of_them() -> None:
    assert not isinstance(move_after(typed("ja"), after_offer("sofa", "kita")), Give)


@pytest.mark.parametrize("text", ["nein", "Nein!", "keins davon", "nichts davon", "no", "hayır", "нет", "لا"])
@pytest.mark.parametrize("misses", [0, 1, 2])
def test_no_turns_the_options_down(text: str, misses: int) -> None:
    move = move_after(typed(text), after_offer("sofa", "kita", misses=misses))
    assert move == GiveUp(7, is_again=misses > 0)


@pytest.mark.parametrize("text", ["1", "das erste", "ja", "nein", "keins davon"])
def test_an_offer_is_remembered_for_ten_minutes(text: str) -> None:
    assert isinstance(move_after(typed(text), after_offer("sofa", minutes_ago=TEN_MINUTES)), Give | GiveUp)
    assert move_after(typed(text), after_offer("sofa", minutes_ago=JUST_LATER)) == Decline()


@pytest.mark.parametrize("text", ["1", "das erste", "nein", "keins davon"])
@pytest.mark.parametrize("state", [State(), State(last=turn()), after_card("sofa")], ids=["never", "before", "card"])
def test_only_the_newest_offer_is_meant(text: str, state: State) -> None:
    assert move_after(typed(text), state) == Decline()


# --- After a decline -------------------------------------------------------------------------------------------------


def test_yes_after_a_decline_asks_the_team() -> None:
    assert move_after(typed("ja"), after_decline(TEN_MINUTES)) == AskTeam(7)
    assert move_after(typed("ja"), after_decline(JUST_LATER)) != AskTeam(7)


@pytest.mark.parametrize("text", ["nein", "Nein danke", "nee", "keins davon", "no thanks"])
def test_no_after_a_decline_leads_to_the_menu(text: str) -> None:
    """It is no question, so it is not declined once more."""
    assert move_after(typed(text), after_decline(TEN_MINUTES)) == ShowMenu()
    assert move_after(typed(text), after_decline(JUST_LATER)) == Decline(is_again=True)


def test_yes_asks_the_team_only_where_a_question_is_kept() -> None:
    assert move_after(typed("ja"), State(last=turn(), misses=1)) == Decline(is_again=True)


# --- After the question whether to forget ----------------------------------------------------------------------------


def after_forget(minutes_ago: float = 1) -> State:
    """It was asked in turn 7 whether everything is to be deleted."""
    return State(last=replace(turn(minutes_ago), asked_to_forget=True), last_command=Command.FORGET)


@pytest.mark.parametrize("text", ["ja", "Ja, alles löschen", "ja löschen", "Yes, delete everything", "да", "evet sil"])
def test_yes_deletes_everything_only_right_after_the_question(text: str) -> None:
    assert move_after(typed(text), after_forget(TEN_MINUTES)) == EraseAll()
    assert not isinstance(move_after(typed(text), after_forget(JUST_LATER)), EraseAll)
    assert not isinstance(move_after(typed(text), after_decline()), EraseAll)


@pytest.mark.parametrize("text", ["nein", "Nein, behalten", "keins davon", "No, keep it", "нет", "abbrechen"])
def test_no_keeps_everything(text: str) -> None:
    assert move_after(typed(text), after_forget()) == KeepAll()


def test_anything_else_deletes_nothing() -> None:
    assert move_after(typed("Wohin mit dem Sofa?", Answer("sofa")), after_forget()) == Give("sofa")
    assert move_after(typed("alles löschen"), after_forget()) == Run(Command.FORGET)


# --- After a card ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("und wann offen?", Attribute.HOURS),
        ("Wo ist das?", Attribute.PLACE),
        ("Telefonnummer?", Attribute.PHONE),
        ("was kostet das", Attribute.COST),
        ("E-Mail?", Attribute.MAIL),
        ("sprechen die türkisch?", Attribute.LANGUAGE),
        ("Gibt es einen Aufzug?", Attribute.ACCESS),
        ("Website", Attribute.WEB),
    ],
)
def test_a_short_question_is_about_the_card(text: str, attribute: Attribute) -> None:
    assert move_after(typed(text), after_card("sofa")) == Detail("sofa", attribute)


@pytest.mark.parametrize("text", ["und wann offen?", "nochmal"])
def test_a_card_is_remembered_for_ten_minutes(text: str) -> None:
    assert isinstance(move_after(typed(text), after_card("sofa", TEN_MINUTES)), Detail | Give)
    assert move_after(typed(text), after_card("sofa", JUST_LATER)) == Decline()


def test_again_shows_the_card_again() -> None:
    assert move_after(typed("noch mal bitte"), after_card("sofa")) == Give("sofa")


@pytest.mark.parametrize("text", ["und wann offen?", "nochmal"])
def test_without_a_card_a_short_question_goes_to_the_knowledge(text: str) -> None:
    assert move_after(typed(text, Answer("office"))) == Give("office")


def test_a_card_does_not_outlive_a_new_beginning() -> None:
    """A command remembers no card, so what follows it has nothing to refer to."""
    greeted = State(last=turn(), last_command=Command.START)
    assert move_after(typed("und wann offen?", Answer("office")), greeted) == Give("office")


def test_a_whole_question_is_not_taken_for_a_short_one() -> None:
    asked = typed("Wann hat das Rathaus offen?", Answer("rathaus"))
    assert move_after(asked, after_card("sofa")) == Give("rathaus")


@given(st.timedeltas(timedelta(minutes=10, microseconds=1), timedelta(days=400)), st.sampled_from(["1", "ja", "nein"]))
def test_what_is_long_past_is_never_referred_to(passed: timedelta, text: str) -> None:
    state = after_offer("sofa", minutes_ago=passed / timedelta(minutes=1))
    assert move_after(typed(text), replace(state, card="kita")) == Decline()
