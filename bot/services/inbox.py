"""Messages are written down before their channel hears that they arrived: none is lost, none handled twice.

The row of a message also knows how far the work on it has come, so that another process can go on where one died: how
often it began, which of its replies are out, and how often the next one was sent without our learning what became of
it. For ten minutes it knows what an edit of the message needs.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.storage.database import insert, keys_of
from bot.storage.keys import KeyFault, Keys
from bot.storage.tables import InboxRow

log = logging.getLogger(__name__)

KEEP_DONE = timedelta(days=2)
"""How long a done message's number is remembered; Telegram repeats unconfirmed updates for a day at most.

Source: Bot API, "Getting updates"."""

KEEP_SENT = timedelta(minutes=10)
"""How long it is remembered which replies a message got, for the case that it is edited."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is not done."""

    key: str
    content: str
    """The update as it came."""
    attempts: int
    """How often work on it began before, without coming as far as an answer."""


@dataclass(frozen=True, slots=True)
class Work:
    """How far the work on a message had come when it began again."""

    attempts: int
    """How often it began without coming as far as an answer, this time included."""
    unclear: int
    """How often the next reply was sent, and nobody knows what became of it."""
    sent_ids: tuple[int | None, ...]
    """The channel's numbers of the replies that are out, in order; None for one that has none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an edit of an answered message needs; of the first two only keyed hashes are stored."""

    message: str
    """Names the message on its channel: the address, a slash, and what tells it apart there."""
    text: str
    sent_ids: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of a message that was edited."""

    key: str
    """The key under which it first came."""
    sent_ids: tuple[int | None, ...]
    """The channel's numbers of the replies it got; none where they are forgotten."""
    has_same_text: bool
    """Whether the edit left the text as it was; False where that is forgotten."""


def store(db: Session, channel: str, key: str, content: str, now: datetime) -> bool:
    """Write a message down; False if it was here before."""
    row = {"channel": channel, "update_key": key, "sealed_update": keys_of(db).seal(content), "received_at": now}
    written = insert(db, InboxRow).values(**row).on_conflict_do_nothing().returning(InboxRow.id)
    return db.scalar(written) is not None


def undone(db: Session, channel: str) -> list[str]:
    """The keys of a channel's messages that are not done, in the order in which they came."""
    keys = select(InboxRow.update_key).where(InboxRow.channel == channel, InboxRow.done_at.is_(None))
    return list(db.scalars(keys.order_by(InboxRow.id)))


def waiting(db: Session, channel: str, keys: Collection[str] | None = None) -> list[Waiting]:
    """The messages of a channel that are not done, in the order in which they came; only those of `keys`, if given."""
    wanted = select(InboxRow).where(InboxRow.channel == channel, InboxRow.done_at.is_(None))
    if keys is not None:
        wanted = wanted.where(InboxRow.update_key.in_(keys))
    seal = keys_of(db)
    found: list[Waiting] = []
    for row in db.scalars(wanted.order_by(InboxRow.id)):
        try:
            found.append(Waiting(row.update_key, seal.open(row.sealed_update or b""), row.attempts))
        except KeyFault:
            # Sealed with a key that is gone: nobody can answer it any more, and it must not keep others waiting.
            log.exception("message %s cannot be read and is set aside", row.update_key)
    return found


def begin(db: Session, channel: str, key: str) -> Work | None:
    """Note that work on a message begins; how far it had come before, None if it is done."""
    row = _find(db, channel, key)
    if row is None or row.done_at is not None:
        return None
    row.attempts += 1
    return Work(row.attempts, row.unclear, tuple(row.sent_ids or [None] * row.delivered))


def progress(db: Session, channel: str, key: str, sent_ids: Sequence[int | None], unclear: int) -> None:
    """Note which replies to a message are out, and how often the next was sent without our learning more.

    To be called before a reply is sent, counting that as unclear: if the process dies now, nobody knows. That there is
    an answer clears the count of attempts.
    """
    come_so_far = {"attempts": 0, "delivered": len(sent_ids), "unclear": unclear, "sent_ids": list(sent_ids)}
    db.execute(_change(channel, key).values(**come_so_far))


def done(db: Session, channel: str, key: str, now: datetime) -> None:
    """The message is done: its text goes, its number stays for a while so that a repeat is recognised."""
    db.execute(_change(channel, key).values(sealed_update=None, sent_ids=None, done_at=now))


def answered(db: Session, channel: str, key: str, answer: Answered, original: str | None, now: datetime) -> None:
    """The message is done, and may be edited; `original` is the key of the message that it edits itself.

    All edits of a message refer to the row of the first.
    """
    keys = keys_of(db)
    for_edits = {
        "message_ref": _message_ref(keys, channel, answer.message),
        "text_ref": keys.name(f"{channel}-text", answer.text),
        "sent_ids": list(answer.sent_ids),
    }
    if original:
        done(db, channel, key, now)
        db.execute(_change(channel, original).values(**for_edits))
    else:
        db.execute(_change(channel, key).values(sealed_update=None, done_at=now, **for_edits))


def original(db: Session, channel: str, message: str, text: str) -> Original | None:
    """What is known of a message that was edited, by its name on the channel; `text` is the new one."""
    keys = keys_of(db)
    found = select(InboxRow).where(InboxRow.message_ref == _message_ref(keys, channel, message))
    row = db.scalar(found.order_by(InboxRow.id.desc()).limit(1))
    if row is None:
        return None
    return Original(row.update_key, tuple(row.sent_ids or ()), row.text_ref == keys.name(f"{channel}-text", text))


def held(db: Session, pseudonym: str) -> Sequence[InboxRow]:
    """What is kept of a resident's messages for the case that they are edited, in the order in which they came."""
    theirs = select(InboxRow).where(InboxRow.message_ref.startswith(pseudonym[:_HALF]))
    return db.scalars(theirs.order_by(InboxRow.id)).all()


def forget_resident(db: Session, pseudonym: str) -> None:
    """Delete what edits of a resident's messages would need; `pseudonym` is that of their conversation."""
    theirs = update(InboxRow).where(InboxRow.message_ref.startswith(pseudonym[:_HALF]))
    db.execute(theirs.values(message_ref=None, text_ref=None, sent_ids=None))


def forget_done(db: Session, now: datetime) -> int:
    """Delete what was done long ago, and what edits needed that come too late now; returns how many were deleted."""
    db.execute(
        update(InboxRow)
        .where(InboxRow.done_at < now - KEEP_SENT, or_(InboxRow.sent_ids.is_not(None), InboxRow.text_ref.is_not(None)))
        .values(sent_ids=None, text_ref=None)
    )
    old = delete(InboxRow).where(InboxRow.done_at < now - KEEP_DONE).returning(InboxRow.id)
    return len(db.scalars(old).all())


def _change(channel: str, key: str) -> Update:
    return update(InboxRow).where(InboxRow.channel == channel, InboxRow.update_key == key)


_HALF = 32
"""Of the 64 digits of a keyed hash."""


def _message_ref(keys: Keys, channel: str, message: str) -> str:
    """Half of the resident's pseudonym, by which all their messages are found, and half of the message's own."""
    address = message.partition("/")[0]
    return keys.name(channel, address)[:_HALF] + keys.name(f"{channel}-message", message)[:_HALF]


def _find(db: Session, channel: str, key: str) -> InboxRow | None:
    return db.scalar(select(InboxRow).where(InboxRow.channel == channel, InboxRow.update_key == key))
