"""The conversation: a resident's message in, the replies out, what was decided written down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain import actions, dialogue, moves
from bot.domain.actions import OpenEvent
from bot.domain.dialogue import Said, State, Tapped, Typed
from bot.domain.events import Event
from bot.domain.messages import Incoming, Reply
from bot.domain.moves import Move, move_name
from bot.domain.participation import OpenDays, event_named
from bot.domain.quiet import Clock, QuietHours
from bot.domain.retention import Retention
from bot.domain.translations import PATIENCE
from bot.services import conversations, events, handover, library, participation, privacy, questions, subscriptions
from bot.services.considering import Considered
from bot.services.indexing import Snapshot
from bot.services.participation import Participant
from bot.services.replies import Setting, word
from bot.storage.database import keys_of
from bot.storage.tables import CaseRow, ConversationRow, TurnRow
from bot.texts import events as event_texts
from bot.texts import wording
from bot.texts.catalog import nearest, offered
from bot.texts.privacy import NOTICE_VERSION, forgotten, notice
from knowledge.commands import Command
from knowledge.decide import Answer
from knowledge.entry import DEFAULT_LANGUAGE, base_language

_REPLIES = TypeAdapter(list[Reply], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))


@dataclass(frozen=True, slots=True)
class Policy:
    """What the town decided about conversations."""

    rate: int = 0
    """Messages a minute from one resident that are answered; 0: any number."""
    retention: Retention = field(default_factory=Retention)
    quiet: QuietHours | None = None
    """When no notice or reminder is sent."""
    notice_cap: int = 0
    """Notices a week to one resident; 0: any number."""
    patience: timedelta = PATIENCE
    """How long residents still get a text that is older than the German one; 0: always."""
    address: str = ""
    """Where a browser finds the bot, for links."""
    has_mail: bool = False
    """Whether there is a server by which staff get mail."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of a message."""

    replies: list[Reply]
    has_erased: bool = False
    """Whether everything about its resident was deleted."""
    was_too_many: bool = False
    """Whether it was one of too many, and was not heard."""


def handle(
    db: Session, incoming: Incoming, considered: Considered, snapshot: Snapshot, policy: Policy, now: datetime
) -> Handled:
    """Answer one message; a repeat of it, known by its key, gets the same replies and changes nothing.

    No replies where nothing is to be said: too many messages, or a command repeated while the bot was off.
    """
    conversation = conversations.find(db, incoming.channel, incoming.address)
    if conversation is None:
        if reply := _to_a_stranger(considered.said, nearest(incoming.language), now):
            return Handled([reply])
        conversation = conversations.start(db, incoming, now)
    turn = conversations.turn_of(db, conversation, incoming.key)
    if turn and turn.sealed_replies:
        was_too_many = turn.move in conversations.NOT_HEARD
        return Handled(_REPLIES.validate_json(keys_of(db).open(turn.sealed_replies)), was_too_many=was_too_many)
    exchange = _Exchange(db, incoming, considered, conversation, snapshot, policy, now)
    return exchange.answer(turn)


def _to_a_stranger(said: Said, language: str, now: datetime) -> Reply | None:
    """The reply to a tap that refers to what is deleted, or never was: nothing is stored anew for it."""
    if isinstance(said, Tapped) and isinstance(said.action, actions.Forget):
        return forgotten(language)
    is_old = isinstance(said, Tapped) and dialogue.next_turn(said, State(), None, now) == moves.OldButton()
    return wording.old_button(language) if is_old else None


def rehearse(considered: Considered, snapshot: Snapshot, policy: Policy, now: datetime) -> list[Reply]:
    """What a stranger would be answered, without a conversation and without writing anything down."""
    said = considered.said
    if isinstance(said, Typed):
        said = replace(said, wish=None, days=None)  # which is nothing for a stranger who leaves at once
    move = dialogue.next_turn(said, State(), None, now)
    language = nearest(considered.language or (considered.finding.language if considered.finding else None))
    return word(move, Setting(snapshot, language, 0, "terminal", policy.retention, now))


def forget_replies(db: Session, retention: Retention, now: datetime) -> int:
    """Delete the replies that are kept for repeats and no longer needed; returns how many turns had some."""
    old = update(TurnRow).where(TurnRow.sealed_replies.is_not(None), TurnRow.at < now - retention.replies)
    return len(db.scalars(old.values(sealed_replies=None).returning(TurnRow.id)).all())


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One message of a known conversation, on its way to the replies."""

    db: Session
    incoming: Incoming
    considered: Considered
    conversation: ConversationRow
    snapshot: Snapshot
    policy: Policy
    now: datetime

    def answer(self, turn: TurnRow | None) -> Handled:
        """Decide, write down, reply; `turn` is what is left of an earlier attempt."""
        edits = self.incoming.edits
        replaced = conversations.turn_of(self.db, self.conversation, edits) if edits else None
        case = handover.open_case(self.db, self.conversation.id, holds=True)
        state = conversations.recall(self.db, self.conversation, turn or replaced, self.now, is_with_team=bool(case))
        move = self._decide(state)
        if isinstance(move, moves.EraseAll):
            language = self._language()
            privacy.erase(self.db, self.conversation, self.now, quiet=self.policy.quiet)
            return Handled([forgotten(language)], has_erased=True)
        is_new, turn = turn is None, self._write_down(turn, move, state)
        is_answered = self._hand_over(case, move) if is_new else True
        for version in conversations.versions(self.db, self.conversation, edits, turn) if edits else ():
            self._replace_question(version, turn, move)
        replies = self._word(move, turn, state, is_answered=is_answered)
        turn.sealed_replies = keys_of(self.db).seal(_REPLIES.dump_json(replies).decode())
        return Handled(replies, was_too_many=turn.move in conversations.NOT_HEARD)

    def _decide(self, state: State) -> Move:
        """The next move, possible with the knowledge of the moment."""
        said = self.considered.said
        number = getattr(said.action, "turn", None) if isinstance(said, Tapped) else None
        row = self.db.get(TurnRow, number) if number is not None else None
        is_theirs = row is not None and row.conversation_id == self.conversation.id
        named = conversations.earlier(self.db, row) if row and is_theirs else None
        move = dialogue.next_turn(said, state, named, self.now, rate=self.policy.rate, sent_at=self.incoming.sent_at)
        return self._possible(move)

    def _possible(self, move: Move) -> Move:
        """The move, or the one in its place where what it needs is gone, or where an event answers better."""
        entries, said = self.snapshot.entries, self.considered.said
        match move:
            case moves.TakePart(OpenDays()) if isinstance(said, Typed) and isinstance(said.decision, Answer):
                # A town that plans no events here has perhaps written an entry about where to find them.
                is_anything_on = events.upcoming(self.db, self.now)
                return move if is_anything_on else moves.Give(said.decision.entry_id or "")
            case moves.TakePart(wish) if self._followed_a_link() and not participation.leads_anywhere(self.db, wish):
                return moves.Run(Command.START)
            case moves.AskBack() | moves.Decline(None) if event := self._event_named():
                return moves.TakePart(OpenEvent(event.id))
            case moves.GiveMarked(mark, section):
                entry_id = self.snapshot.marks.get(mark)
                return moves.Give(entry_id, section) if entry_id else moves.OldButton()
            case moves.Give(entry_id) | moves.Detail(entry_id) if entry_id not in entries:
                return moves.OldButton()
            case moves.Speak(code) if code not in offered():
                return moves.Run(Command.LANGUAGE)
            case _:
                return move

    def _event_named(self) -> Event | None:
        """The event that a question names."""
        text = self.incoming.text
        return event_named(text, events.upcoming(self.db, self.now), self.snapshot.places) if text else None

    def _write_down(self, turn: TurnRow | None, move: Move, state: State) -> TurnRow:
        """Note what was decided, and what follows from it for earlier turns."""
        self.conversation.last_seen_at = self.now
        subscriptions.find_again(self.db, self.conversation, self.now)
        if isinstance(move, moves.Speak):
            self.conversation.preference = move.code
        if turn is None:
            turn = TurnRow(conversation_id=self.conversation.id, message_key=self.incoming.key, at=self.now)
            turn.edits = self.incoming.edits
            self.db.add(turn)
        turn.language = self.conversation.language = self._language()
        turn.tapped = isinstance(self.considered.said, Tapped)
        turn.move = move_name(move)
        turn.misses = dialogue.misses_after(move, state)
        turn.options = list(move.entry_ids) if isinstance(move, moves.AskBack) else []
        turn.entry_id = turn.entry_version = None
        turn.card = state.card if isinstance(move, moves.IN_BETWEEN) else None
        if isinstance(move, moves.Give | moves.Detail):
            turn.entry_id = turn.card = move.entry_id
            turn.entry_version = library.version_of(self.snapshot.written[move.entry_id])
        self.db.flush()
        self._follow_up(turn, move, state)
        return turn

    def _follow_up(self, turn: TurnRow, move: Move, state: State) -> None:
        """What a move means for questions that are kept, and for earlier cards."""
        db, text = self.db, self.incoming.text
        match move:
            case moves.Give(entry_id, _, int() as confirmed):
                questions.confirm(db, self._holder(confirmed), entry_id)
            case moves.GiveUp(asked_in):
                turn.options = list(db.get_one(TurnRow, asked_in).options)
                questions.move(db, self._holder(asked_in), turn.id)
            case moves.AskTeam(asked_in) if not state.is_with_team:
                questions.pass_on(db, self._holder(asked_in), self.now)
            case moves.TakeRating(rated, helped, complaint):
                conversations.rate(db, rated, helped, complaint)
            case moves.AskBack() | moves.Decline(None):
                questions.keep(db, turn, text, self.snapshot.names, self.now)
            case moves.TakePart(OpenEvent(event)) if self._followed_a_link():
                events.count_opening(db, event)

    def _hand_over(self, case: CaseRow | None, move: Move) -> bool:
        """What a move means for the conversation with a person; whether nothing that was said to them waits."""
        if case and dialogue.hands_back(move):
            return handover.end(self.db, case, self.now)
        if case is None and move == moves.Run(Command.TEAM):
            case = handover.begin(self.db, self.conversation, self.now)
        if case and (text := self._to_the_team(move)):
            handover.hear(self.db, case, text, self.now)
        return True

    def _to_the_team(self, move: Move) -> str:
        """What a person gets to read; empty for nothing."""
        said = self.considered.said
        match move:
            case moves.TakeWords() | moves.Warn(is_for_team=True):
                return self.incoming.text
            case moves.AskTeam(asked_in):
                return questions.text_of(self.db, self._holder(asked_in))
            case moves.Run(Command.TEAM) if isinstance(said, Typed) and said.command is Command.TEAM:
                return said.argument
            case _:
                return ""

    def _followed_a_link(self) -> bool:
        said = self.considered.said
        return isinstance(said, Typed) and said.command is Command.START

    def _holder(self, asked_in: int) -> int:
        """The turn that has the question now that was asked in one."""
        return questions.holder(self.db, self.db.get_one(TurnRow, asked_in)) or asked_in

    def _replace_question(self, version: TurnRow, turn: TurnRow, move: Move) -> None:
        """What the team was asked stays with it, in the newest words; any other question goes with its old version."""
        db, held = self.db, questions.holder(self.db, version)
        if held is None or held == turn.id:
            return
        if wanted_at := questions.wanted_at(db, held):
            if isinstance(move, _NO_QUESTION):
                return
            questions.keep(db, turn, self.incoming.text, self.snapshot.names, self.now)
            questions.pass_on(db, turn.id, wanted_at)
        questions.drop(db, held)

    def _word(self, move: Move, turn: TurnRow, state: State, *, is_answered: bool) -> list[Reply]:
        """The replies; beside the first of them all stands the privacy notice."""
        conversation, retention = self.conversation, self.policy.retention
        command = move.command if isinstance(move, moves.Run) else None
        setting = Setting(
            snapshot=self.snapshot,
            language=turn.language,
            turn=turn.id,
            channel=conversation.channel,
            retention=retention,
            moment=self.now,
            question=self._question(state) if command is Command.TEAM else None,
            is_with_team=state.is_with_team,
            is_answered=is_answered,
        )
        if command is Command.MYDATA:
            replies = [privacy.hand_over(self.db, conversation, self.snapshot.town, turn.language)]
        elif command is Command.STOP:
            replies = [participation.stop(self._participant(turn), self._notice())]
        elif isinstance(move, moves.TakePart):
            replies = [participation.fulfil(move.wish, self._participant(turn))]
        else:
            replies = word(move, setting)
        if isinstance(move, moves.Give) and move.entry_id in self.snapshot.entries:
            dates = participation.dates_of(self.db, move.entry_id, self.now)
            replies = [event_texts.with_dates(replies[0], dates, self._participant(turn).reader), *replies[1:]]
        turn.decision = next((reply.decision for reply in replies if reply.decision), None)
        if replies and dialogue.is_stale(self.now, self.incoming.sent_at):
            replies[0] = wording.late(replies[0], turn.language)
        if replies and conversation.notice < NOTICE_VERSION and not isinstance(move, moves.Warn):
            conversation.notice = NOTICE_VERSION
            if command is not Command.PRIVACY:
                replies.append(notice(retention, turn.language))
        return replies

    def _notice(self) -> int | None:
        """The broadcast below which a button was tapped that ends all notices."""
        action = actions.read_action(self.incoming.action)
        return action.notice if isinstance(action, actions.RunCommand) else None

    def _participant(self, turn: TurnRow) -> Participant:
        town, policy = self.snapshot.town, self.policy
        clock = Clock(town.zone, policy.quiet)
        return Participant(self.db, self.conversation, turn.language, town, clock, policy.address, self.now)

    def _question(self, state: State) -> int | None:
        """The turn of the question that can be given to the team: of the last one, or of one just before it."""
        last = state.last.at if state.last else self.now
        return questions.newest(self.db, self.conversation, min(last, self.now - dialogue.MEMORY))

    def _language(self) -> str:
        """The language to answer in: that of the message where it is sure, else the one that was chosen, the one of
        the command's words, the usual one."""
        preference, written = self.conversation.preference, self.considered.language
        if written and nearest(written) != base_language(nearest(preference)):
            return nearest(written)
        if preference or written:
            return nearest(preference or written)
        usual, heard = nearest(self._usual_language()), self.considered.heard_in
        # A word that several languages have tells nothing, unless its letters rule the usual one out.
        is_told = heard and (len(heard) == 1 or not self.incoming.text.isascii())
        return nearest(heard[0]) if is_told and base_language(usual) not in heard else usual

    def _usual_language(self) -> str | None:
        """The one that was spoken before, else the one of the resident's phone.

        A page of the web chat stands before their eyes: where it is not in German, which it is without any choice,
        its language counts more than what was spoken before.
        """
        told = self.incoming.language
        if self.incoming.channel == "web" and nearest(told) != DEFAULT_LANGUAGE:
            return told
        return self.conversation.language or told


_NO_QUESTION = (*moves.IN_BETWEEN, moves.Run, moves.Speak, moves.TakeWords)
"""Moves after words that ask the bot nothing: they do not take the place of a question that the team has."""
