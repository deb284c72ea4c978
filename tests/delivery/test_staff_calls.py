"""The office is told who waits for a person: by mail, and in its group on Telegram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.desk import StaffRoom
from bot.domain.staff import Role
from bot.mail import Mailer, read_server
from bot.services import case_calls, handover, privacy, staff
from bot.services.handover import Author
from bot.staff_calls import StaffCalls
from bot.storage.tables import ConversationRow
from tests.delivery.office import Office
from tests.fakes.bot_api_people import Group
from tests.fakes.mail_server import MailServer, mail_server

SECRET = "Mein Sohn ist seit Montag krank"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def group(office: Office) -> Group:
    return office.telegram.group(-100)


async def calls(office: Office, mail: MailServer | None = None, *, has_group: bool = True) -> StaffCalls:
    """What tells the office, in a process of its own."""
    await office.desk.refresh()
    room = StaffRoom(office.outlet.sender, "-100" if has_group else "")
    return StaffCalls(office.desk, room, Mailer(read_server(mail.url)) if mail else None)


def hires(office: Office, name: str, role: Role, language: str = "de") -> None:
    with office.database.writing() as db:
        member, _ = staff.add(db, name, role, language, office.now())
        staff.change_profile(db, member.id, language, f"{name.lower()}@example.org")


def waits(office: Office, *texts: str, number: int = 7) -> int:
    """A resident asks for a person, and says why."""
    resident = office.knows(number, "tr")
    with office.database.writing() as db:
        case = handover.begin(db, db.get_one(ConversationRow, resident), office.now())
        for text in texts:
            handover.hear(db, case, text, office.now())
        return case.id


async def test_a_mail_says_that_somebody_waits_and_not_what_they_wrote(office: Office, mail: MailServer) -> None:
    hires(office, "Anna", Role.EDITOR)
    hires(office, "Bert", Role.ADMIN, "en")
    telling = await calls(office, mail, has_group=False)
    case = waits(office, SECRET)
    await telling.make_due()
    await telling.make_due()
    german, english = mail.letters
    assert (german["To"], german["Subject"]) == ("anna@example.org", "Jemand möchte mit einem Menschen sprechen")
    assert "Türkisch" in german.get_content()
    assert f"/console/cases/{case}\n" in german.get_content()
    assert "Turkish" in english.get_content()
    assert not any("Sohn" in letter.as_string() for letter in mail.letters)
    office.now.moves(days=1)
    await telling.make_due()
    subjects = [(letter["To"], letter["Subject"]) for letter in mail.letters[2:]]
    assert subjects == [
        ("anna@example.org", "Jemand wartet noch auf eine Antwort"),
        ("bert@example.org", "Somebody has waited for more than a day"),
    ]


async def test_the_group_reads_each_message_once_without_personal_details(office: Office, group: Group) -> None:
    telling = await calls(office)
    case = waits(office, SECRET, "Bitte anrufen: 0231 5550199")
    await telling.make_due()
    await (await calls(office)).make_due()  # another process
    first, second = group.heard
    assert first.text.startswith(f"Gespräch {case} · Türkisch\n\n{SECRET}")
    assert f"/console/cases/{case}" in first.text
    assert "5550199" not in second.text
    with office.database.reading() as db:
        assert case_calls.case_of(db, str(first.message_id)) == case


async def test_the_group_is_told_of_who_has_not_said_why_reminded_and_called_at_last(
    office: Office, group: Group
) -> None:
    telling = await calls(office)
    waits(office)
    await telling.make_due()
    assert group.heard == []
    for hours in (0.01, 24):
        office.now.moves(hours=hours)
        await telling.make_due()
        await telling.make_due()
    told = [heard.text.split("\n")[2] for heard in group.heard]
    assert [line.split()[0] for line in told] == ["Jemand", "Hier"]
    assert "mehr als einem Tag" in told[1]


async def test_mail_that_cannot_be_sent_is_tried_again_and_the_group_is_not_told_twice(
    office: Office, group: Group, mail: MailServer
) -> None:
    hires(office, "Anna", Role.EDITOR)
    telling = await calls(office, MailServer(port=9))  # nobody listens there
    waits(office)
    office.now.moves(minutes=1)
    await telling.make_due()
    await telling.make_due()
    assert len(group.heard) == 1
    office.now.moves(minutes=1)
    await (await calls(office, mail, has_group=False)).make_due()
    assert [letter["To"] for letter in mail.letters] == ["anna@example.org"]


async def test_while_telegram_is_away_nobody_gets_the_same_mail_twice(
    office: Office, group: Group, mail: MailServer
) -> None:
    hires(office, "Anna", Role.EDITOR)
    telling = await calls(office, mail)
    waits(office)
    office.now.moves(minutes=1)
    office.telegram.fails("sendMessage", 502, times=3)
    for _ in range(2):
        await telling.make_due()
        office.now.moves(seconds=10)
    office.now.moves(minutes=1)  # the first process is gone
    restarted = await calls(office, mail)
    for _ in range(3):
        await restarted.make_due()
        office.now.moves(seconds=10)
    assert ([letter["To"] for letter in mail.letters], len(group.heard)) == (["anna@example.org"], 1)


async def test_a_reader_whose_mail_went_out_gets_no_second_one_because_of_the_others(
    office: Office, mail: MailServer
) -> None:
    for name in ("Odd", "Anna", "Later", "Bert"):
        hires(office, name, Role.EDITOR)
    with office.database.writing() as db:
        odd = staff.named(db, "Odd")
        staff.change_profile(db, odd.id, "de", "=?utf-8?q?=0d=0aBcc=3a?=@example.org")  # from before it was checked
    waits(office, SECRET)
    for _ in range(3):
        await (await calls(office, mail, has_group=False)).make_due()
        office.now.moves(minutes=1)
    assert [letter["To"] for letter in mail.letters] == ["anna@example.org", "bert@example.org"]
    with office.database.reading() as db:
        assert [one.reader.mail for one in case_calls.untold(db) if one.reader] == ["later@example.org"]


async def test_the_group_is_reminded_though_mail_has_been_away_since(office: Office, group: Group) -> None:
    hires(office, "Anna", Role.EDITOR)
    telling = await calls(office, MailServer(port=9))
    waits(office)
    for hours in (0.1, 24):
        office.now.moves(hours=hours)
        await telling.make_due()
    assert len(group.heard) == 2


async def test_a_group_that_cannot_be_reached_reads_it_later(office: Office, group: Group) -> None:
    telling = await calls(office)
    waits(office, SECRET)
    office.telegram.fails("sendMessage", 502, times=1)
    await telling.make_due()
    assert group.heard == []
    await telling.make_due()
    assert len(group.heard) == 1


async def test_a_group_that_the_bot_was_thrown_out_of_holds_nothing_up(office: Office, group: Group) -> None:
    group.removes_bot()
    telling = await calls(office)
    waits(office, SECRET)
    await telling.make_due()
    with office.database.reading() as db:
        assert case_calls.unshown(db, ()) == []


async def test_one_process_tells_at_a_time(office: Office, group: Group) -> None:
    first, second = await calls(office), await calls(office)
    waits(office, SECRET)
    await first.make_due()
    waits(office, "Noch etwas", number=8)
    await second.make_due()
    assert len(group.heard) == 1
    office.now.moves(minutes=1)
    await second.make_due()
    assert len(group.heard) == 2


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_week_without_a_word_ends_it_whoever_is_told(office: Office, group: Group, is_told: bool) -> None:
    telling = await calls(office, has_group=is_told)
    case = waits(office, SECRET)
    with office.database.writing() as db:
        handover.reply(db, case, Author("Anna"), "Gute Besserung!", office.now())
    office.now.moves(days=7)
    await telling.make_due()
    with office.database.reading() as db:
        assert handover.in_hand(db) == set()


@pytest.mark.parametrize("hours", [1, 50])
async def test_who_is_forgotten_is_forgotten_by_the_group_too(office: Office, group: Group, hours: int) -> None:
    telling = await calls(office)
    waits(office, SECRET)
    await telling.make_due()
    (shown,) = group.heard
    office.now.moves(hours=hours)
    with office.database.writing() as db:
        privacy.erase(db, db.scalars(select(ConversationRow)).one())
    office.telegram.fails("deleteMessage", 502, times=1)
    await telling.make_due()
    await telling.make_due()
    left = group.messages.get(shown.message_id, {}).get("text", "")
    assert "krank" not in left
    assert left == ("" if hours < 48 else "Diese Nachricht ist gelöscht.")
    office.telegram.complaints.clear()  # what is too old to be deleted has to be tried
    with office.database.reading() as db:
        assert case_calls.removals(db) == []
