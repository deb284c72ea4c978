"""What one transaction of delivery does: note what became of messages, and claim and word the next ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.domain.deliveries import Skip
from bot.domain.messages import Outcome, Result, Sent
from bot.services import attachments, breaker, notices, outbox, pace, subscriptions
from bot.services.notices import Envelope, Rules
from bot.services.outbox import Claimed, Ended
from bot.storage.tables import ConversationRow, DeliveryRow

log = logging.getLogger(__name__)

MOST_PASSED_OVER = 50
"""Messages that one transaction finds not to be sent any more: whoever else wants to write waits meanwhile."""

Attempt = tuple[Envelope, Sent]
"""A message and what became of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that this process is to send now."""

    envelopes: list[Envelope]
    is_last: bool
    """Whether nothing else was due."""


def claim(db: Session, channel: str, wanted: int, holder: str, rules: Rules, now: datetime, *, is_quiet: bool) -> Batch:
    """Claim up to `wanted` messages and word them; what is not to be sent any more is passed over.

    `holder` and `is_quiet` are those of `outbox.claim`.
    """
    envelopes: list[Envelope] = []
    passed_over = 0
    while len(envelopes) < wanted and passed_over < MOST_PASSED_OVER:
        claimed = outbox.claim(db, channel, wanted - len(envelopes), holder, now, is_quiet=is_quiet)
        if not claimed:
            return Batch(envelopes, is_last=True)
        for one in claimed:
            worded = _word(db, one, rules, now)
            if isinstance(worded, Skip):
                outbox.skip(one.row, worded, now)
                passed_over += 1
            else:
                envelopes.append(worded)
    return Batch(envelopes, is_last=False)


def _word(db: Session, one: Claimed, rules: Rules, now: datetime) -> Envelope | Skip:
    try:
        return notices.word(db, one, rules, now)
    except SQLAlchemyError:
        raise  # then nothing can be done in this transaction any more
    except Exception:
        # A message that cannot be worded is set aside; the others must not wait for it.
        log.exception("delivery %d cannot be worded", one.row.id)
        return Skip.BROKEN


def give_back(db: Session, numbers: Sequence[int], now: datetime) -> None:
    """Put messages back that were claimed and not sent."""
    breaker.after_deliveries(db, outbox.give_back(db, numbers, now), (), now)


def record(
    db: Session, channel: str, ended: Sequence[Attempt], now: datetime, moment: datetime
) -> list[tuple[int, str]]:
    """Note what became of messages; the broadcasts that are paused for it, with the reason.

    `moment` is the time by which the pace goes.
    """
    if not ended:
        return []
    for wait in (sent.outcome.wait for _, sent in ended if sent.outcome.wait):
        pace.hold(db, channel, wait, moment)
    plain = [pair for pair in ended if _is_plain(*pair)]
    ids = {envelope.delivery_id: sent.message_ids for envelope, sent in plain}
    outbox.record_arrivals(db, ids, [envelope.conversation_id for envelope, _ in plain], now)
    others = [pair for pair in ended if not _is_plain(*pair)]
    rows = _record_one_by_one(db, others, now) if others else {}
    arrived = {envelope.broadcast_id for envelope, _ in plain if envelope.broadcast_id is not None}
    uploads = {each.broadcast_id: sent.file_id for each, sent in ended if each.broadcast_id and sent.file_id}
    attachments.note_uploads(db, uploads)
    pauses = breaker.after_deliveries(db, rows.values(), arrived, now)
    for number, reason in pauses:
        log.error("broadcast %d is paused: %s", number, reason)
    return pauses


def _is_plain(envelope: Envelope, sent: Sent) -> bool:
    """Whether nothing follows from an outcome but that the message arrived."""
    return sent.outcome == Outcome(Result.DELIVERED) and not envelope.told


def _record_one_by_one(db: Session, ended: Sequence[Attempt], now: datetime) -> dict[int, DeliveryRow]:
    """Note what is more than an arrival; the messages by their numbers."""
    attempts = [Ended(envelope.delivery_id, sent.outcome, sent.message_ids) for envelope, sent in ended]
    rows = outbox.record(db, attempts, now)
    for envelope, sent in ended:
        row = rows.get(envelope.delivery_id)
        if row and sent.outcome.result is Result.DELIVERED:
            notices.arrived(db, row, envelope.told)
        if row and sent.outcome.result is Result.BLOCKED and not breaker.is_paused(db, row.broadcast_id):
            subscriptions.lose(db.get_one(ConversationRow, row.conversation_id), now)
    db.flush()
    return rows
