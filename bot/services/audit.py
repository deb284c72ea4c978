"""Who did what, when: a trail that is only ever added to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.storage.tables import AuditRow

Given = ParamSpec("Given")
Result = TypeVar("Result")

LISTED = 50


class Way(StrEnum):
    """Through which door something was done."""

    CONSOLE = "console"
    API = "api"
    COMMAND = "command"
    GROUP = "group"
    """The staff group on Telegram, where nobody signs in."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: an account, a program's token, or whoever is at the machine."""

    name: str
    way: Way


OPERATOR = Actor("lotse", Way.COMMAND)
"""Whoever may use the command line on the machine itself."""

NOBODY = Actor("", Way.CONSOLE)
"""Somebody who has not shown who they are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the trail says of a deed."""

    actor: Actor
    area: str
    """What it is about: "entry", "event", "staff"."""
    deed: str
    """What is done to it: "publish"."""
    subject: str | Callable[[Any], str] = ""
    """Its public id, or how to tell it from what the deed returns."""
    details: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]] = field(default_factory=dict)
    """What changed, or how to tell it from what the deed returns: nothing that a resident wrote."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of the trail."""

    number: int
    at: datetime
    actor: str
    way: Way
    area: str
    deed: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """Which lines of the trail are wanted; what is empty does not matter."""

    actor: str = ""
    area: str = ""
    subject: str = ""
    begin: datetime | None = None
    end: datetime | None = None


def record(
    db: Session,
    mark: Mark,
    now: datetime,
    deed: Callable[Concatenate[Session, Given], Result],
    /,
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Result:
    """Do a deed and write it into the trail, both or neither; returns what the deed returns."""
    result = deed(db, *args, **kwargs)
    subject = mark.subject(result) if callable(mark.subject) else mark.subject
    details = mark.details(result) if callable(mark.details) else mark.details
    db.add(
        AuditRow(
            at=now,
            actor=mark.actor.name,
            way=mark.actor.way.value,
            area=mark.area,
            deed=mark.deed,
            subject=subject,
            details=dict(details),
        )
    )
    return result


def note(db: Session, mark: Mark, now: datetime) -> None:
    """Write into the trail what happened without a deed of ours."""
    record(db, mark, now, lambda _: None)


def listed(db: Session, wanted: Search, before: int | None = None, limit: int = LISTED) -> list[Recorded]:
    """The lines that fit, newest first; those before the line with a number."""
    rows = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    for column, value in (
        (AuditRow.actor, wanted.actor),
        (AuditRow.area, wanted.area),
        (AuditRow.subject, wanted.subject),
    ):
        rows = rows.where(column == value) if value else rows
    rows = rows.where(AuditRow.at >= wanted.begin) if wanted.begin else rows
    rows = rows.where(AuditRow.at < wanted.end) if wanted.end else rows
    rows = rows.where(AuditRow.id < before) if before is not None else rows
    return [
        Recorded(row.id, row.at, row.actor, Way(row.way), row.area, row.deed, row.subject, row.details)
        for row in db.scalars(rows)
    ]


def actors(db: Session) -> list[str]:
    """Everyone who stands in the trail by name."""
    return [name for name in _different(db, AuditRow.actor) if name]


def areas(db: Session) -> list[str]:
    """Everything that the trail is about."""
    return _different(db, AuditRow.area)


def _different(db: Session, column: InstrumentedAttribute[str]) -> list[str]:
    """The values of a column, each found in its index from the one before: DISTINCT would read a year's lines."""
    found = select(func.min(column).label("value")).cte("found", recursive=True)
    following = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return sorted(db.scalars(select(found.c.value).where(found.c.value.is_not(None))))


def forget(db: Session, before: datetime) -> int:
    """Delete what was written down before a moment; returns how many lines went.

    The database itself refuses to delete what is younger than `Retention.trail`, whoever asks.
    """
    return len(db.scalars(delete(AuditRow).where(AuditRow.at < before).returning(AuditRow.id)).all())
