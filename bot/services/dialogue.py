"""The conversation: a resident's message in, the replies out, what was decided written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from bot.domain import dialogue
from bot.domain.messages import Incoming, Reply
from bot.services.indexing import Snapshot
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, TurnRow
from bot.texts import wording
from bot.texts.catalog import nearest
from knowledge.decide import Decision, decide
from knowledge.match import Finding, match

KEEP_REPLIES = timedelta(minutes=15)
"""How long replies are kept for a message that may be repeated; afterwards they are made anew."""

_REPLIES = TypeAdapter(list[Reply])


@dataclass(frozen=True, slots=True)
class Considered:
    """A move, and the language to word it in."""

    move: dialogue.Move
    language: str
    finding: Finding | None = None
    """What the knowledge said, where it was asked."""
    decision: Decision | None = None


def handle(
    db: Session, incoming: Incoming, considered: Considered | None, snapshot: Snapshot, now: datetime
) -> list[Reply]:
    """Answer one message; a repeat of it, known by its key, gets the same replies and changes nothing.

    `considered` is what came of `consider` for a typed message: that takes milliseconds in which no other message
    could be written down. None for a tapped button.
    """
    conversation = _conversation(db, incoming, now)
    turn = db.scalar(
        select(TurnRow).where(TurnRow.conversation_id == conversation.id, TurnRow.message_key == incoming.key)
    )
    if turn and turn.sealed_replies:
        return _REPLIES.validate_json(keys_of(db).open(turn.sealed_replies))
    conversation.last_seen_at = now
    considered = considered or _choose(db, incoming, conversation, now)
    if turn is None:
        turn = TurnRow(conversation_id=conversation.id, message_key=incoming.key, at=now, options=[])
        db.add(turn)
    turn.language = conversation.language = considered.language
    turn.options = list(considered.move.entry_ids) if isinstance(considered.move, dialogue.AskBack) else []
    db.flush()
    replies = word(considered, snapshot, turn.id)
    turn.decision, turn.entry_id = replies[-1].decision, replies[-1].entry_id
    turn.sealed_replies = keys_of(db).seal(_REPLIES.dump_json(replies).decode())
    return replies


def consider(text: str, snapshot: Snapshot, language: str | None) -> Considered:
    """What to do with a typed message, and in which language."""
    move = dialogue.before_question(text)
    if move:
        return Considered(move, nearest(language))
    finding = match(snapshot.index, text, language)
    decision = decide(finding)
    return Considered(dialogue.after_question(decision), nearest(finding.language), finding, decision)


def word(considered: Considered, snapshot: Snapshot, turn: int) -> list[Reply]:
    """The replies for a move; `turn` names the offer that buttons will refer to."""
    move, language = considered.move, considered.language
    match move:
        case dialogue.Give(entry_id) if entry_id in snapshot.entries:
            entry = snapshot.entries[entry_id]
            return [wording.answer(entry, snapshot.contacts(entry), language)]
        case dialogue.Warn(entry_id):
            return [wording.emergency(snapshot.entries.get(entry_id or ""), language)]
        case dialogue.AskBack(entry_ids):
            options = [
                (snapshot.entries[entry_id], dialogue.choice_action(turn, place))
                for place, entry_id in enumerate(entry_ids)
            ]
            return [wording.clarify(options, dialogue.choice_action(turn, None), language)]
        case dialogue.Decline(entry_id):
            reason = snapshot.entries.get(entry_id or "")
            contacts = snapshot.contacts(reason) if reason is None or reason.contact else []
            return [wording.decline(reason, contacts, language)]
        case dialogue.GiveUp():
            return [wording.none_of_these(snapshot.contacts(None), language)]
        case dialogue.Greet():
            return [wording.greeting(snapshot.town, language)]
        case dialogue.TooLong():
            return [wording.too_long(language)]
        case dialogue.OnlyText():
            return [wording.only_text(language)]
        case _:
            return [wording.old_button(language)]


def knows(db: Session, channel: str, address: str) -> bool:
    """Whether somebody has written from this address before."""
    pseudonym = keys_of(db).name(channel, address)
    return db.scalar(select(ConversationRow.id).where(*_at(channel, pseudonym))) is not None


def forget_replies(db: Session, now: datetime) -> int:
    """Delete the replies that are kept for repeats and no longer needed; returns how many turns had some."""
    old = update(TurnRow).where(TurnRow.sealed_replies.is_not(None), TurnRow.at < now - KEEP_REPLIES)
    return len(db.scalars(old.values(sealed_replies=None).returning(TurnRow.id)).all())


def _choose(db: Session, incoming: Incoming, conversation: ConversationRow, now: datetime) -> Considered:
    chosen = dialogue.read_choice(incoming.action)
    turn = db.get(TurnRow, chosen.turn) if chosen else None
    if turn is None or turn.conversation_id != conversation.id:
        return Considered(dialogue.OldButton(), nearest(conversation.language))
    options: Sequence[str] = turn.options
    return Considered(dialogue.after_choice(chosen, dialogue.Offer(turn.id, options, turn.at), now), turn.language)


def _conversation(db: Session, incoming: Incoming, now: datetime) -> ConversationRow:
    pseudonym = keys_of(db).name(incoming.channel, incoming.address)
    row = db.scalar(select(ConversationRow).where(*_at(incoming.channel, pseudonym)))
    if row is None:
        row = ConversationRow(
            channel=incoming.channel,
            pseudonym=pseudonym,
            sealed_address=keys_of(db).seal(incoming.address),
            created_at=now,
            last_seen_at=now,
        )
        db.add(row)
        db.flush()
    return row


def _at(channel: str, pseudonym: str) -> tuple[ColumnElement[bool], ...]:
    return ConversationRow.channel == channel, ConversationRow.pseudonym == pseudonym
