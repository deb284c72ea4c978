"""Conversations with a person: from a resident's first word to the sentence that hands back to the bot.

A conversation has exactly one owner. While a case is open it is the office; the bot keeps what the resident writes for
it and is silent. What the office writes leaves by the outbox, so that nothing of it is lost or said twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from bot.domain.cases import IDLE, CaseState, Side, check_text, step
from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.errors import NotFound, Refused
from bot.services import audit, outbox
from bot.services.audit import Actor, Mark, Way
from bot.services.outbox import Message
from bot.storage.database import keys_of
from bot.storage.tables import (
    CaseMessageRow,
    CaseRow,
    ConversationRow,
    DeliveryRow,
    GroupRemovalRow,
    StaffCallRow,
    StaffRow,
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who of the office writes."""

    name: str
    member_id: int | None = None
    """Their account; none for whoever answers in the staff group."""


@dataclass(frozen=True, slots=True)
class Page:
    """What somebody of the office had before them when they did something."""

    seen: int | None = None
    """The number of the resident's newest message there, 0 for none; None: all there is."""
    once: str = ""
    """By which a second click there is known; empty: each counts."""


ALL = Page()


class AlreadySent(Refused):
    """The same form came a second time."""


IN_GROUP = Author("Telegram")
"""Whoever answers in the staff group."""


# --- What a resident does --------------------------------------------------------------------------------------------


def open_case(db: Session, conversation_id: int, *, holds: bool = False) -> CaseRow | None:
    """The case that a person has of a conversation; None while the bot has it.

    With `holds`, the office cannot end it before this transaction does what the resident wants.
    """
    theirs = select(CaseRow).where(CaseRow.conversation_id == conversation_id)
    theirs = theirs.where(CaseRow.state != CaseState.CLOSED.value).order_by(CaseRow.id.desc()).limit(1)
    return db.scalar(theirs.with_for_update() if holds else theirs)


def in_hand(db: Session) -> set[int]:
    """Which conversations a person has."""
    return set(db.scalars(select(CaseRow.conversation_id).where(CaseRow.state != CaseState.CLOSED.value)))


def begin(db: Session, conversation: ConversationRow, now: datetime) -> CaseRow:
    """A person has the conversation from now on; the case that is open, if there is one."""
    # Of two messages that ask for it at the same moment, the second finds what the first opened.
    db.execute(select(ConversationRow.id).where(ConversationRow.id == conversation.id).with_for_update())
    if case := open_case(db, conversation.id):
        return case
    case = CaseRow(
        conversation_id=conversation.id,
        state=CaseState.WAITING.value,
        language=conversation.language,
        opened_at=now,
        waiting_since=now,
    )
    db.add(case)
    db.flush()
    return case


def hear(db: Session, case: CaseRow, text: str, now: datetime) -> None:
    """Keep for the office what a resident wrote."""
    db.add(_message(db, case, Side.RESIDENT, text, now))
    case.language = db.get_one(ConversationRow, case.conversation_id).language or case.language
    if case.waiting_since is None:
        case.waiting_since = now
        case.told_at = case.reminded_at = case.escalated_at = None
    db.flush()


def end(db: Session, case: CaseRow, now: datetime) -> bool:
    """The resident goes back to the bot; whether nothing they wrote waits for an answer."""
    _close(db, case, now)
    return case.waiting_since is None or not _has_words(db, case)


# --- What the office does --------------------------------------------------------------------------------------------


def take(db: Session, case_id: int, author: Author, holder: int | None, now: datetime) -> None:
    """Take a conversation, also from a colleague.

    `holder` is who had it when the taker looked. Raises Refused where that is somebody else by now, or it has ended.
    """
    case = row_of(db, case_id)
    if case.staff_id not in (holder, author.member_id):
        raise Refused("{name} has taken this conversation meanwhile.", name=holder_name(db, case))
    _take(case, author, now)


def release(db: Session, case_id: int) -> None:
    """Leave a conversation to whoever takes it next. Raises Refused where nobody has it, or it has ended."""
    case = row_of(db, case_id)
    if case.state == CaseState.WAITING.value:
        raise Refused("Nobody has taken this conversation.")
    case.state = step(CaseState(case.state), CaseState.WAITING).value
    case.staff_id = case.taken_at = None


def reply(
    db: Session,
    case_id: int,
    author: Author,
    text: str,
    now: datetime,
    *,
    entry_id: str | None = None,
    group_message: str | None = None,
    page: Page = ALL,
) -> int:
    """Answer the resident, by the way they came; returns the number of the message.

    Who answers has taken the conversation, unless it has ended: then the bot keeps it. Raises InvalidInput (text),
    AlreadySent, and Refused where a colleague has it: what both write would cross.

    `entry_id` is the entry whose text it is; `group_message` the number of the words in the staff group. What the
    resident wrote after what stood on the page still waits.
    """
    words, case = check_text(text), row_of(db, case_id)
    name = _check_once(db, case, page.once, words)
    if case.state != CaseState.CLOSED.value and author.member_id is not None:
        if case.staff_id not in (None, author.member_id):
            raise Refused("{name} has taken this conversation meanwhile.", name=holder_name(db, case))
        _take(case, author, now)
    message = _message(db, case, Side.STAFF, words, now, author=author.name, entry_id=entry_id)
    message.group_message, message.once = group_message, name
    db.add(message)
    db.flush()
    message.delivery_id = _send(db, case, Kind.REPLY, f"case/{case.id}/message/{message.id}", now)
    case.answered_at = case.answered_at or now
    _settle(db, case, page.seen)
    return message.id


def reply_from_group(db: Session, case_id: int, text: str, group_message: str, now: datetime) -> int:
    """Answer the resident with what somebody wrote in the staff group; a repeat of it is the same message.

    Returns the number of the message; raises as `reply` does. Nobody signs in there: whoever is in the group, answers.
    """
    known = select(CaseMessageRow.id).where(
        CaseMessageRow.group_message == group_message, CaseMessageRow.side == Side.STAFF.value
    )
    if (number := db.scalar(known)) is not None:
        return number
    mark = Mark(Actor(IN_GROUP.name, Way.GROUP), "case", "reply", str(case_id))
    theirs = CaseMessageRow.case_id == case_id, CaseMessageRow.side == Side.RESIDENT.value
    shown = db.scalar(select(func.max(CaseMessageRow.id)).where(*theirs, CaseMessageRow.group_message.is_not(None)))
    return audit.record(
        db, mark, now, reply, case_id, IN_GROUP, text, now, group_message=group_message, page=Page(shown or 0)
    )


def delivery_of(db: Session, message_id: int) -> DeliveryState | None:
    """How far a reply has come; None where that is not known any more."""
    message = db.get(CaseMessageRow, message_id)
    delivery = db.get(DeliveryRow, message.delivery_id) if message and message.delivery_id else None
    return DeliveryState(delivery.state) if delivery else None


def note(db: Session, case_id: int, author: Author, text: str, now: datetime, page: Page = ALL) -> None:
    """Write something down for colleagues; the resident never gets it. Raises InvalidInput (text), AlreadySent."""
    words, case = check_text(text), row_of(db, case_id)
    name = _check_once(db, case, page.once, words)
    message = _message(db, case, Side.NOTE, words, now, author=author.name)
    message.once = name
    db.add(message)


def close(db: Session, case_id: int, now: datetime, page: Page = ALL) -> None:
    """Hand a conversation back to the bot, with one sentence to the resident.

    Raises Refused where it has ended, or where the resident has written more than stood on the page.
    """
    case = row_of(db, case_id)
    if case.state != CaseState.CLOSED.value and _first_unseen(db, case, page.seen):
        raise Refused("Something new has come in. Please read it before you end the conversation.")
    _close(db, case, now)
    case.waiting_since = None  # whoever ends it has seen what was written
    _send(db, case, Kind.CASE_CLOSED, f"case/{case.id}/closed", now)


def close_idle(db: Session, now: datetime) -> list[int]:
    """Hand back the conversations in which nobody has written for IDLE; returns their numbers."""
    newest = (
        select(CaseMessageRow.case_id, func.max(CaseMessageRow.at).label("at"))
        .where(CaseMessageRow.side != Side.NOTE.value, CaseMessageRow.at > now - IDLE)
        .group_by(CaseMessageRow.case_id)
        .subquery()
    )
    idle = select(CaseRow).where(CaseRow.state != CaseState.CLOSED.value, CaseRow.opened_at <= now - IDLE)
    idle = idle.where(CaseRow.id.not_in(select(newest.c.case_id)))
    rows = db.scalars(idle.order_by(CaseRow.id).with_for_update(skip_locked=True)).all()
    for case in rows:
        _close(db, case, now)
        _send(db, case, Kind.CASE_IDLE, f"case/{case.id}/closed", now, keeps_quiet=True)
    return [case.id for case in rows]


def forget(db: Session, *conditions: ColumnElement[bool]) -> int:
    """Delete the cases that fulfil conditions on CaseRow with all that was said; returns how many records went.

    What the staff group was shown of them is to go as well: that is noted, for whoever can reach it.
    """
    theirs = select(CaseRow.id).where(*conditions)
    gone = delete(CaseMessageRow).where(CaseMessageRow.case_id.in_(theirs))
    said = db.execute(gone.returning(CaseMessageRow.side, CaseMessageRow.group_message)).all()
    for number in {number for side, number in said if side == Side.RESIDENT.value and number}:
        db.add(GroupRemovalRow(group_message=number))
    cases = db.scalars(delete(CaseRow).where(*conditions).returning(CaseRow.id)).all()
    return len(said) + len(cases)


# --- What both need --------------------------------------------------------------------------------------------------


def row_of(db: Session, case_id: int) -> CaseRow:
    """The row of a case, locked; raises NotFound."""
    row = db.get(CaseRow, case_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("case", case_id)
    return row


def holder_name(db: Session, case: CaseRow) -> str:
    """Who of the office has taken a case; empty for nobody."""
    return db.scalar(select(StaffRow.name).where(StaffRow.id == case.staff_id)) or ""


def _take(case: CaseRow, author: Author, now: datetime) -> None:
    case.state = step(CaseState(case.state), CaseState.TAKEN).value
    if case.staff_id != author.member_id:
        case.staff_id, case.taken_at = author.member_id, now


def _close(db: Session, case: CaseRow, now: datetime) -> None:
    case.state, case.closed_at = step(CaseState(case.state), CaseState.CLOSED).value, now
    _call_off(db, case)


def _call_off(db: Session, case: CaseRow) -> None:
    """Nobody is to be told any more that somebody waits."""
    db.execute(delete(StaffCallRow).where(StaffCallRow.case_id == case.id))


def _settle(db: Session, case: CaseRow, seen: int | None) -> None:
    """The office has answered: what the resident wrote after the message `seen` is a wait of its own."""
    _call_off(db, case)
    case.waiting_since = _first_unseen(db, case, seen)
    if case.waiting_since:
        case.told_at = case.reminded_at = case.escalated_at = None
    db.flush()


def _first_unseen(db: Session, case: CaseRow, seen: int | None) -> datetime | None:
    """When the resident wrote the first message after the one with a number; None: nothing, or all was seen."""
    if seen is None:
        return None
    theirs = CaseMessageRow.case_id == case.id, CaseMessageRow.side == Side.RESIDENT.value
    return db.scalar(select(func.min(CaseMessageRow.at)).where(*theirs, CaseMessageRow.id > seen))


def _check_once(db: Session, case: CaseRow, once: str, words: str) -> str | None:
    """Under which name a message is known that a form sends; raises AlreadySent where it did so before.

    Whoever goes back to a page and writes something else sends that too.
    """
    if not once:
        return None
    name = keys_of(db).name("message", f"{case.id}/{once}/{words}")
    if db.scalar(select(CaseMessageRow.id).where(CaseMessageRow.once == name)) is not None:
        raise AlreadySent("This was sent already.")
    return name


def _has_words(db: Session, case: CaseRow) -> bool:
    said = select(CaseMessageRow.id).where(
        CaseMessageRow.case_id == case.id, CaseMessageRow.side == Side.RESIDENT.value
    )
    return db.scalar(said.limit(1)) is not None


def _message(
    db: Session,
    case: CaseRow,
    side: Side,
    text: str,
    now: datetime,
    *,
    author: str | None = None,
    entry_id: str | None = None,
) -> CaseMessageRow:
    sealed = keys_of(db).seal(text)
    return CaseMessageRow(
        case_id=case.id, side=side.value, author=author, sealed_text=sealed, entry_id=entry_id, at=now
    )


def _send(db: Session, case: CaseRow, kind: Kind, subject: str, now: datetime, *, keeps_quiet: bool = False) -> int:
    """Put what is to be said into the outbox; the number of the delivery.

    Nobody is woken by an answer they wait for, so that quiet hours hold back only what came of nobody's deed.
    """
    message = Message(kind, subject, now, not_after=now + LASTS, keeps_quiet=keeps_quiet)
    outbox.put(db, message, select(ConversationRow.id).where(ConversationRow.id == case.conversation_id))
    key = f"{subject}/{case.conversation_id}"
    return db.scalars(select(DeliveryRow.id).where(DeliveryRow.key == key)).one()


LASTS = timedelta(days=7)
"""How long an answer is still worth bringing, where the channel cannot be reached."""
