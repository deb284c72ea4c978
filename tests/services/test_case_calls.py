"""What the office is to be told of people who wait, and whom."""

from __future__ import annotations

import pytest

from bot.domain.cases import Call
from bot.domain.opening import LocalTime
from bot.domain.staff import Role
from bot.services import case_calls, handover, staff
from bot.services.case_calls import News
from bot.services.handover import Author
from tests.conftest import BERLIN, Resident, TestTown

PHONE = "0231 5550199"


def news(town: TestTown) -> list[News]:
    with town.database.reading() as db:
        return case_calls.news(db, None, LocalTime(town.now(), BERLIN, "DE-NW"))


def tells(town: TestTown) -> list[Call]:
    """Tell whatever is to be told."""
    told = news(town)
    with town.database.writing() as db:
        for one in told:
            case_calls.note(db, one, town.now())
    return [one.call for one in told]


async def test_each_wait_is_told_reminded_of_and_escalated_once(resident: Resident) -> None:
    town = resident.town
    await resident.sends("/team")
    assert news(town) == []
    await resident.sends("Hallo?")
    assert tells(town) == [Call.TELL]
    await resident.sends("Ist da jemand?")
    assert tells(town) == []
    town.now.moves(hours=4)
    assert tells(town) == [Call.REMIND]
    town.now.moves(hours=20)
    assert tells(town) == [Call.ESCALATE]
    town.now.moves(days=3)
    assert tells(town) == []


async def test_what_is_written_after_an_answer_is_a_wait_of_its_own(resident: Resident) -> None:
    town = resident.town
    await resident.sends("/team Hallo?")
    (first,) = news(town)
    with town.database.writing() as db:
        handover.reply(db, first.case_id, Author("Anna"), "Guten Tag!", town.now())
        case_calls.note(db, first, town.now())  # it was told while somebody answered
    assert news(town) == []
    town.now.moves(minutes=1)
    await resident.sends("Noch eine Frage")
    assert [(one.call, one.since) for one in news(town)] == [(Call.TELL, town.now())]


@pytest.mark.parametrize("end", ["/menu", "close"])
async def test_nobody_is_told_of_what_has_ended(resident: Resident, end: str) -> None:
    town = resident.town
    await resident.sends("/team Hallo?")
    (told,) = news(town)
    if end == "close":
        with town.database.writing() as db:
            handover.close(db, told.case_id, town.now())
    else:
        await resident.sends(end)
    assert news(town) == []


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
        case_calls.note(db, told, town.now())
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
