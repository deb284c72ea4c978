"""Telling the office that somebody waits: of what, whom, and what was told already. It tells nobody itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from bot.domain.cases import Call, CaseState, Side, Wait, calls_due
from bot.domain.masking import mask
from bot.domain.opening import LocalTime
from bot.domain.staff import Right, Role, may
from bot.services.handover import row_of
from bot.storage.database import keys_of
from bot.storage.tables import CaseMessageRow, CaseRow, GroupRemovalRow, StaffCallRow, StaffRow
from knowledge.entry import OpeningHours


@dataclass(frozen=True, slots=True)
class News:
    """Something the office is to be told of a case: nothing of what was written."""

    case_id: int
    call: Call
    language: str
    """That the resident writes in."""
    since: datetime
    has_words: bool
    member_id: int | None
    """Who has taken it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a resident wrote, without personal details."""

    message_id: int
    case_id: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How the office can be told."""

    group: bool
    mail: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told by mail."""

    member_id: int
    mail: str
    language: str
    """Of the console, as they chose it."""


@dataclass(frozen=True, slots=True)
class Untold:
    """One of the office who is still to be told something."""

    number: int
    case_id: int
    call: Call
    language: str
    """That the resident writes in."""
    reader: Reader | None
    """None: the staff group."""


def news(db: Session, hours: OpeningHours | None, now: LocalTime) -> list[News]:
    """What the office is to be told now, the longest wait first; `hours` are those of the office."""
    has_words = exists().where(CaseMessageRow.case_id == CaseRow.id, CaseMessageRow.side == Side.RESIDENT.value)
    waiting = select(CaseRow, has_words).where(CaseRow.waiting_since.is_not(None))
    waiting = waiting.where(CaseRow.state != CaseState.CLOSED.value).order_by(CaseRow.waiting_since, CaseRow.id)
    return [
        News(row.id, call, row.language, row.waiting_since, has_said, row.staff_id)
        for row, has_said in db.execute(waiting)
        if row.waiting_since
        for call in calls_due(_wait(row, row.waiting_since, has_said), now, hours)
    ]


def call(db: Session, due: News, ways: Ways, now: datetime) -> None:
    """Put down who is to be told of something, in the place of what they were not told yet of the same wait.

    Nobody, where the office has answered meanwhile.
    """
    row = row_of(db, due.case_id)
    if row.waiting_since != due.since or row.state == CaseState.CLOSED.value:
        return
    match due.call:
        case Call.TELL:
            row.told_at = now
        case Call.REMIND:
            row.reminded_at = now
        case Call.ESCALATE:
            row.escalated_at = now
    recipients = _recipients(db, due, ways)
    earlier = select(StaffCallRow).where(StaffCallRow.case_id == row.id)
    for one in db.scalars(earlier):
        if one.staff_id in recipients:
            db.delete(one)
    db.add_all(StaffCallRow(case_id=row.id, staff_id=each, call=due.call.value) for each in recipients)
    db.flush()


def _recipients(db: Session, due: News, ways: Ways) -> list[int | None]:
    """Numbers of accounts, and None for the group, unless it reads the words themselves."""
    by_mail: list[int | None] = [one.member_id for one in readers(db, due)] if ways.mail else []
    tells_group = ways.group and not (due.call is Call.TELL and due.has_words)
    return [*by_mail, None] if tells_group else by_mail


def untold(db: Session) -> list[Untold]:
    """Who is still to be told that somebody waits, in the order in which it became time."""
    found = (
        select(StaffCallRow, CaseRow, StaffRow)
        .join(CaseRow, CaseRow.id == StaffCallRow.case_id)
        .outerjoin(StaffRow, StaffRow.id == StaffCallRow.staff_id)
        .where(or_(StaffCallRow.staff_id.is_(None), StaffRow.mail.is_not(None) & StaffRow.disabled_at.is_(None)))
        .order_by(StaffCallRow.id)
    )
    return [
        Untold(row.id, case.id, Call(row.call), case.language, _reader(member) if member else None)
        for row, case, member in db.execute(found)
    ]


def told(db: Session, numbers: Collection[int]) -> None:
    """They know, or can never be told."""
    db.execute(delete(StaffCallRow).where(StaffCallRow.id.in_(numbers)))


def readers(db: Session, due: News) -> list[Reader]:
    """Who gets a mail: whoever has taken the case, else everybody who answers; at last the administrators."""
    wanted = select(StaffRow).where(StaffRow.mail.is_not(None), StaffRow.disabled_at.is_(None))
    rows = [row for row in db.scalars(wanted.order_by(StaffRow.id)) if may(Role(row.role), Right.ANSWER)]
    if due.call is Call.ESCALATE:
        rows = [row for row in rows if row.role == Role.ADMIN.value]
    theirs = [row for row in rows if row.id == due.member_id]
    chosen = rows if due.call is Call.ESCALATE else theirs or rows
    return [_reader(row) for row in chosen]


def unshown(db: Session, names: Collection[str]) -> list[Words]:
    """What residents wrote that the staff group has not seen, oldest first.

    Personal details are masked: the group is on another service. `names` are words of the town that name no persons.
    """
    new = (
        select(CaseMessageRow, CaseRow)
        .join(CaseRow, CaseRow.id == CaseMessageRow.case_id)
        .where(CaseRow.state != CaseState.CLOSED.value, CaseMessageRow.side == Side.RESIDENT.value)
        .where(CaseMessageRow.group_message.is_(None))
        .order_by(CaseMessageRow.id)
    )
    keys = keys_of(db)
    return [
        Words(message.id, case.id, case.language, mask(keys.open(message.sealed_text), names))
        for message, case in db.execute(new)
    ]


def shown(db: Session, message_id: int, group_message: str) -> None:
    """Note under which number the staff group sees some words; empty: it cannot be shown them."""
    row = db.get(CaseMessageRow, message_id)
    if row is not None:
        row.group_message = group_message


def removals(db: Session) -> list[str]:
    """The numbers of messages that the staff group is to see no longer."""
    return list(db.scalars(select(GroupRemovalRow.group_message).order_by(GroupRemovalRow.group_message)))


def removed(db: Session, number: str) -> None:
    """A message of the group is gone, or cannot be taken back."""
    db.execute(delete(GroupRemovalRow).where(GroupRemovalRow.group_message == number))


def case_of(db: Session, group_message: str) -> int | None:
    """The case that a message of the staff group is about."""
    found = select(CaseMessageRow.case_id).where(CaseMessageRow.group_message == group_message)
    return db.scalar(found.limit(1)) if group_message else None


def _reader(row: StaffRow) -> Reader:
    return Reader(row.id, row.mail or "", row.language)


def _wait(row: CaseRow, since: datetime, has_said_why: bool) -> Wait:
    return Wait(since, has_said_why, row.told_at, row.reminded_at, row.escalated_at)
