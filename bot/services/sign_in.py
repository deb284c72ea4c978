"""Attempts to sign in. Each one counts before its password is looked at, so that none come at once in any number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.errors import TooMany
from bot.domain.staff import LONGEST_NAME, name_key
from bot.services import audit, staff
from bot.services.audit import NOBODY, Actor, Mark, Way
from bot.storage.database import Lock, keys_of, lock
from bot.storage.tables import SignInFailureRow, StaffRow

FAILURES_COUNT_FOR = timedelta(minutes=15)
MOST_FAILURES = 5
"""Failed attempts with one name from one network address, or in one known browser; then the next must wait."""
MOST_FAILURES_OF_NAME = 50
MOST_FAILURES_OF_ADDRESS = 30


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser in which somebody is signed in, or was lately."""

    member_id: int
    mark: str
    """Tells it from all others; nobody can guess it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that may be made, and what its password is checked against."""

    failures: Sequence[int]
    """The rows by which it counts as failed, until it succeeds."""
    name: str
    """The account's own, however it was typed; empty where nobody has that name."""
    member_id: int | None
    """None where nobody has that name, or may not sign in."""
    password_hash: str | None
    is_last: bool
    """Whether the next one must wait if this one fails."""


def begin(db: Session, name: str, address: str, browser: Browser | None, now: datetime) -> Attempt:
    """Count an attempt as failed, before anybody knows better; raises TooMany where it must wait.

    `address` is the network that asks. The account's own `browser` is counted by itself, so that others who try the
    name, or share the network, shut nobody out.
    """
    lock(db, Lock.STAFF)
    db.execute(delete(SignInFailureRow).where(SignInFailureRow.at <= now - FAILURES_COUNT_FOR))
    row = db.scalar(select(StaffRow).where(StaffRow.name_key == name_key(name)))
    is_known = row is not None and browser is not None and browser.member_id == row.id
    limits = _limits(db, name, address, browser.mark if browser and is_known else "")
    left = min(most - _count(db, key) for key, most in limits)
    if left <= 0:
        raise TooMany("Too many attempts failed. Please wait a quarter of an hour.")
    failures = [SignInFailureRow(key=key, at=now) for key, _ in limits]
    db.add_all(failures)
    db.flush()
    may_enter = row is not None and row.disabled_at is None
    return Attempt(
        failures=[each.id for each in failures],
        name=row.name if row else "",
        member_id=row.id if row and may_enter else None,
        password_hash=row.password_hash if row and may_enter else None,
        is_last=left == 1,
    )


def forgive(db: Session, attempt: Attempt) -> None:
    """The password was right: the attempt counts no longer."""
    db.execute(delete(SignInFailureRow).where(SignInFailureRow.id.in_(attempt.failures)))


def enter(db: Session, member_id: int, name: str, now: datetime, attempt: Attempt | None = None) -> str:
    """Begin the session of somebody who showed who they are, and note it; returns its token."""
    if attempt:
        forgive(db, attempt)
    return audit.record(
        db, Mark(Actor(name, Way.CONSOLE), "session", "begin"), now, staff.begin_session, member_id, now
    )


def fail(db: Session, attempt: Attempt, now: datetime) -> None:
    """Note that an attempt failed, and whether the next one must wait. Of a name that nobody has, nothing is kept."""
    audit.note(db, Mark(NOBODY, "session", "lock" if attempt.is_last else "fail", attempt.name), now)


def _limits(db: Session, name: str, address: str, mark: str) -> list[tuple[str, int]]:
    """Under what an attempt is counted, and how many of each are too many; `mark` is that of a known browser."""
    keys, who = keys_of(db), name_key(name)[:LONGEST_NAME]
    if mark:
        return [(keys.name("sign-in browser", mark), MOST_FAILURES)]
    return [
        (keys.name("sign-in", f"{who} {address}"), MOST_FAILURES),
        (keys.name("sign-in name", who), MOST_FAILURES_OF_NAME),
        (keys.name("sign-in address", address), MOST_FAILURES_OF_ADDRESS),
    ]


def _count(db: Session, key: str) -> int:
    return db.scalar(select(func.count()).where(SignInFailureRow.key == key)) or 0
