"""The mail on Mondays to those of the office who want it: what waits, and who was told already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.domain.digest import AHEAD
from bot.domain.staff import Right, Role, may
from bot.services import attention
from bot.services.attention import Untold
from bot.storage.tables import StaffRow
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who wants the mail and has not had that of this week."""

    member_id: int
    role: Role
    mail: str
    language: str
    """Of the console, as they chose it."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits, as far as it concerns somebody."""

    waiting: int = 0
    """People who wait for a person."""
    open_groups: int = 0
    """Questions that no entry answers."""
    wanted: int = 0
    """How many asked the team to answer these."""
    due: Sequence[Entry] = ()
    """Entries that are to be checked."""
    untold: Sequence[Untold] = ()
    """Events of the next days that lack a language which is spoken here."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.waiting or self.open_groups or self.due or self.untold)


def subscribers(db: Session, monday: date) -> list[Subscriber]:
    """Who is to get the mail of a Monday."""
    wanted = select(StaffRow).where(StaffRow.wants_digest, StaffRow.mail.is_not(None), StaffRow.disabled_at.is_(None))
    late = wanted.where(or_(StaffRow.digest_on.is_(None), StaffRow.digest_on < monday)).order_by(StaffRow.id)
    return [Subscriber(row.id, Role(row.role), row.mail or "", row.language) for row in db.scalars(late)]


def gather(db: Session, due: Sequence[Entry], now: datetime) -> Digest:
    """All that waits; `due` are the entries to be checked."""
    seen = attention.look(db, now)
    soon = [one for one in seen.untold if one.event.starts_at < now + AHEAD]
    return Digest(seen.waiting, seen.open_groups, seen.wanted, due, soon)


def share(all_of_it: Digest, role: Role) -> Digest:
    """What somebody of a role can do something about."""
    answers, writes, plans = (may(role, right) for right in (Right.ANSWER, Right.WRITE, Right.PLAN))
    return Digest(
        waiting=all_of_it.waiting if answers else 0,
        open_groups=all_of_it.open_groups if answers else 0,
        wanted=all_of_it.wanted if answers else 0,
        due=all_of_it.due if writes else (),
        untold=all_of_it.untold if plans else (),
    )


def note(db: Session, member_ids: Collection[int], monday: date) -> None:
    """They have had the mail of a Monday, or need none."""
    db.execute(update(StaffRow).where(StaffRow.id.in_(member_ids)).values(digest_on=monday))
