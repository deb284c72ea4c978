"""On Monday mornings staff who want it get a mail with what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.clock import sort_questions
from bot.domain.staff import Role
from bot.mail import Mailer, read_server
from bot.services import events, staff
from bot.services.dialogue import Policy
from bot.services.events import Draft
from bot.services.grouping import Sorter
from bot.staff_digest import StaffDigest
from tests.conftest import Resident, TestTown
from tests.fakes.mail_server import MailServer, mail_server
from tests.small_quarter import LIBRARY, UNKNOWN, furnish

MONDAY = datetime(2026, 6, 15, 5, 30, tzinfo=UTC)
ADDRESS = "https://lotse.example.org"
SECRET = "Mein Sohn ist krank"


@pytest.fixture
async def office(town: TestTown) -> TestTown:
    """A town early on a Monday in which nothing waits."""
    await furnish(town)
    town.desk.policy = Policy(address=ADDRESS)
    town.now.moment = MONDAY
    return town


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def digest(office: TestTown, mail: MailServer) -> StaffDigest:
    """What sends it, in a process of its own."""
    return StaffDigest(office.desk, Mailer(read_server(mail.url)))


def hires(office: TestTown, name: str, role: Role, language: str = "de", *, wants_digest: bool = True) -> int:
    with office.database.writing() as db:
        member, _ = staff.add(db, name, role, language, office.now())
        staff.change_profile(db, member.id, language, f"{name}@example.org", wants_digest=wants_digest)
        return member.id


async def asks(office: TestTown, *texts: str) -> None:
    resident = Resident(office, "r")
    for text in texts:
        await resident.sends(text)
    await sort_questions(office.desk, Sorter())


def plans(office: TestTown, title: str, day: int) -> None:
    with office.database.writing() as db:
        start = datetime(2026, 6, day, 18)  # noqa: DTZ001 (what the town's clock shows)
        events.create(db, Draft({"de": title}, start), office.desk.clock, office.now())


async def test_it_says_what_waits_and_where_and_nothing_that_a_resident_wrote(
    office: TestTown, mail: MailServer
) -> None:
    hires(office, "anna", Role.QM)
    await Resident(office, "t").sends("/language tr")
    await asks(office, UNKNOWN, "/team", SECRET)
    await office.learns(replace(LIBRARY, id="alt", title={"de": "Alter Eintrag"}, next_check_on=date(2026, 6, 15)))
    plans(office, "Bürgerforum", 16)
    plans(office, "Erst in zwei Wochen", 30)
    await digest(office, mail).make_due()
    (letter,) = mail.letters
    assert (letter["To"], letter["Subject"]) == ("anna@example.org", "Was diese Woche wartet")
    assert letter.get_content() == (
        "Guten Morgen,\n\ndas wartet auf Sie:\n\n"
        f"1 Mensch wartet auf eine Antwort.\n{ADDRESS}/console/cases\n\n"
        f"1 Frage hat noch keine Antwort.\n{ADDRESS}/console/questions\n\n"
        f"1 Eintrag ist zu prüfen:\n- Alter Eintrag\n{ADDRESS}/console/entries\n\n"
        "Termine der nächsten sieben Tage, denen ein Text fehlt:\n"
        f"- Di., 16. Juni, 18:00: Bürgerforum (TR)\n{ADDRESS}/console/events\n\n"
        f"Sie bekommen diese Mail montags, weil Sie das so gewählt haben. Abstellen:\n{ADDRESS}/console/me\n"
    )


async def test_each_week_brings_one_whatever_is_restarted(office: TestTown, mail: MailServer) -> None:
    hires(office, "anna", Role.EDITOR)
    hires(office, "bert", Role.EDITOR, wants_digest=False)
    hires(office, "later", Role.EDITOR)
    await asks(office, UNKNOWN)
    for _ in range(3):
        await digest(office, mail).make_due()
        office.now.moves(minutes=1)
    assert [letter["To"] for letter in mail.letters] == ["anna@example.org"]
    office.now.moves(days=1)
    await digest(office, mail).make_due()
    assert len(mail.letters) == 1
    office.now.moment = MONDAY.replace(day=22)
    await digest(office, mail).make_due()
    assert [letter["To"] for letter in mail.letters] == ["anna@example.org"] * 2


async def test_a_week_in_which_nothing_waits_is_skipped(office: TestTown, mail: MailServer) -> None:
    hires(office, "anna", Role.EDITOR)
    hires(office, "dora", Role.DATA_PROTECTION)
    await digest(office, mail).make_due()
    await asks(office, UNKNOWN)  # later on the same morning
    await digest(office, mail).make_due()
    assert mail.letters == []
    office.now.moment = MONDAY.replace(day=22)
    await digest(office, mail).make_due()
    assert [letter["To"] for letter in mail.letters] == ["anna@example.org"]  # dora can answer nothing


async def test_a_mail_server_that_was_away_gets_it_later_on_the_morning(office: TestTown, mail: MailServer) -> None:
    hires(office, "anna", Role.EDITOR)
    await asks(office, UNKNOWN)
    await digest(office, MailServer(port=9)).make_due()
    office.now.moves(hours=1)
    await digest(office, mail).make_due()
    assert len(mail.letters) == 1


async def test_many_titles_are_counted_and_a_reader_of_english_reads_english(
    office: TestTown, mail: MailServer
) -> None:
    hires(office, "anna", Role.EDITOR, "en")
    due = [replace(LIBRARY, id=f"alt-{number}", next_check_on=date(2026, 1, 1)) for number in range(12)]
    await office.learns(*due)
    await digest(office, mail).make_due()
    text = mail.letters[0].get_content()
    assert "12 entries are to be checked:" in text
    assert text.count("\n- ") == 11
    assert "- and 2 more" in text


async def test_without_a_mail_server_nothing_is_noted(office: TestTown, mail: MailServer) -> None:
    hires(office, "anna", Role.EDITOR)
    await asks(office, UNKNOWN)
    await StaffDigest(office.desk).make_due()
    assert mail.letters == []
    await digest(office, mail).make_due()
    assert len(mail.letters) == 1
