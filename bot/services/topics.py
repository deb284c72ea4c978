"""What residents can subscribe to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, Refused
from bot.domain.ids import id_of
from bot.storage.tables import TopicRow

LONGEST_ID = 40
_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something residents can subscribe to."""

    id: str
    name: Mapping[str, str]


def all_topics(db: Session) -> list[Topic]:
    """Every topic, in the order of the list."""
    return [Topic(row.id, row.name) for row in db.scalars(select(TopicRow).order_by(TopicRow.position, TopicRow.id))]


def create(db: Session, name: Mapping[str, str], topic_id: str | None = None) -> Topic:
    """A new topic at the end of the list; without an id it is made of the German name, or else of the first.

    Raises InvalidInput where the id cannot be used in a link, Refused where it is taken.
    """
    chosen = topic_id or id_of(name.get("de") or next(iter(name.values()), ""), LONGEST_ID)
    if not _SHAPE.fullmatch(chosen) or len(chosen) > LONGEST_ID:
        reason = f"{chosen!r} cannot be an id: it takes up to {LONGEST_ID} letters a-z, digits and hyphens"
        raise InvalidInput(reason, field="id")
    if db.get(TopicRow, chosen):
        raise Refused(f"there is a topic {chosen!r} already")
    last = db.scalar(select(func.max(TopicRow.position))) or 0
    db.add(TopicRow(id=chosen, name=dict(name), position=last + 1))
    db.flush()
    return Topic(chosen, name)


def check_known(db: Session, topic_ids: Collection[str], field: str) -> None:
    """Raise InvalidInput, naming `field`, where one of the topics does not exist."""
    known = set(db.scalars(select(TopicRow.id).where(TopicRow.id.in_(topic_ids))))
    if unknown := [topic_id for topic_id in topic_ids if topic_id not in known]:
        raise InvalidInput(f"there is no topic {', '.join(map(repr, unknown))}", field=field)
