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
    recurring_id: int | None = None
    """The recurring notice that it is one sending of: the same text again is what that is for."""


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


@dataclass(frozen=True, slots=True)
class Alike:
    """Residents for whom a broadcast means the same: one of them, as far as it matters here, and how many they are."""

    language: str | None
    unreachable_at: datetime | None
    stopped_at: datetime | None
    paused_until: datetime | None
    is_capped: bool
    is_with_team: bool
    count: int
    preference: str | None = None


def preview(db: Session, plan: Plan, now: datetime, cap: int = 0) -> Preview:
    """Whom a broadcast would go to now; `cap` is the setting LOTSE_NOTICE_CAP, 0 for none."""
    found = _alike(db, plan, cap, now)
    languages: dict[str, int] = {}
    held_back: dict[str, int] = {}
    for same in found:
        reason = reason_to_skip(same, plan.texts, plan.missing, now) or _held(same)
        counts, name = (held_back, reason.value) if reason else (languages, language_of(same))
        counts[name] = counts.get(name, 0) + same.count
    spoken = {language_of(same) for same in found}
    lacking = tuple(code for code in offered() if code in spoken and not has_text(plan.texts, code))
    everyone = sum(same.count for same in found)
    return Preview(everyone, sum(languages.values()), languages, held_back, lacking, _repeats(db, plan, now))


def _alike(db: Session, plan: Plan, cap: int, now: datetime) -> list[Alike]:
    """The audience of a plan in a few groups: ten thousand residents need not be read one by one."""
    is_capped = ConversationRow.id.in_(_at_cap(cap, now)) if cap and not plan.is_urgent else literal(False)
    each = (
        select(
            func.coalesce(ConversationRow.preference, ConversationRow.language).label("language"),
            ConversationRow.unreachable_at.is_not(None).label("unreachable"),
            ConversationRow.stopped_at.is_not(None).label("stopped"),
            func.coalesce(ConversationRow.paused_until > now, literal(False)).label("paused"),
            is_capped.label("capped"),
            ConversationRow.id.in_(handover.in_hand(db)).label("with_team"),
        )
        .where(ConversationRow.id.in_(audience(plan.audience)))
        .subquery()
    )
    groups = db.execute(select(*each.c, func.count().label("residents")).group_by(*each.c)).all()
    return [
        Alike(
            language=group.language,
            unreachable_at=now if group.unreachable else None,
            stopped_at=now if group.stopped else None,
            paused_until=now + _WEEK if group.paused else None,
            is_capped=bool(group.capped),
            is_with_team=bool(group.with_team),
            count=group.residents,
        )
        for group in groups
    ]


def _held(same: Alike) -> Skip | None:
    """Why residents who want notices do not get this one."""
    if same.is_with_team:
        return Skip.WITH_TEAM
    return Skip.CAPPED if same.is_capped else None


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
    return set(db.scalars(_at_cap(cap, now).where(DeliveryRow.conversation_id.in_(conversation_ids))))


def _at_cap(cap: int, now: datetime) -> Select[int]:
    """Who got as many notices within a week as one may."""
    sent = select(DeliveryRow.conversation_id).where(DeliveryRow.kind == Kind.BROADCAST.value)
    sent = sent.where(DeliveryRow.state == DeliveryState.SENT.value, DeliveryRow.finished_at > now - _WEEK)
    return sent.group_by(DeliveryRow.conversation_id).having(func.count() >= cap)


def reason_to_skip(
    conversation: ConversationRow | Alike, texts: Mapping[str, str], missing: Missing, now: datetime
) -> Skip | None:
    """Why a resident gets no notice now."""
    if conversation.unreachable_at:
        return Skip.UNREACHABLE
    if unwanted := reason_not_wanted(conversation, now):
        return unwanted
    if missing is Missing.SKIP and not has_text(texts, language_of(conversation)):
        return Skip.NO_TEXT
    return None


def reason_not_wanted(conversation: ConversationRow | Alike, now: datetime) -> Skip | None:
    """Why a resident wants no notice now."""
    if conversation.stopped_at:
        return Skip.STOPPED
    is_paused = conversation.paused_until is not None and conversation.paused_until > now
    return Skip.PAUSED if is_paused else None


def has_text(texts: Mapping[str, str], language: str) -> bool:
    """Whether there is a text in a language; German is one for "de-easy" too."""
    return language in texts or base_language(language) in texts


def language_of(conversation: ConversationRow | Alike) -> str:
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
    if plan.recurring_id is not None:
        same = same.where(BroadcastRow.recurring_id.is_distinct_from(plan.recurring_id))
    return db.scalar(same) is not None


def text_hash(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(texts), sort_keys=True).encode()).hexdigest()
