"""Which notices a resident wants: none, unless they asked for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.deliveries import Kind, Skip
from bot.services import meetings, outbox
from bot.storage.database import insert
from bot.storage.tables import ConversationRow, DeliveryRow, SubscriptionRow, TopicRow

_NOTICES = (Kind.BROADCAST.value, Kind.CORRECTION.value, Kind.SUMMARY.value)
_NOT_THEIR_OWN = (*_NOTICES, Kind.REMINDER.value)


def subscribe(db: Session, conversation: ConversationRow, topic_ids: Collection[str], now: datetime) -> None:
    """Send a resident notices about topics, from now on; unknown ones are left out, a second time changes nothing."""
    known = db.scalars(select(TopicRow.id).where(TopicRow.id.in_(topic_ids))).all()
    for topic_id in known:
        row = {"conversation_id": conversation.id, "topic_id": topic_id, "at": now, "notice": conversation.notice}
        db.execute(insert(db, SubscriptionRow).values(**row).on_conflict_do_nothing())
    if known:
        conversation.stopped_at = conversation.paused_until = None


def unsubscribe(db: Session, conversation: ConversationRow, topic_ids: Collection[str]) -> None:
    """Send a resident no more notices about topics."""
    mine = delete(SubscriptionRow).where(SubscriptionRow.conversation_id == conversation.id)
    db.execute(mine.where(SubscriptionRow.topic_id.in_(topic_ids)))


def of(db: Session, conversation: ConversationRow) -> list[str]:
    """The topics that a resident gets notices about."""
    mine = select(SubscriptionRow.topic_id).where(SubscriptionRow.conversation_id == conversation.id)
    return list(db.scalars(mine.order_by(SubscriptionRow.topic_id)))


def stop(db: Session, conversation: ConversationRow, now: datetime) -> None:
    """End all notices and reminders of a resident at once, also those that are on their way.

    Who is signed up for a meeting stays so, and is told if it is moved or cancelled: nobody is to stand before a locked
    door.
    """
    db.execute(delete(SubscriptionRow).where(SubscriptionRow.conversation_id == conversation.id))
    conversation.stopped_at, conversation.paused_until = now, None
    theirs = (DeliveryRow.conversation_id == conversation.id, DeliveryRow.kind.in_(_NOT_THEIR_OWN))
    outbox.withdraw(db, Skip.STOPPED, *theirs, now=now)


def pause(db: Session, conversation: ConversationRow, days: int, now: datetime) -> datetime:
    """Send a resident no notices for some days, returns until when; what falls due meanwhile is dropped.

    Reminders of meetings that they are coming to go on.
    """
    conversation.paused_until = now + timedelta(days=days)
    theirs = (DeliveryRow.conversation_id == conversation.id, DeliveryRow.kind.in_(_NOTICES))
    outbox.withdraw(db, Skip.PAUSED, *theirs, now=now)
    return conversation.paused_until


def go_on(conversation: ConversationRow) -> None:
    """End a pause."""
    conversation.paused_until = None


def lose(conversation: ConversationRow, now: datetime) -> None:
    """A resident takes no messages from us any more: nothing is sent before they write again (`find_again`).

    Nothing is deleted yet: where the channel is at fault, a broadcast that is paused for it takes this back.
    """
    conversation.unreachable_at = conversation.unreachable_at or now


def find_again(db: Session, conversation: ConversationRow, now: datetime) -> None:
    """Somebody who was lost writes again: what they had subscribed to does not come back, nor what waited for them.

    What became meanwhile of meetings that they are still signed up for they are told now.
    """
    if conversation.unreachable_at is None:
        return
    conversation.unreachable_at = None
    db.execute(delete(SubscriptionRow).where(SubscriptionRow.conversation_id == conversation.id))
    theirs = (DeliveryRow.conversation_id == conversation.id, DeliveryRow.kind.in_(_NOTICES))
    outbox.withdraw(db, Skip.UNREACHABLE, *theirs, now=now)
    meetings.catch_up(db, conversation.id, now)
