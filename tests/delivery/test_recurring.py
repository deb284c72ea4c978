"""A notice that comes again: approved once, sent each time by itself, each time with a report of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.broadcasts import Audience, Broadcast, BroadcastState, Missing
from bot.domain.errors import InvalidInput, Overtaken, Refused
from bot.domain.events import Event
from bot.domain.recurring import LeftOut, Recurring, RecurringState, Rhythm
from bot.domain.series import Every, Repeat
from bot.services import broadcasts, events, recurring
from bot.services.events import Draft as EventDraft
from bot.services.recurring import Draft
from bot.storage.tables import BroadcastRow
from tests.conftest import BERLIN
from tests.delivery.office import CLOCK, Office

TEXT = "Heute ist Café."
UNTIL = date(2026, 7, 31)


def drafts(office: Office, first: str = "2026-06-11T10:00", **fields: Any) -> Recurring:
    """A weekly notice to those who subscribed to parks; it is Tuesday, 9 June."""
    rule = {"until": UNTIL} | {name: fields.pop(name) for name in ("until", "skip", "every") if name in fields}
    given = {"texts": {"de": TEXT}, "audience": Audience(topics=("parks",))} | fields
    with office.database.writing() as db:
        draft = Draft(rhythm=Rhythm(datetime.fromisoformat(first), **rule), **given)
        return recurring.create(db, draft, CLOCK, office.now())


def runs(office: Office, *args: Any, **fields: Any) -> int:
    """The same, approved; its number."""
    made = drafts(office, *args, **fields)
    approves(office, made.id)
    return made.id


def approves(office: Office, number: int, typed: int | None = None, version: int | None = None) -> Recurring:
    with office.database.writing() as db:
        return recurring.approve(db, number, version, typed, 0, CLOCK, office.now())


def stored(office: Office, number: int) -> Recurring:
    with office.database.reading() as db:
        return recurring.find(db, number)


def sendings(office: Office, number: int) -> list[Broadcast]:
    """What became of each time, in order."""
    with office.database.reading() as db:
        mine = select(BroadcastRow.id).where(BroadcastRow.recurring_id == number).order_by(BroadcastRow.id)
        return [broadcasts.find(db, each) for each in db.scalars(mine).all()]


def cafe(office: Office, until: str = "2026-06-25") -> list[Event]:
    """A café each Thursday at three."""
    draft = EventDraft({"de": "Café"}, datetime.fromisoformat("2026-06-11T15:00"))
    with office.database.writing() as db:
        return events.create(db, draft, CLOCK, office.now(), Repeat(Every.WEEK, date.fromisoformat(until)))


async def each_thursday(office: Office, *days: str) -> None:
    for day in days:
        await office.works_at(f"{day}T10:00")


async def test_it_goes_out_each_week_with_a_report_of_its_own(office: Office) -> None:
    office.readers(3)
    number = runs(office)
    await office.works_at("2026-06-11T09:59")
    assert office.told([1, 2, 3]) == [0, 0, 0]
    await each_thursday(office, "2026-06-11", "2026-06-18", "2026-06-25")
    assert office.told([1, 2, 3]) == [3, 3, 3]
    found = sendings(office, number)
    assert [(each.state, each.reached["sent"]) for each in found] == [(BroadcastState.SENT, 3)] * 3
    assert office.is_at_rest()


async def test_nothing_is_sent_before_it_is_approved(office: Office) -> None:
    office.readers(1)
    drafts(office)
    await office.works_at("2026-06-11T10:00")
    assert office.heard(1) == []


async def test_ten_stays_ten_over_both_changes_of_the_clock(office: Office) -> None:
    office.readers(1)
    number = runs(office, "2026-10-22T10:00", until=date(2027, 4, 8))
    moments = []
    while (planned := stored(office, number)).next_at:
        moments.append(planned.next_at.astimezone(BERLIN))
        office.now.moment = planned.next_at
        await office.works()
    assert {f"{each:%H:%M}" for each in moments} == {"10:00"}
    assert len({each.utcoffset() for each in moments}) == 2
    assert len(moments) == len(office.heard(1)) == 25
    assert stored(office, number).state is RecurringState.ENDED


async def test_the_same_text_each_day_is_no_duplicate_of_itself(office: Office) -> None:
    office.readers(1)
    runs(office, every=Every.DAY)
    for day in (11, 12, 13):
        await office.works_at(f"2026-06-{day}T10:00")
    assert len(office.heard(1)) == 3


async def test_what_was_just_sent_by_hand_is_not_sent_again(office: Office) -> None:
    office.readers(1)
    number = runs(office)
    office.now.moment = datetime.fromisoformat("2026-06-11T09:00").replace(tzinfo=BERLIN)
    office.sends(TEXT)
    await office.works()
    await office.works_at("2026-06-11T10:00")
    assert len(office.heard(1)) == 1
    assert [(each.state, each.reason) for each in sendings(office, number)] == [
        (BroadcastState.CANCELLED, LeftOut.REPEATED)
    ]


async def test_days_are_skipped_beforehand_and_later_and_taken_back(office: Office) -> None:
    office.readers(1)
    number = runs(office, skip=frozenset({date(2026, 6, 11)}))
    for day, is_skipped in ((18, True), (25, True), (25, False)):
        with office.database.writing() as db:
            recurring.skip(db, number, date(2026, 6, day), CLOCK, office.now(), is_skipped=is_skipped)
    assert stored(office, number).state is RecurringState.RUNNING
    await each_thursday(office, "2026-06-11", "2026-06-18")
    assert office.heard(1) == []
    await each_thursday(office, "2026-06-25")
    assert len(office.heard(1)) == 1


async def test_the_cap_and_the_quiet_hours_hold(office: Office) -> None:
    office.readers(1)
    runs(office, "2026-06-10T22:00", every=Every.DAY)
    capped = office.process(cap=1)
    office.now.moment = datetime.fromisoformat("2026-06-10T22:00").replace(tzinfo=BERLIN)
    await office.works(capped)
    assert office.heard(1) == []


async def test_somebody_who_had_their_share_gets_no_more(office: Office) -> None:
    office.readers(1)
    number = runs(office, every=Every.DAY)
    capped = office.process(cap=1)
    for day in (11, 12):
        office.now.moment = datetime.fromisoformat(f"2026-06-{day}T10:00").replace(tzinfo=BERLIN)
        await office.works(capped)
    assert len(office.heard(1)) == 1
    assert office.reasons() == ["capped"]
    assert [each.reached["skipped"] for each in sendings(office, number)] == [0, 1]


async def test_after_downtime_it_is_sent_late_while_it_is_of_use_and_never_twice(office: Office) -> None:
    office.readers(1)
    number = runs(office)
    await office.works_at("2026-06-11T17:30")
    await office.works_on(1, times=3)
    assert len(office.heard(1)) == 1
    await office.works_at("2026-07-03T09:00")  # two more Thursdays have passed, and their day is over
    assert len(office.heard(1)) == 1
    assert [each.reason for each in sendings(office, number)] == ["", *[LeftOut.TOO_LATE] * 3]
    await each_thursday(office, "2026-07-09")
    assert len(office.heard(1)) == 2


async def test_two_processes_send_it_once(office: Office) -> None:
    office.readers(2)
    number = runs(office)
    office.now.moment = datetime.fromisoformat("2026-06-11T10:00").replace(tzinfo=BERLIN)
    for _ in range(2):
        with office.database.writing() as db:
            recurring.put_due(db, CLOCK, office.now())
    await office.works()
    assert (office.told([1, 2]), len(sendings(office, number))) == ([1, 1], 1)


async def test_each_sending_is_about_its_own_date_and_the_last_date_ends_it(office: Office) -> None:
    office.readers(1)
    dates = cafe(office)
    audience = Audience(topics=("parks",), event_id=dates[0].id)
    number = runs(office, until=None, texts={"de": "{title}: {when}"}, audience=audience)
    await each_thursday(office, "2026-06-11", "2026-06-18", "2026-06-25", "2026-07-02")
    assert [each.audience.event_id for each in sendings(office, number)] == [date.id for date in dates]
    assert ["11. Juni" in office.heard(1)[0], "25. Juni" in office.heard(1)[2]] == [True, True]
    assert len(office.heard(1)) == 3
    assert stored(office, number).state is RecurringState.ENDED


async def test_a_date_that_is_cancelled_is_not_announced_and_says_so(office: Office) -> None:
    office.readers(1)
    dates = cafe(office)
    number = runs(office, until=None, audience=Audience(topics=("parks",), event_id=dates[0].id))
    office.cancels(dates[1])
    await each_thursday(office, "2026-06-11", "2026-06-18", "2026-06-25")
    assert len(office.heard(1)) == 2
    assert [each.reason for each in sendings(office, number)] == ["", LeftOut.CANCELLED, ""]


async def test_late_for_its_event_it_is_left_out(office: Office) -> None:
    office.readers(1)
    dates = cafe(office)
    number = runs(office, until=None, audience=Audience(topics=("parks",), event_id=dates[0].id))
    await office.works_at("2026-06-11T15:00")
    assert office.heard(1) == []
    assert [each.reason for each in sendings(office, number)] == [LeftOut.TOO_LATE]


async def test_for_those_who_are_coming_it_goes_to_those_of_each_date(office: Office) -> None:
    dates = cafe(office)
    office.moves(dates[0], participation=True)
    anna = office.knows(7)
    office.signs_up(dates[0], anna)
    number = runs(office, until=None, audience=Audience(event_id=dates[0].id))
    await each_thursday(office, "2026-06-11")
    await office.works_on(2)  # a reminder went first
    await each_thursday(office, "2026-06-18")
    assert len([text for text in office.heard(7) if TEXT in text]) == 1
    assert [each.reason for each in sendings(office, number)] == ["", LeftOut.NOBODY]


async def test_stopping_ends_what_is_planned_and_what_is_under_way(office: Office) -> None:
    office.readers(2)
    number = runs(office)
    office.now.moment = datetime.fromisoformat("2026-06-11T10:00").replace(tzinfo=BERLIN)
    with office.database.writing() as db:
        recurring.put_due(db, CLOCK, office.now())
        broadcasts.start_due(db, office.now())
    for _ in range(2):
        with office.database.writing() as db:
            assert recurring.stop(db, number, office.now()).state is RecurringState.STOPPED
    await office.works()
    await each_thursday(office, "2026-06-18")
    assert office.told([1, 2]) == [0, 0]
    assert [each.reached["cancelled"] for each in sendings(office, number)] == [2]


async def test_a_change_needs_a_new_approval(office: Office) -> None:
    office.readers(1)
    number = runs(office)
    with office.database.writing() as db:
        before = recurring.draft_of(recurring.row_of(db, number))
        draft = Draft({"de": "Neuer Text."}, before.rhythm, before.audience)
        changed = recurring.edit(db, number, draft, CLOCK, office.now(), version=1)
        with pytest.raises(Overtaken):
            recurring.edit(db, number, draft, CLOCK, office.now(), version=1)
    assert (changed.state, changed.next_at) == (RecurringState.DRAFT, None)
    with pytest.raises(Overtaken):
        approves(office, number, version=1)
    await each_thursday(office, "2026-06-11")
    assert office.heard(1) == []
    approves(office, number, version=2)
    await each_thursday(office, "2026-06-18")
    assert "Neuer Text." in office.heard(1)[0]


def test_above_a_hundred_their_number_is_typed(office: Office) -> None:
    office.readers(101)
    made = drafts(office)
    with pytest.raises(InvalidInput) as refused:
        approves(office, made.id)
    assert refused.value.field == "count"
    assert approves(office, made.id, typed=101).state is RecurringState.RUNNING


def test_without_a_text_that_is_wanted_for_everyone_it_is_not_approved(office: Office) -> None:
    office.subscribes(office.knows(9, "tr"), "parks")
    made = drafts(office, missing=Missing.BLOCK)
    with pytest.raises(Refused):
        approves(office, made.id)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"until": None}, "until"),
        ({"until": date(2026, 6, 10)}, "until"),
        ({"texts": {"de": "{when}"}}, "texts.de"),
        ({"texts": {}}, "texts"),
        ({"audience": Audience(topics=("nowhere",))}, "topics"),
        ({"audience": Audience(event_id=99)}, "event_id"),
        ({"first": "2026-06-02T10:00", "until": date(2026, 6, 4)}, "until"),
    ],
)
def test_what_cannot_be_right_names_the_field(office: Office, fields: dict[str, Any], field: str) -> None:
    office.readers(1)
    if fields.get("until", UNTIL) is None:
        fields = fields | {"audience": Audience(topics=("parks",))}
    with pytest.raises(InvalidInput) as refused:
        drafts(office, **fields)
    assert refused.value.field == field


def foreseen(office: Office, notice: Recurring) -> Sequence[tuple[str, int | None]]:
    """The next times, with the date each is about."""
    with office.database.reading() as db:
        draft = recurring.draft_of(recurring.row_of(db, notice.id))
        found = recurring.coming(db, draft, BERLIN, office.now())
    return [(f"{each.at.astimezone(BERLIN):%d.%m.}", each.event.id if each.event else None) for each in found]


def test_staff_see_what_goes_out_when(office: Office) -> None:
    office.readers(1)
    dates = cafe(office)
    office.cancels(dates[1])
    made = drafts(office, until=None, audience=Audience(topics=("parks",), event_id=dates[0].id))
    assert foreseen(office, made) == [("11.06.", dates[0].id), ("18.06.", None), ("25.06.", dates[2].id)]
