"""Mail to staff, over a server on this machine."""

from __future__ import annotations

import logging
import socket

import pytest

from bot.domain.errors import InvalidInput
from bot.mail import Letter, Mailer, MailFault, Server, read_server
from tests.fakes.mail_server import mail_server

LETTER = Letter("Jemand wartet – noch", "Größe: ß\n")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://lotse%40example.org:geheim%2F!@mail.example.org:2525",
            Server("mail.example.org", 2525, False, "lotse@example.org", "geheim/!", "lotse@example.org"),
        ),
        ("smtp://mail.example.org", Server("mail.example.org", 587, False, "", "", "lotse@mail.example.org")),
        (
            "smtps://user:x@mail.example.org?from=a@example.org",
            Server("mail.example.org", 465, True, "user", "x", "a@example.org"),
        ),
    ],
)
def test_a_url_names_the_server_and_who_signs_in(url: str, server: Server) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://a:99999999",
        "smtp://a?from=b%0AX: c@d",
        "smtp://a?from=b",
    ],
)
def test_what_names_no_server_is_refused_with_a_right_example(url: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_server(url)
    assert "smtp://user:password@mail.example.org:587" in fault.value.reason


async def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        await Mailer(read_server(server.url)).send({"anna@example.org": LETTER, "bert@example.org": LETTER})
    assert [(letter["To"], letter["From"]) for letter in server.letters] == [
        ("anna@example.org", "lotse@example.org"),
        ("bert@example.org", "lotse@example.org"),
    ]
    letter = server.letters[0]
    assert (letter["Subject"], letter.get_content()) == (LETTER.subject, LETTER.text)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")


async def test_who_is_named_signs_in() -> None:
    with mail_server() as server:
        await Mailer(read_server(server.url.replace("//", "//anna:geheim!@"))).send({"anna@example.org": LETTER})
        with pytest.raises(MailFault):
            await Mailer(read_server(server.url.replace("//", "//anna:falsch@"))).send({"anna@example.org": LETTER})
    assert (server.signed_in[:2], len(server.letters)) == (["anna", "anna"], 1)


async def test_an_address_that_is_refused_hinders_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server() as server, caplog.at_level(logging.ERROR):
        await Mailer(read_server(server.url)).send({"anna@elsewhere.invalid": LETTER, "bert@example.org": LETTER})
    assert [letter["To"] for letter in server.letters] == ["bert@example.org"]
    assert "1 of 2" in caplog.text
    assert "elsewhere" not in caplog.text


async def test_a_server_that_is_away_is_no_reason_to_give_up() -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        with pytest.raises(MailFault):
            await Mailer(read_server(f"smtp://127.0.0.1:{place.getsockname()[1]}")).send({"anna@example.org": LETTER})
