"""Mail to staff: one connection for all letters of a moment.

A certificate counts where this machine trusts who signed it: a town's own authority is named by SSL_CERT_FILE.
"""

from __future__ import annotations

import asyncio
import logging
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from bot.domain.errors import InvalidInput
from bot.domain.mail_address import on_the_wire
from bot.domain.retry import growing_wait

log = logging.getLogger(__name__)

SECONDS = 20.0
"""How long a mail server may take for one answer."""

PORTS = {"smtp": 587, "smtps": 465}
"""Source: RFC 6409 (submission) and RFC 8314 (submission with TLS from the start)."""

EXAMPLE = "for example smtp://user:password@mail.example.org:587"


class MailFault(Exception):
    """The mail server cannot be used now: one sentence says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody gets."""

    to: str
    """An address as somebody typed it."""
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

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine, so that nobody listens on the way."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


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
    named = parse_qs(parts.query).get("from", [""])[0]
    try:
        sender = on_the_wire(named) if named else _usual_sender(user, parts.hostname)
    except InvalidInput as fault:
        raise InvalidInput(f"after from= it must be an e-mail address; {EXAMPLE}") from fault
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password, sender)


def _usual_sender(user: str, host: str) -> str:
    try:
        return on_the_wire(user)
    except InvalidInput:
        return f"lotse@{host}"


class Mailer:
    """Sends letters by one server."""

    def __init__(self, server: Server):
        self._server = server
        self._faults = 0
        """How often in a row the server could not be used."""
        self._again_at: datetime | None = None

    async def send(self, letters: Sequence[Letter], now: datetime) -> frozenset[Letter]:
        """Send letters, each once; returns those that are settled: sent, or never to be. The others may be sent later.

        One that cannot be sent hinders no other. A server that is away is asked less and less often, which is logged.
        """
        if not letters or (self._again_at and now < self._again_at):
            return frozenset()
        settled, fault = await asyncio.to_thread(self._send, letters)
        self._faults = self._faults + 1 if fault else 0
        self._again_at = now + growing_wait(self._faults) if fault else None
        if fault:
            log.warning("staff cannot be told by mail now: %s", fault)
        return settled

    async def examine(self) -> str:
        """How the server is reached, after a try without a letter; raises MailFault where it cannot be used."""
        return await asyncio.to_thread(self._examine)

    def _send(self, letters: Sequence[Letter]) -> tuple[frozenset[Letter], str]:
        """What is settled, and why the rest is not; empty where there is none."""
        wanted, settled = dict.fromkeys(letters), set[Letter]()
        fault = f"{self._server.host} asks to try again later"
        try:
            with self._connect() as server:
                for letter in wanted:
                    if self._bring(server, letter):
                        settled.add(letter)
        except (OSError, MailFault) as trouble:
            fault = self._reason(trouble)
        return frozenset(settled), fault if len(settled) < len(wanted) else ""

    def _examine(self) -> str:
        own = self._server
        try:
            with self._connect() as server:
                _check(server.mail(own.sender), own.sender)
                is_encrypted = isinstance(server.sock, ssl.SSLSocket)
        except (OSError, MailFault) as fault:
            raise MailFault(self._reason(fault)) from fault
        return f"{own.host}:{own.port}, {'encrypted' if is_encrypted else 'not encrypted'}, from {own.sender}"

    def _bring(self, server: smtplib.SMTP, letter: Letter) -> bool:
        """Whether a letter is settled; raises SMTPException or OSError where no other can be sent either."""
        try:
            server.send_message(self._message(letter))
        except smtplib.SMTPRecipientsRefused as fault:
            codes = [code for code, _ in fault.recipients.values()]
            return self._refused(codes[0] if codes else 0)
        except smtplib.SMTPDataError as fault:
            return self._refused(fault.smtp_code)
        except (InvalidInput, smtplib.SMTPNotSupportedError):
            return self._refused(0)
        return True

    def _refused(self, code: int) -> bool:
        """Whether a refusal is for good. Source: RFC 5321, 4.2.1."""
        if 400 <= code < 500:
            return False
        log.error("an address of staff, or a letter to it, was refused by the mail server (%s)", code or "not sent")
        return True

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
                self._sign_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Show the password, but never where others on the way could read it."""
        if not isinstance(server.sock, ssl.SSLSocket) and not self._server.is_here:
            raise MailFault(f"{self._server.host} offers no encryption, so that the password was not sent")
        server.login(self._server.user, self._server.password)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["Subject"] = self._server.sender, letter.subject
        message["To"] = Address(addr_spec=on_the_wire(letter.to))
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2])
        # Nobody's holiday notice answers it. Source: RFC 3834, 5.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message

    def _reason(self, fault: Exception) -> str:
        """Why the server cannot be used, in one sentence for whoever runs this."""
        host, place = self._server.host, f"{self._server.host}:{self._server.port}"
        match fault:
            case MailFault():
                return str(fault)
            case ssl.SSLCertVerificationError():
                return f"the certificate of {host} cannot be trusted: {fault.verify_message}"
            case ssl.SSLError():
                return f"{place} does not encrypt from the start; smtp:// begins without and then encrypts"
            case smtplib.SMTPAuthenticationError():
                return f"{host} does not accept this user and password"
            case smtplib.SMTPSenderRefused():
                return f"{host} does not accept letters from {self._server.sender}"
            case smtplib.SMTPNotSupportedError():
                return f"{host} lets nobody sign in here"
            case TimeoutError():
                return f"{place} did not answer in {SECONDS:.0f} seconds; a port that encrypts from the start needs smtps://"
            case socket.gaierror():
                return f"there is no server named {host}"
            case smtplib.SMTPException():
                return f"{host} ended the connection"
            case _:
                return f"{place} cannot be reached"


def _check(answer: tuple[int, bytes], sender: str) -> None:
    """Raise where a server does not want a sender's letters."""
    if answer[0] != 250:
        raise smtplib.SMTPSenderRefused(*answer, sender)
