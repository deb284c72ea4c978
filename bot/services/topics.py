"""What residents can subscribe to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, NotFound, Overtaken, Refused
from bot.domain.ids import id_of
from bot.storage.tables import SubscriptionRow, TopicRow

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
        reason = "{id!r} cannot be an id: it takes up to {most} letters a-z, digits and hyphens"
        raise InvalidInput(reason, field="id", id=chosen, most=LONGEST_ID)
    if db.get(TopicRow, chosen):
        raise Refused("there is a topic {id!r} already", id=chosen)
    last = db.scalar(select(func.max(TopicRow.position))) or 0
    db.add(TopicRow(id=chosen, name=dict(name), position=last + 1))
    db.flush()
    return Topic(chosen, name)


def find(db: Session, topic_id: str) -> Topic:
    """A topic; raises NotFound."""
    row = _row(db, topic_id)
    return Topic(row.id, row.name)


def rename(db: Session, topic_id: str, name: Mapping[str, str], known: Mapping[str, str]) -> Topic:
    """Give a topic other names; `known` are those that were looked at before.

    Raises NotFound, Overtaken where it has others by now, InvalidInput without any.
    """
    row = _row(db, topic_id, is_changed=True)
    if row.name != dict(known):
        raise Overtaken("Somebody else has changed this topic meanwhile.")
    if not name:
        raise InvalidInput("a topic needs a name", field="name")
    row.name = dict(name)
    return Topic(row.id, row.name)


def move(db: Session, topic_id: str, places: int) -> None:
    """Move a topic down the list by some places, or up by as many below zero; raises NotFound."""
    order = [topic.id for topic in all_topics(db)]
    if topic_id not in order:
        raise NotFound("topic", topic_id)
    place = order.index(topic_id)
    order.insert(max(place + places, 0), order.pop(place))
    for position, each in enumerate(order, 1):
        _row(db, each, is_changed=True).position = position


def subscribers(db: Session) -> dict[str, int]:
    """How many residents subscribed to each topic; those that nobody did are not in it."""
    counted = select(SubscriptionRow.topic_id, func.count()).group_by(SubscriptionRow.topic_id)
    return dict(db.execute(counted).all())


def _row(db: Session, topic_id: str, *, is_changed: bool = False) -> TopicRow:
    row = db.get(TopicRow, topic_id, with_for_update=is_changed, populate_existing=is_changed)
    if row is None:
        raise NotFound("topic", topic_id)
    return row


def check_known(db: Session, topic_ids: Collection[str], field: str) -> None:
    """Raise InvalidInput, naming `field`, where one of the topics does not exist."""
    known = set(db.scalars(select(TopicRow.id).where(TopicRow.id.in_(topic_ids))))
    if unknown := [topic_id for topic_id in topic_ids if topic_id not in known]:
        raise InvalidInput("there is no topic {names}", field=field, names=", ".join(map(repr, unknown)))
