"""A series of meetings is moved or cancelled from a date on: whoever counts on several dates reads of them once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import InvalidInput, Overtaken
from bot.domain.events import Event, EventState
from bot.domain.series import Every, Repeat
from bot.services import events
from bot.services.events import Draft
from bot.services.notices import Rules
from bot.services.rehearsal import rehearse
from tests.conftest import BERLIN
from tests.delivery.office import CLOCK, Office


def forum(office: Office, until: str = "2026-07-10", **fields: Any) -> list[Event]:
    """A forum each Friday at six."""
    draft = Draft(
        {"de": "Bürgerforum"}, datetime.fromisoformat("2026-06-12T18:00"), **{"participation": True, **fields}
    )
    with office.database.writing() as db:
        return events.create(db, draft, CLOCK, office.now(), Repeat(Every.WEEK, date.fromisoformat(until)))


def moves(office: Office, event: Event, to: str | None = None, **changes: Any) -> Event:
    """Change the rest of a series."""
    if to:
        changes["starts_at"] = datetime.fromisoformat(to)
    with office.database.writing() as db:
        return events.change(db, event.id, changes, CLOCK, office.now(), whole_series=True)


def cancels(office: Office, event: Event) -> list[Event]:
    with office.database.writing() as db:
        return events.cancel(db, event.id, office.now(), whole_series=True)


def starts(office: Office, dates: list[Event]) -> list[str]:
    """When each of them is now."""
    with office.database.reading() as db:
        found = [events.find(db, each.id) for each in dates]
    return [f"{each.starts_at.astimezone(BERLIN):%d.%m. %H:%M}" for each in found]


def comes(office: Office, number: int, *dates: Event, language: str = "de") -> int:
    """A resident signs up for some dates."""
    resident = office.knows(number, language)
    for each in dates:
        office.signs_up(each, resident)
    return resident


async def test_the_later_dates_move_as_far_and_the_earlier_ones_stay(office: Office) -> None:
    dates = forum(office)
    moves(office, dates[2], to="2026-06-27T17:30", place={"de": "Saal"})
    assert starts(office, dates) == ["12.06. 18:00", "19.06. 18:00", "27.06. 17:30", "04.07. 17:30", "11.07. 17:30"]
    with office.database.reading() as db:
        assert [(events.find(db, each.id).place or {}).get("de") for each in dates] == [None, None, *["Saal"] * 3]
    assert office.planned(dates[4]) == {"P1D": "10.07. 17:30", "PT2H": "11.07. 15:30"}


async def test_the_wall_clock_decides_over_a_change_of_the_clock(office: Office) -> None:
    office.now.moves(days=130)  # it is October
    draft = Draft(
        {"de": "Forum"}, datetime.fromisoformat("2026-10-20T18:00"), datetime.fromisoformat("2026-10-20T20:00")
    )
    with office.database.writing() as db:
        dates = events.create(db, draft, CLOCK, office.now(), Repeat(Every.WEEK, date(2026, 11, 3)))
    moved = moves(office, dates[0], to="2026-10-20T19:00")
    assert starts(office, dates) == ["20.10. 19:00", "27.10. 19:00", "03.11. 19:00"]
    assert moved.ends_at == moved.starts_at + timedelta(hours=2)


async def test_whoever_counts_on_several_dates_gets_one_message_that_lists_them(office: Office) -> None:
    dates = forum(office)
    comes(office, 7, *dates)
    comes(office, 8, dates[4])
    comes(office, 9, dates[0])
    moves(office, dates[1], to="2026-06-19T19:00")
    await office.works()
    assert office.told([7, 8, 9]) == [1, 1, 0]
    many = office.heard(7)[0]
    assert "Diese Termine haben sich geändert." in many
    assert [day in many for day in ("12. Juni", "19. Juni", "26. Juni", "3. Juli", "10. Juli")] == [False, *[True] * 4]
    assert many.count("19 Uhr") == many.count("vorher") == 4
    assert "Der Termin hat sich geändert." in office.heard(8)[0]
    await office.works_on(1, times=3)
    assert office.told([7, 8, 9]) == [1, 1, 0]


async def test_moved_back_before_it_was_told_nobody_hears_of_it(office: Office) -> None:
    dates = forum(office)
    comes(office, 7, *dates)
    office.now.moves(hours=10)  # it is quiet
    moves(office, dates[0], to="2026-06-12T19:00")
    moves(office, dates[0], to="2026-06-12T18:00")
    await office.works_at("2026-06-10T09:00")
    assert office.heard(7) == []


async def test_the_rest_of_a_series_is_cancelled_with_one_message(office: Office) -> None:
    dates = forum(office)
    comes(office, 7, *dates)
    comes(office, 8, dates[3])
    assert [each.id for each in cancels(office, dates[1])] == [each.id for each in dates[1:]]
    await office.works()
    assert office.told([7, 8]) == [1, 1]
    assert "Diese Termine fallen aus." in office.heard(7)[0]
    assert office.heard(7)[0].count("•") == 4
    with office.database.reading() as db:
        assert events.find(db, dates[0].id).state is EventState.PUBLISHED


async def test_cancelled_in_two_steps_each_date_is_told_once(office: Office) -> None:
    dates = forum(office)
    comes(office, 7, *dates)
    cancels(office, dates[3])
    await office.works()
    cancels(office, dates[0])
    await office.works_on(1, times=2)
    assert [told.count("•") for told in office.heard(7)] == [2, 3]


async def test_what_changes_again_before_it_is_told_is_told_as_it_is_then(office: Office) -> None:
    dates = forum(office)
    comes(office, 7, *dates)
    office.now.moves(hours=10)
    moves(office, dates[0], to="2026-06-12T19:00")
    office.cancels(dates[1])
    await office.works_at("2026-06-10T09:00")
    await office.works_on(1, times=3)
    told = "\n".join(office.heard(7))
    assert (len(office.heard(7)), told.count("•")) == (1, 5)
    assert told.count("19. Juni") == 1
    assert told.count("vorher") == 4


async def test_what_cannot_reach_somebody_now_reaches_them_later(office: Office) -> None:
    dates = forum(office)
    anna = comes(office, 7, *dates[:2])
    office.telegram.resident(7).blocks()
    moves(office, dates[0], to="2026-06-12T19:00")
    await office.works()
    assert not office.is_reachable(anna)
    office.telegram.resident(7).unblocks()
    office.writes_again(anna)
    await office.works_on(1, times=3)
    assert "\n".join(office.heard(7)).count("19 Uhr") == 2


def test_the_preview_counts_each_resident_once(office: Office) -> None:
    dates = forum(office)
    comes(office, 7, *dates)
    comes(office, 8, *dates[:2], language="tr")
    comes(office, 9, dates[0])
    change = {"starts_at": datetime.fromisoformat("2026-06-12T19:00")}
    with office.database.writing() as db:
        seen = rehearse(
            db,
            lambda db: events.change(db, dates[0].id, change, CLOCK, office.now(), whole_series=True),
            Rules(BERLIN),
            office.now(),
        )
    assert sorted((each.kind, each.language, each.residents) for each in seen.told) == [
        ("moved", "de", 1),
        ("series", "de", 1),
        ("series", "tr", 1),
    ]
    assert starts(office, dates)[0] == "12.06. 18:00"


def test_what_cannot_be_done_to_one_of_them_is_done_to_none(office: Office) -> None:
    dates = forum(office)
    with pytest.raises(InvalidInput):
        moves(office, dates[0], to="2026-06-09T11:00")  # that is past
    with office.database.writing() as db, pytest.raises(Overtaken):
        events.change(db, dates[0].id, {"capacity": 5}, CLOCK, office.now(), version=9, whole_series=True)
    assert starts(office, dates)[0] == "12.06. 18:00"
