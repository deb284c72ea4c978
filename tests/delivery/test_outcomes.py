"""After a meeting: how many came, and the office that is asked for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import clock
from bot.domain.errors import Refused
from bot.domain.events import Event, EventState
from bot.services import events
from tests.delivery.office import CLOCK, Office


def notes(office: Office, event: Event, attendance: int) -> None:
    with office.database.writing() as db:
        events.note_outcome(db, event.id, attendance, {}, office.now())


def without_outcome(office: Office) -> list[int]:
    with office.database.reading() as db:
        return [event.id for event in events.without_outcome(db, office.now())]


async def asks(office: Office) -> list[str]:
    """What the staff group is asked at this moment."""
    asked: list[str] = []

    async def alert(sentence: str) -> bool:
        asked.append(sentence)
        return True

    await clock.ask_for_outcomes(office.desk, alert)
    return asked


async def test_the_office_is_asked_once_three_days_after_the_end(office: Office) -> None:
    meeting = office.plans("2026-06-09T18:00", ends_at=None)  # ends at 20:00, as meetings do
    office.now.moves(days=3, hours=8, seconds=-1)
    assert await asks(office) == []
    office.now.moves(seconds=1)
    [asked] = await asks(office)
    assert "09.06.2026 bei „Bürgerforum“" in asked
    assert f"lotse event outcome {meeting.id} --attendance" in asked
    office.now.moves(days=1)
    assert await asks(office) == []


async def test_the_office_is_not_asked_what_it_need_not_say(office: Office) -> None:
    noted, cancelled = office.plans("2026-06-09T18:00"), office.plans("2026-06-09T18:00")
    office.plans("2026-06-09T18:00", participation=False)
    office.plans("2026-06-09T18:00", state=EventState.DRAFT)
    office.cancels(cancelled)
    office.now.moves(days=1)
    notes(office, noted, 0)
    office.now.moves(days=4)
    assert await asks(office) == []
    assert without_outcome(office) == []


async def test_of_what_is_long_over_the_office_is_not_asked(office: Office) -> None:
    meeting = office.plans("2026-06-09T18:00")
    office.now.moves(days=31)
    assert await asks(office) == []
    assert without_outcome(office) == [meeting.id]


async def test_the_office_is_asked_by_day(office: Office) -> None:
    office.plans("2026-06-09T18:00")
    office.desk.policy = replace(office.desk.policy, quiet=CLOCK.quiet)
    office.now.moves(days=3, hours=10)  # 22:00
    assert await asks(office) == []
    office.now.moves(hours=10)
    assert len(await asks(office)) == 1


async def test_meetings_without_a_number_are_listed_from_their_end_on(office: Office) -> None:
    first, second = office.plans("2026-06-09T18:00"), office.plans("2026-06-10T18:00")
    assert without_outcome(office) == []
    office.now.moves(days=1, hours=8)
    assert without_outcome(office) == [second.id, first.id]
    notes(office, first, 12)
    assert without_outcome(office) == [second.id]


@pytest.mark.parametrize("is_draft", [True, False], ids=["a draft", "cancelled"])
async def test_what_did_not_take_place_has_no_outcome(office: Office, *, is_draft: bool) -> None:
    meeting = office.plans("2026-06-09T18:00", state=EventState.DRAFT if is_draft else EventState.PUBLISHED)
    if not is_draft:
        office.cancels(meeting)
    office.now.moves(days=1)
    with pytest.raises(Refused, match="did not take place"):
        notes(office, meeting, 12)
