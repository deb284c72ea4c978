"""The life of a notice to many, from draft to report."""

from __future__ import annotations

import asyncio

import pytest

from bot import clock
from bot.domain.broadcasts import Audience, BroadcastState, Missing
from bot.domain.errors import InvalidInput, Refused
from bot.services import broadcasts
from bot.services.audiences import Plan
from tests.delivery.office import Office, at


async def test_a_notice_is_drafted_approved_sent_and_reported(office: Office) -> None:
    office.readers(3)
    number = office.drafts()
    assert office.broadcast(number).state is BroadcastState.DRAFT
    assert office.broadcast(number).reached == {}
    await office.works()
    assert office.told([1, 2, 3]) == [0, 0, 0]
    assert office.approves(number).state is BroadcastState.SENDING
    assert office.counts(number) == {"queued": 3}
    await office.works()
    sent = office.broadcast(number)
    assert (sent.state, sent.finished_at) == (BroadcastState.SENT, office.now())
    assert office.counts(number) == {"sent": 3}
    assert office.told([1, 2, 3]) == [1, 1, 1]
    assert "Neues vom Park." in office.heard(1)[0]
    assert office.is_at_rest()


async def test_every_notice_ends_with_a_way_to_stop(office: Office) -> None:
    office.readers(1)
    office.sends()
    await office.works()
    assert "🔕 Keine Nachrichten mehr" in [
        label for row in office.telegram.resident(1).last_buttons for label, _ in row
    ]


async def test_at_every_moment_the_counts_sum_to_the_audience(office: Office) -> None:
    residents = office.readers(40)
    office.telegram.fails("sendMessage", 403, chat=5)
    office.telegram.fails("sendMessage", 400, chat=6, description="Bad Request: message is too long")
    office.telegram.fails("sendMessage", "drop_before", chat=8)
    office.pauses(residents[8], days=1)
    number = office.sends()
    seen: list[int] = []

    async def look() -> None:
        while True:
            seen.append(sum((await office.database.read(broadcasts.find, number)).reached.values()))

    looking = asyncio.create_task(look())
    await office.works()
    office.stops(residents[20])
    await office.works_on(30)
    looking.cancel()
    assert len(seen) > 5
    assert set(seen) == {40}
    counts = office.counts(number)
    assert (sum(counts.values()), counts["failed"], set(counts)) == (40, 2, {"sent", "failed", "skipped"})


async def test_a_second_process_sends_nobody_a_second_one(office: Office) -> None:
    office.readers(20)
    office.sends()
    await asyncio.gather(office.works(), office.works(office.process()), office.works(office.process()))
    assert office.told(range(1, 21)) == [1] * 20


async def test_the_audience_is_frozen_when_it_begins(office: Office) -> None:
    office.readers(2)
    number = office.sends()
    office.subscribes(office.knows(9), "parks")
    await office.works()
    assert office.told([1, 2, 9]) == [1, 1, 0]
    assert office.counts(number) == {"sent": 2}


async def test_it_can_be_about_an_event_and_says_when_that_is(office: Office) -> None:
    office.readers(1)
    meeting = office.plans("2026-06-12T18:00")
    office.sends("Kommen Sie: {title}, {when}!", audience=Audience(("parks",), event_id=meeting.id))
    await office.works()
    assert "Kommen Sie: Bürgerforum, Freitag, 12. Juni 2026" in office.heard(1)[0]


@pytest.mark.parametrize("text", ["{wann}", "{", "{when}", ""])
async def test_what_cannot_be_filled_in_is_found_before_anybody_reads_it(office: Office, text: str) -> None:
    office.readers(1)
    with pytest.raises(InvalidInput):
        office.drafts(text)


async def test_nobody_to_send_to_is_refused(office: Office) -> None:
    office.readers(1, "schools")
    office.subscribes(office.knows(9), "parks")
    number = office.drafts(audience=Audience(("parks",), languages=("tr",)))
    with pytest.raises(Refused, match="nobody"):
        office.approves(number)


async def test_an_approved_notice_that_is_edited_has_to_be_approved_again(office: Office) -> None:
    office.readers(1)
    number = office.drafts(send_at=at("2026-06-10T09:00"))
    with office.database.writing() as db:
        broadcasts.edit(db, number, Plan({"de": "Neu."}, Audience(("parks",))), office.now())
    office.approves(number)
    with office.database.writing() as db, pytest.raises(Refused):
        broadcasts.edit(db, number, Plan({"de": "Noch neuer."}, Audience(("parks",))), office.now())
    with pytest.raises(Refused):
        office.approves(number)


# --- Whom it goes to -------------------------------------------------------------------------------------------------


async def test_the_preview_counts_who_would_get_it_and_why_others_would_not(office: Office) -> None:
    residents = office.readers(5)
    office.subscribes(office.knows(7, "tr"), "parks")
    office.pauses(residents[0], days=3)
    office.telegram.resident(2).blocks()
    office.sends("Erstes.")
    await office.works()
    seen = office.preview(office.drafts("Zweites.", missing=Missing.SKIP), cap=1)
    assert seen.audience == 6
    assert seen.held_back == {"paused": 1, "unreachable": 1, "no_text": 1, "capped": 3}
    assert (seen.reachable, seen.missing) == (0, ("tr",))


async def test_those_who_signed_up_for_an_event_or_all_but_them(office: Office) -> None:
    residents = office.readers(3)
    meeting = office.plans("2026-06-12T18:00", capacity=1)
    office.signs_up(meeting, residents[0])
    office.signs_up(meeting, residents[1])  # waits
    office.sends("An alle, die kommen.", audience=Audience(event_id=meeting.id))
    await office.works()
    assert office.told([1, 2, 3]) == [1, 0, 0]
    office.sends("An alle anderen.", audience=Audience(("parks",), without_event_id=meeting.id))
    await office.works_on(1)
    assert office.told([1, 2, 3]) == [1, 0, 1]


async def test_those_who_are_written_to_in_a_language(office: Office) -> None:
    office.readers(1)
    office.subscribes(office.knows(7, "tr"), "parks")
    office.sends({"de": "Neues.", "tr": "Haberler."}, audience=Audience(("parks",), ("tr",)))
    await office.works()
    assert office.told([1, 7]) == [0, 1]


async def test_the_browsers_get_it_too(office: Office) -> None:
    office.readers(1)
    office.subscribes(office.knows(7, channel="web"), "parks")
    number = office.sends()
    await office.works()
    assert office.counts(number) == {"sent": 2}
    assert ["Neues vom Park." in told for told in office.read_in_browser(7)] == [True]


# --- Languages without a text ----------------------------------------------------------------------------------------


async def test_without_a_text_of_their_own_residents_get_the_german_one_and_are_told_so(office: Office) -> None:
    for number, language in ((1, "de"), (2, "en"), (3, "de-easy")):
        office.subscribes(office.knows(number, language), "parks")
    office.sends()
    await office.works()
    assert "This text is only available in this language: German." in office.heard(2)[0]
    assert [told.startswith("Neues vom Park.") for told in (office.heard(1)[0], office.heard(3)[0])] == [True, True]


async def test_residents_without_a_text_are_left_out_where_the_sender_wants_that(office: Office) -> None:
    for number, language in ((1, "de"), (2, "en"), (3, "de-easy")):
        office.subscribes(office.knows(number, language), "parks")
    number = office.sends(missing=Missing.SKIP)
    await office.works()
    assert office.told([1, 2, 3]) == [1, 0, 1]
    assert (office.counts(number), office.reasons()) == ({"sent": 2, "skipped": 1}, ["no_text"])


async def test_nobody_gets_it_before_every_text_is_there_where_the_sender_wants_that(office: Office) -> None:
    for number, language in ((1, "de"), (2, "en"), (3, "de-easy")):
        office.subscribes(office.knows(number, language), "parks")
    with pytest.raises(Refused, match="en"):
        office.approves(office.drafts(missing=Missing.BLOCK))
    office.approves(office.drafts({"de": "Neues.", "en": "News."}, missing=Missing.BLOCK))
    await office.works()
    assert office.told([1, 2, 3]) == [1, 1, 1]


# --- When it goes out ------------------------------------------------------------------------------------------------


async def test_it_is_sent_when_its_time_has_come_to_those_who_are_subscribed_then(office: Office) -> None:
    office.readers(1)
    number = office.drafts(send_at=at("2026-06-10T09:00"))
    assert office.approves(number).state is BroadcastState.SCHEDULED
    office.subscribes(office.knows(9), "parks")
    await office.works_at("2026-06-10T08:59")
    assert office.told([1, 9]) == [0, 0]
    await office.works_at("2026-06-10T09:00")
    assert office.told([1, 9]) == [1, 1]


async def test_what_should_have_begun_long_ago_is_told_to_the_staff(office: Office) -> None:
    office.readers(1)
    office.approves(office.drafts(send_at=at("2026-06-10T09:00")))
    told: list[str] = []

    async def alert(sentence: str) -> bool:
        told.append(sentence)
        return True

    office.now.moment = at("2026-06-10T09:05")
    await clock.look_after(office.desk, alert)
    assert told == []
    office.now.moves(seconds=1)
    await clock.look_after(office.desk, alert)
    assert len(told) == 1


async def test_quiet_hours_hold_it_back_unless_it_is_urgent(office: Office) -> None:
    office.readers(1)
    office.now.moves(hours=10)  # 22:00
    office.sends("Kann warten.")
    office.sends("Wasser abkochen!", is_urgent=True)
    await office.works()
    assert ["Wasser abkochen!" in told for told in office.heard(1)] == [True]
    await office.works_at("2026-06-10T08:00")
    assert office.told([1]) == [2]


async def test_after_its_end_nobody_gets_it_any_more(office: Office) -> None:
    office.readers(2)
    office.now.moves(hours=10)
    number = office.sends(not_after=at("2026-06-10T07:00"))
    await office.works_at("2026-06-10T08:00")
    assert office.counts(number) == {"skipped": 2}
    assert office.reasons() == ["too_old"] * 2
    failed = office.broadcast(number)
    assert (failed.state, failed.reason) == (BroadcastState.FAILED, "nobody could be written to")


async def test_what_invites_to_an_event_is_too_old_when_that_has_begun(office: Office) -> None:
    office.readers(1)
    meeting = office.plans("2026-06-10T07:00")
    office.now.moves(hours=10)
    number = office.sends("Kommen Sie!", audience=Audience(("parks",), event_id=meeting.id))
    await office.works_at("2026-06-10T08:00")
    assert (office.counts(number), office.reasons()) == ({"skipped": 1}, ["too_old"])


async def test_those_who_were_at_an_event_can_be_written_to_afterwards(office: Office) -> None:
    anna = office.knows(7)
    meeting = office.plans("2026-06-09T18:00", leads=())
    office.signs_up(meeting, anna)
    office.now.moves(hours=8, minutes=30)
    office.sends("Hier sind die Fotos.", audience=Audience(event_id=meeting.id))
    await office.works()
    assert office.told([7]) == [1]


async def test_a_resident_gets_so_many_a_week_unless_it_is_urgent(office: Office) -> None:
    office.readers(1)
    capped = office.process(cap=2)
    numbers = []
    for day in range(3):
        numbers.append(office.sends(f"Nachricht {day}."))
        await office.works(capped)
        office.now.moves(days=1)
    urgent = office.sends("Wasser abkochen!", is_urgent=True)
    await office.works(capped)
    assert [office.counts(each) for each in numbers] == [{"sent": 1}, {"sent": 1}, {"skipped": 1}]
    assert (office.counts(urgent), office.reasons()) == ({"sent": 1}, ["capped"])
    office.now.moves(days=8)
    office.sends("Eine Woche später.")
    await office.works(capped)
    assert office.told([1]) == [4]


async def test_reminders_go_before_notices_to_many(office: Office) -> None:
    residents = office.readers(12)
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, residents[11])
    office.now.moment = at("2026-06-11T18:00")
    office.sends()
    await office.works()
    assert office.telegram.calls("sendMessage")[0].chat == 12


# --- The same again --------------------------------------------------------------------------------------------------


async def test_the_same_text_within_a_day_has_to_be_meant(office: Office) -> None:
    office.readers(1)
    office.sends()
    await office.works()
    again = office.drafts()
    assert office.preview(again).repeats
    with pytest.raises(Refused, match="same text"):
        office.approves(again)
    office.approves(again, may_repeat=True)
    office.now.moves(days=1, seconds=1)
    office.sends()


async def test_the_same_text_to_others_or_after_nobody_got_it_needs_no_second_thought(office: Office) -> None:
    office.readers(1)
    office.subscribes(office.knows(9), "schools")
    stopped = office.sends()
    office.stops_sending(stopped)
    office.sends()
    office.sends(topic="schools")


@pytest.mark.parametrize("is_begun", [False, True])
async def test_what_is_about_an_event_that_is_cancelled_is_cancelled_with_it(office: Office, is_begun: bool) -> None:
    office.readers(2)
    meeting = office.plans("2026-06-12T18:00")
    send_at = None if is_begun else at("2026-06-10T09:00")
    number = office.sends(audience=Audience(("parks",), event_id=meeting.id), send_at=send_at)
    office.cancels(meeting)
    await office.works_at("2026-06-10T09:00")
    ended = office.broadcast(number)
    assert (ended.state, ended.reason) == (BroadcastState.CANCELLED, "its event was cancelled")
    assert office.told([1, 2]) == [0, 0]
