"""Who signs in to the console: accounts, set-up links, passwords, sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound, Refused
from bot.domain.staff import Role, check_name, name_key
from bot.storage.database import Lock, lock
from bot.storage.tables import SetupLinkRow, StaffRow, StaffSessionRow

SETUP_LASTS = timedelta(days=7)
"""How long a set-up link can be used."""

IDLE = timedelta(hours=2)
"""A session ends when no page was asked for so long."""

SESSION_LASTS = timedelta(hours=12)
"""A session ends at the latest then."""

TOUCH = timedelta(minutes=1)
"""How exactly the last use of a session is noted."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the office."""

    id: int
    name: str
    role: Role
    language: str
    mail: str | None = None
    wants_digest: bool = False
    """Whether they get a mail on Mondays with what waits."""
    last_seen_at: datetime | None = None
    is_disabled: bool = False
    has_password: bool = True


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a set-up link is for."""

    name: str | None
    """Whose password is to be chosen; None: the first administrator's, who chooses a name too."""
    role: Role


def has_accounts(db: Session) -> bool:
    """Whether anybody can sign in already."""
    return db.scalar(select(StaffRow.id).where(StaffRow.password_hash.is_not(None)).limit(1)) is not None


def first_link(db: Session, now: datetime) -> str | None:
    """The token of a link for the first administrator, in the place of earlier ones; None where there are accounts."""
    lock(db, Lock.STAFF)
    if has_accounts(db):
        return None
    db.execute(delete(SetupLinkRow).where(SetupLinkRow.staff_id.is_(None)))
    return _new_link(db, None, now)


def add(db: Session, name: str, role: Role, language: str, now: datetime) -> tuple[Member, str]:
    """A new account without a password, and the token of the link by which its owner chooses one.

    Raises InvalidInput (name), Refused for a name that somebody has.
    """
    row = _new(db, name, role, language, now)
    return _member(row), _new_link(db, row.id, now)


def renew_link(db: Session, member_id: int, now: datetime) -> str:
    """A new link for somebody who lost the password; the old password and all sessions end at once.

    Raises Refused for the only administrator: nobody could get in.
    """
    _keep_an_admin(db, _locked(db, member_id))
    return rescue(db, member_id, now)


def rescue(db: Session, member_id: int, now: datetime) -> str:
    """The same for whoever is at the machine itself and can open the link: of the only administrator too."""
    row = _locked(db, member_id)
    row.password_hash = None
    end_sessions(db, member_id)
    db.execute(delete(SetupLinkRow).where(SetupLinkRow.staff_id == member_id))
    return _new_link(db, member_id, now)


def invitation(db: Session, token: str, now: datetime) -> Invitation | None:
    """What a set-up link is for; None where it was used, is too old, or never was."""
    link = db.get(SetupLinkRow, _hash(token))
    if link is None or link.expires_at <= now:
        return None
    if link.staff_id is None:
        return None if has_accounts(db) else Invitation(None, Role.ADMIN)
    row = _row(db, link.staff_id)
    return None if row.disabled_at else Invitation(row.name, Role(row.role))


def accept(db: Session, token: str, name: str, password_hash: str, language: str, now: datetime) -> Member:
    """Set the password that a link is for, and use the link up; `name` is that of a first administrator.

    Raises NotFound for a link that cannot be used, InvalidInput (name), Refused for a name that somebody has.
    """
    lock(db, Lock.STAFF)
    found = invitation(db, token, now)
    if found is None:
        raise NotFound("set-up link", "")
    link = db.get_one(SetupLinkRow, _hash(token))
    row = _new(db, name, found.role, language, now) if link.staff_id is None else _row(db, link.staff_id)
    row.password_hash = password_hash
    db.delete(link)
    db.flush()
    return _member(row)


def begin_session(db: Session, member_id: int, now: datetime) -> str:
    """A new session; returns the token that the browser keeps."""
    token = secrets.token_urlsafe(32)
    db.execute(delete(StaffSessionRow).where(StaffSessionRow.created_at <= now - SESSION_LASTS))
    db.add(StaffSessionRow(token_hash=_hash(token), staff_id=member_id, created_at=now, used_at=now))
    _row(db, member_id).last_seen_at = now
    return token


def of_session(db: Session, token: str, now: datetime) -> tuple[Member, bool] | None:
    """Whose session it is, and whether its use is to be noted; None where it has ended."""
    session = db.get(StaffSessionRow, _hash(token))
    if session is None or session.created_at <= now - SESSION_LASTS or session.used_at <= now - IDLE:
        return None
    row = _row(db, session.staff_id)
    return None if row.disabled_at else (_member(row), session.used_at <= now - TOUCH)


def touch_session(db: Session, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    db.execute(update(StaffSessionRow).where(StaffSessionRow.token_hash == _hash(token)).values(used_at=now))


def end_session(db: Session, token: str) -> None:
    """Sign out."""
    db.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == _hash(token)))


def end_sessions(db: Session, member_id: int, but: str = "") -> None:
    """Sign somebody out everywhere, but in the browser with the token `but`."""
    theirs = delete(StaffSessionRow).where(StaffSessionRow.staff_id == member_id)
    db.execute(theirs.where(StaffSessionRow.token_hash != _hash(but)))


def change_password(db: Session, member_id: int, password_hash: str, token: str) -> None:
    """Set another password; everywhere but in the browser with this token, they must sign in again."""
    _row(db, member_id).password_hash = password_hash
    end_sessions(db, member_id, token)


def change_profile(
    db: Session, member_id: int, language: str, mail: str | None, *, wants_digest: bool = False
) -> Member:
    """Set what somebody decides for themselves: the console's language, where they are told of enquiries, and whether
    of what waits, too."""
    row = _row(db, member_id)
    row.language, row.mail, row.wants_digest = language, mail, wants_digest
    return _member(row)


def change_role(db: Session, member_id: int, role: Role) -> Member:
    """Give somebody another role. Raises Refused for the only administrator."""
    row = _locked(db, member_id)
    if role is not Role.ADMIN:
        _keep_an_admin(db, row)
    row.role = role.value
    return _member(row)


def disable(db: Session, member_id: int, now: datetime) -> Member:
    """Lock somebody out at once. Raises Refused for the only administrator."""
    row = _locked(db, member_id)
    _keep_an_admin(db, row)
    row.disabled_at = row.disabled_at or now
    end_sessions(db, member_id)
    db.execute(delete(SetupLinkRow).where(SetupLinkRow.staff_id == member_id))
    return _member(row)


def enable(db: Session, member_id: int) -> Member:
    """Let somebody in again."""
    row = _row(db, member_id)
    row.disabled_at = None
    return _member(row)


def find(db: Session, member_id: int) -> Member:
    """An account; raises NotFound."""
    return _member(_row(db, member_id))


def named(db: Session, name: str) -> Member:
    """The account with a name; raises NotFound."""
    row = db.scalar(select(StaffRow).where(StaffRow.name_key == name_key(name)))
    if row is None:
        raise NotFound("account", name)
    return _member(row)


def listed(db: Session) -> list[Member]:
    """All accounts by name."""
    return [_member(row) for row in db.scalars(select(StaffRow).order_by(StaffRow.name_key))]


def _keep_an_admin(db: Session, row: StaffRow) -> None:
    others = select(StaffRow.id).where(
        StaffRow.role == Role.ADMIN.value,
        StaffRow.disabled_at.is_(None),
        StaffRow.password_hash.is_not(None),
        StaffRow.id != row.id,
    )
    if row.role == Role.ADMIN.value and db.scalar(others.limit(1)) is None:
        raise Refused("This is the only administrator. Make somebody else one first.")


def _new(db: Session, name: str, role: Role, language: str, now: datetime) -> StaffRow:
    check_name(name)
    lock(db, Lock.STAFF)
    if db.scalar(select(StaffRow.id).where(StaffRow.name_key == name_key(name))) is not None:
        raise Refused("Somebody has this name already.")
    row = StaffRow(name=name.strip(), name_key=name_key(name), role=role.value, language=language, created_at=now)
    db.add(row)
    db.flush()
    return row


def _new_link(db: Session, member_id: int | None, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    db.add(SetupLinkRow(token_hash=_hash(token), staff_id=member_id, expires_at=now + SETUP_LASTS))
    return token


def _locked(db: Session, member_id: int) -> StaffRow:
    """An account as it is now, which nobody else changes until the end: two who lock each other out leave nobody."""
    lock(db, Lock.STAFF)
    row = _row(db, member_id)
    db.refresh(row)
    return row


def _row(db: Session, member_id: int) -> StaffRow:
    row = db.get(StaffRow, member_id)
    if row is None:
        raise NotFound("account", member_id)
    return row


def _member(row: StaffRow) -> Member:
    return Member(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        language=row.language,
        mail=row.mail,
        wants_digest=row.wants_digest,
        last_seen_at=row.last_seen_at,
        is_disabled=row.disabled_at is not None,
        has_password=row.password_hash is not None,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
