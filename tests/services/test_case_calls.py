"""What the office is to be told of people who wait, and whom."""

from __future__ import annotations

import pytest

from bot.domain.cases import Call
from bot.domain.opening import LocalTime
from bot.domain.staff import Role
from bot.services import case_calls, handover, staff
from bot.services.case_calls import News, Ways
from bot.services.handover import Author
from tests.conftest import BERLIN, Resident, TestTown

PHONE = "0231 5550199"
BOTH = Ways(group=True, mail=True)


def news(town: TestTown) -> list[News]:
    with town.database.reading() as db:
        return case_calls.news(db, None, LocalTime(town.now(), BERLIN, "DE-NW"))


def calls(town: TestTown, ways: Ways = BOTH) -> list[Call]:
    """Put down who is to be told of whatever it is time for."""
    due = news(town)
    with town.database.writing() as db:
        for one in due:
            case_calls.call(db, one, ways, town.now())
    return [one.call for one in due]


def untold(town: TestTown) -> list[tuple[Call, str]]:
    """What is still to be told, and to whom."""
    with town.database.reading() as db:
        return [(one.call, one.reader.mail if one.reader else "group") for one in case_calls.untold(db)]


async def test_each_wait_is_told_reminded_of_and_escalated_once(resident: Resident) -> None:
    town = resident.town
    await resident.sends("/team")
    assert news(town) == []
    await resident.sends("Hallo?")
    assert calls(town) == [Call.TELL]
    await resident.sends("Ist da jemand?")
    assert calls(town) == []
    town.now.moves(hours=4)
    assert calls(town) == [Call.REMIND]
    town.now.moves(hours=20)
    assert calls(town) == [Call.ESCALATE]
    town.now.moves(days=3)
    assert calls(town) == []


async def test_what_is_written_after_an_answer_is_a_wait_of_its_own(resident: Resident) -> None:
    town = resident.town
    await resident.sends("/team Hallo?")
    (first,) = news(town)
    with town.database.writing() as db:
        handover.reply(db, first.case_id, Author("Anna"), "Guten Tag!", town.now())
        case_calls.call(db, first, BOTH, town.now())  # somebody answered just before
    assert (news(town), untold(town)) == ([], [])
    town.now.moves(minutes=1)
    await resident.sends("Noch eine Frage")
    assert [(one.call, one.since) for one in news(town)] == [(Call.TELL, town.now())]


@pytest.mark.parametrize("end", ["/menu", "close", "reply"])
async def test_nobody_is_told_of_what_has_ended(resident: Resident, end: str) -> None:
    town = resident.town
    await resident.sends("/team Hallo?")
    account(town, "Anna", Role.EDITOR, "anna@example.org")
    (told,) = news(town)
    calls(town)
    assert untold(town) == [(Call.TELL, "anna@example.org")]
    if end == "/menu":
        await resident.sends(end)
    with town.database.writing() as db:
        if end == "close":
            handover.close(db, told.case_id, town.now())
        if end == "reply":
            handover.reply(db, told.case_id, Author("Anna"), "Guten Tag!", town.now())
        case_calls.call(db, told, BOTH, town.now())
    assert (news(town), untold(town)) == ([], [])


async def test_what_somebody_was_not_told_yet_gives_way_to_what_is_worse(resident: Resident) -> None:
    town = resident.town
    account(town, "Bert", Role.ADMIN, "bert@example.org")
    await resident.sends("/team Hallo?")
    calls(town)
    town.now.moves(days=1)
    assert calls(town) == [Call.REMIND, Call.ESCALATE]
    assert untold(town) == [(Call.ESCALATE, "bert@example.org"), (Call.ESCALATE, "group")]


async def test_an_account_that_was_locked_or_has_no_address_any_more_is_told_nothing(resident: Resident) -> None:
    town = resident.town
    anna, bert = (account(town, name, Role.EDITOR, f"{name}@example.org") for name in ("anna", "bert"))
    await resident.sends("/team Hallo?")
    calls(town)
    with town.database.writing() as db:
        staff.disable(db, anna, town.now())
        staff.change_profile(db, bert, "de", None)
    assert untold(town) == []


def account(town: TestTown, name: str, role: Role, mail: str | None, *, is_disabled: bool = False) -> int:
    with town.database.writing() as db:
        member, _ = staff.add(db, name, role, "de", town.now())
        staff.change_profile(db, member.id, "en" if name == "Bert" else "de", mail)
        if is_disabled:
            staff.disable(db, member.id, town.now())
        return member.id


async def test_those_who_answer_get_a_mail_and_at_last_the_administrators(resident: Resident) -> None:
    town = resident.town
    anna = account(town, "Anna", Role.EDITOR, "anna@example.org")
    account(town, "Bert", Role.ADMIN, "bert@example.org")
    account(town, "Carla", Role.QM, None)
    account(town, "Dora", Role.DATA_PROTECTION, "dora@example.org")
    account(town, "Emil", Role.EDITOR, "emil@example.org", is_disabled=True)
    await resident.sends("/team Hallo?")
    (told,) = news(town)
    assert readers(town, told) == [("anna@example.org", "de"), ("bert@example.org", "en")]
    town.now.moves(days=1)
    with town.database.writing() as db:
        case_calls.call(db, told, BOTH, town.now())
        handover.take(db, told.case_id, Author("Anna", anna), None, town.now())
    reminder, escalation = news(town)
    assert readers(town, reminder) == [("anna@example.org", "de")]
    assert readers(town, escalation) == [("bert@example.org", "en")]


def readers(town: TestTown, told: News) -> list[tuple[str, str]]:
    with town.database.reading() as db:
        return [(one.mail, one.language) for one in case_calls.readers(db, told)]


async def test_the_group_is_shown_words_once_and_no_personal_details(resident: Resident) -> None:
    town = resident.town
    await resident.sends(f"/team Rufen Sie mich an: {PHONE}")
    with town.database.writing() as db:
        (words,) = case_calls.unshown(db, ())
        assert words.text.startswith("Rufen Sie mich an")
        assert PHONE not in words.text
        case_calls.shown(db, words.message_id, "77")
        case_calls.shown(db, 999, "78")  # forgotten meanwhile
        assert case_calls.unshown(db, ()) == []
        assert (case_calls.case_of(db, "77"), case_calls.case_of(db, "78"), case_calls.case_of(db, "")) == (
            words.case_id,
            None,
            None,
        )
