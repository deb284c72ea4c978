"""What is kept of registrations, wishes, subscriptions and deliveries, and until when."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from bot.domain.registrations import RegistrationState
from bot.domain.retention import Retention
from bot.domain.town import Town
from bot.services import privacy
from bot.storage.base import Table
from bot.storage.tables import ConversationRow
from tests.delivery.office import BERLIN, Office


def forgets(office: Office, conversation: int) -> None:
    with office.database.writing() as db:
        privacy.erase(db, db.get_one(ConversationRow, conversation), office.now())


def tidies(office: Office) -> None:
    with office.database.writing() as db:
        privacy.apply_retention(db, Retention(), office.now())


def rows_of(office: Office, conversation: int) -> dict[str, int]:
    """How many rows each table holds of a resident, where it holds some."""
    found = {}
    with office.database.reading() as db:
        for table in Table.metadata.sorted_tables:
            if "conversation_id" in table.columns:
                theirs = select(table).where(table.columns["conversation_id"] == conversation)
                found[table.name] = len(db.execute(theirs).all())
    return {name: count for name, count in found.items() if count}


async def leaves_traces(office: Office, conversation: int) -> None:
    """Sign up, wish, subscribe, and be told something."""
    meeting = office.plans("2026-06-12T18:00", leads=("P1D",))
    office.signs_up(meeting, conversation)
    office.wishes(meeting, conversation, "PT3H")
    office.subscribes(conversation, "parks")
    office.sends()
    await office.works()


async def test_who_is_forgotten_leaves_no_row_and_the_counts_keep_their_sum(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    office.subscribes(ben, "parks")
    await leaves_traces(office, anna)
    assert rows_of(office, anna) == {"registration": 1, "reminder_wish": 1, "subscription": 1, "delivery": 1}
    forgets(office, anna)
    assert rows_of(office, anna) == {}
    assert office.counts(1) == {"sent": 2}
    forgets(office, ben)
    assert office.counts(1) == {"sent": 2}


async def test_who_is_forgotten_while_a_notice_waits_counts_as_cancelled(office: Office) -> None:
    anna, _ = office.readers(2)
    office.now.moves(hours=10)  # 22:00
    number = office.sends()
    forgets(office, anna)
    assert office.counts(number) == {"queued": 1, "cancelled": 1}
    await office.works_at("2026-06-10T08:00")
    assert office.counts(number) == {"sent": 1, "cancelled": 1}
    assert office.heard(1) == []


async def test_the_seat_of_who_is_forgotten_is_offered_to_the_next(office: Office) -> None:
    anna, ben = office.knows(7), office.knows(8)
    meeting = office.plans("2026-06-19T18:00", capacity=1)
    office.signs_up(meeting, anna)
    office.signs_up(meeting, ben)
    forgets(office, anna)
    mine = office.registration(meeting, ben)
    assert mine
    assert mine.state is RegistrationState.OFFERED


async def test_the_copy_of_one_s_data_holds_all_of_it(office: Office) -> None:
    anna = office.knows(7)
    await leaves_traces(office, anna)
    with office.database.reading() as db:
        reply = privacy.hand_over(db, db.get_one(ConversationRow, anna), Town(BERLIN), "de")
    assert reply.file
    content = json.loads(reply.file.content)
    assert {name: len(content[name]) for name in ("registration", "reminder_wish", "subscription", "delivery")} == {
        "registration": 1,
        "reminder_wish": 1,
        "subscription": 1,
        "delivery": 1,
    }


async def test_sign_ups_and_wishes_go_thirty_days_after_the_event(office: Office) -> None:
    anna = office.knows(7)
    await leaves_traces(office, anna)
    office.now.moves(days=33)  # the event ended on 12 June at 20:00
    tidies(office)
    assert "registration" in rows_of(office, anna)
    office.now.moves(days=1)
    tidies(office)
    assert rows_of(office, anna) == {"subscription": 1, "delivery": 1}


async def test_deliveries_go_after_ninety_days_and_the_report_stays(office: Office) -> None:
    anna = office.knows(7)
    await leaves_traces(office, anna)
    office.now.moves(days=90)
    tidies(office)
    assert rows_of(office, anna)["delivery"] == 1
    office.now.moment += timedelta(seconds=1)
    tidies(office)
    assert "delivery" not in rows_of(office, anna)
    assert office.counts(1) == {"sent": 1}
