"""A duty that one process at a time has."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from bot.services import leases
from bot.services.leases import LEASE
from bot.storage.database import Database
from tests.conftest import ToldTime

DUTY = "telegram"
ANOTHER_MACHINE = "0f0e/1/2/abc"


def take(database: Database, now: ToldTime, holder: str) -> bool:
    with database.writing() as db:
        return leases.take(db, DUTY, holder, now())


@contextmanager
def another_process() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The name that a living process gave itself, and the process."""
    code = "from bot.services import leases; print(leases.new_holder(), flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


def test_one_has_it_and_may_renew_it(database: Database, now: ToldTime) -> None:
    assert take(database, now, "a")
    assert not take(database, now, "b")
    now.moves(seconds=LEASE.total_seconds() - 1)
    assert take(database, now, "a")
    now.moves(seconds=LEASE.total_seconds() - 1)
    assert not take(database, now, "b")
    assert take(database, now, "a")


def test_it_is_free_when_its_time_is_over_and_lost_to_who_had_it(database: Database, now: ToldTime) -> None:
    assert take(database, now, ANOTHER_MACHINE)
    now.moves(seconds=LEASE.total_seconds())
    assert take(database, now, "b")
    assert not take(database, now, ANOTHER_MACHINE)


def test_it_is_free_at_once_when_it_is_given_back(database: Database, now: ToldTime) -> None:
    take(database, now, "a")
    with database.writing() as db:
        leases.give_back(db, DUTY, "b")
    assert not take(database, now, "b")
    with database.writing() as db:
        leases.give_back(db, DUTY, "a")
    assert take(database, now, "b")


def test_duties_are_independent(database: Database, now: ToldTime) -> None:
    assert take(database, now, "a")
    with database.writing() as db:
        assert leases.take(db, "delivery", "b", now())


def test_of_many_that_want_it_at_once_one_gets_it(database: Database, now: ToldTime) -> None:
    start = threading.Barrier(6)

    def want(holder: str) -> bool:
        start.wait()
        return take(database, now, holder)

    with ThreadPoolExecutor(6) as threads:
        got = [wanting.result() for wanting in [threads.submit(want, holder) for holder in "abcdef"]]
    assert sorted(got) == [False] * 5 + [True]


def test_no_two_names_are_the_same() -> None:
    assert leases.new_holder() != leases.new_holder()
    assert len(leases.new_holder()) <= 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whether a process of a name lives")
def test_a_dead_process_of_this_machine_is_not_waited_for(database: Database, now: ToldTime) -> None:
    with another_process() as (holder, process):
        assert take(database, now, holder)
        assert not take(database, now, "b")
        process.kill()
        process.wait()
        assert take(database, now, leases.new_holder())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whether a process of a name lives")
def test_who_is_gone() -> None:
    own = leases.new_holder()
    kernel, number, started, token = own.split("/")
    assert not leases.is_gone(own)
    assert leases.is_gone(f"{kernel}/{number}/{int(started) + 1}/{token}"), "the number came again"
    assert not leases.is_gone(f"{kernel}0/{number}/1/{token}"), "another container counts from 1, too"
    assert not leases.is_gone("?/1/?/x")
    assert not leases.is_gone(ANOTHER_MACHINE)
    assert not leases.is_gone("")
    with another_process() as (holder, process):
        assert not leases.is_gone(holder)
        process.kill()
        # Until its parent has looked after it, it still has a number.
        while not leases.is_gone(holder):
            continue
        process.wait()
        assert leases.is_gone(holder)
