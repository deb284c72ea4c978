"""Mail to staff: one connection for each letter to all who get it."""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from bot.domain.errors import InvalidInput

log = logging.getLogger(__name__)

SECONDS = 20.0
"""How long a mail server may take for one answer."""

PORTS = {"smtp": 587, "smtps": 465}
"""Source: RFC 6409 (submission) and RFC 8314 (submission with TLS from the start)."""

EXAMPLE = "for example smtp://user:password@mail.example.org:587"


class MailFault(Exception):
    """A letter did not go out now; it may later."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody gets."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, as LOTSE_SMTP_URL names it."""

    host: str
    port: int
    is_encrypted: bool
    """Whether the connection is so from the start; else it becomes so where the server offers it."""
    user: str
    password: str
    sender: str


def read_server(url: str) -> Server:
    """The server that a URL names; raises InvalidInput where it names none.

    `?from=lotse@example.org` says who the letters are from, else it is the user, else lotse at the server.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as fault:
        raise InvalidInput(f"its port is no number; {EXAMPLE}") from fault
    if parts.scheme not in PORTS or not parts.hostname:
        raise InvalidInput(f"it must be the address of a mail server, {EXAMPLE}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    named = parse_qs(parts.query).get("from", [user if "@" in user else f"lotse@{parts.hostname}"])[0]
    if not named.isprintable() or "@" not in named:
        raise InvalidInput(f"after from= it must be an e-mail address; {EXAMPLE}")
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password, named)


class Mailer:
    """Sends letters by one server."""

    def __init__(self, server: Server):
        self._server = server

    async def send(self, letters: Mapping[str, Letter]) -> None:
        """Send a letter to each address; raises MailFault where the server could not be used.

        An address that it refuses is logged as a count: whoever it belongs to has to correct it.
        """
        await asyncio.to_thread(self._send, letters)

    def _send(self, letters: Mapping[str, Letter]) -> None:
        refused = 0
        try:
            with self._connect() as server:
                for address, letter in letters.items():
                    try:
                        server.send_message(self._message(address, letter))
                    except smtplib.SMTPRecipientsRefused:
                        refused += 1
        except (OSError, smtplib.SMTPException) as fault:
            raise MailFault(type(fault).__name__) from fault
        if refused:
            log.error("the mail server refused %d of %d addresses of staff", refused, len(letters))

    def _connect(self) -> smtplib.SMTP:
        """A connection on which somebody has signed in, where the URL names who."""
        own, context = self._server, ssl.create_default_context()
        server: smtplib.SMTP
        if own.is_encrypted:
            server = smtplib.SMTP_SSL(own.host, own.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(own.host, own.port, timeout=SECONDS)
        try:
            server.ehlo()
            if not own.is_encrypted and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if own.user:
                server.login(own.user, own.password)
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, address: str, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._server.sender, address, letter.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2])
        # Nobody's holiday notice answers it. Source: RFC 3834, 5.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message
