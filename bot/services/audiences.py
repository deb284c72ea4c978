"""Whom a broadcast goes to: one query for counting and for sending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select
from sqlalchemy.orm import Session

from bot.domain.broadcasts import Audience, Missing
from bot.domain.deliveries import OPEN, DeliveryState, Kind, Skip
from bot.domain.registrations import RegistrationState
from bot.services import handover
from bot.storage.tables import BroadcastRow, ConversationRow, DeliveryRow, RegistrationRow, SubscriptionRow
from bot.texts.catalog import languages, nearest, offered
from knowledge.entry import DEFAULT_LANGUAGE, base_language

REPEATED = timedelta(hours=24)
"""The same text to some of the same people within this time needs to be meant."""

_WEEK = timedelta(days=7)
_MAY_BE_READ = [state.value for state in (*OPEN, DeliveryState.SENT, DeliveryState.UNKNOWN)]


@dataclass(frozen=True, slots=True)
class Plan:
    """A broadcast as its sender writes it down."""

    texts: Mapping[str, str]
    audience: Audience = field(default_factory=Audience)
    missing: Missing = Missing.FALL_BACK
    send_at: datetime | None = None
    """None: as soon as it is approved."""
    not_after: datetime | None = None
    """None: the start of the event it is about, if it is about one."""
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a broadcast would go to now."""

    audience: int
    reachable: int
    """Of these: who would get it."""
    languages: dict[str, int]
    """Of the reachable, by the language they are written to in."""
    held_back: dict[str, int]
    """Why the others would not -> how many."""
    missing: tuple[str, ...]
    """Languages of the audience that have no text."""
    repeats: bool
    """Whether some of them got the same text within a day."""


def preview(db: Session, plan: Plan, now: datetime, cap: int = 0) -> Preview:
    """Whom a broadcast would go to now; `cap` is the setting LOTSE_NOTICE_CAP, 0 for none."""
    found = db.scalars(select(ConversationRow).where(ConversationRow.id.in_(audience(plan.audience)))).all()
    capped = over_cap(db, [row.id for row in found], cap, now) if cap and not plan.is_urgent else set()
    held = dict.fromkeys(capped, Skip.CAPPED) | dict.fromkeys(handover.in_hand(db), Skip.WITH_TEAM)
    languages: dict[str, int] = {}
    held_back: dict[str, int] = {}
    for row in found:
        language = language_of(row)
        reason = reason_to_skip(row, plan.texts, plan.missing, now) or held.get(row.id)
        counts, name = (held_back, reason.value) if reason else (languages, language)
        counts[name] = counts.get(name, 0) + 1
    spoken = {language_of(row) for row in found}
    lacking = tuple(code for code in offered() if code in spoken and not has_text(plan.texts, code))
    repeats = _repeats(db, plan, now)
    return Preview(len(found), sum(languages.values()), languages, held_back, lacking, repeats)


def size(db: Session, rule: Audience) -> int:
    """How many residents a rule names now."""
    return db.scalar(select(func.count()).select_from(audience(rule).subquery())) or 0


def audience(rule: Audience) -> Select[int]:
    """The conversations that a rule names; the same query for counting and for sending."""
    if rule.event_id is not None and not rule.topics:
        chosen = select(RegistrationRow.conversation_id).where(
            RegistrationRow.event_id == rule.event_id, RegistrationRow.state == RegistrationState.CONFIRMED.value
        )
    else:
        chosen = select(SubscriptionRow.conversation_id).distinct()
        if rule.topics:
            chosen = chosen.where(SubscriptionRow.topic_id.in_(rule.topics))
    wanted = select(ConversationRow.id).where(ConversationRow.id.in_(chosen))
    if rule.languages:
        meant = [code for code in offered() if code in rule.languages or base_language(code) in rule.languages]
        wanted = wanted.where(_written_to().in_(meant))
    if rule.without_event_id is not None:
        wanted = wanted.where(
            ~exists().where(
                RegistrationRow.conversation_id == ConversationRow.id,
                RegistrationRow.event_id == rule.without_event_id,
            )
        )
    return wanted


def over_cap(db: Session, conversation_ids: Collection[int], cap: int, now: datetime) -> set[int]:
    """Which of some residents got as many notices within a week as one may."""
    sent = (
        select(DeliveryRow.conversation_id)
        .where(DeliveryRow.conversation_id.in_(conversation_ids), DeliveryRow.kind == Kind.BROADCAST.value)
        .where(DeliveryRow.state == DeliveryState.SENT.value, DeliveryRow.finished_at > now - _WEEK)
        .group_by(DeliveryRow.conversation_id)
        .having(func.count() >= cap)
    )
    return set(db.scalars(sent))


def reason_to_skip(
    conversation: ConversationRow, texts: Mapping[str, str], missing: Missing, now: datetime
) -> Skip | None:
    """Why a resident gets no notice now."""
    if conversation.unreachable_at:
        return Skip.UNREACHABLE
    if unwanted := reason_not_wanted(conversation, now):
        return unwanted
    if missing is Missing.SKIP and not has_text(texts, language_of(conversation)):
        return Skip.NO_TEXT
    return None


def reason_not_wanted(conversation: ConversationRow, now: datetime) -> Skip | None:
    """Why a resident wants no notice now."""
    if conversation.stopped_at:
        return Skip.STOPPED
    is_paused = conversation.paused_until is not None and conversation.paused_until > now
    return Skip.PAUSED if is_paused else None


def has_text(texts: Mapping[str, str], language: str) -> bool:
    """Whether there is a text in a language; German is one for "de-easy" too."""
    return language in texts or base_language(language) in texts


def language_of(conversation: ConversationRow) -> str:
    """The language that a resident is written to in."""
    return nearest(conversation.preference or conversation.language)


def _written_to() -> ColumnElement[str]:
    """`language_of` as the database says it: the language itself, its base, else German."""
    stored = func.coalesce(ConversationRow.preference, ConversationRow.language, literal(DEFAULT_LANGUAGE))
    code = func.lower(func.replace(stored, "_", "-"))
    bases = [(code.like(f"{base}-%"), literal(base)) for base in languages()]
    return case((code.in_(offered()), code), *bases, else_=literal(DEFAULT_LANGUAGE))


def _repeats(db: Session, plan: Plan, now: datetime) -> bool:
    same = (
        select(DeliveryRow.id)
        .join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        .where(BroadcastRow.text_hash == text_hash(plan.texts), BroadcastRow.started_at > now - REPEATED)
        .where(DeliveryRow.conversation_id.in_(audience(plan.audience)), DeliveryRow.state.in_(_MAY_BE_READ))
        .limit(1)
    )
    return db.scalar(same) is not None


def text_hash(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(texts), sort_keys=True).encode()).hexdigest()
