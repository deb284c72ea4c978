"""What is counted of a day, and stays when the rows of residents are gone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.clock import count_days, sort_questions
from bot.domain.broadcasts import Audience
from bot.domain.errors import InvalidInput
from bot.domain.events import Event, whereabouts
from bot.domain.figures import Figure
from bot.domain.quiet import Clock
from bot.domain.registrations import RegistrationState
from bot.domain.retention import Retention
from bot.services import broadcasts, events, handover, privacy, statistics, subscriptions, topics
from bot.services.audiences import Plan
from bot.services.events import Draft
from bot.services.grouping import Sorter
from bot.services.handover import Author
from bot.services.statistics import Counts
from bot.storage.tables import CaseRow, ConversationRow, DeliveryRow, EventRow, FigureRow, RegistrationRow, TurnRow
from tests.conftest import BERLIN, Resident, TestTown

TODAY = date(2026, 6, 9)
LIBRARY = "Wo kann ich Bücher leihen?"
UNKNOWN = "Wo melde ich Zwergpinguine?"


def counted(town: TestTown, first: date = TODAY, last: date = TODAY) -> Counts:
    with town.database.reading() as db:
        return statistics.counts(db, first, last, BERLIN, town.now())


async def of_june(town: TestTown) -> Counts:
    """The numbers of the month, once it is over."""
    town.now.moment = datetime(2026, 7, 1, 3, 0, tzinfo=BERLIN)
    await count_days(town.desk)
    return counted(town, TODAY.replace(day=1), TODAY.replace(day=30))


def of_people(count: int, town: TestTown, language: str | None = None) -> list[Resident]:
    return [Resident(town, f"{language}-{number}", language=language) for number in range(count)]


def kept(town: TestTown) -> dict[tuple[date, str, str], int]:
    return {(row["day"], row["name"], row["part"]): row["value"] for row in town.rows()["figure"]}


def signs_up(db: Session, conversation: int, event: Event, now: datetime) -> None:
    row = RegistrationRow(event_id=event.id, conversation_id=conversation, seats=1, needs=[], told=whereabouts(event))
    row.state, row.at = RegistrationState.CONFIRMED.value, now
    db.add(row)
    db.flush()


async def test_today_is_counted_as_it_goes(quarter: TestTown) -> None:
    residents = of_people(6, quarter, "de")
    for one in residents:
        await one.sends(LIBRARY)
    await residents[0].sends(UNKNOWN)
    await residents[0].sends("Hund")
    await residents[0].sends("Wie wird das Wetter?")
    seen = counted(quarter)
    assert seen.total(Figure.QUESTIONS) == 9
    outcomes = (Figure.ANSWERED, Figure.ASKED_BACK, Figure.DECLINED, Figure.EMERGENCY, Figure.HANDOVER)
    assert [seen.total(figure) for figure in outcomes] == [6, 1, 2, 0, 0]
    assert (seen.total(Figure.ACTIVE), seen.total(Figure.NEW)) == (6, 6)
    assert seen.days == {TODAY: {"questions": 9, "answered": 6, "asked_back": 1, "declined": 2, "unmet": 2,
                                 "active": 6, "new": 6}}  # fmt: skip
    assert seen.parts == {Figure.TEXTS: {"de": 5}}
    seen = await of_june(quarter)
    assert seen.part(Figure.QUESTIONS) == {}  # all are German, and two of them had no answer
    assert seen.part(Figure.GIVEN) == {"buecherei": 6}
    assert seen.part(Figure.FIELD) == {"lesen": 6}


async def test_what_is_chosen_or_written_anew_is_no_further_question(quarter: TestTown) -> None:
    one = Resident(quarter)
    await one.sends("Hund")
    await one.taps("Hund anmelden")
    await one.sends("Wo kan ich leihn?")
    await one.sends(LIBRARY, edits=one.key)
    await one.sends("/menu")
    seen = counted(quarter)
    assert (seen.total(Figure.QUESTIONS), seen.total(Figure.ASKED_BACK), seen.total(Figure.ANSWERED)) == (2, 1, 1)
    assert seen.total(Figure.GIVEN) == 2
    assert seen.total(Figure.UNMET) == 0


async def test_what_nothing_answers_is_counted_by_what_comes_nearest(quarter: TestTown) -> None:
    for one in of_people(6, quarter, "de"):
        await one.sends("Hund")
    quarter.now.moves(minutes=20)
    await sort_questions(quarter.desk, Sorter())
    for one in of_people(5, quarter):
        await one.sends(UNKNOWN)  # nobody has looked yet what it is near to
    seen = await of_june(quarter)
    assert seen.part(Figure.UNMET) in ({"-": 5, "anmelden": 6}, {"-": 5, "abmelden": 6})
    assert seen.part(Figure.UNMET_FIELD) == {"tiere": 6}


async def test_few_speakers_of_a_language_are_not_told_of(quarter: TestTown) -> None:
    for one in (*of_people(6, quarter, "de"), *of_people(5, quarter, "tr"), *of_people(2, quarter, "ar")):
        await one.sends(UNKNOWN if one.language == "de" else "/menu")
    seen = await of_june(quarter)
    assert seen.total(Figure.ACTIVE) == 13
    assert seen.part(Figure.REACHED_MONTH) == {"de": 6, "tr": None, "ar": None}


async def test_two_periods_cannot_be_subtracted(quarter: TestTown) -> None:
    for one in (*of_people(6, quarter, "de"), *of_people(5, quarter, "tr")):
        await one.sends(LIBRARY)
    assert counted(quarter, TODAY.replace(day=1), TODAY.replace(day=30)).part(Figure.QUESTIONS) == {}  # goes on
    assert (await of_june(quarter)).part(Figure.QUESTIONS) == {"de": 11}
    for first, last in ((TODAY, TODAY), (TODAY.replace(day=1), TODAY), (TODAY.replace(day=1), date(2026, 7, 1))):
        seen = counted(quarter, first, last)
        assert (seen.total(Figure.QUESTIONS), seen.part(Figure.QUESTIONS)) == (11, {})


async def test_a_day_is_kept_when_its_rows_are_gone(quarter: TestTown) -> None:
    for one in of_people(6, quarter):
        await one.sends(LIBRARY)
    quarter.now.moves(hours=13, minutes=1)  # 01:01 of the next day
    await count_days(quarter.desk)
    before = counted(quarter)
    assert before.total(Figure.ANSWERED) == 6
    quarter.now.moves(days=400)
    with quarter.database.writing() as db:
        privacy.apply_retention(db, Retention(), quarter.now())
    assert quarter.rows()["turn"] == quarter.rows()["conversation"] == []
    await count_days(quarter.desk)
    assert counted(quarter) == before


async def test_counting_again_changes_nothing(quarter: TestTown) -> None:
    one = Resident(quarter)
    await one.sends(LIBRARY)
    await one.sends(UNKNOWN)
    quarter.now.moves(days=1)
    await count_days(quarter.desk)
    once = kept(quarter)
    assert once[TODAY, "questions", ""] == 2
    with quarter.database.reading() as db:
        assert statistics.plan(db, BERLIN, quarter.now()) == {}
    with quarter.database.writing() as db:
        db.execute(delete(FigureRow))
    await count_days(quarter.desk)
    assert kept(quarter) == once
    await one.sends("/forget")
    await one.taps("Ja, alles löschen")
    await count_days(quarter.desk)
    assert kept(quarter) == once


async def test_days_are_caught_up_on_that_nobody_counted(quarter: TestTown) -> None:
    one = Resident(quarter)
    for _ in range(3):
        await one.sends(LIBRARY)
        quarter.now.moves(days=1)
    await count_days(quarter.desk)
    days = sorted(day for day, name, _ in kept(quarter) if name == "counted")
    assert days == [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)]
    seen = counted(quarter, TODAY, TODAY + timedelta(days=5))
    assert [numbers["questions"] for numbers in seen.days.values()] == [1, 1, 1]
    assert seen.total(Figure.QUESTIONS) == 3


async def test_a_day_of_the_town_ends_at_its_own_midnight(quarter: TestTown) -> None:
    quarter.now.moment = datetime(2026, 6, 9, 23, 30, tzinfo=BERLIN)
    one = Resident(quarter)
    await one.sends(LIBRARY)
    quarter.now.moves(minutes=45)
    await one.sends(LIBRARY)
    seen = counted(quarter, TODAY, TODAY + timedelta(days=1))  # yesterday is not counted yet
    assert [numbers["questions"] for numbers in seen.days.values()] == [1, 1]
    await count_days(quarter.desk)
    assert (TODAY, "counted", "") not in kept(quarter)
    quarter.now.moves(hours=1)
    await count_days(quarter.desk)
    assert kept(quarter)[TODAY, "questions", ""] == 1


async def test_how_long_people_wait_counts_opening_hours_alone(quarter: TestTown) -> None:
    residents = of_people(5, quarter)
    quarter.now.moment = datetime(2026, 6, 12, 16, 30, tzinfo=BERLIN)  # a Friday; the office closes at five
    for one in residents:
        await one.sends("/team")
    quarter.now.moment = datetime(2026, 6, 15, 9, 15, tzinfo=BERLIN)
    with quarter.database.writing() as db:
        for case in db.scalars(select(CaseRow)).all():
            handover.reply(db, case.id, Author("buero"), "Guten Tag!", quarter.now())
    seen = counted(quarter, TODAY, date(2026, 6, 30))
    assert (seen.total(Figure.CASES_ANSWERED), seen.answer_minutes) == (5, 45)
    quarter.now.moves(days=1)
    await count_days(quarter.desk)
    seen = counted(quarter, TODAY, date(2026, 6, 30))
    assert (seen.total(Figure.CASES), seen.total(Figure.CASES_ANSWERED), seen.answer_minutes) == (5, 5, 45)
    assert Figure.WAITED not in seen.totals


async def test_what_becomes_known_later_is_added_to_its_day(quarter: TestTown) -> None:
    for one in of_people(7, quarter):
        await one.sends(LIBRARY)
    clock = Clock(BERLIN)
    with quarter.database.writing() as db:
        draft = Draft({"de": "Forum"}, datetime(2026, 6, 9, 18, 0, tzinfo=BERLIN), participation=True)
        event = events.create(db, draft, clock, quarter.now())[0]
        for number in db.scalars(select(ConversationRow.id)):
            signs_up(db, number, event, quarter.now())
    quarter.now.moves(days=1)
    await count_days(quarter.desk)
    seen = counted(quarter)
    assert (seen.total(Figure.HELD), seen.sum(Figure.SEATS), seen.sum(Figure.ATTENDANCE)) == (1, None, 0)
    assert seen.total(Figure.SIGN_UPS) == 7
    for came in (90, 9):  # a slip of the finger, and what was meant
        with quarter.database.writing() as db:
            db.get_one(EventRow, event.id).attendance = came
        await count_days(quarter.desk)
    with quarter.database.writing() as db:
        db.execute(delete(RegistrationRow))
    await count_days(quarter.desk)
    seen = await of_june(quarter)
    assert (seen.part(Figure.SEATS), seen.part(Figure.ATTENDANCE)) == ({str(event.id): 7}, {str(event.id): 9})


async def test_moved_and_cancelled_events_are_counted_once(quarter: TestTown) -> None:
    clock = Clock(BERLIN)
    await Resident(quarter).sends(LIBRARY)
    with quarter.database.writing() as db:
        draft = Draft({"de": "Forum"}, datetime(2026, 7, 1, 18, 0, tzinfo=BERLIN), participation=True)
        first, second = (events.create(db, draft, clock, quarter.now())[0] for _ in range(2))
        signs_up(db, db.scalars(select(ConversationRow.id)).one(), first, quarter.now())
        events.change(db, first.id, {"starts_at": datetime(2026, 7, 2, 18, 0, tzinfo=BERLIN)}, clock, quarter.now())
        events.cancel(db, second.id, quarter.now())
    seen = counted(quarter)
    assert (seen.total(Figure.MOVED), seen.total(Figure.CANCELLED)) == (1, 1)


async def test_how_far_a_notice_came_is_counted_when_it_is_known(quarter: TestTown) -> None:
    residents = of_people(8, quarter)
    for one in residents:
        await one.sends(LIBRARY)
    with quarter.database.writing() as db:
        topic = topics.create(db, {"de": "Wohnen"})
        for conversation in db.scalars(select(ConversationRow)).all():
            subscriptions.subscribe(db, conversation, [topic.id], quarter.now())
        sent = broadcasts.send(db, Plan({"de": "Hoffest!"}, Audience((topic.id,))), quarter.now())
    quarter.now.moves(minutes=10)
    await count_days(quarter.desk)
    assert (TODAY, "recipients", str(sent.id)) in kept(quarter)
    with quarter.database.writing() as db:
        for row in db.scalars(select(DeliveryRow)).all():
            row.state, row.finished_at = "sent", quarter.now()
    quarter.now.moves(minutes=10)
    await count_days(quarter.desk)
    seen = await of_june(quarter)
    assert (seen.part(Figure.RECIPIENTS), seen.part(Figure.ARRIVED)) == ({str(sent.id): 8}, {str(sent.id): 8})
    assert seen.part(Figure.SUBSCRIBERS) == {topic.id: 8}
    quarter.now.moves(days=78)
    with quarter.database.writing() as db:
        privacy.apply_retention(db, Retention(), quarter.now())
        assert db.scalars(select(DeliveryRow)).all() == []
    await count_days(quarter.desk)
    seen = counted(quarter, TODAY.replace(day=1), TODAY.replace(day=30))
    assert (seen.sum(Figure.RECIPIENTS), seen.sum(Figure.ARRIVED), seen.sum(Figure.STOPS)) == (8, 8, 0)


async def test_the_evening_of_a_day_is_kept_as_it_was(quarter: TestTown) -> None:
    quarter.now.moves(days=1)
    await count_days(quarter.desk)
    await quarter.knows("Was kostet das Parken?", answer="Nichts.")
    quarter.now.moves(days=1)
    await count_days(quarter.desk)
    first, second = (counted(quarter, day, day) for day in (TODAY, TODAY + timedelta(days=1)))
    assert (first.total(Figure.ENTRIES), second.total(Figure.ENTRIES)) == (5, 6)
    assert second.part(Figure.TEXTS) == {"de": 6}  # entries, not people: nothing is hidden
    both = counted(quarter, TODAY, TODAY + timedelta(days=1))
    assert (both.total(Figure.ENTRIES), both.stand) == (6, TODAY + timedelta(days=1))


async def test_residents_of_a_month_are_counted_once(quarter: TestTown) -> None:
    quarter.now.moment = datetime(2026, 6, 20, 12, 0, tzinfo=BERLIN)
    residents = of_people(6, quarter)
    for _ in range(2):
        for one in residents:
            await one.sends(LIBRARY)
        quarter.now.moves(days=5)
    whole = (date(2026, 6, 1), date(2026, 6, 30))
    assert counted(quarter, *whole).total(Figure.REACHED_MONTH) == 6  # June is not over
    quarter.now.moment = datetime(2026, 7, 1, 1, 10, tzinfo=BERLIN)
    await count_days(quarter.desk)
    with quarter.database.writing() as db:
        db.execute(delete(TurnRow))
        db.execute(delete(ConversationRow))
    seen = counted(quarter, *whole)
    assert (seen.total(Figure.REACHED_MONTH), seen.part(Figure.REACHED_MONTH)) == (6, {"de": 6})
    assert seen.part(Figure.QUESTIONS) == {"de": 12}
    assert counted(quarter, date(2026, 4, 1), date(2026, 6, 30)).total(Figure.REACHED_QUARTER) == 6
    assert Figure.REACHED_MONTH not in counted(quarter, date(2026, 6, 2), whole[1]).totals


async def test_days_in_the_wrong_order_are_refused(quarter: TestTown) -> None:
    with pytest.raises(InvalidInput) as refused:
        counted(quarter, TODAY, TODAY - timedelta(days=1))
    assert refused.value.field == "to"
