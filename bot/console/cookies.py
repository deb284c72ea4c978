"""What a browser keeps to be let in: the session, and that somebody signed in there lately."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from bot.services.sign_in import Browser
from bot.services.staff import SESSION_LASTS
from bot.storage.keys import KeyFault, Keys

SESSION, KNOWN = "lotse", "lotse-known"

KNOWN_FOR = timedelta(days=30)
"""How long a browser in which somebody signed in is told from those of strangers."""


class Cookies:
    """The cookies of one request's browser; where `is_secure`, they travel over https alone."""

    def __init__(self, request: Request, keys: Keys, *, is_secure: bool):
        self.is_secure = is_secure
        self._given = request.cookies
        self._keys = keys

    @property
    def token(self) -> str:
        """The session's token; empty where there is none."""
        return self._given.get(self._name(SESSION), "")

    def keep_token(self, response: Response, token: str) -> None:
        """Let the browser keep a session's token, or forget it where it is empty."""
        self._set(response, SESSION, token, SESSION_LASTS if token else timedelta(0))

    def browser(self, now: datetime) -> Browser | None:
        """Whose browser this was lately; None for a stranger's."""
        try:
            opened = self._keys.open(self._given.get(self._name(KNOWN), "").encode())
        except KeyFault:
            return None  # there is none, or it is not ours
        match json.loads(opened):
            case {"member": int(member), "mark": str(mark), "at": str(at)}:
                return Browser(member, mark) if datetime.fromisoformat(at) > now - KNOWN_FOR else None
            case _:
                return None  # sealed by us for something else

    def remember(self, response: Response, member_id: int, now: datetime) -> None:
        """Note that somebody signed in here."""
        content = {"member": member_id, "mark": secrets.token_urlsafe(16), "at": now.isoformat()}
        self._set(response, KNOWN, self._keys.seal(json.dumps(content)).decode(), KNOWN_FOR)

    def _set(self, response: Response, name: str, value: str, lasts: timedelta) -> None:
        seconds = int(lasts.total_seconds())
        response.set_cookie(
            self._name(name), value, max_age=seconds, secure=self.is_secure, httponly=True, samesite="lax"
        )

    def _name(self, name: str) -> str:
        # Browsers take a cookie of this name only over https, from this host, for all of it.
        # Source: RFC 6265bis, 4.1.3.
        return f"__Host-{name}" if self.is_secure else name
