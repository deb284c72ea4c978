"""What the bot does next: the decision about one message, without wording, database or channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import actions
from bot.domain.actions import Action, EventAction, NoticeAction
from bot.domain.messages import Media
from bot.domain.moves import (
    AskBack,
    AskTeam,
    Complaint,
    Decline,
    Detail,
    EraseAll,
    Give,
    GiveMarked,
    GiveUp,
    HandBack,
    KeepAll,
    Move,
    OldButton,
    OnlyText,
    Run,
    ShowMenu,
    ShowNearest,
    Speak,
    StaySilent,
    TakePart,
    TakeRating,
    TakeWords,
    TooLong,
    TooMany,
    Warn,
)
from bot.domain.participation import OpenDays, Wish, wish_of
from knowledge.commands import Attribute, Command, Word
from knowledge.dates import Span
from knowledge.decide import Answer, Clarify, Decision, Unknown
from knowledge.entry import Position
from knowledge.match import LONGEST_QUESTION

LONGEST_MESSAGE = LONGEST_QUESTION
"""Characters of a message that is read."""

BUTTONS_LAST = timedelta(hours=24)
"""How long a choice can be made; after that it is asked anew."""

MEMORY = timedelta(minutes=10)
"""How long "und wann offen?", "ja" or "das erste" refer to what was said before."""

STALE = timedelta(hours=6)
"""A message that waited longer, because the bot was off, is answered with an apology."""

REPEATED = timedelta(seconds=60)
"""The same command sent several times while the bot was off is answered once, if it waited longer than this."""

MINUTE = timedelta(minutes=1)
"""What the limit of messages counts in. What waited longer is no flood: the bot was off."""

# --- What a resident said --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed message, as far as it was understood without knowing the conversation."""

    text: str
    command: Command | None = None
    argument: str = ""
    """What stands behind a slash command, or the language that was named without one."""
    word: Word | None = None
    """The message is no more than "ja", "das erste", "noch mal"."""
    attribute: Attribute | None = None
    """The message asks for no more than this: "und wann offen?"."""
    decision: Decision | None = None
    """What the knowledge says to it; None for a slash command."""
    nearest: tuple[str, ...] = ()
    """Entries that it is probably about, besides the one that was decided for."""
    wish: Wish | None = None
    """What a command about events or notices wants."""
    days: Span | None = None
    """The message asks what is on between these days, and nothing else."""

    @property
    def is_slash(self) -> bool:
        """Whether it is a command by its name, not by its natural words."""
        return self.command is not None and self.decision is None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tapped button; None for one this bot never wrote."""

    action: Action | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Something without words."""

    media: Media
    position: Position | None = None


Said = Typed | Tapped | Shown

# --- What is remembered ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of this resident, and what came of it."""

    number: int
    at: datetime
    entry_ids: Sequence[str] = ()
    """What was offered to choose from."""
    entry_id: str | None = None
    """The card that was shown."""
    can_be_passed_on: bool = False
    """Whether its question is kept, so that the team can be asked."""
    asked_to_forget: bool = False
    """Whether it was asked there if everything is to be deleted."""


@dataclass(frozen=True, slots=True)
class State:
    """What the conversation remembers."""

    last: Turn | None = None
    """The newest turn."""
    card: str | None = None
    """The entry that was talked about last."""
    is_with_team: bool = False
    """Whether a person has the conversation."""
    misses: int = 0
    """How many questions in a row stayed without an answer."""
    turned_down: Sequence[str] = ()
    """What was offered and not meant, in the newest turn."""
    last_command: Command | None = None
    """The newest turn, where it was a command."""
    recent: int = 0
    """Messages of the last minute."""
    was_told_to_wait: bool = False
    """Whether the newest turn said that these are too many."""


# --- What comes of it ------------------------------------------------------------------------------------------------

_ALWAYS_HEARD = (Command.STOP, Command.FORGET)
"""Commands that no limit swallows (contract: LOTSE_CHAT_RATE)."""

_ENDS_IT = (Command.START, Command.MENU)
"""Commands by which a resident takes the conversation back from a person."""

_DONE_MEANWHILE = (*_ALWAYS_HEARD, *_ENDS_IT, Command.PRIVACY, Command.MYDATA, Command.LANGUAGE, Command.TEAM)
"""Commands that do what they say while a person has the conversation; the others are told that one has it."""

_PLACES = {Word.FIRST: 0, Word.SECOND: 1, Word.THIRD: 2}


def next_turn(
    said: Said, state: State, named: Turn | None, now: datetime, *, rate: int = 0, sent_at: datetime | None = None
) -> Move:
    """What the bot does next.

    `named` is the turn that a tapped button names, if it is one of this resident's. `rate` is how many messages a
    minute are answered, 0 for any number; `sent_at` is when the message was sent, where that is known.
    """
    move = _move(said, state, named, now)
    if _cannot_wait(move):
        return move
    if rate and state.recent >= rate and not (sent_at and now - sent_at > MINUTE):
        return StaySilent() if state.was_told_to_wait else TooMany()
    repeats = isinstance(move, Run) and state.last and move.command is state.last_command
    # Only what was sent before the answer to the same command came: later it is asked for anew.
    if repeats and sent_at and now - sent_at > REPEATED and state.last and sent_at <= state.last.at:
        return StaySilent()
    return move


def misses_after(move: Move, state: State) -> int:
    """How many questions in a row have stayed without an answer after this move."""
    if isinstance(move, GiveUp) or (isinstance(move, Decline) and move.entry_id is None):
        return state.misses + 1
    return state.misses if isinstance(move, AskBack | OldButton | TooMany | StaySilent | OnlyText) else 0


def hands_back(move: Move) -> bool:
    """Whether a move ends a conversation with a person: what is wanted then only the bot can do."""
    return isinstance(move, HandBack | ShowMenu) or (isinstance(move, Run) and move.command in _ENDS_IT)


def _cannot_wait(move: Move) -> bool:
    return isinstance(move, Warn | EraseAll) or (isinstance(move, Run) and move.command in _ALWAYS_HEARD)


def _move(said: Said, state: State, named: Turn | None, now: datetime) -> Move:
    match said:
        case Shown(media, position):
            return ShowNearest(position) if position and not state.is_with_team else OnlyText(media)
        case Tapped(action):
            return _after_tap(action, named, state, now)
        case Typed():
            return _after_words(said, state, now)


def _after_words(said: Typed, state: State, now: datetime) -> Move:
    if not said.text.strip():
        return OnlyText()
    if isinstance(said.decision, Answer) and said.decision.emergency:
        return Warn(said.decision.entry_id, said.decision.emergency, said.nearest, is_for_team=state.is_with_team)
    if len(said.text) > LONGEST_MESSAGE:
        return TooLong()
    if state.is_with_team:
        return _to_the_team(said)
    if said.command is Command.LANGUAGE and said.argument:
        return Speak(said.argument)
    if said.wish:
        return TakePart(said.wish)
    if said.command:
        return Run(said.command)
    remembered = state.last if state.last and now - state.last.at <= MEMORY else None
    if said.word is Word.CANCEL:
        return KeepAll() if remembered and remembered.asked_to_forget else ShowMenu()
    if remembered and (move := _after_reference(said, state, remembered)):
        return move
    if said.days:
        return TakePart(OpenDays(said.days))
    return _after_question(said.decision, state)


def _to_the_team(said: Typed) -> Move:
    """The move for what is typed while a person has the conversation: the bot only does what nobody else can do.

    Of natural words it hears only those that nothing may swallow: "Deutsch" can be the answer to a question of theirs.
    """
    if said.command in _ALWAYS_HEARD:
        return Run(said.command)
    if said.command is None or not said.is_slash:
        return TakeWords()
    if said.command is Command.LANGUAGE and said.argument:
        return Speak(said.argument)
    if said.command is Command.START and said.wish:
        return TakePart(said.wish)
    return Run(said.command if said.command in _DONE_MEANWHILE else Command.TEAM)


def _after_reference(said: Typed, state: State, last: Turn) -> Move | None:
    """The move for words that mean something only after what was said before."""
    if last.asked_to_forget and said.word in (Word.YES, Word.NO, Word.NONE):
        return EraseAll() if said.word is Word.YES else KeepAll()
    if last.entry_ids:
        place = _PLACES.get(said.word) if said.word else None
        if said.word is Word.YES and len(last.entry_ids) == 1:
            place = 0
        if place is not None and place < len(last.entry_ids):
            return Give(last.entry_ids[place], confirms=last.number)
        if said.word in (Word.NO, Word.NONE):
            return GiveUp(last.number, is_again=state.misses > 0)
    if last.can_be_passed_on and not last.entry_ids:
        if said.word is Word.YES:
            return AskTeam(last.number)
        if said.word in (Word.NO, Word.NONE):
            return ShowMenu()
    if state.card and said.word is Word.AGAIN:
        return Give(state.card)
    if state.card and said.attribute:
        return Detail(state.card, said.attribute)
    return None


def _after_question(decision: Decision | None, state: State) -> Move:
    match decision:
        case Answer(str() as entry_id):
            return Give(entry_id)
        case Clarify(entry_ids) if state.misses < 2:
            # What was just turned down is not offered again.
            left = tuple(entry_id for entry_id in entry_ids if entry_id not in state.turned_down)
            return AskBack(left) if left else Decline(is_again=True)
        case Unknown(str() as entry_id):
            return Decline(entry_id)
        case _:
            return Decline(is_again=state.misses > 0)


def _after_tap(action: Action | None, named: Turn | None, state: State, now: datetime) -> Move:
    match action:
        case actions.OpenEntry(mark, section):
            return GiveMarked(mark, section)
        case actions.OpenMenu(section, page):
            return ShowMenu(section, page)
        case actions.RunCommand(name) if name in list(Command):
            wish = wish_of(Command(name), "", now.date())
            return TakePart(wish) if wish else Run(Command(name))
        case actions.SetLanguage(code):
            return Speak(code)
        case actions.BackToBot():
            return HandBack()
        case _ if isinstance(action, EventAction | NoticeAction):
            return TakePart(action)
        case _ if named is None or now - named.at > BUTTONS_LAST:
            return OldButton()
        case _:
            return _after_tap_below(action, named, state)


def _after_tap_below(action: Action | None, named: Turn, state: State) -> Move:
    """The move for a button that refers to what was said in a turn."""
    match action:
        case actions.ChooseOption(turn, None) if named.entry_ids:
            return GiveUp(turn, is_again=state.misses > 0)
        case actions.ChooseOption(turn, int() as place) if place < len(named.entry_ids):
            return Give(named.entry_ids[place], confirms=turn)
        case actions.Rate(turn, helped, reason) if named.entry_id and (reason or 0) < len(Complaint):
            return TakeRating(turn, helped, None if reason is None else list(Complaint)[reason])
        case actions.PassOn(turn) if named.can_be_passed_on:
            return AskTeam(turn)
        case actions.Forget(_, is_confirmed) if named.asked_to_forget:
            return EraseAll() if is_confirmed else KeepAll()
        case _:
            return OldButton()


def is_stale(now: datetime, sent_at: datetime | None) -> bool:
    """Whether a message waited so long that an apology is due."""
    return sent_at is not None and now - sent_at > STALE
