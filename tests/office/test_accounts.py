"""Accounts and tokens on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_cli import Lotse

LINK = re.compile(r"http://127\.0\.0\.1:8080/console/setup/[\w-]{40,}$")


def test_an_account_is_given_by_a_link_that_is_shown_once(lotse: Lotse) -> None:
    assert LINK.search(lotse("user", "add", "Quartiersbüro", "--role", "qm").stdout.strip())
    shown = lotse("user", "list").stdout
    assert shown == "Quartiersbüro (qm), no password yet\n"


def test_capitals_do_not_make_another_name(lotse: Lotse) -> None:
    lotse("user", "add", "Redaktion", "--role", "editor")
    assert "has this name already" in lotse("user", "add", " REDAKTION ", "--role", "editor", exits=1).stderr
    assert LINK.search(lotse("user", "reset", "redaktion").stdout.strip())


def test_a_second_link_takes_the_place_of_the_first(lotse: Lotse) -> None:
    first = lotse("user", "add", "Redaktion", "--role", "editor").stdout
    assert lotse("user", "reset", "Redaktion").stdout != first


def test_who_is_locked_out_is_let_in_again(lotse: Lotse) -> None:
    lotse("user", "add", "Redaktion", "--role", "editor")
    assert "disabled" in lotse("user", "disable", "Redaktion").stdout
    assert "disabled" in lotse("user", "list").stdout
    assert "disabled" not in lotse("user", "enable", "Redaktion").stdout


@pytest.mark.parametrize("deed", ["reset", "disable", "enable"])
def test_an_unknown_name_is_one_plain_sentence(lotse: Lotse, deed: str) -> None:
    assert "no account 'Niemand'" in lotse("user", deed, "Niemand", exits=1).stderr


@pytest.mark.parametrize("arguments", [("user", "add", "X"), ("user", "add", "X", "--role", "boss"), ("user", "reset")])
def test_wrong_usage_exits_with_2(lotse: Lotse, arguments: tuple[str, ...]) -> None:
    lotse(*arguments, exits=2)


def test_an_empty_name_is_refused(lotse: Lotse) -> None:
    assert "name" in lotse("user", "add", "  ", "--role", "qm", exits=1).stderr
    assert "name" in lotse("token", "create", "  ", "--role", "qm", exits=1).stderr


def test_a_token_is_listed_without_itself_and_taken_back(lotse: Lotse, tmp_path: Path) -> None:
    token = lotse("token", "create", "Terminkalender", "--role", "qm").stdout.split()[-1]
    shown = lotse("token", "list").stdout
    assert re.fullmatch(r"Terminkalender \(qm\), since \d{4}-\d\d-\d\d\n", shown)
    assert token.encode() not in (tmp_path / "data" / "lotse.sqlite3").read_bytes()
    assert "already" in lotse("token", "create", "Terminkalender", "--role", "qm", exits=1).stderr
    lotse("token", "revoke", "Terminkalender")
    assert lotse("token", "list").stdout == ""
    assert "no token" in lotse("token", "revoke", "Terminkalender", exits=1).stderr
