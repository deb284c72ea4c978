"""Replies that staff use again and again, in several languages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.cases import LONGEST_REPLY
from bot.domain.errors import InvalidInput, NotFound, Overtaken, Refused
from bot.storage.tables import CannedReplyRow

LONGEST_NAME = 100

UNDO_TIME = timedelta(hours=1)
"""How long one that was removed can be brought back."""


@dataclass(frozen=True, slots=True)
class Canned:
    """A reply that is kept ready."""

    number: int
    name: str
    """By which staff know it."""
    texts: Mapping[str, str]
    """By language."""

    @property
    def mark(self) -> str:
        """Tells whether it has been changed."""
        whole = json.dumps([self.name, dict(self.texts)], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def listed(db: Session) -> list[Canned]:
    """All of them, by name."""
    kept = select(CannedReplyRow).where(CannedReplyRow.removed_at.is_(None))
    return [_canned(row) for row in db.scalars(kept.order_by(CannedReplyRow.name))]


def find(db: Session, number: int) -> Canned:
    """One of them; raises NotFound."""
    return _canned(_row(db, number))


def create(db: Session, name: str, texts: Mapping[str, str]) -> Canned:
    """Keep a new one ready. Raises InvalidInput where it says nothing or too much, Refused where its name is taken."""
    row = CannedReplyRow(name=_checked(db, name, texts, ()), texts=_written(texts))
    db.add(row)
    db.flush()
    return _canned(row)


def change(db: Session, number: int, name: str, texts: Mapping[str, str], mark: str) -> Canned:
    """Write one anew; `mark` is that of what the writer has read. Raises as `create` does, and where it is another."""
    row = _row(db, number, mark)
    row.name, row.texts = _checked(db, name, texts, (row.id,)), _written(texts)
    return _canned(row)


def remove(db: Session, number: int, mark: str, now: datetime) -> None:
    """Keep one no longer; what was sent stays sent. Raises NotFound, and Overtaken where `mark` is another.

    For an hour it can be brought back.
    """
    db.execute(delete(CannedReplyRow).where(CannedReplyRow.removed_at < now - UNDO_TIME))
    _row(db, number, mark).removed_at = now


def bring_back(db: Session, number: int) -> None:
    """Keep one again that was just removed; raises NotFound."""
    row = db.get(CannedReplyRow, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("canned reply", number)
    row.removed_at = None


def _checked(db: Session, name: str, texts: Mapping[str, str], own: Collection[int]) -> str:
    """The name without the blanks around it."""
    written, whole = _written(texts), name.strip()
    if not whole or len(whole) > LONGEST_NAME:
        raise InvalidInput("It takes 1 to {most} characters.", field="name", most=LONGEST_NAME)
    is_alike = func.lower(CannedReplyRow.name) == whole.lower()
    db.execute(delete(CannedReplyRow).where(is_alike, CannedReplyRow.removed_at.is_not(None)))
    same = select(CannedReplyRow.id).where(is_alike)
    if set(db.scalars(same)) - {*own}:
        raise Refused("There is a text of this name already.")
    if not written:
        raise InvalidInput("Please write something.", field="texts")
    for code, text in written.items():
        if len(text) > LONGEST_REPLY:
            reason = "It has {count} characters; {most} fit."
            raise InvalidInput(reason, field=f"texts.{code}", count=len(text), most=LONGEST_REPLY)
    return whole


def _written(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: text.strip() for code, text in texts.items() if text.strip()}


def _row(db: Session, number: int, mark: str | None = None) -> CannedReplyRow:
    """One of them; raises NotFound, and Overtaken where `mark` is given and another."""
    row = db.get(CannedReplyRow, number, with_for_update=True, populate_existing=True)
    if row is None or row.removed_at:
        raise NotFound("canned reply", number)
    if mark is not None and _canned(row).mark != mark:
        raise Overtaken("Somebody else has changed this text meanwhile.")
    return row


def _canned(row: CannedReplyRow) -> Canned:
    return Canned(row.id, row.name, row.texts)
