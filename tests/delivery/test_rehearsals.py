"""What a deed would tell residents is what it tells them, and looking at it changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.errors import Refused
from bot.services import events
from bot.services.notices import Rules
from bot.services.rehearsal import Foretold, rehearse
from bot.storage.tables import ConversationRow, DeliveryRow
from tests.conftest import BERLIN
from tests.delivery.office import CLOCK, Office


def foretold(office: Office, number: int) -> Foretold:
    """Whom cancelling an event would tell what."""
    with office.database.writing() as db:
        return rehearse(db, lambda db: events.cancel(db, number, office.now()), Rules(BERLIN), office.now())


async def test_a_rehearsal_tells_by_language_what_then_arrives(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00")
    for number, language in ((7, "de"), (8, "de"), (9, "tr")):
        office.signs_up(meeting, office.knows(number, language))
    seen = foretold(office, meeting.id)
    assert [(each.language, each.residents) for each in seen.told] == [("de", 2), ("tr", 1)]
    await office.works()
    assert office.told([7, 8, 9]) == [0, 0, 0]
    office.cancels(meeting)
    await office.works()
    assert seen.told[0].reply.text in office.heard(7)[0]
    assert seen.told[1].reply.text in office.heard(9)[0]


async def test_whoever_cannot_be_reached_is_counted_apart(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00")
    anna = office.knows(7)
    office.signs_up(meeting, anna)
    with office.database.writing() as db:
        db.get_one(ConversationRow, anna).unreachable_at = office.now()
    seen = foretold(office, meeting.id)
    assert (seen.residents, seen.unreachable) == (0, 1)


async def test_what_is_refused_is_refused_in_a_rehearsal_too_and_leaves_nothing(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, office.knows(7))
    office.now.moves(days=4)
    with pytest.raises(Refused):
        foretold(office, meeting.id)
    with office.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(DeliveryRow)) == 0


async def test_a_rehearsed_move_leaves_the_event_where_it_is(office: Office) -> None:
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, office.knows(7))
    later = {"starts_at": meeting.starts_at + timedelta(days=1)}
    with office.database.writing() as db:
        seen = rehearse(
            db, lambda db: events.change(db, meeting.id, later, CLOCK, office.now()), Rules(BERLIN), office.now()
        )
        assert events.find(db, meeting.id) == meeting
    assert seen.residents == 1
    assert office.planned(meeting) == {"P1D": "11.06. 18:00", "PT2H": "12.06. 16:00"}
