"""What all pages of notices use: their addresses, and the page of one."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.console import texts
from bot.console.forms import Filled
from bot.console.page import Visit
from bot.domain.broadcasts import BroadcastState
from bot.domain.errors import NotAllowed
from bot.domain.events import Event
from bot.domain.reports import Report
from bot.domain.staff import Right
from bot.services import approving, events, reports, topics
from bot.services.approving import TYPED_ABOVE, Seen
from bot.services.notices import Rules
from bot.services.topics import Topic
from bot.texts.events import title_of

PATH = "/console/broadcasts"
ONE = PATH + "/{number}"


BEFORE = (BroadcastState.DRAFT, BroadcastState.APPROVED, BroadcastState.SCHEDULED)
"""States in which a notice can still be changed."""


def rules(visit: Visit) -> Rules:
    """What holds for notices here."""
    return Rules(visit.zone, visit.desk.policy.notice_cap)


def may_send(visit: Visit, is_urgent: bool) -> None:
    """Raise NotAllowed where somebody may not write past quiet hours and the cap, and this would."""
    if is_urgent and not visit.can(Right.URGENT):
        raise NotAllowed


async def one_page(visit: Visit, number: int, filled: Filled[Any]) -> Response:
    """The page of a notice, with the form of its approval as it was filled in."""
    seen, report, known, event = await visit.read(_look, number, rules(visit), visit)
    return visit.page(
        "broadcasts/one.html",
        422 if filled.faults else 200,
        seen=seen,
        broadcast=seen.broadcast,
        report=report,
        topics={topic.id: topic for topic in known},
        event=event,
        event_title=title_of(event, visit.language) if event else "",
        form=filled,
        names=texts.names(visit),
        typed_above=TYPED_ABOVE,
        is_before=seen.broadcast.state in BEFORE,
        can_send=visit.can(Right.SEND) and (visit.can(Right.URGENT) or not seen.broadcast.is_urgent),
    )


def _look(db: Session, number: int, given: Rules, visit: Visit) -> tuple[Seen, Report, list[Topic], Event | None]:
    seen = approving.look(db, number, given, visit.now)
    about = seen.broadcast.audience.event_id
    return seen, reports.report(db, number), topics.all_topics(db), events.find(db, about) if about else None
