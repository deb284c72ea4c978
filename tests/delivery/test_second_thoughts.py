"""A notice to many is stopped while it goes out, corrected, or taken back."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.broadcasts import BroadcastState
from bot.domain.errors import Refused
from bot.services import amendments, broadcasts
from tests.delivery.office import Office, at

# --- Stop ------------------------------------------------------------------------------------------------------------


async def test_stop_takes_effect_within_twenty_five_messages(office: Office) -> None:
    office.readers(80)
    number = office.sends()
    working = asyncio.create_task(office.works())
    assert await office.telegram.until(lambda: len(office.telegram.calls("sendMessage")) >= 20, 20)
    before = len(office.telegram.calls("sendMessage"))
    await office.database.write(broadcasts.cancel, number, office.now())
    asked = len(office.telegram.calls("sendMessage"))
    await working
    sent = office.counts(number)["sent"]
    assert sent - asked <= 25
    assert office.counts(number) == {"sent": sent, "cancelled": 80 - sent}
    assert (before < 80, office.broadcast(number).state) == (True, BroadcastState.CANCELLED)
    assert office.stops_sending(number).state is BroadcastState.CANCELLED


async def test_what_comes_back_to_a_stopped_notice_is_cancelled_too(office: Office) -> None:
    office.readers(1)
    office.telegram.fails("sendMessage", "hang", seconds=0.3)
    number = office.sends()
    working = asyncio.create_task(office.works())
    assert await office.telegram.until(lambda: len(office.telegram.calls("sendMessage")) == 1, 20)
    await office.database.write(broadcasts.cancel, number, office.now())
    office.telegram.goes_down()  # in the middle of it
    office.telegram.comes_back()
    await working
    await office.works_on(60)
    assert (office.counts(number), office.heard(1)) == ({"cancelled": 1}, [])


async def test_a_scheduled_notice_that_is_cancelled_never_begins(office: Office) -> None:
    office.readers(1)
    number = office.drafts(send_at=at("2026-06-10T09:00"))
    office.approves(number)
    office.stops_sending(number)
    await office.works_at("2026-06-10T09:00")
    assert office.heard(1) == []
    assert office.broadcast(number).reached == {}


async def test_what_was_sent_cannot_be_stopped(office: Office) -> None:
    office.readers(1)
    number = office.sends()
    await office.works()
    with pytest.raises(Refused):
        office.stops_sending(number)


# --- Corrected and withdrawn -----------------------------------------------------------------------------------------


async def test_a_correction_takes_the_place_of_what_was_delivered(office: Office) -> None:
    office.readers(2)
    number = office.sends("Um 18 Uhr.")
    await office.works()
    office.corrects(number, "Um 19 Uhr.")
    await office.works_on(1)
    office.corrects(number, "Um 20 Uhr.")
    await office.works_on(1)
    [message] = office.telegram.resident(1).messages.values()
    assert "Um 20 Uhr." in message["text"]
    assert "Korrigiert am 9. Juni 2026" in message["text"]
    assert len(office.telegram.calls("sendMessage")) == 2
    assert office.counts(number) == {"sent": 2}


async def test_a_correction_of_what_is_gone_comes_as_a_new_message(office: Office) -> None:
    office.readers(1)
    number = office.sends("Um 18 Uhr.")
    await office.works()
    office.telegram.resident(1).messages.clear()
    office.telegram.fails("editMessageText", 400, description="Bad Request: message to edit not found")
    office.corrects(number, "Um 19 Uhr.")
    await office.works_on(1)
    assert "Um 19 Uhr." in office.heard(1)[1]


async def test_a_correction_reaches_only_those_who_got_it_and_still_want_notices(office: Office) -> None:
    _, ben, _ = office.readers(3)
    office.telegram.fails("sendMessage", 400, chat=3, description="Bad Request: no")
    number = office.sends("Um 18 Uhr.")
    await office.works()
    office.stops(ben)
    office.corrects(number, "Um 19 Uhr.")
    await office.works_on(1)
    assert office.told([1, 2, 3]) == [2, 1, 0]


async def test_withdrawn_it_is_gone_from_the_chat(office: Office) -> None:
    office.readers(1)
    number = office.sends()
    await office.works()
    office.withdraws(number)
    await office.works_on(1)
    assert office.telegram.resident(1).messages == {}
    with pytest.raises(Refused):
        office.corrects(number, "Doch.")


async def test_withdrawn_too_late_it_says_that_it_does_not_hold(office: Office) -> None:
    office.readers(1)
    number = office.sends()
    await office.works()
    office.now.moves(days=3)
    office.withdraws(number)
    await office.works()
    [message] = office.telegram.resident(1).messages.values()
    assert message["text"].startswith("Wir haben diese Nachricht zurückgenommen.")
    [complaint] = office.telegram.complaints
    assert complaint.endswith("message can't be deleted for everyone")
    office.telegram.complaints.clear()  # the fake does not tell how old is too old, so it has to be tried


async def test_in_a_browser_both_reach_whoever_has_read_it(office: Office) -> None:
    office.subscribes(office.knows(7, channel="web"), "parks")
    number = office.sends("Um 18 Uhr.")
    await office.works()
    office.corrects(number, "Um 19 Uhr.")
    await office.works_on(1)
    [told] = office.read_in_browser(7)
    assert "Um 19 Uhr." in told
    office.withdraws(number)
    await office.works_on(1)
    [told] = office.read_in_browser(7)
    assert told.startswith("Wir haben diese Nachricht zurückgenommen.")


async def test_only_what_was_sent_can_be_corrected(office: Office) -> None:
    office.readers(1)
    number = office.drafts()
    with pytest.raises(Refused):
        office.corrects(number, "Anders.")


# --- Under way -------------------------------------------------------------------------------------------------------


async def stopped_in_flight(office: Office, arrives: bool) -> int:
    """A notice that was cancelled and withdrawn while its one message was under way."""
    office.readers(1)
    office.telegram.fails("sendMessage", "hang", seconds=0.3)
    number = office.sends()
    working = asyncio.create_task(office.works())
    assert await office.telegram.until(lambda: len(office.telegram.calls("sendMessage")) == 1, 20)
    await office.database.write(broadcasts.cancel, number, office.now())
    await office.database.write(amendments.withdraw, number, office.now())
    if not arrives:
        office.telegram.goes_down()
        office.telegram.comes_back()
    await working
    await office.works_on(60, 2)
    return number


async def test_what_was_under_way_is_taken_back_when_it_has_arrived(office: Office) -> None:
    number = await stopped_in_flight(office, arrives=True)
    assert office.telegram.resident(1).messages == {}
    assert office.counts(number) == {"sent": 1}


async def test_what_was_under_way_and_did_not_arrive_is_not_taken_back(office: Office) -> None:
    number = await stopped_in_flight(office, arrives=False)
    assert (office.heard(1), office.counts(number)) == ([], {"cancelled": 1})
    assert office.reasons()[-1] == "not_true"


async def test_everything_that_a_notice_left_in_a_chat_is_taken_back(office: Office) -> None:
    office.readers(1)
    number = office.sends("Um 18 Uhr.")
    await office.works()
    office.telegram.fails("editMessageText", 400, description="Bad Request: message can't be edited")
    office.corrects(number, "Um 19 Uhr.")
    await office.works_on(1)
    assert len(office.telegram.resident(1).messages) == 2
    office.withdraws(number)
    await office.works_on(1)
    assert office.telegram.resident(1).messages == {}


async def test_of_two_messages_the_older_one_is_changed_when_it_cannot_be_taken_back(office: Office) -> None:
    office.readers(1)
    number = office.sends("Um 18 Uhr.")
    await office.works()
    office.now.moves(days=3)
    office.telegram.fails("editMessageText", 400, description="Bad Request: message can't be edited")
    office.corrects(number, "Um 19 Uhr.")
    await office.works()
    office.withdraws(number)
    await office.works_on(1)
    [message] = office.telegram.resident(1).messages.values()
    assert message["text"].startswith("Wir haben diese Nachricht zurückgenommen.")
    office.telegram.complaints.clear()  # it has to be tried
