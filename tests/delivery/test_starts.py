"""A notice begins when and as it was approved, or a person looks at it again."""

from __future__ import annotations

import pytest

from bot import clock
from bot.domain.broadcasts import Audience, BroadcastState, Missing
from bot.domain.errors import InvalidInput, Refused
from bot.services import broadcasts
from bot.services.audiences import Plan
from tests.delivery.office import Office, at

MORNING = at("2026-06-10T09:00")


class Staff:
    """What the staff group is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.is_there = True

    async def __call__(self, sentence: str) -> bool:
        if self.is_there:
            self.heard.append(sentence)
        return self.is_there


async def looks_after(office: Office, staff: Staff, times: int = 1) -> None:
    for _ in range(times):
        await clock.look_after(office.desk, staff)


def scheduled(office: Office, **plan: object) -> int:
    number = office.drafts(send_at=MORNING, **plan)
    office.approves(number)
    return number


def more(office: Office, have: int, wanted: int) -> None:
    """So many more readers that there are as many as wanted."""
    for number in range(have + 1, wanted + 1):
        office.subscribes(office.knows(number), "parks")


# --- Not as it was approved ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("approved", "later", "is_paused"), [(3, 4, False), (1, 5, False), (1, 6, True), (6, 1, True)])
async def test_many_more_or_fewer_than_approved_need_a_second_look(
    office: Office, approved: int, later: int, is_paused: bool
) -> None:
    readers = office.readers(approved)
    number = scheduled(office)
    more(office, approved, later)
    for gone in readers[later:]:
        office.stops(gone)
    await office.works_at("2026-06-10T09:00")
    assert (office.broadcast(number).state is BroadcastState.PAUSED) is is_paused
    assert sum(office.told(range(1, max(approved, later) + 1))) == (0 if is_paused else later)


async def test_whoever_confirms_the_number_begins_it(office: Office) -> None:
    office.readers(1)
    number = scheduled(office)
    more(office, 1, 8)
    staff = Staff()
    await office.works_at("2026-06-10T09:00")
    await looks_after(office, staff, times=3)
    assert staff.heard == ["Rundnachricht 1 wurde angehalten. Bitte sehen Sie nach."]
    assert office.broadcast(number).reason == "it was approved for 1 residents and would go to 8 now"
    assert office.goes_on(number).reason == ""
    await office.works_on(1)
    assert office.counts(number) == {"sent": 8}


async def test_a_text_that_everyone_was_to_have_is_missed_at_the_start_too(office: Office) -> None:
    office.readers(1)
    number = scheduled(office, missing=Missing.BLOCK)
    office.subscribes(office.knows(9, "tr"), "parks")
    await office.works_at("2026-06-10T09:00")
    assert (office.broadcast(number).state, office.heard(1)) == (BroadcastState.PAUSED, [])
    with pytest.raises(Refused, match="no text in tr"):
        office.goes_on(number)
    both = Plan({"de": "Neues.", "tr": "Haber."}, Audience(("parks",)), Missing.BLOCK)
    with office.database.writing() as db:
        assert broadcasts.edit(db, number, both, office.now()).state is BroadcastState.DRAFT
    office.approves(number)
    await office.works_on(1)
    assert office.counts(number) == {"sent": 2}


async def test_what_has_begun_is_not_written_anew(office: Office) -> None:
    office.readers(1)
    number = office.sends()
    with office.database.writing() as db, pytest.raises(Refused, match="has begun"):
        broadcasts.edit(db, number, Plan({"de": "Anders."}, Audience(("parks",))), office.now())


# --- Too late --------------------------------------------------------------------------------------------------------


async def test_an_overdue_notice_is_told_of_once(office: Office) -> None:
    office.readers(1)
    scheduled(office)
    staff = Staff()
    office.now.moment = at("2026-06-10T09:04")
    await looks_after(office, staff)
    assert staff.heard == []
    office.now.moment = at("2026-06-10T09:06")
    await looks_after(office, staff, times=3)
    assert staff.heard == ["Rundnachricht 1 sollte längst unterwegs sein. Bitte sehen Sie nach."]


@pytest.mark.parametrize("not_after", ["2026-06-09T11:59", "2026-06-09T12:00", "2026-06-10T08:59", "2026-06-10T09:00"])
def test_a_notice_that_would_be_too_late_at_its_start_is_refused(office: Office, not_after: str) -> None:
    with pytest.raises(InvalidInput, match="not_after"):
        office.drafts(send_at=MORNING, not_after=at(not_after))


def test_a_draft_that_lay_until_it_was_too_late_is_not_approved(office: Office) -> None:
    office.readers(1)
    number = office.drafts(not_after=at("2026-06-10T08:00"))
    office.now.moment = MORNING
    with pytest.raises(InvalidInput, match="not_after"):
        office.approves(number)


# --- Languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("languages", "expected"),
    [(("de",), [1, 2, 3]), (("de-easy",), [2]), (("en",), [4, 5]), (("tr",), []), ((), [1, 2, 3, 4, 5])],
)
async def test_a_language_means_those_who_are_written_to_in_it(
    office: Office, languages: tuple[str, ...], expected: list[int]
) -> None:
    for number, code in enumerate(("de", "de-easy", "fa", "en", "en_GB"), 1):
        office.subscribes(office.knows(number, code), "parks")
    rule = Audience(("parks",), languages)
    with office.database.reading() as db:
        assert sorted(db.scalars(broadcasts.audience(rule))) == expected


async def test_who_cannot_be_told_of_a_pause_is_told_later_and_once(office: Office) -> None:
    """What pauses a notice is mostly that Telegram is away, and then the staff group cannot be told either."""
    office.readers(30)
    for chat in range(1, 31):
        office.telegram.fails("sendMessage", 403, chat=chat, times=1)
    number = office.sends()
    assert await office.works()
    staff = Staff()
    staff.is_there = False
    await looks_after(office, staff)
    staff.is_there = True
    await looks_after(office, staff, times=2)
    assert staff.heard == [f"Rundnachricht {number} wurde angehalten. Bitte sehen Sie nach."]
