"""What a message in the outbox says: worded when it is sent, so that it is always today's truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.broadcasts import BroadcastState, Missing
from bot.domain.deliveries import DeliveryState, Kind, Skip
from bot.domain.events import Event, EventState, start_told, whereabouts
from bot.domain.messages import Attachment, Reply
from bot.domain.registrations import RegistrationState
from bot.domain.translations import PATIENCE
from bot.services import attachments, audiences, broadcasts, case_notices, events, handover, registrations
from bot.services.answers import word as word_answer
from bot.services.event_rows import event_of
from bot.services.outbox import Claimed
from bot.storage.database import keys_of
from bot.storage.tables import ConversationRow, DeliveryRow, EventRow, RegistrationRow, WishRow
from bot.texts import event_notices as event_texts
from bot.texts import notices as texts
from bot.texts.catalog import nearest
from bot.texts.events import Reader
from knowledge.entry import DEFAULT_LANGUAGE, base_language


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message, ready to be sent."""

    delivery_id: int
    conversation_id: int
    broadcast_id: int | None
    address: str
    reply: Reply
    replaces: tuple[int | None, ...] = ()
    """The channel's numbers of the messages whose place it takes."""
    removes: bool = False
    """Whether these messages are to go, if they still can, and the reply only stands in for them."""
    told: Mapping[int, str] = field(default_factory=dict)
    """Event -> what the resident knows of when and where it is once this has arrived."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for notices."""

    zone: ZoneInfo
    cap: int = 0
    """Notices a week to one resident; 0: any number."""
    patience: timedelta = PATIENCE
    """How long residents still get a text that is older than the German one; 0: always."""


def word(db: Session, claimed: Claimed, rules: Rules, now: datetime) -> Envelope | Skip:
    """What to send, or why nothing is to be sent any more."""
    row, conversation = claimed.row, claimed.conversation
    if row.not_after and now >= row.not_after:
        return Skip.TOO_OLD
    if conversation.unreachable_at:
        return Skip.UNREACHABLE
    reader = Reader(audiences.language_of(conversation), rules.zone, now)
    said = _WORDED[Kind(row.kind)](db, claimed, reader, rules)
    if isinstance(said, Skip):
        return said
    address = keys_of(db).open(conversation.sealed_address)
    return Envelope(
        delivery_id=row.id,
        conversation_id=conversation.id,
        broadcast_id=row.broadcast_id,
        address=address,
        reply=said.reply,
        replaces=said.replaces,
        removes=said.removes,
        told=said.told,
    )


def arrived(db: Session, delivery: DeliveryRow, told: Mapping[int, str]) -> None:
    """Note what a resident knows of events after a message arrived."""
    for event_id, text in told.items():
        for table in (RegistrationRow, WishRow):
            theirs = update(table).where(table.event_id == event_id, table.conversation_id == delivery.conversation_id)
            db.execute(theirs.values(told=text))


@dataclass(frozen=True, slots=True)
class _Said:
    reply: Reply
    told: Mapping[int, str] = field(default_factory=dict)
    replaces: tuple[int | None, ...] = ()
    removes: bool = False


def _reminder(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    conversation = claimed.conversation
    event = _event_of(db, claimed)
    if event is None or event.state is not EventState.PUBLISHED or event.has_begun(reader.now):
        return Skip.NOT_TRUE
    if conversation.stopped_at and not _wants_since(db, event.id, conversation):
        return Skip.STOPPED
    mine = registrations.of(db, event.id, conversation.id)
    known = _known_of(db, event.id, conversation.id)
    if known is None:
        return Skip.NOT_TRUE
    old_start = start_told(known) if known != whereabouts(event) else None
    return _Said(event_texts.reminder(event, mine, reader, old_start), _now_known(event))


def _moved(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    event = _event_of(db, claimed)
    if event is None or event.state is not EventState.PUBLISHED:
        return Skip.NOT_TRUE
    known = _known_of(db, event.id, claimed.conversation.id)
    if known is None or known == whereabouts(event):
        return Skip.NOT_TRUE
    return _Said(event_texts.moved(event, start_told(known), reader), _now_known(event))


def _cancelled(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    event = _event_of(db, claimed)
    if event is None or event.state is not EventState.CANCELLED:
        return Skip.NOT_TRUE
    if _known_of(db, event.id, claimed.conversation.id) == whereabouts(event):
        return Skip.NOT_TRUE  # they read of it together with other dates
    return _Said(event_texts.cancelled(event, reader), _now_known(event))


def _series(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    """Whatever of a series is not as they know it, each date for which they signed up or wished to be reminded."""
    first = _event_of(db, claimed)
    if first is None or first.series is None:
        return Skip.NOT_TRUE
    changed = [
        (event, known)
        for event, known in _known_of_series(db, first.series, claimed.conversation.id)
        if known != whereabouts(event) and not event.is_over(reader.now)
    ]
    if not changed:
        return Skip.NOT_TRUE
    told = _now_known(*(event for event, _ in changed))
    return _Said(event_texts.series([(event, start_told(known)) for event, known in changed], reader), told)


def _offer(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    event = _event_of(db, claimed)
    mine = registrations.of(db, event.id, claimed.conversation.id) if event else None
    if event is None or mine is None or mine.state is not RegistrationState.OFFERED:
        return Skip.NOT_TRUE
    return _Said(event_texts.offer(event, mine, reader), _now_known(event))


def _summary(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    row = db.get(EventRow, claimed.row.event_id)
    if row is None or not row.summary:
        return Skip.NOT_TRUE
    if reason := audiences.reason_not_wanted(claimed.conversation, reader.now):
        return reason
    return _Said(event_texts.summary(event_of(row), row.summary, reader))


def _broadcast(db: Session, claimed: Claimed, reader: Reader, rules: Rules) -> _Said | Skip:
    row = claimed.broadcast
    conversation = claimed.conversation
    if row is None or row.state != BroadcastState.SENDING.value:
        return Skip.NOT_TRUE
    if reason := audiences.reason_to_skip(conversation, row.texts, Missing(row.missing), reader.now):
        return reason
    if handover.open_case(db, conversation.id):
        return Skip.WITH_TEAM
    if rules.cap and not row.is_urgent and audiences.over_cap(db, [conversation.id], rules.cap, reader.now):
        return Skip.CAPPED
    event = _event_of(db, claimed)
    if (row.event_id and event is None) or (event and event.state is EventState.CANCELLED):
        return Skip.NOT_TRUE
    if event and event.has_begun(reader.now) and not event.has_begun(row.started_at or reader.now):
        return Skip.TOO_OLD  # what was written after the start is meant so
    reply = texts.broadcast(row.texts, event, reader, row.id)
    return _Said(replace(reply, attachment=_attachment(db, claimed, reply)))


def _correction(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    row = claimed.broadcast
    if row is None or row.is_withdrawn or row.corrected_at is None or not _has_arrived(db, claimed):
        return Skip.NOT_TRUE
    if reason := audiences.reason_not_wanted(claimed.conversation, reader.now):
        return reason
    event = events.published(db, row.event_id) if row.event_id else None
    day = format_date(row.corrected_at.astimezone(reader.zone).date(), "long", locale=base_language(reader.language))
    reply = texts.corrected(texts.broadcast(row.texts, event, reader, row.id), day, reader.language)
    reply = replace(reply, attachment=_attachment(db, claimed, reply))
    return _Said(reply, replaces=_delivered(db, claimed)[-1])


def _withdrawal(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    if not _has_arrived(db, claimed):
        return Skip.NOT_TRUE
    everything = tuple(dict.fromkeys(number for ids in _delivered(db, claimed) for number in ids))
    return _Said(texts.withdrawn(reader.language), replaces=everything, removes=True)


def _reply(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    reply = case_notices.answer(db, claimed.row.id, claimed.conversation.id, reader.language)
    return _Said(reply) if reply else Skip.NOT_TRUE


def _case_closed(db: Session, claimed: Claimed, reader: Reader, _: Rules) -> _Said | Skip:
    is_idle = claimed.row.kind == Kind.CASE_IDLE.value
    reply = case_notices.closed(db, claimed.conversation.id, reader.language, is_idle=is_idle)
    return _Said(reply) if reply else Skip.NOT_TRUE


def _answer(db: Session, claimed: Claimed, reader: Reader, rules: Rules) -> _Said | Skip:
    reply = word_answer(db, claimed, reader, rules.patience)
    return reply if isinstance(reply, Skip) else _Said(reply)


_WORDED: dict[Kind, Callable[[Session, Claimed, Reader, Rules], _Said | Skip]] = {
    Kind.REMINDER: _reminder,
    Kind.MOVED: _moved,
    Kind.CANCELLED: _cancelled,
    Kind.SERIES: _series,
    Kind.OFFER: _offer,
    Kind.SUMMARY: _summary,
    Kind.BROADCAST: _broadcast,
    Kind.CORRECTION: _correction,
    Kind.WITHDRAWAL: _withdrawal,
    Kind.ANSWER: _answer,
    Kind.REPLY: _reply,
    Kind.CASE_CLOSED: _case_closed,
    Kind.CASE_IDLE: _case_closed,
}


def preview(db: Session, plan: audiences.Plan, rules: Rules, now: datetime) -> dict[str, Reply]:
    """A broadcast as its readers get it: by language, each made as for sending."""
    event = events.published(db, plan.audience.event_id) if plan.audience.event_id else None
    languages = [*plan.texts, *([] if DEFAULT_LANGUAGE in plan.texts else [DEFAULT_LANGUAGE])]
    readers = {code: Reader(nearest(code), rules.zone, now) for code in languages}
    return {code: texts.broadcast(plan.texts, event, reader) for code, reader in readers.items()}


def _attachment(db: Session, claimed: Claimed, reply: Reply) -> Attachment | None:
    """What comes with a broadcast, described in the language of its text."""
    row = claimed.row
    return attachments.of(db, row.broadcast_id, reply.language, row.channel) if row.broadcast_id else None


def trials(db: Session, broadcast_id: int, rules: Rules, now: datetime) -> list[Reply]:
    """A broadcast as staff try it, in each of its languages; raises NotFound."""
    plan = broadcasts.planned(db, broadcast_id)
    shown = preview(db, plan, rules, now)
    return [
        replace(
            texts.trial(reply, language), attachment=attachments.of(db, broadcast_id, language, attachments.UPLOADING)
        )
        for language, reply in shown.items()
    ]


def _event_of(db: Session, claimed: Claimed) -> Event | None:
    return events.published(db, claimed.row.event_id) if claimed.row.event_id else None


def _known_of(db: Session, event_id: int, conversation_id: int) -> str | None:
    """What a resident knows of when and where an event is; None where they have nothing to do with it."""
    for table in (RegistrationRow, WishRow):
        theirs = select(table.told).where(table.event_id == event_id, table.conversation_id == conversation_id)
        if told := db.scalar(theirs.limit(1)):
            return told
    return None


def _now_known(*events: Event) -> dict[int, str]:
    """What a resident knows of events who has read of them as they are now."""
    return {event.id: whereabouts(event) for event in events}


def _known_of_series(db: Session, series: str, conversation_id: int) -> list[tuple[Event, str]]:
    """The dates of a series that a resident counts on, in order, and what they know of each."""
    found: dict[int, tuple[Event, str]] = {}
    for table in (WishRow, RegistrationRow):
        theirs = select(EventRow, table.told).join(table, table.event_id == EventRow.id)
        theirs = theirs.where(EventRow.series == series, table.conversation_id == conversation_id)
        found |= {row.id: (event_of(row), told) for row, told in db.execute(theirs)}
    return sorted(found.values(), key=lambda pair: pair[0].starts_at)


def _wants_since(db: Session, event_id: int, conversation: ConversationRow) -> bool:
    """Whether a resident signed up for an event, or wished to be reminded, after they ended all notices."""
    theirs = (
        select(table.id).where(
            table.event_id == event_id,
            table.conversation_id == conversation.id,
            table.at > conversation.stopped_at,
        )
        for table in (RegistrationRow, WishRow)
    )
    return any(db.scalar(each.limit(1)) is not None for each in theirs)


def _delivered(db: Session, claimed: Claimed) -> list[tuple[int | None, ...]]:
    """The channel's numbers of all messages about a broadcast that arrived in a chat, the newest last; at least one."""
    earlier = select(DeliveryRow.message_ids).where(
        DeliveryRow.broadcast_id == claimed.row.broadcast_id,
        DeliveryRow.conversation_id == claimed.conversation.id,
        DeliveryRow.state == DeliveryState.SENT.value,
    )
    return [tuple(ids or ()) for ids in db.scalars(earlier.order_by(DeliveryRow.id))] or [()]


def _has_arrived(db: Session, claimed: Claimed) -> bool:
    """Whether a resident has a broadcast, as far as anybody knows."""
    theirs = select(DeliveryRow.id).where(
        DeliveryRow.broadcast_id == claimed.row.broadcast_id,
        DeliveryRow.conversation_id == claimed.conversation.id,
        DeliveryRow.kind == Kind.BROADCAST.value,
        DeliveryRow.state.in_((DeliveryState.SENT.value, DeliveryState.UNKNOWN.value)),
    )
    return db.scalar(theirs.limit(1)) is not None
