"""Mail to staff, over a server on this machine."""

from __future__ import annotations

import logging
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import InvalidInput
from bot.mail import Letter, Mailer, MailFault, Server, read_server
from tests.conftest import NOON
from tests.fakes.certificate import certificate, serving
from tests.fakes.mail_server import MailServer, mail_server

SUBJECT, TEXT = "Jemand wartet – noch", "Größe: ß\n"


def letter(to: str) -> Letter:
    return Letter(to, SUBJECT, TEXT)


def letters(*names: str) -> list[Letter]:
    return [letter(f"{name}@example.org") for name in names]


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
        (
            "smtp://anna%40localhost:x@mail.example.org",
            Server("mail.example.org", 587, False, "anna@localhost", "x", "lotse@mail.example.org"),
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
        "smtp://a?from=b@[example.org",
    ],
)
def test_what_names_no_server_is_refused_with_a_right_example(url: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_server(url)
    assert "smtp://user:password@mail.example.org:587" in fault.value.reason


def mailer(server: MailServer, signs_in: str = "", host: str = "127.0.0.1") -> Mailer:
    return Mailer(read_server(server.url.replace("//127.0.0.1", f"//{signs_in}{host}")))


async def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        settled = await mailer(server).send(letters("anna", "bert", "anna"), NOON)
    assert settled == set(letters("anna", "bert"))
    assert [(letter["To"], letter["From"]) for letter in server.letters] == [
        ("anna@example.org", "lotse@example.org"),
        ("bert@example.org", "lotse@example.org"),
    ]
    first = server.letters[0]
    assert (first["Subject"], first.get_content()) == (SUBJECT, TEXT)
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"].endswith("@example.org>")


async def test_who_is_named_signs_in(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server() as server, caplog.at_level(logging.WARNING):
        assert await mailer(server, "anna:geheim!@").send(letters("anna"), NOON)
        assert await mailer(server, "anna:falsch@").send(letters("anna"), NOON) == set()
    assert (server.signed_in[:2], len(server.letters)) == (["anna", "anna"], 1)
    assert "127.0.0.1 does not accept this user and password" in caplog.text


@pytest.mark.parametrize(
    "odd",
    [
        "anna@elsewhere.invalid",
        "a@[example.org",
        "=?utf-8?q?=0d=0aBcc=3a?=@example.org",
        "müller@example.org",
        "a,bert@example.org",
        "(a@example.org",
        "a@example.org\nBcc: bert@example.org",
    ],
)
async def test_an_address_that_is_refused_hinders_no_other(odd: str, caplog: pytest.LogCaptureFixture) -> None:
    sent = [letter(odd), *letters("bert")]
    with mail_server() as server, caplog.at_level(logging.ERROR):
        assert await mailer(server).send(sent, NOON) == set(sent)
    assert [letter["To"] for letter in server.letters] == ["bert@example.org"]
    assert "refused" in caplog.text
    assert "elsewhere" not in caplog.text


async def test_an_umlaut_in_a_domain_is_written_as_servers_do() -> None:
    with mail_server() as server:
        await mailer(server).send([letter("anna@bücher.example.org")], NOON)
        assert server.rejected == ["anna@xn--bcher-kva.example.org"]


async def test_who_cannot_be_reached_now_gets_it_later_and_the_others_at_once() -> None:
    with mail_server() as server:
        assert await mailer(server).send(letters("later", "bert"), NOON) == set(letters("bert"))
    assert [letter["To"] for letter in server.letters] == ["bert@example.org"]


async def test_what_arrived_before_the_connection_broke_is_known() -> None:
    with mail_server() as server:
        settled = await mailer(server).send(letters("anna", "last", "bert"), NOON)
    assert settled == set(letters("anna"))


async def test_a_server_that_is_away_is_asked_less_and_less_often(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as place, caplog.at_level(logging.WARNING):
        place.bind(("127.0.0.1", 0))
        away = Mailer(read_server(f"smtp://127.0.0.1:{place.getsockname()[1]}"))
        for second in range(60):
            assert await away.send(letters("anna"), NOON + timedelta(seconds=second)) == set()
    assert caplog.text.count("cannot be reached") == 6


# --- Encrypted -------------------------------------------------------------------------------------------------------


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this machine trusts."""
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def encrypted(server: MailServer, host: str = "localhost", scheme: str = "smtps") -> Mailer:
    url = server.url.replace("smtp://127.0.0.1", f"{scheme}://anna:geheim!@{host}")
    return Mailer(read_server(url))


async def test_letters_are_encrypted_from_the_start(trusted: Path) -> None:
    with mail_server(at_once=serving(trusted)) as server:
        sender = encrypted(server)
        assert await sender.send(letters("anna"), NOON)
        assert await sender.examine() == f"localhost:{server.port}, encrypted, from lotse@example.org"
    assert len(server.letters) == 1


async def test_letters_are_encrypted_where_the_server_offers_it(trusted: Path) -> None:
    with mail_server(on_demand=serving(trusted)) as server:
        sender = encrypted(server, scheme="smtp")
        assert await sender.send(letters("anna"), NOON)
        assert "encrypted, from" in await sender.examine()
    assert (server.signed_in[0], len(server.letters)) == ("anna", 1)


@pytest.mark.parametrize(
    ("host", "is_expired", "is_known", "why"),
    [
        ("localhost", False, False, "self-signed certificate"),
        ("mail.example.org", False, True, "not valid for 'localhost'"),
        ("localhost", True, True, "expired"),
    ],
)
@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_certificate_that_cannot_be_trusted_gets_neither_password_nor_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, host: str, is_expired: bool, is_known: bool, why: str
) -> None:
    file = certificate(tmp_path, host, is_expired=is_expired)
    monkeypatch.setenv("SSL_CERT_FILE", str(file if is_known else certificate(tmp_path, "other.example.org")))
    way = serving(file)
    with mail_server(*((way, None) if scheme == "smtps" else (None, way))) as server:
        sender = encrypted(server, scheme=scheme)
        assert await sender.send(letters("anna"), NOON) == set()
        with pytest.raises(MailFault) as fault:
            await sender.examine()
    assert str(fault.value).startswith("the certificate of localhost cannot be trusted: ")
    assert why in str(fault.value)
    assert (server.signed_in, server.letters) == ([], [])


async def test_smtps_where_nothing_is_encrypted_says_what_to_write() -> None:
    with mail_server() as server, pytest.raises(MailFault, match="does not encrypt from the start; smtp://"):
        await encrypted(server).examine()


async def test_a_password_is_not_shown_to_whoever_is_on_the_way() -> None:
    with mail_server() as server:
        for host in ("localhost", "127.0.0.1"):  # nobody is on the way
            await encrypted(server, host, "smtp").examine()
        away = Mailer(replace(read_server(server.url), host="0.0.0.0", user="anna", password="geheim!"))  # noqa: S104
        with pytest.raises(MailFault, match="offers no encryption, so that the password was not sent"):
            await away.examine()
    assert server.signed_in == ["anna", "anna"]


async def test_a_server_that_does_not_want_the_sender_says_so_before_the_first_letter() -> None:
    with mail_server(refuses="lotse@example.org") as server:
        with pytest.raises(MailFault, match=r"does not accept letters from lotse@example\.org"):
            await mailer(server).examine()
        assert await mailer(server).send(letters("anna"), NOON) == set()  # once that is mended, it goes out
