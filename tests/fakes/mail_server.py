"""A mail server on this machine that remembers what it was given."""

from __future__ import annotations

import socket
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
    """Takes letters for everybody at example.org."""

    letters: list[EmailMessage] = field(default_factory=list)
    port: int = 0
    signed_in: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As LOTSE_SMTP_URL names it."""
        return f"smtp://127.0.0.1:{self.port}?from=lotse@example.org"

    async def handle_RCPT(  # noqa: N802 (its name is given)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Refuse whoever is unknown."""
        if not address.endswith("@example.org"):
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
def mail_server() -> Iterator[MailServer]:
    """A running server."""
    made = MailServer()
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        made.port = place.getsockname()[1]
    controller = Controller(
        made,
        hostname="127.0.0.1",
        port=made.port,
        authenticator=made.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
