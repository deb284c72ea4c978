"""Notices come to those who asked for them, and end at once for those who have enough."""

from __future__ import annotations

from tests.delivery.office import Office


async def test_nobody_is_subscribed_to_anything_by_themselves(office: Office) -> None:
    anna = office.knows(7)
    office.readers(1)
    number = office.sends()
    await office.works()
    assert office.subscribed(anna) == []
    assert office.told([1, 7]) == [1, 0]
    assert office.counts(number) == {"sent": 1}


async def test_a_topic_reaches_only_those_who_subscribed_to_it(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    office.subscribes(anna, "parks")
    office.subscribes(anna, "parks", "schools")
    office.subscribes(ben, "schools", "no-such-topic")
    office.sends()
    await office.works()
    assert office.told([7, 8]) == [1, 0]


async def test_a_pause_drops_what_falls_into_it_and_ends_by_itself(office: Office) -> None:
    [anna] = office.readers(1)
    office.pauses(anna, days=7)
    during = office.sends("Während der Pause.")
    await office.works()
    office.now.moves(days=7)
    after = office.sends("Nach der Pause.")
    await office.works()
    assert (office.counts(during), office.counts(after)) == ({"skipped": 1}, {"sent": 1})
    assert ["Nach der Pause." in told for told in office.heard(1)] == [True]


async def test_a_pause_drops_what_waits_already(office: Office) -> None:
    [anna] = office.readers(1)
    office.now.moves(hours=10)  # 22:00
    number = office.sends()
    await office.works()
    office.pauses(anna, days=7)
    assert office.counts(number) == {"skipped": 1}


async def test_a_pause_does_not_swallow_reminders(office: Office) -> None:
    [anna] = office.readers(1)
    office.signs_up(office.plans("2026-06-12T18:00", leads=("P1D",)), anna)
    office.pauses(anna, days=7)
    await office.works_at("2026-06-11T18:00")
    assert office.told([1]) == [1]


async def test_stop_ends_what_waits_already(office: Office) -> None:
    anna, _ = office.readers(2)
    office.signs_up(office.plans("2026-06-10T22:30", leads=("P1D",)), anna)
    office.now.moves(hours=10, minutes=30)
    number = office.sends()
    await office.works()  # all of it waits for the morning
    office.stops(anna)
    assert office.counts(number) == {"queued": 1, "skipped": 1}
    assert office.subscribed(anna) == []
    await office.works_at("2026-06-10T08:00")
    assert office.told([1, 2]) == [0, 1]
    assert set(office.reasons()) == {"stopped"}


async def test_stop_does_not_swallow_the_cancelling_of_one_s_own_meeting(office: Office) -> None:
    [anna] = office.readers(1)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.stops(anna)
    await office.works_at("2026-06-11T18:00")
    assert office.heard(1) == []
    office.moves(meeting, "2026-06-13T18:00")
    await office.works()
    office.cancels(meeting)
    await office.works_on(1)
    assert office.told([1]) == [2]


async def test_stop_while_the_cancelling_waits_for_the_morning_does_not_swallow_it(office: Office) -> None:
    [anna] = office.readers(1)
    meeting = office.plans("2026-06-12T18:00")
    office.signs_up(meeting, anna)
    office.now.moves(hours=10)
    office.cancels(meeting)
    await office.works()
    office.stops(anna)
    await office.works_at("2026-06-10T08:00")
    assert office.told([1]) == [1]


async def test_who_signs_up_or_asks_for_a_reminder_after_stop_is_reminded_of_that(office: Office) -> None:
    anna = office.knows(7)
    before, after = (office.plans("2026-06-12T18:00", title, leads=("P1D",)) for title in ("Fest", "Forum"))
    wished = office.plans("2026-06-12T19:00", "Konzert", leads=("P1D",))
    office.signs_up(before, anna)
    office.stops(anna)
    office.now.moves(minutes=1)
    office.signs_up(after, anna)
    office.wishes(wished, anna, "PT1H")
    await office.works_at("2026-06-11T18:00")
    await office.works_on(1)
    assert ["Forum" in told for told in office.heard(7)] == [True]
    await office.works_at("2026-06-12T18:00")
    assert ["Konzert" in told for told in office.heard(7)] == [False, True]


async def test_who_subscribes_again_after_stop_gets_what_comes_from_then_on(office: Office) -> None:
    [anna] = office.readers(1)
    office.now.moves(hours=10)
    office.sends("Vorher.")
    office.stops(anna)
    office.subscribes(anna, "parks")
    office.sends("Nachher.")
    await office.works_at("2026-06-10T08:00")
    assert ["Nachher." in told for told in office.heard(1)] == [True]
