"""What the forms of notices have in common, be it sent once or again and again: whom it is for, and the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.console import texts
from bot.console.forms import Filled, Form, blame
from bot.console.page import Visit
from bot.domain.broadcasts import PLACEHOLDERS, Audience
from bot.domain.errors import InvalidInput
from bot.domain.events import Event
from bot.services import events, topics
from bot.services.topics import Topic
from bot.texts.events import title_of


class To(StrEnum):
    """Whom a notice is for."""

    ALL = "all"
    TOPICS = "topics"
    REGISTERED = "registered"


class AudienceForm(Form):
    """The fields that say whom a notice is for."""

    to: To = To.ALL
    topics: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    event_id: int | None = Field(default=None, ge=1, le=2**31 - 1)


@dataclass(frozen=True, slots=True)
class Offered:
    """What the form offers to choose from."""

    topics: list[Topic]
    events: list[tuple[int, str]]
    """Number and name."""


def audience_of(form: AudienceForm, known: list[Topic]) -> Audience:
    """The rule that a form means; raises InvalidInput."""
    wanted = tuple(dict.fromkeys(form.topics)) if form.to is To.TOPICS else ()
    if form.to is To.TOPICS and not wanted:
        raise InvalidInput("Choose at least one topic.", field="topics")
    if form.to is To.REGISTERED and form.event_id is None:
        raise InvalidInput("Choose the event whose people are meant.", field="event_id")
    if form.to is To.ALL and form.event_id is not None:
        wanted = tuple(topic.id for topic in known)  # without topics it would be for those who are registered
    return Audience(wanted, tuple(dict.fromkeys(form.languages)), form.event_id)


def audience_fields(db: Session, rule: Audience) -> dict[str, object]:
    """A rule as the fields of the form."""
    known = {topic.id for topic in topics.all_topics(db)}
    if rule.event_id is not None and not rule.topics:
        to = To.REGISTERED
    else:
        is_all = not rule.topics or (rule.event_id is not None and set(rule.topics) == known)
        to = To.ALL if is_all else To.TOPICS
    return {"to": to, "topics": rule.topics, "languages": rule.languages, "event_id": rule.event_id}


async def composer(
    visit: Visit,
    template: str,
    filled: Filled[Any],
    seen: Mapping[str, Any],
    number: int | None,
    others: Mapping[str, str] | None,
    *event_fields: str,
) -> Response:
    """The page of a form; `seen` is what its part is handed that shows what would come of it.

    `others` is what somebody else saved meanwhile, by the field in which it differs; `event_fields` hold events.
    """
    offered = await _offered_to(visit, filled, *event_fields)
    return visit.page(
        template,
        422 if filled.faults else 200,
        **seen,
        form=filled,
        number_of=number,
        others=others or {},
        topics=offered.topics,
        events=offered.events,
        languages=texts.languages(visit),
        placeholders=PLACEHOLDERS,
    )


def blame_notice(visit: Visit, filled: Filled[Any], fault: InvalidInput, fields: Mapping[str, str]) -> None:
    """Write a fault beside its field; `fields` maps what services call a field to what the page calls it."""
    named = {f"texts.{code}": f"text-{code}" for code, _ in texts.languages(visit)}
    blame(filled, fault, visit.tr, {"texts": "text-de", **named, **fields})


async def _offered_to(visit: Visit, filled: Filled[Any], *fields: str) -> Offered:
    """What a form offers: events that are to come, and those that stand in some of its `fields`."""
    chosen = [int(value) for name in fields if (value := filled.value(name)).isdecimal()]
    known, found = await visit.read(_offered, chosen, visit.now)
    return Offered(
        known, [(event.id, f"{title_of(event, visit.language)} ({visit.moment(event.starts_at)})") for event in found]
    )


def _offered(db: Session, chosen: list[int], now: datetime) -> tuple[list[Topic], list[Event]]:
    upcoming = events.upcoming(db, now)
    missing = [number for number in dict.fromkeys(chosen) if number not in {event.id for event in upcoming}]
    old = [event for number in missing if (event := events.published(db, number))]
    return topics.all_topics(db), upcoming + old
