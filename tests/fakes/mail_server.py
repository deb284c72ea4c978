"""A mail server on this machine that remembers what it was given."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class MailServer:
    """Takes letters for everybody at example.org.

    The mailbox of whoever begins with "later" is full, and who begins with "last" is the last it listens to.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    port: int = 0
    signed_in: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    """Whom letters were for that it knows nothing of."""
    refuses: str = ""
    """Whose letters it does not want."""

    @property
    def url(self) -> str:
        """As LOTSE_SMTP_URL names it."""
        return f"smtp://127.0.0.1:{self.port}?from=lotse@example.org"

    async def handle_MAIL(  # noqa: N802 (its name is given)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Refuse a sender."""
        if address == self.refuses:
            return "550 not from here"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (its name is given)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Refuse whoever is unknown."""
        if address.startswith("later"):
            return "452 mailbox full"
        if address.startswith("last"):
            server.transport.abort()
        if not address.endswith("@example.org"):
            self.rejected.append(address)
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (its name is given)
        """Take a letter."""
        read = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.letters.append(read)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Let in whoever has the password."""
        assert isinstance(data, LoginPassword)
        self.signed_in.append(data.login.decode())
        return AuthResult(success=data.password == b"geheim!", handled=False)


@contextmanager
def mail_server(
    at_once: ssl.SSLContext | None = None, on_demand: ssl.SSLContext | None = None, *, refuses: str = ""
) -> Iterator[MailServer]:
    """A running server, which encrypts from the start, or when it is asked to, where it has what it takes.

    `refuses` is whose letters it does not want.
    """
    made = MailServer(refuses=refuses)
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        made.port = place.getsockname()[1]
    controller = Controller(
        made,
        hostname="127.0.0.1",
        port=made.port,
        authenticator=made.authenticate,
        auth_require_tls=False,
        ssl_context=at_once,
        tls_context=on_demand,
    )
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
