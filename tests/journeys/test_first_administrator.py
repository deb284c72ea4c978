"""From the first start to somebody who can sign in."""

from __future__ import annotations

import re
import time

import httpx

from tests.journeys.conftest import Program

LINK = re.compile(r"First administrator, choose a password: (http://\S+/console/setup/\S+)")


def links(program: Program, count: int) -> list[str]:
    """The links that were printed, as soon as there are so many: the program is ready before it says them all."""
    for _ in range(100):
        found = LINK.findall(program.log.read_text())
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{len(found)} links were printed, not {count}")


def restarts(program: Program) -> None:
    assert program.stops() == 0
    program.starts()


def test_the_first_administrator_comes_in_by_the_newest_link(program: Program) -> None:
    program.starts()
    restarts(program)
    old, new = links(program, 2)
    assert new.startswith(f"http://{program.address}/console/setup/")
    assert httpx.get(old).status_code == 404
    assert httpx.get(new).status_code == 200
    choice = {"name": "Quartiersbüro", "password": "vier bunte Enten auf dem Teich"}
    with httpx.Client() as browser:
        chosen = browser.post(new, data=choice)
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/console")
        assert "Quartiersbüro" in browser.get(f"http://{program.address}/console").text
    assert httpx.get(new).status_code == 404
    restarts(program)
    assert links(program, 2) == [old, new]


def test_who_lost_the_password_comes_in_by_a_link_of_the_command(program: Program) -> None:
    added = program.does("user", "add", "Redaktion", "--role", "editor").stdout.split()[-1]
    renewed = program.does("user", "reset", "Redaktion").stdout.split()[-1]
    program.starts()
    assert [httpx.get(link).status_code for link in (added, renewed)] == [404, 200]
    program.does("user", "disable", "Redaktion")
    assert httpx.get(renewed).status_code == 404
