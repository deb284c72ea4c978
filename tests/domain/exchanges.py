"""What residents say and what a conversation remembers, as the dialogue takes them."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from bot.domain import actions
from bot.domain.actions import Action
from bot.domain.dialogue import LONGEST_MESSAGE, Said, Shown, State, Tapped, Turn, Typed
from bot.domain.messages import Media
from bot.domain.moves import Complaint
from bot.texts.catalog import offered as languages_offered
from knowledge.commands import Attribute, Command, Word, hear
from knowledge.decide import MOST_OPTIONS, Answer, Clarify, Decision, Unknown
from knowledge.emergency import Emergency
from tests.conftest import NOON
from tests.knowledge.strategies import LANGUAGES, positions

IDS = st.sampled_from(["sofa", "kita", "office", "garden"])

# --- What buttons carry ----------------------------------------------------------------------------------------------

NUMBERS = st.integers(0, 10**18 - 1)
MARKS = st.text().map(actions.mark)
CODES = st.sampled_from(sorted({*languages_offered(), *LANGUAGES}))
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(actions.ChooseOption, NUMBERS, st.none() | st.integers(0, MOST_OPTIONS - 1)),
    st.builds(actions.OpenEntry, MARKS, st.none() | MARKS),
    st.builds(actions.OpenMenu),
    st.builds(actions.OpenMenu, MARKS, st.none() | st.integers(0, 999)),
    st.builds(actions.RunCommand, st.sampled_from(Command)),
    st.builds(actions.SetLanguage, CODES),
    st.builds(actions.Rate, NUMBERS, st.booleans()),
    st.builds(actions.Rate, NUMBERS, st.none(), st.integers(0, len(Complaint) - 1)),
    st.builds(actions.PassOn, NUMBERS),
    st.builds(actions.BackToBot),
    st.builds(actions.Forget, NUMBERS, st.booleans()),
)
"""Every action that a button of this bot can carry."""

# --- What is said ----------------------------------------------------------------------------------------------------

DECISIONS: st.SearchStrategy[Decision] = st.one_of(
    st.builds(Answer, IDS),
    st.builds(Clarify, st.lists(IDS, min_size=1, max_size=MOST_OPTIONS, unique=True).map(tuple)),
    st.builds(Unknown, st.none() | IDS),
)
EMERGENCIES = st.builds(Answer, st.none() | IDS, st.sampled_from(Emergency))
TYPED = st.builds(
    Typed,
    st.text(max_size=20) | st.just("x" * (LONGEST_MESSAGE + 1)),
    command=st.none() | st.sampled_from(Command),
    argument=st.sampled_from(["", "de", "tr", "xx"]),
    word=st.none() | st.sampled_from(Word),
    attribute=st.none() | st.sampled_from(Attribute),
    decision=st.none() | DECISIONS | EMERGENCIES,
    nearest=st.lists(IDS, max_size=2, unique=True).map(tuple),
)
TAPPED = st.builds(Tapped, st.none() | ACTIONS)
SHOWN = st.builds(Shown, st.sampled_from(Media), st.none() | positions())
SAID: st.SearchStrategy[Said] = st.one_of(TYPED, TAPPED, SHOWN)

# --- What is remembered ----------------------------------------------------------------------------------------------

AGES = st.sampled_from(
    [timedelta(0), timedelta(minutes=1), timedelta(minutes=11), timedelta(hours=25)]
) | st.timedeltas(timedelta(0), timedelta(days=400))
"""How long ago something was said."""

TURNS = st.builds(
    Turn,
    st.integers(0, 9),
    AGES.map(lambda age: NOON - age),
    entry_ids=st.lists(IDS, max_size=MOST_OPTIONS, unique=True).map(tuple),
    entry_id=st.none() | IDS,
    can_be_passed_on=st.booleans(),
    asked_to_forget=st.booleans(),
)
STATES = st.builds(
    State,
    last=st.none() | TURNS,
    card=st.none() | IDS,
    is_with_team=st.booleans(),
    misses=st.integers(0, 4),
    turned_down=st.lists(IDS, max_size=MOST_OPTIONS, unique=True).map(tuple),
    last_command=st.none() | st.sampled_from(Command),
    recent=st.integers(0, 30),
    was_told_to_wait=st.booleans(),
)
RATES = st.integers(0, 25)
SENT = st.none() | AGES.map(lambda age: NOON - age)

FIRE = Typed("Es brennt!", decision=Answer("notruf", Emergency.FIRE))


def typed(text: str, decision: Decision | None = None) -> Typed:
    """A message as it is heard; the knowledge says `decision` to it, by default that no entry fits."""
    heard = hear(text)
    return Typed(text, heard.command, "", heard.word, heard.attribute, decision or Unknown())


def turn(
    minutes_ago: float = 1,
    *,
    entry_ids: tuple[str, ...] = (),
    entry_id: str | None = None,
    can_be_passed_on: bool = False,
) -> Turn:
    """The turn with number 7."""
    return Turn(7, NOON - timedelta(minutes=minutes_ago), entry_ids, entry_id, can_be_passed_on)


def after_offer(*entry_ids: str, minutes_ago: float = 1, misses: int = 0) -> State:
    """An offer was made in turn 7."""
    return State(last=turn(minutes_ago, entry_ids=entry_ids, can_be_passed_on=True), misses=misses)


def after_card(entry_id: str, minutes_ago: float = 1) -> State:
    """A card was shown in turn 7."""
    return State(last=turn(minutes_ago, entry_id=entry_id), card=entry_id)


def after_decline(minutes_ago: float = 1, misses: int = 1) -> State:
    """A question stayed without an answer in turn 7, and the team can be asked."""
    return State(last=turn(minutes_ago, can_be_passed_on=True), misses=misses)
