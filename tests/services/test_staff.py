"""Accounts, also where two requests come at once: on both kinds of databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from bot.domain.errors import EnquiryError, NotFound, Refused, TooMany
from bot.domain.staff import Role
from bot.services import sign_in, staff
from bot.services.sign_in import MOST_FAILURES, MOST_FAILURES_OF_ADDRESS, MOST_FAILURES_OF_NAME, Browser
from bot.storage.database import Database
from tests.conftest import NOON

Deed = Callable[[Session], object]


def at_once(database: Database, first: Deed, second: Deed) -> list[type[EnquiryError] | None]:
    """Do two things at once: the second begins before what the first did is committed. What each was refused with."""
    begun = threading.Event()

    def do_first() -> None:
        with database.writing() as db:
            first(db)
            db.flush()
            begun.set()
            threading.Event().wait(0.5)

    def do_second() -> None:
        assert begun.wait(30)
        with database.writing() as db:
            second(db)

    with ThreadPoolExecutor(2) as threads:
        doing = [threads.submit(deed) for deed in (do_first, do_second)]
    faults = [each.exception() for each in doing]
    assert all(fault is None or isinstance(fault, EnquiryError) for fault in faults), faults
    return [type(fault) if isinstance(fault, EnquiryError) else None for fault in faults]


def add(db: Session, name: str, role: Role = Role.ADMIN) -> int:
    """An account with a password; its number."""
    _, token = staff.add(db, name, role, "de", NOON)
    return staff.accept(db, token, name, "hash", "de", NOON).id


@pytest.fixture
def two(database: Database) -> tuple[int, int]:
    """The numbers of two administrators, A and B."""
    with database.writing() as db:
        return add(db, "A"), add(db, "B")


DEEDS: dict[str, Callable[[Session, int], object]] = {
    "change_role": lambda db, number: staff.change_role(db, number, Role.EDITOR),
    "disable": lambda db, number: staff.disable(db, number, NOON),
    "renew_link": lambda db, number: staff.renew_link(db, number, NOON),
}


@pytest.mark.parametrize("name", DEEDS)
def test_two_administrators_who_shut_each_other_out_leave_one(
    database: Database, two: tuple[int, int], name: str
) -> None:
    one, other = two
    shuts_out = DEEDS[name]
    faults = at_once(database, lambda db: shuts_out(db, other), lambda db: shuts_out(db, one))
    assert faults == [None, Refused]
    with database.reading() as db:
        left = [each for each in staff.listed(db) if each.role is Role.ADMIN and not each.is_disabled]
    assert [each.name for each in left if each.has_password] == ["A"]


def test_one_link_makes_one_account(database: Database) -> None:
    with database.writing() as db:
        token = staff.first_link(db, NOON)
    assert token

    def takes(name: str) -> Deed:
        return lambda db: staff.accept(db, token, name, "hash", "de", NOON)

    assert at_once(database, takes("A"), takes("B")) == [None, NotFound]
    with database.reading() as db:
        assert [each.name for each in staff.listed(db)] == ["A"]


def test_two_who_take_one_name_are_told(database: Database) -> None:
    def takes(db: Session) -> object:
        return staff.add(db, "Redaktion", Role.EDITOR, "de", NOON)

    assert at_once(database, takes, takes) == [None, Refused]


def test_the_only_administrator_gets_a_link_from_the_machine_alone(database: Database) -> None:
    with database.writing() as db:
        number = add(db, "A")
    with pytest.raises(Refused, match="only administrator"), database.writing() as db:
        staff.renew_link(db, number, NOON)
    with database.writing() as db:
        token = staff.rescue(db, number, NOON)
        assert staff.invitation(db, token, NOON)


def test_attempts_at_once_are_counted_before_any_password_is_looked_at(database: Database) -> None:
    def tries(db: Session) -> object:
        return sign_in.begin(db, "A", "10.1.1.1", None, NOON)

    with database.writing() as db:
        add(db, "A")
        for _ in range(MOST_FAILURES - 1):
            tries(db)
    assert at_once(database, tries, tries) == [None, TooMany]


def test_a_right_password_counts_no_longer(database: Database) -> None:
    with database.writing() as db:
        add(db, "A")
        for _ in range(2 * MOST_FAILURES_OF_NAME):
            sign_in.forgive(db, sign_in.begin(db, "A", "10.1.1.1", None, NOON))


@pytest.mark.parametrize(
    ("most", "attempt"),
    [
        (MOST_FAILURES, lambda number: ("A", "10.1.1.1")),
        (MOST_FAILURES_OF_NAME, lambda number: ("A", f"10.1.1.{number}")),
        (MOST_FAILURES_OF_ADDRESS, lambda number: (f"name {number}", "10.1.1.1")),
    ],
)
def test_the_last_attempt_says_that_it_is(
    sqlite_database: Database, most: int, attempt: Callable[[int], tuple[str, str]]
) -> None:
    with sqlite_database.writing() as db:
        made = [sign_in.begin(db, *attempt(number), None, NOON) for number in range(most)]
        assert [each.is_last for each in made] == [False] * (most - 1) + [True]
        with pytest.raises(TooMany):
            sign_in.begin(db, *attempt(most), None, NOON)


def test_of_a_known_browser_nothing_else_is_counted(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        number = add(db, "A")
        for each in range(MOST_FAILURES_OF_NAME):
            sign_in.begin(db, "A", f"10.1.1.{each}", None, NOON)
        own, others = Browser(number, "one"), Browser(number + 1, "one")
        assert [sign_in.begin(db, "A", "", own, NOON).is_last for _ in range(MOST_FAILURES)][-1]
        for browser in (None, own, others):
            with pytest.raises(TooMany):
                sign_in.begin(db, "A", "", browser, NOON)
        assert sign_in.begin(db, "A", "", Browser(number, "two"), NOON).member_id == number
