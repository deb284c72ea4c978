"""The conversation: a resident's message in, the replies out, what was decided written down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain import actions, dialogue, moves
from bot.domain.dialogue import Said, Shown, State, Tapped, Typed
from bot.domain.messages import Incoming, Reply
from bot.domain.moves import Move
from bot.domain.retention import Retention
from bot.services import conversations, library, privacy, questions
from bot.services.indexing import Snapshot
from bot.services.replies import Setting, word
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, TurnRow
from bot.texts import wording
from bot.texts.catalog import language_named, nearest, offered
from bot.texts.privacy import NOTICE_VERSION, forgotten, notice
from knowledge.commands import Command, hear
from knowledge.decide import MOST_OPTIONS, Answer, Decision, Thresholds, decide
from knowledge.language import detect_language
from knowledge.match import Finding, match

_REPLIES = TypeAdapter(list[Reply], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))

_SLASH = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the town decided about conversations."""

    rate: int = 0
    """Messages a minute from one resident that are answered; 0: any number."""
    retention: Retention = field(default_factory=Retention)


@dataclass(frozen=True, slots=True)
class Considered:
    """A message as far as it is understood without knowing the conversation."""

    said: Said
    language: str | None = None
    """The language it is written in, where that is sure."""
    finding: Finding | None = None
    """What the knowledge said, where it was asked."""
    decision: Decision | None = None


def consider(incoming: Incoming, snapshot: Snapshot, language: str | None = None) -> Considered:
    """What a message says; `language` is the one it is written in, where the caller knows.

    Asking the knowledge takes milliseconds, so this is done before any transaction begins.
    """
    if incoming.action:
        return Considered(Tapped(actions.read_action(incoming.action)))
    if incoming.media and not incoming.text.strip():
        return Considered(Shown(incoming.media, incoming.position))
    text = incoming.text
    spoken = language or detect_language(text)
    slash = _SLASH.fullmatch(text.strip())
    # "/help my house is on fire" is no question about the bot.
    if slash and not (slash[2] and match(snapshot.index, slash[2], spoken).emergency):
        return Considered(_slash_command(text, *slash.groups()), spoken)
    finding = match(snapshot.index, text, spoken)
    decision = decide(finding)
    heard = hear(text)
    named = language_named(text) if heard.command is Command.LANGUAGE else None
    said = Typed(text, heard.command, named or "", heard.word, heard.attribute, decision, _nearest(finding, decision))
    return Considered(said, finding.language if finding.emergency else spoken, finding, decision)


def _nearest(finding: Finding, decision: Decision) -> tuple[str, ...]:
    """The entries besides the one decided for that a message is as likely about as an option of a question back."""
    chosen = decision.entry_id if isinstance(decision, Answer) else None
    near = [one for one in finding.matches if not one.is_decline and one.entry_id != chosen]
    return tuple(one.entry_id for one in near[:MOST_OPTIONS] if one.probability >= Thresholds().clarify)


def handle(
    db: Session, incoming: Incoming, considered: Considered, snapshot: Snapshot, policy: Policy, now: datetime
) -> list[Reply]:
    """Answer one message; a repeat of it, known by its key, gets the same replies and changes nothing.

    No replies where nothing is to be said: too many messages, or a command repeated while the bot was off.
    """
    conversation = conversations.find(db, incoming.channel, incoming.address)
    if conversation is None:
        if isinstance(considered.said, Tapped) and isinstance(considered.said.action, actions.Forget):
            return [forgotten(nearest(incoming.language))]  # it is already, and nothing is stored anew
        conversation = conversations.start(db, incoming, now)
    turn = conversations.turn_of(db, conversation, incoming.key)
    if turn and turn.sealed_replies:
        return _REPLIES.validate_json(keys_of(db).open(turn.sealed_replies))
    exchange = _Exchange(db, incoming, considered, conversation, snapshot, policy, now)
    return exchange.answer(turn)


def rehearse(considered: Considered, snapshot: Snapshot, policy: Policy, now: datetime) -> list[Reply]:
    """What a stranger would be answered, without a conversation and without writing anything down."""
    move = dialogue.next_turn(considered.said, State(), None, now)
    language = nearest(considered.language or (considered.finding.language if considered.finding else None))
    return word(move, Setting(snapshot, language, 0, "terminal", policy.retention, now))


def forget_replies(db: Session, retention: Retention, now: datetime) -> int:
    """Delete the replies that are kept for repeats and no longer needed; returns how many turns had some."""
    old = update(TurnRow).where(TurnRow.sealed_replies.is_not(None), TurnRow.at < now - retention.replies)
    return len(db.scalars(old.values(sealed_replies=None).returning(TurnRow.id)).all())


def _slash_command(text: str, name: str, argument: str | None) -> Typed:
    """A command as Telegram knows them; one that does not exist asks for help."""
    command = Command(name.lower()) if name.lower() in list(Command) else Command.HELP
    wanted = (argument or "").strip()
    if command is Command.LANGUAGE and wanted:
        wanted = wanted.lower() if wanted.lower() in offered() else language_named(wanted) or ""
    return Typed(text, command, wanted)


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

    def answer(self, turn: TurnRow | None) -> list[Reply]:
        """Decide, write down, reply; `turn` is what is left of an earlier attempt."""
        edits = self.incoming.edits
        replaced = conversations.turn_of(self.db, self.conversation, edits) if edits else None
        state = conversations.recall(self.db, self.conversation, turn or replaced, self.now)
        move = self._decide(state)
        if isinstance(move, moves.EraseAll):
            language = self._language()
            privacy.erase(self.db, self.conversation)
            return [forgotten(language)]
        turn = self._write_down(turn, move, state)
        for version in conversations.versions(self.db, self.conversation, edits, turn) if edits else ():
            questions.replace(self.db, version, turn.id)
        replies = self._word(move, turn, state)
        turn.sealed_replies = keys_of(self.db).seal(_REPLIES.dump_json(replies).decode())
        return replies

    def _decide(self, state: State) -> Move:
        """The next move, possible with the knowledge of the moment."""
        said = self.considered.said
        number = getattr(said.action, "turn", None) if isinstance(said, Tapped) else None
        row = self.db.get(TurnRow, number) if number is not None else None
        is_theirs = row is not None and row.conversation_id == self.conversation.id
        named = conversations.earlier(self.db, row) if row and is_theirs else None
        move = dialogue.next_turn(said, state, named, self.now, rate=self.policy.rate, sent_at=self.incoming.sent_at)
        entries = self.snapshot.entries
        match move:
            case moves.GiveMarked(mark, section):
                entry_id = self.snapshot.marks.get(mark)
                return moves.Give(entry_id, section) if entry_id else moves.OldButton()
            case moves.Give(entry_id) | moves.Detail(entry_id) if entry_id not in entries:
                return moves.OldButton()
            case moves.Speak(code) if code not in offered():
                return moves.Run(Command.LANGUAGE)
            case _:
                return move

    def _write_down(self, turn: TurnRow | None, move: Move, state: State) -> TurnRow:
        """Note what was decided, and what follows from it for earlier turns."""
        self.conversation.last_seen_at = self.now
        if isinstance(move, moves.Speak):
            self.conversation.preference = move.code
        if turn is None:
            turn = TurnRow(conversation_id=self.conversation.id, message_key=self.incoming.key, at=self.now)
            turn.edits = self.incoming.edits
            self.db.add(turn)
        turn.language = self.conversation.language = self._language()
        turn.move = move_name(move)
        turn.misses = dialogue.misses_after(move, state)
        turn.options = list(move.entry_ids) if isinstance(move, moves.AskBack) else []
        turn.entry_id = turn.entry_version = None
        turn.card = state.card if isinstance(move, _KEEPING_SUBJECT) else None
        if isinstance(move, moves.Give | moves.Detail):
            turn.entry_id = turn.card = move.entry_id
            turn.entry_version = library.version_of(self.snapshot.entries[move.entry_id])
        self.db.flush()
        self._follow_up(turn, move, state)
        return turn

    def _follow_up(self, turn: TurnRow, move: Move, state: State) -> None:
        """What a move means for questions that are kept, and for earlier cards."""
        db, text = self.db, self.incoming.text
        match move:
            case moves.Give(entry_id, _, int() as confirmed):
                questions.confirm(db, confirmed, entry_id)
            case moves.GiveUp(asked_in):
                left_in, turn.options = self._turned_down(asked_in, state)
                questions.move(db, left_in, turn.id)
            case moves.AskTeam(asked_in):
                questions.pass_on(db, asked_in, self.now)
            case moves.TakeRating(rated, helped, complaint):
                conversations.rate(db, rated, helped, complaint)
            case moves.AskBack() | moves.Decline(None):
                questions.keep(db, turn, text, self.snapshot.names, self.now)
            case moves.TakeWords():
                questions.keep(db, turn, text, self.snapshot.names, self.now, is_wanted=True)

    def _turned_down(self, asked_in: int, state: State) -> tuple[int, list[str]]:
        """After "none of these": the turn that has the question now, and what is not to be offered again at once."""
        last = state.last
        if last and last.number == asked_in:
            return asked_in, list(last.entry_ids)
        if last and state.turned_down and not questions.is_kept(self.db, asked_in):
            return last.number, list(state.turned_down)  # the button was tapped twice
        return asked_in, []

    def _word(self, move: Move, turn: TurnRow, state: State) -> list[Reply]:
        """The replies; beside the first of them all stands the privacy notice."""
        question = state.last.number if state.last and state.last.can_be_passed_on else None
        conversation, retention = self.conversation, self.policy.retention
        setting = Setting(self.snapshot, turn.language, turn.id, conversation.channel, retention, self.now, question)
        command = move.command if isinstance(move, moves.Run) else None
        if command is Command.MYDATA:
            replies = [privacy.hand_over(self.db, conversation, self.snapshot.town, turn.language)]
        else:
            replies = word(move, setting)
        turn.decision = next((reply.decision for reply in replies if reply.decision), None)
        if replies and dialogue.is_stale(self.now, self.incoming.sent_at):
            replies[0] = wording.late(replies[0], turn.language)
        if replies and conversation.notice < NOTICE_VERSION and not isinstance(move, moves.Warn):
            conversation.notice = NOTICE_VERSION
            if command is not Command.PRIVACY:
                replies.append(notice(retention, turn.language))
        return replies

    def _language(self) -> str:
        """The language to answer in: that of the message where it is sure, else the one that was chosen, the one that
        was spoken before, the one of the resident's phone."""
        preference, written = self.conversation.preference, self.considered.language
        if written and nearest(written) != nearest(preference).partition("-")[0]:
            return nearest(written)
        return nearest(preference or written or self.conversation.language or self.incoming.language)


_KEEPING_SUBJECT = (
    moves.TakeRating,
    moves.OldButton,
    moves.OnlyText,
    moves.TooMany,
    moves.StaySilent,
)
"""Moves after which it is still about the card that was shown before."""


def move_name(move: Move) -> str:
    """A move as a turn names it: the command that was run, or the kind of move in words with underscores."""
    if isinstance(move, moves.Run):
        return move.command.value
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(move).__name__).lower()
